import { openForgotPage } from './browser.ts';
import { showingProgress, tell } from './dialog.ts';
import { Unreachable, type Field, type Os, type AppPage } from './page.ts';
import { colors } from '../screen/theme.ts';
import type { ScrollState, View } from '../screen/view.ts';
import { button, edit, editBox, link } from '../screen/widgets.ts';
import { page } from '../screen/widgets-page.ts';

const pkg = 'com.xiaomi.account';

/** com.xiaomi.account .ui.LoginActivity: account and password of an account the service knows sign it in. */
export function login(os: Os): AppPage {
  const t = (name: string): string => os.text(pkg, name);
  const scroll: ScrollState = { offset: 0, max: 0 };
  const account: Field = { content: '' };
  const password: Field = { content: '' };

  const field = (id: string, of: Field, hint: string, secret: boolean): View =>
    editBox(
      edit({
        id: `${pkg}:id/${id}`,
        content: of.content,
        hint: t(hint),
        password: secret,
        focused: me.focus === of,
        onText: (content) => (of.content = content),
        onTap: () => (me.focus = of),
      }),
    );

  const signIn = async (): Promise<void> => {
    if (!account.content || !password.content) return;
    os.record('password-submitted');
    const attempt = {
      account: account.content,
      password: password.content,
      serial: os.serialno,
      captchaAfterWrong: false,
      secondFactor: false,
    };
    const refusal = await showingProgress(
      os,
      me,
      t('passport_checking_account'),
      os
        .ask('sign in', (service) =>
          service.checkPassword({ ...attempt, at: os.now() }).kind === 'right'
            ? service.get(account.content)
            : undefined,
        )
        .then(
          (known) => {
            if (!known) return 'passport_bad_authentication';
            os.addAccount(known);
            return undefined;
          },
          (error: unknown) => {
            if (error instanceof Unreachable)
              return error.reason === 'network' ? 'passport_error_network' : 'passport_error_server';
            throw error;
          },
        ),
    );
    if (refusal) await tell(os, me, t('passport_login_failed'), t(refusal));
    else os.close(me);
  };

  const me: AppPage = {
    name: 'login',
    package: pkg,
    activity: `${pkg}.ui.LoginActivity`,
    kind: 'activity',
    view: () => ({
      ...page({
        title: t('passport_login_title'),
        back: () => os.close(me),
        backDesc: t('passport_back'),
        scroll,
        listClass: 'android.widget.ScrollView',
        children: [
          {
            cls: 'android.widget.LinearLayout',
            part: 'form',
            children: [
              field('et_account_name', account, 'passport_input_account_hint', false),
              field('input_pwd_view', password, 'passport_input_password_hint', true),
              button({
                id: `${pkg}:id/btn_login`,
                text: t('passport_login'),
                kind: 'primary',
                onTap: () => os.work(signIn),
              }),
              link({
                id: `${pkg}:id/tv_forget_pwd`,
                text: t('passport_forget_password'),
                onTap: () => openForgotPage(os),
              }),
              link({ id: `${pkg}:id/register_account`, text: t('passport_register') }),
            ],
          },
        ],
      }),
      look: { background: colors.white },
    }),
  };
  return me;
}
