import { localTime } from './local-time.ts';

/** States of a job: the word for each, and what it means. */
const STATES: Readonly<Record<string, readonly [words: string, meaning: string]>> = {
  waiting: ['waiting', 'waits for its phone, for a station or for its time'],
  running: ['running', 'a station works on it now'],
  unrecorded: ['not on record yet', 'it has ended; its record is written when there is room'],
  done: ['done', 'the phone is signed out, and that is on record'],
  parked: ['parked', "nothing more happens by itself: see 'jobs list', mend it, then 'jobs retry'"],
  'needs-person': ['for a person', "a person is to finish it: 'jobs attend' goes through them"],
  held: [
    'held',
    "waits for its owner, its code source or what BEFORE_URL said, or was held by hand: 'jobs release'; a lost phone goes back",
  ],
  cancelled: ['cancelled', 'called off; its password is dropped'],
};

const HOLDS: Readonly<Record<string, string>> = {
  lost: 'reported lost, to be returned',
  'lock-on': 'the lock is on',
  'owner-asked': 'its owner was asked',
  'by-hand': 'held by hand',
};

/** As `its owner was asked, until 2026-12-24 23:59 UTC+2`: one date. */
export function holdInWords({
  reason,
  since,
  until,
}: {
  reason: string;
  since: string;
  until?: string;
}): string {
  const when = until === undefined ? `since ${localTime(since)}` : `until ${localTime(until)}`;
  return `${HOLDS[reason] ?? reason}, ${when}`;
}

/** As `2 for a person` and as `it is for a person`. */
export const stateInWords = (state: string): string => STATES[state]?.[0] ?? state;

/** Whether it is one. */
export const isState = (word: string): boolean => Object.hasOwn(STATES, word);

/** A line for each state of a job; where the word is another than in JSON, both. */
export function legend(): string {
  const names = Object.entries(STATES).map(
    ([state, [words, meaning]]) => [words === state ? words : `${words} (${state})`, meaning] as const,
  );
  const width = Math.max(...names.map(([name]) => name.length));
  return names.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`).join('\n');
}
