import type { Clock } from '../clock.ts';
import { StoreError, type MiUnbindError } from '../errors.ts';
import type { Answer } from './hooks.ts';
import type { JobEnd, JobState, Next, Perform } from './job.ts';
import { counts, next } from './next.ts';
import { STATE, type Claim, type JobQueue, type ReadyPhone } from './queue.ts';

// How often a bench says that it is alive, and looks for what nobody told it, ms.
const BEAT = 10_000;
// How long a phone waits whose hook does not answer, ms.
const ASK_AGAIN = 5 * 60_000;
// How often and how long after one another an end is written, when the database does not take it, ms.
const PERSISTENCE = [500, 2000, 5000, 15_000, 30_000];

const isStoreFault = (error: unknown) => error instanceof StoreError;

/** What a bench tells while it works. Appended and read; nobody answers. */
export type BenchEvent = { at: string } & (
  | { kind: 'attached' | 'gone'; phone: string }
  | { kind: 'begun'; job: string; phone: string; reference: string; attempt: number }
  | { kind: 'step'; job: string; phone: string; what: string }
  | ({ kind: 'ended'; job: string; phone: string; reference: string; state: JobState; notBefore?: string } & Told)
  /** It was not worked to an end. `why` is for people. */
  | { kind: 'given-back'; job: string; phone: string; why: string }
  /** Something is wrong that is no phone's fault. */
  | { kind: 'problem'; what: string }
);

// What of an end is told.
const TOLD = ['outcome', 'reason', 'retryFrom', 'message', 'hint', 'durationMs', 'evidence'] as const;
type Told = Pick<JobEnd, (typeof TOLD)[number]>;
type WithoutTime<E> = E extends unknown ? Omit<E, 'at'> : never;

export interface RunnerOptions {
  queue: Pick<JobQueue, 'claim' | 'beat' | 'recover' | 'conclude' | 'giveBack' | 'watch'>;
  perform: Perform;
  /** Phones that are worked on at once. */
  parallel: number;
  /** Only jobs of this list, or this one. */
  only?: { batch?: string; id?: string };
  /** Says before a phone is begun what to do with it. */
  before?: (job: Claim, serial: string, signal: AbortSignal) => Promise<Answer>;
  /** Puts the end on record before it counts. Gives what AFTER_URL is to get. */
  record?: (job: Claim, end: JobEnd, next: Next) => Promise<string | undefined>;
  /** Whether to stop looking for jobs; asked whenever no phone is worked on and none can begin. Missing: only the signal ends it. */
  over?: () => Promise<boolean>;
  /** Aborted: nothing more is begun, and what runs is stopped and given back. */
  signal: AbortSignal;
  told: (event: BenchEvent) => void;
  clock: Clock;
}

interface Running {
  claim: Claim;
  /** Aborts when the claim is no longer ours. */
  lost: AbortController;
  ended: Promise<void>;
}

