import { CodeSourceError } from '../../errors.ts';
import { fileFault } from '../../words/file-fault.ts';
import { SOURCE, type Endpoint } from './endpoint.ts';

/**
 * One configured port for all processes that use it: the first one listens, the others find it there and
 * share its messages.
 */
export interface Door {
  /**
   * Says who listens, once it is certain that a program does. Throws CodeSourceError. A user may enter again.
   */
  enter(user: unknown): Promise<'ours' | 'shared'>;
  /** With the last user the port is given up. */
  leave(user: unknown): Promise<void>;
}

/** What `/health` says: that it is mi-unbind's, and for which gateway. */
export type Health = Readonly<Record<'program' | 'source' | 'preset', string>>;

/** How long another program may take to say what it is, ms. */
const HEALTH_LIMIT = 5000;
/** How often the port may be taken by one that is gone when it is asked. */
const TRIES = 5;

export function openDoor(
  listen: { host: string; port: number },
  health: Health,
  start: () => Promise<Endpoint>,
): Door {
  const users = new Set<unknown>();
  let endpoint: Endpoint | undefined;
  let last: Promise<unknown> = Promise.resolve();

  return {
    enter: (user) =>
      inTurn(async () => {
        endpoint ??= await bind();
        users.add(user);
        return endpoint ? 'ours' : 'shared';
      }),
    leave: (user) =>
      inTurn(async () => {
        users.delete(user);
        if (users.size > 0) return;
        await endpoint?.close();
        endpoint = undefined;
      }),
  };

  /** One after another: a port that is being given up is not free yet. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  /** Nothing where another mi-unbind listens. */
  async function bind(): Promise<Endpoint | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        return await start();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cannotListen(error);
        const other = await askWhoListens(listen);
        if (other === 'no one' && tries < TRIES) continue;
        if (other === 'no one' || other.program !== health.program || other.source !== health.source)
          throw taken(error);
        if (other.preset !== health.preset) throw otherPreset(other.preset);
        return undefined;
      }
    }
  }

  function cannotListen(error: unknown): CodeSourceError {
    const why = `it cannot listen on ${addressOf(listen)}: ${fileFault(error)}`;
    return new CodeSourceError(
      SOURCE,
      why,
      "set SMS_WEBHOOK_LISTEN to a port from 1024 on, with a host that is this machine's",
      error,
    );
  }

  function taken(error: unknown): CodeSourceError {
    const hint =
      'stop that program, or set SMS_WEBHOOK_LISTEN to another port and have the gateway call that one';
    return new CodeSourceError(SOURCE, `${addressOf(listen)} is taken by another program`, hint, error);
  }

  function otherPreset(preset: string | undefined): CodeSourceError {
    const why = `another mi-unbind listens on ${addressOf(listen)} for ${preset}, and this one is to listen there for ${health.preset}`;
    return new CodeSourceError(
      SOURCE,
      why,
      'give both the same SMS_WEBHOOK_PRESET, or this one another SMS_WEBHOOK_LISTEN',
    );
  }
}

/** `HOST:PORT`, as a client on this machine reaches what listens there. */
export function addressOf({ host, port }: { host: string; port: number }): string {
  const near = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${near.includes(':') ? `[${near}]` : near}:${port}`;
}

/** What `/health` there says, empty where it says nothing that can be read. */
async function askWhoListens(listen: { host: string; port: number }): Promise<Partial<Health> | 'no one'> {
  try {
    const signal = AbortSignal.timeout(HEALTH_LIMIT);
    const answer = await fetch(`http://${addressOf(listen)}/health`, {
      signal,
      redirect: 'error',
      headers: { connection: 'close' },
    });
    return ((await answer.json()) as Partial<Health> | null) ?? {};
  } catch (error) {
    const gone = ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'];
    return gone.includes(((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? '')
      ? 'no one'
      : {};
  }
}
