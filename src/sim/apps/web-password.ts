import type { Field, Os, AppPage } from './page.ts';
import { setPassword, type ChangeAnswer } from './set-password.ts';
import { webPage } from './web.ts';
import { webText, type WebWord } from '../strings/web.ts';
import { webButton, webError, webHeading, webLine } from '../screen/widgets-web.ts';

const pkg = 'com.xiaomi.account';

/**
 * The new password as a web page (/fe/service/account?_service=setPassword). Rules are the server's business:
 * it is asked each time.
 */
export function webPasswordPage(os: Os, onSet?: () => void): AppPage {
  const say = (word: WebWord): string => webText(word, os.spec.language);
  const first: Field = { content: '' };
  const second: Field = { content: '' };
  let error: string | undefined;
  let busy = false;

  const submit = (): void => {
    if (busy) return;
    error = first.content === second.content ? undefined : say('different');
    if (error || first.content === '')
      return os.record('new-password-refused', { reason: error ? 'different' : 'empty' });
    busy = true;
    os.work(async () => {
      try {
        const answer = await setPassword(os, first.content);
        if (answer === 'changed') {
          os.toast(os.text(pkg, 'set_success'), pkg);
          if (onSet) onSet();
          else os.close(me);
        } else error = say(errors[answer]);
      } finally {
        busy = false;
      }
    });
  };

  const me = webPage(os, 'new-password', (field) => ({
    step: 'new-password',
    children: [
      webHeading(say('setPassword')),
      field('first', first, say('newPassword'), { password: true }),
      field('second', second, say('again'), { password: true }),
      webLine(say('rules')),
      ...(error ? [webError(error)] : []),
      webButton({ text: say('submit'), enabled: !busy, onTap: submit }),
    ],
  }));
  return me;
}

const errors: Readonly<Record<Exclude<ChangeAnswer, 'changed'>, WebWord>> = {
  same: 'same',
  personal: 'personal',
  weak: 'rules',
  reused: 'risky',
  'no-identity': 'noIdentity',
  network: 'network',
  server: 'server',
  denied: 'server',
};
