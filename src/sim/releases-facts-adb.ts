import type { SimFact } from './sim-fact.ts';

/** Where comes from what the phone answers over adb, what locks it, and how its dialogs are built. */
export const adbFacts: readonly SimFact[] = [
  {
    fact: 'ro.miui.ui.version.name and ro.mi.os.version.name of each release',
    standing: 'proven',
    source: 'property lists of 42 phones, MIUI 9 to HyperOS 3',
  },
  {
    fact: 'dumpsys account masks the three characters in the middle of each name, of every type, in every release',
    standing: 'assumed',
    source:
      'account lists of a phone with Android 10 and of one with HyperOS: 11 of 11 names; no rule was read',
  },
  {
    fact: 'the shell looks strings up (cmd overlay lookup) from Android 12 on',
    standing: 'proven',
    source: 'AOSP OverlayManagerShellCommand',
  },
  {
    fact: 'iphonesubinfo answers the shell with the IMEI, from Android 10 on only to a caller that gives its package',
    standing: 'proven',
    source: 'AOSP PhoneSubInfoController; that HyperOS answers too is assumed',
  },
  {
    fact: 'the IMEI of the second SIM is getDeviceIdForPhone: call 3 before Android 11, call 4 from then on, none from Android 15 on',
    standing: 'proven',
    source: 'AOSP IPhoneSubInfo.aidl',
  },
  {
    fact: 'before Android 10 the IMEIs are properties too: ro.ril.miui.imei0 and imei1, ro.ril.oem.imei1 and imei2',
    standing: 'assumed',
    source: 'programs that read them; no property list of a phone shows them',
  },
  {
    fact: 'a locked phone shows the keyguard whatever is started under it; wm dismiss-keyguard brings the field for the PIN',
    standing: 'proven',
    source:
      'AOSP SystemUI, whose ids the page has; that MIUI has the same is assumed, and that 1234 opens it is made up',
  },
  {
    fact: 'a second space is user 10 or 11, named security space, and the Mi Account stays the owner’s',
    standing: 'proven',
    source:
      'pm list users of 7 phones, Android 7 to 16; what dumpsys account shows of the second space is assumed',
  },
  {
    fact: 'before adb installs an app that is not there yet, AdbInstallActivity asks for 10 seconds; android:id/button2 lets it in, button1 counts down',
    standing: 'proven',
    source: 'com.miui.permcenter.install.AdbInstallActivity, decompiled; a dump and strings of HyperOS 3',
  },
  {
    fact: 'autostart is operation 10008, reported as MIUIOP(10008)',
    standing: 'proven',
    source: 'what phones print; that the helper app does not run at all where it is denied is assumed',
  },
  {
    fact: 'com.miui.powerkeeper.configure/userTable holds what the battery saver does to each app',
    standing: 'proven',
    source: 'UserConfigure, decompiled; that the shell may read it is assumed',
  },
  {
    fact: 'HyperOS 1 counts builds V816 and says OS1.0 in ro.mi.os.version.incremental; from HyperOS 2 on both say OS',
    standing: 'proven',
    source: 'property lists of 16 phones',
  },
  {
    fact: 'a phone lacks the properties that came later: ro.miui.build.region up to MIUI 11, ro.product.mod_device in China up to 12.5, the secure keyboard outside China, adbinput where it was never switched on',
    standing: 'proven',
    source: 'property lists of 42 phones; that a missing adbinput counts as off is assumed',
  },
  {
    fact: 'users: owner 13 up to Android 10, c13 to 13, 4c13 from 14 on; security space 413, up to Android 10 13; XSpace 801010',
    standing: 'proven',
    source: 'pm list users of 7 phones',
  },
  {
    fact: 'cmd user list fails on Android 16, and pm list users answers',
    standing: 'proven',
    source: 'a Xiaomi 17 Pro Max with HyperOS 3',
  },
  {
    fact: 'dumpsys window of HyperOS 3 says isKeyguardShowing and prints mCurrentFocus twice, the first may be null',
    standing: 'proven',
    source: 'a locked phone with HyperOS 3',
  },
  {
    fact: 'SMS have the columns sim_id and advanced_seen; texts hold commas and line breaks as they are',
    standing: 'proven',
    source: 'content query of a phone with Android 10; the values of both columns are assumed',
  },
  {
    fact: 'a refusal with do_not_ask_checkbox ticked lets later installs fail without a dialog',
    standing: 'proven',
    source: 'strings and code of HyperOS 3',
  },
  {
    fact: 'dialogs of Miuix: alertTitle, message, panels and dialog_dim_bg in the app’s package, buttons of Android; Cancel is left',
    standing: 'proven',
    source:
      'MIUI 13 and a dump of HyperOS 3; that the apps of MIUI 12.5 and before have those of Android is assumed',
  },
  {
    fact: 'from MIUI 12 on the icon of the quick panel is notification_shade_shortcut; in the control centre of HyperOS 3 it is a tile',
    standing: 'proven',
    source:
      'com.android.systemui of MIUI 12 and later; a dump of HyperOS 3; settings_button before is AOSP’s',
  },
  {
    fact: 'the PIN page of HyperOS 3: digits in descriptions, pinEntry is a PasswordTextView, no key that confirms',
    standing: 'proven',
    source: 'a dump of HyperOS 3; that the right number of digits confirms is assumed',
  },
];
