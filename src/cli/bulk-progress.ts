import type { JobState } from '../jobs/job.ts';
import type { StationEvent } from '../jobs/runner.ts';
import { outcomeInWords, whyInWords } from '../reasons.ts';
import { stateInWords } from '../words/states.ts';
import { localTimeBeside } from '../words/local-time.ts';
import { oneLine } from '../words/printable.ts';
import type { BottomLines } from './bottom-lines.ts';
import { fitting, padded, style, widthOf } from './lines.ts';

// How often the seconds of the phones at work are shown anew, ms.
const TICK = 1000;
const MARKS = { good: ['green', '✔'], fair: ['yellow', '!'], bad: ['red', '✘'] } as const;
// A lab's own number that is longer leaves no room for the step.
const REFERENCE = 20;
// Phones that are named when they come or go at once; more are counted.
const NAMED = 3;
// Rows that are left for what is said for good.
const LEFT_FREE = 4;

interface AtWork {
  reference: string;
  since: number;
  step: string;
}

type Ended = Extract<StationEvent, { kind: 'ended' }>;

/**
 * Shows people how a station gets on: a line for each phone that has ended, and at a terminal below them one
 * for each at work.
 */
export class BulkProgress {
  readonly #bottom: BottomLines;
  readonly #now: () => number;
  readonly #atWork = new Map<string, AtWork>();
  readonly #timer: NodeJS.Timeout | undefined;
  /** Phones that have come or gone and are shown together. */
  readonly #moved = { attached: [] as string[], gone: [] as string[] };
  readonly #counts = new Map<Ended['state'], number>();
  /** Jobs still to be ended; undefined where it is not known. */
  #left: number | undefined;
  #spent = 0;
  #ended = 0;

  /** `left`: jobs that are to be ended. */
  constructor(bottom: BottomLines, left?: number, now: () => number = () => performance.now()) {
    this.#bottom = bottom;
    this.#left = left;
    this.#now = now;
    if (bottom.isLive) this.#timer = setInterval(() => this.draw(), TICK);
    this.#timer?.unref();
  }

  /** So many jobs are still to be ended. */
  expect(jobs: number): void {
    this.#left = jobs;
  }

  onEvent(event: StationEvent): void {
    switch (event.kind) {
      case 'attached':
      case 'gone':
        // A station reports all that moved at once in one go.
        if (this.#moved.attached.length + this.#moved.gone.length === 0)
          queueMicrotask(() => this.#sayMoved());
        this.#moved[event.kind].push(event.phone);
        return;
      case 'begun':
        this.#atWork.set(event.phone, {
          reference: oneLine(event.reference),
          since: this.#now(),
          step: 'begins',
        });
        if (!this.#bottom.isLive)
          this.#say(`  ${nameOf(event)} begun${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`);
        break;
      case 'step': {
        const phone = this.#atWork.get(event.phone);
        if (phone) phone.step = oneLine(event.what);
        break;
      }
      case 'ended':
        this.#atWork.delete(event.phone);
        this.#count(event);
        this.#say(endInWords(event));
        break;
      case 'given-back':
        this.#atWork.delete(event.phone);
        this.#say(`${style('yellow', '!')} ${oneLine(event.phone)} goes on later: ${event.why}`);
        break;
      case 'recorded':
        this.#say(`${style('green', '✔')} ${nameOf(event)} is on record now: ${stateInWords(event.state)}`);
        break;
      case 'reminded':
        this.#say(`  ${nameOf(event)}: ${event.what}`);
        break;
      case 'pruned':
      case 'room':
        this.#say(`  ${event.what}`);
        break;
      case 'problem':
        this.#say(`${style('yellow', '!')} ${event.what}`);
    }
    this.draw();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#bottom.show([]);
  }

  /** Writes the lines of the phones at work, and the totals, anew. */
  draw(): void {
    if (!this.#bottom.isLive) return;
    const room = Math.max(1, this.#bottom.rows - LEFT_FREE);
    const phones = [...this.#atWork];
    const named = phones.length > room ? phones.slice(0, room - 1) : phones;
    const widest = (texts: string[]) => Math.max(0, ...texts.map(widthOf));
    const references = new Map(
      named.map(([serial, { reference }]) => [serial, fitting(reference, REFERENCE)]),
    );
    const columns = [widest(named.map(([serial]) => serial)), widest([...references.values()])] as const;
    const lines = named.map(([serial, { since, step }]) => {
      const seconds = `${Math.floor((this.#now() - since) / 1000)} s`.padStart(6);
      const reference = columns[1] > 0 ? `${padded(references.get(serial) ?? '', columns[1])}  ` : '';
      return `${style('dim', seconds)}  ${padded(serial, columns[0])}  ${reference}${style('dim', step)}`;
    });
    const more = phones.length - named.length;
    this.#bottom.show([
      ...lines,
      ...(more > 0 ? [style('dim', `        and ${more} more at work`)] : []),
      ...this.#totals(),
    ]);
  }

  #say(line: string): void {
    this.#bottom.say(line);
  }

  #sayMoved(): void {
    for (const kind of ['attached', 'gone'] as const) {
      const serials = this.#moved[kind].splice(0);
      const who = serials.length > NAMED ? `${serials.length} phones` : serials.join(', ');
      if (serials.length > 0)
        this.#say(style('dim', `  ${who} ${serials.length === 1 ? 'is' : 'are'} ${kind}`));
    }
  }

