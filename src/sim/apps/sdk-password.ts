import { openForgotPage } from './browser.ts';
import { choose, type Field, type Os, type AppPage } from './page.ts';
import { verdictOf } from './password-check.ts';
import { askSmsCode } from './sms-code.ts';
import { shownName } from '../shown-names.ts';
import { colors } from '../screen/theme.ts';
import type { View } from '../screen/view.ts';
import { button, edit, editBox, eye, link, sharing, text, view } from '../screen/widgets.ts';
import { dialog } from '../screen/widgets-dialog.ts';
import { webButton, webView } from '../screen/widgets-web.ts';
import { webText } from '../strings/web.ts';

const pkg = 'com.xiaomi.account';
const activity = 'com.xiaomi.passport.ui.internal.ConfirmPasswordActivity';
const id = (name: string): string => `${pkg}:id/${name}`;

/**
 * The password prompt of the passport SDK of December 2025 (its layout passport_activity_confirm_password): two
 * groups of one kind, password and captcha, each with an `input` that completes what is typed. No picture of it
 * can be taken, and what is refused is said in a toast.
 */
export function sdkPrompt(os: Os, letters: string | undefined, answer: (verified: boolean) => void): AppPage {
  const t = (name: string): string => os.text(pkg, name);
  const { account } = os;
  const password: Field = { content: '' };
  const captcha: Field = { content: '' };
  let picture = letters;
  let shows = false;
  let checking = false;

  /** The layout of both: what belongs to the other is gone. */
  const group = (name: string, of: Field, hint: string, more: { password?: boolean }, end: View[]): View =>
    editBox(
      edit({
        id: id('input'),
        cls: 'android.widget.AutoCompleteTextView',
        content: of.content,
        hint: t(hint),
        ...more,
        focused: me.focus === of,
        onText: (content) => (of.content = content),
        onTap: () => (me.focus = of),
      }),
      {
        id: id(name),
        key: name,
        end: [
          ...end,
          ...(of.content === ''
            ? []
            : [
                view('android.widget.ImageView', 'eye', {
                  id: id('clear_all'),
                  clickable: true,
                  look: { icon: 'delete' },
                  onTap: () => (of.content = ''),
                }),
              ]),
        ],
      },
    );

  const me: AppPage = {
    name: 'password',
    package: pkg,
    activity,
    kind: 'activity',
    secure: true,
    view: () => ({
      cls: 'android.widget.LinearLayout',
      part: 'page',
      look: { background: colors.white },
      children: [
        {
          cls: 'android.widget.ScrollView',
          part: 'form',
          scrolls: true,
          children: [
            text({ id: id('user_id'), text: account ? shownName(account, os.spec) : '', part: 'caption' }),
            group('password', password, 'passport_input_password_hint', { password: !shows }, [
              eye({ id: id('password_visible'), open: shows, onTap: () => (shows = !shows) }),
            ]),
            ...(picture === undefined
              ? []
              : [
                  group('captcha', captcha, 'passport_input_captcha_hint', {}, [
                    view('android.widget.ImageView', 'captcha', {
                      id: id('captcha_image'),
                      desc: t('passport_captcha_image'),
                      look: { letters: picture },
                    }),
                  ]),
                ]),
            link({
              id: id('forget_password'),
              text: t('passport_forget_password'),
              onTap: () => openForgotPage(os),
            }),
            {
              cls: 'android.widget.LinearLayout',
              part: 'dialogButtons',
              children: [
                sharing(
                  button({
                    id: id('cancel'),
                    text: os.text('android', 'cancel'),
                    onTap: () => answer(false),
                  }),
                ),
                sharing(
                  button({
                    id: id('passport_confirm'),
                    text: os.text('android', 'ok'),
                    kind: 'primary',
                    onTap: submit,
                  }),
                ),
              ],
            },
          ],
        },
      ],
    }),
  };

  const submit = (): void => {
    const missing = password.content === '' || (picture !== undefined && captcha.content === '');
    if (missing) os.record('field-left-empty', { stage: 'password' });
    else if (!checking) os.work(check);
  };

  const check = async (): Promise<void> => {
    checking = true;
    if (os.spec.faults.includes('captcha-web') && !(await solveInWeb(os, me))) return void (checking = false);
    const spinner: AppPage = {
      name: 'dialog',
      package: pkg,
      activity,
      kind: 'dialog',
      view: () => sdkProgress(t('passport_checking_account')),
      back: () => undefined,
    };
    os.open(spinner, me);
    const verdict = await verdictOf(os, { password: password.content, captcha: captcha.content });
    checking = false;
    os.close(spinner);
    const refused = typeof verdict === 'string' ? verdict : await follow(verdict);
    if (refused === true) answer(true);
    else if (refused !== false) os.toast(t(refused), pkg);
  };

  /** True: verified; false: not, and the page stays; else the name of the string that says why not. */
  const follow = async (
    verdict: Exclude<Awaited<ReturnType<typeof verdictOf>>, string>,
  ): Promise<boolean | string> => {
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
        return askSmsCode(os, me);
    }
  };
  return me;
}

/** The SDK's captcha as a web page (passport_verification_dialog). True: a person has solved it. */
const solveInWeb = (os: Os, over: AppPage): Promise<boolean> =>
  choose<boolean>(os, over, false, (answer) => ({
    name: 'dialog',
    package: pkg,
    activity,
    kind: 'dialog',
    view: () =>
      dialog(
        [
          webView({
            id: id('verify_webView'),
            title: webText('title', os.spec.language),
            step: 'captcha',
            scroll: { offset: 0, max: 0 },
            children: [webButton({ text: webText('verify', os.spec.language), onTap: () => answer(true) })],
          }),
        ],
        id('passport_verification_dialog'),
      ),
  }));

/** A dialog of the SDK (passport_layout_dialog) while it works. */
const sdkProgress = (message: string): View =>
  dialog([
    {
      cls: 'android.widget.LinearLayout',
      part: 'waitingPanel',
      children: [
        { cls: 'android.widget.ProgressBar', part: 'spinner', id: id('progress') },
        text({ id: id('message'), text: message }),
      ],
    },
  ]);
