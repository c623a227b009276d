import type { Os, AppPage } from './page.ts';
import { tiles } from './tiles.ts';
import { openSettings } from './settings.ts';
import type { View } from '../screen/view.ts';

const pkg = 'com.android.systemui';
const plugin = 'miui.systemui.plugin';

/**
 * The control centre of HyperOS 3 (a dump of it): tiles whose name stands in the description of what lies in
 * them. One of them opens Settings.
 */
export function controlCentre(os: Os): AppPage {
  const tile = (desc: string, cls: string, icon: string, onTap: () => void): View => ({
    cls: 'android.widget.FrameLayout',
    id: `${plugin}:id/qs_tile`,
    part: 'tile',
    clickable: true,
    longClickable: true,
    onTap,
    children: [
      {
        cls: 'android.widget.FrameLayout',
        id: `${plugin}:id/icon_frame`,
        children: [
          {
            cls,
            desc,
            children: [{ cls: 'android.widget.ImageView', part: 'tilePlate', look: { icon } }],
          },
        ],
      },
    ],
  });
  const switches = tiles.map(([name, icon]) =>
    tile(os.text(pkg, name), 'android.widget.Switch', icon, () => os.record('tile-tapped', { tile: name })),
  );
  const settings = tile(os.text(pkg, 'accessibility_settings'), 'android.widget.Button', 'settings', () => {
    os.close(page);
    openSettings(os);
  });
  const page: AppPage = {
    name: 'panel',
    package: pkg,
    kind: 'panel',
    view: () => ({
      cls: 'android.widget.FrameLayout',
      id: `${pkg}:id/legacy_window_root`,
      part: 'panel',
      children: [
        {
          cls: 'android.widget.FrameLayout',
          id: `${pkg}:id/control_center_container`,
          box: { grow: 1, shrink: 1 },
          children: [
            {
              cls: 'android.widget.FrameLayout',
              desc: os.text(pkg, 'accessibility_control_center'),
              // Its end lies above the navigation bar.
              box: { padding: [60, 16, 60, 16], grow: 1 },
              children: [
                {
                  cls: 'androidx.recyclerview.widget.RecyclerView',
                  id: `${plugin}:id/main_panel`,
                  part: 'grid',
                  scrolls: true,
                  children: [...switches, settings],
                },
              ],
            },
            {
              cls: 'android.view.View',
              key: 'rest',
              box: { height: 300, shrink: 1 },
              clickable: true,
              onTap: () => os.close(page),
            },
          ],
        },
      ],
    }),
  };
  return page;
}