/** Works on the jobs of the phones that are attached: one at a time on each phone, some phones at once. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #running = new Map<string, Running>();
  #phones: readonly ReadyPhone[] = [];
  #news = Promise.withResolvers<void>();
  #hasNews = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** The phones that can be worked on now, in place of those before. */
  attach(phones: readonly ReadyPhone[]): void {
    const before = new Set(this.#phones.map(({ serial }) => serial));
    const now = new Set(phones.map(({ serial }) => serial));
    this.#phones = phones;
    for (const phone of now) if (!before.has(phone)) this.#tell({ kind: 'attached', phone });
    for (const phone of before) if (!now.has(phone)) this.#tell({ kind: 'gone', phone });
    this.#wake();
  }

  /** Until the signal is aborted or `over` says so, and everything begun has ended. */
  async run(): Promise<void> {
    const { queue, signal, clock } = this.#options;
    const stopWatching = await queue.watch(() => this.#wake());
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    const beating = new AbortController();
    const beats = this.#beats(beating.signal);
    try {
      while (!signal.aborted) {
        this.#news = Promise.withResolvers();
        this.#hasNews = false;
        const filled = await this.#fill().catch((error: unknown) => this.#problem(error));
        // What ended while we looked has freed its phone since.
        const over = async () => this.#options.over?.().catch((error: unknown) => this.#problem(error));
        if (filled && !this.#hasNews && this.#running.size === 0 && (await over())) break;
        const waiting = new AbortController();
        const beat = clock.sleep(BEAT, 'news of jobs', waiting.signal).catch(() => undefined);
        await Promise.race([this.#news.promise, beat]);
        waiting.abort();
      }
      // The beats go on meanwhile: what runs is still ours.
      await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    } finally {
      beating.abort();
      await beats;
      signal.removeEventListener('abort', wake);
      await stopWatching();
    }
  }

  #wake(): void {
    this.#hasNews = true;
    this.#news.resolve();
  }

  /** Begins what can be begun. True when it has looked at all. */
  async #fill(): Promise<boolean> {
    const { queue, parallel, only, signal } = this.#options;
    while (this.#running.size < parallel && !signal.aborted) {
      const idle = this.#phones.filter(({ serial }) => !this.#running.has(serial));
      const claim = idle.length > 0 ? await queue.claim(idle, only) : undefined;
      if (!claim) {
        // The job of a phone that comes here may be in the hands of a bench that is gone.
        if (idle.length > 0 && (await this.#putBack()) > 0) continue;
        break;
      }
      const lost = new AbortController();
      const ended = this.#work(claim, AbortSignal.any([signal, lost.signal]))
        .catch((error: unknown) => this.#problem(error))
        .then(() => {
          this.#running.delete(claim.serial);
          this.#wake();
        });
      this.#running.set(claim.serial, { claim, lost, ended });
    }
    return true;
  }

  async #work(claim: Claim, signal: AbortSignal): Promise<void> {
    const { queue, before, perform, record, clock } = this.#options;
    const { id: job, serial: phone, order, attempts } = claim;
    const givenBack = (why: string) => this.#tell({ kind: 'given-back', job, phone, why });
    const takenOver = 'another bench has taken it over';
    try {
      this.#tell({ kind: 'begun', job, phone, reference: order.reference, attempt: attempts });
      const { action, reason, answered } = (await before?.(claim, phone, signal)) ?? { action: 'run', reason: '', answered: true };
      if (action === 'hold') {
        const later = new Date(clock.now() + ASK_AGAIN).toISOString();
        await this.#persist(() => (answered ? queue.giveBack(claim, 'held') : queue.giveBack(claim, 'waiting', later)));
        return givenBack(reason || 'held by BEFORE_URL');
      }
      const step = (what: string) => this.#tell({ kind: 'step', job, phone, what });
      const end =
        action === 'skip'
          ? nothingDone('skipped', undefined, reason)
          : await perform(claim, phone, signal, (event) => step(event.kind === 'page' ? event.page : event.what)).catch(
              (fault: unknown) => {
                if (signal.aborted) throw fault;
                return nothingDone('error', 'unexpected', (fault as Error).message);
              },
            );
      const after = next(end, claim, new Date(clock.now()));
      // A database that comes back is waited for; a disk that is full is not, as the job has ended all the same.
      const delivery = await this.#persist(async () => record?.(claim, end, after), isStoreFault).catch(
        (error: unknown) => void this.#problem(error),
      );
      const ours = await this.#persist(() => queue.conclude(claim, end, after, { counts: counts(end), delivery }));
      if (!ours) return givenBack(takenOver);
      const told = Object.fromEntries(TOLD.map((name) => [name, end[name]]).filter(([, value]) => value !== undefined)) as Told;
      const later = after.then === 'again' ? { notBefore: after.at } : {};
      this.#tell({ kind: 'ended', job, phone, reference: order.reference, state: STATE[after.then], ...told, ...later });
    } catch (error) {
      if (!signal.aborted) throw error;
      if (!this.#options.signal.aborted) return givenBack(takenOver);
      await this.#persist(() => queue.giveBack(claim));
      givenBack('stopped on request');
    }
  }

  /** Writes what must not get lost, also when the database is away for a while. `passes`: what is worth another try. */
  async #persist<T>(write: () => Promise<T>, passes: (error: unknown) => boolean = () => true): Promise<T> {
    for (const ms of PERSISTENCE) {
      try {
        return await write();
      } catch (error) {
        if (!passes(error)) throw error;
        this.#problem(error);
        await this.#options.clock.sleep(ms, 'the database to come back');
      }
    }
    return write();
  }

  /** Says that we are alive, and brings back what others have left behind. */
  async #beats(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if ((await this.#putBack()) > 0) this.#wake();
      } catch (error) {
        this.#problem(error);
      }
      await this.#options.clock.sleep(BEAT, 'the next beat', signal).catch(() => undefined);
    }
  }

  /** Puts back what nobody works on; what runs here is said to be ours first, as nobody could hear it while the database was away. */
  async #putBack(): Promise<number> {
    const { queue } = this.#options;
    const lost = await queue.beat([...this.#running.values()].map(({ claim }) => claim));
    for (const { claim, lost: over } of this.#running.values())
      if (lost.includes(claim)) over.abort(new Error('another bench has taken the job over'));
    return queue.recover();
  }

  #problem(error: unknown): void {
    const { message = String(error), hint } = error as Partial<MiUnbindError>;
    this.#tell({ kind: 'problem', what: hint ? `${message} → ${hint}` : message });
  }

  #tell(event: WithoutTime<BenchEvent>): void {
    this.#options.told({ at: new Date(this.#options.clock.now()).toISOString(), ...event });
  }
}

/** The end of a job of which nothing was begun on the phone. */
export function nothingDone(outcome: string, reason?: string, message?: string): JobEnd {
  return {
    outcome,
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
    ...{ model: '', release: '', region: '', language: '', imei: '', account: '' },
    ...{ passwordSubmitted: false, codeRequested: false, durationMs: 0, evidence: '', drift: [] },
  };
}
