import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../../jobs/job.ts';
import { followUp, imeisOf } from './follow-up.ts';

/** Looks as often as there are databases, and stops then. `faults`: what each look finds; empty: nothing is wrong. */
async function looks(faults: readonly string[]) {
  const stop = new AbortController();
  const [problems, slept]: [string[], string[]] = [[], []];
  const left = [...faults];
  const query = async () => ({ rows: [] });
  await followUp({
    ...{ store: { pool: { query }, seal: {} } as never, check: undefined, shelf: { folder: '' } },
    about: { operator: '', station: 'one', tool: '' },
    clock: {
      ...{ now: () => 0, elapsed: () => 0 },
      sleep: async (ms, why) => {
        slept.push(`${ms} ${why}`);
        if (left.length === 0) stop.abort();
      },
    },
    setClock: async () => {
      const fault = left.shift();
      if (fault) throw new Error(fault);
    },
    signal: stop.signal,
    onProblem: (problem) => problems.push(problem),
  });
  return { problems, slept };
}

test('what is due is looked for every five seconds; a trouble is said once, and again when it has been away', async () => {
  const { problems, slept } = await looks(['it is away', 'it is away', '', 'it is away', 'it is full']);
  assert.deepEqual(problems, ['it is away', 'it is away', 'it is full']);
  assert.deepEqual(
    slept,
    Array.from({ length: 5 }, () => '5000 what is due'),
  );
});

test('a trouble of a station that is being stopped is not said', async () => {
  const stop = new AbortController();
  const problems: string[] = [];
  await followUp({
    ...{ store: {} as never, check: undefined, shelf: { folder: '' } },
    about: { operator: '', station: 'one', tool: '' },
    clock: { now: () => 0, elapsed: () => 0, sleep: () => Promise.reject(new Error('it is stopped')) },
    setClock: () => {
      stop.abort();
      return Promise.reject(new Error('cut off'));
    },
    signal: stop.signal,
    onProblem: (problem) => problems.push(problem),
  });
  assert.deepEqual(problems, []);
});

test('the IMEIs of a job are those of its list and those that its phone has said, each once', () => {
  const job = (phone: object, end: object = {}) => ({ order: { phone }, end }) as unknown as Job;
  assert.deepEqual(imeisOf(undefined), []);
  assert.deepEqual(imeisOf(job({ serial: 'd1e2' })), []);
  assert.deepEqual(imeisOf(job({ serial: 'd1e2' }, { imei: '', imei2: '2' })), ['2']);
  assert.deepEqual(imeisOf(job({ imei: '1', imei2: '2' }, { imei: '2', imei2: '3' })), ['1', '2', '3']);
});
