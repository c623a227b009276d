import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { instantClock } from '../clock.ts';
import type { Phone } from '../phone/adb.ts';
import { labelBook } from '../phone/labels.ts';
import { survey } from './survey.ts';

/** A screen of 1 × 1 px, as far as anyone here looks. */
const PICTURE = Buffer.from(
  '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\b\x02\0\0\0\0\0\0\0',
  'latin1',
);

const APP = 'com.xiaomi.account';
const WORDS = {
  [`${APP}:account_security`]: 'Account security',
  [`${APP}:change_password`]: 'Change password',
};
const id = (name: string) => `${APP}:id/${name}`;
const node = (app: string, attributes: string, inside = '') =>
  `<node class="android.widget.TextView" package="${app}" ${attributes}>${inside}</node>`;
const row = (title: string) =>
  node(APP, 'clickable="true"', node(APP, `text="${title}" resource-id="android:id/title"`));

const PAGES = {
  home: node('com.miui.home', ''),
  panel: node('com.android.systemui', 'resource-id="com.android.systemui:id/settings_button"'),
  settings: node('com.android.settings', 'resource-id="android:id/list"'),
  account: node(APP, `resource-id="${id('logout_btn')}"`) + row('Account security'),
  security: row('Change password'),
  newPassword: node(APP, `resource-id="${id('change_pwd_btn')}"`),
  signIn: node(APP, `resource-id="${id('et_account_name')}"`),
  update: node('com.android.updater', 'text="A new version is here"'),
};
type Name = keyof typeof PAGES;

/** A phone on which pages lie over each other, and everything done to it is noted. */
class StackPhone {
  readonly log: string[] = [];
  /** The steps of the journal. */
  readonly journalSteps: string[] = [];
  signedIn = true;
  stack: Name[] = ['home'];
  /** What comes up by itself over a page when it opens, once. */
  over: Partial<Record<Name, Name>> = {};
  /** Where the account's app was left. */
  leftAt: Name[] = [];
  restless = false;
  /** What does not open. */
  closed: Name[] = [];
  /** Rows of Settings, one a screen, and the one it stands at. */
  rows = 0;
  at = 0;
  #looks = 0;

  #open(name: Name): void {
    if (this.closed.includes(name)) return;
    this.stack.push(name);
    const surprise = this.over[name];
    delete this.over[name];
    if (surprise) this.stack.push(surprise);
  }

  phone: Phone = {
    serial: 'stack',
    pull: () => Promise.reject(new Error('no files')),
    shell: (command) => {
      if (command.includes('dumpsys account'))
        return Promise.resolve(
          `User UserInfo{0:Owner:13}:\n  Accounts: ${this.signedIn ? '1\n    Account {name=6230***535, type=com.xiaomi}' : '0'}\n@@mi-unbind:end\n`,
        );
      if (command.includes('keyevent 3')) this.stack = ['home'];
      else if (command.includes('settings.SETTINGS')) this.#open('settings');
      else if (command.includes('XIAOMI_ACCOUNT_SYNC_SETTINGS')) {
        this.#open(this.signedIn ? 'account' : 'signIn');
        this.stack.push(...this.leftAt.splice(0));
      }
      return Promise.resolve('');
    },
  };

  browser = {
    getPageSource: () => {
      const restless =
        this.restless && this.stack.at(-1) === 'account' ? node(APP, `text="${this.#looks++}"`) : '';
      const isList = this.rows > 0 && this.stack.at(-1) === 'settings';
      const list = isList
        ? node('com.android.settings', `scrollable="true" bounds="[0,0][100,200]" text="row ${this.at}"`)
        : '';
      return Promise.resolve(
        `<hierarchy>${PAGES[this.stack.at(-1) ?? 'home']}${restless}${list}</hierarchy>`,
      );
    },
    execute: async (_what: string, { direction, elementId }: Record<string, string>) => {
      this.log.push(`scroll ${direction} in ${elementId}`);
      this.at = Math.min(Math.max(this.at + (direction === 'down' ? 1 : -1), 0), this.rows - 1);
    },
    takeScreenshot: () => Promise.resolve(PICTURE.toString('base64')),
    getWindowSize: () => Promise.resolve({ width: 100, height: 200 }),
    back: () => {
      this.log.push(`back from ${this.stack.pop()}`);
      return Promise.resolve();
    },
    action: () => {
      const gesture = {
        move: () => gesture,
        down: () => gesture,
        up: () => gesture,
        perform: async () => this.#open('panel'),
      };
      return gesture;
    },
    $: (selector: string) => ({
      elementId: Promise.resolve(/"(row \d)"/.exec(selector)?.[1] ?? selector),
      click: async () => {
        this.log.push(`tap ${/\.text\("(.*)"\)/.exec(selector)?.[1] ?? selector}`);
        if (selector.includes('Account security')) this.#open('security');
        if (selector.includes('Change password')) this.#open('newPassword');
      },
    }),
  } as unknown as Browser;

  async survey(deep: boolean) {
    const observed = await survey(
      { phone: this.phone, browser: this.browser, labels: labelBook(new Map(Object.entries(WORDS))) },
      {
        deep,
        signal: new AbortController().signal,
        clock: instantClock(),
        journal: {
          progress: { passwordSubmitted: false },
          page: async () => {},
          step: (what) => void this.journalSteps.push(what),
          drift: () => {},
          passwordSubmitted: () => {},
        },
      },
    );
    const pages = observed.seen.map(({ look }) =>
      Object.keys(PAGES).find(
        (name) =>
          look.source.includes(PAGES[name as Name].slice(0, 60).split('"')[3] ?? '') &&
          sameIds(look.source, name as Name),
      ),
    );
    return { ...observed, pages };
  }
}

