import { LOCK_ASKED, lockIn } from '../phone/lock.ts';
import { accountLists } from '../phone/account.ts';
import type { Phone } from '../phone/adb.ts';
import { PhoneLostError } from '../errors.ts';
import { parseFacts } from '../phone/facts.ts';
import type { Survey } from '../survey.ts';

/**
 * What a phone answers adb, as a bundle keeps it: in the form in which it came, with nothing that says whose
 * phone it is. What is not known to be harmless is left out.
 */

/** One answer of the phone, and what was hidden in it. */
export interface Dump {
  /** Its file in the folder of a survey. */
  file: string;
  text: string;
  masked: string[];
}

const MARK = '@@mi-unbind:';

interface Question {
  file: string;
  asked: string;
  mask: (said: string) => Omit<Dump, 'file'>;
}

const QUESTIONS: readonly Question[] = [
  { file: 'answers/properties.txt', asked: 'getprop', mask: maskProperties },
  { file: 'answers/accounts.txt', asked: 'dumpsys account', mask: maskAccounts },
  { file: 'answers/users.txt', asked: 'pm list users', mask: maskUsers },
  { file: 'answers/battery.txt', asked: 'dumpsys battery', mask: maskBattery },
  { file: 'answers/lock.txt', asked: LOCK_ASKED, mask: maskLock },
];

/** Asks for all of it in one round trip. */
export async function readDumps(phone: Phone, signal?: AbortSignal): Promise<Dump[]> {
  const script = QUESTIONS.map(({ asked }) => `echo ${MARK}; ${asked} 2>/dev/null`);
  const said = await phone.shell(`${script.join('; ')}; echo ${MARK}end`, signal);
  // A cable pulled in the middle ends the answer without an error.
  if (!said.trimEnd().endsWith(`${MARK}end`))
    throw new PhoneLostError(phone.serial, { passwordSubmitted: false });
  const [, ...parts] = said.split(`${MARK}`);
  return QUESTIONS.map(({ file, mask }, place) => ({
    file,
    ...mask((parts[place] ?? '').replace(/^\r?\n/, '')),
  }));
}

const HARMLESS =
  /^(ro\.(build|miui|mi|product|system|vendor\.build)\.[\w.]+|ro\.(debuggable|secure|sf\.lcd_density|boot\.hwc)|persist\.security\.adb\w+|persist\.sys\.(locale|country|language|timezone|localevar)|gsm\.sim\.state|dev\.bootcomplete)$/;
const OF_ONE_PHONE = /serial|imei|meid|mac|addr|uuid|device_?id|host|user$|\.oaid/i;

function maskProperties(said: string): Omit<Dump, 'file'> {
  const lines = said.split(/\r?\n/).filter((line) => line !== '');
  const left = lines.filter((line) => {
    const name = /^\[(.+?)\]: \[[^\]]*\]$/.exec(line)?.[1] ?? '';
    return HARMLESS.test(name) && !OF_ONE_PHONE.test(name);
  });
  const out = lines.length - left.length;
  return {
    text: `${left.join('\n')}\n`,
    masked: out === 0 ? [] : [`${out} lines left out: properties that may tell this phone from others`],
  };
}

/** Letters become x and digits 0; what says how the name is built stays. */
const shapeOf = (name: string): string => name.replace(/\p{L}\p{M}*/gu, 'x').replace(/\p{Nd}/gu, '0');

