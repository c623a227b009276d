import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PhoneLostError } from '../errors.ts';
import { phoneShows } from '../phone-shows.ts';
import { Secret } from '../secret.ts';
import { CODE_FIELD, ID, NO_ROOT, screens, StoryPhone, WORDS, type Screen } from './sign-out-story.ts';

/** What goes wrong in the middle of a sign-out, and what becomes of it. */

const NOTHING = '<hierarchy rotation="0"/>';
const HUNG_UP = new Error(
  'WebDriverError: Could not proxy command to the remote server. Original error: socket hang up',
);
const GONE = new Error(
  "'GET /source' cannot be proxied to UiAutomator2 server because the instrumentation process is not running",
);
const SPINNER = 'android:id/progress';

function phoneWith(...names: (keyof ReturnType<typeof screens>)[]): StoryPhone {
  const phone = new StoryPhone();
  const all = screens(phone.next);
  phone.story.push(...names.map((name) => all[name]));
  return phone;
}

test('a look that fails, or shows nothing, is taken again and nothing is pressed for it', async () => {
  for (const fault of [
    new Error(NO_ROOT),
    NOTHING,
    '',
    '<hierarchy><node',
    new Error('WebDriverError: stale element reference'),
  ]) {
    for (const at of [0, 1, 2, 3, 4]) {
      const phone = phoneWith('account', 'keepOrRemove', 'password', 'busy');
      phone.faults = [...Array.from({ length: at }, () => undefined), fault, fault, fault];
      const { outcome } = await phone.signOut();
      assert.deepEqual(outcome, { kind: 'signed-out' }, `${String(fault)} at look ${at}`);
      assert.ok(!phone.log.includes('back'), phone.log.join());
      assert.equal(phone.submissions(), 1);
    }
  }
});

test('a look that goes on failing ends the run with its fault', async () => {
  const phone = phoneWith('account');
  phone.faults = Array.from({ length: 9 }, () => new Error(NO_ROOT));
  await assert.rejects(phone.signOut(), /root AccessibilityNodeInfo/);
  assert.equal(phone.faults.length, 3);
});

test('an account that is gone counts, whether there is anything to see or not', async () => {
  const phone = phoneWith('account', 'password');
  phone.story[1]!.taps = {
    [`${ID}passport_confirm`]: () => {
      phone.faults = Array.from({ length: 99 }, () => GONE);
      phone.next();
    },
  };
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
});

test('a touch that the phone did not find anything for just then is made again, but for the one that submits', async () => {
  for (const missed of [`${ID}logout_btn`, `${CLOUD}retain_button`]) {
    const phone = phoneWith('account', 'keepOrRemove', 'password', 'busy');
    phone.missed = [...(missed.includes('retain') ? ['nothing'] : []), missed, missed, missed];
    assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' }, missed);
  }
  const phone = phoneWith('account', 'password');
  phone.missed = ['nothing', `${ID}passport_confirm`];
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'needs-person', reason: 'no-answer' });
  assert.equal(phone.submissions(), 0);
  assert.ok(phone.log.includes('ledger password-submitted 6230***535'));
});

const CLOUD = 'com.miui.cloudservice:id/';

test('after the submission a session that breaks is followed by the account list', async () => {
  for (const cause of [HUNG_UP, GONE, new Error('Failed to fetch')]) {
    for (const [asksLater, ends] of [
      [3, 'signed-out'],
      [9999, 'thrown'],
    ] as const) {
      const phone = phoneWith('account', 'password', 'busy');
      let left: number = asksLater;
      const shell = phone.phone.shell;
      phone.phone.shell = (command, signal) => {
        if (phone.faults.length > 0 && command.includes('dumpsys account') && left-- === 0)
          phone.account = false;
        return shell(command, signal);
      };
      phone.story[1]!.taps = {
        [`${ID}passport_confirm`]: () => {
          phone.faults = Array.from({ length: 99 }, () => cause);
          phone.next();
        },
      };
      if (ends === 'thrown') await assert.rejects(phone.signOut(), cause);
      else assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' });
    }
  }
});

test('a phone that signs out by itself is believed too, and a phone where nothing was begun is not waited for', async () => {
  const phone = phoneWith('account', 'busy');
  phone.story[0]!.taps = {
    [`${ID}logout_btn`]: () => {
      phone.faults = Array.from({ length: 99 }, () => HUNG_UP);
      phone.account = false;
    },
  };
  const { outcome, progress } = await phone.signOut();
  assert.deepEqual([outcome.kind, progress.passwordSubmitted], ['signed-out', false]);
  const before = phoneWith('account');
  before.faults = [HUNG_UP];
  let asked = 0;
  const shell = before.phone.shell;
  before.phone.shell = (command, signal) => (
    command.includes('dumpsys account') && asked++,
    shell(command, signal)
  );
  await assert.rejects(before.signOut(), /socket hang up/);
  assert.equal(asked, 2);
});

