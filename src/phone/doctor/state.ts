import { SecondSpaceError } from '../../errors.ts';
import { accountLists, GOOGLE } from '../account.ts';
import { LOCK_ASKED, lockIn } from '../lock.ts';
import { fail, FIX, ok, warn, type Check } from './finding.ts';

/** How the phone is: whose, in front of what, and whether a flow can begin on it. */

/** Below this a phone may go off in the middle, percent. */
const [EMPTY, LOW] = [5, 20];
/** A screen that stays on this long without a touch outlasts a person who is waited for, ms. */
const LONG = 600_000;
/** Tasks that wait for a core: MIUI at rest stays below 15, after an update it is far above. */
const BUSY = 24;

/** What may be in front when a flow begins: a home screen, the system's panels, and the pages flows know. */
const EXPECTED = [
  /^[\w.]*(launcher|\.home)[\w.]*\//i,
  /^(NotificationShade|StatusBar)$/,
  /^com\.android\.settings\/(?!.*usb\.)/,
  /^com\.xiaomi\.account\/\S*\.(AccountSettings|AccountSecurity|ChangePassword|QuickLogin|ConfirmPassword|Login|Notification|PassportJsbWebView)\w*Activity/,
  /^com\.miui\.cloudservice\/\S*MiCloud\w+/,
  /^com\.android\.chrome\//,
];

