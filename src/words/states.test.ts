import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localTime } from './local-time.ts';
import { holdInWords, isState, legend, stateInWords } from './states.ts';

test('a state of a job is said in words, and one that is not known as it stands', () => {
  const states = ['waiting', 'running', 'unrecorded', 'done', 'parked', 'needs-person', 'held', 'cancelled'];
  assert.deepEqual(states.map(stateInWords), [
    ...['waiting', 'running', 'not on record yet', 'done', 'parked', 'for a person', 'held', 'cancelled'],
  ]);
  assert.deepEqual(states.map(isState), Array<boolean>(8).fill(true));
  assert.deepEqual([stateInWords('new'), isState('new'), isState('toString')], ['new', false, false]);
});

test('a hold says why, and until when, else since when', () => {
  const [since, until] = ['2026-11-26T00:55:19.000Z', '2026-12-24T21:59:00.000Z'];
  const reasons = ['lost', 'lock-on', 'owner-asked', 'by-hand', 'code-source-away'];
  assert.deepEqual(
    reasons.map((reason) => holdInWords({ reason, since })),
    [
      ...['reported lost, to be returned', 'the lock is on', 'its owner was asked', 'held by hand'],
      'code-source-away',
    ].map((why) => `${why}, since ${localTime(since)}`),
  );
  assert.equal(
    holdInWords({ reason: 'owner-asked', since, until }),
    `its owner was asked, until ${localTime(until)}`,
  );
});

test('the legend has a line for each state, in columns, with its name in JSON where that is another', () => {
  const lines = legend().split('\n');
  assert.equal(lines.length, 8);
  assert.equal(
    lines[0],
    '  waiting                         waits for its phone, for a station or for its time',
  );
  assert.equal(
    lines[2],
    '  not on record yet (unrecorded)  it has ended; its record is written when there is room',
  );
  assert.match(lines[5] ?? '', /^ {2}for a person \(needs-person\) +a person is to finish it: 'jobs attend'/);
});
