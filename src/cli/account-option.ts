import { isAccount } from '../account/name.ts';
import type { Settings } from '../config/config.ts';
import { UsageError } from '../errors.ts';

/** Options of the commands that work on the account of a phone. */
export const ACCOUNT_OPTION = [
  '--account <name>',
  "the account's Mi id, e-mail address or telephone number: a phone with another account is left as it is",
] as const;
export const STRICT_OPTION = [
  '--strict-account',
  'leave the phone to a person where its account cannot be compared with that one (or STRICT_ACCOUNT=yes)',
] as const;

/** For a phone that hides a part of its account's name. */
export const ANOTHER_OPTION = [
  '--another-account',
  'it is another account than those that phones show in the same way and for which passwords or codes of the day are spent',
] as const;

/** The account that was named, and the settings as the command line changes them. Throws UsageError. */
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
