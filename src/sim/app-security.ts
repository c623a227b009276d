import { changePassword } from './app-new-password.ts';
import type { Os, Page } from './app-page.ts';
import type { ScrollState } from './view.ts';
import { heading, page, row } from './widgets-page.ts';

const pkg = 'com.xiaomi.account';

/** com.xiaomi.account .ui.AccountSecurityActivity (MIUI 10.3). Only titles and summaries carry ids. */
export function securityPage(os: Os): Page {
  const t = (name: string): string => os.text(pkg, name);
  const scroll: ScrollState = { offset: 0, max: 0 };
  const bound = (value: string | undefined): string => value ?? t('account_none_bind_info');
  const me: Page = {
    name: 'security',
    package: pkg,
    activity: `${pkg}.ui.AccountSecurityActivity`,
    kind: 'activity',
    view: () =>
      page({
        title: t('account_security'),
        back: () => os.close(me),
        backDesc: t('passport_back'),
        scroll,
        children: [
          heading(t('account_secure_info_pref_title')),
          row({
            title: t('account_user_phone'),
            value: bound(os.account?.phone),
            onTap: () => os.record('page-not-simulated', { row: 'account_user_phone' }),
          }),
          row({
            title: t('account_user_email'),
            value: bound(os.account?.email),
            onTap: () => os.record('page-not-simulated', { row: 'account_user_email' }),
          }),
          heading(t('account_security_info_pref_title')),
          row({ title: t('change_password'), onTap: () => startChange(os, me) }),
        ],
      }),
  };
  return me;
}

const changing = new WeakSet<Page>();

/** Nothing when a change is going on already: two taps open one page. */
export function startChange(os: Os, over: Page): void {
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
