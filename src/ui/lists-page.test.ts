import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, JobEnd } from '../jobs/job.ts';
import type { ListFinding } from '../jobs/list/findings.ts';
import { ListError } from '../jobs/list/sayings.ts';
import { listedJob } from '../live/job.ts';
import type { BatchRow } from '../report/batch.ts';
import type { Role } from '../store/operators.ts';
import { localTime } from '../words/local-time.ts';
import { batchPage } from './batch-page.ts';
import { viewerOf } from './layout.ts';
import { ListUploads, type DroppedList } from './list-uploads.ts';
import { listsPage, lookOf, type ListsView } from './lists-page.ts';

const viewer = (role: Role | 'none' = 'operate') =>
  viewerOf({
    ...{ operator: role === 'none' ? undefined : { name: 'Iva', role }, isLoggedIn: true, language: 'en' },
    ...{ theme: 'auto', home: 'north', station: '' },
  });
const words = (text = '') =>
  text
    .replace(/<svg[^]*?<\/svg>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ')
    .trim();
const rowsOf = (text: string, className: string) => {
  const table = new RegExp(`<table class="${className}">[^]*?<tbody>([^]*?)</tbody>`).exec(text)?.[1] ?? '';
  return [...table.matchAll(/<tr[^>]*>([^]*?)<\/tr>/g)].map(([, row]) => words(row));
};
const at = '2026-11-26T00:55:19.000Z';

suite('a list that was dropped', () => {
  const finding = (row: number, more: Partial<ListFinding> = {}): ListFinding => ({
    ...{
      kind: 'problem',
      row,
      column: 'imei',
      value: '86',
      code: 'password-twice',
      values: { column: 'imei' },
    },
    ...more,
  });
  const lines = Array.from({ length: 80 }, (_, nth) => ({
    row: nth + 2,
    cells: { serial: `s${nth + 2}`, account: '6230001535', password: 'Kanarie-7' },
  })) as unknown as DroppedList['lines'];
  const list = (more: Partial<DroppedList> = {}): DroppedList => ({
    ...{ id: 'l7', name: 'lab 7.csv', batch: 'lab 7', at: 0, rows: 80, unit: 'row', findings: [], lines },
    ...{ orders: lines.slice(0, 78) as never, ...more },
  });
  const page = (given: Partial<DroppedList> = {}, role: Role | 'none' = 'operate') => {
    const view = { list: list(given), jobs: [], all: 0, batches: [], filter: { batch: '', state: '' } };
    return listsPage({ ...view, order: undefined }, viewer(role), {});
  };

  test('has the numbers of its rows: read, ready, to correct and to check, each row once', () => {
    const findings = [
      finding(2),
      finding(2, { column: 'serial' }),
      finding(3),
      finding(4, { kind: 'warning' }),
    ];
    const head = /<header class="card fh">[^]*?<\/header>/.exec(page({ findings }))?.[0];
    assert.match(
      words(head),
      /^lab 7\.csv 80 rows\. Nothing has started\..* 78 ready 2 to correct 1 to check$/,
    );
  });

  test('says the same of several rows on one line, problems first, and of the whole list as such', () => {
    const findings = [
      finding(9, { kind: 'warning' }),
      finding(5),
      finding(4),
      finding(2, { value: 'empty', column: 'serial' }),
      finding(0, { value: '', column: 'data', kind: 'warning' }),
    ];
    const text = page({ findings });
    const rows = rowsOf(text, 'fi');
    assert.deepEqual(
      rows.map((row) => row.split(' ').slice(0, 3).join(' ')),
      ['Correct 2 serial', 'Correct 4–5 imei', 'Check whole list', 'Check 9 imei'],
    );
    assert.match(rows[0] ?? '', /^Correct 2 serial empty [A-Z]/);
    assert.match(rows[1] ?? '', / imei 86 [A-Z]/);
    assert.match(text, /<span class="s fail">[^]*<span class="s per">/);
    assert.equal(rowsOf(page(), 'fi').length, 0);
    const many = Array.from({ length: 30 }, (_, nth) => finding(2 + 2 * nth));
    assert.match(rowsOf(page({ findings: many }), 'fi')[0] ?? '', /\(30 in all\)/);
    const most = Array.from({ length: 501 }, (_, nth) => finding(nth + 2, { value: `v${nth}` }));
    assert.equal(rowsOf(page({ findings: most }), 'fi').length, 500);
  });

  test('shows rows with findings and their neighbours, else its first 60, and neither account nor password', () => {
    const numbers = (text: string) => rowsOf(text, 'pv').map((row) => row.split(' ')[0]);
    assert.deepEqual(numbers(page({ findings: [finding(5), finding(20)] })), [
      ...['4', '5', '6', '…', '19', '20', '21'],
    ]);
    assert.deepEqual(numbers(page({ findings: [finding(5), finding(7)] })), ['4', '5', '6', '7', '8']);
    assert.equal(numbers(page()).length, 60);
    assert.equal(numbers(page({ findings: [finding(0)] })).length, 60);
    const text = page({
      findings: [finding(5, { column: 'imei' }), finding(5, { column: 'serial', kind: 'warning' })],
    });
    assert.match(words(rowsOf(text, 'pv')[1]), /^5 s5 \*+35 given$/);
    assert.doesNotMatch(text, /Kanarie|6230001535/);
    const row = /<td class="rw">5<\/td>[^]*?<\/tr>/.exec(text)?.[0] ?? '';
    const cells = [...row.matchAll(/<td class="([^"]*)" dir="auto">/g)].map(([, name]) => name);
    assert.deepEqual(cells, ['c-warn', 'c-fail', '', '', '', '', '']);
    const bare = page({ lines: [{ row: 2, cells: { serial: 's2' } }] as never });
    assert.deepEqual(rowsOf(bare, 'pv'), ['2 s2'], 'what is not given is not said to be');
  });

  test('is started by who may operate, where an order is ready, and says how many rows are left out', () => {
    const go = (text: string) => /<div class="go">[^]*?<\/div>/.exec(text)?.[0];
    assert.match(words(go(page())), /Rows left out: 2\. Discard Start 78 phones$/);
    assert.doesNotMatch(go(page()) ?? '', / disabled/);
    const one = page({ orders: lines.slice(0, 1) as never });
    assert.match(words(go(one)), /Rows left out: 79\. Discard Start 1 phone$/);
    const none = go(page({ orders: [], lines: [] })) ?? '';
    assert.match(none, /id="start" disabled/);
    assert.match(words(none), /Rows left out: 0\./);
    assert.match(words(go(page({ lines: lines.slice(0, 3) }))), /Rows left out: 0\./);
    for (const role of ['look', 'none'] as const) {
      assert.equal(go(page({}, role)), undefined);
      assert.doesNotMatch(page({}, role), /id="drop"/);
    }
    assert.match(page(), /<form class="drop" id="drop"/);
  });
});

suite('lists that are kept until they are started', () => {
  const csv = Buffer.from('serial,account,password,data,reference\nd1,6230001701,Kanarie-eins,keep,L-1\n');

  test('are the newest twenty, for half an hour, and none of them is on the disk', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-uploads-'));
    t.after(() => rmSync(folder, { recursive: true }));
    t.mock.timers.enable({ apis: ['Date'], now: Date.parse(at) });
    const uploads = new ListUploads({ folder: join(folder, 'uploads'), codeSources: [] });
    const take = (name: string) => uploads.take(name, csv);
    const first = await take('first.csv');
    assert.deepEqual(
      [first.name, first.batch, first.at, first.orders.length, first.rows],
      ['first.csv', 'first', Date.parse(at), 1, 1],
    );
    assert.deepEqual(readdirSync(join(folder, 'uploads')), []);
    t.mock.timers.tick(30 * 60_000);
    assert.equal(uploads.get(first.id)?.id, first.id);
    t.mock.timers.tick(1);
    assert.equal(uploads.get(first.id), undefined);
    const kept: DroppedList[] = [];
    for (let nth = 0; nth < 20; nth++) kept.push(await take(`${nth}.csv`));
    const isKept = () => kept.map(({ id }) => uploads.get(id) !== undefined);
    assert.deepEqual(isKept(), Array(20).fill(true));
    await take('one more.csv');
    assert.deepEqual(isKept(), [false, ...Array<boolean>(19).fill(true)]);
    const last = kept.at(-1);
    assert.equal(uploads.get(last?.id ?? '')?.name, '19.csv');
    uploads.drop(last?.id ?? '');
    assert.equal(uploads.get(last?.id ?? ''), undefined);
  });

  test('are named after their file, and a list that is none leaves no file either', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-uploads-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const uploads = new ListUploads({ folder, codeSources: [] });
    const named = async (name: string) => (await uploads.take(name, csv)).batch;
    assert.equal(await named('../../lab 7.csv'), 'lab 7');
    assert.equal(await named(`${'x'.repeat(90)}.csv`), 'x'.repeat(80));
    await assert.rejects(uploads.take('list.csv', Buffer.from('')), ListError);
    await assert.rejects(uploads.take('list.json', Buffer.from('{')), ListError);
    assert.deepEqual(readdirSync(folder), []);
  });
});

