import { Worker } from 'node:worker_threads';
import { extractCode, type Extracted } from './extract-code.ts';
import type { Message } from './inbox.ts';
import { ENOUGH, readHead, withBody, type Arrival } from './mail.ts';
import type { Body } from './mail-body.ts';
import type { ReadingResult, Work } from './reading-work.ts';
import { ownProgram } from '../own-files.ts';
import { isAllowedSender, type Senders } from './senders.ts';

/** Makes a message of a raw mail. Never throws. */
export type MailReader = (raw: Uint8Array, arrival: Arrival) => Promise<Message>;

interface Job {
  work: Work;
  resolve: (result: ReadingResult) => void;
  reject: (why: 'late' | 'broken') => void;
}

export interface RoomOptions {
  /** What the thread runs. */
  program?: URL;
  /** How long one piece of work may take, ms. */
  deadlineMs?: number;
}

/** No message takes a hundredth of it. */
const DEADLINE = 5000;
/** Until a thread has to be there, ms. */
const START_LIMIT = 60_000;
const MEMORY_MB = 256;

/**
 * A thread that reads what strangers have written, one message after the other, so that none of them can hold
 * up the program or take its memory: what is not read within the deadline ends the thread, and the next
 * message gets another. It starts with the first message, and keeps no program from ending.
 */
export function readingRoom({
  program = ownProgram('codes/reading-worker'),
  deadlineMs = DEADLINE,
}: RoomOptions = {}) {
  const waiting: Job[] = [];
  let thread: Worker | undefined;
  let ready = false;
  let current: Job | undefined;
  let timer: NodeJS.Timeout | undefined;

  function start(): Worker {
    ready = false;
    const one = new Worker(program, {
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    const broken = () => one === thread && give('broken');
    one.on('message', (said: { ready: true } | { result: ReadingResult }) => {
      if (one !== thread) return;
      if ('result' in said) finish(({ resolve }) => resolve(said.result));
      else ready = true;
      if (!('result' in said) && current) limit(deadlineMs);
    });
    return one.on('error', broken).on('exit', broken);
  }

  /** Ends the thread with the message it has in hand. */
  function give(why: 'late' | 'broken'): void {
    const one = thread;
    thread = undefined;
    void one?.terminate();
    finish(({ reject }) => reject(why));
  }

  function limit(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => give(ready ? 'late' : 'broken'), ms);
  }

  function finish(settle: (job: Job) => void): void {
    clearTimeout(timer);
    const done = current;
    current = undefined;
    thread?.unref();
    if (done) settle(done);
    next();
  }

  function next(): void {
    if (current) return;
    current = waiting.shift();
    if (!current) return;
    thread ??= start();
    thread.ref();
    limit(ready ? deadlineMs : START_LIMIT);
    thread.postMessage(current.work);
  }

  return (work: Work): Promise<ReadingResult> =>
    new Promise((resolve, reject) => {
      waiting.push({ work, resolve, reject });
      next();
    });
}

export type ReadingRoom = ReturnType<typeof readingRoom>;

/** The one all share. */
const room = readingRoom();

const reasons = { late: 'it takes too long to read', broken: 'it cannot be read' };

/**
 * Reads mails in the shared thread. The sender is looked at first: of a mail from anybody who may not send
 * codes (where `allowed` says who may) only the header is read.
 */
export function mailReader(allowed?: Senders, read: ReadingRoom = room): MailReader {
  return async (raw, arrival) => {
    const head = await readHead(raw, arrival);
    if (allowed && !isAllowedSender(head, allowed)) return head;
    // Without a copy the whole of a large mail would go to the thread, and stay in memory behind this part of
    // it.
    const beginning = Uint8Array.from(raw.subarray(0, ENOUGH));
    const body = read({ raw: beginning }).catch((why: keyof typeof reasons): Body => ({
      text: '',
      unread: reasons[why],
    }));
    return { ...head, ...withBody(head.text, (await body) as Body) };
  };
}

/** A text so short is read faster than it is handed over, characters. */
const BRIEF = 2000;

/** The code of a message; a long one is read in the shared thread. */
export async function codeIn(
  { channel, text, unread }: Message,
  read: ReadingRoom = room,
): Promise<Extracted> {
  const message = { channel, text, ...(unread === undefined ? {} : { unread }) };
  if (text.length <= BRIEF) return extractCode(message);
  return read({ message }).catch((why: keyof typeof reasons): Extracted => ({
    none: reasons[why],
  })) as Promise<Extracted>;
}
