import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyInWords, type Why } from '../reasons.ts';
import { AccountGuard, type AccountOrder } from './account-guard.ts';
import { ID, screens, type Screen, StoryPhone, WORDS } from './sign-out-story.ts';

const other = { kind: 'needs-person', reason: 'other-account' } as const;
const out = { kind: 'signed-out' } as const;
const MI_ID = '6230001535';
const EMAIL = 'lab17@gmail.com';

/** Taps, typing and the ledger: what changes anything. */
const touched = (phone: StoryPhone) => phone.log.filter((line) => /^(tap|type|ledger)/.test(line));

/** A phone that is asked for its password, with what it shows of its account on the way. */
function phoneOf({
  list = '6230***535',
  page = [],
  security,
  dialog,
}: {
  list?: string;
  page?: string[];
  security?: string[];
  dialog?: string;
}) {
  const phone = new StoryPhone();
  phone.accountName = list;
  const { home, account, keepOrRemove, password, busy } = screens(phone.next);
  const accountPage = (opensSecurity: boolean): Screen => ({
    ...account,
    shows: [...account.shows, ...page],
    taps: opensSecurity && security ? { security: phone.next } : { ...account.taps },
  });
  const contacts: Screen = {
    package: 'com.xiaomi.account',
    shows: [`"${WORDS.account_security_info_pref_title}"`, ...(security ?? [])],
    taps: { back: phone.next },
  };
  const asked: Screen = {
    ...password,
    shows: [
      ...password.shows,
      ...(dialog === undefined ? [] : [`${ID}passport_account_name=Mi Account: ${dialog}`]),
    ],
    taps: { ...password.taps, [`${ID}cancel`]: phone.next },
  };
  phone.story.push(
    home,
    ...(security ? [accountPage(true), contacts] : []),
    accountPage(false),
    keepOrRemove,
    asked,
    busy,
  );
  return phone;
}
const email = (address: string) => `row ${WORDS.account_user_email}=${address}`;
const number = (digits: string) => `row ${WORDS.account_user_phone}=${digits}`;

test('a Mi id that the account list shows another one for ends the run before anything is opened', async () => {
  for (const list of ['6230***536', '6230001536', '6231***535']) {
    const phone = phoneOf({ list });
    assert.deepEqual((await phone.signOut({}, { named: MI_ID })).outcome, other);
    assert.deepEqual(touched(phone), [], list);
  }
});

test('a Mi id that fits is signed out, without a look at Account security', async () => {
  const phone = phoneOf({});
  const guard = new AccountGuard({ named: MI_ID });
  assert.deepEqual((await phone.signOut({}, {}, guard)).outcome, out);
  assert.deepEqual(guard.check, {
    verdict: 'same',
    words: 'the account named: matches in 7 of 10 digits (account list)',
  });
  assert.ok(!phone.log.some((line) => line.includes('AccountSecurityActivity')));
});

test('the Mi id on the account page counts, and a nickname does not', async () => {
  const swapped = phoneOf({ page: [`${ID}user_name=Mira`, `${ID}user_id=6230777535`] });
  assert.deepEqual((await swapped.signOut({}, { named: EMAIL })).outcome.kind, 'signed-out');
  const wrong = phoneOf({ list: 'l***7@g***.com', page: [`${ID}user_id=6230777535`] });
  assert.deepEqual((await wrong.signOut({}, { named: MI_ID })).outcome, other);
  assert.deepEqual(touched(wrong), []);
  const named = phoneOf({ page: [`${ID}nick_name=someone@else.com`] });
  assert.deepEqual((await named.signOut({}, { named: MI_ID })).outcome, out);
});

test('an address or a number is compared with what Account security shows, before Sign out is tapped', async () => {
  const cases: [named: string, rows: string[], same: boolean][] = [
    [EMAIL, [number('+35988****567'), email('l***7@g***.com')], true],
    [EMAIL, [number('+35988****567'), email('l***8@g***.com')], false],
    ['+359881234567', [number('088****567'), email('l***8@g***.com')], true],
    ['+359881234567', [number('088****568')], false],
    ['13812341234', [number('+86 138****1234')], true],
    ['13812341234', [number('+86 139****1234')], false],
  ];
  for (const [named, security, same] of cases) {
    const phone = phoneOf({ security });
    const { outcome } = await phone.signOut({}, { named });
    assert.deepEqual(outcome, same ? out : other, `${named} ${security.join()}`);
    if (!same) assert.deepEqual(touched(phone), [], 'nothing is tapped');
    assert.ok(phone.log.some((line) => line.includes('AccountSecurityActivity')));
  }
});

