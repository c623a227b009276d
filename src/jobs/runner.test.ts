import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../clock.ts';
import { StoreError, TakenOverError } from '../errors.ts';
import type { JobEnd, Perform } from './job.ts';
import { type Claim } from './queue.ts';
import { nothingDone } from './nothing-done.ts';
import { type RunnerOptions } from './runner.ts';
import { done, FakeQueue, kinds, station, still } from './runner-fake.ts';

describe('a runner', () => {
  it('works on the jobs of the phones that are attached, and on no other', async () => {
    const { queue, runner, events } = station(new FakeQueue('p1', 'p2', 'p3'), done);
    runner.attach([{ serial: 'p1' }, { serial: 'p3' }]);
    await runner.run();
    assert.deepEqual(queue.states, ['done', 'waiting', 'done']);
    assert.deepEqual(kinds(events), ['attached', 'attached', 'begun 1', 'begun 3', 'ended 1', 'ended 3']);
  });

  it('works on one job of a phone at a time, and on no more phones at once than it may', async () => {
    let now = 0;
    let most = 0;
    const busy = new Set<string>();
    const perform: Perform = async (_, serial) => {
      assert.ok(!busy.has(serial), `${serial} is worked on twice`);
      busy.add(serial);
      most = Math.max(most, ++now);
      await new Promise((turn) => setImmediate(turn));
      now--;
      busy.delete(serial);
      return nothingDone('signed-out');
    };
    const { queue, runner } = station(new FakeQueue('p1', 'p1', 'p2', 'p2', 'p3', 'p3'), perform, {
      parallel: 2,
    });
    runner.attach(['p1', 'p2', 'p3'].map((serial) => ({ serial })));
    await runner.run();
    assert.deepEqual(new Set(queue.states), new Set(['done']));
    assert.equal(most, 2);
  });

  it('begins with a phone when it is plugged in', async () => {
    const queue = new FakeQueue('p1');
    const { runner, stop } = station(queue, done, {
      over: () => Promise.resolve(queue.states[0] === 'done'),
    });
    const running = runner.run();
    runner.attach([{ serial: 'p1' }]);
    await running;
    assert.equal(stop.signal.aborted, false);
  });

  it('gives back what runs when it is asked to stop, and begins nothing more', async () => {
    const started = Promise.withResolvers<void>();
    const perform: Perform = (_job, _serial, { signal }) => {
      started.resolve();
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    };
    const { queue, runner, events, stop } = station(new FakeQueue('p1', 'p2'), perform, { parallel: 1 });
    runner.attach([{ serial: 'p1' }, { serial: 'p2' }]);
    const running = runner.run();
    await started.promise;
    stop.abort(new Error('stopped on request'));
    await running;
    assert.deepEqual(queue.states, ['waiting', 'waiting']);
    assert.deepEqual(kinds(events).slice(2), ['begun 1', 'given-back 1']);
  });

  it('stops on a phone whose job another station has taken over, and writes nothing', async () => {
    const perform: Perform = (_job, _serial, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const queue = new FakeQueue('p1');
    queue.taken = ['1'];
    // The second beat comes as soon as there is something to lose.
    const clock: Clock = {
      ...still,
      sleep: (ms, why, signal) =>
        why === 'the next beat' ? new Promise((turn) => setImmediate(turn)) : still.sleep(ms, why, signal),
    };
    const { runner, events } = station(queue, perform, { clock });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual(queue.states, ['running']);
    assert.deepEqual(events.at(-1), {
      at: '2026-01-01T00:00:00.000Z',
      kind: 'given-back',
      job: '1',
      phone: 'p1',
      why: 'another station has taken it over',
    });
  });

  it("does what the lab's hook says of a phone before it is touched", async () => {
    const touched: string[] = [];
    const perform: Perform = (_job, serial) => {
      touched.push(serial);
      return Promise.resolve(nothingDone('signed-out'));
    };
    const answers: Record<string, 'run' | 'skip' | 'hold'> = { p1: 'skip', p2: 'hold', p3: 'run' };
    const before = (_job: Claim, serial: string) =>
      Promise.resolve({ action: answers[serial] ?? 'run', reason: '', answered: true });
    const { queue, runner } = station(new FakeQueue('p1', 'p2', 'p3'), perform, { before });
    runner.attach(['p1', 'p2', 'p3'].map((serial) => ({ serial })));
    await runner.run();
    assert.deepEqual(queue.states, ['cancelled', 'held', 'done']);
    assert.deepEqual(touched, ['p3']);
  });

  it('goes on when the database does not say whether it is over', async () => {
    const queue = new FakeQueue('p1');
    const answers = [() => Promise.reject(new StoreError('it is away', 'wait')), () => Promise.resolve(true)];
    const { runner, events } = station(queue, done, { over: () => answers.shift()!() });
    const running = runner.run();
    await new Promise((turn) => setImmediate(turn));
    runner.attach([{ serial: 'p1' }]);
    await running;
    assert.deepEqual([queue.states, kinds(events)[0]], [['done'], 'problem']);
  });

  it('says that what it works on is its own before it puts back what nobody works on', async () => {
    const started = Promise.withResolvers<void>();
    const end = Promise.withResolvers<JobEnd>();
    const queue = new FakeQueue('p1');
    const { runner } = station(queue, () => (started.resolve(), end.promise));
    runner.attach([{ serial: 'p1' }]);
    const running = runner.run();
    await started.promise;
    await new Promise((turn) => setImmediate(turn));
    const asked: string[] = [];
    queue.beat = (claims) => (asked.push(`beat ${claims.length}`), Promise.resolve([]));
    queue.recover = () => (asked.push('recover'), Promise.resolve(0));
    runner.attach([{ serial: 'p1' }, { serial: 'p2' }]);
    await new Promise((turn) => setImmediate(turn));
    assert.deepEqual(asked, ['beat 1', 'recover']);
    end.resolve(nothingDone('signed-out'));
    await running;
  });

  it('does nothing more, and puts nothing on record, for a job that another station has taken over while this one stood still', async () => {
    const queue = new FakeQueue('p1');
    const recorded: string[] = [];
    const perform: Perform = async (job, _serial, { signal, stillOurs }) => {
      await stillOurs();
      queue.taken = [job.id];
      await assert.rejects(stillOurs(), TakenOverError);
      assert.ok(signal.aborted);
      return nothingDone('error', 'taken-over');
    };
    const record: RunnerOptions['record'] = ({ id }) => (recorded.push(id), Promise.resolve(undefined));
    const { runner, events } = station(queue, perform, {
      record,
      over: () => Promise.resolve(recorded.length === 0),
    });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual([kinds(events).at(-1), recorded, queue.states], ['given-back 1', [], ['running']]);
  });

  it('takes over what a station that is gone has left of a phone that comes here', async () => {
    const queue = new FakeQueue('p1');
    Object.assign(queue.jobs.get('1') ?? {}, { state: 'running' });
    const { runner } = station(queue, done, { over: () => Promise.resolve(queue.states[0] === 'done') });
    const running = runner.run();
    // After the first beat.
    await new Promise((turn) => setImmediate(turn));
    queue.left = ['1'];
    runner.attach([{ serial: 'p1' }]);
    await running;
    assert.deepEqual(queue.states, ['done']);
  });

  it('says of each job that is given back why, in the words of the hook where it has some', async () => {
    const words: Record<string, string> = { p1: 'owner is asked', p2: '' };
    const before = (_job: Claim, serial: string) =>
      Promise.resolve({ action: 'hold' as const, reason: words[serial] ?? '', answered: serial !== 'p3' });
    const given: unknown[] = [];
    const queue = new FakeQueue('p1', 'p2', 'p3');
    const giveBack = queue.giveBack.bind(queue);
    queue.giveBack = (...args: unknown[]) => {
      given.push(args.slice(1));
      return giveBack(args[0] as Claim, 'held');
    };
    const { runner, events } = station(queue, done, { before });
    runner.attach(['p1', 'p2', 'p3'].map((serial) => ({ serial })));
    await runner.run();
    const whys = events.flatMap((event) => (event.kind === 'given-back' ? [[event.phone, event.why]] : []));
    assert.deepEqual(whys, [
      ['p1', 'owner is asked'],
      ['p2', 'held by BEFORE_URL'],
      ['p3', 'held by BEFORE_URL'],
    ]);
    // One that did not answer is asked again in five minutes, by the clock of the database.
    assert.deepEqual(given, [['held'], ['held'], ['waiting', '2026-01-01T01:05:00.000Z']]);
  });

  it('tries a phone again by the clock of the database', async () => {
    const queue = new FakeQueue('p1');
    const fails = () => (queue.jobs.clear(), Promise.resolve(nothingDone('error', 'session')));
    const { runner, events } = station(queue, fails);
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.equal(events.find((event) => event.kind === 'ended')?.notBefore, '2026-01-01T01:01:00.000Z');
  });

  it('says of a job that it was stopped on request, and of a skipped one what the hook said', async () => {
    const { runner, events, stop } = station(new FakeQueue('p1'), (_job, _serial, { signal }) => {
      stop.abort(new Error('stopped on request'));
      return Promise.reject(signal.reason as Error);
    });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    const last = events.at(-1);
    assert.equal(last?.kind === 'given-back' && last.why, 'stopped on request');

    const before = () => Promise.resolve({ action: 'skip' as const, reason: 'paid twice', answered: true });
    const skipped = station(new FakeQueue('p1'), done, { before });
    skipped.runner.attach([{ serial: 'p1' }]);
    await skipped.runner.run();
    const end = skipped.events.at(-1);
    assert.deepEqual(end?.kind === 'ended' && [end.outcome, end.message], ['skipped', 'paid twice']);
  });

  it('tells of an end what is known of it, and nothing that is not', async () => {
    const whole: JobEnd = {
      ...{ ...nothingDone('refused', 'wrong-password', 'it is wrong'), hint: 'correct it' },
      ...{ retryFrom: '2026-02-01', durationMs: 7, evidence: '/runs/1', imei: '860000000000009' },
      accountCheck: { verdict: 'same', words: 'the account named' },
    };
    const endOf = async (end: JobEnd) => {
      const { runner, events } = station(new FakeQueue('p1'), () => Promise.resolve(end));
      runner.attach([{ serial: 'p1' }]);
      await runner.run();
      return events.at(-1);
    };
    const about = { at: '2026-01-01T00:00:00.000Z', kind: 'ended', job: '1', phone: 'p1', reference: 'R1' };
    const names = [
      'outcome',
      'reason',
      'retryFrom',
      'message',
      'hint',
      'accountCheck',
      'durationMs',
      'evidence',
    ];
    assert.deepEqual(await endOf(whole), {
      ...{ ...about, state: 'parked' },
      ...Object.fromEntries(Object.entries(whole).filter(([name]) => names.includes(name))),
    });
    assert.deepEqual(await endOf(nothingDone('signed-out')), {
      ...{ ...about, state: 'done', outcome: 'signed-out', durationMs: 0, evidence: '' },
    });
  });

  it('tells each phone that comes and goes once, and what a run does as it does it', async () => {
    const at = '2026-01-01T00:00:00.000Z';
    const { runner, events } = station(new FakeQueue('p1'), (_job, _serial, { onEvent }) => {
      onEvent({ at, kind: 'page', page: 'password dialog', package: 'p', source: 's' });
      onEvent({ at, kind: 'step', what: 'press confirm' });
      return Promise.resolve(nothingDone('signed-out'));
    });
    runner.attach([{ serial: 'p1' }, { serial: 'p2' }]);
    runner.attach([{ serial: 'p1' }]);
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'attached' || event.kind === 'gone' ? event : [])),
      [
        { at, kind: 'attached', phone: 'p1' },
        { at, kind: 'attached', phone: 'p2' },
        { at, kind: 'gone', phone: 'p2' },
      ],
    );
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'step' ? [event.what] : [])),
      ['password dialog', 'press confirm'],
    );
  });

  it('wakes when a phone is free again: the next job of it begins without news and without a beat', async () => {
    const queue = new FakeQueue('p1', 'p1');
    const { runner } = station(queue, done, {
      over: () => Promise.resolve(queue.states.every((state) => state === 'done')),
    });
    queue.watch = () => Promise.resolve(() => Promise.resolve());
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual(queue.states, ['done', 'done']);
  });

  it('says what went wrong with what to do, and goes on', async () => {
    const queue = new FakeQueue('p1');
    const claim = queue.claim.bind(queue);
    let failed = false;
    queue.claim = (phones) => {
      if (failed) return claim(phones);
      failed = true;
      queueMicrotask(() => runner.attach([{ serial: 'p1' }]));
      return Promise.reject(new StoreError('it is away', 'start it'));
    };
    const { runner, events } = station(queue, done, {
      over: () => Promise.resolve(queue.states[0] === 'done'),
    });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    const problems = events.flatMap((event) => (event.kind === 'problem' ? event.what : []));
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /it is away.* → start it$/);
  });
});
