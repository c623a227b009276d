import { adbFacts } from './releases-facts-adb.ts';
import type { SimFact } from './sim-fact.ts';

/** Where this phone's behaviour comes from: first what it shows. */
export const facts: readonly SimFact[] = [
  {
    fact: 'ids and rows of the account page, Account security, Keep or Remove, and the password dialog',
    standing: 'proven',
    source: 'ROM packages of MIUI 8 to 10.3',
  },
  {
    fact: 'the same ids from MIUI 11 to HyperOS 3',
    standing: 'assumed',
    source: 'the names of strings are the same; no layout was read',
  },
  {
    fact: 'order of sign-out: cards, synced data, unsynced items, password only with Find device on',
    standing: 'proven',
    source: 'com.xiaomi.account of MIUI 10.3',
  },
  {
    fact: 'password-first: password whatever Find device says, then Keep or Remove',
    standing: 'proven',
    source:
      'com.xiaomi.account of MIUI 6; that newer releases do it with the newer Keep or Remove page is assumed',
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
  {
    fact: 'second-factor-page: a page for an SMS code (sms_send_notice, btn_verify) in a sign-out; the id of its field',
    standing: 'tolerated',
    source:
      'the layout is read from MIUI 8 to 10.3, where sign-in and binding have it; an SMS code at a sign-out is reported by tutorials',
  },
  {
    fact: 'the text of the password field stays after a wrong password',
    standing: 'proven',
    source: 'QuickLoginActivity never clears it',
  },
  {
    fact: 'passport_checking_account can be dismissed with back, which cancels the check',
    standing: 'proven',
    source: 'QuickLoginActivity (LoginTaskBase)',
  },
  {
    fact: 'removing_account cannot be dismissed',
    standing: 'proven',
    source: 'LogoutModel (startRemoveAccount)',
  },
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
  { fact: 'the query for synced data needs no network', standing: 'assumed', source: 'none was found' },
  {
    fact: 'the account service answers after 0.5 to 2 s, a window takes 300 ms to open',
    standing: 'assumed',
    source: 'none was found',
  },
  {
    fact: 'the query for synced data takes 0.7 s where there is none and 1.5 s where there is',
    standing: 'assumed',
    source: 'none was found',
  },
  {
    fact: 'a touch beside a dialog dismisses it as back does',
    standing: 'assumed',
    source: 'the default of Android dialogs',
  },
  {
    fact: 'stopping com.xiaomi.account while it signs out leaves the account on the phone',
    standing: 'assumed',
    source: 'none was found',
  },
  {
    fact: 'a touch during a window transition is lost',
    standing: 'assumed',
    source: 'seen on phones; no rule was read',
  },
  { fact: 'back closes the keyboard first', standing: 'proven', source: 'AOSP InputMethodService' },
  {
    fact: 'signed out, com.xiaomi.unactivated is listed on China phones only',
    standing: 'assumed',
    source: 'none was found',
  },
  {
    fact: 'the value of the Global row is acc_user_name: nickname, number or address; nothing stands there when signed out',
    standing: 'proven',
    source: 'com.android.settings (XiaomiAccountInfoController); the empty value is assumed',
  },
  {
    fact: 'ids of launcher, quick panel, sign-in page; wording of surprises',
    standing: 'assumed',
    source: 'none was found',
  },
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
    source:
      'com.xiaomi.account of MIUI 10.3 (ChangePasswordActivity); which hints and eyes the fields have is assumed',
  },
  {
    fact: 'MIUI 14 and HyperOS ask for the new password in a web page, and end it with the same toast; MIUI 12.5 and 13 have the native one',
    standing: 'assumed',
    source:
      'newer account SDKs open /fe/service/account?_service=setPassword; which releases carry them was not read',
  },
  {
    fact: 'the identity check is web pages in a WebView without resource ids: Phone or Email, Next, Send, code, Submit',
    standing: 'proven',
    source:
      'NotificationActivity loads what the server names; the order and wording of its pages are assumed from what people describe',
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
  {
    fact: 'after Send, 60 seconds pass before it can be pressed again',
    standing: 'assumed',
    source: 'usual in Xiaomi’s pages',
  },
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
    source: 'none was found',
  },
  {
    fact: "the web site's steps; names and classes of today's sign-in; ids and names of the forms of 2016 to 2018",
    standing: 'assumed',
    source: 'third-party scripts of both times; no page was read',
  },
  {
    fact: "the web site's wording, its addresses after the first step, the names ticket and rePassword",
    standing: 'assumed',
    source: 'none was found',
  },
  {
    fact: 'miui6: password, then one alert with btn_keep_data, btn_wipe_data and btn_cancel, titled alert_title_remove_account, synced data or not',
    standing: 'proven',
    source:
      'com.xiaomi.account of MIUI 6 (AccountSettingsFragment, LogoutModel.confirmRemoveAccount); what its buttons say is assumed',
  },
  {
    fact: 'miui6: btn_delete_account is the last thing in the list and scrolls with it; nothing is asked about cards',
    standing: 'proven',
    source:
      'AccountSettingsFragment of MIUI 6 (addFooterView); that it says logout_account, under a title bar, is assumed',
  },
  {
    fact: 'asks-first: an alert with Cancel and OK comes before everything else; its words are those of MIUI 6',
    standing: 'tolerated',
    source:
      'no release is known to have it: alert_title_remove_account is absent from the strings of 2024 and of HyperOS 3, remove_account_notice ends with MIUI 6',
  },
  {
    fact: 'a code by SMS may follow the password at sign-out, in the words passport_vcode_prompt_long and passport_trust_device',
    standing: 'assumed',
    source:
      'people report the code; the strings are those of 2024 and of HyperOS 3; that they are in the password dialog is read from MIUI 8 to 10.3',
  },
  {
    fact: 'title-bar: title_bar with user_avatar, user_name and user_id, the rows of 10.2, and the password in the first group of Account security',
    standing: 'proven',
    source: 'ROM packages of MIUI 8 to 10.2; that the password row says change_password is assumed',
  },
  {
    fact: 'Settings of China phones has the account at the top, all others near the bottom, whatever the release',
    standing: 'proven',
    source: 'com.android.settings of MIUI 13 and HyperOS 3; between them the same is assumed',
  },
  {
    fact: 'a managed phone hides the row of phones sold outside China alone; in maintenance mode (user 110) both are hidden',
    standing: 'proven',
    source: 'com.android.settings of MIUI 13 and HyperOS 3',
  },
  {
    fact: 'rows of Settings: miuix RecyclerView scroll_headers, text_right in android:id/widget_frame, arrow_right',
    standing: 'proven',
    source:
      'com.android.settings of MIUI 13 and HyperOS 3; that MIUI 12.5 and before have a ListView is assumed',
  },
  {
    fact: 'Mi Cloud is Xiaomi Cloud from MIUI 12 on, Mi Account is Xiaomi Account from MIUI 14 on',
    standing: 'proven',
    source: 'ROM packages; each wording of the labels is the one of one build',
  },
  {
    fact: 'passwordPrompt sdk: ids and fields of passport_activity_confirm_password, FLAG_SECURE, a failure is a toast',
    standing: 'proven',
    source:
      'the passport SDK of December 2025; that the account app uses it to sign out, and the name of its activity, are assumed',
  },
  {
    fact: 'account-update: the account app offers a newer version of itself (AccountApkUpdateDialogActivity), with Not now',
    standing: 'proven',
    source: 'activities and strings of the account app; when it comes is assumed',
  },
  {
    fact: 'photoQuality: after Keep a question about photos in lower quality; wipe_data_query_progress_title before',
    standing: 'assumed',
    source: 'the strings of 2024 have both; their buttons and their place were not read',
  },
  {
    fact: 'tablet: words of its own about the data (…_pad); Settings in two panes',
    standing: 'assumed',
    source: 'the strings are those of 2024; ids and build of the second pane were not read',
  },
  {
    fact: 'phoneRecycled: the row of the account says suggestion_for_phone_recycled',
    standing: 'proven',
    source: 'com.android.settings of HyperOS 3; that it stands in the summary outside China too is assumed',
  },
  {
    fact: 'HyperOS 3 calls the password row of Account security account_and_password',
    standing: 'assumed',
    source: 'the string is proven; from which release on was not read',
  },
  {
    fact: 'HyperOS: the form for the new password in PassportJsbWebViewActivity (page_header, root); network_error_layout with btn_retry where it does not load',
    standing: 'proven',
    source: 'the passport SDK of December 2025; that HyperOS 1 has it already is assumed',
  },
  {
    fact: 'captcha-web: the passport SDK asks for a captcha in a web page (passport_verification_dialog, verify_webView)',
    standing: 'assumed',
    source: 'the ids are those of the passport SDK of December 2025; what the page shows was not read',
  },
  {
    fact: 'an alert that is too high for the screen keeps title and buttons in view; its message scrolls (android:id/scrollView, in Miuix a ScrollView around contentPanel)',
    standing: 'proven',
    source: 'AOSP AlertController; a dump of a Miuix dialog of HyperOS 3',
  },
  {
    fact: 'password dialog, prompt of the passport SDK and the alert of MIUI 6 scroll with their buttons where they are too high',
    standing: 'assumed',
    source: 'the layouts that were read have no scrolling view, and would be cut off',
  },
  {
    fact: 'a phone that lies on its side has small titles; its lock screen does not turn, that of a tablet does',
    standing: 'assumed',
    source: 'AOSP config_enableLockScreenRotation for the lock screen; for the titles none was found',
  },
  {
    fact: 'USB debugging (Security settings) is switched on by ADB_INPUT_APPLY: a step that counts 5 s down, three times, then Accept; without account or network a toast (adb_login_xiaomi_account, adb_install_no_network)',
    standing: 'proven',
    source:
      'com.miui.securitycenter of HyperOS 1 and 3; words and ids of the steps are assumed, and no server is asked about the SIM',
  },
  {
    fact: 'account.hasPassword false: the prompt of the passport SDK opens the web page that sets a password instead (/fe/service/account?_service=setPassword)',
    standing: 'assumed',
    source: 'the passport SDK of December 2025 does; that the account app does so at a sign-out was not seen',
  },
  {
    fact: 'order as a list: the questions of a sign-out in any order, or fewer of them',
    standing: 'tolerated',
    source: 'tutorials of MIUI 11 to HyperOS 3 show several orders; no code of theirs was read',
  },
  {
    fact: 'panel notifications: in the style of the control centre the icon over the notifications may open their own settings',
    standing: 'assumed',
    source: 'com.android.systemui of MIUI 12 to HyperOS 3; the page it leads to was not read',
  },
  ...adbFacts,
];
