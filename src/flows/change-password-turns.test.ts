import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MASK } from '../survey.ts';
import {
  button,
  ChangeStory,
  field,
  id,
  line,
  picture,
  radio,
  said,
  says,
  screens,
  story,
  toast,
  web,
  type Item,
  type Screen,
  type Screens,
} from './change-password-story.ts';

/** Turns that a password change on the phone may take beside its straight way, and where each ends. */

const MAIL = 'mi***a@example.com';
const changed = { kind: 'changed', proof: 'message' };
const person = (reason: string) => ({ kind: 'needs-person', reason });
const count = (log: readonly string[], what: string) => log.filter((entry) => entry === what).length;
/** What scrolls on a page. */
const LIST = {
  class: 'androidx.recyclerview.widget.RecyclerView',
  scrollable: 'true',
  bounds: '[0,0][1080,2000]',
} as Item;

test('rows below the fold are scrolled to, on the account page and on Account security', async () => {
  const one = new ChangeStory();
  const all = screens(one.next);
  const below = (items: Item[]): Screen => ({ items: [LIST, ...items], taps: { scroll: one.next } });
  one.show(
    below([button('⎋', { 'resource-id': id('logout_btn') })]),
    all.account,
    below([line(said('account_security_info_pref_title'))]),
    all.security,
    all.form(),
    all.done,
  );
  const { outcome, log } = await one.change();
  assert.deepEqual(outcome, changed);
  assert.deepEqual(log.slice(0, 4), [
    'scroll',
    `tap ${said('account_security')}`,
    'scroll',
    `tap ${said('change_password')}`,
  ]);
});

test('a form whose button is below the fold is scrolled, and submitted once', async () => {
  const one = new ChangeStory();
  const all = screens(one.next);
  const [first, second, rules, ok] = all.form().items as [Item, Item, Item, Item];
  one.show(
    { items: [LIST, first, second, rules], taps: { scroll: one.next } },
    { ...all.form(), items: [first, second, rules, ok] },
    all.done,
  );
  const { outcome, log } = await one.change();
  assert.deepEqual(outcome, changed);
  assert.deepEqual(
    [count(log, 'scroll'), count(log, 'tap OK'), count(log, 'ledger password-set')],
    [1, 1, 1],
  );
  assert.equal(log.filter((entry) => entry.startsWith('type into')).length, 2, 'it is typed once');
});

test('what the account page or a message says after the submission leaves open whether it is changed', async () => {
  for (const end of [
    (all: Screens) => all.account,
    (all: Screens): Screen => ({ items: [toast(said('passport_error_network')), ...all.security.items] }),
    (all: Screens): Screen => ({ items: [toast(said('passport_error_server')), ...all.security.items] }),
  ]) {
    const { outcome, log } = await story((all) => [all.form(), end(all)]).change();
    assert.deepEqual(outcome, { kind: 'unclear' });
    assert.ok(!log.some((entry) => entry.startsWith('kept')), 'the password may be the one that counts');
    assert.equal(log.filter((entry) => entry.startsWith('tap')).at(-1), 'tap OK', 'nothing more is pressed');
  }
});

test('a service that fails, or lets no one in, is said as that before anything was submitted', async () => {
  for (const [label, reason] of [
    ['passport_error_server', 'server'],
    ['passport_access_denied', 'access-denied'],
  ] as const) {
    const { outcome, log } = await story((all) => [
      { items: [toast(said(label)), ...all.security.items] },
    ]).change();
    assert.deepEqual(outcome, { kind: 'refused', reason });
    assert.ok(!log.includes('ledger password-set'));
  }
});

const sms = (...more: Item[]): Screen => ({
  items: [field(), button('OK', { 'resource-id': id('btn_verify') }), ...more],
});

test('a second factor that no person has, and one beside a captcha, are for a person and not typed into', async () => {
  const unanswered = await story((all) => [all.security, sms()]).change();
  assert.deepEqual(unanswered.outcome, person('second-factor'));
  assert.equal(unanswered.log.at(-1), 'ask second-factor');
  const covered = await story((all) => [
    all.security,
    sms(field({ 'resource-id': id('et_captcha_code') })),
  ]).change();
  assert.deepEqual(covered.outcome, person('captcha'));
  assert.ok(!covered.log.some((entry) => /^(ask|type)/.test(entry)), covered.log.join());
});

test('pages of a phone that plays a survey back show no contact, and nothing is pressed on them', async () => {
  for (const items of [
    [web(says('?'), radio(MASK), radio('☎'), button('→'))],
    [web(says(MASK), button('≫'))],
    [web(says(MASK), field(), button('× 60'), button('✓'))],
  ]) {
    const { outcome, log } = await story(() => [{ items }]).change();
    assert.deepEqual(outcome, person('not-recorded'));
    assert.ok(!log.some((entry) => /^(tap|type|ledger|baseline)/.test(entry)), log.join());
  }
});

const cards = (contact: string): Screen['items'] => [
  web(says('?'), button(`✉ ${contact}`), button('☎ +35988****567')),
];

test('a card that is pressed sends the code by itself, so it is in the ledger before', async () => {
  const one = new ChangeStory();
  const all = screens(one.next);
  one.show({ items: cards(MAIL), taps: { [`✉ ${MAIL}`]: one.next } }, all.code(), all.form(), all.done);
  const { outcome, log } = await one.change();
  assert.deepEqual(outcome, changed);
  assert.deepEqual(log.slice(0, 4), [
    'baseline',
    'ledger code-requested',
    `tap ✉ ${MAIL}`,
    'wait for the code',
  ]);
  assert.equal(count(log, 'ledger code-requested'), 1);
});

test('a card that is not answered is pressed once', async () => {
  const { outcome, log } = await story(() => [{ items: cards(MAIL) }]).change();
  assert.equal(outcome.kind, 'needs-person');
  assert.equal(count(log, `tap ✉ ${MAIL}`), 1);
});

test('cards without the contact of the order, or with a budget that is spent, are not pressed', async () => {
  const other = await story(() => [{ items: cards('xy***z@example.com') }]).change();
  assert.deepEqual(other.outcome, { kind: 'refused', reason: 'no-contact' });
  const spent = await Object.assign(
    story(() => [{ items: cards(MAIL) }]),
    { budget: 0 },
  ).change();
  assert.equal(spent.outcome.kind, 'refused');
  for (const { log } of [other, spent]) assert.ok(!log.some((entry) => entry.startsWith('tap')), log.join());
});

test('a captcha that comes once Send was pressed is confirmed by its own button, and Send is not pressed again', async () => {
  const one = new ChangeStory();
  const all = screens(one.next);
  const covered: Screen = {
    items: [web(says(`→ ${MAIL}`), picture(), field(), button('OK'))],
    taps: { OK: one.next },
  };
  one.answer = 'x7kp';
  one.show(all.request, covered, all.code(), all.form(), all.done);
  const { outcome, log } = await one.change();
  assert.deepEqual(outcome, changed);
  assert.deepEqual(log.slice(3, 6), ['ask captcha', 'type into EditText 1', 'tap OK']);
  assert.deepEqual([count(log, 'ledger code-requested'), count(log, 'tap ≫')], [1, 1]);
});
