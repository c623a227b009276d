import type { FullSpec } from './spec.ts';
import type { Era } from './strings.ts';
import type { Screen } from './view.ts';

interface Release {
  /** Android's release and API level under this MIUI. */
  android: string;
  sdk: number;
  /** ro.miui.ui.version.name and .code */
  miui: string;
  miuiCode: string;
  /** ro.build.version.incremental without the region letters. */
  build: (letters: string) => string;
  buildId: string;
  models: { global: Model; china: Model };
  screen: Screen;
  /** How its labels are worded: Mi Cloud became Xiaomi Cloud in 12, Mi Account Xiaomi Account in 14. */
  wording: Era;
  /** `dumpsys account` hides the middle of account names. */
  masksAccounts: boolean;
  /** How the new password is asked for. */
  passwordForm: 'native' | 'web';
}

interface Model {
  model: string;
  device: string;
  product: string;
}

export const releases: Record<FullSpec['release'], Release> = {
  '10': {
    android: '9',
    sdk: 28,
    miui: 'V10',
    miuiCode: '8',
    build: (letters) => `V10.3.1.0.P${letters}`,
    buildId: 'PKQ1.180729.001',
    models: {
      global: { model: 'MI 8', device: 'dipper', product: 'dipper' },
      china: { model: 'MI 8', device: 'dipper', product: 'dipper' },
    },
    screen: { width: 1080, height: 2248, density: 440, statusBar: 82, navigationBar: 130 },
    wording: 0,
    masksAccounts: false,
    passwordForm: 'native',
  },
  '14': {
    android: '13',
    sdk: 33,
    miui: 'V140',
    miuiCode: '14',
    build: (letters) => `V14.0.4.0.T${letters}`,
    buildId: 'TKQ1.221114.001',
    models: {
      global: { model: '2201117TG', device: 'spes', product: 'spes_global' },
      china: { model: '2210132C', device: 'nuwa', product: 'nuwa' },
    },
    screen: { width: 1080, height: 2400, density: 440, statusBar: 90, navigationBar: 130 },
    wording: 2,
    masksAccounts: true,
    passwordForm: 'web',
  },
};

export const isXiaomi = (spec: FullSpec): boolean => ['xiaomi', 'redmi', 'poco'].includes(spec.brand.toLowerCase());

