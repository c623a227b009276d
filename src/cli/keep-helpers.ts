import type { Settings } from '../config/config.ts';

/** The option of the commands that work on a phone, and the settings with it. */
export const KEEP_HELPERS = [
  '--keep-helpers',
  "leave on the phone what the run installs and sets (Appium's helper apps), for phones that are tested again and again (or KEEP_HELPERS=yes)",
] as const;
export const keeping = (
  { keepHelpers }: { keepHelpers?: boolean | undefined },
  settings: Settings,
): Settings => (keepHelpers ? { ...settings, keepHelpers } : settings);