test('what cannot be compared is said, and refused where it has to be proven', async () => {
  const rows: [phone: () => StoryPhone, named: string, words: string][] = [
    [
      () => phoneOf({ security: [number('⟦not bound⟧')] }),
      EMAIL,
      'the list has an address, the phone shows a Mi id',
    ],
    [() => phoneOf({}), EMAIL, 'the list has an address, the phone shows a Mi id'],
    [() => phoneOf({ list: EMAIL }), MI_ID, 'the list has a Mi id, the phone shows an address'],
  ];
  for (const [make, named, words] of rows) {
    const order: AccountOrder = { named, by: 'the list has' };
    const guard = new AccountGuard(order);
    assert.deepEqual((await make().signOut({}, order, guard)).outcome, out, words);
    assert.deepEqual(guard.check, { verdict: 'not-compared', words: `account not compared: ${words}` });
    const phone = make();
    const { outcome } = await phone.signOut({}, { ...order, strict: true });
    assert.deepEqual(outcome, { kind: 'needs-person', reason: 'account-not-proven' });
    assert.deepEqual(touched(phone), []);
  }
  const proven = phoneOf({});
  assert.deepEqual((await proven.signOut({}, { named: MI_ID, strict: true })).outcome, out);
});

test('another account in the password dialog gets Cancel, and no letter', async () => {
  for (const [named, dialog] of [
    [MI_ID, '6230777535'],
    [EMAIL, 'l***8@g***.com'],
  ] as const) {
    const phone = phoneOf({ dialog });
    const { account } = screens(phone.next);
    phone.story.splice(-1, 1, account);
    assert.deepEqual((await phone.signOut({}, { named })).outcome, other);
    assert.deepEqual(
      touched(phone).filter((line) => !/logout_btn|retain_button/.test(line)),
      [`tap ${ID}cancel`],
    );
  }
  const same = phoneOf({ dialog: MI_ID });
  const guard = new AccountGuard({ named: MI_ID });
  assert.deepEqual((await same.signOut({}, {}, guard)).outcome, out);
  assert.equal(guard.check.words, 'the account named: all of it (password dialog)');
});

test('a question about data that was left open is not answered before the account is compared', async () => {
  for (const [address, end] of [
    ['l***7@g***.com', out],
    ['l***8@g***.com', other],
  ] as const) {
    const phone = phoneOf({ security: [email(address)] });
    const { keepOrRemove } = screens(phone.next);
    phone.story.splice(0, 1, { ...keepOrRemove, taps: { back: phone.next } });
    assert.deepEqual((await phone.signOut({}, { named: EMAIL })).outcome, end);
    assert.equal(phone.log[0], 'back');
    if (end === other) assert.deepEqual(touched(phone), []);
  }
});

test('an account that takes the place of another in the middle is noticed, whether one was named or not', async () => {
  for (const order of [{}, { named: EMAIL }]) {
    const phone = phoneOf({});
    const { account } = screens(phone.next);
    const at = phone.story.findIndex(({ shows }) => shows.includes(`${ID}input_pwd_view`));
    const dialog = phone.story[at]!;
    phone.story.splice(at + 1, 1, account);
    // Between the look that finds the dialog and the submission.
    const find = phone.browser.$ as unknown as (selector: string) => { setValue: () => Promise<void> };
    const swapping = (selector: string) => {
      const field = find(selector);
      return { ...field, setValue: () => ((phone.accountName = '6230***777'), field.setValue()) };
    };
    Object.assign(phone.browser, { $: swapping });
    const { outcome, progress } = await phone.signOut({}, order);
    assert.deepEqual(outcome, other);
    assert.equal(progress.passwordSubmitted, false);
    assert.ok(!phone.log.some((line) => /^ledger|passport_confirm/.test(line)), phone.log.join('\n'));
    assert.ok(dialog.taps?.[`${ID}cancel`] && phone.log.includes(`tap ${ID}cancel`));
  }
});

test('a submission is entered under all names the phone has shown, and a budget that others may have spent says what to do', async () => {
  const phone = phoneOf({ dialog: MI_ID });
  const entered: unknown[] = [];
  phone.ledger.enter = async ({ account, also }) => {
    entered.push([account, also]);
    return { kind: 'spent', freeFrom: '2030-01-02T03:04:05.000Z', alike: true };
  };
  phone.story.splice(-1, 1, screens(phone.next).account);
  const { outcome } = await phone.signOut();
  assert.deepEqual(entered, [['6230***535', ['6230***535', MI_ID]]]);
  assert.deepEqual(
    [outcome.kind, outcome.kind === 'refused' && outcome.reason],
    ['refused', 'password-budget'],
  );
  const { hint = '' } = outcome as { hint?: string };
  assert.match(
    hint,
    /--another-account; in a list another_account = yes, or 'mi-unbind jobs retry ID --another-account'/,
  );
  assert.ok(whyInWords(outcome as Why).endsWith(hint), 'it is said with the reason');
});

