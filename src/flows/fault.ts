import {
  AccountListError,
  CancelledError,
  MiUnbindError,
  PhoneLostError,
  type Progress,
  TakenOverError,
} from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import { sessionFault } from '../host/session.ts';

/**
 * What a flow threw, as an error a person can act on: stopped on request, the phone is gone, or the session
 * broke.
 */
export async function flowFault(
  cause: unknown,
  phone: Phone,
  progress: Progress,
  signal: AbortSignal,
): Promise<MiUnbindError> {
  if (signal.aborted) return new CancelledError(progress);
  if (cause instanceof PhoneLostError) return new PhoneLostError(phone.serial, progress, cause.cause);
  if (cause instanceof AccountListError) return new AccountListError(cause.user, progress);
  if (cause instanceof TakenOverError) return new TakenOverError(phone.serial, progress);
  if (cause instanceof MiUnbindError) return cause;
  const answers = await phone.shell('echo').then(
    () => true,
    () => false,
  );
  return answers
    ? sessionFault(phone.serial, cause, progress)
    : new PhoneLostError(phone.serial, progress, cause);
}
