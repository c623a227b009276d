import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../secret.ts';
import type { LedgerAnswer } from '../store/ledger.ts';
import type { Outcome } from './outcome.ts';
import { ID, screens, type Screen, StoryPhone, WORDS } from './sign-out-story.ts';

const CAPTCHA = [`${ID}et_captcha_code`, `${ID}et_captcha_image`];

function* orders<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries()) {
    for (const rest of orders(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}

test('signs out in whatever order the phone brings its questions, and submits the password once', async () => {
  let tried = 0;
  for (const order of orders(['keepOrRemove', 'password', 'miPay', 'unsynced', 'removeAccount'] as const)) {
    const phone = new StoryPhone();
    const all = screens(phone.next);
    phone.story.push(all.home, all.account, ...order.flatMap((name) => [all.busy, all[name]]), {
      ...all.busy,
    });
    // Unsynced items that go before anything is said of the data may go with it.
    const kept = order.indexOf('keepOrRemove') < order.indexOf('unsynced');
    const { outcome } = await phone.signOut({ data: kept && tried % 2 === 0 ? 'keep' : 'delete' });
    assert.deepEqual(outcome, { kind: 'signed-out' }, order.join(' → '));
    assert.equal(phone.submissions(), 1, order.join(' → '));
    tried++;
  }
  assert.equal(tried, 120);
});

test('goes on from any page a broken run left behind', async () => {
  for (const left of ['account', 'busy', 'keepOrRemove', 'stranger'] as const) {
    const phone = new StoryPhone();
    const all = screens(phone.next);
    phone.story.push(all[left], all.busy);
    if (left === 'stranger') phone.story.splice(1, 0, all.home, all.account);
    assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' }, left);
  }
});

test('a question that was left open is not answered but asked anew: what came before it is not known', async () => {
  for (const left of ['password', 'miPay', 'unsynced', 'removeAccount'] as const) {
    const phone = new StoryPhone();
    const { account, keepOrRemove, busy, ...all } = screens(phone.next);
    phone.story.push({ ...all[left], taps: { back: phone.next } }, account, keepOrRemove, all[left], busy);
    assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' }, left);
    assert.equal(phone.log[0], 'back', left);
    assert.equal(phone.submissions(), left === 'password' ? 1 : 0);
  }
});

test('unsynced items are not deleted where the data is to be kept and the phone was not asked to keep it', async () => {
  const phone = new StoryPhone();
  const { account, unsynced, busy } = screens(phone.next);
  phone.story.push(account, unsynced, busy);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'needs-person', reason: 'unknown-page' });
  assert.ok(!phone.log.includes('tap android:id/button1'), phone.log.join());
});

test('a stranger between any two pages is answered with Back and nothing else', async () => {
  for (const place of [1, 2, 3]) {
    const phone = new StoryPhone();
    const all = screens(phone.next);
    phone.story.push(all.account, all.keepOrRemove, all.password, all.busy);
    phone.story.splice(place, 0, all.stranger);
    const { outcome } = await phone.signOut();
    assert.deepEqual(outcome, { kind: 'signed-out' }, `before screen ${place}`);
    assert.equal(phone.log.filter((line) => line === 'back').length, 1);
    assert.equal(phone.submissions(), 1);
  }
});

test('an unknown page of the account app after the password is for a person, and is not touched', async () => {
  const phone = new StoryPhone();
  const all = screens(phone.next);
  phone.story.push(all.account, all.password, {
    package: 'com.xiaomi.account',
    shows: ['"Confirm it is you"', 'android:id/button1'],
  });
  const { outcome, progress } = await phone.signOut();
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'unknown-page' });
  assert.equal(progress.passwordSubmitted, true);
  assert.equal(phone.log.at(-1), `tap ${ID}passport_confirm`);
});

test('the password is in the ledger before it is submitted', async () => {
  const phone = new StoryPhone();
  const { account, password, busy } = screens(phone.next);
  phone.story.push(account, password, busy);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  const entered = phone.log.indexOf('ledger password-submitted 6230***535');
  assert.equal(phone.log[entered + 1], `tap ${ID}passport_confirm`);
});

