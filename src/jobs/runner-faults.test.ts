import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FolderError, StoreError } from '../errors.ts';
import type { Clock } from '../clock.ts';
import { nothingDone } from './nothing-done.ts';
import { done, FakeQueue, kinds, station, still } from './runner-fake.ts';
import type { StationEvent } from './runner.ts';

const away = () => new StoreError('it is away', 'start it');
const AWAY = 'The store cannot be used: it is away. → start it';
const problemsIn = (events: readonly StationEvent[]) =>
  events.flatMap((event) => (event.kind === 'problem' ? [event.what] : []));

/** Time stands still, but for waits for the database, which are kept and are over at once. */
function waiting() {
  const slept: [number, string][] = [];
  const clock: Clock = {
    ...still,
    async sleep(ms, why, signal) {
      if (why !== 'the database to come back') return still.sleep(ms, why, signal);
      slept.push([ms, why]);
    },
  };
  return { clock, slept };
}

/** The first so many calls fail. */
function failing<A extends unknown[], R>(times: number, call: (...args: A) => Promise<R>, error = away) {
  let left = times;
  return (...args: A) => (left-- > 0 ? Promise.reject(error()) : call(...args));
}

describe('what must not get lost', () => {
  it('is written again after longer and longer rests, each said with what to do', async () => {
    const queue = new FakeQueue('p1');
    const { clock, slept } = waiting();
    const keep = failing(5, queue.keep.bind(queue));
    const { runner, events } = station(queue, done, {
      clock,
      ends: { keep, take: () => queue.take(), putBack: (claim) => queue.putBack(claim) },
    });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual(
      slept,
      [500, 2000, 5000, 15_000, 30_000].map((ms) => [ms, 'the database to come back']),
    );
    assert.deepEqual(
      problemsIn(events),
      Array.from({ length: 5 }, () => AWAY),
    );
    assert.deepEqual(queue.states, ['done']);
  });

  it('is given up after the sixth try, and what became of the job is not said', async () => {
    const queue = new FakeQueue('p1');
    const { clock, slept } = waiting();
    const { runner, events } = station(queue, done, {
      clock,
      ends: {
        keep: failing(6, queue.keep.bind(queue)),
        take: () => queue.take(),
        putBack: (claim) => queue.putBack(claim),
      },
    });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.equal(slept.length, 5);
    assert.equal(problemsIn(events).length, 6);
    assert.ok(!events.some(({ kind }) => kind === 'ended' || kind === 'given-back'));
  });
});

it('a run that breaks is an unforeseen end, with its words, and the job begins again in a minute', async () => {
  const queue = new FakeQueue('p1');
  let runs = 0;
  const { runner, events } = station(queue, (...run) =>
    runs++ === 0 ? Promise.reject(new TypeError('x is not a function')) : done(...run),
  );
  runner.attach([{ serial: 'p1' }]);
  await runner.run();
  const end = events.find(({ kind }) => kind === 'ended');
  assert.deepEqual(end, {
    ...{ at: '2026-01-01T00:00:00.000Z', kind: 'ended', job: '1', phone: 'p1', reference: 'R1' },
    ...{ state: 'waiting', outcome: 'error', reason: 'unexpected', message: 'x is not a function' },
    // By the clock of the database.
    ...{ durationMs: 0, evidence: '', notBefore: '2026-01-01T01:01:00.000Z' },
  });
});

describe('a job that another station has by now', () => {
  const TAKEN = 'another station has taken it over';
  const whyOf = (events: readonly StationEvent[]) =>
    events.flatMap((event) => (event.kind === 'given-back' ? [event.why] : []));

  it('is not kept: this one says nothing of its end', async () => {
    const queue = new FakeQueue('p1');
    const { runner, events } = station(queue, done, {
      ends: { keep: async () => false, take: () => queue.take(), putBack: async () => undefined },
    });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual(whyOf(events), [TAKEN]);
    assert.ok(!events.some(({ kind }) => kind === 'ended'));
  });

  it('is asked for before what cannot be undone, and goes on while it is this one’s', async () => {
    const asked: string[] = [];
    const ask = async (taken: string[]) => {
      const queue = new FakeQueue('p1');
      const { runner, events } = station(queue, async (_job, _serial, { stillOurs }) => {
        queue.taken.push(...taken);
        await stillOurs();
        asked.push('it goes on');
        return nothingDone('signed-out');
      });
      runner.attach([{ serial: 'p1' }]);
      await runner.run();
      return [queue.states[0], ...whyOf(events)];
    };
    assert.deepEqual(await ask([]), ['done']);
    assert.deepEqual(await ask(['1']), ['running', TAKEN]);
    assert.deepEqual(asked, ['it goes on']);
  });

  it('is not concluded', async () => {
    const queue = new FakeQueue('p1');
    queue.conclude = () => Promise.resolve(false);
    const { runner, events } = station(queue, done);
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual(whyOf(events), [TAKEN]);
  });
});

