import { showingProgress, tell } from './dialog.ts';
import { choose, Unreachable, type Field, type Os, type AppPage } from './page.ts';
import type { ScrollState } from '../screen/view.ts';
import { button, checkBox, edit, editBox, text, view } from '../screen/widgets.ts';
import { page } from '../screen/widgets-page.ts';

const pkg = 'com.xiaomi.account';

/**
 * The page for a code that was sent by SMS, as sign-in and binding have it in MIUI 8 to 10.3 (layout of
 * sms_send_notice and btn_verify). True: it was right. False: back was pressed. A wrong one is an alert over
 * it.
 */
export function askSmsCode(os: Os, over: AppPage): Promise<boolean> {
  return choose<boolean>(os, over, false, (answer) => smsCodePage(os, answer));
}

function smsCodePage(os: Os, answer: (verified: boolean) => void): AppPage {
  const t = (name: string): string => os.text(pkg, name);
  const scroll: ScrollState = { offset: 0, max: 0 };
  const code: Field = { content: '' };
  let trusted = false;
  let checking = false;

  const me: AppPage = {
    name: 'sms-code',
    package: pkg,
    activity: `${pkg}.ui.InputPhoneVerifyCodeActivity`,
    kind: 'activity',
    view: () =>
      page({
        title: t('passport_quick_login_step2_title'),
        back: () => answer(false),
        backDesc: t('passport_back'),
        scroll,
        listClass: 'android.widget.ScrollView',
        children: [
          view('android.widget.LinearLayout', 'form', {
            children: [
              text({
                id: `${pkg}:id/sms_send_notice`,
                text: t('passport_vcode_prompt_long'),
                part: 'caption',
              }),
              editBox(
                edit({
                  id: `${pkg}:id/sms_code`,
                  content: code.content,
                  hint: t('passport_input_vcode_hint'),
                  digits: true,
                  focused: me.focus === code,
                  onText: (content) => (code.content = content),
                  onTap: () => (me.focus = code),
                }),
              ),
              checkBox({
                id: `${pkg}:id/trust_device`,
                text: t('passport_trust_device'),
                checked: trusted,
                onTap: () => (trusted = !trusted),
              }),
              button({
                id: `${pkg}:id/btn_verify`,
                text: t('passport_verify'),
                kind: 'primary',
                onTap: submit,
              }),
            ],
          }),
        ],
      }),
  };

  const submit = (): void => {
    if (code.content === '') os.record('field-left-empty', { stage: 'sms-code' });
    else if (!checking) os.work(check);
  };

  const check = async (): Promise<void> => {
    checking = true;
    os.record('code-submitted');
    const wrong = await showingProgress(os, me, t('passport_checking_account'), verdict()).finally(
      () => (checking = false),
    );
    if (wrong === undefined) answer(true);
    else await tell(os, me, t('passport_verification_failed'), t(wrong));
  };

  /** Undefined: it is right. Else the name of the string that says why not. */
  const verdict = async (): Promise<string | undefined> => {
    try {
      const base = { account: os.account?.id ?? '', serial: os.serialno };
      const { kind } = await os.ask('code check', (service) =>
        service.checkCode({ ...base, at: os.now(), code: code.content }),
      );
      return kind === 'right' ? undefined : 'passport_wrong_vcode';
    } catch (error) {
      if (error instanceof Unreachable)
        return error.reason === 'network' ? 'passport_error_network' : 'passport_error_server';
      throw error;
    }
  };
  return me;
}
