import { systemClock, type Clock } from '../clock.ts';
import { AccountListError, PhoneLostError } from '../errors.ts';
import type { Phone } from './adb.ts';

const END = '@@mi-unbind:end';

/**
 * How long after one another a list that is not complete is asked for again, ms: the phone's own limit for a
 * dump is 10 s.
 */
const PAUSES = [500, 2000];

/**
 * The owner's Xiaomi accounts, asked of the phone. `first` is shell to run before. Throws rather than taking
 * a broken answer for "none".
 */
export function readAccounts(
  phone: Phone,
  signal?: AbortSignal,
  first = '',
  clock: Clock = systemClock,
): Promise<string[]> {
  return untilComplete(clock, signal, async () => {
    const answer = await phone.shell(`${first}dumpsys account; echo ${END}`, signal);
    // A cable pulled in the middle ends the answer without an error.
    if (!answer.trimEnd().endsWith(END)) throw new PhoneLostError(phone.serial, { passwordSubmitted: false });
    return xiaomiAccounts(answer);
  });
}

/** Asks three times at most until the phone's account list is complete. */
export async function untilComplete<T>(
  clock: Clock,
  signal: AbortSignal | undefined,
  ask: () => Promise<T>,
): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AccountListError)) throw error;
      await clock.sleep(pause, 'a complete account list', signal);
    }
  }
  return ask();
}

/**
 * Xiaomi accounts of one Android user, from `dumpsys account`. The name is the numeric Mi id, masked on newer
 * releases (`6230***535`). Throws AccountListError where the list of this user is not complete: no answer is
 * not the answer "none".
 */
export function xiaomiAccounts(dump: string, user = 0): string[] {
  const list = accountLists(dump).get(user);
  if (!list?.isComplete) throw new AccountListError(user);
  return list.accounts;
}

export const GOOGLE = 'com.google';

/** An account of another kind, e.g. `com.google`. Its name is as the phone shows it, which may be in full. */
export interface OtherAccount {
  type: string;
  name: string;
}

/** Accounts of other kinds of one Android user. Throws AccountListError where the list is not complete. */
export function otherAccounts(dump: string, user = 0): OtherAccount[] {
  const list = accountLists(dump).get(user);
  if (!list?.isComplete) throw new AccountListError(user);
  return list.others;
}

/** The accounts of one Android user. */
export interface AccountList {
  /** Those of Xiaomi. */
  accounts: string[];
  others: OtherAccount[];
  /** It names as many accounts as it counts. */
  isComplete: boolean;
}

/**
 * The lists of all Android users of the phone. AccountManagerService.dump of AOSP is the same from Android 6
 * to 16: a line with the user, the number of accounts, one entry each, then other things. Names are whatever
 * their apps like, line breaks too; what belongs to a user is indented, line by line.
 */
export function accountLists(dump: string): Map<number, AccountList> {
  const lists = new Map<number, AccountList>();
  for (const { user, lines } of sections(dump)) {
    const list = listIn(lines);
    const twice = lists.get(user);
    if (!twice) lists.set(user, list);
    else {
      for (const account of list.accounts) twice.accounts.push(account);
      for (const other of list.others) twice.others.push(other);
      twice.isComplete = false;
    }
  }
  return lists;
}

function sections(dump: string): { user: number; lines: string[] }[] {
  const found: { user: number; lines: string[] }[] = [];
  for (const line of dump.split('\n')) {
    const user = /^User\s+UserInfo\s*\{(\d{1,9}):/.exec(line)?.[1];
    if (user !== undefined) found.push({ user: Number(user), lines: [] });
    else found.at(-1)?.lines.push(line);
  }
  return found;
}

function listIn(lines: readonly string[]): AccountList {
  const counted = lines.findIndex((line) => COUNT.test(line));
  let left = Number(COUNT.exec(lines[counted] ?? '')?.[1]);
  const accounts = new Set<string>();
  const others: OtherAccount[] = [];
  let entry: string[] = [];
  for (const line of lines.slice(counted + 1)) {
    if (entry.length === 0 && line.trim() === '') break;
    const type = typeAtEnd(line);
    if (entry.length === 0 && type === undefined && !BEGINS.test(line)) continue;
    entry.push(line);
    if (type === undefined) continue;
    left--;
    // `com.xiaomi.unactivated` is a phone number waiting for its owner, not a sign-in.
    const name = nameIn(entry.join('\n'));
    if (type === 'com.xiaomi') accounts.add(name);
    else if (type !== 'com.xiaomi.unactivated') others.push({ type, name });
    entry = [];
  }
  return { accounts: [...accounts], others, isComplete: left === 0 && entry.length === 0 };
}

const COUNT = /^\s*Accounts:\s*(\d{1,9})\s*$/;
const BEGINS = /^\s*Account\s*\{\s*name\s*=/;

/** A name may hold the same words: what counts is what stands last. */
function typeAtEnd(line: string): string | undefined {
  const text = line.trimEnd();
  if (!text.endsWith('}')) return undefined;
  return /^,\s*type\s*=\s*([^\s,}]+)/.exec(text.slice(lastType(text)))?.[1];
}

const nameIn = (entry: string) => entry.slice(0, lastType(entry)).replace(BEGINS, '').trim();

function lastType(text: string): number {
  return [...text.matchAll(/,\s*type\s*=/g)].at(-1)?.index ?? text.length;
}
