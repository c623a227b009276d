import { progressOf } from './alert.ts';
import { askSmsCode } from './sms-code.ts';
import { openForgotPage } from './browser.ts';
import { tell } from './dialog.ts';
import type { PasswordVerdict } from '../service/account-service.ts';
import { choose, Unreachable, type Field, type Os, type AppPage } from './page.ts';
import { verdictOf } from './password-check.ts';
import { webPasswordPage } from './web-password.ts';
import { sdkPrompt } from './sdk-password.ts';
import { shownName } from '../shown-names.ts';
import type { View } from '../screen/view.ts';
import { button, checkBox, edit, editBox, eye, link, sharing, text } from '../screen/widgets.ts';
import { dialog, dialogTitle } from '../screen/widgets-dialog.ts';

const pkg = 'com.xiaomi.account';

/**
 * com.xiaomi.account .ui.QuickLoginActivity over the page below: password, captcha when the service wants
 * one, second factor. True: the service said yes. False: cancelled. A refusal is an alert over it, after
 * which the dialog is as it was, text included. Where the account has no password, the SDK has one set first, in
 * a web page.
 */
export async function askPassword(os: Os, over: AppPage): Promise<boolean> {
  const { account, spec } = os;
  if (spec.passwordPrompt === 'sdk' && account?.hasPassword === false) {
    os.record('password-not-set');
    const isSet = await choose<boolean>(os, over, false, (answer) => webPasswordPage(os, () => answer(true)));
    if (!isSet) return false;
  }
  const letters = spec.faults.includes('captcha-at-once')
    ? await captchaOf(os, account?.id ?? '')
    : undefined;
  const prompt = spec.passwordPrompt === 'sdk' ? sdkPrompt : quickLogin;
  return choose<boolean>(os, over, false, (answer) => prompt(os, letters, answer));
}

