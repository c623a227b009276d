import type { Clock } from '../clock.ts';
import { StoreError, TakenOverError, type MiUnbindError } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { HookAnswer } from './hooks.ts';
import type { KeptEnd, KeptEnds } from './ends.ts';
import type { Job, JobEnd, JobState, Next, Perform } from './job.ts';
import { Lease } from '../store/hold.ts';
import { counts, next } from './next.ts';
import { nothingDone } from './nothing-done.ts';
import { STATE, type Claim, type JobQueue, type ReadyPhone } from './queue.ts';

// How often a station says that it is alive, and looks for what no event announced, ms.
const BEAT = 10_000;
// How long a phone waits whose hook does not answer, ms.
const ASK_AGAIN = 5 * 60_000;
// How often and how long after one another an end is written, when the database does not take it, ms.
const PERSISTENCE = [500, 2000, 5000, 15_000, 30_000];

const isStoreFault = (error: unknown) => error instanceof StoreError;

/** What a station tells while it works. Appended and read, never answered. */
export type StationEvent = { at: string } & (
  | { kind: 'attached' | 'gone'; phone: string }
  | { kind: 'begun'; job: string; phone: string; reference: string; attempt: number }
  | { kind: 'step'; job: string; phone: string; what: string }
  | ({
      kind: 'ended';
      job: string;
      phone: string;
      reference: string;
      state: JobState;
      notBefore?: string;
    } & Told)
  /** The record of an earlier end is written. */
  | { kind: 'recorded'; job: string; phone: string; reference: string; state: JobState }
  /** It was not worked to an end. `why` is for people. */
  | { kind: 'given-back'; job: string; phone: string; why: string }
  /** The day has come to remind the owner of a held phone. `what` is for people. */
  | { kind: 'reminded'; job: string; phone: string; reference: string; what: string }
  /** For people: a disk that was full has room again; what is old was deleted, as the settings ask. */
  | { kind: 'room' | 'pruned'; what: string }
  /** Something is wrong that is no phone's fault. */
  | { kind: 'problem'; what: string }
);

// What of an end is reported.
const TOLD = [
  'outcome',
  'reason',
  'retryFrom',
  'message',
  'hint',
  'accountCheck',
  'durationMs',
  'evidence',
] as const;
type Told = Pick<JobEnd, (typeof TOLD)[number]>;
type WithoutTime<E> = E extends unknown ? Omit<E, 'at'> : never;

