import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { withDatabase } from '../live/ready-database.ts';
import { openQuestions } from '../store/questions.ts';
import { appendEvents, sayStation, takeStation } from '../store/station-events.ts';
import { openStore, type Store } from '../store/store.ts';
import { workerName } from '../store/worker.ts';
import { phonesOnWall } from './phones-seen.ts';

describe('phones of a station that has gone without a word', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-seen-'));
  let store: Store;
  before(async () => {
    store = await openStore({ dataDir: withDatabase(folder), env: {} });
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const seen = (serial: string) => ({
    ...{
      serial,
      usb: '',
      state: 'device',
      model: '',
      release: '',
      job: '',
      step: '',
      evidence: '',
      picture: '',
    },
    ...{ since: '2026-11-30T08:00:00.000Z', plugged: '2026-11-30T08:00:00.000Z' },
  });
  const say = (name: string, worker: string) =>
    sayStation(store.pool, { name, url: '', worker, isWatched: false });
  const phones = async () =>
    Object.fromEntries(
      (await phonesOnWall(store)).map((one) => [one.station, { state: one.state, away: one.away }]),
    );

  it('say since when, at once where it ran on this computer, and are let go by the next of its name', async () => {
    const stations = { killed: workerName(2 ** 22 + 1), silent: 'elsewhere/1', there: 'elsewhere/2' };
    for (const [name, worker] of Object.entries({ ...stations, own: workerName() })) {
      await say(name, worker);
      await appendEvents(store.pool, name, [seen(name)], []);
    }
    await store.pool.query(
      "update mi_unbind.station set alive_at = now() - interval '70 s' where name in ('silent', 'own')",
    );
    const before = await phones();
    assert.deepEqual(
      Object.entries(before)
        .map(([name, { state, away }]) => [name, state, away !== undefined])
        .sort(),
      [
        ...[
          ['killed', 'device', true],
          ['own', 'device', false],
          ['silent', 'device', true],
          ['there', 'device', false],
        ],
      ],
    );
    await takeStation(store.pool, 'there', workerName());
    assert.equal((await phones()).there?.state, 'device', 'another process is that station');
    const ask = `insert into mi_unbind.question (station, serial, what, prompt, answer, until)
      values ($1, $1, 'captcha', '', 'sealed', now() + interval '5 min')`;
    for (const name of ['killed', 'own']) await store.pool.query(ask, [name]);
    await takeStation(store.pool, 'killed', workerName());
    assert.deepEqual(
      (await openQuestions(store.pool)).map(({ station }) => station),
      ['own'],
      'a run that is over gets no answer',
    );
    const { rows } = await store.pool.query("select answer from mi_unbind.question where station = 'killed'");
    assert.deepEqual(rows, [{ answer: null }], 'nothing that was typed stays');
    await say('killed', workerName());
    assert.deepEqual((await phones()).killed, { state: 'gone', away: undefined });
  });
});
