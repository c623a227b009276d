/** What a code is asked for: an identity check on the phone, a reset by web, the second step of a sign-in. */
export type Purpose = 'identity' | 'reset' | 'second-factor';

/** The codes of one account. */
export interface Codes {
  /** The one that is good now. */
  current?: { code: string; purpose: Purpose; at: number; wrongTries: number };
  /** Those that were: used, or replaced by a newer one. */
  readonly former: Set<string>;
  /** When each was sent, oldest first. */
  readonly sentAt: number[];
}

export type CodeVerdict = { kind: 'right' } | { kind: 'wrong' } | { kind: 'expired' };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** So many wrong ones kill a code. */
const TRIES = 5;
/** How many codes a day, as the official FAQ says. */
const limits = { china: 5, global: 3 } as const;

export const noCodes = (): Codes => ({ former: new Set(), sentAt: [] });

/** What a spec says about the codes of its account. */
interface Terms {
  codeLimit?: number | undefined;
  codeValidMinutes?: number | undefined;
}

export const validMs = ({ codeValidMinutes = 10 }: Terms): number => codeValidMinutes * MINUTE;

/** No more codes today: each one sent in the last 24 hours counts, whatever it was for. */
export function limitReached(
  { sentAt }: Codes,
  { codeLimit }: Terms,
  region: keyof typeof limits,
  at: number,
): boolean {
  return sentAt.filter((sent) => at - sent < DAY).length >= (codeLimit ?? limits[region]);
}

/** A new code takes the place of the one before and counts as sent. `random` gives numbers in 0…1. */
export function replaceCode(codes: Codes, purpose: Purpose, at: number, random: () => number): string {
  retire(codes);
  let code: string;
  do code = String(Math.floor(random() * 1_000_000)).padStart(6, '0');
  while (codes.former.has(code));
  codes.current = { code, purpose, at, wrongTries: 0 };
  codes.sentAt.push(at);
  return code;
}

/** The code in force for this purpose, if one is. */
export function goodCode({ current }: Codes, purpose: Purpose, terms: Terms, at: number): string | undefined {
  const good = current?.purpose === purpose && current.wrongTries < TRIES && at - current.at < validMs(terms);
  return good ? current.code : undefined;
}

/** A right code is used up. Asked for again, or typed after a newer one was sent, it has expired. */
export function checkCode(
  codes: Codes,
  given: { code: string; purpose: Purpose; at: number },
  terms: Terms,
): CodeVerdict {
  const good = goodCode(codes, given.purpose, terms, given.at);
  if (good !== undefined && good === given.code) {
    retire(codes);
    return { kind: 'right' };
  }
  if (good === undefined || codes.former.has(given.code)) return { kind: 'expired' };
  if (codes.current) codes.current.wrongTries++;
  return { kind: 'wrong' };
}

function retire(codes: Codes): void {
  if (codes.current) codes.former.add(codes.current.code);
  delete codes.current;
}
