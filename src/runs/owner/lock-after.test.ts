import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Clock } from '../../clock.ts';
import type { LockSeen, RunEvent } from '../../events.ts';
import type { JobEnd } from '../../jobs/job.ts';
import { nothingDone } from '../../jobs/nothing-done.ts';
import type { LockStatus } from '../../lock/lock-status.ts';
import type { Station } from '../station.ts';
import { beforeAndAfter, lockAfter, until, watchLock } from './lock-after.ts';
import type { LockBefore } from './lock-before.ts';

const IMEIS = ['867320001234563', '867320001234571'];
const began = Date.parse('2026-11-30T10:00:00Z');
const at = (seconds: number) => new Date(began + seconds * 1000).toISOString();
const on: LockSeen = { state: 'on', at: at(-60) };

/** A station whose store takes nothing: what is written there is the matter of other tests. */
const stationWith = (settings: Partial<Station['settings']> = {}, store: () => Promise<never> = gone) => {
  const notices: string[] = [];
  const station = {
    settings: { requireLockOff: true, lockCheck: 'xiaomi', holdDays: 30, ...settings },
    store,
    notice: (source: string, what: string) => void notices.push(`${source}: ${what}`),
  } as unknown as Station;
  return { station, notices };
};
const gone = () => Promise.reject(new Error('the store is gone'));

/** Asks after a sign-out; the server says one of these after another, for each phone number in turn. */
async function asked(
  says: readonly LockSeen['state'][],
  {
    imeis = IMEIS.slice(0, 1),
    seen = on,
    kind = 'signed-out',
    stopAfter = Infinity,
    isJob = false,
    settings = {},
  } = {},
) {
  let now = 0;
  const stop = new AbortController();
  const clock: Clock = {
    now: () => began + now,
    elapsed: () => now,
    sleep: async (ms, _why, signal) => {
      signal?.throwIfAborted();
      now += ms;
      if (now / 1000 > stopAfter) stop.abort();
      signal?.throwIfAborted();
    },
  };
  const left = [...says];
  const requests: { imei: string; after: number }[] = [];
  const check = {
    check: async (imei: string): Promise<LockStatus> => {
      requests.push({ imei, after: now / 1000 });
      const state = left.shift() ?? 'on';
      return { imei, state, source: 'xiaomi', at: at(now / 1000) };
    },
  };
  const events: RunEvent[] = [];
  const lock = { imeis, ...(seen && { seen }) } as LockBefore;
  const end = await lockAfter(
    stationWith(settings).station,
    {
      ...{ outcome: kind === '' ? undefined : { kind }, lock, isJob, signal: stop.signal },
      onEvent: (event) => void events.push(event),
    },
    { clock, check },
  );
  return {
    ...end,
    requests,
    steps: events.map((event) => (event.kind === 'step' ? event.what : event.kind)),
  };
}
const LATER = "→ ask later: 'mi-unbind lock IMEI'; how long Xiaomi takes is not known";