/** A captcha that cannot be fetched is not shown. */
async function captchaOf(os: Os, id: string): Promise<string | undefined> {
  try {
    return await os.ask('captcha', (service) => service.drawCaptcha(id));
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}

/** `letters`: what its captcha says, where there is one from the start. */
function quickLogin(os: Os, letters: string | undefined, answer: (verified: boolean) => void): AppPage {
  const t = (name: string, ...values: (string | number)[]): string => os.text(pkg, name, ...values);
  const account = os.account;
  const password: Field = { content: '' };
  const captcha: Field = { content: '' };
  const code: Field = { content: '' };
  let shows = false;
  let trusted = false;
  /** What the captcha picture says, while it is there. */
  let picture = letters;
  let stage: 'password' | 'code' = 'password';
  let checking = false;

  const field = (
    id: string,
    of: Field,
    hint: string,
    kind: { password?: boolean; digits?: boolean } = {},
  ): View =>
    edit({
      id: `${pkg}:id/${id}`,
      content: of.content,
      hint: t(hint),
      ...kind,
      focused: me.focus === of,
      onText: (content) => (of.content = content),
      onTap: () => (me.focus = of),
    });

  const passwordStage = (): View => ({
    cls: 'android.widget.RelativeLayout',
    id: `${pkg}:id/inner_content`,
    key: 'inner_content',
    box: { gap: 8 },
    children: [
      {
        cls: 'android.widget.RelativeLayout',
        id: `${pkg}:id/account_info`,
        children: [
          text({
            id: `${pkg}:id/passport_account_name`,
            text: t('passport_account_name', account ? shownName(account, os.spec) : ''),
            part: 'caption',
          }),
        ],
      },
      editBox(field('input_pwd_view', password, 'passport_input_password_hint', { password: !shows }), {
        id: `${pkg}:id/password_layout`,
        end: [
          eye({
            id: `${pkg}:id/show_pwd_img`,
            open: shows,
            desc: t('passport_show_password'),
            onTap: () => (shows = !shows),
          }),
        ],
      }),
      ...(picture === undefined ? [] : [captchaLayout(picture)]),
      link({
        id: `${pkg}:id/tv_forget_pwd`,
        text: t('passport_forget_password'),
        onTap: () => openForgotPage(os),
      }),
    ],
  });

  const captchaLayout = (letters: string): View => ({
    cls: 'android.widget.LinearLayout',
    id: `${pkg}:id/captcha_layout`,
    key: 'captcha_layout',
    children: [
      {
        cls: 'android.widget.LinearLayout',
        id: `${pkg}:id/et_captcha_area`,
        box: { flow: 'row', align: 'center', gap: 8 },
        children: [
          { ...editBox(field('et_captcha_code', captcha, 'passport_input_captcha_hint')), box: { grow: 1 } },
          {
            cls: 'android.widget.ImageView',
            id: `${pkg}:id/et_captcha_image`,
            desc: t('passport_captcha_image'),
            part: 'captcha',
            look: { letters },
          },
        ],
      },
    ],
  });

  const codeStage = (): View => ({
    cls: 'android.widget.LinearLayout',
    id: `${pkg}:id/inner_content_step2`,
    key: 'inner_content_step2',
    box: { gap: 12 },
    children: [
      text({ id: `${pkg}:id/vcode_prompt`, text: t('passport_vcode_prompt_long') }),
      editBox(field('passport_vcode', code, 'passport_input_vcode_hint', { digits: true })),
      checkBox({
        id: `${pkg}:id/passport_trust_device`,
        text: t('passport_trust_device'),
        checked: trusted,
        onTap: () => (trusted = !trusted),
      }),
    ],
  });

  const me: AppPage = {
    name: 'password',
    package: pkg,
    activity: `${pkg}.ui.QuickLoginActivity`,
    kind: 'dialog',
    view: () =>
      dialog([
        dialogTitle(
          t(stage === 'password' ? 'passport_quick_login_title' : 'passport_quick_login_step2_title'),
        ),
        stage === 'password' ? passwordStage() : codeStage(),
        {
          cls: 'android.widget.LinearLayout',
          part: 'dialogButtons',
          children: [
            sharing(
              button({
                id: `${pkg}:id/cancel`,
                text: os.text('android', 'cancel'),
                onTap: () => answer(false),
              }),
            ),
            sharing(
              button({
                id: `${pkg}:id/passport_confirm`,
                text: os.text('android', 'ok'),
                kind: 'primary',
                onTap: submit,
              }),
            ),
          ],
        },
      ]),
  };

  const submit = (): void => {
    const missing =
      stage === 'code'
        ? code.content === ''
        : password.content === '' || (picture !== undefined && captcha.content === '');
    if (missing) os.record('field-left-empty', { stage });
    else if (!checking) os.work(check);
  };

  /** One question to the service with “checking” over the dialog; back on that spinner drops the answer. */
  const check = async (): Promise<void> => {
    checking = true;
    let dropped = false;
    const spinner: AppPage = {
      name: 'dialog',
      package: pkg,
      activity: `${pkg}.ui.QuickLoginActivity`,
      kind: 'dialog',
      view: () => progressOf(os.spec, pkg, t('passport_checking_account')),
      back: () => {
        dropped = true;
        checking = false;
        os.close(spinner);
      },
    };
    os.open(spinner, me);
    const verdict = await ask();
    if (dropped) return;
    checking = false;
    os.close(spinner);
    if (verdict === true || (verdict === 'on-a-page' && (await askSmsCode(os, me)))) answer(true);
    else if (verdict === 'on-a-page') return;
    else if (verdict) await tell(os, me, t('passport_verification_failed'), t(verdict));
  };

  /**
   * True: verified. `on-a-page`: a page of its own asks for more. A string name: why not. Undefined: the
   * dialog itself shows what comes next.
   */
  const ask = async (): Promise<true | string | undefined> => {
    const verdict = await verdictOf(
      os,
      stage === 'password'
        ? { password: password.content, captcha: captcha.content }
        : { code: code.content },
    );
    return typeof verdict === 'string' ? verdict : follow(verdict);
  };

  const follow = (verdict: PasswordVerdict): true | string | undefined => {
    switch (verdict.kind) {
      case 'right':
        return true;
      case 'wrong':
        picture = verdict.captcha ?? picture;
        captcha.content = '';
        return 'passport_bad_authentication';
      case 'wrong-captcha':
        picture = verdict.captcha;
        captcha.content = '';
        return 'passport_wrong_captcha';
      case 'wrong-code':
        return 'passport_wrong_vcode';
      case 'needs-code':
        if (os.spec.faults.includes('second-factor-page')) return 'on-a-page';
        stage = 'code';
        delete me.focus;
        return undefined;
    }
  };
  return me;
}
