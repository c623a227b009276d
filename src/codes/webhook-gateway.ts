import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Secret } from '../secret.ts';
import type { TestMessage } from './inbox.ts';

/** One way SMS gateways hand messages over by HTTP. Pure: a request in, what it says out, and the other way round. */
export interface Gateway {
  readonly method: 'GET' | 'POST';
  /** Of the body. Empty where there is none. */
  readonly mediaType: string;
  /** What a taken request is answered with, where that is not nothing. Some gateways send it back to the phone as an SMS. */
  readonly reply?: { mediaType: string; body: string };
  /** Proves that the request is the gateway's, then reads it. Method, media type and size have been looked at before. */
  read(request: GatewayRequest, agreed: Agreed): Verdict;
  /** The request with which the gateway would hand this message over: path, headers and body. */
  write(message: TestMessage, agreed: Agreed): OutgoingRequest;
}

export interface GatewayRequest {
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
  /** The address the gateway calls. Empty: the one in the request. */
  publicUrl: string;
  /** Paths of sender, recipient, text and id in a JSON body. */
  fields: readonly string[];
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
}

/** `nothing`: genuine, but no message that came in, such as a delivery report. It is taken, or it would come again and again. */
export type Verdict = { sms: Sms } | { refused: Refusal } | 'nothing';

export interface Refusal {
  status: 400 | 401 | 405 | 413 | 415;
  /** A few fixed words that go into the answer, the counts and what is told. Nothing of the request. */
  why: string;
}

export const wrongSecret: Verdict = { refused: { status: 401, why: 'wrong secret' } };
export const wrongSignature: Verdict = { refused: { status: 401, why: 'wrong signature' } };
export const malformed: Verdict = { refused: { status: 400, why: 'malformed' } };

/** Takes as long for a near miss as for a wide one. Digests are compared, as texts of unequal length would end it early. */
export function same(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** A header that may come once; its first value where it came more often. Empty where it did not come. */
export function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
