import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../jobs/job.ts';
import { outcomeInWords } from '../reasons.ts';
import { legend, stateInWords } from '../words/states.ts';
import { assertBatch, linesOf } from './jobs.ts';

const office = (batches: readonly string[]) => ({
  list: ({ batch = '' }) => Promise.resolve(batches.includes(batch) ? [{} as Job] : []),
  batches: () => Promise.resolve([...batches]),
});

test('a batch that is not there is refused, with those that are', async () => {
  await assertBatch(office(['lot-7']), 'lot-7');
  await assert.rejects(assertBatch(office(['lot-8', 'lot-7']), 'nosuch'), {
    message: "There is no batch 'nosuch'.",
    hint: "the newest batches are 'lot-8', 'lot-7'",
    exitCode: 2,
  });
  await assert.rejects(assertBatch(office([]), 'nosuch'), { hint: /there is no batch yet/ });
});

test('what happened to a job is one sentence', () => {
  const job: Job = {
    ...{ id: '1', batch: 'b', state: 'parked', attempts: 1, round: 1, recovering: false, station: '' },
    ...{ serial: 'p', createdAt: '' },
    order: {
      ...{ phone: { serial: 'p' }, account: 'a', data: 'keep', ifForgotten: 'stop' },
      ...{ reference: 'R', ownerConsent: '' },
    },
    end: {
      ...{ outcome: 'error', message: 'It broke. More of it.', hint: 'mend it', model: '', release: '' },
      ...{ region: '', language: '', imei: '', account: '', passwordSubmitted: false, codeRequested: false },
      ...{ durationMs: 1, evidence: '', drift: [] },
    },
  };
  const what = (end: Partial<Job['end']>) => linesOf([{ ...job, end: { ...job.end!, ...end } }])[1] ?? '';
  assert.match(what({}), / {2}failed: It broke$/);
  assert.match(
    what({ message: 'The phone 10.0.0.7:5555 is gone; look at it.' }),
    /10\.0\.0\.7:5555 is gone$/,
  );
});

test('a state has one word at the terminal, on pages and in the legend of jobs --help', () => {
  for (const state of ['waiting', 'running', 'unrecorded', 'done', 'parked', 'held', 'cancelled']) {
    const words = stateInWords(state);
    assert.equal(outcomeInWords(state)[0], words);
    assert.match(legend(), new RegExp(`^ {2}${words}\\b`, 'm'));
  }
  assert.match(legend(), /^ {2}for a person \(needs-person\) +a person is to finish it/m);
});
