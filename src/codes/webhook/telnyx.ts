import { createPublicKey, verify } from 'node:crypto';
import { fieldOf, jsonOf } from './body.ts';
import { header, isRecent, malformed, oldTimestamp, wrongSignature } from './gateway.ts';
import type { Agreed, Gateway, GatewayRequest, GatewayVerdict } from './gateway.ts';

/**
 * Telnyx, event `message.received`. The secret is the account's public key (Base64, of 32 bytes): Telnyx
 * signs `TIMESTAMP|BODY` with Ed25519 (developers.telnyx.com, "Webhooks"). As the key is public, nothing but
 * a signature proves a request, and we cannot write one.
 */
export const telnyx = {
  methods: ['POST'],
  mediaTypes: ['application/json'],
  read,
} as const satisfies Gateway;

function read({ headers, body }: GatewayRequest, { secret, now }: Agreed): GatewayVerdict {
  const timestamp = header(headers, 'telnyx-timestamp');
  const signed = Buffer.concat([Buffer.from(`${timestamp}|`), body]);
  if (!isSigned(signed, header(headers, 'telnyx-signature-ed25519'), secret.reveal())) return wrongSignature;
  if (!isRecent(timestamp, now)) return oldTimestamp;
  const event = jsonOf(body);
  const said = (path: string) => fieldOf(event, `data.${path}`);
  const type = said('event_type');
  if (type === undefined) return malformed;
  if (type !== 'message.received') return 'nothing';
  const [from, text] = [said('payload.from.phone_number'), said('payload.text')];
  if (from === undefined || text === undefined) return malformed;
  const sentAt = Date.parse(said('payload.received_at') ?? '');
  const id = said('payload.id') ?? said('id') ?? '';
  return {
    sms: [
      {
        id,
        from,
        to: said('payload.to.0.phone_number') ?? '',
        text,
        ...(Number.isFinite(sentAt) && { sentAt }),
      },
    ],
  };
}

function isSigned(bytes: Buffer, signature: string, key: string): boolean {
  try {
    const x = Buffer.from(key, 'base64').toString('base64url');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, bytes, publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** Whether a text can be a public key of Telnyx. */
export const isPublicKey = (key: string): boolean => /^[A-Za-z0-9+/]{43}=$/.test(key);
