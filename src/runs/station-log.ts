import { existsSync } from 'node:fs';
import { systemClock, type Clock } from '../clock.ts';
import type { RunEvent } from '../events.ts';
import type { ReadyPhone } from '../jobs/queue.ts';
import type { StationEvent } from '../jobs/runner.ts';
import type { AttachedPhone, Phone } from '../phone/adb.ts';
import { obstacle } from '../phone/adb-state.ts';
import { readShown } from '../phone/facts.ts';
import {
  appendEvents,
  endStation,
  lastShown,
  lostEvents,
  sayStation,
  takeStation,
  type LastShown,
  type NewEvent,
  type SeenPhone,
} from '../store/station-events.ts';
import type { Store } from '../store/store.ts';
import { workerName } from '../store/worker.ts';
import type { StationWatcher } from './run-jobs.ts';

// How often a station says that it is at work, ms.
const BEAT = 20_000;
// How soon what could not be written is tried again, ms.
const AGAIN = 1000;
// What was written longer ago is on the disk of the database: PostgreSQL promises 0.6 s.
const ON_DISK = 2000;
// What is kept while the database is away; of more, the oldest are dropped.
const MOST = 10_000;

export interface StationLogOptions {
  /** Name of the station. */
  station: string;
  /** Where its page is; empty: it serves none. */
  url: () => string;
  phone: (serial: string) => Phone;
  /** Whether a page of it is open. */
  isWatched: () => boolean;
  clock?: Clock;
}

/**
 * Writes what a station sees of its phones into the store, as events and as the phones are now: what pages show. A
 * database that is away is waited for, and gets all of it in its order. It keeps no run waiting.
 */
export class StationLog implements StationWatcher {
  readonly #pool: Store['pool'];
  readonly #options: Required<StationLogOptions>;
  readonly #phones = new Map<string, Omit<SeenPhone, 'station'>>();
  readonly #shown = new Map<string, string>();
  /** What an earlier process has shown of phones that this one has not seen yet. */
  #earlier = new Map<string, LastShown>();
  readonly #worker = workerName();
  readonly #over = new AbortController();
  #isFull = false;
  #events: NewEvent[] = [];
  readonly #changed = new Set<string>();
  /** Written a moment ago. */
  #recent: { event: NewEvent; until: number }[] = [];
  /** The database broke down: it may have lost what was written last. */
  #isInDoubt = false;
  readonly #doubt = () => {
    this.#isInDoubt = true;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  };
  #writing: Promise<void> | undefined;

  constructor({ pool }: Pick<Store, 'pool'>, options: StationLogOptions) {
    this.#pool = pool;
    this.#options = { clock: systemClock, ...options };
    this.#pool.on('error', this.#doubt);
  }

  /**
   * Ends what an earlier process has left open: no page shows a question that no run waits for. What it has shown of a
   * phone is shown again.
   */
  async take(): Promise<void> {
    const { station } = this.#options;
    await takeStation(this.#pool, station, this.#worker).catch(() => undefined);
    this.#earlier = await lastShown(this.#pool, station).catch(() => new Map());
  }

  /** Says that the station is there, until it is closed. */
  async open(): Promise<void> {
    const { clock } = this.#options;
    await this.say();
    this.#note({ kind: 'station', serial: '', job: '', body: { is: 'here' } });
    void (async () => {
      while (!this.#over.signal.aborted) {
        await clock.sleep(BEAT, 'the next word of the station', this.#over.signal).catch(() => undefined);
        if (!this.#over.signal.aborted) await this.say();
      }
    })();
  }

  async say(): Promise<void> {
    const { station: name, url, isWatched } = this.#options;
    const about = { name, url: url(), worker: this.#worker, isWatched: isWatched(), isFull: this.#isFull };
    await sayStation(this.#pool, about).catch(() => undefined);
  }

  /** Writes what is left, and that the station has ended. */
  async close(): Promise<void> {
    this.#over.abort();
    this.#note({ kind: 'station', serial: '', job: '', body: { is: 'gone' } });
    await this.#writing;
    this.#pool.off('error', this.#doubt);
    await endStation(this.#pool, this.#options.station, this.#worker).catch(() => undefined);
  }

  onPhones(attached: readonly AttachedPhone[], ready: readonly ReadyPhone[]): void {
    const listed = new Map(attached.map((phone) => [phone.serial, phone]));
    for (const phone of attached) {
      const fit = ready.find(({ serial }) => serial === phone.serial);
      const isFit = phone.state !== 'device' || obstacle(phone, attached) === undefined;
      this.#see(phone.serial, {
        state: isFit ? phone.state : 'twice',
        usb: phone.usb ?? '',
        ...(fit?.imei && { imei: fit.imei }),
        ...(fit?.imei2 && { imei2: fit.imei2 }),
      });
      if (fit && this.#shown.get(phone.serial) !== phone.transport) {
        this.#shown.set(phone.serial, phone.transport);
        void this.#show(phone);
      }
    }
    for (const [serial, phone] of this.#phones)
      if (!listed.has(serial) && phone.state !== 'gone') {
        this.#shown.delete(serial);
        this.#see(serial, { state: 'gone' });
      }
  }

  onFull(isFull: boolean): void {
    this.#isFull = isFull;
    void this.say();
  }

  onStep(job: { id: string; serial: string }, event: RunEvent, evidence: string): void {
    const { serial } = job;
    const isPage = event.kind === 'page';
    const before = this.#phones.get(serial);
    const what = isPage ? event.page : event.what;
    this.#phones.set(serial, {
      ...(before ?? blank(serial)),
      job: job.id,
      evidence,
      step: isPage || event.kind === 'drift' ? (before?.step ?? '') : what,
      picture: isPage ? (event.screenshot ?? before?.picture ?? '') : (before?.picture ?? ''),
    });
    if (event.kind === 'drift') return;
    const body = { what, ...(isPage ? { page: true } : {}) };
    this.#note({ at: event.at, kind: 'step', serial, job: job.id, body });
  }

  /** What the station tells of its jobs. */
  onEvent(event: StationEvent): void {
    const { at } = event;
    switch (event.kind) {
      case 'problem':
        return this.#note({ at, kind: 'problem', serial: '', job: '', body: { what: event.what } });
      case 'reminded':
        return this.#note({
          at,
          kind: 'reminded',
          serial: event.phone,
          job: event.job,
          body: { what: event.what },
        });
      case 'begun':
      case 'ended':
      case 'recorded':
      case 'given-back':
        return this.#ofJob(event);
      default:
    }
  }

  #ofJob(event: Extract<StationEvent, { kind: 'begun' | 'ended' | 'recorded' | 'given-back' }>): void {
    const { at, kind, job, phone: serial } = event;
    const before = this.#phones.get(serial) ?? blank(serial);
    const fresh = kind === 'begun' ? { step: '', evidence: '', picture: '' } : {};
    this.#phones.set(serial, { ...before, ...fresh, job });
    const body =
      kind === 'ended'
        ? { state: event.state, outcome: event.outcome, ...(event.reason && { reason: event.reason }) }
        : {};
    this.#note({ at, kind, serial, job, body });
  }

