import pg from 'pg';
import { systemClock, type Clock } from '../clock.ts';
import { StoreError } from '../errors.ts';
import { BROKEN, isGone } from './fault.ts';

// So long a database that is being started again is waited for, ms: a busy computer needs some seconds.
const RESTART_LIMIT = 30_000;
const AGAIN = 200;

interface Options {
  clock?: Clock;
  /** Nothing is tried again once it says so. */
  isOver?: () => boolean;
  /** Which faults pass; without it, those of a database that went away. */
  mayPass?: (fault: unknown) => boolean;
}

/**
 * Does it again where the database went away meanwhile, until that is back. For what may be done twice.
 * Rejects with the fault of a database that stays away, and at once with any other.
 */
export async function overRestart<T>(
  work: () => Promise<T>,
  { clock = systemClock, isOver = () => false, mayPass = wentAway }: Options = {},
): Promise<T> {
  for (const until = clock.elapsed() + RESTART_LIMIT; ;) {
    try {
      return await work();
    } catch (fault) {
      if (!mayPass(fault) || isOver() || clock.elapsed() >= until) throw fault;
      await clock.sleep(AGAIN, 'the database to come back');
    }
  }
}

/** Whether the database went away, or was not there. */
export const wentAway = (fault: unknown) =>
  fault instanceof StoreError && fault.cause !== undefined && isGone(fault.cause);

// What may pass: nothing listens, it is starting or ending (PostgreSQL's 57P01 to 57P03), or another server
// takes over. A connection that was cut off, or took too long, has no code. Nothing has been asked of one
// that was not made.
const NOT_MADE = [...BROKEN, '57P01', '57P02', '57P03'];
const isStarting = (fault: unknown) => {
  const { code } = fault as { code?: string };
  return code === undefined || NOT_MADE.includes(code);
};

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * A pool that waits, where it needs a new connection, for a server that is being started again or replaced.
 * One that is started on another port is found once `options.port` says so.
 */
export class RestartPool extends pg.Pool {
  /** False: a server that does not answer is a fault at once, as when the store is being opened. */
  isPatient = false;

  override connect(): Promise<pg.PoolClient>;
  override connect(done: Connected): void;
  override connect(done?: Connected): Promise<pg.PoolClient> | void {
    const connected = overRestart(() => super.connect(), {
      isOver: () => !this.isPatient || this.ending,
      mayPass: isStarting,
    });
    if (!done) return connected;
    void connected.then(
      (client) => done(undefined, client, (release) => client.release(release as boolean | Error)),
      (error: Error) => done(error, undefined, () => undefined),
    );
  }
}
