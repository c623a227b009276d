import type { Os, AppPage } from './page.ts';
import { openSettings } from './settings.ts';
import { localeOf } from '../releases.ts';
import { digitsOf } from '../strings/strings.ts';
import type { View } from '../screen/view.ts';

const MIUI = 'com.miui.home';
const apps: readonly [name: string, icon: string, tint: string][] = [
  ['app_gallery', 'gallery', '#3D9BF5'],
  ['app_notes', 'notes', '#F7B500'],
  ['app_security', 'security', '#34C759'],
  ['app_settings', 'settings', '#6B7785'],
  ['app_calculator', 'calculator', '#FF7A00'],
  ['app_contacts', 'contacts', '#2F9BFF'],
];
const dock: typeof apps = [
  ['app_phone', 'phone', '#34C759'],
  ['app_messages', 'messages', '#2F9BFF'],
  ['app_browser', 'browser', '#3D7BF5'],
  ['app_camera', 'camera', '#4A4F57'],
];

/** com.miui.home: the home screen, from which only Settings opens. */
export function launcher(os: Os): AppPage {
  const pkg = os.miui ? MIUI : 'com.android.launcher3';
  const cell = ([name, icon, tint]: (typeof apps)[number]): View => {
    const label = os.text(MIUI, name);
    const onTap = (): void =>
      name === 'app_settings' ? openSettings(os) : os.record('app-not-simulated', { app: name });
    return {
      cls: 'android.widget.FrameLayout',
      part: 'iconCell',
      desc: label,
      clickable: true,
      longClickable: true,
      onTap,
      children: [
        {
          cls: 'android.widget.ImageView',
          id: `${pkg}:id/icon_icon`,
          part: 'homePlate',
          look: { icon, background: tint },
        },
        { cls: 'android.widget.TextView', id: `${pkg}:id/icon_title`, part: 'homeText', text: label },
      ],
    };
  };
  return {
    name: 'launcher',
    package: pkg,
    activity: os.miui ? `${MIUI}.launcher.Launcher` : `${pkg}.Launcher`,
    kind: 'activity',
    back: () => undefined,
    view: () => ({
      cls: 'android.widget.FrameLayout',
      id: `${pkg}:id/drag_layer`,
      part: 'wallpaper',
      children: [
        { cls: 'android.widget.TextView', part: 'homeClock', text: clockText(os) },
        { cls: 'android.widget.TextView', part: 'homeDate', text: dateText(os) },
        { cls: 'android.view.View', box: { grow: 1 } },
        { cls: 'android.view.ViewGroup', id: `${pkg}:id/workspace`, part: 'grid', children: apps.map(cell) },
        { cls: 'android.view.ViewGroup', id: `${pkg}:id/hotseats`, part: 'dock', children: dock.map(cell) },
      ],
    }),
  };
}

/** A calendar knows no pseudo language. */
const locale = (os: Os): string => (os.spec.language === 'pseudo' ? 'en' : localeOf(os.spec.language));

export const clockText = (os: Os): string =>
  digitsOf(os.spec.language, new Date(os.now()).toTimeString().slice(0, 5));

export const dateText = (os: Os): string =>
  new Intl.DateTimeFormat(locale(os), { weekday: 'short', day: 'numeric', month: 'long' }).format(
    new Date(os.now()),
  );
