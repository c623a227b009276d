import type { Settings } from '../config/config.ts';

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

export interface RunFlags {
  keepHelpers?: boolean | undefined;
  requireNoGoogle?: boolean | undefined;
}

/** The settings as a command line changes them. */
export function keeping({ keepHelpers, requireNoGoogle }: RunFlags, settings: Settings): Settings {
  return {
    ...settings,
    ...(keepHelpers && { keepHelpers }),
    ...(requireNoGoogle && { requireNoGoogle }),
  };
}