test('a password that the ledger has something against is not submitted, and does not stay in the dialog', async () => {
  const answers: readonly (readonly [LedgerAnswer, Outcome])[] = [
    [
      { kind: 'spent', freeFrom: '2030-01-02T03:04:05.000Z' },
      { kind: 'refused', reason: 'password-budget', retryFrom: '2030-01-02T03:04:05.000Z' },
    ],
    [
      { kind: 'done-before', at: '2030-01-01T00:00:00.000Z' },
      { kind: 'needs-person', reason: 'done-before' },
    ],
  ];
  for (const [answer, wanted] of answers) {
    const phone = new StoryPhone();
    phone.answers.push(answer);
    const { account, password } = screens(phone.next);
    phone.story.push(account, { ...password, taps: { [`${ID}cancel`]: phone.next } }, account);
    const { outcome, progress } = await phone.signOut();
    assert.deepEqual(outcome, wanted);
    assert.deepEqual([phone.submissions(), progress.passwordSubmitted], [0, false]);
    assert.ok(phone.log.includes(`tap ${ID}cancel`));
  }
});

test('a password dialog that comes back without a word is not answered again', async () => {
  const phone = new StoryPhone();
  const { account, password, busy } = screens(phone.next);
  phone.story.push(account, password, busy, { ...password, taps: {} });
  const { outcome } = await phone.signOut();
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'no-answer' });
  assert.equal(phone.submissions(), 1);
});

test('an account page that comes back after the password starts no second round', async () => {
  const phone = new StoryPhone();
  const { account, password } = screens(phone.next);
  phone.story.push(account, password, { ...account, taps: {} });
  const { outcome } = await phone.signOut();
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'no-answer' });
  assert.equal(phone.log.filter((line) => line === `tap ${ID}logout_btn`).length, 1);
});

test('a lost tap is made up for', async () => {
  const phone = new StoryPhone();
  const { account, password, busy } = screens(phone.next);
  let taps = 0;
  phone.story.push(
    { ...account, taps: { [`${ID}logout_btn`]: () => ++taps === 2 && phone.next() } },
    password,
    busy,
  );
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  assert.equal(taps, 2);
});

test('a refusal is recognised wherever its words stand: in a dialog, in a line of the password dialog, in a toast', async () => {
  const words = `"${WORDS.passport_bad_authentication}"`;
  const dialog: Screen = { package: 'com.xiaomi.account', shows: [words, 'android:id/button1'] };
  for (const shows of [
    dialog.shows,
    [`${ID}input_pwd_view`, `${ID}passport_confirm`, `${ID}cancel`, words],
    [words],
  ]) {
    const phone = new StoryPhone();
    const { account, password } = screens(phone.next);
    phone.story.push(
      account,
      password,
      {
        package: 'com.xiaomi.account',
        shows,
        taps: { 'android:id/button1': phone.next, [`${ID}cancel`]: phone.next },
      },
      account,
    );
    assert.deepEqual((await phone.signOut()).outcome, { kind: 'refused', reason: 'wrong-password' });
    assert.equal(phone.submissions(), 1);
  }
});

test('the particular message wins over the title above it', async () => {
  const phone = new StoryPhone();
  const { account, password } = screens(phone.next);
  const shows = [`"${WORDS.turn_off_find_device_failed_title}"`, '"⟦wait 7 days⟧"', 'android:id/button1'];
  phone.story.push(
    account,
    password,
    { package: 'com.xiaomi.account', shows, taps: { 'android:id/button1': phone.next } },
    account,
  );
  const inAWeek = () => new Date(Date.now() + 7 * 24 * 60 * 60_000).toISOString().slice(0, 10);
  const days = [inAWeek()];
  const { outcome } = await phone.signOut();
  assert.equal(outcome.kind, 'refused');
  assert.equal(outcome.kind === 'refused' && outcome.reason, 'find-device-locked');
  days.push(inAWeek());
  assert.ok(outcome.kind === 'refused' && days.includes(outcome.retryFrom ?? ''), days.join(' '));
});

test('a keyboard that swallows characters is noticed before anything is submitted', async () => {
  const phone = new StoryPhone();
  const { account, password } = screens(phone.next);
  phone.story.push(account, password);
  const { outcome } = await phone.signOut({ password: new Secret('123456789') });
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'keyboard' });
  assert.equal(phone.submissions(), 0);
});

