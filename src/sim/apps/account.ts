import { accountHeader, titleBar } from './account-head.ts';
import { login } from './login.ts';
import type { Os, AppPage } from './page.ts';
import { securityPage } from './security.ts';
import { signOut } from './signout.ts';
import { traitsOf, type Traits } from '../releases.ts';
import type { ScrollState, View } from '../screen/view.ts';
import { button, link } from '../screen/widgets.ts';
import { heading, list, page, row } from '../screen/widgets-page.ts';

const pkg = 'com.xiaomi.account';

const small = { size: 12.5, textAlign: 'center' } as const;

/**
 * What a tap on the Mi Account row of Settings opens: the account page, or the sign-in page when no account is
 * signed in.
 */
export function openAccount(os: Os): void {
  os.open(os.account ? accountPage(os) : login(os));
}

type Row = readonly [name: string, icon?: string, box?: 'box'];

/**
 * Rows of the preference list as MIUI 10.3 and, under the title bar, MIUI 10.2 have them, `*` before a
 * heading. `box`: a check box.
 */
const rows: Readonly<Record<Traits['accountPage'], readonly Row[]>> = {
  header: [
    ['cloud_service', 'cloud'],
    ['account_security', 'security'],
    ['account_mibi_center', 'finance', 'box'],
    ['account_mibi_charge', 'finance'],
    ['account_bind_settings', 'people'],
    ['account_mipay_info', 'card'],
    ['account_bind_devices', 'device'],
    ['*account_xiaomi_service'],
    ['cloud_service', 'cloud'],
    ['vip_account_settings', 'vip'],
    ['mi_finance', 'finance'],
  ],
  'title-bar': [
    ['account_user_details', 'person'],
    ['account_security', 'security'],
    ['account_mibi_center', 'finance', 'box'],
    ['account_mibi_charge', 'finance'],
    ['account_mipay_info', 'card'],
    ['*account_xiaomi_service'],
    ['cloud_service', 'cloud'],
    ['vip_account_settings', 'vip'],
  ],
};

/**
 * com.xiaomi.account .ui.AccountSettingsActivity: with the title bar of MIUI 8 to 10.2, or with the header of
 * 10.3.
 */
export function accountPage(os: Os): AppPage {
  const t = (name: string): string => os.text(pkg, name);
  const { order, accountPage: form } = traitsOf(os.spec);
  const scroll: ScrollState = { offset: 0, max: 0 };
  let signingOut = false;
  // Stays on the page while the page goes, when the account is gone already.
  let nickname = '';
  let id = '';
  const close = (): void => os.close(me);
  const me: AppPage = {
    name: 'account',
    package: pkg,
    activity: `${pkg}.ui.AccountSettingsActivity`,
    kind: 'activity',
    view: () => {
      ({ nickname, id } = os.account ?? { nickname, id });
      return form === 'header' ? withHeader() : withTitleBar();
    },
  };

  const withHeader = (): View => ({
    cls: 'android.widget.LinearLayout',
    part: 'page',
    children: [
      accountHeader(os, nickname, close),
      {
        cls: 'android.widget.FrameLayout',
        id: 'android:id/list_container',
        box: { grow: 1 },
        children: [list({ scroll, children: preferences() })],
      },
      { cls: 'android.widget.LinearLayout', part: 'footer', children: [signOutButton(), legalLinks()] },
    ],
  });

  // In MIUI 6 the button is the last thing in the list and scrolls with it.
  const withTitleBar = (): View =>
    page({
      title: t('app_name'),
      back: close,
      backDesc: t('passport_back'),
      scroll,
      header: [titleBar(os, nickname, id)],
      children: [...preferences(), ...(order === 'miui6' ? [inList(signOutButton())] : [])],
      ...(order === 'miui6' ? {} : { footer: [signOutButton()] }),
    });

  const preferences = (): View[] =>
    rows[form].map(([name, icon, box], i): View => {
      if (name.startsWith('*')) return heading(t(name.slice(1)));
      const onTap =
        name === 'account_security'
          ? () => os.open(securityPage(os))
          : () => os.record('page-not-simulated', { row: name });
      return row({
        title: t(name),
        key: `${name}-${i}`,
        ...(icon ? { icon } : {}),
        ...(box ? { toggle: false } : {}),
        onTap,
      });
    });

  const signOutButton = (): View => {
    const name = order === 'miui6' ? 'btn_delete_account' : 'logout_btn';
    return button({
      id: `${pkg}:id/${name}`,
      text: t('logout_account'),
      kind: 'danger',
      onTap: startSignOut,
    });
  };

  const legalLinks = (): View => ({
    cls: 'android.widget.LinearLayout',
    box: { flow: 'row', justify: 'center', gap: 16 },
    children: [
      link({ id: `${pkg}:id/user_agreement`, text: t('passport_user_agreement'), look: small }),
      link({ id: `${pkg}:id/privacy_policy`, text: t('passport_privacy_policy'), look: small }),
    ],
  });

  const startSignOut = (): void => {
    if (signingOut) return;
    signingOut = true;
    os.work(async () => {
      try {
        if (await signOut(os, me)) os.close(me);
      } finally {
        signingOut = false;
      }
    });
  };
  return me;
}

const inList = (one: View): View => ({
  cls: 'android.widget.LinearLayout',
  key: 'sign-out',
  box: { padding: [16, 28] },
  children: [one],
});
