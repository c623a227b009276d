import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, suite, test } from 'node:test';
import { withDatabase } from '../live/ready-database.ts';
import { paths } from '../store/postmaster.ts';
import { openStore, type Store } from '../store/store.ts';
import { chartsOf } from './charts-data.ts';
import { chartsPage } from './charts-page.ts';
import { viewerOf } from './layout.ts';

/** Noon here: what has ended today has ended since midnight. */
const noon = new Date(2026, 10, 30, 12, 0);
const ago = (minutes: number) => new Date(noon.getTime() - minutes * 60_000);
const DAY = 24 * 60;

suite('the charts of a station', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-charts-'));
  let store: Store;
  let count = 0;
  const ended = async (
    minutes: number,
    outcome: Record<string, unknown>,
    { state = 'done', source = '' } = {},
  ): Promise<string> => {
    const { rows } = await store.pool.query<{ id: string }>(
      `insert into mi_unbind.job (batch, key, phone, wish, sealed, keep_secret, state, station, outcome, ended_at)
         values ('lab', $1, $1, $2, 'sealed', false, $3, 'Sofia 1', $4, $5) returning id`,
      [`k${++count}`, JSON.stringify({ codeSource: source }), state, JSON.stringify(outcome), ago(minutes)],
    );
    return rows[0]!.id;
  };
  const out = (seconds: number, release = 'MIUI 12.5') => ({
    outcome: 'signed-out',
    ...{ durationMs: seconds * 1000, release },
  });

  before(async () => {
    store = await openStore({ dataDir: withDatabase(folder), env: {}, keepSeconds: 1 });
    for (const seconds of [10, 20, 30]) await ended(5, out(seconds));
    await ended(61, out(40, 'MIUI 14'));
    await ended(62, out(50, 'HyperOS 1'));
    await ended(63, { outcome: 'already-signed-out', durationMs: 0, release: 'MIUI 14' });
    await ended(8 * 60, { outcome: 'cleared-by-owner', durationMs: 7000, release: '' });
    await ended(10, { outcome: 'refused', reason: 'wrong-password', durationMs: 9000 }, { state: 'parked' });
    await ended(10, { outcome: 'signed-out', durationMs: 1000 }, { state: 'cancelled' });
    await ended(10 * DAY, out(60, 'MIUI 10'));
    await ended(29 * DAY, out(60, 'MIUI 10'));
    await ended(31 * DAY, out(60, 'MIUI 9'));
    const asking = await ended(15, out(70, 'MIUI 14'), { source: 'imap' });
    const event = (second: number, what: string) =>
      store.pool.query(
        "insert into mi_unbind.event (station, job, serial, at, kind, body) values ('Sofia 1', $1, 'd1', $2, 'step', $3)",
        [asking, new Date(ago(20).getTime() + second * 1000), JSON.stringify({ what })],
      );
    for (const [second, what] of [
      [0, 'press Send'],
      [1, 'wait'],
      [12, 'type the code'],
      [20, 'press Send'],
      [28, 'type the code'],
      [30, 'press Send'],
    ] as const)
      await event(second, what);
  });
  after(async () => {
    await store?.close();
    while (existsSync(join(paths(folder).data, 'postmaster.pid'))) await pause(50);
    rmSync(folder, { recursive: true });
  });

  test('count what ended today: signed out, and else; what was cancelled is no end', async () => {
    const charts = await chartsOf(store, 'today', noon);
    assert.deepEqual([charts.total, charts.out, charts.lastHour], [9, 7, 4]);
    const hours = charts.buckets.map(({ name, out: signedOut, other, isOpen }) => [
      name,
      signedOut,
      other,
      isOpen,
    ]);
    assert.deepEqual(hours, [
      ['04', 0, 1, false],
      ...['05', '06', '07', '08', '09'].map((name) => [name, 0, 0, false]),
      ['10', 3, 0, false],
      ['11', 4, 1, false],
      ['12', 0, 0, true],
    ]);
    assert.deepEqual(charts.outcomes[0], { outcome: 'signed-out', reason: '', state: 'done', count: 6 });
    assert.deepEqual(
      charts.outcomes
        .slice(1)
        .map(({ outcome, reason, state, count: n }) => [outcome, reason, state, n])
        .sort(),
      [
        ['already-signed-out', '', 'done', 1],
        ['cleared-by-owner', '', 'done', 1],
        ['refused', 'wrong-password', 'parked', 1],
      ],
    );
  });

  test('tell how long a sign-out takes, by release, the newest first', async () => {
    const { releases, median } = await chartsOf(store, 'today', noon);
    const shown = releases.map((one) => [one.name, one.count, one.low, one.median, one.high]);
    assert.deepEqual(shown, [
      ['HyperOS 1', 1, 50, 50, 50],
      ['MIUI 14', 2, 43, 55, 67],
      ['MIUI 12.5', 3, 12, 20, 28],
    ]);
    assert.equal(median, 35, 'of what has done something');
  });

  test('tell how long a code takes, from Send to the code that was typed, by its source', async () => {
    const { codes } = await chartsOf(store, 'today', noon);
    assert.deepEqual(codes, [{ name: 'imap', median: 10, low: 8, high: 11.6, count: 2 }]);
  });

  test('have a column for each of thirty days, of which each fifth has its name', async () => {
    const { buckets, total } = await chartsOf(store, '30', noon);
    assert.equal(total, 11, 'what is older is left out');
    assert.equal(buckets.length, 30);
    assert.deepEqual([buckets[0]?.out, buckets[19]?.out, buckets[29]?.out], [1, 1, 7]);
    assert.deepEqual(
      buckets.flatMap(({ name }, at) => (name === '' ? [] : [[at, name]])),
      [
        [4, '05'],
        [9, '10'],
        [14, '15'],
        [19, '20'],
        [24, '25'],
        [29, '30'],
      ],
    );
    assert.deepEqual(
      buckets.filter(({ isOpen }) => isOpen),
      [buckets[29]],
    );
  });

  test('begin with the last hours early in the day, and are empty where nothing has ended', async () => {
    const early = await chartsOf(store, 'today', new Date(2026, 11, 1, 2, 30));
    assert.deepEqual(
      early.buckets.map(({ name }) => name),
      ['00', '01', '02'],
    );
    assert.deepEqual([early.total, early.median, early.releases, early.codes.length], [0, 0, [], 1]);
  });

  test('say on their page what was counted, and that there is nothing yet', async () => {
    const viewer = viewerOf({
      ...{ operator: { name: 'Eva', role: 'look' }, isLoggedIn: true, language: 'en', theme: 'auto' },
      ...{ home: 'Sofia 1', station: '' },
    });
    const page = async (period: 'today' | '30', now = noon) => {
      const source = chartsPage(await chartsOf(store, period, now), period, viewer, {});
      const words = source
        .slice(source.indexOf('<div class="charts">'))
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ');
      return { source, words };
    };
    const { source, words } = await page('today');
    assert.match(words, / 7 [^\d]+ 4 [^\d]+ 35\.0 s [^\d]+ 77\.8 % /);
    assert.match(source, /href="\/charts\?period=today" aria-current="true"/);
    assert.doesNotMatch(source, /href="\/charts\?period=30" aria-current/);
    assert.match((await page('30')).words, / 9 [^\d]+ 4 [^\d]+ 38\.0|9 .* 81\.8 % /);
    const empty = (await page('today', new Date(2026, 11, 1, 2, 30))).words;
    assert.match(empty, / 0 [^\d]+ 0 [^\d]+ – [^\d]+ – /);
  });
});