test('a captcha or a second factor that no person answers is never typed into', async () => {
  for (const [id, reason] of [
    ['et_captcha_code', 'captcha'],
    ['passport_vcode', 'second-factor'],
  ] as const) {
    const phone = new StoryPhone();
    const { account, password } = screens(phone.next);
    phone.story.push(account, { ...password, shows: [...password.shows, `${ID}${id}`] });
    assert.deepEqual((await phone.signOut()).outcome, { kind: 'needs-person', reason });
    assert.deepEqual(phone.log, [`tap ${ID}logout_btn`]);
  }
});

test('a captcha that a person reads is typed before the password, which is submitted once', async () => {
  const phone = new StoryPhone();
  const { account, password, busy } = screens(phone.next);
  phone.letters.push('x7kp');
  phone.story.push(account, { ...password, shows: [...password.shows, ...CAPTCHA] }, busy);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  assert.deepEqual(phone.steps(), [
    'ask captcha',
    `type into ${ID}et_captcha_code`,
    'type',
    'ledger password-submitted 6230***535',
    `tap ${ID}passport_confirm`,
  ]);
});

test('a captcha that comes once the password is out is for a person: with it the password would be submitted again', async () => {
  for (const early of [[], CAPTCHA]) {
    const phone = new StoryPhone();
    const { account, password } = screens(phone.next);
    phone.letters.push('x7kp', 'never asked for');
    const last = { ...password, shows: [...password.shows, ...CAPTCHA], taps: {} };
    phone.story.push(account, { ...password, shows: [...password.shows, ...early] }, last);
    assert.deepEqual((await phone.signOut()).outcome, { kind: 'needs-person', reason: 'captcha' });
    assert.equal(phone.submissions(), 1);
    assert.equal(phone.letters.length, early.length > 0 ? 1 : 2);
  }
});

test('a second factor that a person has is typed once; where it was wrong, it is for a person', async () => {
  const step = (next: () => void): Screen => ({
    package: 'com.xiaomi.account',
    shows: [`${ID}passport_vcode`, `${ID}vcode_prompt`, `${ID}passport_confirm`, `${ID}cancel`],
    taps: { [`${ID}passport_confirm`]: next },
  });
  const wrong: Screen = {
    package: 'com.xiaomi.account',
    shows: [`"${WORDS.passport_wrong_vcode}"`, 'android:id/button1'],
  };
  for (const [then, outcome] of [
    [undefined, { kind: 'signed-out' }],
    [wrong, { kind: 'needs-person', reason: 'wrong-second-factor' }],
    [step(() => undefined), { kind: 'needs-person', reason: 'second-factor' }],
  ] as const) {
    const phone = new StoryPhone();
    const { account, password, busy } = screens(phone.next);
    phone.letters.push('271828', 'never asked for');
    phone.story.push(account, password, step(phone.next), then ?? busy);
    assert.deepEqual((await phone.signOut()).outcome, outcome);
    assert.deepEqual(phone.steps().slice(2), [
      `tap ${ID}passport_confirm`,
      'ask second-factor',
      `type into ${ID}passport_vcode`,
      `tap ${ID}passport_confirm`,
    ]);
  }
});

test('the sign-out button is found by its label on a release that renamed its id', async () => {
  const phone = new StoryPhone();
  const { busy } = screens(phone.next);
  const words = WORDS.logout_account ?? '';
  phone.story.push(
    { package: 'com.xiaomi.account', shows: [`"${words}"`], taps: { [words]: phone.next } },
    busy,
  );
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
});

test('without a password the prompt is cancelled and the phone led back', async () => {
  const phone = new StoryPhone();
  const { account, keepOrRemove, password } = screens(phone.next);
  phone.story.push(account, keepOrRemove, { ...password, taps: { [`${ID}cancel`]: phone.next } }, account);
  const { outcome } = await phone.signOut({ password: undefined as unknown as Secret });
  assert.deepEqual(outcome, { kind: 'cancelled', reason: 'no-password' });
  assert.equal(phone.log.at(-1), `tap ${ID}cancel`);
  assert.equal(phone.account, true);
});

