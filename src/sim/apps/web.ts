import type { Field, Os, AppPage } from './page.ts';
import { webText } from '../strings/web.ts';
import { colors } from '../screen/theme.ts';
import type { ScrollState, View } from '../screen/view.ts';
import { view } from '../screen/widgets.ts';
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
  const back = (): void => (page.back ? page.back() : os.close(page));
  const page: AppPage = {
    name,
    package: pkg,
    activity: 'com.xiaomi.passport.ui.NotificationActivity',
    kind: 'activity',
    view: () => {
      const desc = os.text(pkg, 'passport_back');
      const arrow = view('android.widget.ImageView', 'back', {
        id: 'android:id/up',
        clickable: true,
        desc,
        onTap: back,
      });
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