/** System properties of a phone, as getprop lists them. */
export function propsOf(spec: FullSpec, serialno: string): Map<string, string> {
  const release = releases[spec.release];
  const model = release.models[spec.region];
  const china = spec.region === 'china';
  const locale = spec.language === 'pseudo' ? 'en-XA' : localeOf(spec.language);
  const product = isXiaomi(spec) ? model.product : spec.brand.toLowerCase();
  const device = isXiaomi(spec) ? model.device : product;
  const letters = device === 'dipper' ? (china ? 'EACNXM' : 'EAMIXM') : china ? 'MCCNXM' : 'GCMIXM';
  const incremental = isXiaomi(spec) ? release.build(letters) : '1';
  const props: [string, string][] = [
    ['dev.bootcomplete', '1'],
    ['persist.sys.locale', locale],
    ['persist.sys.timezone', china ? 'Asia/Shanghai' : 'Europe/Sofia'],
    ['ro.boot.serialno', serialno],
    ['ro.build.characteristics', 'default'],
    ['ro.build.display.id', release.buildId],
    ['ro.build.fingerprint', `${spec.brand}/${product}/${device}:${release.android}/${release.buildId}/${incremental}:user/release-keys`],
    ['ro.build.id', release.buildId],
    ['ro.build.tags', 'release-keys'],
    ['ro.build.type', 'user'],
    ['ro.build.version.incremental', incremental],
    ['ro.build.version.release', release.android],
    ['ro.build.version.sdk', String(release.sdk)],
    ['ro.debuggable', '0'],
    ['ro.product.brand', spec.brand],
    ['ro.product.cpu.abi', 'arm64-v8a'],
    ['ro.product.cpu.abilist', 'arm64-v8a,armeabi-v7a,armeabi'],
    ['ro.product.device', device],
    ['ro.product.locale', china ? 'zh-CN' : 'en-GB'],
    ['ro.product.manufacturer', isXiaomi(spec) ? 'Xiaomi' : spec.brand],
    ['ro.product.model', spec.model ?? model.model],
    ['ro.product.name', product],
    ['ro.secure', '1'],
    ['ro.serialno', serialno],
    ['ro.sf.lcd_density', String(release.screen.density)],
    ['sys.boot_completed', '1'],
    ['sys.usb.config', 'adb'],
    ['sys.usb.state', 'adb'],
  ];
  if (isXiaomi(spec)) {
    props.push(
      ['persist.security.adbinput', spec.toggles.input ? '1' : '0'],
      ['persist.security.adbinstall', spec.toggles.install ? '1' : '0'],
      ['ro.miui.build.region', china ? 'cn' : 'global'],
      ['ro.miui.has_security_keyboard', china || spec.faults.includes('secure-keyboard') ? '1' : '0'],
      ['ro.miui.region', china ? 'CN' : 'BG'],
      ['ro.miui.ui.version.code', release.miuiCode],
      ['ro.miui.ui.version.name', release.miui],
      ['ro.product.mod_device', china ? device : `${device}_global`],
    );
  }
  return new Map(props.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As in `bg-BG`. */
export function localeOf(language: string): string {
  const regions: Record<string, string> = { en: 'GB', bg: 'BG', ru: 'RU' };
  if (language.includes('-')) return language;
  return `${language}-${regions[language] ?? language.toUpperCase()}`;
}

/**
 * Where this phone's behaviour comes from. `proven`: read from a ROM's package or its decompiled code. `assumed`: no source was found,
 * so a real phone may differ; a flow must not depend on it.
 */
export const facts: readonly { fact: string; standing: 'proven' | 'assumed'; source: string }[] = [
  {
    fact: 'ids and rows of the account page, Account security, Keep or Remove, and the password dialog',
    standing: 'proven',
    source: 'ROM packages of MIUI 8 to 10.3',
  },
  { fact: 'the same ids on MIUI 14', standing: 'assumed', source: 'string names of MIUI 14 are the same; no layout was read' },
  {
    fact: 'order of sign-out: cards, synced data, unsynced items, password only with Find device on',
    standing: 'proven',
    source: 'com.xiaomi.account of MIUI 10.3',
  },
  {
    fact: 'password-first: password whatever Find device says, then Keep or Remove',
    standing: 'proven',
    source: 'com.xiaomi.account of MIUI 6; that newer releases do it with the newer Keep or Remove page is assumed',
  },
  {
    fact: 'the dialog about unsynced items comes only after Remove',
    standing: 'proven',
    source: 'com.xiaomi.account.utils.LogoutModel (showWipeDataDialog), MIUI 6 to 8',
  },
  {
    fact: 'Sign out shows nothing for the first second of the query for synced data',
    standing: 'proven',
    source: 'com.xiaomi.account of MIUI 10.3',
  },
  {
    fact: 'a wrong password, a lost network and a server fault are an alert titled passport_verification_failed over the password dialog',
    standing: 'proven',
    source: 'com.xiaomi.passport.ui.QuickLoginActivity (showAlertDialog)',
  },
  {
    fact: 'an empty password is a bubble at the field that no screen dump shows; nothing is sent',
    standing: 'proven',
    source: 'QuickLoginActivity (confirm): EditText.setError, a PopupWindow of its own',
  },
  {
    fact: 'a captcha stays until the password is right; each answer brings a new picture',
    standing: 'assumed',
    source: 'QuickLoginActivity (applyCaptchaUrl) follows whatever the server sends',
  },
  { fact: 'the text of the password field stays after a wrong password', standing: 'proven', source: 'QuickLoginActivity never clears it' },
  {
    fact: 'passport_checking_account can be dismissed with back, which cancels the check',
    standing: 'proven',
    source: 'QuickLoginActivity (LoginTaskBase)',
  },
  { fact: 'removing_account cannot be dismissed', standing: 'proven', source: 'LogoutModel (startRemoveAccount)' },
  {
    fact: 'a device that cannot be unbound: alert logout_failed with no_response_retry; the account stays',
    standing: 'proven',
    source: 'LogoutModel (onPostExecute); that Find device stays off then is assumed',
  },
  {
    fact: 'after sign-out the account page finishes and what lies under it shows',
    standing: 'proven',
    source: 'LogoutModel (activity.finish())',
  },
  { fact: 'the query for synced data needs no network', standing: 'assumed', source: '' },
  { fact: 'the account service answers after 0.5 to 2 s, a window takes 300 ms to open', standing: 'assumed', source: '' },
  { fact: 'the query for synced data takes 0.7 s where there is none and 1.5 s where there is', standing: 'assumed', source: '' },
  { fact: 'a touch beside a dialog dismisses it as back does', standing: 'assumed', source: 'the default of Android dialogs' },
  { fact: 'stopping com.xiaomi.account while it signs out leaves the account on the phone', standing: 'assumed', source: '' },
  { fact: 'a touch during a window transition is lost', standing: 'assumed', source: 'seen on phones; no rule was read' },
  { fact: 'back closes the keyboard first', standing: 'proven', source: 'AOSP InputMethodService' },
  { fact: 'signed out, com.xiaomi.unactivated is listed on China phones only', standing: 'assumed', source: '' },
  {
    fact: 'the value of the Global row is the account name; nothing stands there when signed out',
    standing: 'assumed',
    source: 'com.android.settings for the name; the empty value is a guess',
  },
  { fact: 'ids of launcher, quick panel, sign-in page; wording of surprises', standing: 'assumed', source: '' },
  {
    fact: 'the shell may start AccountSettingsActivity, LoginActivity, AccountSecurityActivity and ChangePasswordActivity of com.xiaomi.account, and no other',
    standing: 'assumed',
    source: 'the first is proven',
  },
  {
    fact: 'change_password stands in Account security, asks for an identity check first, and skips it while the last one is valid',
    standing: 'proven',
    source: 'com.xiaomi.account of MIUI 10.3',
  },
  {
    fact: 'ids of the native new-password page, both fields the same; success is the toast set_success over Account security',
    standing: 'proven',
    source: 'com.xiaomi.account of MIUI 10.3 (ChangePasswordActivity); which hints and eyes the fields have is assumed',
  },
  {
    fact: 'MIUI 14 asks for the new password in a web page, and ends it with the same toast',
    standing: 'assumed',
    source: 'newer account SDKs open /fe/service/account?_service=setPassword; which releases carry them was not read',
  },
  {
    fact: 'the identity check is web pages in a WebView without resource ids: Phone or Email, Next, Send, code, Submit',
    standing: 'proven',
    source: 'NotificationActivity loads what the server names; the order and wording of its pages are assumed from what people describe',
  },
  {
    fact: 'a node of a WebView carries its words in text, and its class from its role',
    standing: 'proven',
    source:
      'Chromium WebContentsAccessibility since 2017 (before, in content-desc); that Xiaomi marks up its pages with real buttons is assumed',
  },
  {
    fact: 'an identity check that cannot begin is the toast get_identity_auth_url_failed',
    standing: 'assumed',
    source: 'the string is proven; how it is shown was not read',
  },
  { fact: 'after Send, 60 seconds pass before it can be pressed again', standing: 'assumed', source: 'usual in Xiaomi’s pages' },
  {
    fact: 'a password the service finds weak or used before is risky_pwd_not_allow',
    standing: 'assumed',
    source: 'the string is proven; which answers of the server lead to it was not read',
  },
  {
    fact: 'Forgot password opens /pass/forgetPassword in the browser',
    standing: 'proven',
    source: 'com.xiaomi.account; that the browser is Chrome is assumed',
  },
  { fact: '5 codes in 24 hours in mainland China, 3 elsewhere', standing: 'proven', source: 'official FAQ' },
  {
    fact: 'a code is valid for 10 minutes and dies after 5 wrong ones; a right one lets the password be changed for 10 minutes',
    standing: 'assumed',
    source: '',
  },
  {
    fact: "the web site's steps; names and classes of today's sign-in; ids and names of the forms of 2016 to 2018",
    standing: 'assumed',
    source: 'third-party scripts of both times; no page was read',
  },
  { fact: "the web site's wording, its addresses after the first step, the names ticket and rePassword", standing: 'assumed', source: '' },
];