test('a phone that is gone itself is not waited for', async () => {
  const phone = phoneWith('account', 'password');
  phone.story[1]!.taps = {
    [`${ID}passport_confirm`]: () =>
      (phone.phone.shell = () => Promise.reject(new PhoneLostError('story', { passwordSubmitted: false }))),
  };
  await assert.rejects(phone.signOut(), PhoneLostError);
});

test('a slow sign-out is waited for as long as the phone says it is at it, and not for ever', async () => {
  for (const [looks, kind] of [
    [900, 'signed-out'],
    [9999, 'needs-person'],
  ] as const) {
    for (const spinner of [SPINNER, '"⟦removing_account⟧"']) {
      const phone = phoneWith('account', 'password', 'busy');
      phone.story[2] = { package: 'com.xiaomi.account', shows: [spinner], looks };
      const { outcome } = await phone.signOut();
      assert.equal(outcome.kind, kind, spinner);
      if (outcome.kind === 'needs-person') assert.equal(outcome.reason, 'no-answer');
    }
  }
  // Before the submission nothing is under way that is worth it.
  const phone = phoneWith('account', 'busy', 'password');
  phone.story[1]!.looks = 900;
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'needs-person', reason: 'no-answer' });
});

test('a screen that goes dark is woken, wherever that is, and a touch that was lost is made again', async () => {
  const names = ['account', 'keepOrRemove', 'miPay', 'password'] as const;
  for (const dark of names) {
    const phone = phoneWith(...names, 'busy');
    const before = names.indexOf(dark) - 1;
    const taps = phone.story[before]?.taps;
    if (!taps) phone.screen = 'off';
    for (const tap of Object.keys(taps ?? {})) {
      taps![tap] = () => {
        phone.screen = 'off';
        phone.next();
      };
    }
    assert.deepEqual((await phone.signOut()).outcome, { kind: 'signed-out' }, dark);
    assert.equal(phone.log.filter((line) => line === 'wake').length, 1, dark);
    assert.equal(phone.submissions(), 1, dark);
    assert.ok(!phone.log.includes('back'), dark);
    assert.ok(!phone.log.includes(`tap on a dark screen ${ID}passport_confirm`));
  }
});

const lockScreen: Screen = {
  package: 'com.android.systemui',
  shows: ['com.android.systemui:id/keyguard_root'],
};

test('a lock that asks for something is for a person, and nothing is pressed on it', async () => {
  const phone = phoneWith('account', 'password');
  phone.story[0]!.taps = {
    [`${ID}logout_btn`]: () => {
      phone.screen = 'locked';
      phone.story[0] = lockScreen;
    },
  };
  const { outcome, progress } = await phone.signOut();
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'locked' });
  assert.equal(progress.passwordSubmitted, false);
  assert.ok(!phone.log.includes('back'));
});

test('a sign-out goes on behind a lock', async () => {
  for (const isOut of [true, false]) {
    const phone = phoneWith('account', 'password');
    phone.story[1]!.taps = {
      [`${ID}passport_confirm`]: () => {
        phone.screen = 'locked';
        phone.story[0] = { ...lockScreen, ...(isOut ? { looks: 40 } : {}) };
      },
    };
    const wanted = isOut ? { kind: 'signed-out' } : { kind: 'needs-person', reason: 'locked' };
    assert.deepEqual((await phone.signOut()).outcome, wanted);
    assert.ok(!phone.log.includes('back'));
  }
});

test('an SMS code that the phone wants after the password is asked of a person, and typed once', async () => {
  const wrong: Screen = {
    package: 'com.xiaomi.account',
    shows: [`"${WORDS.passport_wrong_vcode}"`, 'android:id/button1'],
  };
  for (const [then, outcome, shows] of [
    [undefined, { kind: 'signed-out' }, undefined],
    [wrong, { kind: 'needs-person', reason: 'wrong-second-factor' }, 'message'],
    ['stays', { kind: 'needs-person', reason: 'second-factor' }, 'with a code typed in it'],
  ] as const) {
    const phone = phoneWith('account', 'password', 'smsCode', 'busy');
    if (then === 'stays') phone.story[2]!.taps = {};
    else if (then) phone.story[3] = then;
    phone.letters.push('271828', 'never asked for');
    const run = await phone.signOut();
    assert.deepEqual(run.outcome, outcome);
    assert.deepEqual(phone.steps().slice(2), [
      `tap ${ID}passport_confirm`,
      'ask second-factor',
      `type into android=new UiSelector().packageName("com.xiaomi.account").className("android.widget.EditText").instance(0)`,
      `tap ${ID}btn_verify`,
    ]);
    if (shows !== undefined) assert.match(phoneShows(run.progress), new RegExp(shows));
  }
});

