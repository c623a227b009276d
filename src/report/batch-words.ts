import { outcomeInWords } from '../reasons.ts';
import { endOf, whyOf, type BatchRow } from './batch.ts';
import { inPlace } from './sheet-words.ts';

/** What stands on the page of a batch; `{name}` is a place for a value. */
const BATCH_WORDS = {
  phones: 'Phones',
  'not-begun': 'Not begun',
  median: 'Time, median',
  slowest: 'Slowest',
  verdict: '{n} of {all} done',
  open: 'Not done yet',
  drift: 'Pages that differ from what was expected',
  done: 'Done',
  phone: 'Phone',
  reference: 'Reference',
  outcome: 'Outcome',
  why: 'Why, and what to do',
  model: 'Model',
  release: 'Release',
  ended: 'Ended',
  took: 'Took',
  left: 'Still to do: {what}',
  seconds: '{n} s',
  'no-erasure': 'a sign-out is no data sanitisation',
  newest: 'Newest record: {n}, SHA-256',
  'signed-with': 'Signed with key',
  thing: 'Page, thing',
  'found-by': 'Found by',
  'not-by': 'not {what}',
  'but-by': 'but {what}',
  advice: 'Advice',
} as const;

export type BatchWord = keyof typeof BATCH_WORDS;

/** Says what stands on the page of a batch, in one language. */
export interface BatchSay {
  lang: string;
  say(word: BatchWord, values?: Readonly<Record<string, string | number>>): string;
  outcome(outcome: string): string;
  end(row: BatchRow): string;
  why(row: BatchRow): string;
  checklist(row: BatchRow): string;
  pageName(name: string): string;
}

export const ENGLISH_BATCH: BatchSay = {
  lang: 'en',
  say: (word, values) => inPlace(BATCH_WORDS[word], values),
  outcome: (outcome) => outcomeInWords(outcome)[0],
  end: endOf,
  why: whyOf,
  checklist: ({ checklist }) => checklist,
  pageName: (name) => name,
};
