import { openAccount } from './account.ts';
import { hasMiuix } from './alert.ts';
import type { Os, AppPage } from './page.ts';
import { traitsOf } from '../releases.ts';
import { rowName } from '../shown-names.ts';
import { unicodeWrap } from '../strings/strings.ts';
import type { ScrollState, View } from '../screen/view.ts';
import { avatarHeader, heading, page, row, searchBar } from '../screen/widgets-page.ts';
import { isMaintenance } from '../users.ts';

const pkg = 'com.android.settings';
const RECYCLER = 'miuix.recyclerview.widget.RecyclerView';
/** Where a row keeps its value, and what stands at its end. */
const MIUIX_FRAME = { valueId: `${pkg}:id/text_right`, arrowId: `${pkg}:id/arrow_right` };
type Row = readonly [name: string, icon: string, tint: string, value?: 'on' | 'off'];
type Group = readonly [heading: string, rows: readonly Row[]];

const about: Row = ['about_settings', 'device', '#6B7785'];
const wireless: Group = [
  'header_category_wireless_networks',
  [
    ['sim_management_title', 'sim', '#F7B500'],
    ['wifi_settings', 'wifi', '#2F9BFF', 'on'],
    ['bluetooth_settings', 'bluetooth', '#2F6BFF', 'off'],
    ['tether_settings_title_all', 'network', '#34C759', 'off'],
    ['vpn_settings_title', 'vpn', '#8E7CF5', 'off'],
    ['connection_and_sharing', 'wifi-sync', '#FF7A00'],
  ],
];
const personal: Group = [
  'header_category_personal',
  [
    ['wallpaper_settings_title', 'wallpaper', '#3D9BF5'],
    ['theme_settings_title', 'themes', '#F25C9A'],
    ['display_settings', 'display', '#F7B500'],
    ['sound_vibrate_settings', 'sound', '#34C759'],
    ['notification_center', 'notification', '#2F9BFF'],
    ['home_screen_settings', 'home', '#8E7CF5'],
  ],
];
const system: Group = [
  'header_category_system',
  [
    ['lock_screen_password', 'lock', '#F2594B'],
    ['passwords_and_security', 'key', '#2F6BFF'],
    ['privacy_settings', 'privacy', '#34C759'],
    ['power_usage_summary_title', 'battery', '#34C759'],
    ['storage_settings', 'storage', '#2F9BFF'],
    ['other_advanced_settings', 'more', '#6B7785'],
  ],
];
const applications: Group = [
  'header_category_apps',
  [
    ['system_apps_title', 'apps', '#FF7A00'],
    ['applications_settings', 'apps', '#2F9BFF'],
    ['xspace_settings', 'files', '#F25C9A'],
    ['app_permissions', 'security', '#34C759'],
    ['app_lock', 'lock', '#8E7CF5'],
    ['screen_time', 'clock', '#F7B500'],
  ],
];
const accounts: Group = [
  'header_category_accounts',
  [
    ['google_settings_title', 'people', '#4285F4'],
    ['account_sync_settings_title', 'update', '#2F9BFF'],
  ],
];
const feedback: Row = ['user_feedback', 'question', '#2F9BFF'];

/**
 * com.android.settings: the long list. Where the Mi Account row stands depends on the region. A managed phone
 * hides the row of phones sold outside China; in maintenance mode every phone hides its own.
 */
