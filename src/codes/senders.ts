import { sameNumber } from './addresses.ts';
import type { Message } from './inbox.ts';

/** Who may send a code. Addresses or domains, numbers or names. */
export interface Senders {
  mail: readonly string[];
  /** Empty: anybody whose message names Xiaomi, as its number differs by country and gateway. */
  sms: readonly string[];
}

/**
 * Whether a message is from a sender who may send a code. That a mail is really from the address it says is
 * for the mail server to check; the display name never counts.
 */
export function isAllowedSender(
  message: Pick<Message, 'channel' | 'from' | 'text' | 'original'>,
  allowed: Senders,
): boolean {
  const { channel, from, text, original } = message;
  const mayMail = (address: string) =>
    allowed.mail.some((sender) => isMailOf(address.trim().toLowerCase(), sender.trim().toLowerCase()));
  // A group that is allowed speaks for those who are allowed themselves, not for everybody who can write to
  // it.
  if (channel === 'mail') return mayMail(from) && (original === undefined || mayMail(original));
  return allowed.sms.length > 0 ? allowed.sms.some((sender) => isSmsOf(from, sender)) : namesXiaomi(text);
}

/** Why a message from another sender is not taken, and what would allow it. */
export function whyRefused(
  { channel, original }: Pick<Message, 'channel' | 'original'>,
  allowed: Senders,
): string {
  if (channel === 'sms')
    return allowed.sms.length > 0
      ? 'not from a sender in SMS_SENDERS'
      : 'it does not name Xiaomi; SMS_SENDERS can name the senders of codes';
  return original === undefined
    ? 'not from a sender who may send codes'
    : "not from a sender who may send codes: a group put its own address in the sender's place (X-Original-From); with that address in " +
        'CODE_SENDERS, its mails from senders who may send codes are taken, and no others';
}

/**
 * `xiaomi.com` and `@xiaomi.com` stand for all below it; with a mailbox before it, an address stands for
 * itself.
 */
function isMailOf(from: string, sender: string): boolean {
  const domain = sender.replace(/^@/, '');
  if (domain === '') return false;
  if (domain.includes('@')) return from === domain;
  const host = from.slice(from.lastIndexOf('@') + 1);
  return from.includes('@') && (host === domain || host.endsWith(`.${domain}`));
}

function isSmsOf(from: string, sender: string): boolean {
  const isNumber = (name: string) => /^[+\d\s().-]+$/.test(name);
  if (isNumber(from) || isNumber(sender))
    return isNumber(from) && isNumber(sender) && sameNumber(from, sender);
  return from.trim().toLowerCase() === sender.trim().toLowerCase();
}

/** Names of the maker in the scripts it sells in, and `Mi` beside the word for an account. */
const maker =
  '小米|xiaomi|сяоми|ксиаоми|شي?اومي|شیائومی|श(?:ाओ|ि?याओ)मी|샤오미|シャオミ|เสียวหมี่|שיאומי|სიაომი';
const account = [
  // de nl en it · da nb sv is · fi et hu · pl cs sk sl hr sr bs · lt lv · sq eu tr az uz kk · id ms tl · vi
  'accounts?|accounten|accountul|account-?\\p{L}{0,12}|akkount\\p{L}{0,6}|kont[aou]\\p{L}{0,6}|kontu|reikning\\p{L}{0,5}',
  'tili\\p{L}{0,5}|fiók\\p{L}{0,6}|účet|účtu|účtom|račun\\p{L}{0,3}|nalog\\p{L}{0,3}|paskyr\\p{L}{1,4}|llogari\\p{L}{0,4}|kontua|hesa[bp]\\p{L}{0,8}|hisob\\p{L}{0,6}',
  'akkaunt\\p{L}{0,6}|akaun|akun|rekening|tài khoản',
  // Cyrillic: ru uk be bg mk sr kk ky mn
  '(?:уч[её]тн|облік|улік)\\p{L}{0,6} запис\\p{L}{0,4}|обліков\\p{L}{0,4}|ак+аунт\\p{L}{0,6}|профил\\p{L}{0,6}|сметк\\p{L}{1,3}|налог\\p{L}{0,3}|рачун\\p{L}{0,3}|есептік жазба\\p{L}{0,6}|тіркелгі\\p{L}{0,6}|бүртгэл\\p{L}{0,4}',
  // el hy ka he ar fa ur
  'λογαριασμ\\p{L}{1,4}|հաշ[իվ]\\p{L}{0,5}|ანგარიში?\\p{L}{0,4}|חשבון|(?:ال)?حساب\\p{L}{0,4}|اکاؤنٹ',
  // hi mr ne · bn · gu · pa · ta · te · kn · ml · si · th · lo · km · my
  '(?:खात|अकाउंट|অ্যাকাউন্ট|একাউন্ট|એકાઉન્ટ|ખાત|ਖਾਤ|ਅਕਾਊਂਟ|கணக்க|ఖాతా|ಖಾತೆ|അക്കൗണ്ട|ගිණුම)[\\p{L}\\p{M}]{0,8}|บัญชี|ບັນຊີ|គណនី|အကောင့်',
  // zh ja ko
  '[账帳帐][号號户戶]|アカウント|계정',
].join('|');
const before = `(?<!\\p{sc=Latin}|\\p{sc=Cyrillic})(?:${account}) (?:\\p{L}{1,3} )?mi(?![\\p{L}\\p{N}])`;
const behind = `(?<![\\p{L}\\p{N}])mi[ -]?(?:${account})(?!\\p{sc=Latin})`;
const named = new RegExp(
  `(?<!\\p{sc=Latin})(?:${maker})(?!\\p{sc=Latin})|${before}|${behind}`.normalize('NFKC'),
  'iu',
);
/**
 * Where `mi` is a word of the language (es: my), only `Mi` behind the word for an account is a name: es gl pt
 * fr ca ro.
 */
const romanceAccount =
  '[Cc]uenta|[Cc]onta|[Cc]ompte|[Cc]ont(?:ul|ului)?|CUENTA|CONTA|COMPTE|CONT(?:UL|ULUI)?';
const romance = new RegExp(`(?<!\\p{L})(?:${romanceAccount}) (?:\\p{L}{1,3} )?M[iI](?![\\p{L}\\p{N}])`, 'u');

/** What is longer is no SMS, characters. */
const LONGEST_SMS = 10_000;

function namesXiaomi(text: string): boolean {
  const start = text.slice(0, LONGEST_SMS).normalize('NFKC');
  const plain = start.replace(/\p{Cf}/gu, '');
  return named.test(plain) || romance.test(plain);
}
