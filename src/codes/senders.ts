import { sameNumber } from './addresses.ts';
import type { Message } from './inbox.ts';

/** Who may send a code. Addresses or domains, numbers or names. */
export interface Senders {
  mail: readonly string[];
  /** Empty: anybody whose message names Xiaomi, as its number differs by country and gateway. */
  sms: readonly string[];
}

/**
 * Whether a message is from somebody who may send a code. That a mail is really from the address it says is for the mail server to
 * check; the display name never counts.
 */
export function isAllowedSender({ channel, from, text }: Pick<Message, 'channel' | 'from' | 'text'>, allowed: Senders): boolean {
  if (channel === 'mail') return allowed.mail.some((sender) => isMailOf(from.trim().toLowerCase(), sender.trim().toLowerCase()));
  return allowed.sms.length > 0 ? allowed.sms.some((sender) => isSmsOf(from, sender)) : namesXiaomi(text);
}

/** `xiaomi.com` and `@xiaomi.com` stand for all below it; with a mailbox before it, an address stands for itself. */
function isMailOf(from: string, sender: string): boolean {
  const domain = sender.replace(/^@/, '');
  if (domain === '') return false;
  if (domain.includes('@')) return from === domain;
  const host = from.slice(from.lastIndexOf('@') + 1);
  return from.includes('@') && (host === domain || host.endsWith(`.${domain}`));
}

function isSmsOf(from: string, sender: string): boolean {
  const isNumber = (name: string) => /^[+\d\s().-]+$/.test(name);
  if (isNumber(from) || isNumber(sender)) return isNumber(from) && isNumber(sender) && sameNumber(from, sender);
  return from.trim().toLowerCase() === sender.trim().toLowerCase();
}

/** Names of the maker in the scripts it sells in, and `Mi` beside the word for an account. */
const maker = '小米|xiaomi|сяоми|ксиаоми|شي?اومي|شیائومی|श(?:ाओ|ि?याओ)मी|샤오미|シャオミ|เสียวหมี่|שיאומי|სიაომი';
const account =
  'accounts?|аккаунт\\p{L}*|акаунт\\p{L}*|профил\\p{L}*|обліков\\p{L}*|[账帳帐][号號户戶]|cuenta|conta|compte|kont[aou]\\p{L}*|účet|účtu|hesa[bp]\\p{L}*|fiók\\p{L}*|akun|cont|rekening|tài khoản|account-?\\p{L}*|λογαριασμ\\p{L}*|حساب\\p{L}*|खात\\p{L}*|アカウント|계정|บัญชี|חשבון';
const before = `(?:${account}) (?:\\p{L}{1,3} )?mi(?![\\p{L}\\p{N}])`;
const behind = `(?<![\\p{L}\\p{N}])mi[ -]?(?:${account})`;
const named = new RegExp(`(?<!\\p{Script=Latin})(?:${maker})(?!\\p{Script=Latin})|${before}|${behind}`.normalize('NFKC'), 'iu');

function namesXiaomi(text: string): boolean {
  return named.test(text.normalize('NFKC').replace(/\p{Cf}/gu, ''));
}
