import { asksWhetherMeant, releases, traitsOf } from './releases.ts';
import type { FullSpec } from './spec.ts';
import { rawString, tables } from './strings/strings.ts';

/** Names that went with MIUI 6; the strings of 2024 and those of HyperOS 3 have none of them. */
const OF_MIUI_6 = [
  'alert_title_remove_account',
  'remove_account_notice',
  'remove_account_keep_data',
  'remove_account_wipe_data',
];

/** Whether a phone has the dialogs of MIUI 6, or one like them. */
export const hasOldDialogs = (spec: FullSpec): boolean => asksWhetherMeant(traitsOf(spec).order);

/** Names of the strings in a package of this phone. */
export function stringNames(spec: FullSpec, packageName: string): string[] {
  const names = Object.keys(tables[packageName] ?? {});
  return hasOldDialogs(spec) ? names : names.filter((name) => !OF_MIUI_6.includes(name));
}

/** A string as this phone's resource table has it; undefined when the package has no such string. */
export function romString(
  spec: FullSpec,
  packageName: string,
  name: string,
  language = spec.language,
): string | undefined {
  if (OF_MIUI_6.includes(name) && !hasOldDialogs(spec)) return undefined;
  return rawString(packageName, name, language, releases[spec.release].wording);
}