describe('the hook before a phone', () => {
  const holding = async (reason: string, answered: boolean) => {
    const queue = new FakeQueue('p1');
    const given: unknown[] = [];
    const giveBack = queue.giveBack.bind(queue);
    queue.giveBack = (...args: Parameters<FakeQueue['giveBack']>) => {
      given.push(args.slice(1));
      return giveBack(args[0], 'held');
    };
    const { runner, events } = station(queue, () => assert.fail('the phone is touched'), {
      before: () => Promise.resolve({ action: 'hold', reason, answered }),
    });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    return [...given, ...events.flatMap((event) => (event.kind === 'given-back' ? [event.why] : []))];
  };

  it('that holds it has it held; one that does not answer is asked again in five minutes', async () => {
    assert.deepEqual(await holding('unpaid', true), [['held'], 'unpaid']);
    assert.deepEqual(await holding('', true), [['held'], 'held by BEFORE_URL']);
    assert.deepEqual(await holding('BEFORE_URL is down', false), [
      ['waiting', '2026-01-01T01:05:00.000Z'],
      'BEFORE_URL is down',
    ]);
  });
});

describe('a disk without room', () => {
  it('keeps phones from being begun, is said once with what to do, and so is its end', async () => {
    const queue = new FakeQueue('p1');
    const full = new FolderError({
      what: 'records',
      folder: '/records',
      why: 'it is full',
      setting: 'RECORDS_DIR',
    });
    const asked: number[] = [];
    const said: boolean[] = [];
    const answers = [full, full, undefined];
    const { runner, events } = station(queue, done, {
      room: (running) => (asked.push(running), answers.length > 1 ? answers.shift() : answers[0]),
      onFull: (isFull) => said.push(isFull),
      over: async () => {
        if (queue.states[0] === 'done') return true;
        queueMicrotask(() => runner.attach([{ serial: 'p1' }]));
        return false;
      },
    });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual(said, [true, false]);
    assert.deepEqual(problemsIn(events), [
      `no phone is begun until there is room: ${full.message} → ${full.hint}`,
    ]);
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'room' ? [event.what] : [])),
      ['there is room on the disk again: phones are begun'],
    );
    assert.equal(asked[0], 0);
    assert.deepEqual(queue.states, ['done']);
  });
});

it('a station that cannot say whether it is over, or put a record into the store, says so and goes on', async () => {
  const queue = new FakeQueue('p1');
  let asked = 0;
  const { runner, events } = station(queue, done, {
    over: () => {
      queueMicrotask(() => runner.attach([{ serial: 'p1' }]));
      return asked++ === 0 ? Promise.reject(away()) : Promise.resolve(true);
    },
  });
  runner.attach([{ serial: 'p1' }]);
  await runner.run();
  assert.deepEqual(problemsIn(events), [AWAY]);
  assert.equal(asked, 2);

  const left = new FakeQueue('p1');
  const broken = station(left, done, {
    ends: { keep: left.keep.bind(left), take: failing(1, () => left.take()), putBack: async () => undefined },
  });
  broken.runner.attach([{ serial: 'p1' }]);
  await broken.runner.run();
  assert.deepEqual(problemsIn(broken.events), [AWAY]);
  assert.deepEqual(left.states, ['done']);
});

it('a run that is stopped while nothing runs ends, listens no more, and begins nothing', async () => {
  const queue = new FakeQueue('p1');
  let watching = true;
  queue.watch = () => Promise.resolve(async () => void (watching = false));
  const { runner, events, stop } = station(queue, done, { over: () => Promise.resolve(false) });
  const running = runner.run();
  await new Promise((turn) => setImmediate(turn));
  stop.abort();
  await running;
  runner.attach([{ serial: 'p1' }]);
  await new Promise((turn) => setImmediate(turn));
  assert.equal(watching, false);
  assert.deepEqual(kinds(events), ['attached']);
  assert.deepEqual(queue.states, ['waiting']);
});

it('what a run tells goes to its page with the folder of its evidence, where one is known', async () => {
  const at = '2026-01-01T00:00:00.000Z';
  const steps: unknown[] = [];
  const { runner } = station(
    new FakeQueue('p1'),
    (_job, _serial, { onEvent }) => {
      onEvent({ at, kind: 'step', what: 'press' });
      onEvent({ at, kind: 'step', what: 'look' }, '/runs/1');
      return Promise.resolve(nothingDone('signed-out'));
    },
    {
      onStep: (claim, event, evidence) =>
        steps.push([claim.id, event.kind === 'step' && event.what, evidence]),
    },
  );
  runner.attach([{ serial: 'p1' }]);
  await runner.run();
  assert.deepEqual(steps, [
    ['1', 'press', ''],
    ['1', 'look', '/runs/1'],
  ]);
});
