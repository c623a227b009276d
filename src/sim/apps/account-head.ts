import type { Os } from './page.ts';
import type { View } from '../screen/view.ts';
import { avatarHeader } from '../screen/widgets-page.ts';

const pkg = 'com.xiaomi.account';

/** What stands over the rows of the account page from MIUI 10.3 on. */
export function accountHeader(os: Os, nickname: string, close: () => void): View {
  const t = (name: string): string => os.text(pkg, name);
  const notSimulated = (row: string) => (): void => os.record('page-not-simulated', { row });
  return {
    cls: 'android.widget.RelativeLayout',
    id: `${pkg}:id/settings_header_layout`,
    box: { shrink: 1e-4 },
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
            onTap: close,
          },
          {
            cls: 'android.widget.TextView',
            id: `${pkg}:id/action_bar_title`,
            part: 'barTitle',
            text: t('app_name'),
          },
          {
            cls: 'android.widget.Button',
            id: `${pkg}:id/scan_btn`,
            part: 'back',
            look: { icon: 'scan' },
            desc: t('account_scan'),
            clickable: true,
            onTap: notSimulated('scan'),
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
              {
                cls: 'android.widget.TextView',
                id: `${pkg}:id/nick_name`,
                part: 'avatarTitle',
                text: nickname,
              },
              {
                cls: 'android.widget.ImageView',
                id: `${pkg}:id/edit_view`,
                box: { width: 18, height: 18 },
                look: { icon: 'edit', tint: '#8C8C8C' },
                clickable: true,
                onTap: notSimulated('edit'),
              },
            ],
          },
        ],
      },
    ],
  };
}

/** What stood there from MIUI 8 to 10.2. */
export function titleBar(os: Os, nickname: string, id: string): View {
  return avatarHeader({
    shape: 'row',
    id: `${pkg}:id/title_bar`,
    key: 'title-bar',
    avatarId: `${pkg}:id/user_avatar`,
    title: nickname,
    titleId: `${pkg}:id/user_name`,
    subtitle: id,
    subtitleId: `${pkg}:id/user_id`,
    onTap: () => os.record('page-not-simulated', { row: 'title_bar' }),
  });
}