test('a refusal is closed without agreeing to anything, whatever else the dialog offers', async () => {
  const words = `"${WORDS.passport_error_network}"`;
  const positive = ['android:id/button1', 'android:id/button2'];
  const phone = new StoryPhone();
  const { account } = screens(phone.next);
  const miPay = [`"${WORDS.delete_bank_card_title}"`, words, ...positive];
  phone.story.push(
    account,
    { package: 'com.xiaomi.account', shows: miPay, taps: { 'android:id/button2': phone.next } },
    account,
  );
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'refused', reason: 'network' });
  assert.ok(!phone.log.includes('tap android:id/button1'), phone.log.join());
});

test('a dialog of another app that is worded the same is not confirmed', async () => {
  const phone = new StoryPhone();
  const { account, busy } = screens(phone.next);
  const shows = [`"${WORDS.alert_title_remove_account}"`, 'android:id/button1', 'android:id/button2'];
  phone.story.push(account, { package: 'com.android.settings', shows, taps: { back: phone.next } }, busy);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  assert.ok(!phone.log.includes('tap android:id/button1'), phone.log.join());
});

test('scrolls to a sign-out button below the fold', async () => {
  const phone = new StoryPhone();
  const { account, busy } = screens(phone.next);
  const above: Screen = {
    package: 'com.xiaomi.account',
    shows: [`${ID}user_avatar`, 'android:id/list'],
    taps: { scroll: phone.next },
  };
  phone.story.push(above, above, account, busy);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  assert.equal(phone.log.filter((line) => line === 'scroll').length, 2);
});

test('an OK below the fold is scrolled to, and pressed once', async () => {
  const phone = new StoryPhone();
  const { account, password, busy } = screens(phone.next);
  const above: Screen = {
    ...password,
    shows: [`${ID}input_pwd_view`, 'android:id/list'],
    taps: { scroll: phone.next },
  };
  const below: Screen = { ...password, shows: [`${ID}passport_confirm`, 'android:id/list'] };
  phone.story.push(account, above, below, busy);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  const acts = phone.log.filter((line) => /^(type|scroll|ledger|tap .*confirm)/.test(line));
  assert.deepEqual(acts, [
    'type',
    'scroll',
    'ledger password-submitted 6230***535',
    `tap ${ID}passport_confirm`,
  ]);
});

test('an account list that breaks off, or says nothing of the owner, is never taken for "signed out"', async () => {
  const head = 'User UserInfo{0:Owner:13}:\n@@mi-unbind:end\n';
  for (const answer of [
    '',
    'User UserInfo{0:Owner:13}:\n',
    head,
    "*** SERVICE 'account' DUMP TIMEOUT ***\n@@mi-unbind:end\n",
  ]) {
    const phone = new StoryPhone();
    phone.phone.shell = () => Promise.resolve(answer);
    await assert.rejects(phone.signOut(), /stopped answering|tells nothing/);
  }
});

test('a message left over from an earlier run is closed, and the sign-out goes on', async () => {
  const phone = new StoryPhone();
  const { account, password, busy } = screens(phone.next);
  const left = [`"${WORDS.passport_bad_authentication}"`, 'android:id/button1'];
  phone.story.push(
    { package: 'com.xiaomi.account', shows: left, taps: { 'android:id/button1': phone.next } },
    account,
    password,
    busy,
  );
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
});

test('a message with two buttons is closed by the negative one', async () => {
  const phone = new StoryPhone();
  const { account, password } = screens(phone.next);
  const shows = [`"${WORDS.passport_error_network}"`, 'android:id/button1', 'android:id/button2'];
  const taps = { 'android:id/button1': phone.next, 'android:id/button2': phone.next };
  phone.story.push(account, password, { package: 'com.xiaomi.account', shows, taps }, account);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'refused', reason: 'network' });
  assert.equal(phone.log.at(-1), 'tap android:id/button2');
});

test('an OK that vanishes under the finger is not pressed again: it may have been felt', async () => {
  const phone = new StoryPhone();
  const { account, password } = screens(phone.next);
  const missing = () => {
    throw new Error("Can't call click on element because element wasn't found");
  };
  phone.story.push(account, { ...password, taps: { [`${ID}passport_confirm`]: missing } });
  const { outcome, progress } = await phone.signOut();
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'no-answer' });
  assert.equal(progress.passwordSubmitted, true);
  assert.equal(phone.submissions(), 1);
  assert.equal(phone.log.filter((line) => line === 'type').length, 1);
});