  #see(serial: string, seen: Partial<SeenPhone>): void {
    const before = this.#phones.get(serial);
    const now = { ...(before ?? blank(serial)), ...seen };
    if (before?.state !== now.state) {
      now.since = this.#now();
      // Another phone may come to the same port: what was shown is over with its cable.
      if (now.state !== 'gone' && (before?.state ?? 'gone') === 'gone')
        Object.assign(now, { plugged: now.since, job: '', step: '', evidence: '', picture: '' });
    }
    if (now.imei !== undefined && this.#earlier.size > 0) Object.assign(now, this.#earlierOf(now));
    if (before && JSON.stringify(before) === JSON.stringify(now)) return;
    this.#phones.set(serial, now);
    this.#note({ kind: 'phone', serial, job: '', body: { state: now.state } });
  }

  /** Asked once of each phone: another one at that port has another IMEI, and a run that has begun shows its own. */
  #earlierOf({ serial, imei, job }: Omit<SeenPhone, 'station'>): LastShown | undefined {
    const shown = this.#earlier.get(serial);
    this.#earlier.delete(serial);
    return shown?.imei === imei && job === '' && existsSync(shown?.evidence ?? '') ? shown : undefined;
  }

  async #show({ serial, transport }: AttachedPhone): Promise<void> {
    const shown = await readShown(this.#options.phone(serial), this.#over.signal).catch(() => undefined);
    if (shown && this.#shown.get(serial) === transport) this.#see(serial, shown);
  }

  #note({ at = this.#now(), ...event }: Omit<NewEvent, 'at'> & { at?: string }): void {
    this.#events.push({ at, ...event });
    if (event.serial !== '') this.#changed.add(event.serial);
    if (this.#events.length > MOST) this.#events.splice(0, this.#events.length - MOST);
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  async #write(): Promise<void> {
    while (this.#events.length > 0 || this.#isInDoubt) {
      const events = this.#events;
      const isInDoubt = this.#isInDoubt;
      this.#isInDoubt = false;
      const serials = isInDoubt ? [...this.#phones.keys()] : [...this.#changed];
      const phones = serials.flatMap((serial) => this.#phones.get(serial) ?? []);
      this.#events = [];
      this.#changed.clear();
      const isWritten = await this.#append(phones, events, isInDoubt).then(
        () => true,
        () => false,
      );
      if (isWritten) continue;
      this.#isInDoubt = true;
      this.#events = [...events, ...this.#events];
      for (const serial of serials) this.#changed.add(serial);
      if (this.#over.signal.aborted) return;
      await this.#options.clock
        .sleep(AGAIN, 'the database to come back', this.#over.signal)
        .catch(() => undefined);
    }
  }

  async #append(
    phones: readonly Omit<SeenPhone, 'station'>[],
    events: readonly NewEvent[],
    isInDoubt: boolean,
  ): Promise<void> {
    const { station, clock } = this.#options;
    const recent = this.#recent.map(({ event }) => event);
    const lost = isInDoubt ? await lostEvents(this.#pool, station, recent) : [];
    const all = [...lost, ...events];
    if (all.length === 0 && phones.length === 0) return;
    await appendEvents(this.#pool, station, phones, all);
    const now = clock.now();
    this.#recent = this.#recent
      .filter(({ until }) => until > now)
      .concat(all.map((event) => ({ event, until: now + ON_DISK })));
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

function blank(serial: string): Omit<SeenPhone, 'station'> {
  const now = new Date().toISOString();
  return {
    ...{ serial, usb: '', state: 'gone', model: '', release: '', since: now, plugged: now },
    ...{ job: '', step: '', evidence: '', picture: '' },
  };
}
