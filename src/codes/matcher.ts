import type { Clock } from '../clock.ts';
import { CodeSourceError, CodeTimeoutError } from '../errors.ts';
import { Secret } from '../secret.ts';
import type { Wait } from '../store/waits.ts';
import { isFor, plainly } from './addresses.ts';
import type { Inbox, Message } from './inbox.ts';
import { codeIn } from './reading.ts';
import { isAllowedSender, type Senders } from './senders.ts';
import type { Baseline, CodeRequest, CodeSource, Position, ReceivedCode } from './source.ts';
import { RejectedMessages } from './rejected-messages.ts';

export interface MatcherOptions {
  clock: Clock;
  /** Who may send a code. */
  allowed: Senders;
  /** Takes a message for one waiter; false when another has it, in this process or elsewhere. */
  claim: (message: string) => Promise<boolean>;
  /** Makes a wait known to the other processes that read the same inbox. Missing: there are none. */
  announce?: (wait: { streams: readonly string[]; address: string; ms: number }) => Promise<Wait>;
}

// What mail servers' clocks may differ by, ms. A message that was sent longer ago than this before the
// baseline is an old one that was late.
const SKEW = 60_000;
// More than a hundred phones can be sent while their flows wait.
const KEPT = 1000;
// The same of characters, of all of them together.
const KEPT_CHARACTERS = 8 * 1024 * 1024;

/** Where it could not be made known, it is unknown who else waits. */
const unknown: Wait = { isAlone: async () => false, end: async () => undefined };

interface Arrived {
  message: Message;
  /** When this process got it. */
  at: number;
}

interface Waiter {
  request: CodeRequest;
  came: RejectedMessages;
  /** What other processes know of it. */
  announced: Promise<Wait | undefined>;
  /** Messages are looked at one after the other. */
  turn: Promise<void>;
  done: boolean;
  give: (code: ReceivedCode) => void;
  fail: (reason: unknown) => void;
}

/**
 * Gives the messages of one inbox, over its one connection, to the runs that wait for them. Any number may
 * wait at the same time.
 */
export class CodeMatcher implements CodeSource {
  readonly #inbox: Inbox;
  readonly #options: MatcherOptions;
  readonly #arrived: Arrived[] = [];
  #characters = 0;
  readonly #waiters = new Set<Waiter>();
  readonly #over = new AbortController();
  #following: { from: Baseline; stop: AbortController; ended: Promise<void> } | undefined;

  constructor(inbox: Inbox, options: MatcherOptions) {
    this.#inbox = inbox;
    this.#options = options;
  }

  get name(): string {
    return this.#inbox.name;
  }