export interface RunnerOptions {
  queue: Pick<JobQueue, 'claim' | 'now' | 'beat' | 'recover' | 'conclude' | 'giveBack' | 'watch'>;
  perform: Perform;
  /** Phones that are worked on at once. */
  parallel: number;
  /** Only jobs of this list, or this one. */
  only?: { batch?: string; id?: string };
  /** Says before a phone is begun what to do with it. */
  before?: (job: Claim, serial: string, signal: AbortSignal) => Promise<HookAnswer>;
  /** Keeps ends until they are on record. */
  ends: Pick<KeptEnds, 'keep' | 'take' | 'putBack'>;
  /** Puts the end on record before it counts. Gives what AFTER_URL is to get. */
  record?: (job: Job & Partial<Claim>, end: JobEnd, next: Next) => Promise<string | undefined>;
  /** Why no phone can be begun while so many are at work; undefined: one can. */
  room?: (running: number) => MiUnbindError | undefined;
  /** Whether a disk without room keeps phones from being begun, whenever that changes. */
  onFull?: ((isFull: boolean) => void) | undefined;
  /**
   * Whether to stop looking for jobs; asked whenever no phone is worked on and none can begin. Missing: only
   * the signal ends it.
   */
  over?: () => Promise<boolean>;
  /** Aborted: nothing more is begun, and what runs is stopped and given back. */
  signal: AbortSignal;
  onEvent: (event: StationEvent) => void;
  /** Gets what a run tells, with the folder of its evidence. */
  onStep?: ((job: Claim, event: RunEvent, evidence: string) => void) | undefined;
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
  #settling: Promise<void> | undefined;
  /** What a disk without room was said to keep from going on. */
  readonly #full = new Set<'room' | 'record'>();

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
        const over = async () => {
          await this.#settle();
          return this.#options.over?.().catch((error: unknown) => this.#problem(error));
        };
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
      // Also where no phone is here: who is to make room hears of it before one comes.
      if (this.#isFull()) break;
      const idle = this.#phones.filter(({ serial }) => !this.#running.has(serial));
      const claim = idle.length > 0 ? await queue.claim(idle, only) : undefined;
      if (!claim) {
        // The job of a phone that comes here may be in the hands of a station that is gone.
        if (idle.length > 0 && (await this.#putBack()) > 0) continue;
        break;
      }
      const lost = new AbortController();
      const ended = this.#work(claim, lost)
        .catch((error: unknown) => this.#problem(error))
        .then(() => {
          this.#running.delete(claim.serial);
          this.#wake();
        });
      this.#running.set(claim.serial, { claim, lost, ended });
    }
    return true;
  }

  async #work(claim: Claim, lost: AbortController): Promise<void> {
    const { queue, before, perform, clock } = this.#options;
    const { id: job, serial: phone, order, attempts } = claim;
    const signal = AbortSignal.any([this.#options.signal, lost.signal]);
    // This process may have stood still, and another station have the job by now.
    const lease = new Lease(async () => {
      if ((await queue.beat([claim])).length > 0) lost.abort(new TakenOverError(phone));
      lost.signal.throwIfAborted();
    });
    const givenBack = (why: string) => this.#tell({ kind: 'given-back', job, phone, why });
    const takenOver = 'another station has taken it over';
    try {
      this.#tell({ kind: 'begun', job, phone, reference: order.reference, attempt: attempts });
      const { action, reason, answered } = (await before?.(claim, phone, signal)) ?? {
        action: 'run',
        reason: '',
        answered: true,
      };
      if (action === 'hold') {
        const later = new Date((await queue.now()).getTime() + ASK_AGAIN).toISOString();
        await this.#persist(() =>
          answered ? queue.giveBack(claim, 'held') : queue.giveBack(claim, 'waiting', later),
        );
        return givenBack(reason || 'held by BEFORE_URL');
      }
      const step = (what: string) => this.#tell({ kind: 'step', job, phone, what });
      const end =
        action === 'skip'
          ? nothingDone('skipped', undefined, reason)
          : await perform(claim, phone, {
              signal,
              onEvent: (event, evidence = '') => {
                step(event.kind === 'page' ? event.page : event.what);
                this.#options.onStep?.(claim, event, evidence);
              },
              stillOurs: () => lease.check(),
            }).catch((fault: unknown) => {
              if (signal.aborted) throw fault;
              return nothingDone('error', 'unexpected', (fault as Error).message);
            });
      // The station that has it now tells of its end.
      if (lost.signal.aborted) return givenBack(takenOver);
      const after = next(end, claim, await queue.now());
      const follows = { next: after, counts: counts(end) };
      if (!(await this.#persist(() => this.#options.ends.keep(claim, end, follows))))
        return givenBack(takenOver);
      const state = await this.#putOnRecord({
        claim: { ...claim, endedAt: new Date(clock.now()).toISOString() },
        end,
        follows,
      });
      if (state === undefined) return givenBack(takenOver);
      const shown = Object.fromEntries(
        TOLD.map((name) => [name, end[name]]).filter(([, value]) => value !== undefined),
      ) as Told;
      const later = after.then === 'again' ? { notBefore: after.at } : {};
      this.#tell({ kind: 'ended', job, phone, reference: order.reference, state, ...shown, ...later });
    } catch (error) {
      if (!signal.aborted) throw error;
      if (!this.#options.signal.aborted) return givenBack(takenOver);
      await this.#persist(() => queue.giveBack(claim));
      givenBack('stopped on request');
    }
  }

  /**
   * Writes the record of a kept end, then lets the end count. Its job's state; undefined: another process has
   * it in hand.
   */
  async #putOnRecord({ claim, end, follows }: KeptEnd): Promise<JobState | undefined> {
    const { queue, ends, record } = this.#options;
    let delivery: string | undefined;
    try {
      // A database that comes back is waited for. A disk that is full is not: the end is kept, and other
      // phones go on.
      delivery = await this.#persist(async () => record?.(claim, end, follows.next), isStoreFault);
    } catch (error) {
      if (this.#hasChanged('record', error)) this.#problem(error);
      await this.#persist(() => ends.putBack(claim));
      return 'unrecorded';
    }
    this.#hasChanged('record');
    const ours = await this.#persist(() =>
      queue.conclude(claim, end, follows.next, { counts: follows.counts, delivery }),
    );
    return ours ? STATE[follows.next.then] : undefined;
  }

  /** Puts on record what is kept, as far as there is room: one after the other, by one caller at a time. */
  #settle(): Promise<void> {
    this.#settling ??= this.#settleAll()
      .catch((error: unknown) => this.#problem(error))
      .finally(() => (this.#settling = undefined));
    return this.#settling;
  }

  async #settleAll(): Promise<void> {
    const { ends } = this.#options;
    for (let kept = await ends.take(); kept; kept = await ends.take()) {
      const state = await this.#putOnRecord(kept);
      const { id: job, serial: phone, order } = kept.claim;
      if (state === 'unrecorded') return;
      if (state) this.#tell({ kind: 'recorded', job, phone, reference: order.reference, state });
    }
  }

  #isFull(): boolean {
    const why = this.#options.room?.(this.#running.size);
    if (this.#hasChanged('room', why)) {
      this.#options.onFull?.(why !== undefined);
      if (why) this.#problem(why, 'no phone is begun until there is room: ');
      else this.#tell({ kind: 'room', what: 'there is room on the disk again: phones are begun' });
    }
    return why !== undefined;
  }

  /** Of a disk that is full one hears once, until there is room. */
  #hasChanged(about: 'room' | 'record', error?: unknown): boolean {
    const isFull = error !== undefined;
    if (isFull === this.#full.has(about)) return false;
    this.#full[isFull ? 'add' : 'delete'](about);
    return true;
  }

  /**
   * Writes what must not get lost, also when the database is away for a while. `passes`: what is worth
   * another try.
   */
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
        await this.#settle();
      } catch (error) {
        this.#problem(error);
      }
      await this.#options.clock.sleep(BEAT, 'the next beat', signal).catch(() => undefined);
    }
  }

  /**
   * Puts back what no process works on; what runs here is said to be ours first, as it could not be heard while
   * the database was away.
   */
  async #putBack(): Promise<number> {
    const { queue } = this.#options;
    const lost = await queue.beat([...this.#running.values()].map(({ claim }) => claim));
    for (const { claim, lost: over } of this.#running.values())
      if (lost.includes(claim)) over.abort(new TakenOverError(claim.serial));
    return queue.recover();
  }

  #problem(error: unknown, before = ''): void {
    const { message = String(error), hint } = error as Partial<MiUnbindError>;
    this.#tell({ kind: 'problem', what: `${before}${message}${hint ? ` → ${hint}` : ''}` });
  }

  #tell(event: WithoutTime<StationEvent>): void {
    this.#options.onEvent({ at: new Date(this.#options.clock.now()).toISOString(), ...event });
  }
}
