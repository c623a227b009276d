import { createHmac } from 'node:crypto';
import type { TestMessage } from '../inbox.ts';
import { fieldOf, jsonOf } from './body.ts';
import {
  header,
  isRecent,
  malformed,
  oldTimestamp,
  same,
  wrongSignature,
  type Agreed,
  type Gateway,
  type GatewayRequest,
  type Sms,
  type GatewayVerdict,
} from './gateway.ts';

/**
 * What an event's payload holds, by its name without `batch:`. A batch has an array of such payloads in
 * `messages`.
 */
const READERS: Readonly<Record<string, (payload: unknown) => string | undefined>> = {
  'sms:received': (payload) => fieldOf(payload, 'message'),
  'sms:data-received': (payload) => textOf(fieldOf(payload, 'data')),
  'mms:downloaded': (payload) => joined(fieldOf(payload, 'subject'), fieldOf(payload, 'body')),
};

/**
 * SMS Gateway for Android (github.com/capcom6/android-sms-gateway; docs.sms-gate.app, "Webhooks"): SMS, data
 * SMS and downloaded MMS, one or a batch. The secret is the signing key in its settings. A request that is
 * sent again is signed anew, so its time is that of this try.
 */
export const smsGate = {
  methods: ['POST'],
  mediaTypes: ['application/json'],
  read,
  write,
} as const satisfies Gateway;

function read({ headers, body }: GatewayRequest, { secret, now }: Agreed): GatewayVerdict {
  const timestamp = header(headers, 'x-timestamp');
  const expected = signature(body.toString(), timestamp, secret.reveal());
  if (!same(header(headers, 'x-signature').trim().toLowerCase(), expected)) return wrongSignature;
  if (!isRecent(timestamp, now)) return oldTimestamp;
  const event = jsonOf(body) as
    { event?: unknown; id?: unknown; payload?: { messages?: unknown } } | undefined;
  if (typeof event?.event !== 'string') return malformed;
  const textIn = READERS[event.event.replace(':batch:', ':')];
  if (!textIn) return 'nothing';
  // Not payload.messageId: that one is made from the content, so the same text a second time has the same.
  const id = typeof event.id === 'string' ? event.id : '';
  if (!event.event.includes(':batch:')) {
    const sms = smsOf(event.payload, id, textIn);
    return sms ? { sms: [sms] } : malformed;
  }
  const payloads = event.payload?.messages;
  if (!Array.isArray(payloads)) return malformed;
  const all = payloads.map((payload, at) => smsOf(payload, `${id}.${at}`, textIn));
  const sms = all.filter((one) => one !== undefined);
  return {
    sms,
    ...(sms.length < all.length && { unread: { count: all.length - sms.length, why: 'malformed' } }),
  };
}

function smsOf(
  payload: unknown,
  id: string,
  textIn: (payload: unknown) => string | undefined,
): Sms | undefined {
  // `phoneNumber` is what the app called the sender before it named the recipient too.
  const [from, text] = [fieldOf(payload, 'sender') ?? fieldOf(payload, 'phoneNumber'), textIn(payload)];
  if (from === undefined || text === undefined) return undefined;
  const sentAt = Date.parse(fieldOf(payload, 'receivedAt') ?? '');
  return {
    id,
    from,
    to: fieldOf(payload, 'recipient') ?? '',
    text,
    ...(Number.isFinite(sentAt) && { sentAt }),
  };
}

/** A data SMS is any bytes. */
function textOf(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString();
}

function joined(subject: string | undefined, body: string | undefined): string | undefined {
  return subject === undefined && body === undefined ? undefined : [subject, body].filter(Boolean).join('\n');
}

function write({ from, to, text }: TestMessage, { secret, now }: Agreed) {
  const payload = {
    messageId: 'try',
    message: text,
    sender: from,
    recipient: to,
    simNumber: 1,
    receivedAt: new Date(now).toISOString(),
  };
  const body = JSON.stringify({
    deviceId: 'try',
    event: 'sms:received',
    id: crypto.randomUUID(),
    payload,
    webhookId: 'try',
  });
  const timestamp = String(Math.floor(now / 1000));
  return {
    url: '/sms',
    headers: {
      'content-type': 'application/json',
      'x-timestamp': timestamp,
      'x-signature': signature(body, timestamp, secret.reveal()),
    },
    body,
  };
}

function signature(body: string, timestamp: string, key: string): string {
  return createHmac('sha256', key)
    .update(body + timestamp)
    .digest('hex');
}
