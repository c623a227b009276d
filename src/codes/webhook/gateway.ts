import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Secret } from '../../secret.ts';
import type { TestMessage } from '../inbox.ts';

/** One way SMS gateways hand messages over by HTTP: it reads a request, and writes one. Keeps nothing. */
export interface Gateway {
  readonly methods: readonly ('GET' | 'POST')[];
  /** Media types of the body, lower case. Empty: any. A request without a body has none. */
  readonly mediaTypes: readonly string[];
  /** What a taken request is answered with, where that is not `SMS_WEBHOOK_ANSWER`. */
  readonly reply?: Reply;
  /**
   * Proves that the request is the gateway's, then reads it. Method, media type and size have been looked at
   * before.
   */
  read(request: GatewayRequest, agreed: Agreed): GatewayVerdict | Promise<GatewayVerdict>;
  /**
   * The request with which the gateway would hand this message over: path, headers and body. Missing where
   * only the gateway has the key to sign one.
   */
  write?(message: TestMessage, agreed: Agreed): OutgoingRequest;
}

export interface Reply {
  mediaType: string;
  body: string;
}

export interface GatewayRequest {
  method: string;
  /** Path and query, byte for byte as they came. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface OutgoingRequest {
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** What gateway and endpoint have agreed on. */
export interface Agreed {
  secret: Secret;
  /** The address the gateway calls. Empty where it is not known. */
  publicUrl: string;
  /** With generic: paths of sender, recipient, text and id. */
  fields: readonly string[];
  /** With generic: paths of reference, number and total of a part of a long SMS. */
  parts: readonly string[];
  /** ms since the epoch. */
  now: number;
}

export interface Sms {
  /** The gateway's own id of this message. Missing or empty where it gives none. */
  id?: string;
  from: string;
  /** Empty where the gateway does not say. */
  to: string;
  text: string;
  /** ms since the epoch. */
  sentAt?: number;
  /** Of a long SMS that comes in parts: which part this is. */
  part?: SmsPart;
}

export interface SmsPart {
  /** The same for all parts of one message. */
  reference: string;
  /** From 1. */
  number: number;
  total: number;
}

/**
 * `sms`: the messages of the request; `unread`: how many more there are that cannot be read, and why.
 * `nothing`: genuine, but no message that came in, such as a delivery report. It is taken, or it would come
 * again and again.
 */
export type GatewayVerdict = { sms: readonly Sms[]; unread?: Unread } | { refused: Refusal } | 'nothing';

interface Unread {
  count: number;
  why: string;
}

export interface Refusal {
  status: 400 | 401 | 404 | 405 | 413 | 415;
  /**
   * Fixed words, and names of our own settings. They go into the answer, the counts and the log. Nothing of
   * the request.
   */
  why: string;
}

export const wrongSecret: GatewayVerdict = { refused: { status: 401, why: 'wrong secret' } };
export const wrongSignature: GatewayVerdict = { refused: { status: 401, why: 'wrong signature' } };
export const oldTimestamp: GatewayVerdict = { refused: { status: 401, why: 'old timestamp' } };
export const malformed: GatewayVerdict = { refused: { status: 400, why: 'malformed' } };

/**
 * How far the gateway's clock may be off, and how long a recorded request could be sent again, ms. What their
 * makers recommend.
 */
const TOLERANCE = 5 * 60_000;

/**
 * Whether a signature of this time still counts. `seconds` is what the request says, which may be no number.
 */
export function isRecent(seconds: string | number, now: number): boolean {
  return seconds !== '' && Math.abs(now - Number(seconds) * 1000) <= TOLERANCE;
}

/**
 * Takes as long for a near miss as for a wide one. Digests are compared, as texts of unequal length would end
 * it early.
 */
export function same(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** A header that may come once; its first value where it came more often. Empty where it did not come. */
export function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** The media type of a request in lower case, without its parameters. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return (header(headers, 'content-type').split(';')[0] ?? '').trim().toLowerCase();
}
