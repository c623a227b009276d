import { clockText, dateText } from './launcher.ts';
import type { Os, AppPage } from './page.ts';
import { openNotificationSettings, openSettings } from './settings.ts';
import { controlCentre } from './control-centre.ts';
import { releases, traitsOf } from '../releases.ts';
import { tiles } from './tiles.ts';
import type { View } from '../screen/view.ts';

const pkg = 'com.android.systemui';
/** com.android.systemui: the quick panel pulled down from the top edge, with the gear that opens Settings. */
export function quickPanel(os: Os): AppPage {
  return traitsOf(os.spec).panel === 'control-centre' ? controlCentre(os) : classicPanel(os);
}

function classicPanel(os: Os): AppPage {
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
  const { panel } = traitsOf(os.spec);
  const isShortcut = panel !== 'gear';
  const gear: View = {
    cls: 'android.widget.ImageView',
    id: `${pkg}:id/${isShortcut ? 'notification_shade_shortcut' : 'settings_button'}`,
    part: 'panelButton',
    desc: os.text(pkg, isShortcut ? 'accessibility_settings' : 'accessibility_desc_settings'),
    clickable: true,
    look: { icon: 'settings' },
    onTap: () => {
      os.close(page);
      if (panel === 'notifications') openNotificationSettings(os);
      else openSettings(os);
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
