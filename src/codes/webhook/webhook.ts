import { systemClock, type Clock } from '../../clock.ts';
import { CodeSourceError, MiUnbindError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { KeptMessage, MessageStore, NewMessage } from '../../store/messages.ts';
import type { Inbox, Message, OnInboxEvent } from '../inbox.ts';
import { addressOf, openDoor } from './door.ts';
import { SOURCE, startWebhookEndpoint, type WebhookAnswer } from './endpoint.ts';
import { joinsParts } from '../sms-parts.ts';
import type { Gateway, OutgoingRequest } from './gateway.ts';
import { presets, type Preset } from './presets.ts';
import { isPublicKey } from './telnyx.ts';

export interface SmsWebhook {
  listen: { host: string; port: number };
  preset: Preset;
  secret: Secret;
  /** The address the gateway calls, where it is not the one in its request. */
  publicUrl?: string | undefined;
  /** With generic: paths of sender, recipient, text and id. */
  fields?: readonly string[];
  /** With generic: paths of reference, number and total of a part. */
  parts?: readonly string[];
  /** What a taken request is answered with. */
  answer?: string | undefined;
  store: MessageStore;
  onEvent?: OnInboxEvent;
  clock?: Clock;
}

/** How soon a port that another process holds, or a store that failed, is tried again, ms. */
const AGAIN = 1000;
/** How long our own endpoint may take to answer, ms. */
const ANSWER_LIMIT = 10_000;

/**
 * SMS that a gateway hands over by HTTP, at `/sms` on the configured port. Processes that use the same port
 * share what comes through the store, and when the one that listens ends, another one does.
 */
export function smsWebhookInbox(options: SmsWebhook): Inbox {
  const { listen, preset, secret, publicUrl = '', store, answer } = options;
  const { fields = ['from', 'to', 'text', 'id'], parts = [], onEvent = () => undefined } = options;
  const { clock = systemClock } = options;
  const address = addressOf(listen);
  const gateway: Gateway = presets[preset];
  const { write } = gateway;
  refuseUnfit(options);
  const agreed = () => ({ secret, publicUrl, fields, parts, now: clock.now() });
  const health = { program: 'mi-unbind', source: SOURCE, preset };
  const tally = new Tally(onEvent);
  const door = openDoor(listen, health, () =>
    startWebhookEndpoint({
      ...{ listen, gateway, agreed, answer, health, keep },
      answered: (answer) => tally.count(answer),
    }),
  );
  /**
   * Who follows in this process: he hears of what our own endpoint takes without the way through the store.
   */
  const near = new Set<(message: KeptMessage) => void>();
  let listener = '';

  const inbox: Inbox = {
    name: SOURCE,

    async position(signal) {
      signal?.throwIfAborted();
      await enter(inbox);
      return { [SOURCE]: await store.next(SOURCE) };
    },

    async follow(from, deliver, signal) {
      const join = joinsParts((message) => deliver(received(message)), clock, signal);
      const tools = { store, near, join, clock, onEvent, enter: () => enter(signal) };
      try {
        await new Follower(tools, from[SOURCE] ?? 0).follow(signal);
      } finally {
        await door.leave(signal);
      }
    },

    async check(signal) {
      signal?.throwIfAborted();
      const who = await enter(inbox);
      const reached =
        publicUrl === ''
          ? ''
          : `; ${await reach(new URL('health', publicUrl), { ...health, address }, signal)}`;
      return `${listener}${who === 'ours' ? `; ${tally.text}` : ''}${reached}`;
    },

    ...(write && { send: (message, signal) => send(write(message, agreed()), signal) }),

    close: () => door.leave(inbox),
  };
  return inbox;

  async function send(
    { url, ...request }: OutgoingRequest,
    signal?: AbortSignal,
  ): Promise<() => Promise<void>> {
    await enter(inbox);
    const limit = AbortSignal.timeout(ANSWER_LIMIT);
    const answer = await fetch(`http://${address}${url}`, {
      ...request,
      method: gateway.methods[0] ?? 'POST',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const said = await answer.text();
    if (!answer.ok) throw notTaken(address, answer.status, said);
    // It stays in the store with all others.
    return async () => {};
  }

  async function keep(message: NewMessage): Promise<KeptMessage | undefined> {
    const added = await store.add(message);
    if (added) for (const hear of near) hear(added);
    return added;
  }

  async function enter(user: unknown): Promise<'ours' | 'shared'> {
    const who = await door.enter(user);
    const now =
      who === 'ours'
        ? `listening on ${address} for ${preset}`
        : `another mi-unbind listens on ${address} for ${preset}`;
    if (now !== listener) onEvent({ kind: 'connected', what: now });
    listener = now;
    return who;
  }
}

/** Counts what gateways were answered, and says what must not stay unseen. */
class Tally {
  #kept = 0;
  readonly #refusals = new Map<string, number>();
  readonly #onEvent: OnInboxEvent;

  constructor(onEvent: OnInboxEvent) {
    this.#onEvent = onEvent;
  }

  count(answer: WebhookAnswer): void {
    if (answer === 'kept') this.#kept++;
    if (answer === 'not kept')
      this.#onEvent({
        kind: 'lost',
        what: 'the store did not take a message; 503 was answered, so that it is delivered again',
      });
    if (typeof answer === 'string') return;
    this.#refusals.set(answer.why, (this.#refusals.get(answer.why) ?? 0) + 1);
    this.#onEvent({ kind: 'refused', what: `a request was answered ${answer.status}: ${answer.why}` });
  }

  get text(): string {
    const reasons = [...this.#refusals].map(([why, count]) => `${count} ${why}`).join(', ');
    const refused = [...this.#refusals.values()].reduce((sum, count) => sum + count, 0);
    return `${counted(this.#kept, 'message')} kept, ${counted(refused, 'request')} refused${reasons && ` (${reasons})`}`;
  }
}

interface FollowerTools {
  store: MessageStore;
  near: Set<(message: KeptMessage) => void>;
  clock: Clock;
  onEvent: OnInboxEvent;
  /** Takes each message once, in the order of the store where it comes from there. */
  join: (message: KeptMessage) => void;
  /** Takes the port where it is free. */
  enter: () => Promise<'ours' | 'shared'>;
}

/** One who follows the messages in the store, from all processes, and those of our own endpoint at once. */
class Follower {
  /** The first message in the store that was not met yet. */
  #next: number;
  #fault = '';
  /** Resolves when the store has news. */
  #news = Promise.withResolvers<void>();
  /** Messages that were heard at once, and are still to be met in the store. */
  readonly #heard = new Set<number>();
  readonly #tools: FollowerTools;

  constructor(tools: FollowerTools, from: number) {
    this.#tools = tools;
    this.#next = from;
  }

  readonly #hear = (message: KeptMessage): void => {
    // It was in the store before our endpoint heard that it is.
    if (message.id < this.#next) return;
    this.#heard.add(message.id);
    this.#tools.join(message);
  };

  /** Until aborted. */
  async follow(signal: AbortSignal): Promise<void> {
    const { store, near, clock, enter } = this.#tools;
    const wake = () => this.#news.resolve();
    let unwatch = async () => {};
    signal.addEventListener('abort', wake);
    near.add(this.#hear);
    try {
      await enter();
      unwatch = await store.watch(SOURCE, wake);
      while (!signal.aborted) {
        // Before the store is read, so that no message falls between.
        this.#news = Promise.withResolvers();
        const settled = await this.#look(signal);
        await pause(clock, this.#news.promise, settled ? undefined : AGAIN);
      }
    } finally {
      signal.removeEventListener('abort', wake);
      near.delete(this.#hear);
      await unwatch();
    }
  }

  /** True when nothing has to be tried again. */
  async #look(signal: AbortSignal): Promise<boolean> {
    const { store, onEvent, join, enter } = this.#tools;
    try {
      for (const message of await store.from(SOURCE, this.#next)) {
        if (signal.aborted) return true;
        if (!this.#heard.delete(message.id)) join(message);
        this.#next = message.id + 1;
      }
      const who = await enter();
      this.#fault = '';
      return who === 'ours';
    } catch (error) {
      // What others wrote into an error may hold a message.
      const what = error instanceof MiUnbindError ? error.message : 'The store could not be read.';
      if (what !== this.#fault) onEvent({ kind: 'lost', what });
      this.#fault = what;
      return false;
    }
  }
}

/** Until `early` resolves, or `ms` have passed. Leaves nothing running. */
async function pause(clock: Clock, early: Promise<void>, ms: number | undefined): Promise<void> {
  if (ms === undefined) return early;
  const over = new AbortController();
  const late = clock.sleep(ms, 'the port or the store', over.signal).catch(() => undefined);
  await Promise.race([early, late]);
  over.abort();
}

/** The gateway's way in, through whatever stands between. */
async function reach(
  url: URL,
  { program, address }: { program: string; address: string },
  signal?: AbortSignal,
): Promise<string> {
  const limit = AbortSignal.timeout(ANSWER_LIMIT);
  const answer = await fetch(url, { signal: signal ? AbortSignal.any([signal, limit]) : limit })
    .then((response) => response.json() as Promise<{ program?: string }>)
    .catch(() => undefined);
  signal?.throwIfAborted();
  if (answer?.program === program) return `reached through ${url.host}`;
  const way = `let ${url.href} and SMS_WEBHOOK_URL lead to ${address} (proxy, firewall, name), or correct SMS_WEBHOOK_URL`;
  throw new CodeSourceError(
    SOURCE,
    `it cannot be reached through SMS_WEBHOOK_URL: no mi-unbind answers at ${url.href}`,
    way,
  );
}

function notTaken(address: string, status: number, said: string): CodeSourceError {
  const why =
    status === 503
      ? 'the store did not take a message'
      : `the endpoint on ${address} answered ${status} (${said})`;
  const hint =
    'run this with the settings the listening mi-unbind was started with (SMS_WEBHOOK_SECRET, SMS_WEBHOOK_URL, SMS_WEBHOOK_FIELDS)';
  return new CodeSourceError(
    SOURCE,
    why,
    status === 503 ? 'see whether the database can be reached, then run this again' : hint,
  );
}

/** What a gateway signs with has to be known before its first message is refused. */
function refuseUnfit({ preset, publicUrl = '', secret }: SmsWebhook): void {
  if (preset === 'twilio' && publicUrl === '') {
    const hint =
      'set SMS_WEBHOOK_URL to the address that stands at Twilio under "A message comes in", letter by letter';
    throw new CodeSourceError(
      SOURCE,
      'Twilio signs the address it calls, and SMS_WEBHOOK_URL is not set',
      hint,
    );
  }
  if (preset === 'telnyx' && !isPublicKey(secret.reveal())) {
    const hint =
      "set SMS_WEBHOOK_SECRET to your account's public key (Mission Control → Keys & Credentials): 44 characters that end with =";
    throw new CodeSourceError(SOURCE, 'SMS_WEBHOOK_SECRET is no public key of Telnyx', hint);
  }
}

function received({ id, from, to, text, receivedAt, sentAt }: KeptMessage): Message {
  const parties = { from, to: to === '' ? [] : [to] };
  const times = { receivedAt, ...(sentAt !== undefined && { sentAt }) };
  return { id: `${SOURCE}:${id}`, channel: 'sms', ...parties, text, ...times, stream: SOURCE, number: id };
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
