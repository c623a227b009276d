import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../secret.ts';
import type { SignOutInput } from './sign-out.ts';
import { ID, screens, StoryPhone, type Screen } from './sign-out-story.ts';

/** What a sign-out records of itself, step by step: a person reads it where something has gone wrong. */

type All = ReturnType<typeof screens>;
interface Story {
  shows: (all: All, phone: StoryPhone) => Screen[];
  input?: Partial<SignOutInput>;
  steps: string[];
  /** How it ends, where it does not end signed out. */
  ends?: string;
  /** What stands typed where. */
  typed?: [what: string, on: string];
}

const once = (times: number, ...steps: string[]) => Array.from({ length: times }, () => steps).flat();
const CAPTCHA = [`${ID}et_captcha_code`, `${ID}et_captcha_image`];
const PASSWORD: [string, string] = ['a password', 'password dialog'];
const cancelled = ({ password }: All, { next }: StoryPhone): Screen => ({
  ...password,
  taps: { [`${ID}cancel`]: next },
});
const settings: Screen = { package: 'com.android.settings', shows: ['"Wi-Fi"', 'android:id/list'] };
const row: Screen = { package: 'com.android.settings', shows: ['row Mi=6230***535', 'android:id/list'] };
const gear: Screen = { package: 'com.android.systemui', shows: ['com.android.systemui:id/settings_button'] };
const search = [
  ...once(2, 'scroll down for the row of the Mi Account'),
  ...once(2, 'scroll up for the row of the Mi Account'),
];

const stories: Record<string, Story> = {
  'every question a phone has': {
    shows: (all) => [
      all.home,
      all.account,
      ...[all.keepOrRemove, all.unsynced, all.miPay, all.removeAccount, all.password, all.busy],
    ],
    steps: [
      'open the account page',
      'tap Sign out',
      'keep the synced data',
      'go on with unsynced items',
      'confirm that the phone deletes its Mi Pay cards',
      'confirm that the account leaves the phone',
      'type the password',
    ],
    typed: PASSWORD,
  },
  'data that is removed': {
    shows: (all) => [all.account, all.keepOrRemove, all.busy],
    input: { data: 'delete' },
    steps: ['tap Sign out', 'remove the synced data'],
  },
  'a question that was left open and does not go away': {
    shows: (all) => [{ ...all.miPay, taps: {} }],
    steps: once(3, 'press Back: a question was left open here'),
    ends: 'needs-person no-answer',
  },
  'a page of another app': {
    shows: (all) => [all.account, all.stranger, all.busy],
    steps: ['tap Sign out', 'press Back: a page of com.android.updater is in the way'],
  },
  'a page of another app that does not go away': {
    shows: (all) => [{ ...all.stranger, taps: {} }],
    steps: [
      'open the account page',
      ...once(3, 'press Back: a page of com.android.updater is in the way', 'open the account page'),
    ],
    ends: 'needs-person unknown-page',
  },
  'a password that was not given': {
    shows: (all, phone) => [all.account, cancelled(all, phone), all.account],
    input: { password: undefined as unknown as Secret },
    steps: ['tap Sign out', 'press Cancel'],
    ends: 'cancelled no-password',
  },
  'a keyboard that swallows a character': {
    shows: (all, phone) => [all.account, cancelled(all, phone), all.account],
    input: { password: new Secret('123456789') },
    steps: [
      'tap Sign out',
      'type the password',
      'type the password again: the field held another number of characters',
      'press Cancel',
    ],
    ends: 'needs-person keyboard',
    typed: PASSWORD,
  },
  'a captcha that is read': {
    shows: ({ account, password, busy }) => [
      account,
      { ...password, shows: [...password.shows, ...CAPTCHA] },
      busy,
    ],
    steps: ['tap Sign out', 'type what the person read in the captcha', 'type the password'],
    typed: PASSWORD,
  },
  'a captcha that is read for a password that was not given': {
    shows: ({ account, password }, { next }) => [
      account,
      { ...password, shows: [...password.shows, ...CAPTCHA], taps: { [`${ID}cancel`]: next } },
      account,
    ],
    input: { password: undefined as unknown as Secret },
    steps: ['tap Sign out', 'type what the person read in the captcha', 'press Cancel'],
    ends: 'cancelled no-password',
    typed: ['the characters of a captcha', 'password dialog'],
  },
  'a code of the second factor in its dialog': {
    shows: ({ account, password, busy }, { next }) => [
      account,
      password,
      {
        ...password,
        shows: [`${ID}passport_vcode`, `${ID}vcode_prompt`, `${ID}passport_confirm`, `${ID}cancel`],
        taps: { [`${ID}passport_confirm`]: next },
      },
      busy,
    ],
    steps: ['tap Sign out', 'type the password', 'type the code of the second factor'],
    typed: ['a code', 'second factor dialog'],
  },
  'a code of the second factor on its page': {
    shows: (all) => [all.account, all.password, all.smsCode, all.busy],
    steps: ['tap Sign out', 'type the password', 'type the code of the second factor'],
    typed: ['a code', 'page for an SMS code'],
  },
  'a button below the fold': {
    shows: (all, { next }) => [
      {
        package: 'com.xiaomi.account',
        shows: [`${ID}user_avatar`, 'android:id/list'],
        taps: { scroll: next },
      },
      all.account,
      all.busy,
    ],
    steps: ['scroll down for Sign out', 'tap Sign out'],
  },
  'a screen that goes dark': {
    shows: (all, phone) => [
      {
        ...all.account,
        taps: { [`${ID}logout_btn`]: () => ((phone.screen = 'off'), phone.next()) },
      },
      all.keepOrRemove,
      all.busy,
    ],
    steps: ['tap Sign out', 'keep the synced data', 'wake the screen', 'keep the synced data'],
  },
  'the way through Settings': {
    shows: (all, phone) => {
      phone.via = 'settings';
      const { next } = phone;
      return [
        { package: 'com.miui.home.other', shows: ['"⟦home⟧"'], taps: { draw: next } },
        { ...gear, taps: { 'com.android.systemui:id/settings_button': next } },
        { ...settings, taps: { scroll: next } },
        { ...row, taps: { '6230***535': next } },
        ...[all.account, all.busy],
      ];
    },
    steps: [
      'pull down the quick panel',
      'tap the gear in the quick panel',
      'scroll down for the row of the Mi Account',
      'tap the row of the Mi Account',
      'tap Sign out',
    ],
  },
  'Settings without a row for the account': {
    shows: (all, phone) => {
      phone.via = 'settings';
      return [{ ...settings, taps: { intent: phone.next } }, all.account, all.busy];
    },
    steps: [
      ...search,
      'open Settings from its first page',
      ...search,
      'open the account page',
      'tap Sign out',
    ],
  },
  'a session that breaks': {
    shows: (all, phone) => [
      {
        ...all.account,
        taps: {
          [`${ID}logout_btn`]: () => {
            phone.faults = Array.from({ length: 99 }, () => new Error('socket hang up'));
            let asked = 0;
            const { shell } = phone.phone;
            phone.phone.shell = (command, signal) => {
              if (command.includes('dumpsys account') && ++asked === 3) phone.account = false;
              return shell(command, signal);
            };
          },
        },
      },
    ],
    steps: ['tap Sign out', 'the session is gone: go on with the account list alone'],
  },
};

