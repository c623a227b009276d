import type { AppPage } from './page.ts';

const pkg = 'com.miui.weather2';

/** The app behind a notification. */
export const notified = (): AppPage => ({
  name: 'app',
  package: pkg,
  activity: `${pkg}.ActivityWeatherMain`,
  kind: 'activity',
  view: () => ({
    cls: 'android.widget.FrameLayout',
    id: `${pkg}:id/root_view`,
    part: 'page',
    children: [{ cls: 'android.widget.TextView', id: `${pkg}:id/temperature`, text: '21°' }],
  }),
});
