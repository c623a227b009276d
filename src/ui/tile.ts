import { createHash } from 'node:crypto';
import { isInDoubt, type JobHold } from '../jobs/job.ts';
import type { PhoneOnWall } from '../jobs/phones-seen.ts';
import type { OpenQuestion } from '../store/questions.ts';
import type { PageWord } from './words/language.ts';

export const STATES = [
  'person',
  'fail',
  'work',
  'queue',
  'done',
  'order',
  'unauth',
  'held',
  'lock',
  'cleared',
  'return',
  'gone',
  'away',
] as const;
export type TileState = (typeof STATES)[number];
/** As the tiles stand where the urgent ones are first. */
export const URGENCY: readonly TileState[] = [
  ...([
    'person',
    'fail',
    'return',
    'unauth',
    'lock',
    'order',
    'done',
    'cleared',
    'work',
    'queue',
    'held',
    'gone',
    'away',
  ] as const),
];

/** What a tile says below its head: words of the page, or why a run ended. */
type Advice =
  | { say: PageWord; at?: string }
  | { why: PageWord; say: PageWord; at?: string }
  | { outcome: string; reason?: string; retryFrom?: string };

/** A phone as the wall shows it, before it is said in a language. */
export interface Tile {
  /** Of its element: letters and digits. */
  id: string;
  phone: PhoneOnWall;
  /** Empty where it has none. */
  place: string;
  state: TileState;
  /** A failure that a person has looked at. */
  isSeen: boolean;
  /** The reference of its order, else the serial. */
  name: string;
  advice: Advice;
  /** Time that counts up from then, that is left until then, or that it took in all, ms. */
  time: { since: string } | { until: string } | { took: number } | undefined;
  /** Steps of six that are behind it. */
  phase: number;
  question?: OpenQuestion;
}

/** Of a phone's element on every page. */
export const tileId = ({ station, serial }: { station: string; serial: string }): string =>
  `t${createHash('sha256').update(`${station}\n${serial}`).digest('hex').slice(0, 12)}`;

/** Which end a person has seen: another attempt ends anew. */
export const endName = ({ work }: Pick<PhoneOnWall, 'work'>): string =>
  work?.endedAt ? `${work.id} ${work.endedAt}` : '';

const STEPS: readonly [RegExp, PageWord, number][] = [
  [/^open the account page|Settings|row of the Mi Account|quick panel|^scroll (up|down)$/, 'step.open', 1],
  [/^press Back|^answer Not now/, 'step.back', 1],
  [/^press Cancel/, 'step.back', 5],
  [/^tap Sign out|scroll down for Sign out/, 'step.tap', 2],
  [/^keep the synced data/, 'step.keep', 3],
  [/^remove the synced data|unsynced items/, 'step.remove', 3],
  [/new password/, 'step.new-password', 4],
  [/^type the password/, 'step.type', 4],
  [/^submit the password|captcha|second factor/, 'step.check', 5],
  [/^wait for the code|has not come/, 'step.wait-code', 3],
  [/^press Send|^choose the |forgotten password/, 'step.send', 2],
  [/the code$/, 'step.check', 4],
  [/Account security|compare the account/, 'step.compare', 1],
];

/** A step of a run in words of the page, and how far it is. */
export function stepOf(step: string): { say: PageWord; phase: number } {
  const known = STEPS.find(([pattern]) => pattern.test(step));
  return known ? { say: known[1], phase: known[2] } : { say: 'step.start', phase: 0 };
}

export function tileOf(phone: PhoneOnWall, question: OpenQuestion | undefined, now: number): Tile {
  const { serial, work } = phone;
  const base = {
    id: tileId(phone),
    phone,
    place: phone.place,
    isSeen: false,
    name: work?.reference || serial,
    phase: 0,
    time: undefined,
  };
  if (question && !phone.away) {
    const what = `ask.${question.what}` as PageWord;
    const say = `ask-do.${question.what}` as PageWord;
    return {
      ...base,
      state: 'person',
      advice: { why: what, say },
      time: { until: question.until },
      question,
    };
  }
  return { ...base, ...stateOf(phone, now) };
}

type Found = Pick<Tile, 'state' | 'advice'> & Partial<Tile>;