function settings(os: Os): AppPage {
  const t = (name: string): string => os.text(pkg, name);
  const list: ScrollState = { offset: 0, max: 0 };
  const detail: ScrollState = { offset: 0, max: 0 };
  const isMiuix = hasMiuix(os.spec);
  const ofMiuix = isMiuix ? { frame: MIUIX_FRAME } : {};
  const { entryRow } = traitsOf(os.spec);
  const showsAccount =
    os.miui &&
    !(os.spec.managed && entryRow === 'bottom') &&
    !isMaintenance(os.spec) &&
    !os.spec.faults.includes('no-account-row');

  const plain = ([name, icon, tint, value]: Row): View =>
    row({
      title: t(name),
      icon,
      tint,
      key: name,
      ...(value ? { value: t(value) } : {}),
      ...ofMiuix,
      onTap: () => os.record('page-not-simulated', { row: name }),
    });
  const group = ([name, rows]: Group, first: View[] = []): View[] => [
    heading(t(name)),
    ...first,
    ...rows.map(plain),
  ];

  const topRow = (): View =>
    avatarHeader({
      shape: 'row',
      key: 'account',
      title: os.account?.nickname ?? t('unlogin_account_title'),
      subtitle: t(
        !os.account
          ? 'account_login_hint'
          : os.spec.phoneRecycled
            ? 'suggestion_for_phone_recycled'
            : 'login_account_summary_temp',
      ),
      titleId: 'android:id/title',
      subtitleId: 'android:id/summary',
      onTap: () => openAccount(os),
    });
  const accountRow = (): View =>
    row({
      title: t('xiaomi_account'),
      key: 'account',
      icon: 'account',
      tint: '#FF6A00',
      ...ofMiuix,
      ...(os.account && os.spec.phoneRecycled ? { summary: t('suggestion_for_phone_recycled') } : {}),
      ...(os.account ? { value: unicodeWrap(rowName(os.account, os.spec), os.spec.language) } : {}),
      onTap: () => openAccount(os),
    });

  const headers = (): View =>
    page({
      title: t('settings_label'),
      scroll: list,
      ...(isMiuix ? { listId: `${pkg}:id/scroll_headers`, listClass: RECYCLER } : {}),
      header: [searchBar({ hint: t('search_settings'), id: `${pkg}:id/search_input` })],
      children: [
        ...(showsAccount && entryRow === 'top' ? [topRow()] : []),
        plain(about),
        ...group(wireless),
        ...group(personal),
        ...group(system),
        ...group(applications),
        ...group(accounts, showsAccount && entryRow === 'bottom' ? [accountRow()] : []),
        plain(feedback),
      ],
    });

  return {
    name: 'settings',
    package: pkg,
    activity: os.miui ? `${pkg}.MainSettings` : `${pkg}.Settings`,
    kind: 'activity',
    view: () => (os.spec.tablet ? twoPanes(headers(), aboutPane(t, detail)) : headers()),
  };
}

/** A tablet has the list at the side, and beside it the page that was opened last: at first the one about it. */
const twoPanes = (headers: View, pane: View): View => ({
  cls: 'android.widget.LinearLayout',
  id: `${pkg}:id/split_layout`,
  box: { flow: 'row' },
  part: 'page',
  children: [
    { ...headers, box: { ...headers.box, grow: 2 } },
    { ...pane, box: { ...pane.box, grow: 3 } },
  ],
});

/** Longer than the screen, so that it scrolls as the list beside it does. */
const aboutPane = (t: (name: string) => string, scroll: ScrollState): View => ({
  ...page({
    title: t('about_settings'),
    scroll,
    listClass: RECYCLER,
    listId: `${pkg}:id/recycler_view`,
    children: Array.from({ length: 24 }, (_, i) =>
      row({ title: `${t('about_settings')} ${i + 1}`, key: `about-${i}` }),
    ),
  }),
  key: 'detail',
});

export function openSettings(os: Os): void {
  os.openTask(pkg, () => settings(os));
}

/** Where the icon over the notifications leads in the style of the control centre. */
export function openNotificationSettings(os: Os): void {
  const t = (name: string): string => os.text(pkg, name);
  const scroll: ScrollState = { offset: 0, max: 0 };
  const names = ['notification_center', 'lock_screen_password', 'app_permissions'];
  const me: AppPage = {
    name: 'app',
    package: pkg,
    activity: `${pkg}.Settings$NotificationStationActivity`,
    kind: 'activity',
    view: () =>
      page({
        title: t('notification_center'),
        back: () => os.close(me),
        scroll,
        listClass: RECYCLER,
        listId: `${pkg}:id/recycler_view`,
        children: names.map((name) =>
          row({ title: t(name), onTap: () => os.record('page-not-simulated', { row: name }) }),
        ),
      }),
  };
  os.openTask(`${pkg}.notifications`, () => me);
}