function maskAccounts(said: string): Omit<Dump, 'file'> {
  const kept: string[] = [];
  let names = 0;
  let out = 0;
  for (const line of said.split(/\r?\n/)) {
    const user = /^(User UserInfo\{\d+:)(.*)(:[\da-fA-F]+\}:\s*)$/.exec(line);
    const account = /^(\s*Account \{name=)(.*)(, type=[\w.]+\})$/.exec(line);
    if (user) kept.push(`${user[1]}${shapeOf(user[2] ?? '')}${user[3]}`);
    else if (account) kept.push(`${account[1]}${shapeOf(account[2] ?? '')}${account[3]}`);
    else if (/^\s*Accounts: \d+\s*$/.test(line)) kept.push(line);
    else if (line.trim() !== '') out++;
    if (user || account) names++;
  }
  return {
    text: `${kept.join('\n')}\n`,
    masked: [
      ...(names > 0 ? [`${names} names of users and accounts: letters are x, digits 0`] : []),
      ...(out > 0 ? [`${out} lines left out: history, services and sessions of accounts`] : []),
    ],
  };
}

/** Names that the ROM gives. */
const OF_THE_ROM = ['XSpace', 'security space'];

function maskUsers(said: string): Omit<Dump, 'file'> {
  let names = 0;
  const text = said.replace(/(UserInfo\{\d+:)(.*)(:[\da-fA-F]+\})/g, (line, head, name, end) => {
    if (OF_THE_ROM.includes(String(name))) return String(line);
    names++;
    return `${head}${shapeOf(String(name))}${end}`;
  });
  const kept = text.split(/\r?\n/).filter((line) => /^Users:|UserInfo\{/.test(line));
  return {
    text: `${kept.join('\n')}\n`,
    masked: names > 0 ? [`${names} names of users: letters are x, digits 0`] : [],
  };
}

/** Words and numbers of the battery's own: no line with anything else is known. */
function maskBattery(said: string): Omit<Dump, 'file'> {
  return onlyLines(said, /^\s*[A-Za-z ]+: ?(true|false|-?\d+|[A-Za-z-]+)$|^Current Battery Service state:$/);
}

function maskLock(said: string): Omit<Dump, 'file'> {
  return onlyLines(said, /^\s*(\w+=(true|false)\s*)+$|deviceLocked=\d/);
}

function onlyLines(said: string, pattern: RegExp): Omit<Dump, 'file'> {
  const lines = said.split(/\r?\n/).filter((line) => line !== '');
  const kept = lines.filter((line) => pattern.test(line)).map(withoutUser);
  const out = lines.length - kept.length;
  return {
    text: `${kept.join('\n')}\n`,
    masked: out > 0 ? [`${out} lines left out: not known to be harmless`] : [],
  };
}

/** `dumpsys trust` names users. */
const withoutUser = (line: string): string =>
  line.replace(/(User )"[^"]*"/, '$1"x"').replace(/(UserInfo\{\d+:).*?(:[\da-fA-F]+\})/, '$1x$2');

/** In place of a list that is read by itself. */
const NO_ACCOUNT = 'User UserInfo{0:x:13}:\n  Accounts: 0\n';

/** What the answers in a folder say otherwise than its survey; empty where they agree. */
export function dumpFaults(answers: ReadonlyMap<string, string>, { phone }: Survey): string[] {
  const said = (name: string) => answers.get(`answers/${name}.txt`);
  const [properties, accounts, lock] = [said('properties'), said('accounts'), said('lock')];
  const faults: string[] = [];
  if (properties !== undefined) {
    const facts = parseFacts(`${MARK}props\n${properties}\n${MARK}account\n${NO_ACCOUNT}`);
    for (const name of ['release', 'region', 'language', 'build', 'model'] as const)
      if (facts[name] !== phone[name])
        faults.push(`the properties give the ${name} '${facts[name]}', the survey says '${phone[name]}'`);
  }
  if (accounts !== undefined) {
    const lists = [...accountLists(accounts)];
    const [own] = lists;
    if (lists.length === 0 || lists.some(([, { isComplete }]) => !isComplete))
      faults.push('the account list is not complete');
    if ((own?.[1].accounts.length ?? 0) > 0 !== phone.signedIn)
      faults.push(`the account list is ${phone.signedIn ? 'empty' : 'not empty'}, the survey says otherwise`);
  }
  if (lock !== undefined && lockIn(lock) === undefined) faults.push('whether it is locked cannot be read');
  return faults;
}
