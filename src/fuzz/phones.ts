import fc from 'fast-check';
import { pageNames } from '../sim/quirks.ts';
import { releaseNames, surpriseNames, type PhoneSpec } from '../sim/spec.ts';
import { languages } from '../sim/strings/strings.ts';
import { ACCOUNT, type Case } from './trial.ts';

/** Random phones, of everything that a spec can say, and what is asked of them. */

const account = 'com.xiaomi.account:id/';
const cloud = 'com.miui.cloudservice:id/';

/** Ids that page objects look for, and some that they might take for others. */
const IDS = [
  ...[
    'logout_btn',
    'btn_delete_account',
    'settings_header_layout',
    'user_avatar',
    'user_name',
    'nick_name',
    'user_id',
  ],
  ...[
    'passport_confirm',
    'input_pwd_view',
    'cancel',
    'passport_account_name',
    'et_captcha_code',
    'passport_vcode',
  ],
  ...['btn_keep_data', 'btn_wipe_data', 'btn_cancel', 'show_pwd_img', 'tv_forget_pwd'],
].map((name) => account + name);
const OTHER_IDS = [
  ...['retain_button', 'remove_button', 'cancel_button'].map((name) => cloud + name),
  ...['button1', 'button2', 'alertTitle', 'message', 'title', 'summary', 'progress', 'list'].map(
    (name) => `android:id/${name}`,
  ),
  'com.android.systemui:id/settings_button',
  'com.android.settings:id/search_input',
];
const ids = [...IDS, ...OTHER_IDS];

/** Rather none than many: a phone with everything at once shows nothing but its first trouble. */
const seldom = <T>(what: fc.Arbitrary<T>, none: T, once = 4): fc.Arbitrary<T> =>
  fc.oneof({ weight: once - 1, arbitrary: fc.constant(none) }, { weight: 1, arbitrary: what });

const FAULTS = [
  'network-down',
  'server-error',
  'access-denied',
  'captcha-after-wrong-password',
  'captcha-at-once',
  'second-factor',
  'second-factor-page',
  'secure-keyboard',
  'looks-fail',
  'account-list-cut',
  'no-account-row',
  'slow',
] as const;

const owner = fc.record({
  syncedData: seldom(fc.subarray(['contacts', 'messages', 'gallery', 'notes', 'wifi'] as const), [], 2),
  unsyncedItems: seldom(fc.constantFrom(1, 5, 21), 0),
  findDevice: seldom(fc.constant(false), true),
  miPayCards: seldom(fc.constantFrom(1, 2, 5), 0),
  passwordChangedDaysAgo: seldom(fc.constantFrom(0, 1, 5), undefined, 8),
  phone: seldom(fc.constant('+359881234567'), undefined),
  email: seldom(fc.constant('mira@example.com'), undefined),
});

const renamed = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.constantFrom('', 'renamed', 'btn_ok', 'other')), {
    selector: ([id]) => id,
    minLength: 1,
    maxLength: 6,
  })
  .map((pairs) =>
    Object.fromEntries(
      pairs.map(([id, to]) => [id, to === '' ? '' : `${id.split('/')[0]}/${to}_${id.split('/')[1]}`]),
    ),
  );

const quirks = fc.record({
  ids: seldom(renamed, {}),
  late: seldom(
    fc.dictionary(fc.constantFrom(...pageNames), fc.constantFrom(400, 1500, 4000, 9000), {
      minKeys: 1,
      maxKeys: 2,
    }),
    {},
  ),
  doubled: seldom(
    fc.subarray(['keep-or-remove', 'password', 'dialog'] as const, { minLength: 1, maxLength: 2 }),
    [],
    6,
  ),
  messages: seldom(fc.constant('toast' as const), 'dialog' as const),
  backs: seldom(fc.subarray([1, 2, 3, 4], { minLength: 1, maxLength: 2 }), []),
  swallows: seldom(
    fc.record({ each: fc.constantFrom(2, 3, 7), times: fc.constantFrom(1, 2, 9) }),
    undefined,
    8,
  ),
});

const surprise = fc.record({
  dialog: fc.constantFrom(...surpriseNames),
  before: fc.constantFrom(...pageNames),
});

const DISPLAYS = [
  { width: 720, height: 1280, density: 320 },
  { width: 1440, height: 3200, density: 560 },
  { width: 1600, height: 2560, density: 320 },
];

const phone = fc.record({
  release: fc.constantFrom(...releaseNames),
  region: fc.constantFrom('global' as const, 'china' as const),
  language: fc.constantFrom(...languages, 'sw'),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  account: fc.option(owner, { nil: undefined, freq: 30 }),
  pace: seldom(fc.constant('slow' as const), 'real' as const, 8),
  order: seldom(
    fc.constantFrom('miui10' as const, 'password-first' as const, 'miui6' as const, 'asks-first' as const),
    undefined,
    2,
  ),
  accountPage: seldom(fc.constantFrom('title-bar' as const, 'header' as const), undefined),
  entryRow: seldom(fc.constantFrom('top' as const, 'bottom' as const), undefined),
  passwordPrompt: seldom(fc.constant('sdk' as const), 'dialog' as const),
  tablet: seldom(fc.constant(true), false, 8),
  photoQuality: seldom(fc.constant(true), false),
  phoneRecycled: seldom(fc.constant(true), false, 8),
  panel: seldom(fc.constantFrom('gear' as const, 'shortcut' as const, 'control-centre' as const), undefined),
  managed: seldom(fc.constant(true), false, 12),
  dualApps: seldom(fc.constant(true), false, 12),
  surprises: seldom(fc.array(surprise, { minLength: 1, maxLength: 3 }), [], 2),
  faults: seldom(fc.uniqueArray(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 2 }), [], 3),
  screen: seldom(fc.constantFrom('off' as const, 'locked' as const), 'on' as const, 12),
  orientation: seldom(fc.constant('landscape' as const), 'portrait' as const, 6),
  fontScale: seldom(fc.constantFrom(0.85, 1.3, 1.6), 1),
  display: seldom(fc.constantFrom(...DISPLAYS), undefined),
  quirks,
});

/** What is missing is left out, so that a case reads as one would write it. */
function written(spec: object): object {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
}

export const cases: fc.Arbitrary<Case> = fc.record({
  phone: phone.map(({ account: own, quirks: odd, ...spec }): PhoneSpec => ({
    ...written(spec),
    ...(own ? { account: { ...ACCOUNT, ...written(own) } } : {}),
    quirks: written(odd),
  })),
  order: fc.record({
    data: fc.constantFrom('keep' as const, 'delete' as const),
    password: fc.constantFrom(
      'right' as const,
      'right' as const,
      'right' as const,
      'wrong' as const,
      'none' as const,
    ),
    via: fc.constantFrom('intent' as const, 'settings' as const),
  }),
});
