import type { Position } from './source.ts';

/** A mail or SMS as a source hands it over, decoded. */
export interface Message {
  /** The same for every copy of this one message, and no other message's: it is given to one waiter only. */
  id: string;
  channel: 'mail' | 'sms';
  /**
   * Address or number of the sender: `noreply@notice.xiaomi.com`, `10690329013`, `Xiaomi`. Empty where that
   * cannot be known.
   */
  from: string;
  /**
   * Whom a group or list says it is from that has put its own address into the mail. Anybody can write this.
   */
  original?: string;
  /** Whom it is to. Empty where the source cannot know (the SIM in a phone). */
  to: readonly string[];
  /** Subject and visible text, without markup. */
  text: string;
  /** Why the text was not read, in plain words. Missing: it was. */
  unread?: string;
  /** When the source got it, ms since the epoch. */
  receivedAt: number;
  /** When its sender says it was sent, ms since the epoch. */
  sentAt?: number;
  /**
   * How long it was under way, by the clocks of the servers it passed, ms. Missing: from `sentAt` to
   * `receivedAt`.
   */
  transit?: number;
  /** Put into its place, not delivered: it is older than messages before it. */
  moved?: boolean;
  /** Where it stands in the source: see Position. */
  stream: string;
  number: number;
}

/** What happened to a source, for people who watch. Never a code or password. */
export type InboxEvent = { kind: 'connected' | 'lost' | 'refused'; what: string };
export type OnInboxEvent = (event: InboxEvent) => void;

/** One place messages come to. One file per kind; everything about codes is the desk's business. */
export interface Inbox {
  readonly name: string;
  /**
   * The position behind the newest message, asked from the server itself, over the connection `follow` uses
   * when it runs. Throws CodeSourceError with what to mend.
   */
  position(signal?: AbortSignal): Promise<Position>;
  /**
   * Delivers every message from `from` on, each at least once and soon after it came, until aborted; the
   * connection is opened again with backoff when it is lost, and nothing that came meanwhile is missed.
   * Resolves when aborted, with everything closed. Rejects with CodeSourceError only where waiting mends
   * nothing, such as a password that is no longer accepted.
   */
  follow(from: Position, deliver: (message: Message) => void, signal: AbortSignal): Promise<void>;
  /**
   * For `codes check`: reaches it, logs in, and says in a few words what was found. Throws CodeSourceError
   * with what to mend.
   */
  check(signal?: AbortSignal): Promise<string>;
  /**
   * What its server's clock says, ms since the epoch; undefined where it does not say. Missing: such a server
   * never does.
   */
  serverTime?(signal?: AbortSignal): Promise<number | undefined>;
  /**
   * For `codes try`: sends a message to this inbox the way real ones come. Resolves when the server has it,
   * with what takes it away again. Missing where an inbox cannot be written to.
   */
  send?(message: TestMessage, signal?: AbortSignal): Promise<() => Promise<void>>;
  /** Ends what `position` and `send` left open. */
  close(): Promise<void>;
}

export interface TestMessage {
  from: string;
  to: string;
  /** Holds the code. */
  text: string;
}
