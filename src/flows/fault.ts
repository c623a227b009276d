import {
  AccountListError,
  BadAnswerError,
  CancelledError,
  type Loss,
  MiUnbindError,
  PhoneAnswerError,
  PhoneLostError,
  type Progress,
  TakenOverError,
} from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import { sessionFault } from '../host/session.ts';

/** Codes of errors that say something of the phone: a phone that is gone looks like each of them. */
const OF_THE_PHONE = [
  'phone-lost',
  'session',
  'browser',
  'account-list',
  'no-account',
  'not-xiaomi',
  'two-accounts',
  'second-space',
  'managed-phone',
  'unfit-phone',
  'unreadable-apk',
];

/**
 * What a flow threw, as an error a person can act on: stopped on request, the phone is gone, or the session
 * broke. Before a cause is named, adb is asked whether the phone is there.
 */
export async function flowFault(
  cause: unknown,
  phone: Phone,
  progress: Progress,
  signal: AbortSignal,
): Promise<MiUnbindError> {
  if (signal.aborted) return new CancelledError(progress);
  if (cause instanceof PhoneAnswerError || cause instanceof BadAnswerError)
    return new PhoneAnswerError(phone.serial, cause.answer, progress);
  if (cause instanceof TakenOverError) return new TakenOverError(phone.serial, progress);
  if (cause instanceof MiUnbindError && !OF_THE_PHONE.includes(cause.code)) return cause;
  const loss = await lossOf(phone);
  if (loss !== undefined || cause instanceof PhoneLostError) {
    const first = cause instanceof PhoneLostError ? cause.cause : cause;
    return new PhoneLostError(phone.serial, progress, first, loss === 'unknown' ? undefined : loss);
  }
  if (cause instanceof AccountListError) return new AccountListError(cause.user, progress);
  return cause instanceof MiUnbindError ? cause : sessionFault(phone.serial, cause, progress);
}

/** Undefined: it answers. `unknown`: it does not, and adb cannot be asked. */
async function lossOf(phone: Phone): Promise<Loss | 'unknown' | undefined> {
  if (phone.loss) return phone.loss();
  return phone.shell('echo').then(
    () => undefined,
    () => 'unknown',
  );
}

/**
 * Asks a phone something before a flow begins. What goes wrong is looked at as in a flow; what no part of the
 * program throws on purpose goes on.
 */
export async function whileAsked<T>(phone: Phone, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof MiUnbindError)) throw cause;
    throw await flowFault(cause, phone, { passwordSubmitted: false }, signal);
  }
}
