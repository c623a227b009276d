import type { PasswordVerdict } from '../service/account-service.ts';
import { Unreachable, type Os } from './page.ts';

/** What is typed into a password prompt. */
type Typed = { password: string; captcha: string } | { code: string };

/** One question to the service. A string names the phone's own word for why there is no verdict. */
export async function verdictOf(os: Os, typed: Typed): Promise<PasswordVerdict | string> {
  const base = { account: os.account?.id ?? '', serial: os.serialno };
  const { faults } = os.spec;
  os.record('code' in typed ? 'code-submitted' : 'password-submitted');
  try {
    if ('code' in typed)
      return await os.ask('code check', (service) => service.checkCode({ ...base, at: os.now(), ...typed }));
    return await os.ask('password check', (service) =>
      service.checkPassword({
        ...base,
        at: os.now(),
        ...typed,
        captchaAfterWrong: faults.includes('captcha-after-wrong-password'),
        secondFactor: faults.includes('second-factor') || faults.includes('second-factor-page'),
      }),
    );
  } catch (error) {
    if (error instanceof Unreachable) return reasons[error.reason];
    throw error;
  }
}

const reasons: Readonly<Record<Unreachable['reason'], string>> = {
  network: 'passport_error_network',
  server: 'passport_error_server',
  denied: 'passport_access_denied',
};
