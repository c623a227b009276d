import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../clock.ts';
import { FolderError, StoreError, TakenOverError } from '../errors.ts';
import type { KeptEnd } from './ends.ts';
import type { JobEnd, JobState, Perform } from './job.ts';
import { STATE, type Claim } from './queue.ts';
import { nothingDone } from './nothing-done.ts';
import { Runner, type StationEvent, type RunnerOptions } from './runner.ts';

/** Time stands still; only an event ends a wait. */
const still: Clock = {
  now: () => Date.parse('2026-01-01T00:00:00Z'),
  elapsed: () => 0,
  sleep: (_ms, _why, signal) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error))),
};

/** Jobs in memory, as the queue gives and takes them. */
class FakeQueue {
  readonly jobs = new Map<string, { serial: string; state: JobState; end?: JobEnd; claim: number }>();
  taken: string[] = [];
  /** Begun by a station that is gone. */
  left: string[] = [];
  readonly delivered: string[] = [];
  /** Ends whose record is not written; `free`: no process writes it. */
  readonly kept = new Map<string, KeptEnd & { free: boolean }>();
  #changed: () => void = () => undefined;

  constructor(...serials: string[]) {
    for (const [index, serial] of serials.entries())
      this.jobs.set(String(index + 1), { serial, state: 'waiting', claim: 0 });
  }

  claim(phones: readonly { serial: string }[]): Promise<Claim | undefined> {
    const found = [...this.jobs].find(
      ([, job]) => job.state === 'waiting' && phones.some(({ serial }) => serial === job.serial),
    );
    if (!found) return Promise.resolve(undefined);
    const [id, job] = found;
    job.state = 'running';
    const order = {
      phone: { serial: job.serial },
      account: 'a',
      data: 'keep',
      ifForgotten: 'stop',
      reference: `R${id}`,
      ownerConsent: '',
    } as const;
    const rest = {
      batch: 'b',
      state: 'running',
      attempts: 1,
      round: 1,
      recovering: false,
      station: 'one',
      serial: job.serial,
      createdAt: '',
    } as const;
    return Promise.resolve({ id, order, ...rest, claim: `${id}.${++job.claim}` });
  }

  /** The station's clock is an hour off. */
  now = (): Promise<Date> => Promise.resolve(new Date('2026-01-01T01:00:00Z'));

  beat(claims: readonly Claim[]): Promise<Claim[]> {
    return Promise.resolve(claims.filter(({ id }) => this.taken.includes(id)));
  }

  recover(): Promise<number> {
    const back = this.left.splice(0);
    for (const id of back) this.#set(id, 'waiting');
    return Promise.resolve(back.length);
  }

  conclude(
    ...[{ id }, end, next, conclusion]: Parameters<RunnerOptions['queue']['conclude']>
  ): Promise<boolean> {
    this.#set(id, STATE[next.then], end);
    this.kept.delete(id);
    if (conclusion?.delivery !== undefined) this.delivered.push(conclusion.delivery);
    return Promise.resolve(true);
  }

  keep(claim: Claim, end: JobEnd, follows: KeptEnd['follows']): Promise<boolean> {
    this.kept.set(claim.id, { claim, end, follows, free: false });
    this.#set(claim.id, 'unrecorded', end);
    return Promise.resolve(true);
  }

  putBack({ id }: { id: string }): Promise<void> {
    Object.assign(this.kept.get(id) ?? {}, { free: true });
    return Promise.resolve();
  }

  take(): Promise<KeptEnd | undefined> {
    const found = [...this.kept.values()].find(({ free }) => free);
    if (found) found.free = false;
    return Promise.resolve(found);
  }

  giveBack({ id }: Claim, state: 'waiting' | 'held' = 'waiting'): Promise<void> {
    this.#set(id, state);
    return Promise.resolve();
  }

  watch(changed: () => void): Promise<() => Promise<void>> {
    this.#changed = changed;
    return Promise.resolve(() => Promise.resolve());
  }

  get states(): JobState[] {
    return [...this.jobs.values()].map(({ state }) => state);
  }

  #set(id: string, state: JobState, end?: JobEnd): void {
    Object.assign(this.jobs.get(id) ?? {}, { state, end });
    this.#changed();
  }
}

interface Station {
  queue: FakeQueue;
  runner: Runner;
  events: StationEvent[];
  stop: AbortController;
}

function station(queue: FakeQueue, perform: Perform, changes: Partial<RunnerOptions> = {}): Station {
  const events: StationEvent[] = [];
  const stop = new AbortController();
  const options = {
    queue,
    ends: queue,
    perform,
    parallel: 8,
    signal: stop.signal,
    onEvent: (event: StationEvent) => events.push(event),
    clock: still,
  };
  const over = () => Promise.resolve(true);
  return { queue, runner: new Runner({ ...options, over, ...changes }), events, stop };
}

