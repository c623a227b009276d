import { createHmac, randomUUID } from 'node:crypto';
import { netFault } from '../words/net-fault.ts';
import type { Clock } from '../clock.ts';
import type { Secret } from '../secret.ts';

/**
 * The lab's own system is asked before a phone and gets its record after it, by POST with JSON. Each request has
 * `webhook-id`, which stays the same when it is sent again, and `webhook-timestamp`, seconds. With a secret,
 * `webhook-signature` signs both and the body (Standard Webhooks 1.0.0, "Signature scheme").
 */
export interface HookTools {
  fetch: typeof fetch;
  clock: Clock;
  signal: AbortSignal;
}

export interface Hook {
  url: Secret;
  /** `whsec_` and a key in base64. Missing: nothing is signed. */
  secret?: Secret | undefined;
}

/** The phone that is about to be begun. */
export interface Candidate {
  job: string;
  batch: string;
  serial: string;
  /** Empty where the phone does not tell. */
  imei: string;
  reference: string;
  /** 1 for the first. */
  attempt: number;
}

export interface HookAnswer {
  action: 'run' | 'skip' | 'hold';
  /** For people. */
  reason: string;
  /** False: it could not be had, and `hold` is ours. Ask again later, as no one has to give the phone back. */
  answered: boolean;
}

/** `afterMs`: how long the receiver wants to be left alone at least. */
export type Delivery =
  { kind: 'delivered' } | { kind: 'retry'; why: string; afterMs: number } | { kind: 'refused'; why: string };

/** For one request with its answer, ms. */
const LIMIT = 5_000;
/** Before the second and last try, ms. */
const PAUSE = 1_000;
const LONGEST_REASON = 200;

const MINUTE = 60_000;
/**
 * Between deliveries, ms. Three days in all, so that a system that is down over a weekend gets what it
 * missed.
 */
const PAUSES = [
  10_000,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * 60 * MINUTE,
  ...Array.from({ length: 12 }, () => 6 * 60 * MINUTE),
];

/**
 * Asks BEFORE_URL. A hook that is down or answers nonsense holds the phone: one that should have been held is
 * signed out for good, and one that waits loses some time. Throws the signal's reason when aborted.
 */
export async function askBefore(hook: Hook, phone: Candidate, tools: HookTools): Promise<HookAnswer> {
  const message = { id: randomUUID(), body: JSON.stringify({ event: 'before', ...phone }) };
  let reply = await post(hook, message, {}, tools);
  if (isPassing(reply)) {
    await tools.clock.sleep(PAUSE, 'the hook to come back', tools.signal);
    reply = await post(hook, message, {}, tools);
  }
  const unanswered = (why: string): HookAnswer => ({
    action: 'hold',
    reason: `BEFORE_URL ${why}`,
    answered: false,
  });
  if ('failed' in reply) return unanswered(`cannot be reached: ${reply.failed}`);
  if (reply.status !== 200) return unanswered(`answers with status ${reply.status}`);
  return (
    answerIn(reply.text) ?? unanswered('answers something else than {"action": "run"}, "skip" or "hold"')
  );
}

/**
 * Hands a record to AFTER_URL, once. A record whose receipt was lost is delivered again under the same id, which
 * is also its `Idempotency-Key`. Throws the signal's reason when aborted.
 */
export async function deliver(hook: Hook, message: HookMessage, tools: HookTools): Promise<Delivery> {
  const reply = await post(hook, message, { 'idempotency-key': message.id }, tools);
  if ('failed' in reply)
    return { kind: 'retry', why: `AFTER_URL cannot be reached: ${reply.failed}`, afterMs: 0 };
  const { status } = reply;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const why = `AFTER_URL answers with status ${status}`;
  return isPassing(reply) ? { kind: 'retry', why, afterMs: reply.retryAfterMs } : { kind: 'refused', why };
}

/** How long to wait after so many deliveries that failed, ms; undefined: it is given up. */
export function pauseAfter(failures: number): number | undefined {
  return PAUSES[failures - 1];
}

/** `id` has no full stop: what is signed has one behind it. */
interface HookMessage {
  id: string;
  body: string;
}

type Reply = { status: number; text: string; retryAfterMs: number } | { failed: string };

async function post(
  { url, secret }: Hook,
  { id, body }: HookMessage,
  headers: Record<string, string>,
  tools: HookTools,
): Promise<Reply> {
  const { fetch, clock, signal } = tools;
  signal.throwIfAborted();
  const seconds = String(Math.floor(clock.now() / 1000));
  const signed = {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    ...(secret && { 'webhook-signature': `v1,${sign(secret, `${id}.${seconds}.${body}`)}` }),
  };
  const late = new AbortController();
  const answered = new AbortController();
  clock
    .sleep(LIMIT, 'the answer of a hook', answered.signal)
    .then(() => late.abort())
    .catch(() => undefined);
  try {
    const { address, login } = apart(url);
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...login, ...signed, ...headers },
      body,
      // Followed, a POST becomes a GET.
      redirect: 'manual',
      signal: AbortSignal.any([late.signal, signal]),
    });
    const pause = Number(response.headers.get('retry-after'));
    return {
      status: response.status,
      text: await response.text(),
      retryAfterMs: pause > 0 ? pause * 1000 : 0,
    };
  } catch (error) {
    signal.throwIfAborted();
    return { failed: late.signal.aborted ? `no answer within ${LIMIT / 1000} s` : faultOf(error) };
  } finally {
    answered.abort();
  }
}

/** `fetch` takes no address with a name and password in it. */
function apart(url: Secret): { address: URL; login: { authorization?: string } } {
  const address = new URL(url.reveal());
  const pair = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
  address.username = address.password = '';
  return {
    address,
    login: pair === ':' ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  };
}

/** What may be different in a while. RFC 9110 15, RFC 6585 4, RFC 8470 5.2. */
function isPassing(reply: Reply): boolean {
  return 'failed' in reply || reply.status >= 500 || [408, 409, 425, 429].includes(reply.status);
}

function sign(secret: Secret, text: string): string {
  const key = Buffer.from(secret.reveal().replace('whsec_', ''), 'base64');
  return createHmac('sha256', key).update(text).digest('base64');
}

function answerIn(text: string): HookAnswer | undefined {
  const { action, reason } = parsed(text);
  if (action !== 'run' && action !== 'skip' && action !== 'hold') return undefined;
  // It goes to a terminal and to pages.
  const words = typeof reason === 'string' ? reason.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim() : '';
  return { action, reason: words.slice(0, LONGEST_REASON), answered: true };
}

function parsed(text: string): { action?: unknown; reason?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}

/** In words of ours: the message may hold the address. */
const faultOf = (error: unknown): string => netFault(error) ?? 'the request failed';
