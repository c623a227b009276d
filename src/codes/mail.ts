import type { Message } from './inbox.ts';

/** What the server knows of a mail beside its text. */
export interface Arrival {
  id: string;
  stream: string;
  number: number;
  /** ms since the epoch. */
  receivedAt: number;
  /** Whom the envelope was addressed to; used where the header names nobody. */
  envelopeTo?: readonly string[];
}

/** Reads a raw mail (RFC 5322). Never throws: what cannot be decoded is left out of the text. */
export async function readMail(raw: Uint8Array, arrival: Arrival): Promise<Message> {
  throw new Error(`not read yet: ${raw.length} ${arrival.id}`);
}
