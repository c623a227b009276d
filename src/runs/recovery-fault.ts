import { MiUnbindError, type Progress } from '../errors.ts';
import type { RecoveryResult } from '../events.ts';

/** Told of a sign-out in other places, where only the password of now counts. */
const OF_ANY_RUN = ['cancelled', 'phone-lost', 'phone-answer', 'session'];

const BECAME: Record<RecoveryResult['newPassword'], string> = {
  'not submitted': 'The new password had not been submitted.',
  unconfirmed: 'The new password had been submitted once and is kept: the account has it, or the one before.',
  confirmed: 'The account has the new password, which is kept.',
  rejected: 'The new password was not accepted.',
};
const HINTS: Partial<typeof BECAME> = {
  unconfirmed:
    'sign in by hand with the new password, to see whether the account has it, before you run anything again',
  confirmed: "sign the phone out with the new password: 'mi-unbind sign-out'",
};

/**
 * What broke a recovery off, with what became of the new password. `progress` is that of the sign-out at its
 * end.
 */
export function recoveryFault(
  error: unknown,
  progress: Progress | undefined,
  { codesRequested, newPassword }: Pick<RecoveryResult, 'codesRequested' | 'newPassword'>,
): unknown {
  if (!(error instanceof MiUnbindError) || !OF_ANY_RUN.includes(error.code) || progress?.passwordSubmitted)
    return error;
  const where =
    progress?.page === undefined ? 'No page had been reached.' : `The last page seen was '${progress.page}'.`;
  const code =
    codesRequested === 0
      ? 'No code was asked for.'
      : `${codesRequested === 1 ? 'A code was' : `${codesRequested} codes were`} asked for, which counts against the account's daily limit.`;
  return new MiUnbindError(
    error.code,
    error.code === 'cancelled' ? 'The run was stopped on request.' : error.message,
    {
      hint: HINTS[newPassword] ?? error.hint,
      exitCode: error.exitCode,
      mayHaveRun: `${where} ${code} ${BECAME[newPassword]}`,
      cause: error.cause,
    },
  );
}
