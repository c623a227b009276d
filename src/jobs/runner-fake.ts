import type { Clock } from '../clock.ts';
import type { KeptEnd } from './ends.ts';
import type { JobEnd, JobState, Perform } from './job.ts';
import { STATE, type Claim } from './queue.ts';
import { nothingDone } from './nothing-done.ts';
import { Runner, type StationEvent, type RunnerOptions } from './runner.ts';

/** Time stands still; only an event ends a wait. */
export const still: Clock = {
  now: () => Date.parse('2026-01-01T00:00:00Z'),
  elapsed: () => 0,
  sleep: (_ms, _why, signal) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error))),
};

/** Jobs in memory, as the queue gives and takes them. */
export class FakeQueue {
  readonly jobs = new Map<string, { serial: string; state: JobState; end?: JobEnd; claim: number }>();
  taken: string[] = [];
  /** Begun by a station that is gone. */
  left: string[] = [];
  readonly delivered: string[] = [];
  /** Ends whose record is not written; `free`: no process writes it. */
  readonly kept = new Map<string, KeptEnd & { free: boolean }>();
  #changed: () => void = () => undefined;

  constructor(...serials: string[]) {
    for (const [index, serial] of serials.entries())
      this.jobs.set(String(index + 1), { serial, state: 'waiting', claim: 0 });
  }

  claim(phones: readonly { serial: string }[]): Promise<Claim | undefined> {
    const found = [...this.jobs].find(
      ([, job]) => job.state === 'waiting' && phones.some(({ serial }) => serial === job.serial),
    );
    if (!found) return Promise.resolve(undefined);
    const [id, job] = found;
    job.state = 'running';
    const order = {
      phone: { serial: job.serial },
      account: 'a',
      data: 'keep',
      ifForgotten: 'stop',
      reference: `R${id}`,
      ownerConsent: '',
    } as const;
    const rest = {
      batch: 'b',
      state: 'running',
      attempts: 1,
      round: 1,
      recovering: false,
      station: 'one',
      serial: job.serial,
      createdAt: '',
    } as const;
    return Promise.resolve({ id, order, ...rest, claim: `${id}.${++job.claim}` });
  }

  /** The station's clock is an hour off. */
  now = (): Promise<Date> => Promise.resolve(new Date('2026-01-01T01:00:00Z'));

  beat(claims: readonly Claim[]): Promise<Claim[]> {
    return Promise.resolve(claims.filter(({ id }) => this.taken.includes(id)));
  }

  recover(): Promise<number> {
    const back = this.left.splice(0);
    for (const id of back) this.#set(id, 'waiting');
    return Promise.resolve(back.length);
  }

  conclude(
    ...[{ id }, end, next, conclusion]: Parameters<RunnerOptions['queue']['conclude']>
  ): Promise<boolean> {
    this.#set(id, STATE[next.then], end);
    this.kept.delete(id);
    if (conclusion?.delivery !== undefined) this.delivered.push(conclusion.delivery);
    return Promise.resolve(true);
  }

  keep(claim: Claim, end: JobEnd, follows: KeptEnd['follows']): Promise<boolean> {
    this.kept.set(claim.id, { claim, end, follows, free: false });
    this.#set(claim.id, 'unrecorded', end);
    return Promise.resolve(true);
  }

  putBack({ id }: { id: string }): Promise<void> {
    Object.assign(this.kept.get(id) ?? {}, { free: true });
    return Promise.resolve();
  }

  take(): Promise<KeptEnd | undefined> {
    const found = [...this.kept.values()].find(({ free }) => free);
    if (found) found.free = false;
    return Promise.resolve(found);
  }

  giveBack({ id }: Claim, state: 'waiting' | 'held' = 'waiting'): Promise<void> {
    this.#set(id, state);
    return Promise.resolve();
  }

  watch(changed: () => void): Promise<() => Promise<void>> {
    this.#changed = changed;
    return Promise.resolve(() => Promise.resolve());
  }

  get states(): JobState[] {
    return [...this.jobs.values()].map(({ state }) => state);
  }

  #set(id: string, state: JobState, end?: JobEnd): void {
    Object.assign(this.jobs.get(id) ?? {}, { state, end });
    this.#changed();
  }
}

interface Station {
  queue: FakeQueue;
  runner: Runner;
  events: StationEvent[];
  stop: AbortController;
}

export function station(queue: FakeQueue, perform: Perform, changes: Partial<RunnerOptions> = {}): Station {
  const events: StationEvent[] = [];
  const stop = new AbortController();
  const options = {
    queue,
    ends: queue,
    perform,
    parallel: 8,
    signal: stop.signal,
    onEvent: (event: StationEvent) => events.push(event),
    clock: still,
  };
  const over = () => Promise.resolve(true);
  return { queue, runner: new Runner({ ...options, over, ...changes }), events, stop };
}

export const done: Perform = () => Promise.resolve(nothingDone('signed-out'));
export const kinds = (events: StationEvent[]) =>
  events.map((event) => ('job' in event ? `${event.kind} ${event.job}` : event.kind));