  async baseline(signal?: AbortSignal): Promise<Baseline> {
    const over = signal ? AbortSignal.any([signal, this.#over.signal]) : this.#over.signal;
    over.throwIfAborted();
    // Before the question: what comes while it is answered is no older than this.
    const takenAt = new Date(this.#options.clock.now()).toISOString();
    const position = await this.#inbox.position(over);
    over.throwIfAborted();
    const baseline = { source: this.name, takenAt, position };
    this.#follow(baseline);
    return baseline;
  }

  waitForCode(request: CodeRequest): Promise<ReceivedCode> {
    const { since, address, signal, timeoutMs } = request;
    const over = [signal, this.#over.signal].find((one) => one?.aborted);
    if (over) return Promise.reject(over.reason as Error);
    this.#follow(since);
    const { promise, resolve, reject } = Promise.withResolvers<ReceivedCode>();
    const ended = new AbortController();
    const stop = () => waiter.fail(signal?.reason);
    const leave = () => {
      waiter.done = true;
      this.#waiters.delete(waiter);
      ended.abort();
      signal?.removeEventListener('abort', stop);
      // Otherwise it is over with its time.
      announced.then((wait) => wait?.end()).catch(() => undefined);
    };
    const streams = Object.keys(since.position);
    const announced = Promise.resolve(
      this.#options.announce?.({ streams, address: plainly(address), ms: timeoutMs }),
    ).catch(() => unknown);
    const waiter: Waiter = {
      request,
      came: new RejectedMessages(),
      announced,
      turn: announced.then(() => undefined),
      done: false,
      give: (code) => (leave(), resolve(code)),
      fail: (reason) => (leave(), reject(reason)),
    };
    this.#waiters.add(waiter);
    signal?.addEventListener('abort', stop);
    const deadline = this.#options.clock.sleep(timeoutMs, `a code from ${this.name}`, ended.signal);
    deadline.then(
      () => waiter.fail(new CodeTimeoutError(this.name, Math.round(timeoutMs / 1000), waiter.came.summary())),
      () => undefined,
    );
    // Of several that came before anybody waited, the one sent last is valid.
    const sent = ({ message }: Arrived) => message.sentAt ?? message.receivedAt;
    for (const one of this.#arrived.toSorted((a, b) => sent(b) - sent(a))) this.#offer(waiter, one);
    return promise;
  }

  async close(): Promise<void> {
    this.#over.abort(
      new CodeSourceError(this.name, 'it was closed while a code was waited for', 'run the command again'),
    );
    await this.#following?.ended;
    await this.#inbox.close();
  }

  /**
   * Begins to follow the inbox; again from further back where a baseline of an earlier process asks for it.
   */
  #follow(from: Baseline): void {
    const current = this.#following;
    if (current && !isOlder(from, current.from)) return;
    current?.stop.abort();
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#over.signal]);
    const start = current ? earliest(from, current.from) : from;
    // What is delivered again is known by its id.
    const deliver = (message: Message) => this.#arrive(message);
    const following = {
      from: start,
      stop,
      ended: Promise.resolve(current?.ended)
        .then(() => this.#inbox.follow(start.position, deliver, signal))
        .then(
          () => this.#over.signal.aborted && this.#end(this.#over.signal.reason as Error),
          (error: Error) => {
            if (this.#following === following) this.#following = undefined;
            this.#end(error);
          },
        )
        .then(() => undefined),
    };
    this.#following = following;
  }

  /** Nothing comes any more. */
  #end(error: Error): void {
    for (const waiter of this.#waiters) waiter.fail(error);
  }

  #arrive(message: Message): void {
    if (this.#arrived.some((one) => one.message.id === message.id)) return;
    const arrived = { message, at: this.#options.clock.now() };
    this.#arrived.push(arrived);
    this.#characters += message.text.length;
    while (this.#arrived.length > KEPT || this.#characters > KEPT_CHARACTERS)
      this.#characters -= this.#arrived.shift()?.message.text.length ?? 0;
    for (const waiter of this.#waiters) this.#offer(waiter, arrived);
  }

  #offer(waiter: Waiter, arrived: Arrived): void {
    waiter.turn = waiter.turn.then(() => this.#consider(waiter, arrived)).catch(waiter.fail);
  }

  async #consider(waiter: Waiter, { message, at }: Arrived): Promise<void> {
    const { since, address, match } = waiter.request;
    if (waiter.done || !isAfter(message, since)) return;
    const { allowed, claim } = this.#options;
    const fits = isFor(message.to, address);
    if (!isAllowedSender(message, allowed)) return waiter.came.note('sender');
    if (fits === false) return waiter.came.note('address');
    if (fits === undefined && !(await this.#isAlone(waiter))) return waiter.came.note('unclear');
    if (match?.(message) === false) return waiter.came.note('match');
    if (wasLate(message, at, since)) return waiter.came.note('old');
    const found = await codeIn(message);
    if ('none' in found) return waiter.came.note('no-code', found.none);
    if (!(await claim(`${this.name}:${message.id}`))) return waiter.came.note('taken');
    const { from, receivedAt } = message;
    waiter.give({ code: new Secret(found.code), from, receivedAt, source: this.name });
  }

  /**
   * No run waits for a code to another address, so a message without a recipient can only be for this one.
   */
  async #isAlone({ request, announced }: Waiter): Promise<boolean> {
    if ([...this.#waiters].some((other) => !isFor([other.request.address], request.address))) return false;
    return (await (await announced)?.isAlone()) ?? true;
  }
}

/**
 * Whether a message that is new to the inbox is an old one all the same: put there from another place, or
 * sent well before the baseline and long under way. The clock of this computer says when it came, those of
 * servers how long it was under way: none has to be right.
 */
function wasLate(
  { sentAt, receivedAt, transit, moved }: Message,
  at: number,
  { takenAt }: Baseline,
): boolean {
  if (moved) return true;
  if (sentAt === undefined) return false;
  const asked = Date.parse(takenAt);
  // The clock may have been set back since.
  return Math.max(at, asked) - Math.max(0, transit ?? receivedAt - sentAt) < asked - SKEW;
}

/**
 * By the number within its stream; a stream the baseline does not know began later, and there only the time
 * tells.
 */
function isAfter({ stream, number, receivedAt }: Message, { position, takenAt }: Baseline): boolean {
  const first = position[stream];
  return first === undefined ? receivedAt >= Date.parse(takenAt) : number >= first;
}

/**
 * Whether following from `other` on could miss what comes after `one`. A stream that only the later of them
 * knows began between them.
 */
function isOlder(one: Baseline, other: Baseline): boolean {
  const unknown = one.takenAt < other.takenAt ? 0 : Infinity;
  return Object.entries(other.position).some(
    ([stream, number]) => (one.position[stream] ?? unknown) < number,
  );
}

/** From where on following misses nothing of either. */
function earliest(one: Baseline, other: Baseline): Baseline {
  const [first, second] = one.takenAt < other.takenAt ? [one, other] : [other, one];
  const lower = ([stream, number]: [string, number]) => [
    stream,
    Math.min(number, second.position[stream] ?? number),
  ];
  return { ...first, position: Object.fromEntries(Object.entries(first.position).map(lower)) as Position };
}
