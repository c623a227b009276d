import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhoneJob, PhoneOnWall } from '../jobs/phones-seen.ts';
import type { OpenQuestion } from '../store/questions.ts';
import { byPlace, endName, needing, stepOf, tileOf } from './tile.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const at = (minute: number) => new Date(NOW + minute * 60_000).toISOString();
const phone = (more: Partial<PhoneOnWall> = {}, work?: Partial<PhoneJob>): PhoneOnWall => ({
  ...{
    station: 'Sofia 1',
    serial: '8f4c1e10',
    usb: '',
    state: 'device',
    model: '',
    release: '',
    since: at(0),
    plugged: at(0),
  },
  ...{ job: '', step: '', evidence: '', picture: '', place: 'A1', seen: '', ...more },
  ...(work && {
    work: { id: '7', batch: 'lab', state: 'waiting', reference: 'RMA-1', attempts: 1, ...work },
  }),
});
const end = { outcome: 'refused', reason: 'network', durationMs: 11_000 } as never;
const question = (until: string): OpenQuestion => ({
  ...{
    id: 'q',
    station: 'Sofia 1',
    serial: '8f4c1e10',
    job: '7',
    what: 'captcha',
    prompt: '',
    picture: '',
    askedAt: at(-1),
    until,
  },
});
const state = (...given: Parameters<typeof phone>) => tileOf(phone(...given), undefined, NOW).state;

test('a phone is shown as its cable, its job and its question say', () => {
  assert.equal(state(), 'order');
  assert.equal(state({ state: 'gone' }, { state: 'running' }), 'gone');
  assert.equal(state({ away: at(-3) }, { state: 'running' }), 'away', 'it is not known to be at work');
  const away = tileOf(phone({ away: at(-3) }, { state: 'running' }), question(at(2)), NOW);
  assert.deepEqual(
    [away.state, away.question, away.advice, away.time],
    ['away', undefined, { say: 'do.away', at: at(-3) }, { since: at(-3) }],
  );
  assert.equal(state({ state: 'unauthorized' }), 'unauth');
  assert.equal(state({ state: 'offline' }), 'fail');
  assert.equal(state({}, { state: 'running' }), 'work');
  assert.equal(state({}, { state: 'unrecorded', end }), 'work');
  assert.equal(state({}, { state: 'waiting' }), 'queue');
  assert.equal(state({}, { state: 'done', end }), 'done');
  assert.equal(state({}, { state: 'parked', end }), 'fail');
  assert.equal(state({}, { state: 'needs-person', end }), 'person');
  assert.equal(state({}, { state: 'held' }), 'held');
  const lockAfter = { state: 'unknown', at: at(0), isOver: false } as const;
  assert.equal(state({}, { state: 'done', end, lockAfter }), 'lock', 'unknown is never off');
  assert.equal(state({}, { state: 'done', end, lockAfter: { ...lockAfter, state: 'off' } }), 'done');
  assert.equal(state({}, { state: 'done', end: { outcome: 'cleared-by-owner' } as never }), 'cleared');
  assert.equal(state({}, { state: 'needs-person', end: { outcome: 'return-to-sender' } as never }), 'return');
  assert.equal(state({}, { state: 'cancelled' }), 'order');
  const asked = tileOf(phone({}, { state: 'running' }), question(at(2)), NOW);
  assert.deepEqual(
    [asked.state, asked.advice, asked.time],
    [...['person', { why: 'ask.captcha', say: 'ask-do.captcha' }, { until: at(2) }]],
  );
});

test('a held phone says why and shows one date', () => {
  const held = (reason: 'lost' | 'owner-asked' | 'by-hand', until?: string) =>
    tileOf(
      phone({}, { state: 'held', hold: { reason, since: at(-3), ...(until && { until }) } }),
      undefined,
      NOW,
    );
  const advice = (...of: Parameters<typeof held>) => held(...of).advice;
  assert.deepEqual(
    [held('lost', at(9)).state, advice('lost', at(9))],
    ['return', { why: 'hold.lost', say: 'do.return' }],
  );
  assert.deepEqual(advice('owner-asked', at(9)), { why: 'hold.owner-asked', say: 'do.until', at: at(9) });
  assert.deepEqual(
    [advice('by-hand'), held('by-hand').time],
    [...[{ why: 'hold.by-hand', say: 'do.held' }, { since: at(-3) }]],
  );
  assert.equal(held('owner-asked', at(9)).time, undefined);
});