const done: Perform = () => Promise.resolve(nothingDone('signed-out'));
const kinds = (events: StationEvent[]) =>
  events.map((event) => ('job' in event ? `${event.kind} ${event.job}` : event.kind));

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

  it('writes an end also when the database fails for a while, and says so', async () => {
    const queue = new FakeQueue('p1');
    const conclude = queue.conclude.bind(queue);
    let tries = 0;
    queue.conclude = (...args) =>
      ++tries < 3 ? Promise.reject(new Error('the database is away')) : conclude(...args);
    const clock: Clock = {
      ...still,
      sleep: (ms, why, signal) =>
        why.includes('database') ? Promise.resolve() : still.sleep(ms, why, signal),
    };
    const { runner, events } = station(queue, done, { clock });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual(queue.states, ['done']);
    const problems = events.flatMap((event) => (event.kind === 'problem' ? event.what : []));
    assert.deepEqual(problems, ['the database is away', 'the database is away']);
  });

  it('calls no job done before its record is safe, hands nothing over, and goes on with other phones', async () => {
    const full = () => Promise.reject(new Error('the disk is full'));
    const { queue, runner, events } = station(new FakeQueue('p1', 'p2'), done, { record: full });
    runner.attach([{ serial: 'p1' }, { serial: 'p2' }]);
    await runner.run();
    assert.deepEqual([queue.states, queue.delivered], [['unrecorded', 'unrecorded'], []]);
    const [first] = queue.kept.values();
    assert.deepEqual(
      [first?.end.outcome, first?.follows],
      ['signed-out', { next: { then: 'done' }, counts: true }],
    );
    const ended = events.flatMap((event) => (event.kind === 'ended' ? event.state : []));
    assert.deepEqual(ended, ['unrecorded', 'unrecorded']);
    assert.equal(
      events.filter((event) => event.kind === 'problem' && event.what === 'the disk is full').length,
      1,
    );
  });

  it('writes the record of an end that is kept when there is room, without a phone, and hands it over only then', async () => {
    const queue = new FakeQueue('p1');
    const record = () => Promise.reject(new Error('the disk is full'));
    const first = station(queue, done, { record });
    first.runner.attach([{ serial: 'p1' }]);
    await first.runner.run();
    const delivered: string[][] = [];
    const roomy = () => (delivered.push([...queue.delivered]), Promise.resolve('the record'));
    const next = station(queue, () => assert.fail('the phone is touched'), { record: roomy });
    await next.runner.run();
    assert.deepEqual([queue.states, delivered, queue.delivered], [['done'], [[]], ['the record']]);
    const at = '2026-01-01T00:00:00.000Z';
    assert.deepEqual(next.events, [
      { at, kind: 'recorded', job: '1', phone: 'p1', reference: 'R1', state: 'done' },
    ]);
  });

  it('writes in the same command what there is room for again', async () => {
    let tries = 0;
    const record = () =>
      ++tries < 3 ? Promise.reject(new Error('the disk is full')) : Promise.resolve('the record');
    const queue = new FakeQueue('p1');
    const { runner } = station(queue, done, {
      record,
      over: () => Promise.resolve(queue.states[0] === 'done'),
    });
    runner.attach([{ serial: 'p1' }]);
    const running = runner.run();
    while (queue.states[0] !== 'done') {
      await new Promise((turn) => setImmediate(turn));
      runner.attach([{ serial: 'p1' }]);
    }
    await running;
    assert.deepEqual([tries, queue.delivered], [3, ['the record']]);
  });

  it('begins no phone, and claims no job, while its run could not be written, and says so once', async () => {
    const full = new FolderError('records', '/r', 'the disk is full', 'RECORDS_DIR');
    let free = false;
    const asked: number[] = [];
    const room = (running: number) => (asked.push(running), free ? undefined : full);
    const queue = new FakeQueue('p1', 'p2');
    queue.claim = () => assert.fail('a job is claimed');
    const heard: boolean[] = [];
    const { runner, events } = station(queue, done, { room, onFull: (isFull) => heard.push(isFull) });
    runner.attach([{ serial: 'p1' }, { serial: 'p2' }]);
    await runner.run();
    await runner.run();
    assert.deepEqual(queue.states, ['waiting', 'waiting']);
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'problem' ? event.what : [])),
      [`no phone is begun: ${full.message} → ${full.hint}`],
    );
    free = true;
    queue.claim = FakeQueue.prototype.claim;
    await runner.run();
    assert.deepEqual(
      [queue.states, heard],
      [
        ['done', 'done'],
        [true, false],
      ],
    );
    assert.equal(events.filter(({ kind }) => kind === 'room').length, 1);
    const roomy = new FakeQueue('p1', 'p2');
    const again = station(roomy, done, { room });
    again.runner.attach([{ serial: 'p1' }, { serial: 'p2' }]);
    await again.runner.run();
    assert.deepEqual(roomy.states, ['done', 'done']);
    assert.ok(asked.includes(1), 'the second phone asks for room beside the first');
  });

  it('puts an end on record when the database comes back, and only then calls it ended', async () => {
    let tries = 0;
    const record = () =>
      ++tries < 3 ? Promise.reject(new StoreError('it is away', 'wait')) : Promise.resolve('the record');
    const clock: Clock = {
      ...still,
      sleep: (ms, why, signal) =>
        why.includes('database') ? Promise.resolve() : still.sleep(ms, why, signal),
    };
    const queue = new FakeQueue('p1');
    const { runner } = station(queue, done, { clock, record });
    runner.attach([{ serial: 'p1' }]);
    await runner.run();
    assert.deepEqual([queue.states, queue.delivered], [['done'], ['the record']]);
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
