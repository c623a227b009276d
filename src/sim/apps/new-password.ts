import { showingProgress } from './dialog.ts';
import { checkIdentity } from './identity.ts';
import type { Field, Os, AppPage } from './page.ts';
import { setPassword, type ChangeAnswer } from './set-password.ts';
import { webPasswordPage } from './web-password.ts';
import { traitsOf } from '../releases.ts';
import { colors } from '../screen/theme.ts';
import type { ScrollState, View } from '../screen/view.ts';
import { button, edit, editBox, eye, text, view } from '../screen/widgets.ts';
import { page } from '../screen/widgets-page.ts';

const pkg = 'com.xiaomi.account';

/**
 * Change password of Account security: the identity check, then the new password, natively or in a web page.
 */
export async function changePassword(os: Os, over: AppPage): Promise<void> {
  os.record('password-change-started');
  if (!(await checkIdentity(os, over))) return os.record('password-change-cancelled', { at: 'identity' });
  os.open(traitsOf(os.spec).passwordForm === 'web' ? webPasswordPage(os) : nativePasswordPage(os), over);
}

/** 8 to 16 characters, two of letters, digits and symbols: what the phone itself looks at. */
function followsRules(password: string): boolean {
  const kinds = [/[A-Za-z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  return password.length >= 8 && password.length <= 16 && kinds >= 2;
}

/**
 * com.xiaomi.account .ui.ChangePasswordActivity (MIUI 10.3): two fields with one id, distinguished by what holds
 * them.
 */
function nativePasswordPage(os: Os): AppPage {
  const t = (name: string): string => os.text(pkg, name);
  const scroll: ScrollState = { offset: 0, max: 0 };
  const fields = { input_new_pwd_view: { content: '' }, confirm_pwd_view: { content: '' } } satisfies Record<
    string,
    Field
  >;
  const shown = new Set<Field>();
  let error: string | undefined;
  let setting = false;

  const field = (id: keyof typeof fields, hint: string): View => {
    const of = fields[id];
    const showing = shown.has(of);
    const input = edit({
      id: `${pkg}:id/input_pwd_view`,
      content: of.content,
      hint: t(hint),
      password: !showing,
      focused: me.focus === of,
      onText: (content) => (of.content = content),
      onTap: () => (me.focus = of),
    });
    const toggle = (): void => void (showing ? shown.delete(of) : shown.add(of));
    const open = eye({
      id: `${pkg}:id/show_pwd_img`,
      open: showing,
      desc: t('passport_show_password'),
      onTap: toggle,
    });
    return editBox(input, { id: `${pkg}:id/${id}`, key: id, end: [open] });
  };

  const me: AppPage = {
    name: 'new-password',
    package: pkg,
    activity: `${pkg}.ui.ChangePasswordActivity`,
    kind: 'activity',
    view: () => ({
      ...page({
        title: t('change_password'),
        back: () => os.close(me),
        backDesc: t('passport_back'),
        scroll,
        listClass: 'android.widget.ScrollView',
        children: [
          view('android.widget.LinearLayout', 'form', {
            children: [
              field('input_new_pwd_view', 'passport_new_pwd_hint'),
              field('confirm_pwd_view', 'passport_confirm_pwd_hint'),
              text({
                id: `${pkg}:id/password_rules`,
                text: t('passport_password_req_notice'),
                part: 'caption',
              }),
              ...(error
                ? [text({ id: `${pkg}:id/error_status`, key: 'error', text: t(error), part: 'error' })]
                : []),
              {
                ...button({
                  id: `${pkg}:id/change_pwd_btn`,
                  text: os.text('android', 'ok'),
                  kind: 'primary',
                  onTap: submit,
                }),
                key: 'ok',
              },
            ],
          }),
        ],
      }),
      look: { background: colors.white },
    }),
  };

  const submit = (): void => {
    const [first, second] = [fields.input_new_pwd_view.content, fields.confirm_pwd_view.content];
    error =
      first !== second
        ? 'inconsistent_pwd'
        : followsRules(first)
          ? undefined
          : 'passport_password_req_notice';
    if (error) return os.record('new-password-refused', { reason: error });
    if (setting) return;
    setting = true;
    os.work(() => change(first));
  };

  const change = async (password: string): Promise<void> => {
    try {
      const answer = await showingProgress(os, me, t('passport_setting'), setPassword(os, password));
      if (answer === 'changed') {
        os.toast(t('set_success'), pkg);
        os.close(me);
      } else if (answer === 'no-identity') await checkIdentity(os, me);
      else error = errors[answer];
    } finally {
      setting = false;
    }
  };
  return me;
}

const errors: Readonly<Record<Exclude<ChangeAnswer, 'changed' | 'no-identity'>, string>> = {
  same: 'same_new_and_old_pwd',
  personal: 'pwd_width_phone_number_or_mail_num',
  weak: 'risky_pwd_not_allow',
  reused: 'risky_pwd_not_allow',
  network: 'passport_error_network',
  server: 'passport_error_server',
  denied: 'passport_access_denied',
};
