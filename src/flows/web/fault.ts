import { MiUnbindError, type Progress } from '../../errors.ts';

/**
 * What a web flow threw, as an error a person can act on. The first line is quoted: a driver's message goes
 * on with all it was asked.
 */
export function webFault(cause: unknown, progress: Progress, signal: AbortSignal): unknown {
  if (signal.aborted || cause instanceof MiUnbindError) return cause;
  const why = String(cause instanceof Error ? cause.message : cause).split('\n')[0] ?? '';
  const submitted = progress.passwordSubmitted
    ? 'had been submitted once, and is kept'
    : 'had not been submitted';
  return new MiUnbindError(
    'browser',
    `The browser failed in the middle of the run: ${why.slice(0, 200).replace(/\.$/, '')}.`,
    {
      hint: progress.passwordSubmitted
        ? 'sign in by hand with the new password to see whether the account has it'
        : 'run the same command again; if it fails the same way, look at the last screenshot. A code that was asked for counts',
      exitCode: 1,
      mayHaveRun: `The last page seen was '${progress.page ?? 'none'}'. The new password ${submitted}.`,
      cause,
    },
  );
}
