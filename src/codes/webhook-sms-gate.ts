import { createHmac } from 'node:crypto';
import type { TestMessage } from './inbox.ts';
import {
  header,
  malformed,
  same,
  wrongSignature,
  type Agreed,
  type Gateway,
  type GatewayRequest,
  type Verdict,
} from './webhook-gateway.ts';
import { fieldOf, jsonOf } from './webhook-json.ts';

/** How far the phone's clock may be off, and how long a recorded request could be sent again, ms. What the app's makers recommend. */
const TOLERANCE = 5 * 60_000;

/**
 * SMS Gateway for Android (github.com/capcom6/android-sms-gateway; docs.sms-gate.app, "Webhooks"), event `sms:received`. The secret is the
 * signing key in its settings. A request that is sent again is signed anew, so its time is that of this try.
 */
export const smsGate: Gateway = { method: 'POST', mediaType: 'application/json', read, write };

function read({ headers, body }: GatewayRequest, { secret, now }: Agreed): Verdict {
  const timestamp = header(headers, 'x-timestamp');
  const expected = signature(body.toString(), timestamp, secret.reveal());
  if (!same(header(headers, 'x-signature').trim().toLowerCase(), expected)) return wrongSignature;
  // Written so that what is no number is refused too.
  if (!(Math.abs(now - Number(timestamp) * 1000) <= TOLERANCE)) return { refused: { status: 401, why: 'old timestamp' } };
  const event = jsonOf(body);
  const said = (path: string) => fieldOf(event, path);
  if (said('event') === undefined) return malformed;
  if (said('event') !== 'sms:received') return 'nothing';
  // `phoneNumber` is what the app called the sender before it named the recipient too.
  const [from, text] = [said('payload.sender') ?? said('payload.phoneNumber'), said('payload.message')];
  if (from === undefined || text === undefined) return malformed;
  const sentAt = Date.parse(said('payload.receivedAt') ?? '');
  return {
    sms: {
      // Not payload.messageId: that one is made from the content, so the same text a second time has the same.
      id: said('id') ?? '',
      from,
      to: said('payload.recipient') ?? '',
      text,
      ...(Number.isFinite(sentAt) && { sentAt }),
    },
  };
}

function write({ from, to, text }: TestMessage, { secret, now }: Agreed) {
  const payload = { messageId: 'try', message: text, sender: from, recipient: to, simNumber: 1, receivedAt: new Date(now).toISOString() };
  const body = JSON.stringify({ deviceId: 'try', event: 'sms:received', id: crypto.randomUUID(), payload, webhookId: 'try' });
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