export const stateChecks: readonly Check[] = [
  {
    check: 'maker',
    judge: (_said, { facts: { release, brand, region, language, sdk } }) =>
      release || /^(xiaomi|redmi|poco)$/i.test(brand)
        ? ok(`${release || brand}, ${region}, ${language}, Android API ${sdk}`)
        : fail(
            `its maker is '${brand || 'unknown'}'`,
            'only MIUI and HyperOS have a Mi Account in Settings',
            'unplug it',
          ),
  },
  {
    check: 'management',
    judge: (_said, { facts: { managed } }) =>
      managed === undefined
        ? ok('not managed')
        : fail(
            `managed by '${managed}'`,
            'its administrator decides about its accounts',
            'ask them to release the phone',
          ),
  },
  {
    check: 'space',
    judge: (_said, { facts: { user } }) =>
      user === 0
        ? ok("the owner's space is in front")
        : user === SecondSpaceError.MAINTENANCE
          ? fail(
              `in maintenance mode (Android user ${user})`,
              'no account can be seen in it',
              'end the maintenance mode on the phone',
            )
          : fail(
              `another space is in front (Android user ${user})`,
              "what is tapped would go to that user's account",
              "switch to the owner's space on the phone",
            ),
  },
  {
    check: 'account',
    judge: (_said, { facts: { accounts }, menus }) =>
      accounts.length < 2
        ? ok(accounts.length === 1 ? 'signed in to one Mi Account' : 'signed in to no Mi Account')
        : fail(
            `${accounts.length} Mi Accounts`,
            'which one is meant cannot be known',
            `${menus.accounts}: sign out all but one`,
          ),
  },
  {
    check: 'Google account',
    judge: (_said, { facts: { others }, menus }) =>
      others.some(({ type }) => type === GOOGLE)
        ? warn(
            'a Google account is on the phone',
            'after a reset the phone locks itself until that account signs in',
            `${menus.google}: remove it before the phone is reset`,
          )
        : ok('none on the phone'),
  },
  {
    check: 'to hand on',
    judge(_said, { facts: { stays } }) {
      if (!stays) return undefined;
      const { screenLock, sims = 0, developerOptions } = stays;
      const left = [
        screenLock && 'a screen lock',
        sims > 0 && 'a SIM',
        developerOptions && 'developer options',
      ];
      const what = left.filter(Boolean).join(', ');
      return ok(what === '' ? 'nothing to remove' : `still has ${what}: remove them before it is handed on`);
    },
  },
  {
    check: 'other spaces',
    ask: 'dumpsys account',
    judge(said) {
      const lists = accountLists(said);
      const beside = [...lists].flatMap(([user, { accounts }]) =>
        user !== 0 && accounts.length > 0 ? [user] : [],
      );
      if (beside.length === 0) {
        const isWhole = lists.has(0) && [...lists.values()].every(({ isComplete }) => isComplete);
        return isWhole ? ok('no Mi Account in dual apps or a second space') : undefined;
      }
      return warn(
        `a Mi Account in ${beside.map((user) => (user === 999 ? 'dual apps' : `space ${user}`)).join(' and ')} too`,
        "only the owner's account is signed out",
        'sign that one out by hand, if it matters to you',
      );
    },
  },
  {
    check: 'screen',
    quick: true,
    ask: 'dumpsys power | grep mWakefulness=',
    judge(said) {
      const state = /mWakefulness=(\w+)/.exec(said)?.[1];
      if (state === undefined) return undefined;
      return state === 'Awake'
        ? ok('on')
        : warn(
            'off',
            'a screen that is off feels no touch; a flow wakes it first',
            `press the power key, or ${FIX}`,
          );
    },
  },
  {
    check: 'lock',
    quick: true,
    ask: LOCK_ASKED,
    judge(said) {
      const lock = lockIn(said);
      if (lock === undefined) return undefined;
      if (lock === 'unlocked') return ok('unlocked');
      const why = 'pages behind the lock cannot be reached';
      return lock === 'secure'
        ? fail(
            'locked with a PIN, pattern or password',
            `${why}; nothing here gets around a lock`,
            'unlock the phone',
          )
        : warn(
            'locked, with nothing to enter',
            `${why}; a flow swipes it away first`,
            `swipe up on the phone, or ${FIX}`,
          );
    },
  },
  {
    check: 'stay awake',
    ask: 'settings get global stay_on_while_plugged_in; settings get system screen_off_timeout',
    judge(said, { menus }) {
      const [stay = 0, timeout = 0] = said.split('\n').map((line) => Number(line) || 0);
      if (stay > 0) return ok('while it charges');
      if (timeout >= LONG) return ok(`the screen stays on for ${Math.round(timeout / 60_000)} min`);
      return warn(
        `the screen goes off after ${Math.round(timeout / 1000)} s without a touch`,
        'while a code or a person is waited for, the phone would lock',
        `${menus.developer}: turn on '${menus.stayAwake}', or ${FIX}`,
      );
    },
  },
  {
    check: 'battery',
    quick: true,
    ask: "dumpsys battery | grep -E ' (level|status|AC powered|USB powered|Wireless powered):'",
    judge(said) {
      const level = /level: (\d+)/.exec(said)?.[1];
      if (level === undefined) return undefined;
      // BatteryManager: 2 charging, 5 full.
      const charging = /powered: true/.test(said) || /status: [25]/.test(said);
      const what = `${level} %, ${charging ? 'charging' : 'not charging'}`;
      const why = 'a phone that goes off in the middle leaves it open whether it was signed out';
      if (Number(level) < EMPTY) return fail(what, why, `charge it to ${LOW} % first`);
      return Number(level) < LOW && !charging
        ? warn(what, why, 'charge it: another port or cable, or a powered hub')
        : ok(what);
    },
  },
  {
    check: 'front',
    quick: true,
    ask: "dumpsys window | grep -E 'mCurrentFocus='",
    judge(said) {
      // Several displays print it each; the last that is a window counts.
      const front = [...said.matchAll(/mCurrentFocus=Window\{\S{1,40} \S{1,40} ([^}\n]{1,400})\}/g)].at(
        -1,
      )?.[1];
      if (front === undefined) return undefined;
      return EXPECTED.some((known) => known.test(front))
        ? ok(front)
        : warn(
            `an unexpected window: ${front}`,
            'a flow gives Back to what it does not know, or opens its page over it',
            'look at the phone and close it',
          );
    },
  },
  {
    check: 'load',
    ask: 'uptime',
    judge(said) {
      const load = /load average: ([\d.]+)/.exec(said)?.[1];
      if (load === undefined) return undefined;
      return Number(load) < BUSY
        ? ok(load)
        : warn(
            `${load}: the phone is busy`,
            'its screens take several times as long',
            'let it finish what it does (after an update: some minutes), or restart it',
          );
    },
  },
  {
    check: 'keyboard',
    ask: 'getprop ro.miui.has_security_keyboard; settings get secure enable_miui_security_ime',
    judge: (said, { menus }) =>
      // Missing, the setting means on (MiuiSecurityInputMethodHelper).
      /^1\s/.test(said) && !/\s0\s*$/.test(said)
        ? warn(
            'the secure keyboard comes up for passwords',
            'typed text may arrive changed, and such screens cannot be photographed',
            `${menus.additional}: languages & input → turn off the secure keyboard`,
          )
        : ok('no secure keyboard'),
  },
  {
    check: 'Chrome',
    ask: 'dumpsys package com.android.chrome | grep versionName',
    judge(said, { chromedriver, serial }) {
      const [whole, major] = /versionName=((?:\d+)(?:\.\d+)+)/.exec(said)?.[1]?.match(/^(\d+).*/) ?? [];
      if (whole === undefined || chromedriver === undefined) return undefined;
      return chromedriver.split('.')[0] === major
        ? ok(`${whole}, which chromedriver ${chromedriver} fits`)
        : warn(
            `${whole}, and chromedriver is ${chromedriver}`,
            `'reset-password --browser phone:${serial}' needs one of the same version`,
            `set CHROMEDRIVER to a chromedriver ${major}, or reset in the browser of this computer`,
          );
    },
  },
];
