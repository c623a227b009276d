import { captchaLetters } from '../service/account-captcha.ts';
import { showingProgress } from './dialog.ts';
import { choose, Unreachable, type Field, type Os, type AppPage } from './page.ts';
import { webPage, type WebField } from './web.ts';
import { webText, type WebWord } from '../strings/web.ts';
import { maskedAddress, maskedNumber } from '../shown-names.ts';
import type { View } from '../screen/view.ts';
import { webButton, webCaptcha, webError, webHeading, webLine, webRadio } from '../screen/widgets-web.ts';

const pkg = 'com.xiaomi.account';
/** From Send until it can be pressed again, ms. */
const RESEND = 60_000;
type Way = 'phone' | 'email';

/**
 * Who changes the password has to prove who they are. True at once while the last proof is valid; else the
 * web pages of com.xiaomi.passport.ui.NotificationActivity ask for a code. False: cancelled, or the check
 * could not begin.
 */
export async function checkIdentity(os: Os, over: AppPage): Promise<boolean> {
  const id = os.account?.id;
  if (id === undefined) return false;
  const begun = await showingProgress(os, over, os.text(pkg, 'passport_checking_account'), begin(os, id));
  if (begun === 'valid') return true;
  const ways = waysOf(os);
  if (begun === 'needed' && ways.length > 0)
    return choose<boolean>(os, over, false, (answer) => identityPage(os, id, ways, answer));
  os.record('identity-check-failed');
  os.toast(os.text(pkg, begun === 'needed' ? 'get_identity_auth_url_failed' : begun), pkg);
  return false;
}

/** `valid`, `needed`, or the name of the string that says why neither is known. */
async function begin(os: Os, id: string): Promise<string> {
  try {
    const valid = await os.ask('identity check', (service) =>
      service.identityValid(id, os.serialno, os.now()),
    );
    if (valid) return 'valid';
    return os.spec.faults.includes('identity-url-failed') ? 'get_identity_auth_url_failed' : 'needed';
  } catch (error) {
    if (error instanceof Unreachable)
      return error.reason === 'network' ? 'passport_error_network' : 'get_identity_auth_url_failed';
    throw error;
  }
}

function waysOf({ account }: Os): { way: Way; shown: string }[] {
  const { phone, email } = account ?? {};
  return [
    ...(phone === undefined ? [] : [{ way: 'phone' as const, shown: maskedNumber(phone) }]),
    ...(email === undefined ? [] : [{ way: 'email' as const, shown: maskedAddress(email) }]),
  ];
}

function identityPage(
  os: Os,
  account: string,
  ways: ReturnType<typeof waysOf>,
  answer: (checked: boolean) => void,
): AppPage {
  const code: Field = { content: '' };
  const captcha: Field = { content: '' };
  let chosen = ways.length === 1 ? ways[0] : undefined;
  let step: 'choose' | 'code' = chosen ? 'code' : 'choose';
  let sentAt: number | undefined;
  /** A first code was right, and the service wants another one. */
  let again = false;
  let error: string | undefined;
  let busy = false;
  let pictures = 0;
  const say = (word: WebWord, ...values: (string | number)[]): string =>
    webText(word, os.spec.language, ...values);
  const wantsCaptcha = os.spec.faults.includes('identity-captcha');
  const letters = (): string => captchaLetters(pictures + os.identity.seed);
  const base = { account, purpose: 'identity', serial: os.serialno } as const;

  /** Something the page asks the server; what comes back is the error it shows. */
  const asking = (work: () => Promise<string | undefined>): void => {
    if (busy) return;
    busy = true;
    error = undefined;
    os.work(async () => {
      try {
        error = await work();
      } catch (fault) {
        if (!(fault instanceof Unreachable)) throw fault;
        error = say(fault.reason === 'network' ? 'network' : 'server');
      } finally {
        busy = false;
      }
    });
  };

  const send = (): void =>
    asking(async () => {
      if (!chosen) return undefined;
      if (wantsCaptcha && captcha.content.toLowerCase() !== letters()) {
        await os.ask('captcha', () => pictures++);
        captcha.content = '';
        return say('wrongCaptcha');
      }
      const { way } = chosen;
      const language = os.spec.language === 'pseudo' ? 'en' : os.spec.language;
      os.record('code-requested', { by: way });
      const { region } = os.spec;
      const sent = await os.ask('code sent', (service) =>
        service.requestCode({ ...base, by: way, region, language, at: os.now() }),
      );
      if (sent.kind === 'sent') sentAt = os.now();
      if (sent.kind === 'limit') return os.text(pkg, 'passport_send_too_many_code');
      return sent.kind === 'sent' ? undefined : say('server');
    });

  const submit = (): void => {
    if (code.content === '') return os.record('field-left-empty', { stage: 'identity-code' });
    asking(async () => {
      os.record('code-submitted');
      const verdict = await os.ask('identity code', (service) =>
        service.verifyCode({ ...base, code: code.content, at: os.now() }),
      );
      if (verdict.kind === 'more') {
        os.record('second-code-wanted', { by: verdict.by });
        chosen = ways.find(({ way }) => way === verdict.by) ?? chosen;
        sentAt = undefined;
        code.content = '';
        again = true;
        return undefined;
      }
      if (verdict.kind !== 'right') return say(verdict.kind === 'wrong' ? 'wrongCode' : 'expiredCode');
      answer(true);
      return undefined;
    });
  };

  const chooseStep = (): View[] => [
    webLine(say('choose')),
    ...ways.map((one) =>
      webRadio({
        text: say(one.way === 'phone' ? 'byPhone' : 'byEmail', one.shown),
        checked: chosen === one,
        onTap: () => (chosen = one),
      }),
    ),
    webButton({ text: say('next'), enabled: chosen !== undefined, onTap: () => (step = 'code') }),
  ];

  const codeStep = (field: WebField): View[] => {
    const left = sentAt === undefined ? 0 : Math.ceil((sentAt + RESEND - os.now()) / 1000);
    const sent = sentAt !== undefined;
    return [
      webLine(say(sent ? 'sent' : again ? 'onceMore' : 'willSend', chosen?.shown ?? '')),
      ...(wantsCaptcha && left <= 0
        ? [webCaptcha(say('captchaImage'), letters()), field('captcha', captcha, say('captcha'))]
        : []),
      ...(sent ? [field('code', code, say('code'), { digits: true })] : []),
      ...(error ? [webError(error)] : []),
      webButton({
        text: left > 0 ? say('resend', left) : say('send'),
        enabled: left <= 0 && !busy,
        onTap: send,
      }),
      ...(sent ? [webButton({ text: say('submit'), enabled: !busy, onTap: submit })] : []),
    ];
  };

  return webPage(os, 'identity', (field) => {
    const children = step === 'choose' ? chooseStep() : codeStep(field);
    return { step, children: [webHeading(say('verify')), ...children] };
  });
}
