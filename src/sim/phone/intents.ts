import { accountPage } from '../apps/account.ts';
import { isWebAddress } from '../apps/browser.ts';
import { launcher } from '../apps/launcher.ts';
import { login } from '../apps/login.ts';
import type { Os, AppPage } from '../apps/page.ts';
import { securityPage, startChange } from '../apps/security.ts';
import { openSettings } from '../apps/settings.ts';
import { ADB_INPUT_APPLY, applyForInput } from '../apps/usb-security.ts';
import type { Handset, Intent } from '../handset.ts';
import { CHROME } from '../chrome/phone-chrome.ts';

/** Activities that exist and that only their own app may start. */
const PRIVATE = [
  'com.xiaomi.account/.ui.QuickLoginActivity',
  'com.xiaomi.account/com.xiaomi.passport.ui.NotificationActivity',
  'com.miui.cloudservice/.ui.MiCloudWipeDataConfirmActivity',
];
const ACCOUNT_ACTION = 'android.settings.XIAOMI_ACCOUNT_SYNC_SETTINGS';

/** Starts what an intent names, as `am start` does. Gives the error `am` prints, or undefined. */
export function startIntent(os: Os, packages: Handset['packages'], intent: Intent): string | undefined {
  const component = intent.component && shortened(intent.component);
  if (component) {
    const name = component.slice(0, component.indexOf('/'));
    const open = packages.has(name) ? exported(os, intent)[component] : undefined;
    if (open) return void open();
    if (packages.has(name) && PRIVATE.includes(component))
      return `java.lang.SecurityException: Permission Denial: starting Intent { flg=0x10000000 cmp=${component} } from null (pid=4711, uid=2000) not exported from uid 6101`;
    // Helper apps bring an activity without a face.
    if (packages.get(name)?.system === false) return void os.record('activity-started', { component });
    return `Error type 3\nError: Activity class {${component.replace('/.', `/${name}.`)}} does not exist.`;
  }
  const fits = (owner: string): boolean =>
    packages.has(owner) && (intent.package === undefined || intent.package === owner);
  if (intent.action === 'android.settings.SETTINGS' && fits('com.android.settings'))
    return void openSettings(os);
  if (intent.action === ADB_INPUT_APPLY && fits('com.miui.securitycenter')) return void applyForInput(os);
  if (intent.action === ACCOUNT_ACTION && fits('com.xiaomi.account')) return void openAccountTask(os);
  if (
    intent.action === 'android.intent.action.VIEW' &&
    intent.data &&
    isWebAddress(intent.data) &&
    fits(CHROME)
  )
    return void os.browse(intent.data);
  const reported = [
    intent.action && `act=${intent.action}`,
    intent.data && `dat=${intent.data}`,
    'flg=0x10000000',
    intent.package && `pkg=${intent.package}`,
  ];
  return `Error: Activity not started, unable to resolve Intent { ${reported.filter(Boolean).join(' ')} }`;
}

function exported(os: Os, { data }: Intent): Partial<Record<string, () => void>> {
  const settings = (): void => openSettings(os);
  const home = (): void => os.openTask('home', () => launcher(os));
  return {
    'com.android.settings/.Settings': settings,
    ...(os.miui
      ? { 'com.android.settings/.MainSettings': settings, 'com.android.settings/.MiuiSettings': settings }
      : {}),
    'com.miui.home/.launcher.Launcher': home,
    [`${CHROME}/com.google.android.apps.chrome.Main`]: () => os.browse(data),
    'com.xiaomi.account/.ui.AccountSettingsActivity': () => openAccountTask(os),
    'com.xiaomi.account/.ui.AccountSecurityActivity': () => openSecurity(os),
    'com.xiaomi.account/.ui.ChangePasswordActivity': () => openSecurity(os, startChange),
    'com.xiaomi.account/.ui.LoginActivity': () => os.openTask('com.xiaomi.account', () => login(os)),
  };
}

/**
 * Account security on top of the account's task, or sign-in when no account is signed in. `then` goes on from
 * there.
 */
function openSecurity(os: Os, then?: (os: Os, page: AppPage) => void): void {
  if (!os.account) return openAccountTask(os);
  const page = securityPage(os);
  os.openInTask('com.xiaomi.account', page);
  then?.(os, page);
}

function openAccountTask(os: Os): void {
  os.openTask('com.xiaomi.account', () => (os.account ? accountPage(os) : login(os)));
}

/** `pkg/pkg.Class` and `pkg/.Class` name the same activity. */
function shortened(component: string): string {
  const [name = '', cls = ''] = component.split('/');
  return `${name}/${cls.startsWith(`${name}.`) ? cls.slice(name.length) : cls}`;
}
