import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../clock.ts';
import { FolderError, StoreError } from '../errors.ts';
import { done, FakeQueue, station, still } from './runner-fake.ts';

describe('the ends that a runner writes', () => {
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
    const full = new FolderError({
      what: 'records',
      folder: '/r',
      why: 'the disk is full',
      setting: 'RECORDS_DIR',
    });
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
      [`no phone is begun until there is room: ${full.message} → ${full.hint}`],
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
});
