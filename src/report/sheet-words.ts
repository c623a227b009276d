import { dataInWords, outcomeInWords, whyInWords } from '../reasons.ts';
import type { PhoneRecord } from './record.ts';

/** What stands on the sheet of a record; `{name}` is a place for a value. */
export const SHEET_WORDS = {
  title: 'Sign-out of a Mi Account',
  record: 'Record {n}',
  'no-phone': 'no phone',
  phone: 'Phone',
  model: 'Model',
  serial: 'Serial',
  imei: 'IMEI',
  release: 'Release',
  language: 'Language',
  order: 'Order',
  reference: 'Reference',
  'account-listed': 'Account, as listed',
  'account-on-phone': 'Account, on the phone',
  synced: 'Synced data on the phone',
  consent: "Owner's consent",
  run: 'Run',
  began: 'Began',
  ended: 'Ended',
  'on-phone': 'On the phone',
  'operator-station': 'Operator, station',
  job: 'Job',
  attempt: 'attempt {n}',
  seconds: '{n} s',
  'not-known': 'not known',
  done: 'What was done',
  erasure: 'Not an erasure certificate',
  'erasure-more':
    'A sign-out is not data sanitisation in the sense of NIST SP 800-88. The person who erases the phone fills in:',
  'erasure.method': 'Method',
  'erasure.standard': 'Standard',
  'erasure.tool': 'Tool and version',
  'erasure.verification': 'Verification',
  'erasure.by': 'Erased by',
  'erasure.date': 'Date',
  date: 'Date',
  name: 'Name',
  signature: 'Signature',
  'signed-with': 'Signed with key {key}; the signature is in the chain',
  evidence: '{n} files of evidence, each with its SHA-256 in record.json',
  'hash-this': 'SHA-256 of this record',
  'hash-before': 'of the record before it',
  'hash-none': 'none: this is the first',
  'drift-one': "One thing on the phone's pages differed from what was expected; see drift in record.json.",
  'drift-many': "{n} things on the phone's pages differed from what was expected; see drift in record.json.",
  verified: "Verified: the phone's own account list, read {at}, names no Mi Account.",
  cleared: 'The server says off; not verified on the phone.',
  return:
    'Its time is over, and the server has not said that the lock is off: the phone goes back to who sent it.',
  'not-verified': 'Not verified that the phone is signed out.',
  'signed-in-still': 'The phone is still signed in.',
  by: 'by',
  'earlier-attempt': ', in an earlier attempt',
  'acts-left': '{n} earlier acts are in record.json',
  'nothing-done': 'Nothing was done on the phone.',
  'before-look': 'Before the first look: {steps}.',
  'steps-more': '{n} steps more',
  'pages-left': '{n} pages in the middle are in the evidence.',
  'act.code-requested': 'Code requested',
  'act.password-submitted': 'Password submitted',
  'act.password-set': 'New password submitted',
  'act.start-list': 'Order added with a list',
  'act.add-order': 'Order added',
  'act.give-password': 'Password given',
  'act.retry': 'Begun again',
  'act.hold': 'Put on hold',
  'act.cancel': 'Cancelled',
  'act.answer': 'Question answered',
  'act.set-aside': 'Phone set aside',
  'act.uncover-account': 'Account name uncovered',
  'act.look-live': 'Screen looked at',
  'act.take-control': 'Phone taken in hand',
  'act.release-control': 'Phone released',
  'act.control-tap': 'Tapped by hand',
  'act.control-swipe': 'Swiped by hand',
  'act.control-key': 'Key pressed by hand',
  'act.control-text': 'Text typed by hand',
  'act.control-password': 'Password submitted by hand',
  'act.control-new-password': 'New password submitted by hand',
  'act.control-code': 'Code requested by hand',
  'act.control-refused': 'Touch not passed on',
} as const;

export type SheetWord = keyof typeof SHEET_WORDS;
type Values = Readonly<Record<string, string | number>>;

/** Says what stands on a sheet, in one language. */
export interface SheetSay {
  lang: string;
  say(word: SheetWord, values?: Values): string;
  outcome(outcome: string): string;
  /** What happened, and what to do. */
  why(record: PhoneRecord): { what: string; todo: string };
  data(record: PhoneRecord): string;
  factName(name: string): string;
  factValue(value: string): string;
  task(todo: string): string;
  step(what: string): string;
  pageName(name: string): string;
}

/** As the record itself has it: what is signed. */
export const ENGLISH_SHEET: SheetSay = {
  lang: 'en',
  say: (word, values) => inPlace(SHEET_WORDS[word], values),
  outcome: (outcome) => outcomeInWords(outcome)[0],
  why(record) {
    const [what = '', ...todo] = whyInWords(record).split(' → ');
    return { what, todo: todo.join(' → ') };
  },
  data: ({ outcome, data, dataAnswer }) => dataInWords(outcome, data, dataAnswer),
  factName: (name) => name,
  factValue: (value) => value,
  task: (todo) => todo,
  step: (what) => what,
  pageName: (name) => name,
};

export const inPlace = (text: string, values: Values = {}): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));

/** An act of an operator or of a run; one that has no words as it is named. */
export function actOn({ say }: SheetSay, act: string): string {
  const word = `act.${act}`;
  return word in SHEET_WORDS ? say(word as SheetWord) : act;
}
