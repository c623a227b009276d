import { systemClock, type Clock } from '../clock.ts';
import { CodeSourceError, PhoneAnswerError } from '../errors.ts';
import { shellWord } from '../words/shell-word.ts';
import type { Inbox, Message, OnInboxEvent } from './inbox.ts';
import { poll, type Failure } from './poll.ts';

/**
 * What is needed of a phone. `shell` runs one line and gives all it prints; it throws when the phone is gone.
 */
export interface SmsPhone {
  readonly serial: string;
  shell(command: string, signal?: AbortSignal): Promise<string>;
}

const NAME = 'phone-sms';
const LOOK_EVERY = 500;
/** Tells an answer that is complete from one that broke off. */
const END = '@@mi-unbind:end';

/**
 * SMS to the SIM of an attached phone, read from its own inbox with `content query`. MIUI files service
 * messages apart ("notification SMS") and shows apps none of them; whether the shell sees them differs by
 * release, so a phone may answer that its inbox is empty.
 */
export function phoneSmsInbox({
  phone,
  onEvent = () => undefined,
  clock = systemClock,
}: {
  phone: SmsPhone;
  onEvent?: OnInboxEvent;
  clock?: Clock;
}): Inbox {
  const stream = `${NAME}/${phone.serial}`;

  async function ask(projection: string, where: string, signal?: AbortSignal): Promise<string> {
    const answer = await phone.shell(query(projection, where), signal);
    if (!answer.trimEnd().endsWith(END)) throw new Error('The answer of the phone breaks off.');
    return answer.slice(0, answer.lastIndexOf(END));
  }

  async function numbers(where: string, signal?: AbortSignal): Promise<number[]> {
    const answer = await ask('_id', where, signal);
    const found = [...answer.matchAll(/^Row: \d+ _id=(\d{1,15})\r?$/gm)].map(([, id]) => Number(id));
    if (found.length === 0 && !isEmpty(answer)) throw new Refusal(answer);
    return found;
  }

  /** Nothing when it has been deleted meanwhile. */
  async function read(number: number, signal?: AbortSignal): Promise<Message | undefined> {
    const answer = await ask('_id:date:address:body', `_id=${number}`, signal);
    const sms = parseRow(answer);
    if (!sms && !isEmpty(answer)) throw new Refusal(answer);
    if (!sms) return undefined;
    const { date, from, text } = sms;
    // Android's `content` of old cuts numbers to 32 bits.
    const receivedAt = date > 2 ** 32 ? date : clock.now();
    // The number alone does not tell a message: when the newest is deleted, the next one gets its number (no
    // AUTOINCREMENT in AOSP's table).
    return {
      id: `${stream}/${number}/${date}`,
      channel: 'sms',
      from,
      to: [],
      text,
      receivedAt,
      stream,
      number,
    };
  }

  const explain = (cause: unknown): Failure => explained(phone.serial, cause);
  const all = (signal?: AbortSignal) =>
    numbers('_id>0', signal).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw explain(cause).error;
    });

  return {
    name: NAME,
    async position(signal) {
      return { [stream]: (await all(signal)).reduce((most, id) => Math.max(most, id), 0) + 1 };
    },
    async follow(from, deliver, signal) {
      let next = from[stream] ?? 0;
      const look = async () => {
        for (const number of await numbers(`_id>=${next}`, signal)) {
          const message = await read(number, signal);
          if (message) deliver(message);
          next = number + 1;
        }
      };
      await poll(
        { what: `SMS of the phone '${phone.serial}'`, look, explain, everyMs: LOOK_EVERY, onEvent, clock },
        signal,
      );
    },
    async check(signal) {
      const { length } = await all(signal);
      if (length > 0) return `${length} SMS in the inbox of the phone '${phone.serial}'`;
      return `the phone '${phone.serial}' shows no SMS: either it has none, or MIUI keeps them from the shell; send it one to find out`;
    },
    async close() {},
  };
}

/**
 * Quoted for the phone's shell: `>` in a condition would write a file. Errors go to stderr, which not every
 * way to a shell hands over.
 */
function query(projection: string, where: string): string {
  return `content query --uri content://sms/inbox --projection ${projection} --where ${shellWord(where)} --sort '_id ASC' 2>&1; echo ${END}`;
}

const isEmpty = (answer: string) => answer.trim() === 'No result found.';

/**
 * The one row of an answer. Nothing in it is escaped, and a text may well hold line breaks and what looks
 * like a further row with another sender: therefore the text comes last, numbers are asked for first, and
 * each message is asked for by itself.
 */
export function parseRow(answer: string): { date: number; from: string; text: string } | undefined {
  const [, date, from, text] =
    /^Row: 0 _id=\d+, date=(-?\d+), address=([^\n]*?), body=([^]*?)\r?\n$/.exec(answer) ?? [];
  const given = (value = '') => (value === 'NULL' ? '' : value);
  return date === undefined ? undefined : { date: Number(date), from: given(from), text: given(text) };
}

/** The phone answers, but not with messages. */
class Refusal extends Error {}

/** Of an answer only the kind of Java's exception is quoted: what is not understood may hold a message. */
function explained(serial: string, cause: unknown): Failure {
  if (cause instanceof PhoneAnswerError) {
    const why = cause.message.replace(/\.$/, '');
    const hint = 'restart the phone; if it sends the same again, use another source for codes';
    return { error: new CodeSourceError(NAME, why, hint, cause), lasting: true };
  }
  const [why, hint, lasting]: [string, string, boolean] = !(cause instanceof Refusal)
    ? [
        `the phone '${serial}' does not answer`,
        "attach it again, allow USB debugging on its screen, and see 'mi-unbind phones'",
        false,
      ]
    : /SecurityException|Permission Denial/.test(cause.message)
      ? [
          `the phone '${serial}' keeps its SMS from the shell (Permission Denial)`,
          'use another source for codes, such as a gateway, or read the code on the phone and type it in (source person)',
          true,
        ]
      : [
          `the phone '${serial}' cannot say what SMS it has (${/\b[\w.]+Exception\b/.exec(cause.message)?.[0] ?? 'its answer is not understood'})`,
          'unlock the phone once after it started, then try again; if it stays so, use another source for codes',
          false,
        ];
  return {
    error: new CodeSourceError(NAME, why, hint, cause instanceof Refusal ? undefined : cause),
    lasting,
  };
}
