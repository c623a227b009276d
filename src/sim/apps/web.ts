import type { Field, Os, AppPage } from './page.ts';
import { webText } from '../strings/web.ts';
import { colors } from '../screen/theme.ts';
import type { ScrollState, View } from '../screen/view.ts';
import { button, text, view } from '../screen/widgets.ts';
import { webEdit, webView } from '../screen/widgets-web.ts';

const pkg = 'com.xiaomi.account';

/** What one document of the WebView shows. `step` tells its nodes from those of another. */
export interface Document {
  step: string;
  children: View[];
}

/** Makes a field of a document. */
export type WebField = (
  key: string,
  of: Field,
  hint: string,
  kind?: { password?: boolean; digits?: boolean },
) => View;

/**
 * com.xiaomi.passport.ui.NotificationActivity: a bar with a back arrow over a WebView with one of Xiaomi's
 * pages.
 */
export function webPage(os: Os, name: AppPage['name'], document: (field: WebField) => Document): AppPage {
  const scroll: ScrollState = { offset: 0, max: 0 };
  // The passport SDK of HyperOS opens the form for a new password in a frame of its own.
  const isFramed = name === 'new-password' && os.spec.release.startsWith('hyperos');
  let isLoaded = !(isFramed && os.spec.faults.includes('web-page-fails'));
  const back = (): void => (page.back ? page.back() : os.close(page));
  const page: AppPage = {
    name,
    package: pkg,
    activity: isFramed
      ? 'com.xiaomi.passport.ui.internal.PassportJsbWebViewActivity'
      : 'com.xiaomi.passport.ui.NotificationActivity',
    kind: 'activity',
    view: () => {
      const desc = os.text(pkg, 'passport_back');
      const arrow = view('android.widget.ImageView', 'back', {
        id: 'android:id/up',
        clickable: true,
        desc,
        onTap: back,
      });
      if (isFramed)
        return framed(os, back, [
          isLoaded
            ? webView({
                id: id('root'),
                title: webText('title', os.spec.language),
                scroll,
                ...document(field),
              })
            : networkError(os, () => (isLoaded = true)),
        ]);
      return view('android.widget.FrameLayout', 'page', {
        look: { background: colors.white },
        children: [
          view('android.widget.FrameLayout', 'actionBar', {
            id: 'android:id/action_bar',
            key: 'bar',
            children: [arrow],
          }),
          webView({ title: webText('title', os.spec.language), scroll, ...document(field) }),
        ],
      });
    },
  };
  const field: WebField = (key, of, hint, kind = {}) =>
    webEdit({
      key,
      content: of.content,
      hint,
      ...kind,
      focused: page.focus === of,
      onText: (content) => (of.content = content),
      onTap: () => (page.focus = of),
    });
  return page;
}

const id = (name: string): string => `${pkg}:id/${name}`;

/** What PassportJsbWebViewActivity has around its page. */
const framed = (os: Os, back: () => void, children: View[]): View =>
  view('android.widget.LinearLayout', 'page', {
    look: { background: colors.white },
    children: [
      view('android.widget.RelativeLayout', 'actionBar', {
        id: id('page_header'),
        key: 'bar',
        children: [
          view('android.widget.ImageView', 'back', {
            clickable: true,
            desc: os.text(pkg, 'passport_back'),
            onTap: back,
          }),
          view('android.widget.TextView', 'barTitle', {
            id: id('page_header_title'),
            text: webText('setPassword', os.spec.language),
          }),
        ],
      }),
      ...children,
    ],
  });

const networkError = (os: Os, retry: () => void): View =>
  view('android.widget.LinearLayout', 'form', {
    id: id('network_error_layout'),
    children: [
      text({ text: os.text(pkg, 'passport_error_network') }),
      button({ id: id('btn_retry'), text: os.text(pkg, 'passport_retry'), onTap: retry }),
    ],
  });
