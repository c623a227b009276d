import { isWeak } from '../../account/new-password.ts';
import type { Secret } from '../../secret.ts';
import type { RecoveryInput, RecoveryRefusal } from '../recovery.ts';

/** What was handed in on the page that did not go away; `again`: a second code is asked for. */
export type RecoveryStep = 'account' | 'method' | 'send' | 'code' | 'again' | 'password';

type Hint = readonly [RegExp, RecoveryRefusal];
const CODE: readonly Hint[] = [
  [/expire|timeout|outdated/i, 'code-expired'],
  [/limit|too-?_?many|frequen/i, 'code-limit'],
];
const PASSWORD: readonly Hint[] = [
  [/same|unchanged/i, 'same-password'],
  [/weak|simple|format|too-?_?short/i, 'weak-password'],
  [/risk|reuse|history|personal|guess/i, 'risky-password'],
  [/mismatch|inconsisten|not-?_?equal/i, 'mismatch'],
];

/** For each step: what the marks for programs mean, and what the place alone means. */
const PLACES: Record<
  Exclude<RecoveryStep, 'password'>,
  { hints: readonly Hint[]; reason: RecoveryRefusal }
> = {
  account: { hints: [[/frequen|too-?_?many/i, 'access-denied']], reason: 'unknown-account' },
  method: { hints: CODE, reason: 'no-contact' },
  send: { hints: CODE, reason: 'code-limit' },
  code: { hints: CODE, reason: 'wrong-code' },
  again: { hints: CODE, reason: 'server' },
};

/**
 * Why a page that complains did not go on. Its words are the reader's, not ours: the HTTP status tells, then
 * what the marks of the error say to programs (which of them account.xiaomi.com has is not known), then the
 * place. The place cannot tell a wrong code from one that has expired. Undefined on the page of the new
 * password when nothing tells.
 */
export function refusalAt(
  step: RecoveryStep,
  status: number | undefined,
  hints: readonly string[],
): RecoveryRefusal | undefined {
  if (status === 429 && (step === 'send' || step === 'method')) return 'code-limit';
  const broken = faultOf(status);
  if (broken) return broken;
  const table = step === 'password' ? PASSWORD : PLACES[step].hints;
  const hinted = table.find(([pattern]) => hints.some((hint) => pattern.test(hint)))?.[1];
  return hinted ?? (step === 'password' ? undefined : PLACES[step].reason);
}

/** What an HTTP status alone says; 0 stands for no answer. */
export function faultOf(status: number | undefined): 'network' | 'server' | 'access-denied' | undefined {
  if (status === 0) return 'network';
  if (status === 401 || status === 403 || status === 429) return 'access-denied';
  return status !== undefined && status >= 500 ? 'server' : undefined;
}

/**
 * After a lost answer or a fault of the server it is unknown what the server has done.
 */
export const isAccident = (reason: RecoveryRefusal | undefined) =>
  reason === 'network' || reason === 'server';

/**
 * What is wrong with a new password that the page does not take, as far as the password itself tells: it is
 * weak (proven for MIUI), or holds something of the account's own (reported for HyperOS 3). Undefined: it
 * looks good.
 */
export function faultOfPassword(
  password: Secret,
  { account, contact }: RecoveryInput,
): 'weak-password' | 'risky-password' | undefined {
  const text = password.reveal();
  if (isWeak(text)) return 'weak-password';
  const own = [account, contact].flatMap((name) => [
    name.split('@')[0] ?? '',
    name.replace(/\D/g, '').slice(-8),
  ]);
  return own.some((part) => part.length >= 5 && text.toLowerCase().includes(part.toLowerCase()))
    ? 'risky-password'
    : undefined;
}
