import type { Os, AppPage } from './page.ts';
import { localeOf } from '../releases.ts';
import { CHROME, TOOLBAR } from '../chrome/phone-chrome.ts';
import { colors } from '../screen/theme.ts';

/** Addresses Chrome shows; others are for other apps. */
export const isWebAddress = (url: string): boolean => /^(https?:\/\/|about:|data:)/.test(url);

/** Forgot password: the ROM sends people to the web site. */
export function openForgotPage(os: Os): void {
  if (os.site === undefined) return os.record('page-not-simulated', { row: 'forgot-password' });
  const { language } = os.spec;
  const locale = localeOf(language === 'pseudo' ? 'en' : language).replace('-', '_');
  os.browse(`${os.site}/pass/forgetPassword?_locale=${locale}`);
}

/**
 * com.android.chrome with one page. The page itself is a real browser's (chrome.ts): on the phone's screen it
 * is a picture, and what can be done with it is done over DevTools.
 */
export function browserPage(os: Os, shown: { url: string; picture?: Buffer | undefined }): AppPage {
  const id = (name: string): string => `${CHROME}:id/${name}`;
  const page: AppPage = {
    name: 'app',
    package: CHROME,
    activity: 'org.chromium.chrome.browser.ChromeTabbedActivity',
    kind: 'activity',
    view: () => ({
      cls: 'android.widget.FrameLayout',
      part: 'page',
      look: { background: colors.white },
      children: [
        {
          cls: 'android.widget.FrameLayout',
          id: id('toolbar'),
          box: { flow: 'row', align: 'center', height: TOOLBAR, padding: [0, 14], gap: 12 },
          children: [
            {
              cls: 'android.widget.ImageButton',
              id: id('home_button'),
              box: { width: 24, height: 24 },
              look: { icon: 'home', tint: '#5F6368' },
            },
            {
              cls: 'android.widget.EditText',
              id: id('url_bar'),
              box: { grow: 1, height: 40, padding: [0, 16] },
              look: { background: '#F1F3F4', radius: 20, size: 15, maxLines: 1 },
              text: shown.url.replace(/^https?:\/\/|\?.*/g, ''),
            },
            {
              cls: 'android.widget.ImageButton',
              id: id('menu_button'),
              box: { width: 24, height: 24 },
              look: { icon: 'more', tint: '#5F6368' },
            },
          ],
        },
        {
          cls: 'android.webkit.WebView',
          key: 'web',
          box: { grow: 1 },
          look: shown.picture ? { png: shown.picture } : {},
          onTap: () => os.record('page-not-simulated', { row: 'web page' }),
        },
      ],
    }),
  };
  return page;
}