test('a letter of which it is not known whether it went out needs a person', () => {
  const letter = (minutes: number) => [
    { day: '2026-11-30', kind: 'first', state: 'sending', at: at(minutes) } as const,
  ];
  assert.equal(state({}, { state: 'held', letters: letter(-9) }), 'person');
  assert.equal(state({}, { state: 'parked', end, letters: letter(-9) }), 'person');
  assert.equal(state({}, { state: 'held', letters: letter(-1) }), 'held', 'it goes out right now');
});

test('nothing that was not verified on the phone is green', () => {
  for (const job of [
    'waiting',
    'running',
    'unrecorded',
    'parked',
    'needs-person',
    'held',
    'cancelled',
  ] as const)
    assert.notEqual(state({}, { state: job, end: { outcome: 'signed-out' } as never }), 'done', job);
});

test('a failure is loud until a person has opened that end of it', () => {
  const parked = phone({}, { state: 'parked', end, endedAt: at(-3) });
  assert.equal(tileOf(parked, undefined, NOW).isSeen, false);
  assert.equal(tileOf({ ...parked, seen: endName(parked) }, undefined, NOW).isSeen, true);
  const again = phone({ seen: endName(parked) }, { state: 'parked', end, endedAt: at(-1) });
  assert.equal(tileOf(again, undefined, NOW).isSeen, false, 'another attempt');
});

test('what needs a person comes by urgency: the time left, then what waits, then failures, those not seen first', () => {
  const tiles = [
    tileOf(
      phone({ serial: 'seen', seen: `7 ${at(-9)}` }, { state: 'parked', end, endedAt: at(-9) }),
      undefined,
      NOW,
    ),
    tileOf(phone({ serial: 'new' }, { state: 'parked', end, endedAt: at(-2) }), undefined, NOW),
    tileOf(phone({ serial: 'old' }, { state: 'parked', end, endedAt: at(-5) }), undefined, NOW),
    tileOf(phone({ serial: 'by hand' }, { state: 'needs-person', end, endedAt: at(-1) }), undefined, NOW),
    tileOf(phone({ serial: 'late' }, { state: 'running' }), question(at(4)), NOW),
    tileOf(phone({ serial: 'soon' }, { state: 'running' }), question(at(1)), NOW),
    tileOf(phone({ serial: 'works' }, { state: 'running' }), undefined, NOW),
    tileOf(phone({ serial: 'offline', state: 'offline' }), undefined, NOW),
  ];
  assert.deepEqual(
    needing(tiles).map(({ phone: { serial } }) => serial),
    [...['soon', 'late', 'by hand', 'old', 'new', 'seen']],
  );
});

test('tiles stand by their places as people count, and phones without one as they were plugged in', () => {
  const tile = (place: string, minute: number) =>
    tileOf(phone({ place, serial: `${place}${minute}`, plugged: at(minute) }), undefined, NOW);
  const tiles = [tile('', 2), tile('A10', 3), tile('B1', 4), tile('', 1), tile('A2', 5)];
  assert.deepEqual(
    tiles.sort(byPlace).map(({ phone: { serial } }) => serial),
    ['A25', 'A103', 'B14', '1', '2'],
  );
});

test('steps of a run are said in words of the page, and an unknown one says that it goes on', () => {
  assert.deepEqual(stepOf('tap Sign out'), { say: 'step.tap', phase: 2 });
  assert.deepEqual(stepOf('submit the password').say, 'step.check');
  assert.deepEqual(stepOf('type the new password twice').say, 'step.new-password');
  assert.deepEqual(stepOf('something else'), { say: 'step.start', phase: 0 });
});