test('an address that the phone has proved is learnt with the other names of the account, and nothing is learnt unproved', async () => {
  const rows = [email('l***7@g***.com'), number('+359881234567')];
  const learnt = async (named: string, phone: StoryPhone) => {
    const guard = new AccountGuard({ named });
    await phone.signOut({}, {}, guard);
    return guard.learnt;
  };
  const names = [EMAIL, '6230***535', '+359881234567', MI_ID];
  assert.deepEqual(await learnt(EMAIL, phoneOf({ security: rows, dialog: MI_ID })), names);
  assert.deepEqual(await learnt(EMAIL, phoneOf({ dialog: MI_ID })), []);
  assert.deepEqual(await learnt(MI_ID, phoneOf({ dialog: MI_ID })), []);
  assert.deepEqual(await learnt(EMAIL, phoneOf({ security: [email('l***8@g***.com')] })), []);
});

test('a list that was not read, one that is empty and one that names an account are distinguished', () => {
  const words = (...lists: string[][]) => {
    const guard = new AccountGuard({ named: '6230001535' });
    for (const list of lists) assert.equal(guard.inList(list), undefined);
    return guard.check.words;
  };
  assert.equal(words(), "account not compared: the phone's account list was not read");
  assert.equal(words([]), 'nothing to compare: no Mi Account was on the phone');
  assert.match(words(['6230001535']), /account list/);
});

test('names of the account are those that are its own, and none once another one took its place', () => {
  const guard = new AccountGuard();
  guard.inList(['6230***535']);
  guard.onAccountPage({ userId: [MI_ID], userNames: ['Mira'] });
  guard.onSecurityPage({
    contacts: [
      { text: EMAIL, as: 'email' },
      { text: 'l***8@g***.com', as: 'email' },
    ],
  });
  assert.deepEqual(
    guard.names,
    ['6230***535', MI_ID, EMAIL],
    'a nickname and a masked contact may be others',
  );
  assert.deepEqual(guard.inList(['6230***536']), other);
  assert.deepEqual(guard.names, []);
  assert.deepEqual(guard.check, {
    verdict: 'different',
    words: 'another account than when the run began (account list)',
  });
  assert.deepEqual(guard.inList(['6230***535']), other, 'also where the first one is back');
});

test('at a look an empty list is a sign-out, and after the submission another account is not of this flow', () => {
  const guard = new AccountGuard();
  assert.equal(guard.judge(['6230***535'], false), undefined);
  assert.deepEqual(guard.judge([], false), out);
  assert.deepEqual(guard.judge([], true), out);
  assert.equal(guard.judge(['6230***536'], true), undefined);
  assert.deepEqual(guard.judge(['6230***536'], false), other);
});

test('the contacts are looked at three times where they do not decide, and then no more', () => {
  const guard = new AccountGuard({ named: EMAIL });
  assert.deepEqual([guard.isOpen, guard.wantsContacts], [true, true]);
  const look = () => guard.onSecurityPage({ contacts: [] });
  assert.deepEqual([look(), look()], [false, false]);
  assert.equal(guard.wantsContacts, true);
  assert.equal(look(), true);
  assert.deepEqual([guard.isOpen, guard.wantsContacts], [true, false]);
  assert.equal(guard.settle(), undefined);
  assert.equal(guard.isOpen, false);
  assert.equal(new AccountGuard({ named: MI_ID }).wantsContacts, false, 'they do not show a Mi id');
  assert.equal(new AccountGuard().isOpen, false);
});

test('contacts that decide are read at one look, and those of another account stop the run', () => {
  const guard = new AccountGuard({ named: EMAIL });
  assert.equal(guard.onSecurityPage({ contacts: [{ text: EMAIL, as: 'email' }] }), true);
  assert.equal(guard.isOpen, false);
  const wrong = new AccountGuard({ named: EMAIL });
  assert.deepEqual(wrong.onSecurityPage({ contacts: [{ text: 'else@gmail.com', as: 'email' }] }), other);
});

test('where an account has to be proven, one that could not be compared stops the run', () => {
  const strict = (order: AccountOrder) => new AccountGuard({ strict: true, ...order }).settle();
  assert.deepEqual(strict({ named: EMAIL }), { kind: 'needs-person', reason: 'account-not-proven' });
  assert.equal(strict({}), undefined);
  assert.equal(new AccountGuard({ named: EMAIL }).settle(), undefined);
  const proven = new AccountGuard({ named: MI_ID, strict: true });
  proven.inList([MI_ID]);
  assert.equal(proven.settle(), undefined);
});
