import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import type { LabelBook } from '../../pageobjects/page.ts';
import { instantClock } from '../clock.ts';
import type { Progress } from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import { labelBook } from '../phone/labels.ts';
import { Secret } from '../secret.ts';
import type { Entry, Ledger } from '../store/ledger.ts';
import type { Journal } from './journal.ts';
import type { Outcome } from './outcome.ts';
import { signOut, type SignOutInput } from './sign-out.ts';

/** One screen of a phone that exists only as far as a look and a tap can tell. */
interface Screen {
  package: string;
  /** Resource ids and texts that are on it; a text in `"…"` needs no id. */
  shows: string[];
  /** What a tap on this id (or text) leads to; `next` goes on to the next screen of the story. */
  taps?: Record<string, () => void>;
  /** Gone by itself after so many looks. */
  looks?: number;
}

const ID = 'com.xiaomi.account:id/';
const CLOUD = 'com.miui.cloudservice:id/';
const WORDS: Record<string, string> = {
  delete_bank_card_title: '⟦delete_bank_card_title⟧',
  wipe_data_dialog_title: '⟦wipe_data_dialog_title⟧',
  alert_title_remove_account: '⟦alert_title_remove_account⟧',
  passport_bad_authentication: '⟦passport_bad_authentication⟧',
  passport_error_network: '⟦passport_error_network⟧',
  turn_off_find_device_failed_title: '⟦turn_off_find_device_failed_title⟧',
  find_device_error_password_recently_changed: '⟦wait %d days⟧',
  logout_account: '⟦logout_account⟧',
  removing_account: '⟦removing_account⟧',
};
const LABELS: LabelBook = labelBook(new Map(Object.entries(WORDS).map(([name, text]) => [`com.xiaomi.account:${name}`, text])));

/** A phone that tells a story: a list of screens, the account gone after the last. */
class StoryPhone {
  readonly log: string[] = [];
  readonly story: Screen[];
  account = true;
  #looks = 0;

  constructor(...story: Screen[]) {
    this.story = story;
  }

  next = (): void => {
    this.#looks = 0;
    this.story.shift();
    if (this.story.length === 0) this.account = false;
  };

  phone: Phone = {
    serial: 'story',
    pull: () => Promise.reject(new Error('no files')),
    shell: (command) => {
      if (command.includes('dumpsys account'))
        return Promise.resolve(
          `User UserInfo{0:Owner:13}:\n${this.account ? '    Account {name=6230***535, type=com.xiaomi}\n' : ''}@@mi-unbind:end\n`,
        );
      this.log.push(command);
      if (this.story[0]?.package === 'com.miui.home') this.next();
      return Promise.resolve('');
    },
  };

  /** What it answers next; entered when it is empty. */
  answers: Entry[] = [];
  ledger: Ledger = {
    enter: ({ account, act }) => {
      this.log.push(`ledger ${act} ${account}`);
      return Promise.resolve(this.answers.shift() ?? { kind: 'entered' });
    },
    count: () => Promise.resolve(0),
  };