for (const [what, { shows, input = {}, steps, ends = 'signed-out', typed }] of Object.entries(stories)) {
  test(`the journal records ${what}`, async () => {
    const phone = new StoryPhone();
    phone.story.push(...shows(screens(phone.next), phone));
    phone.letters.push('271828');
    const { outcome, progress } = await phone.signOut(input);
    assert.deepEqual(phone.journalSteps, steps);
    assert.equal([outcome.kind, 'reason' in outcome && outcome.reason].filter(Boolean).join(' '), ends);
    assert.deepEqual(progress.typed && [progress.typed.what, progress.typed.on], typed);
  });
}

test('a phone that is led back in vain is left as it is, and that is recorded', async () => {
  const phone = new StoryPhone();
  const { account } = screens(phone.next);
  phone.story.push(account, cancelled(screens(phone.next), phone));
  phone.story[1]!.taps = {
    [`${ID}cancel`]: () => {
      throw new Error('socket hang up');
    },
  };
  const { outcome } = await phone.signOut({ password: undefined as unknown as Secret });
  assert.deepEqual(outcome, { kind: 'cancelled', reason: 'no-password' });
  assert.deepEqual(phone.journalSteps.slice(-2), [
    'press Cancel',
    'the phone could not be led back to its account page',
  ]);
});

test('the quick panel is drawn down at the right, and Settings opened directly where it does not come', async () => {
  const phone = new StoryPhone();
  const { account, busy } = screens(phone.next);
  phone.via = 'settings';
  phone.story.push({ package: 'com.example', shows: ['"⟦x⟧"'] }, account, busy);
  const { shell } = phone.phone;
  phone.phone.shell = (command, signal) => {
    if (command.includes('android.settings.SETTINGS')) phone.next();
    return shell(command, signal);
  };
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
  assert.ok(phone.log.includes('draw 800,1 to 800,1400'), phone.log.join());
  assert.deepEqual(phone.journalSteps, ['pull down the quick panel', 'open Settings', 'tap Sign out']);
});
