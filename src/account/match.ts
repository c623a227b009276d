import { fitsMask, type HiddenPart } from './hidden-part.ts';
import { mailbox, nameOf, numberOf, type AccountName, type NameKind } from './name.ts';

/** A name of its account that the phone shows. */
export interface ShownName {
  text: string;
  /** What its place says that it is; missing: what it looks like. */
  as?: NameKind;
  /** Chosen by the account's owner, such as a nickname: another one says nothing. */
  free?: true;
  /** Where it was seen, in a few words. */
  where: string;
}

/** Whether the account on the phone is the one that was named, as results, pages and records have it. */
export interface AccountCheck {
  verdict: 'same' | 'different' | 'not-compared';
  /** How that is known, or why it is not, in words without any account's name. */
  words: string;
}

/** Of a run that is for whichever account is on the phone. */
export const NONE_NAMED: AccountCheck = {
  verdict: 'not-compared',
  words: 'account not compared: none was named',
};
/** Of a run that ended before it knew the phone's account. */
export const NOT_REACHED: AccountCheck = {
  verdict: 'not-compared',
  words: "account not compared: the phone's account list was not read",
};
/** Of a run in which there was none on the phone. */
export const NONE_ON_PHONE: AccountCheck = {
  verdict: 'not-compared',
  words: 'nothing to compare: no Mi Account was on the phone',
};

/** Of a run that goes to the account's site, and signs no phone out. */
export const NO_PHONE: AccountCheck = {
  verdict: 'not-compared',
  words: 'nothing to compare: the site was given the account',
};

/** How the account was named, as sentences need it. */
export type NamedBy = 'the list has' | '--account is' | 'PHONE_ACCOUNT is';

/** So many characters of a mask have to be seen before a fit counts. */
const FEWEST = 4;

interface Compared {
  shown: ShownName;
  /** As which it was certainly meant, where that is known. */
  kind: NameKind | undefined;
  fit: Fit | undefined;
}

/**
 * Compares the account that was named with all that the phone shows of its own. One that differs outweighs
 * all that fit.
 */
export function compareAccount(named: string, shown: readonly ShownName[], by: NamedBy): AccountCheck {
  const wanted = nameOf(named);
  const compared = shown.map((one) => compare(wanted, one));
  // Digits that may be an id or a number are another account's only where they are neither of this one's.
  const others = wanted.kinds.map((kind) => compared.find((one) => one.kind === kind && !one.fit));
  if (others.length > 0 && !others.includes(undefined))
    return {
      verdict: 'different',
      words: `another account than the one named (${others[0]?.shown.where ?? ''})`,
    };
  const fits = compared.flatMap(({ shown: { where }, fit: how }) => (how ? [{ ...how, where }] : []));
  const [best] = fits.sort(
    (one, other) => other.seen / other.of - one.seen / one.of || other.seen - one.seen,
  );
  if (best && best.seen >= FEWEST) {
    const how = best.seen === best.of ? 'all of it' : `matches in ${best.seen} of ${best.of} ${best.unit}`;
    return { verdict: 'same', words: `the account named: ${how} (${best.where})` };
  }
  if (best) return { verdict: 'not-compared', words: 'account not compared: the phone hides too much of it' };
  return {
    verdict: 'not-compared',
    words: `account not compared: ${by} ${kindsInWords([wanted])}, the phone shows ${seenInWords(shown)}`,
  };
}

function compare(wanted: AccountName, one: ShownName): Compared {
  const { kinds, text, masked } = nameOf(one.text);
  const possible = one.as === undefined ? kinds : [one.as];
  const common = wanted.kinds.filter((kind) => possible.includes(kind));
  // A mask of digits may hide a number although it looks like an id, and one of letters the @.
  const tried = common.length > 0 ? common : one.free || (one.as === undefined && masked) ? wanted.kinds : [];
  const fits = tried.map((kind) => fit(kind, wanted.text, text)).filter((how) => how !== undefined);
  const kind = one.free || possible.length !== 1 ? undefined : possible[0];
  return { shown: one, kind, fit: fits.sort((a, b) => b.seen - a.seen)[0] };
}

const DIGITS: HiddenPart = { least: 1, kind: /\d/ };
const ANY: HiddenPart = { least: 0, kind: /[^]/ };
/** Of one side of the @. */
const IN_PART: HiddenPart = { least: 0, kind: /[^@]/ };

interface Fit {
  seen: number;
  of: number;
  unit: string;
}

function fit(kind: NameKind, wanted: string, shown: string): Fit | undefined {
  if (kind === 'email') return fitOfAddress(wanted, shown);
  if (kind === 'phone') return fitOfNumber(wanted, shown);
  return fitOf(wanted, shown, DIGITS, 'digits');
}

function fitOf(wanted: string, shown: string, hidden: HiddenPart, unit: string): Fit | undefined {
  if (!fitsMask(shown, wanted, hidden)) return undefined;
  return { seen: lettersIn(shown), of: lettersIn(wanted), unit };
}

const lettersIn = (text: string) => [...text.replace(/[*@+]/g, '')].length;

/** A mask may hide nothing of a short address. */
function fitOfAddress(wanted: string, shown: string): Fit | undefined {
  if (!shown.includes('*'))
    return mailbox(wanted) === mailbox(shown) ? fitOf(wanted, wanted, ANY, 'characters') : undefined;
  const hidden = shown.includes('@') ? IN_PART : ANY;
  const undotted = (address: string) =>
    `${address.split('@')[0]?.replaceAll('.', '')}@${address.split('@')[1] ?? ''}`;
  const isGmail = mailbox(wanted).endsWith('@gmail.com');
  return (
    fitOf(wanted, shown, hidden, 'characters') ??
    (isGmail && shown.includes('@')
      ? fitOf(mailbox(wanted), undotted(shown), hidden, 'characters')
      : undefined)
  );
}

/** Either may lack the country's code, where the other is written with one. */
function fitOfNumber(wanted: string, shown: string): Fit | undefined {
  const [mine, other] = [numberOf(wanted), numberOf(shown)];
  const both = mine.abroad && other.abroad;
  const mineAtHome = both ? [mine.digits] : atHome(mine);
  const otherAtHome = both ? [other.digits] : atHome(other);
  const fits = [
    ...otherAtHome.map((mask) => fitOf(mine.digits, mask, DIGITS, 'digits')),
    ...mineAtHome.map((digits) => fitOf(digits, other.digits, DIGITS, 'digits')),
  ].filter((one) => one !== undefined);
  return fits.sort((a, b) => b.seen - a.seen)[0];
}

/** A number as it is, and without the one to three digits that may be its country's. */
function atHome({ digits, abroad }: { digits: string; abroad: boolean }): string[] {
  const most = abroad || digits.length > 11 ? 3 : 0;
  const first = /^\d{0,3}/.exec(digits)?.[0].length ?? 0;
  return Array.from({ length: Math.min(most, first) + 1 }, (_, drop) => digits.slice(drop)).filter(
    (rest) => rest.length >= 7,
  );
}

const KINDS: Record<NameKind, string> = { id: 'a Mi id', email: 'an address', phone: 'a number' };

function kindsInWords(names: readonly Pick<AccountName, 'kinds'>[]): string {
  return [...new Set(names.map(({ kinds: [kind] }) => (kind === undefined ? 'a name' : KINDS[kind])))].join(
    ' and ',
  );
}

function seenInWords(shown: readonly ShownName[]): string {
  const names = shown
    .filter(({ free }) => !free)
    .map(({ text, as }) => (as === undefined ? nameOf(text) : { kinds: [as] }));
  return names.length === 0 ? 'no account' : kindsInWords(names);
}
