import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import type { Clock } from '../clock.ts';
import { NOT_RECORDED } from '../survey.ts';
import type { Journal } from './journal.ts';
import { onStuck, UNDER_WAY_LIMIT, type StuckPolicy } from './stuck.ts';
import type { Stuck } from './walk.ts';

const UNKNOWN: Stuck = { kind: 'unknown-page', page: 'com.android.updater' };
const KNOWN: Stuck = { kind: 'stuck', page: 'password dialog' };
const LOCKED: Stuck = { kind: 'locked', page: 'com.android.systemui' };

/** What is done about each page, in words; the time is set by hand. */
function arrange(policy: Partial<StuckPolicy<string>> = {}) {
  const did: string[] = [];
  let elapsed = 5000;
  const decide = onStuck<string>({
    browser: { back: async () => void did.push('back') } as unknown as Browser,
    clock: { elapsed: () => elapsed } as Clock,
    journal: { step: (what: string) => void did.push(what) } as Journal,
    giveUp: (why, detours) => `${why} after ${detours}`,
    ...policy,
  });
  return { decide, did, pass: (ms: number) => (elapsed += ms) };
}

test('an unknown page gets Back six times, which is said each time, and is given up then', async () => {
  const { decide, did } = arrange();
  for (let time = 0; time < 6; time++) assert.equal(await decide(UNKNOWN), undefined);
  assert.deepEqual(
    did,
    Array.from({ length: 6 }, () => [
      'press Back: a page of com.android.updater is in the way',
      'back',
    ]).flat(),
  );
  assert.equal(await decide(UNKNOWN), 'unknown-page after 7');
  assert.equal(did.length, 12, 'nothing more is pressed');
});

test('a flow sets how often an unknown page is left', async () => {
  const { decide, did } = arrange({ most: 1 });
  assert.equal(await decide(UNKNOWN), undefined);
  assert.equal(await decide(UNKNOWN), 'unknown-page after 2');
  assert.equal(did.length, 2);
});

test('every second time the first page of the flow is opened again, where that is allowed, and Back is pressed else', async () => {
  let allowed = true;
  const { decide, did } = arrange({
    reopen: () => (allowed ? async () => void did.push('reopen') : undefined),
  });
  for (let time = 0; time < 4; time++) await decide(UNKNOWN);
  assert.deepEqual(
    did.filter((what) => !what.startsWith('press')),
    ['back', 'reopen', 'back', 'reopen'],
  );
  allowed = false;
  await decide(UNKNOWN);
  await decide(UNKNOWN);
  assert.deepEqual(did.slice(-1), ['back']);
  assert.ok(did.filter((what) => what === 'reopen').length === 2);
});

test('what opens the first page again may end the flow', async () => {
  const { decide } = arrange({ reopen: () => async () => 'signed out' });
  assert.equal(await decide(UNKNOWN), undefined);
  assert.equal(await decide(UNKNOWN), 'signed out');
});

test('a lock and a known page that stays end the flow at once, for different reasons, and nothing is pressed', async () => {
  for (const [stuck, end] of [
    [LOCKED, 'locked after 0'],
    [KNOWN, 'no-answer after 0'],
  ] as const) {
    const { decide, did } = arrange({ isOwnStep: () => true });
    assert.equal(await decide(stuck), end);
    assert.deepEqual(did, []);
  }
});

test('a page behind which something may be under way gets a minute from when it was first seen, and no key', async () => {
  for (const [stuck, end] of [
    [UNKNOWN, 'unknown-page after 0'],
    [LOCKED, 'locked after 0'],
    [KNOWN, 'unknown-page after 0'],
  ] as const) {
    const { decide, did, pass } = arrange({ mayBeUnderWay: () => true });
    assert.equal(await decide(stuck), undefined);
    pass(UNDER_WAY_LIMIT - 1);
    assert.equal(await decide(stuck), undefined);
    pass(1);
    assert.equal(await decide(stuck), end);
    assert.deepEqual(did, []);
  }
});

test('a page that may be a step of the flow itself gets time twice, and is given up without a key', async () => {
  const { decide, did } = arrange({ isOwnStep: (app) => app === 'com.android.updater' });
  assert.equal(await decide(UNKNOWN), undefined);
  assert.equal(await decide(UNKNOWN), undefined);
  assert.equal(await decide(UNKNOWN), 'unknown-page after 3');
  assert.deepEqual(did, []);
  const other = arrange({ isOwnStep: (app) => app !== 'com.android.updater' });
  await other.decide(UNKNOWN);
  assert.deepEqual(other.did.at(-1), 'back');
});

test('a known case counts before all of that', async () => {
  const { decide, did } = arrange({
    instead: ({ kind }) => (kind === 'locked' ? async () => 'asked' : undefined),
    mayBeUnderWay: () => true,
  });
  assert.equal(await decide(LOCKED), 'asked');
  assert.equal(await decide(UNKNOWN), undefined, 'other pages are treated as ever');
  assert.deepEqual(did, []);
});

test('the page of a phone that plays a survey back ends the flow at once, also after a submission, and nothing is pressed', async () => {
  for (const policy of [{}, { mayBeUnderWay: () => true }, { isOwnStep: () => true }]) {
    const { decide, did } = arrange(policy);
    assert.equal(await decide({ kind: 'unknown-page', page: NOT_RECORDED }), 'not-recorded after 0');
    assert.deepEqual(did, []);
  }
});
