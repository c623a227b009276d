import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantClock } from '../clock.ts';
import type { Journal } from './journal.ts';
import { leaveChange, leavesAfterChange, leavesAfterSignOut, leaveSignOut } from './leave.ts';
import type { Outcome } from './outcome.ts';
import { CODE_FIELD, ID, LABELS, screens, StoryPhone, WORDS, type Screen } from './sign-out-story.ts';

const CANCEL = 'com.miui.cloudservice:id/cancel_button';
type Leave = 'leaveSignOut' | 'leaveChange';

/** Leads a phone away that shows these screens. What it pressed, what it said, and the screens that are left. */
async function away(leave: Leave, tell: (all: ReturnType<typeof screens>, next: () => void) => Screen[]) {
  const story = new StoryPhone();
  story.story.push(...tell(screens(story.next), story.next));
  const said: string[] = [];
  const pages: string[] = [];
  const journal: Journal = {
    progress: { passwordSubmitted: false },
    page: async (name) => void pages.push(name),
    step: (what) => void said.push(what),
    drift: () => undefined,
    passwordSubmitted: () => assert.fail('nothing is submitted'),
  };
  const session = { phone: story.phone, browser: story.browser, labels: LABELS };
  const signal = new AbortController().signal;
  const tools = { clock: instantClock(), signal, journal, screen: async () => 'lit' as const };
  await (leave === 'leaveSignOut' ? leaveSignOut(session, tools) : leaveChange(session, tools));
  return { log: story.log, said, pages, left: story.story.length };
}
const cancelled = (screen: Screen, what: string, next: () => void): Screen => ({
  ...screen,
  taps: { [what]: next },
});
const message = (next: () => void): Screen => ({
  package: 'com.xiaomi.account',
  shows: [`"${WORDS.passport_bad_authentication}"`, 'android:id/button1'],
  taps: { 'android:id/button1': next },
});

test('after a sign-out each question is cancelled, said so, until the account page is shown', async () => {
  for (const [name, what] of [
    ['password', `${ID}cancel`],
    ['keepOrRemove', CANCEL],
    ['miPay', 'android:id/button2'],
    ['unsynced', 'android:id/button2'],
    ['removeAccount', 'android:id/button2'],
  ] as const) {
    const { log, said, pages, left } = await away('leaveSignOut', (all, next) => [
      cancelled(all[name], what, next),
      all.account,
    ]);
    assert.deepEqual([log, said, left], [[`tap ${what}`], ['press Cancel'], 1], name);
    assert.equal(pages.length, 2, 'the pages are kept as evidence');
  }
});

test('a message is closed, Account security gets Back, and what the phone is busy with is waited for', async () => {
  const security = (next: () => void): Screen => ({
    package: 'com.xiaomi.account',
    shows: [`"${WORDS.account_security_info_pref_title}"`],
    taps: { back: next },
  });
  for (const leave of ['leaveSignOut', 'leaveChange'] as const) {
    const { log, left } = await away(leave, (all, next) => [message(next), security(next), all.account]);
    assert.deepEqual([log, left], [['tap android:id/button1', 'back'], 1]);
  }
  const { log, left } = await away('leaveSignOut', (all) => [all.busy, all.account]);
  assert.deepEqual([log, left], [[], 1]);
});

test('what has no Cancel in view is left with Back', async () => {
  for (const shows of [
    [`${ID}inner_content`, `${ID}input_pwd_view`],
    [`${ID}sms_send_notice`, CODE_FIELD],
    [`${ID}verify_webView`],
  ]) {
    const { log, left } = await away('leaveSignOut', (all, next) => [
      { package: 'com.xiaomi.account', shows, taps: { back: next } },
      all.account,
    ]);
    assert.deepEqual([log, left], [['back'], 1], shows[0]);
  }
});

test('a dialog that may be another question, and a page that is not known, get Back and no answer', async () => {
  const twoMore = (screen: Screen): Screen => ({ ...screen, shows: [...screen.shows, 'android:id/button3'] });
  for (const leave of ['leaveSignOut', 'leaveChange'] as const) {
    assert.deepEqual((await away(leave, (all) => [twoMore(all.miPay)])).log, ['back', 'back', 'back']);
    assert.deepEqual((await away(leave, (all) => [all.stranger, all.account])).log, ['back']);
  }
});

test('after a change the password dialog is cancelled, and its pages are no evidence', async () => {
  const { log, said, pages, left } = await away('leaveChange', (all, next) => [
    cancelled(all.password, `${ID}cancel`, next),
    all.account,
  ]);
  assert.deepEqual([log, said, pages, left], [[`tap ${ID}cancel`], [], [], 1]);
});

test('a fault of the way back is said and ends nothing; a request to stop does', async () => {
  const story = new StoryPhone();
  const said: string[] = [];
  const stop = new AbortController();
  const browser = { getPageSource: () => Promise.reject(new Error('the session is gone')) };
  const session = { phone: story.phone, browser: browser as never, labels: LABELS };
  const journal = { step: (what: string) => void said.push(what) } as Journal;
  const tools = { clock: instantClock(), signal: stop.signal, journal };
  await leaveChange(session, tools);
  assert.deepEqual(said, ['the phone could not be led back to its account page']);
  stop.abort(new Error('stopped by hand'));
  await assert.rejects(leaveChange(session, tools), /stopped by hand/);
  assert.equal(said.length, 1);
});

test('a phone is led away where the outcome is final, and not where a person has to answer what it shows', () => {
  const after = (outcome: Outcome) => leavesAfterSignOut(outcome);
  assert.equal(after({ kind: 'refused', reason: 'wrong-password' }), true);
  assert.equal(after({ kind: 'cancelled', reason: 'no-password' }), true);
  for (const reason of ['done-before', 'keyboard', 'other-account', 'account-not-proven'] as const)
    assert.equal(after({ kind: 'needs-person', reason }), true, reason);
  for (const reason of ['second-factor', 'captcha', 'locked', 'unknown-page'] as const)
    assert.equal(after({ kind: 'needs-person', reason }), false, reason);
  assert.equal(after({ kind: 'signed-out' }), false);
  assert.equal(leavesAfterChange({ kind: 'refused', reason: 'network' }), true);
  assert.equal(leavesAfterChange({ kind: 'changed', proof: 'message' }), true);
  assert.equal(leavesAfterChange({ kind: 'needs-person', reason: 'captcha' }), false);
});
