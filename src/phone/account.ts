import { AccountListError, PhoneLostError } from '../errors.ts';
import type { Phone } from './adb.ts';

const END = '@@mi-unbind:end';

/** The owner's Xiaomi accounts, asked of the phone. `first` is shell to run before. Throws rather than taking a broken answer for "none". */
export async function readAccounts(phone: Phone, signal?: AbortSignal, first = ''): Promise<string[]> {
  const answer = await phone.shell(`${first}dumpsys account; echo ${END}`, signal);
  // A cable pulled in the middle ends the answer without an error.
  if (!answer.trimEnd().endsWith(END)) throw new PhoneLostError(phone.serial, { passwordSubmitted: false });
  return xiaomiAccounts(answer);
}

/**
 * Xiaomi accounts by Android user, from `dumpsys account`. The name is the numeric Mi id, masked on newer releases (`6230***535`).
 * Throws AccountListError when the dump tells nothing of the user, or fewer accounts than it counts: no answer is not the answer "none".
 */
export function xiaomiAccounts(dump: string, user = 0): string[] {
  const accounts: string[] = [];
  let current: number | undefined;
  let seen = false;
  let untold = 0;
  for (const line of dump.split('\n')) {
    const header = /User\s+UserInfo\s*\{(\d+):/.exec(line);
    if (header) current = Number(header[1]);
    if (current !== user) continue;
    seen = true;
    untold += Number(/^\s*Accounts:\s*(\d+)\s*$/.exec(line)?.[1] ?? 0);
    const [, name, type] = /^\s*Account\s*\{\s*name\s*=\s*(.*?)\s*,\s*type\s*=\s*([^\s,}]+).*\}\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    untold--;
    // `com.xiaomi.unactivated` is a phone number waiting for its owner, not a sign-in.
    if (type === 'com.xiaomi') accounts.push(name);
  }
  if (!seen || untold > 0) throw new AccountListError(user);
  return [...new Set(accounts)];
}