test('an SMS code that is not known, or that comes after a captcha, is for a person and not typed', async () => {
  const bare = phoneWith('account', 'password', 'smsCode');
  assert.deepEqual((await bare.signOut()).outcome, { kind: 'needs-person', reason: 'second-factor' });
  const withCaptcha = phoneWith('account', 'password', 'smsCode');
  withCaptcha.letters.push('271828');
  withCaptcha.story[2]!.shows = [
    `${ID}sms_send_notice`,
    CODE_FIELD,
    `${ID}et_captcha_code`,
    `${ID}btn_verify`,
  ];
  assert.deepEqual((await withCaptcha.signOut()).outcome, { kind: 'needs-person', reason: 'captcha' });
  assert.equal(withCaptcha.letters.length, 1);
  const before = phoneWith('account', 'smsCode', 'password');
  before.letters.push('271828');
  assert.deepEqual((await before.signOut()).outcome, { kind: 'needs-person', reason: 'second-factor' });
  assert.equal(before.submissions(), 0);
});

test('a captcha that was typed wrong is reported as that', async () => {
  const phone = phoneWith('account', 'password');
  phone.letters.push('x7kp');
  phone.story[1]!.shows = [...phone.story[1]!.shows, `${ID}et_captcha_code`, `${ID}et_captcha_image`];
  phone.story.push({
    package: 'com.xiaomi.account',
    shows: [`"${WORDS.passport_wrong_captcha}"`, 'android:id/button1'],
  });
  assert.deepEqual((await phone.signOut()).outcome, { kind: 'needs-person', reason: 'wrong-captcha' });
});

test('what is left on the phone is reported: a dialog, and what stands typed in it', async () => {
  // A keyboard that swallows some of it: what is there is cancelled.
  const keyboard = phoneWith('account', 'password', 'account');
  keyboard.story[1]!.taps = { [`${ID}cancel`]: keyboard.next };
  const swallowed = await keyboard.signOut({ password: new Secret('123456789') });
  assert.deepEqual(swallowed.outcome, { kind: 'needs-person', reason: 'keyboard' });
  assert.equal(phoneShows(swallowed.progress), 'the phone shows its account page');

  const stays = phoneWith('account', 'password');
  stays.story[1]!.taps = {};
  const submitted = await stays.signOut();
  assert.deepEqual(submitted.outcome, { kind: 'needs-person', reason: 'no-answer' });
  assert.equal(phoneShows(submitted.progress), 'the password dialog is open, with a password typed in it');

  const asked = phoneWith('account', 'password');
  asked.story[1]!.shows = [...asked.story[1]!.shows, `${ID}passport_vcode`];
  const factor = await asked.signOut();
  assert.equal(phoneShows(factor.progress), 'the password dialog is open');
});

const settings: Screen = { package: 'com.android.settings', shows: ['"Wi-Fi"', 'android:id/list'] };
const FELL_BACK = [
  'drift accountRow: none of its ways',
  'warn the way through Settings did not lead to the account page: it was opened directly',
];

const bySettings = (phone: StoryPhone) => {
  phone.via = 'settings';
  return phone.signOut();
};

test('where Settings has no row for the account it is opened directly, with a warning and a line of drift', async () => {
  const phone = phoneWith('account', 'password', 'busy');
  phone.story.unshift({ ...settings, taps: { intent: phone.next } });
  assert.deepEqual((await bySettings(phone)).outcome, { kind: 'signed-out' });
  for (const line of FELL_BACK) assert.equal(phone.log.filter((one) => one === line).length, 1, line);
  // One whose list has no end, as it is drawn anew at each look.
  const endless = phoneWith('account', 'password', 'busy');
  let screen = 0;
  const list: Screen = {
    ...settings,
    taps: { intent: endless.next, scroll: () => (list.shows = [`"row ${++screen}"`, 'android:id/list']) },
  };
  endless.story.unshift(list);
  assert.deepEqual((await bySettings(endless)).outcome, { kind: 'signed-out' });
});

test('a phone whose account page does not open directly either is for a person', async () => {
  const phone = phoneWith();
  phone.story.push(settings);
  assert.deepEqual((await bySettings(phone)).outcome, {
    kind: 'needs-person',
    reason: 'account-row-not-found',
  });
  // Without Settings on the way nothing is warned of.
  const direct = phoneWith('account', 'password', 'busy');
  await direct.signOut();
  assert.ok(!direct.log.some((line) => /^(warn|drift)/.test(line)));
});

test('a password that is typed on a dark screen is submitted after another look, and not at all behind a lock', async () => {
  for (const screen of ['off', 'locked'] as const) {
    const phone = phoneWith('account', 'password', 'busy');
    phone.story[0]!.taps = { [`${ID}logout_btn`]: () => ((phone.screen = screen), phone.next()) };
    const look = phone.browser.getPageSource.bind(phone.browser);
    phone.browser.getPageSource = () => (phone.log.push('look'), look());
    const { outcome, progress } = await phone.signOut();
    if (screen === 'locked') {
      assert.deepEqual(
        [outcome, progress.passwordSubmitted],
        [{ kind: 'needs-person', reason: 'locked' }, false],
      );
      assert.ok(!phone.log.some((line) => line.startsWith('ledger')));
    } else {
      assert.deepEqual(outcome, { kind: 'signed-out' });
      assert.ok(
        phone.log
          .slice(phone.log.indexOf('wake'), phone.log.indexOf(`tap ${ID}passport_confirm`))
          .includes('look'),
      );
    }
  }
});
