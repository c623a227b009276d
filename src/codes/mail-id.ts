import { createHash } from 'node:crypto';

/** Folded or not, and only above the empty line that ends the header. */
const MESSAGE_ID = /^message-id:\s*(<[^>]+>|\S+)/im;

/**
 * What all copies of a mail have in common: a digest of its Message-ID (RFC 5322, 3.6.4). Undefined where it has none. The Message-ID
 * itself is not handed on, as some senders write the recipient into it.
 */
export function mailId(raw: Uint8Array): string | undefined {
  const [header = ''] = Buffer.from(raw)
    .toString('latin1')
    .split(/\r?\n\r?\n/, 1);
  const id = MESSAGE_ID.exec(header)?.[1];
  return id === undefined ? undefined : createHash('sha256').update(id).digest('base64url');
}
