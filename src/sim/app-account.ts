import { login } from './app-login.ts';
import type { Os, Page } from './app-page.ts';
import { securityPage } from './app-security.ts';
import { signOut } from './app-signout.ts';
import type { ScrollState, View } from './view.ts';
import { button, link } from './widgets.ts';
import { heading, list, row } from './widgets-page.ts';

const pkg = 'com.xiaomi.account';

const small = { size: 12.5, textAlign: 'center' } as const;

/** What a tap on the Mi Account row of Settings opens: the account page, or the sign-in page when nobody is signed in. */
export function openAccount(os: Os): void {
  os.open(os.account ? accountPage(os) : login(os));
}

/** Rows of the preference list as MIUI 10.3 has them, `*` before a heading. Rows with `box` carry a check box. */
const rows = [
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
] as const;

/** com.xiaomi.account .ui.AccountSettingsActivity (layout of MIUI 10.3). */
export function accountPage(os: Os): Page {
  const t = (name: string): string => os.text(pkg, name);
  const scroll: ScrollState = { offset: 0, max: 0 };
  let signingOut = false;
  // Stays on the page while the page goes, when the account is gone already.
  let nickname = '';
  const me: Page = {
    name: 'account',
    package: pkg,
    activity: `${pkg}.ui.AccountSettingsActivity`,
    kind: 'activity',
    view: () => {
      nickname = os.account?.nickname ?? nickname;
      return { cls: 'android.widget.LinearLayout', part: 'page', children: [header(), preferences(), footer()] };
    },
  };

  const header = (): View => ({
    cls: 'android.widget.RelativeLayout',
    id: `${pkg}:id/settings_header_layout`,
    children: [
      {
        cls: 'android.widget.LinearLayout',
        id: `${pkg}:id/action_bar`,
        part: 'actionBar',
        children: [
          {
            cls: 'android.widget.Button',
            id: `${pkg}:id/action_bar_back`,
            part: 'back',
            desc: t('passport_back'),
            clickable: true,
            onTap: () => os.close(me),
          },
          { cls: 'android.widget.TextView', id: `${pkg}:id/action_bar_title`, part: 'barTitle', text: t('app_name') },
          {
            cls: 'android.widget.Button',
            id: `${pkg}:id/scan_btn`,
            part: 'back',
            look: { icon: 'scan' },
            desc: t('account_scan'),
            clickable: true,
            onTap: () => os.record('page-not-simulated', { row: 'scan' }),
          },
        ],
      },
      {
        cls: 'android.widget.RelativeLayout',
        part: 'avatarHeader',
        key: 'avatar',
        children: [
          { cls: 'android.widget.ImageView', id: `${pkg}:id/user_avatar`, part: 'avatar' },
          {
            cls: 'android.widget.LinearLayout',
            box: { flow: 'row', align: 'center', gap: 6 },
            children: [
              { cls: 'android.widget.TextView', id: `${pkg}:id/nick_name`, part: 'avatarTitle', text: nickname },
              {
                cls: 'android.widget.ImageView',
                id: `${pkg}:id/edit_view`,
                box: { width: 18, height: 18 },
                look: { icon: 'edit', tint: '#8C8C8C' },
                clickable: true,
                onTap: () => os.record('page-not-simulated', { row: 'edit' }),
              },
            ],
          },
        ],
      },
    ],
  });

  const preferences = (): View => {
    const views = rows.map(([name, icon, box], i): View => {
      if (name.startsWith('*')) return heading(t(name.slice(1)));
      const onTap = name === 'account_security' ? () => os.open(securityPage(os)) : () => os.record('page-not-simulated', { row: name });
      return row({ title: t(name), key: `${name}-${i}`, ...(icon ? { icon } : {}), ...(box ? { toggle: false } : {}), onTap });
    });
    return {
      cls: 'android.widget.FrameLayout',
      id: 'android:id/list_container',
      box: { grow: 1 },
      children: [list({ scroll, children: views })],
    };
  };

  const footer = (): View => ({
    cls: 'android.widget.LinearLayout',
    part: 'footer',
    children: [
      button({ id: `${pkg}:id/logout_btn`, text: t('logout_account'), kind: 'danger', onTap: startSignOut }),
      {
        cls: 'android.widget.LinearLayout',
        box: { flow: 'row', justify: 'center', gap: 16 },
        children: [
          link({ id: `${pkg}:id/user_agreement`, text: t('passport_user_agreement'), look: small }),
          link({ id: `${pkg}:id/privacy_policy`, text: t('passport_privacy_policy'), look: small }),
        ],
      },
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