  #count({ state, durationMs }: Ended): void {
    this.#ended++;
    this.#spent += durationMs;
    if (state === 'waiting') return;
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
    if (this.#left !== undefined) this.#left--;
  }

  #totals(): string[] {
    const counted = totalsInWords(Object.fromEntries(this.#counts));
    const toGo = this.#left === undefined ? [] : [`${this.#left} to go${this.#estimate(this.#left)}`];
    const all = [...counted, ...toGo];
    return all.length > 0 ? [style('dim', `        ${all.join(' · ')}`)] : [];
  }

  #estimate(left: number): string {
    const minutes = minutesLeft(left, this.#spent / this.#ended, this.#atWork.size);
    return minutes === undefined ? '' : `, about ${minutes} min`;
  }
}

/** How many jobs are in each state, what one wants first. */
export function totalsInWords(totals: Partial<Record<JobState, number>>): string[] {
  const order: readonly JobState[] = [
    'done',
    'running',
    'unrecorded',
    'waiting',
    'needs-person',
    'parked',
    'held',
    'cancelled',
  ];
  return order.flatMap((state) => (totals[state] ? [`${totals[state]} ${stateInWords(state)}`] : []));
}

/** For so many jobs that take `meanMs` each, some at once. Undefined where nothing is known yet. */
export function minutesLeft(left: number, meanMs: number, atOnce: number): number | undefined {
  if (left <= 0 || atOnce <= 0 || !Number.isFinite(meanMs)) return undefined;
  return Math.max(1, Math.round((left * meanMs) / Math.min(atOnce, left) / 60_000));
}

function endInWords(event: Ended): string {
  // All that were at work end so at once, and the person who has stopped them knows why.
  if (event.reason === 'interrupted')
    return `${style('yellow', '!')} ${nameOf(event)} stopped; it goes on next time`;
  const [words, tone] = outcomeInWords(event.outcome);
  const [colour, mark] = MARKS[tone];
  const again =
    event.notBefore && event.notBefore > event.at
      ? `; again at ${localTimeBeside(event.notBefore, event.at)}`
      : '';
  const seconds = style('dim', `(${(event.durationMs / 1000).toFixed(1)} s)`);
  // One date: when it goes on.
  const why = [
    whyInWords(again === '' ? event : { ...event, retryFrom: '' }),
    event.state === 'unrecorded' ? UNRECORDED : '',
  ]
    .filter(Boolean)
    .join('; ');
  return `${style(colour, mark)} ${nameOf(event)} ${style('bold', words)}${again} ${seconds}${why ? `\n  ${why.replace(' → ', '\n  → ')}` : ''}`;
}

const UNRECORDED =
  'not on record yet: its end is kept in the store, and the record is written when there is room';

const nameOf = ({ phone, reference }: { phone: string; reference: string }) =>
  [phone, reference].filter(Boolean).map(oneLine).join(' ');
