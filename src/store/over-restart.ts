import { systemClock, type Clock } from '../clock.ts';
import { StoreError } from '../errors.ts';
import { isGone } from './fault.ts';

// So long a database that is being started again is waited for, ms.
const RESTART_LIMIT = 15_000;
const AGAIN = 200;

interface Options {
  clock?: Clock;
  /** Nothing is tried again once it says so. */
  isOver?: () => boolean;
}

/**
 * Does it again where the database went away meanwhile, until that is back. For what may be done twice.
 * Rejects with the fault of a database that stays away, and at once with any other.
 */
export async function overRestart<T>(
  work: () => Promise<T>,
  { clock = systemClock, isOver = () => false }: Options = {},
): Promise<T> {
  for (const until = clock.elapsed() + RESTART_LIMIT; ;) {
    try {
      return await work();
    } catch (fault) {
      const mayPass = fault instanceof StoreError && fault.cause !== undefined && isGone(fault.cause);
      if (!mayPass || isOver() || clock.elapsed() >= until) throw fault;
      await clock.sleep(AGAIN, 'the database to come back');
    }
  }
}
