import { changePassword } from './new-password.ts';
import type { Os, AppPage } from './page.ts';
import { contactOf } from '../shown-names.ts';
import { traitsOf } from '../releases.ts';
import { unicodeWrap } from '../strings/strings.ts';
import type { ScrollState, View } from '../screen/view.ts';
import { heading, page, row } from '../screen/widgets-page.ts';

const pkg = 'com.xiaomi.account';

/**
 * com.xiaomi.account .ui.AccountSecurityActivity of MIUI 8 to 10.0, or of 10.3. Only titles and summaries
 * carry ids.
 */
export function securityPage(os: Os): AppPage {
  const t = (name: string): string => os.text(pkg, name);
  const scroll: ScrollState = { offset: 0, max: 0 };
  const bound = (value: string | undefined): string =>
    value ? unicodeWrap(value, os.spec.language) : t('account_none_bind_info');
  const old = traitsOf(os.spec).accountPage === 'title-bar';
  const plain = (name: string, value?: string): View =>
    row({
      title: t(name),
      ...(value ? { value } : {}),
      onTap: () => os.record('page-not-simulated', { row: name }),
    });
  const me: AppPage = {
    name: 'security',
    package: pkg,
    activity: `${pkg}.ui.AccountSecurityActivity`,
    kind: 'activity',
    view: () => {
      const contacts = [
        plain('account_user_phone', bound(contactOf(os.account, 'phone', os.spec))),
        plain('account_user_email', bound(contactOf(os.account, 'email', os.spec))),
      ];
      const title = hasNewName(os) ? 'account_and_password' : 'change_password';
      const password = row({ title: t(title), onTap: () => startChange(os, me) });
      return page({
        title: t('account_security'),
        back: () => os.close(me),
        backDesc: t('passport_back'),
        scroll,
        children: [
          heading(t('account_secure_info_pref_title')),
          ...contacts,
          ...(old ? [password] : []),
          heading(t('account_security_info_pref_title')),
          ...(old
            ? ['account_protection', 'account_bind_settings', 'account_bind_devices'].map((name) =>
                plain(name),
              )
            : [password]),
        ],
      });
    },
  };
  return me;
}

/** HyperOS 3 names the row after what is behind it. */
const hasNewName = ({ spec }: Os): boolean => spec.release === 'hyperos3';

const changing = new WeakSet<AppPage>();

/** Nothing when a change is going on already: two taps open one page. */
export function startChange(os: Os, over: AppPage): void {
  if (changing.has(over)) return;
  changing.add(over);
  os.work(async () => {
    try {
      await changePassword(os, over);
    } finally {
      changing.delete(over);
    }
  });
}