  browser = {
    getPageSource: () => Promise.resolve(this.#source()),
    back: () => {
      this.log.push('back');
      this.story[0]?.taps?.back?.();
      return Promise.resolve();
    },
    execute: () => {
      this.log.push('scroll');
      this.story[0]?.taps?.scroll?.();
      return Promise.resolve();
    },
    $: (selector: string) => {
      const what = selector.replace(/^id:|^android=new UiSelector\(\)\.text\("|"\)$/g, '');
      return {
        click: () => {
          this.log.push(`tap ${what}`);
          const screen = this.story[0];
          assert.ok(screen, `${what} is tapped after the last screen`);
          assert.ok(
            screen.shows.some((shown) => shown.includes(what)),
            `${what} is tapped while ${JSON.stringify(screen.shows)} is shown`,
          );
          screen.taps?.[what]?.();
          return Promise.resolve();
        },
        setValue: () => Promise.resolve(void this.log.push('type')),
        clearValue: () => Promise.resolve(void this.log.push('clear')),
        getText: () => Promise.resolve('••••••••'),
      };
    },
  } as unknown as Browser;

  #source(): string {
    const screen = this.story[0];
    if (screen?.looks !== undefined && ++this.#looks > screen.looks) this.next();
    const { package: owner, shows } = this.story[0] ?? { package: 'com.miui.home', shows: [] };
    const nodes = shows.map((shown) => {
      const [id, text] = shown.startsWith('"') ? ['', shown.slice(1, -1)] : [shown, ''];
      return `<node class="android.view.View" package="${owner}" resource-id="${id}" text="${text}" password="${id.endsWith('input_pwd_view')}" scrollable="${id.endsWith('list')}" bounds="[0,0][9,9]"/>`;
    });
    return `<hierarchy>${nodes.join('') || `<node class="android.view.View" package="${owner}" bounds="[0,0][9,9]"/>`}</hierarchy>`;
  }

  submissions(): number {
    return this.log.filter((line) => line === `tap ${ID}passport_confirm`).length;
  }

  async signOut(input: Partial<SignOutInput> = {}): Promise<{ outcome: Outcome; progress: Progress }> {
    const progress: Progress = { passwordSubmitted: false };
    const journal: Journal = {
      progress,
      page: () => Promise.resolve(),
      drift: () => undefined,
      step: () => undefined,
      passwordSubmitted: () => void (progress.passwordSubmitted = true),
    };
    const outcome = await signOut(
      { phone: this.phone, browser: this.browser, labels: LABELS },
      { data: 'keep', password: new Secret('12345678'), ...input },
      { via: 'intent', signal: new AbortController().signal, clock: instantClock(), journal, ledger: this.ledger },
    );
    return { outcome, progress };
  }
}

/** The screens a sign-out may bring, each leading to whatever the phone shows next. */
function screens(next: () => void) {
  const alert = (name: string): Screen => ({
    package: 'com.xiaomi.account',
    shows: [`"${WORDS[name] ?? name}"`, 'android:id/button1', 'android:id/button2'],
    taps: { 'android:id/button1': next },
  });
  return {
    home: { package: 'com.miui.home', shows: [] } as Screen,
    account: { package: 'com.xiaomi.account', shows: [`${ID}logout_btn`], taps: { [`${ID}logout_btn`]: next } } as Screen,
    busy: { package: 'com.xiaomi.account', shows: ['android:id/progress', '"⟦whatever it is doing⟧"'], looks: 3 } as Screen,
    keepOrRemove: {
      package: 'com.miui.cloudservice',
      shows: [`${CLOUD}retain_button`, `${CLOUD}remove_button`, `${CLOUD}cancel_button`],
      taps: { [`${CLOUD}retain_button`]: next, [`${CLOUD}remove_button`]: next },
    } as Screen,
    password: {
      package: 'com.xiaomi.account',
      shows: [`${ID}input_pwd_view`, `${ID}passport_confirm`, `${ID}cancel`],
      taps: { [`${ID}passport_confirm`]: next },
    } as Screen,
    miPay: alert('delete_bank_card_title'),
    unsynced: alert('wipe_data_dialog_title'),
    removeAccount: alert('alert_title_remove_account'),
    stranger: { package: 'com.android.updater', shows: ['"A new version is here"'], taps: { back: next } } as Screen,
  };
}

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
    phone.story.push(all.home, all.account, ...order.flatMap((name) => [all.busy, all[name]]), { ...all.busy });
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

test('unsynced items are not let go of where the data is to be kept and the phone was not told so', async () => {
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
  phone.story.push(all.account, all.password, { package: 'com.xiaomi.account', shows: ['"Confirm it is you"', 'android:id/button1'] });
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
  const answers: readonly (readonly [Entry, Outcome])[] = [
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
  phone.story.push({ ...account, taps: { [`${ID}logout_btn`]: () => ++taps === 2 && phone.next() } }, password, busy);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  assert.equal(taps, 2);
});

test('a refusal is told apart wherever its words stand: in a dialog, in a line of the password dialog, in a toast', async () => {
  const words = `"${WORDS.passport_bad_authentication}"`;
  const dialog: Screen = { package: 'com.xiaomi.account', shows: [words, 'android:id/button1'] };
  for (const shows of [dialog.shows, [`${ID}input_pwd_view`, `${ID}passport_confirm`, `${ID}cancel`, words], [words]]) {
    const phone = new StoryPhone();
    const { account, password } = screens(phone.next);
    phone.story.push(
      account,
      password,
      { package: 'com.xiaomi.account', shows, taps: { 'android:id/button1': phone.next, [`${ID}cancel`]: phone.next } },
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
  phone.story.push(account, password, { package: 'com.xiaomi.account', shows, taps: { 'android:id/button1': phone.next } }, account);
  const { outcome } = await phone.signOut();
  assert.equal(outcome.kind, 'refused');
  assert.equal(outcome.kind === 'refused' && outcome.reason, 'find-device-locked');
  const day = new Date(Date.now() + 7 * 24 * 60 * 60_000).toISOString().slice(0, 10);
  assert.equal(outcome.kind === 'refused' && outcome.retryFrom, day);
});

test('a keyboard that swallows characters is noticed before anything is submitted', async () => {
  const phone = new StoryPhone();
  const { account, password } = screens(phone.next);
  phone.story.push(account, password);
  const { outcome } = await phone.signOut({ password: new Secret('123456789') });
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'keyboard' });
  assert.equal(phone.submissions(), 0);
});

test('a captcha or a second factor in the dialog is never typed into', async () => {
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

test('the sign-out button is found by its label on a release that renamed its id', async () => {
  const phone = new StoryPhone();
  const { busy } = screens(phone.next);
  const words = WORDS.logout_account ?? '';
  phone.story.push({ package: 'com.xiaomi.account', shows: [`"${words}"`], taps: { [words]: phone.next } }, busy);
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
  phone.story.push(account, { package: 'com.xiaomi.account', shows: miPay, taps: { 'android:id/button2': phone.next } }, account);
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
  const above: Screen = { package: 'com.xiaomi.account', shows: [`${ID}user_avatar`, 'android:id/list'], taps: { scroll: phone.next } };
  phone.story.push(above, above, account, busy);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  assert.equal(phone.log.filter((line) => line === 'scroll').length, 2);
});

test('an OK below the fold is scrolled to, and pressed once', async () => {
  const phone = new StoryPhone();
  const { account, password, busy } = screens(phone.next);
  const above: Screen = { ...password, shows: [`${ID}input_pwd_view`, 'android:id/list'], taps: { scroll: phone.next } };
  const below: Screen = { ...password, shows: [`${ID}passport_confirm`, 'android:id/list'] };
  phone.story.push(account, above, below, busy);
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  const acts = phone.log.filter((line) => /^(type|scroll|ledger|tap .*confirm)/.test(line));
  assert.deepEqual(acts, ['type', 'scroll', 'ledger password-submitted 6230***535', `tap ${ID}passport_confirm`]);
});

test('an account list that breaks off, or says nothing of the owner, is never taken for "signed out"', async () => {
  for (const answer of ['', 'User UserInfo{0:Owner:13}:\n', "*** SERVICE 'account' DUMP TIMEOUT ***\n@@mi-unbind:end\n"]) {
    const phone = new StoryPhone();
    phone.phone.shell = () => Promise.resolve(answer);
    await assert.rejects(phone.signOut(), /stopped answering|tells nothing/);
  }
});

test('a message left over from an earlier run is closed, and the sign-out goes on', async () => {
  const phone = new StoryPhone();
  const { account, password, busy } = screens(phone.next);
  const left = [`"${WORDS.passport_bad_authentication}"`, 'android:id/button1'];
  phone.story.push({ package: 'com.xiaomi.account', shows: left, taps: { 'android:id/button1': phone.next } }, account, password, busy);
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