suite('the lock after a sign-out of a command', () => {
  test('is asked after 15 s, a minute and two, and no more once it is off', async () => {
    const { outcome, facts, warnings, requests, steps } = await asked(['on', 'off']);
    assert.deepEqual([outcome, warnings], [{ kind: 'signed-out' }, []]);
    assert.deepEqual(
      requests.map(({ after }) => after),
      [15, 60],
    );
    assert.deepEqual(steps, [
      "wait 15 s, then ask Xiaomi's server whether its lock is off",
      "wait 45 s, then ask Xiaomi's server whether its lock is off; it was on",
    ]);
    assert.match(facts[0]?.value ?? '', /^before: on .* · after: off /);
    assert.equal(facts[0]?.name, 'Lock');
  });

  test('that stays on is for a person, and so is one of which nothing is known', async () => {
    const still = { kind: 'needs-person', reason: 'lock-still-on' };
    const on3 = await asked(['on', 'on', 'on', 'off']);
    assert.deepEqual([on3.outcome, on3.warnings], [still, [`lock not confirmed: on ${LATER}`]]);
    assert.deepEqual(
      on3.requests.map(({ after }) => after),
      [15, 60, 120],
    );
    const none = await asked([], { imeis: [] });
    assert.deepEqual([none.outcome, none.requests, none.steps], [still, [], []]);
    assert.match(none.facts[0]?.value ?? '', /after: unknown \(no IMEI of the phone is known\)/);
    assert.deepEqual(none.warnings, [`lock not confirmed: unknown ${LATER}`]);
  });

  test('is off where that is said of each IMEI', async () => {
    const { outcome, requests } = await asked(['off', 'on', 'off', 'off'], { imeis: IMEIS });
    assert.deepEqual(outcome, { kind: 'signed-out' });
    assert.deepEqual(
      requests.map(({ imei }) => imei),
      [...IMEIS, ...IMEIS],
    );
  });

  test('keeps what was said last where the wait is ended, and says that where nothing was', async () => {
    const late = await asked(['on'], { stopAfter: 30 });
    assert.match(late.facts[0]?.value ?? '', /after: on /);
    const early = await asked([], { stopAfter: 0 });
    assert.match(early.facts[0]?.value ?? '', /after: unknown \(the wait for it was ended on request\)/);
    assert.deepEqual(early.outcome, { kind: 'needs-person', reason: 'lock-still-on' });
  });

  test('is not waited for where it need not be off, and the phone is signed out all the same', async () => {
    const { outcome, facts, warnings, requests } = await asked(['off'], {
      settings: { requireLockOff: false },
    });
    assert.deepEqual([outcome, facts, requests], [{ kind: 'signed-out' }, [], []]);
    assert.deepEqual(warnings, [`lock not confirmed: it was not asked again (the store is gone) ${LATER}`]);
  });

  test('is nothing new of a job, of a phone that is not signed out, or whose lock was seen to be off', async () => {
    const off: LockSeen = { state: 'off', at: at(-60) };
    for (const [what, more] of Object.entries({
      'a job': { isJob: true },
      'a phone that is not signed out': { kind: 'refused' },
      'a run that broke off': { kind: '' },
      'one that was off already': { kind: 'already-signed-out', seen: off },
    })) {
      const { facts, warnings, requests } = await asked([], more);
      assert.deepEqual([facts, warnings, requests], [[], [], []], what);
    }
    assert.equal(
      (await asked(['off'], { seen: off })).requests.length,
      1,
      'its own sign-out may have failed',
    );
    assert.equal((await asked(['off'], { kind: 'already-signed-out' })).requests.length, 1, 'it was on');
  });
});

test('what was said before and after stands in one line, with a loss and with why nothing is known', () => {
  const [before, after] = [
    { ...on, lost: true },
    { state: 'unknown', at: at(60), why: 'a captcha' },
  ] as const;
  assert.match(
    beforeAndAfter(before, after),
    /^before: on, reported lost .+ · after: unknown \(a captcha\) /,
  );
  assert.match(beforeAndAfter(undefined, on), /^after: on \d{4}-/);
});

suite('the lock after a job', () => {
  const clock = { now: () => began } as Clock;
  const ended = (end: Partial<JobEnd>, settings: Partial<Station['settings']> = {}) => {
    const { station, notices } = stationWith(settings);
    const whole = { ...nothingDone('signed-out'), ...end };
    return watchLock(station, { id: '7', station: 'one' }, whole, clock).then((one) => ({
      one,
      whole,
      notices,
    }));
  };

  test('of a phone that is reported lost is not asked: it is held for HOLD_DAYS, or until a person decides', async () => {
    const lost = { outcome: 'needs-person', reason: 'lost-mode' } as const;
    assert.deepEqual((await ended(lost)).one.hold, { reason: 'lost', until: at(30 * 24 * 3600) });
    assert.deepEqual((await ended(lost, { holdDays: 0 })).one.hold, { reason: 'lost' });
    assert.deepEqual([until(0, began), until(1, began)], [{}, { until: at(24 * 3600) }]);
  });

  test('that a gone store cannot have asked is said, and is for a person where it has to be off', async () => {
    const needed = await ended({ outcome: 'signed-out' });
    assert.deepEqual([needed.one.outcome, needed.one.reason], ['needs-person', 'lock-still-on']);
    assert.deepEqual(needed.notices, ['the lock: it is not asked after job 7: the store is gone']);
    const not = await ended({ outcome: 'signed-out' }, { requireLockOff: false });
    assert.deepEqual([not.one, not.notices.length], [not.whole, 1]);
  });

  test('is no matter of one that is not signed out, whose lock is off, or of a station that asks no server', async () => {
    for (const [end, settings] of [
      [{ outcome: 'refused' }, {}],
      [{ outcome: 'already-signed-out', lock: { state: 'off', at: at(0) } }, {}],
      [{ outcome: 'signed-out' }, { lockCheck: 'none' }],
    ] as const) {
      const { one, whole, notices } = await ended(end, settings);
      assert.deepEqual([one, notices], [whole, []]);
    }
  });
});
