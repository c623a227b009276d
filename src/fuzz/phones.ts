import fc from 'fast-check';
import { pageNames } from '../sim/quirks.ts';
import { questionNames, releaseNames, surpriseNames, type PhoneSpec } from '../sim/spec.ts';
import { languages } from '../sim/strings/strings.ts';
import { ACCOUNT, type Case } from './trial.ts';

/** Random phones, of everything that a spec can say, and what is asked of them. */

/** Ids that page objects look for, and some that they might take for others. */
const IDS: Readonly<Record<string, string>> = {
  'com.xiaomi.account':
    'logout_btn btn_delete_account settings_header_layout user_avatar user_name nick_name user_id ' +
    'passport_confirm input_pwd_view cancel passport_account_name inner_content password_layout ' +
    'et_captcha_code et_captcha_image captcha_layout passport_vcode vcode_prompt inner_content_step2 ' +
    'btn_keep_data btn_wipe_data btn_cancel show_pwd_img tv_forget_pwd ' +
    // The passport SDK of December 2025, the page for an SMS code, and Miuix.
    'input password captcha captcha_image password_visible forget_password sms_send_notice btn_verify sms_code ' +
    'dialog_root_view dialog_dim_bg parentPanel topPanel contentPanel buttonPanel alertTitle message ' +
    'progress progress_percent verify_webView',
  'com.miui.cloudservice':
    'retain_button remove_button cancel_button wipe_data_title_text_view alertTitle message parentPanel dialog_root_view',
  android:
    'button1 button2 alertTitle message title summary progress list scrollView custom widget_frame icon',
  'com.android.systemui': 'settings_button notification_shade_shortcut',
  'com.android.settings': 'search_input scroll_headers text_right arrow_right',
  'miui.systemui.plugin': 'qs_tile icon_frame',
};
const ids = Object.entries(IDS).flatMap(([owner, names]) =>
  names.split(' ').map((name) => `${owner}:id/${name}`),
);

/** Rather none than many: a phone with everything at once shows nothing but its first trouble. */
const seldom = <T>(what: fc.Arbitrary<T>, none: T, once = 4): fc.Arbitrary<T> =>
  fc.oneof({ weight: once - 1, arbitrary: fc.constant(none) }, { weight: 1, arbitrary: what });

const FAULTS = [
  'network-down',
  'server-error',
  'access-denied',
  'captcha-after-wrong-password',
  'captcha-at-once',
  'captcha-web',
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
  hasPassword: seldom(fc.constant(false), undefined, 10),
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
  backsTo: fc.constantFrom('home' as const, 'settings' as const),
  swallows: seldom(
    fc.record({ each: fc.constantFrom(2, 3, 7), times: fc.constantFrom(1, 2, 9) }),
    undefined,
    8,
  ),
});

const surprise = fc.record({
  dialog: fc.constantFrom(...surpriseNames),
  before: fc.constantFrom(...pageNames),
  after: seldom(fc.integer({ min: 1, max: 3000 }), 0, 2),
});

/** Small, large, nearly square as a foldable's, and that of a tablet. */
const DISPLAYS = [
  { width: 480, height: 854, density: 240 },
  { width: 720, height: 1280, density: 320 },
  { width: 1440, height: 3200, density: 560 },
  { width: 2160, height: 2440, density: 400 },
  { width: 1600, height: 2560, density: 320 },
];

/** As releases are known to ask, or the same questions in any order, some left out. */
const orders = fc.oneof(
  fc.constantFrom('miui10' as const, 'password-first' as const, 'miui6' as const, 'asks-first' as const),
  fc.shuffledSubarray([...questionNames], { minLength: 1 }),
);

/** How it names the account. */
const shows = fc.record({
  list: fc.constantFrom('id' as const, 'phone' as const, 'email' as const),
  masked: fc.boolean(),
  dialog: fc.constantFrom('id' as const, 'phone' as const, 'email' as const),
  row: fc.constantFrom('nickname' as const, 'id' as const, 'phone' as const, 'email' as const),
  contactsMasked: fc.boolean(),
});

/** Who else has an account on the phone. */
const others = fc.subarray(
  [
    { name: 'mira@example.com', type: 'com.google' },
    { name: '+359881234567', type: 'com.whatsapp' },
  ],
  { minLength: 1 },
);

const phone = fc.record({
  release: fc.constantFrom(...releaseNames),
  region: fc.constantFrom('global' as const, 'china' as const),
  // The last three have no words in the ROM; two of them are written from right to left.
  language: fc.constantFrom(...languages, 'sw', 'fa', 'he'),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  account: fc.option(owner, { nil: undefined, freq: 30 }),
  pace: seldom(fc.constant('slow' as const), 'real' as const, 8),
  order: seldom(orders, undefined, 2),
  accountPage: seldom(fc.constantFrom('title-bar' as const, 'header' as const), undefined),
  entryRow: seldom(fc.constantFrom('top' as const, 'bottom' as const), undefined),
  passwordPrompt: seldom(fc.constant('sdk' as const), 'dialog' as const),
  tablet: seldom(fc.constant(true), false, 8),
  photoQuality: seldom(fc.constant(true), false),
  phoneRecycled: seldom(fc.constant(true), false, 8),
  panel: seldom(
    fc.constantFrom(
      'gear' as const,
      'shortcut' as const,
      'control-centre' as const,
      'notifications' as const,
    ),
    undefined,
  ),
  managed: seldom(fc.constant(true), false, 30),
  dualApps: seldom(fc.constant(true), false, 12),
  // A second space, mostly 10 and sometimes 11, or the maintenance mode in front.
  user: seldom(fc.constantFrom(10 as const, 11 as const, 110 as const), 0 as const, 30),
  otherAccounts: seldom(others, [], 6),
  installDialog: seldom<boolean | 'denied'>(fc.constantFrom('denied' as const, true as const), false, 30),
  shows: seldom(shows, undefined, 6),
  surprises: seldom(fc.array(surprise, { minLength: 1, maxLength: 3 }), [], 2),
  faults: seldom(fc.uniqueArray(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 2 }), [], 3),
  screen: seldom(fc.constantFrom('off' as const, 'locked' as const), 'on' as const, 12),
  orientation: seldom(fc.constant('landscape' as const), 'portrait' as const, 6),
  fontScale: seldom(fc.constantFrom(0.85, 1.3, 1.6, 2), 1),
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
