import type { Clock } from '../clock.ts';
import { MiUnbindError } from '../errors.ts';
import type { Journal } from './journal.ts';
import type { Outcome } from './outcome.ts';

interface AfterBreak {
  /** The account list, over adb, which needs no session. */
  isOut: () => Promise<boolean>;
  /** How long the phone may take to finish the sign-out, ms; 0 where none was begun. */
  patience: number;
  clock: Clock;
  signal: AbortSignal;
  journal: Journal;
}

// How often the account list is asked for, ms.
const PAUSE = 1000;

/**
 * How a sign-out ends whose session broke: the phone goes on by itself, so its account list decides. Throws
 * the fault where the account is still there after that time, or the phone itself is gone.
 */
export async function afterBreak(
  cause: unknown,
  { isOut, patience, clock, signal, journal }: AfterBreak,
): Promise<Outcome> {
  if (signal.aborted || cause instanceof MiUnbindError || patience === 0) throw cause;
  journal.step('the session is gone: go on with the account list alone');
  const until = clock.elapsed() + patience;
  do {
    if (await isOut()) return { kind: 'signed-out' };
    await clock.sleep(PAUSE, 'the account list without a session', signal);
  } while (clock.elapsed() < until);
  throw cause;
}
