/** Messages that gateways hand over, kept until nobody can wait for them any more. Shared by all processes on one store. */
export interface MessageStore {
  /** Keeps it, committed when this resolves. False when this source has handed over the same `externalId` before. */
  add(message: NewMessage): Promise<boolean>;
  /** Messages of the source from `id` on, oldest first. */
  from(source: string, id: number): Promise<KeptMessage[]>;
  /** The id the source's next message gets at least. */
  next(source: string): Promise<number>;
  /** Calls back after each message that any process has kept for the source, until the result is called. */
  watch(source: string, added: () => void): Promise<() => Promise<void>>;
}

export interface NewMessage {
  source: string;
  /** The gateway's own id of the message, or a digest of it where the gateway gives none. */
  externalId: string;
  from: string;
  /** Empty where the gateway does not say. */
  to: string;
  text: string;
  /** ms since the epoch, as the gateway says. */
  sentAt?: number;
}

export interface KeptMessage extends NewMessage {
  id: number;
  /** When it was kept, ms since the epoch. */
  receivedAt: number;
}