suite('orders', () => {
  const end = { outcome: 'signed-out', durationMs: 5000 } as JobEnd;
  const page = (jobs: Job[], more: Partial<ListsView> = {}, role: Role | 'none' = 'operate') =>
    listsPage(
      {
        ...{ list: undefined, jobs, all: jobs.length, batches: ['lab 7', 'lab 8'], order: undefined },
        ...{ filter: { batch: '', state: '' }, ...more },
      },
      viewer(role),
      {},
    );

  test('lead to their phone once they have one, and are named by reference, else by phone', () => {
    const text = page([
      listedJob({ id: '1', batch: 'lab 7', order: { reference: 'R-1', account: '6230001535' } }),
      listedJob({
        ...{ id: '2', batch: 'lab 7', state: 'done', station: 'Sofia 1', serial: 'd2', end, endedAt: at },
        order: { phone: { imei: '867320001234563' } },
      }),
      listedJob({ id: '3', order: { phone: { imei: '867320001234571' } } }),
    ]);
    const day = localTime(at).slice(5, 16);
    assert.deepEqual(rowsOf(text, 'rt'), [
      'R-1 d1 ********35 lab 7 Waiting',
      `867320001234563 d2 a lab 7 Done Signed out ${day}`,
      '867320001234571 a b Waiting',
    ]);
    assert.match(text, /<a href="\/phones\/Sofia%201\/d2">867320001234563<\/a>/);
    assert.equal(text.match(/href="\/phones/g)?.length, 1);
    assert.match(text, /<a href="\/batch\?name=lab%207">lab 7</);
  });

  test('are filtered by list and state, and the list that is shown may be opened', () => {
    const text = page([], { filter: { batch: 'lab 8', state: 'held' } });
    assert.match(text, /<option value="lab 8" selected>lab 8</);
    assert.match(text, /<option value="held" selected>/);
    assert.match(text, /href="\/batch\?name=lab%208"/);
    assert.match(words(text), /There are no such orders\./);
    assert.doesNotMatch(page([]), /href="\/batch\?name=/);
    assert.match(page([], { isGone: true }), /This list is no longer here\./);
    assert.doesNotMatch(page([]), /no longer here/);
  });

  test('are added by who may operate', () => {
    assert.match(page([]), /<form class="drop first" id="drop"/);
    assert.match(page([]), /id="order"/);
    for (const role of ['look', 'none'] as const)
      assert.doesNotMatch(page([], {}, role), /id="drop"|id="order"/);
  });

  test('look as they stand: what was not verified on the phone is not green', () => {
    const looks = (state: Job['state'], outcome?: string) => lookOf({ state, outcome });
    assert.deepEqual(
      (
        ['waiting', 'running', 'unrecorded', 'done', 'parked', 'needs-person', 'held', 'cancelled'] as const
      ).map((state) => looks(state)),
      ['queue', 'work', 'work', 'done', 'fail', 'person', 'held', 'gone'],
    );
    assert.equal(looks('done', 'cleared-by-owner'), 'cleared');
    assert.equal(looks('parked', 'cleared-by-owner'), 'fail');
    assert.equal(looks('needs-person', 'return-to-sender'), 'return');
    assert.equal(looks('parked', 'return-to-sender'), 'fail');
  });
});

suite('one list', () => {
  const row = (n: number, more: Partial<BatchRow> = {}): BatchRow => ({
    ...{ job: `${n}`, reference: `R-${n}`, serial: `d${n}`, imei: '', model: 'Redmi 9', release: 'MIUI 14' },
    ...{ region: '', state: 'done', outcome: 'signed-out', reason: '', retryFrom: '', message: '', hint: '' },
    ...{ attempts: 1, startedAt: at, endedAt: at, durationMs: 16_400, record: '', drift: [], checklist: '' },
    ...more,
  });
  const parked = { state: 'parked', outcome: 'refused', reason: 'wrong-password' } as const;
  const waiting = { state: 'waiting', outcome: 'waiting', endedAt: '', durationMs: 0 } as const;
  const page = (rows: BatchRow[], { state = '', outcome = '', medianMs = 16_400 } = {}) =>
    batchPage(
      { batch: { name: 'lab 7', rows, medianMs } as never, filter: { state, outcome } },
      viewer('look'),
      {},
    );
  const rows = [
    ...[row(1), row(2), row(3, parked), row(4, waiting), row(5, { state: 'running', endedAt: '' })],
    ...[
      row(6, { state: 'held', endedAt: '' }),
      row(7, { state: 'cancelled', outcome: 'cancelled', endedAt: '' }),
    ],
    row(8, { outcome: 'cleared-by-owner' }),
  ];

  test('says how many are done, still to come and for a person, and what a phone takes', () => {
    const numbers = (text: string) => words(/<section class="card kpi">[^]*?<\/section>/.exec(text)?.[0]);
    assert.equal(numbers(page(rows)), '3 of 8 done 2 still to come 2 need a person 16.4 s per phone, median');
    assert.match(numbers(page(rows, { medianMs: 0 })), /– per phone, median$/);
  });

  test('shows its progress as a bar with a part for each state, in their order, and each with its number', () => {
    const text = page(rows);
    const bar =
      /<svg class="prog" viewBox="0 0 (\d+) 10"[^>]*>([^]*?)<\/svg><ul class="rows">([^]*?)<\/ul>/.exec(text);
    const parts = [...(bar?.[2] ?? '').matchAll(/class="(\w+)" x="(\d+)" width="(\d+)"/g)].map((one) =>
      one.slice(1).join(' '),
    );
    assert.equal(bar?.[1], '8');
    assert.deepEqual(parts, [
      ...['queue 0 1', 'work 1 1', 'fail 2 1', 'held 3 1', 'done 4 2', 'cleared 6 1', 'gone 7 1'],
    ]);
    const named = [...(bar?.[3] ?? '').matchAll(/<li>(.*?)<\/li>/g)].map(([, item]) => words(item));
    assert.equal(named.length, 7);
    assert.deepEqual([named[0], named[4], named[6]], ['Waiting 1', 'Done 2', 'Cancelled 1']);
    assert.doesNotMatch(named[5] ?? '', /^Done/);
    assert.match(page([]), /<svg class="prog" viewBox="0 0 1 10"/);
  });

  test('shows how its phones ended, the most first, as parts of those that have ended', () => {
    const text = page([...rows, row(9, parked), row(10, parked)]);
    const ends = [...(/<ul class="hb">[^]*?<\/ul>/.exec(text)?.[0] ?? '').matchAll(/<li>([^]*?)<\/li>/g)].map(
      ([, item = '']) => [
        words(item),
        Number(/<rect width="([\d.]+)" height="10"/.exec(item.slice(item.indexOf('hbar')))?.[1]),
      ],
    );
    assert.deepEqual(ends, [
      ['Wrong password 3 50.0 %', 100],
      ['Signed out 2 33.3 %', 66.67],
      [ends[2]?.[0], 33.33],
    ]);
    assert.match(String(ends[2]?.[0]), / 1 16\.7 %$/);
    assert.match(page([row(4, waiting)]), /Nothing has ended yet/);
  });

  test('names each phone, its record, its end and what is left to do, by state and outcome', () => {
    const shown = (more: Partial<BatchRow>) => rowsOf(page([row(1, more)]), 'rt')[0] ?? '';
    const day = localTime(at).slice(5, 16);
    assert.equal(shown({}), `R-1 d1 Redmi 9 · MIUI 14 Done Signed out ${day} 16 s`);
    assert.match(shown({ reference: '', serial: '', imei: '35' }), /^35 35 /);
    assert.match(shown({ reference: '' }), /^d1 d1 /);
    assert.match(shown(parked), /^R-1 d1 Redmi 9 · MIUI 14 \S+ Wrong password .+ \d\d-\d\d/);
    assert.equal(shown({ ...waiting, model: '' }), 'R-1 d1 MIUI 14 Waiting');
    assert.match(
      page([row(1, { record: '2026-x' })]),
      /href="\/records\?period=all&show=2026-x"><b[^>]*>R-1</,
    );
    assert.doesNotMatch(page([row(1)]), /href="\/records\?period/);
    const names = (given: Parameters<typeof page>[1]) =>
      rowsOf(page(rows, given), 'rt').map((one) => one.split(' ')[0]);
    assert.deepEqual(names({}), ['R-1', 'R-2', 'R-3', 'R-4', 'R-5', 'R-6', 'R-7', 'R-8']);
    assert.deepEqual(names({ state: 'parked' }), ['R-3']);
    assert.deepEqual(names({ outcome: 'signed-out' }), ['R-1', 'R-2', 'R-5', 'R-6']);
    assert.deepEqual(names({ state: 'done', outcome: 'signed-out' }), ['R-1', 'R-2']);
    assert.deepEqual(names({ state: 'unrecorded' }), []);
  });

  test('may be filtered by what is in it, and shows its first 500', () => {
    const options = (text: string, name: string) =>
      [
        ...(new RegExp(`<select name="${name}">[^]*?</select>`).exec(text)?.[0] ?? '').matchAll(
          /<option value="([^"]*)"( selected)?/g,
        ),
      ].map(([, value, chosen]) => `${value}${chosen ?? ''}`);
    const text = page(rows, { state: 'unrecorded', outcome: 'signed-out' });
    assert.deepEqual(options(text, 'state'), [
      ...['', 'waiting', 'running', 'unrecorded selected', 'parked', 'held', 'done', 'cancelled'],
    ]);
    assert.deepEqual(options(text, 'outcome'), ['', 'signed-out selected', 'refused', 'cleared-by-owner']);
    for (const kind of ['csv', 'json', 'xml', 'pdf'])
      assert.match(text, new RegExp(`href="/batch/${kind}\\?name=lab%207&lang=en"`));
    const many = Array.from({ length: 501 }, (_, n) => row(n));
    assert.match(page(many), /The first 500 of 501\. The export has all\./);
    assert.equal(rowsOf(page(many), 'rt').length, 500);
    assert.doesNotMatch(page(many.slice(1)), /The export has all/);
  });
});