function stateOf(phone: PhoneOnWall, now: number): Found {
  const { work, state } = phone;
  const isRunning = work?.state === 'running' || work?.state === 'unrecorded';
  if (phone.away)
    return { state: 'away', advice: { say: 'do.away', at: phone.away }, time: { since: phone.away } };
  if (state === 'gone') return { state: 'gone', advice: { say: 'do.gone' }, time: { since: phone.since } };
  if (state === 'unauthorized' || state === 'authorizing')
    return { state: 'unauth', advice: { say: 'do.unauth' } };
  if (state !== 'device') {
    const why =
      state === 'offline' || state === 'connecting'
        ? 'why.offline'
        : state === 'twice'
          ? 'why.twice'
          : 'why.state';
    return { state: 'fail', isSeen: true, advice: { why, say: 'do.offline' }, time: { since: phone.since } };
  }
  if (!work) return { state: 'order', advice: { say: 'do.order' } };
  if (isRunning) {
    const step = work.state === 'running' ? stepOf(phone.step) : ({ say: 'step.record', phase: 5 } as const);
    const time = work.startedAt ? { since: work.startedAt } : undefined;
    return { state: 'work', advice: { say: step.say }, time, phase: step.phase + 1 };
  }
  return ended(phone, now);
}

function ended(phone: PhoneOnWall, now: number): Found {
  const { work } = phone;
  const end = work?.end;
  const why = {
    outcome: end?.outcome ?? 'error',
    ...(end?.reason && { reason: end.reason }),
    ...(end?.retryFrom && { retryFrom: end.retryFrom }),
  };
  const since = work?.endedAt ? { since: work.endedAt } : undefined;
  if (work && isInDoubt(work, now) && ['parked', 'needs-person', 'held'].includes(work.state))
    return { state: 'person', advice: { why: 'letter.perhaps', say: 'do.decide' } };
  switch (work?.state) {
    case 'done':
      // The server's word alone makes nothing green, and neither does a lock that it does not say is off.
      if (end?.outcome === 'cleared-by-owner')
        return { state: 'cleared', advice: { why: 'why.cleared', say: 'do.cleared' } };
      if (work.lockAfter && work.lockAfter.state !== 'off')
        return {
          state: 'lock',
          advice: { why: 'why.lock', say: work.lockAfter.isOver ? 'do.lock-over' : 'do.lock' },
        };
      return { state: 'done', advice: { say: 'do.done' }, time: end ? { took: end.durationMs } : undefined };
    case 'parked':
      return { state: 'fail', isSeen: phone.seen === endName(phone), advice: why, time: since };
    case 'needs-person':
      if (end?.outcome === 'return-to-sender')
        return { state: 'return', advice: { why: 'state.return', say: 'do.return' }, time: since };
      return { state: 'person', advice: why, time: since };
    case 'held':
      return heldTile(work.hold);
    case 'waiting':
      return work.notBefore && Date.parse(work.notBefore) > now
        ? { state: 'queue', advice: { say: 'do.later', at: work.notBefore } }
        : { state: 'queue', advice: { say: 'do.queue' } };
    default:
      return { state: 'order', advice: { say: 'do.order' } };
  }
}

/** Why it is held, and the one date there is. */
function heldTile(hold: JobHold | undefined): Found {
  if (!hold) return { state: 'held', advice: { say: 'do.held' } };
  const { reason, since, until } = hold;
  const why = `hold.${reason}` as const;
  if (reason === 'lost') return { state: 'return', advice: { why, say: 'do.return' } };
  return until === undefined
    ? { state: 'held', advice: { why, say: reason === 'by-hand' ? 'do.held' : 'do.wait' }, time: { since } }
    : { state: 'held', advice: { why, say: 'do.until', at: until } };
}

const PLACES = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** By place; those without one follow as they were plugged in. */
export function byPlace(one: Tile, other: Tile): number {
  if (one.place === '' || other.place === '') {
    if (one.place !== other.place) return one.place === '' ? 1 : -1;
    return (
      PLACES.compare(one.phone.station, other.phone.station) ||
      one.phone.plugged.localeCompare(other.phone.plugged) ||
      PLACES.compare(one.phone.serial, other.phone.serial)
    );
  }
  return PLACES.compare(one.phone.station, other.phone.station) || PLACES.compare(one.place, other.place);
}

/** What needs a person, the most urgent first: questions by the time left, then what waits, then failures. */
export function needing(tiles: readonly Tile[]): Tile[] {
  const rank = ({ state, isSeen, question }: Tile) =>
    state === 'person' || state === 'return' ? (question ? 0 : 1) : isSeen ? 3 : 2;
  const moment = ({ time }: Tile) =>
    time && 'until' in time ? time.until : time && 'since' in time ? time.since : '';
  return tiles
    .filter(
      ({ state, phone }) =>
        state === 'person' || state === 'return' || (state === 'fail' && phone.state === 'device'),
    )
    .sort((a, b) => rank(a) - rank(b) || moment(a).localeCompare(moment(b)) || byPlace(a, b));
}
