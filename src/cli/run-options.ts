import type { Settings } from '../config/config.ts';
import { ConfigError } from '../errors.ts';

/** Options of the commands that work on a phone, each the same as a setting. */

export const KEEP_HELPERS = [
  '--keep-helpers',
  "leave on the phone what the run installs and sets (Appium's helper apps), for phones that are tested again and again (or KEEP_HELPERS=yes)",
] as const;

/** Of those that sign a phone out. */
export const NO_GOOGLE = [
  '--require-no-google',
  'leave the phone to a person where a Google account is still on it (or REQUIRE_NO_GOOGLE=yes)',
] as const;

export const LOCK_OFF = [
  '--require-lock-off',
  "leave the phone to a person where Xiaomi's server does not say within two minutes that its lock is off (or REQUIRE_LOCK_OFF=yes)",
] as const;

export interface RunFlags {
  keepHelpers?: boolean | undefined;
  requireNoGoogle?: boolean | undefined;
  requireLockOff?: boolean | undefined;
}

/** The settings as a command line changes them. */
export function keeping(
  { keepHelpers, requireNoGoogle, requireLockOff }: RunFlags,
  settings: Settings,
): Settings {
  if ((requireLockOff || settings.requireLockOff) && settings.lockCheck === 'none')
    throw new ConfigError([
      "--require-lock-off (REQUIRE_LOCK_OFF) needs LOCK_CHECK, which says who is asked for the lock, and it is 'none'",
    ]);
  return {
    ...settings,
    ...(keepHelpers && { keepHelpers }),
    ...(requireNoGoogle && { requireNoGoogle }),
    ...(requireLockOff && { requireLockOff }),
  };
}

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
