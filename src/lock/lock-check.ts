import type { Clock } from '../clock.ts';
import { MiUnbindError } from '../errors.ts';
import { netFault } from '../words/net-fault.ts';
import { localTime } from '../words/local-time.ts';
import { unknown, type LockAnswer, type LockStatus } from './lock-status.ts';
import { nextRequest, type Manners, type PastRequest } from './manners.ts';
import { readAnswer, type ReadBody } from './read-answer.ts';

/** Asks whether Xiaomi's server has the lock on for a phone. */
export interface LockCheck {
  /**
   * Never rejects for what the source answers: that is `unknown`, with its reason. `fresh`: an answer of the last
   * minutes does not do. Rejects with the signal's reason when aborted, and with a StoreError.
   */
  check(imei: string, options?: { fresh?: boolean; signal?: AbortSignal }): Promise<LockStatus>;
}

/** A provider: where it is asked, and how its answer is read. */
export interface LockSource {
  /** `xiaomi`, or a host. */
  name: string;
  /** The address for one IMEI. */
  address: (imei: string) => URL;
  headers: Readonly<Record<string, string>>;
  read: ReadBody;
}

/** What was asked before, over all commands and stations of a database. Nothing in it names a phone in clear. */
export interface LockMemory {
  /** Of the last 24 hours, the newest first. */
  requests(source: string): Promise<PastRequest[]>;
  /** The newest answer for this phone that is at most so old. */
  recent(source: string, imei: string, maxAgeMs: number): Promise<LockStatus | undefined>;
  keep(status: LockStatus, refusal: LockAnswer['refusal']): Promise<void>;
  /** Does the work while no other process asks this source. */
  alone<T>(source: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface LockTools {
  fetch: typeof fetch;
  clock: Clock;
  random: () => number;
}

/** An answer is good for so long, ms. */
const CACHED = 10 * 60_000;
/** For one request with its answer, ms. */
const LIMIT = 10_000;
/** A pause that is longer is not waited for, ms: the answer is `unknown`, and says when to ask again. */
const PATIENCE = 60_000;
/** Bytes of an answer that are read. */
const LONGEST = 64_000;

/** One source, asked politely: one request at a time, with pauses, within a budget; answers are kept for 10 minutes. */
export function lockCheck(
  source: LockSource,
  memory: LockMemory,
  manners: Manners,
  { fetch, clock, random }: LockTools,
): LockCheck {
  const statusOf = (imei: string, { state, lost, why }: LockAnswer): LockStatus => ({
    imei,
    state,
    ...(lost !== undefined && { lost }),
    at: new Date(clock.now()).toISOString(),
    source: source.name,
    ...(why !== undefined && { why }),
  });

  async function check(
    imei: string,
    { fresh = false, signal }: { fresh?: boolean; signal?: AbortSignal } = {},
  ): Promise<LockStatus> {
    signal?.throwIfAborted();
    const work = async () => {
      const known = fresh ? undefined : await memory.recent(source.name, imei, CACHED);
      if (known) return known;
      const next = nextRequest(await memory.requests(source.name), manners, clock.now(), random());
      if (typeof next === 'object') return statusOf(imei, notNow(next.why, next.until));
      const pause = next - clock.now();
      if (pause > Math.max(PATIENCE, manners.intervalMs * 1.5))
        return statusOf(imei, notNow('it refused the last request', next));
      if (pause > 0) await clock.sleep(pause, `the next request to ${source.name}`, signal);
      const answer = await ask(source, imei, fetch, signal);
      const status = statusOf(imei, answer);
      await memory.keep(status, answer.refusal);
      return status;
    };
    return memory.alone(source.name, work, signal);
  }

  return { check };
}

const notNow = (why: string, until: number) => unknown(`not asked: ${why}; ask again at ${localTime(until)}`);

async function ask(
  { address, headers, read }: LockSource,
  imei: string,
  get: typeof fetch,
  signal: AbortSignal | undefined,
): Promise<LockAnswer> {
  const late = AbortSignal.timeout(LIMIT);
  try {
    const response = await get(address(imei), {
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal: signal ? AbortSignal.any([late, signal]) : late,
    });
    const body = await limited(response);
    const contentType = response.headers.get('content-type') ?? '';
    if (body === undefined) return unknown('the answer is longer than any that is known', 'refused');
    return readAnswer({ status: response.status, contentType, body }, imei, read);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof MiUnbindError) throw error;
    return unknown(`the server cannot be asked: ${netFault(error) ?? 'the connection failed'}`, 'refused');
  }
}

/** The body, or undefined where it is too long. */
async function limited(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > LONGEST) return undefined;
  }
  return text + decoder.decode();
}
