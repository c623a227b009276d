import { clockText, dateText } from './launcher.ts';
import type { Os, AppPage } from './page.ts';
import { openSettings } from './settings.ts';
import { releases } from '../releases.ts';
import type { View } from '../screen/view.ts';

const pkg = 'com.android.systemui';
const tiles: readonly [name: string, icon: string, on: boolean][] = [
  ['quick_settings_wifi_label', 'wifi', true],
  ['quick_settings_cellular_label', 'mobile-data', true],
  ['quick_settings_bluetooth_label', 'bluetooth', false],
  ['quick_settings_flashlight_label', 'flashlight', false],
  ['quick_settings_mute_label', 'mute', false],
  ['quick_settings_airplane_label', 'airplane', false],
  ['quick_settings_lock_label', 'lock', false],
  ['quick_settings_rotation_label', 'rotate', true],
];

/** com.android.systemui: the quick panel pulled down from the top edge, with the gear that opens Settings. */
export function quickPanel(os: Os): AppPage {
  const tile = ([name, icon, on]: (typeof tiles)[number]): View => {
    const label = os.text(pkg, name);
    return {
      cls: 'android.widget.LinearLayout',
      part: 'tile',
      desc: label,
      clickable: true,
      onTap: () => os.record('tile-tapped', { tile: name }),
      children: [
        { cls: 'android.widget.ImageView', part: on ? 'tileOn' : 'tilePlate', look: { icon } },
        { cls: 'android.widget.TextView', id: `${pkg}:id/tile_label`, part: 'tileText', text: label },
      ],
    };
  };
  const gear: View = {
    cls: 'android.widget.ImageView',
    id: `${pkg}:id/settings_button`,
    part: 'panelButton',
    desc: os.text(pkg, 'accessibility_desc_settings'),
    clickable: true,
    look: { icon: 'settings' },
    onTap: () => {
      os.close(page);
      openSettings(os);
    },
  };
  const page: AppPage = {
    name: 'panel',
    package: pkg,
    kind: 'panel',
    view: () => ({
      cls: 'android.widget.FrameLayout',
      id: `${pkg}:id/notification_panel`,
      part: 'panel',
      children: [
        {
          cls: 'android.widget.RelativeLayout',
          id: `${pkg}:id/header`,
          part: 'panelHead',
          box: { margin: [releases[os.spec.release].look === '14' ? 34 : 30, 0, 0, 0] },
          children: [
            {
              cls: 'android.widget.TextView',
              id: `${pkg}:id/clock`,
              part: 'panelClock',
              text: clockText(os),
            },
            {
              cls: 'android.widget.TextView',
              id: `${pkg}:id/date_time`,
              part: 'tileText',
              text: dateText(os),
            },
            gear,
          ],
        },
        {
          cls: 'android.view.ViewGroup',
          id: `${pkg}:id/quick_settings_panel`,
          part: 'grid',
          children: tiles.map(tile),
        },
        {
          cls: 'android.view.View',
          key: 'rest',
          box: { grow: 1 },
          clickable: true,
          onTap: () => os.close(page),
        },
      ],
    }),
  };
  return page;
}
