import { isAccount } from '../account/name.ts';
import { generatePassword, passwordProblem } from '../account/new-password.ts';
import type { Settings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import type { Secret } from '../secret.ts';

/** What an order is checked for before anything is done, from a command or from another program. */

/** The account that was named, and the settings as the order changes them. Throws UsageError. */
export function orderedAccount(
  { account, strictAccount }: { account?: string; strictAccount?: boolean },
  given: Settings,
): { settings: Settings; account: string | undefined } {
  const settings = strictAccount ? { ...given, strictAccount } : given;
  if (account !== undefined && !isAccount(account)) {
    throw new UsageError(
      "'--account' is no Mi id, e-mail address or telephone number.",
      "write it whole, as the account's owner knows it; a telephone number with + and its country's code",
    );
  }
  if (account === undefined && settings.strictAccount) {
    throw new UsageError(
      'The account is to be proven (STRICT_ACCOUNT, --strict-account), and none is named.',
      'name it: --account NAME',
    );
  }
  return { settings, account: account?.trim() };
}

/** Where the code is sent: the account's own number or address. Throws UsageError. */
export function orderedContact(by: 'phone' | 'email', given: string | undefined): string {
  // One number is one number, however it is written: codes are counted for it.
  const contact = by === 'phone' ? given?.replace(/[\s().-]/g, '') : given;
  const example = by === 'phone' ? '+359888123456' : 'lab+17@example.com';
  if (contact === undefined) {
    throw new UsageError(
      'It is not said where the code is sent.',
      `give the account's own ${by === 'phone' ? 'number' : 'address'}: --contact ${example}`,
    );
  }
  if (!(by === 'phone' ? /^\+?\d{6,15}$/ : /.@./).test(contact)) {
    throw new UsageError(
      `'--contact' is no ${by === 'phone' ? 'telephone number' : 'e-mail address'}.`,
      `give it as ${example}, or --by ${by === 'phone' ? 'email' : 'phone'}`,
    );
  }
  return contact;
}

/**
 * The new password, made up where none is given. Checked before anything is pressed: each refused one would cost
 * a code of the day. Throws UsageError.
 */
export function orderedPassword(given: Secret | undefined, own: readonly string[]): Secret {
  if (given === undefined) return generatePassword(own);
  const problem = passwordProblem(given.reveal(), own);
  if (problem)
    throw new UsageError(
      `Xiaomi would not take the new password: ${problem}.`,
      'give another, or none to have one made up',
    );
  return given;
}
