import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PhoneLostError } from '../errors.ts';
import { afterBreak } from './after-break.ts';
import type { Journal } from './journal.ts';

const BROKE = new Error('socket hang up');

/** A sign-out whose session broke; the account leaves the list after so many looks. */
function broken(
  looks: number,
  { patience = 5000, signal = new AbortController().signal, cause = BROKE } = {},
) {
  let [time, asked] = [1_000_000, 0];
  const steps: string[] = [];
  const waits: [ms: number, why: string, signal: AbortSignal | undefined][] = [];
  const ended = afterBreak(cause, {
    isOut: async () => ++asked >= looks,
    patience,
    clock: {
      now: () => time,
      elapsed: () => time,
      sleep: async (ms, why, ending) => {
        waits.push([ms, why, ending]);
        time += ms;
      },
    },
    signal,
    journal: { step: (what: string) => void steps.push(what) } as unknown as Journal,
  });
  return { ended, steps, waits, asked: () => asked, signal };
}

test('a sign-out whose session broke is one as soon as the account list is empty', async () => {
  const { ended, steps, waits, signal } = broken(3);
  assert.deepEqual(await ended, { kind: 'signed-out' });
  assert.deepEqual(steps, ['the session is gone: go on with the account list alone']);
  assert.deepEqual(waits, Array(2).fill([1000, 'the account list without a session', signal]));
});

test('where the account stays as long as the phone may take, the fault counts', async () => {
  const { ended, asked } = broken(Infinity);
  await assert.rejects(ended, BROKE);
  assert.equal(asked(), 5);
});

test('where nothing was begun, the run was stopped, or it is known what is the matter, the list is not asked', async () => {
  const lost = new PhoneLostError('X1', { passwordSubmitted: true });
  for (const [options, fault] of [
    [{ patience: 0 }, BROKE],
    [{ signal: AbortSignal.abort() }, BROKE],
    [{ cause: lost }, lost],
  ] as const) {
    const { ended, asked, steps } = broken(1, options);
    await assert.rejects(ended, fault);
    assert.deepEqual([asked(), steps], [0, []]);
  }
});