const idsIn = (source: string) =>
  [...source.matchAll(/resource-id="([^"]+)"/g)].map((match) => match[1]).join();
const sameIds = (source: string, name: Name) => idsIn(source) === idsIn(PAGES[name]);

test('goes as far as Account security, and never taps Sign out', async () => {
  const phone = new StackPhone();
  const { pages, notLookedAt, unchanged } = await phone.survey(false);
  assert.deepEqual(pages, ['panel', 'settings', 'account', 'security']);
  assert.deepEqual(phone.log, ['back from panel', 'tap Account security', 'back from security']);
  assert.deepEqual(
    notLookedAt.map(({ what }) => what),
    ['Change password', 'Sign out and what comes after it'],
  );
  assert.deepEqual([unchanged, phone.stack], [true, ['home']]);
  assert.deepEqual(phone.journalSteps, [
    'pull down the quick panel',
    'open Settings',
    'open the account page',
    'tap Account security',
    'press Back',
  ]);
});

test('what was not looked at is listed with the reason', async () => {
  const skipped = async (deep: boolean, changes: Partial<StackPhone> = {}) => {
    const phone = Object.assign(new StackPhone(), changes);
    const { notLookedAt } = await phone.survey(deep);
    return notLookedAt.map(({ what, why }) => `${what}: ${why}`);
  };
  const signOut =
    'Sign out and what comes after it: with Find device off and nothing synced, that one tap signs the phone out: a sign-out records its own pages';
  const behind = 'Mi Account page and what is behind it: no account is signed in';
  assert.deepEqual(await skipped(false), ['Change password: only with --deep', signOut]);
  assert.deepEqual(await skipped(true), [
    'what comes after the identity check or the new password: it would ask for a code or change the password',
    signOut,
  ]);
  assert.deepEqual(await skipped(false, { signedIn: false }), ['sign-in page: only with --deep', behind]);
  assert.deepEqual(await skipped(true, { signedIn: false }), [behind]);
  assert.deepEqual(await skipped(false, { closed: ['panel', 'settings', 'account'] }), [
    ...['quick panel', 'Settings', 'Mi Account page'].map((what) => `${what}: it was not reached`),
    signOut,
  ]);
  assert.deepEqual(await skipped(true, { closed: ['security'] }), [
    'Account security page: it was not reached',
    signOut,
  ]);
  assert.deepEqual(
    (await skipped(true, { closed: ['newPassword'] }))[0],
    'what Change password leads to: it was not reached',
  );
});

test('a list is looked at from its beginning to its end, wherever it was left', async () => {
  const phone = new StackPhone();
  phone.rows = 3;
  phone.at = 2;
  const { seen } = await phone.survey(false);
  const shown = seen.flatMap(({ look }) =>
    look.nodes.flatMap(({ text }) => (/^row \d/.test(text) ? text : [])),
  );
  assert.deepEqual(shown, ['row 0', 'row 1', 'row 2']);
  const scrolls = phone.journalSteps.filter((step) => step.startsWith('scroll'));
  const times = (what: string, count: number) => Array.from({ length: count }, () => what);
  assert.deepEqual(scrolls, [...times('scroll up', 4), ...times('scroll down', 4)]);
  assert.ok(phone.log.includes('scroll down in row 0'), phone.log.join());
});

test('with deep it looks at the first page behind Change password, and goes back out of it', async () => {
  const phone = new StackPhone();
  const { pages } = await phone.survey(true);
  assert.deepEqual(pages, ['panel', 'settings', 'account', 'security', 'newPassword']);
  assert.deepEqual(phone.log, [
    'back from panel',
    'tap Account security',
    'tap Change password',
    'back from newPassword',
    'back from security',
  ]);
});

test("begins at the account's first page also where its app was left on another", async () => {
  const phone = new StackPhone();
  phone.leftAt = ['security', 'newPassword'];
  const { pages } = await phone.survey(false);
  assert.deepEqual(pages, ['panel', 'settings', 'account', 'security']);
});

test('on a phone without an account it sees the sign-in page, with deep', async () => {
  for (const deep of [false, true]) {
    const phone = new StackPhone();
    phone.signedIn = false;
    const { pages, notLookedAt } = await phone.survey(deep);
    assert.deepEqual(pages, ['panel', 'settings', ...(deep ? ['signIn'] : [])]);
    assert.match(JSON.stringify(notLookedAt), /no account is signed in/);
    assert.deepEqual(phone.log, ['back from panel']);
  }
});

test('an unexpected dialog gets Back, and is not kept', async () => {
  const phone = new StackPhone();
  phone.over = { settings: 'update' };
  const { pages } = await phone.survey(false);
  assert.deepEqual(pages, ['panel', 'settings', 'account', 'security']);
  assert.ok(phone.log.includes('back from update'));
});

test('a page that never keeps still has no picture: what it shows may stand elsewhere than the source says', async () => {
  const phone = new StackPhone();
  phone.restless = true;
  const { seen } = await phone.survey(false);
  const pictures = seen.map(({ picture }) => picture !== undefined);
  assert.deepEqual(pictures, [false, true, false, true]);
});

test('an account list that changed meanwhile is reported', async () => {
  const phone = new StackPhone();
  const { click } = { click: phone.browser.$ };
  phone.browser.$ = ((selector: string) => {
    phone.signedIn = false;
    return click.call(phone.browser, selector);
  }) as Browser['$'];
  assert.equal((await phone.survey(false)).unchanged, false);
});
