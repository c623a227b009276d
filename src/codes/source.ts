import type { Secret } from '../secret.ts';

/**
 * Where verification codes come from, as a flow sees it. Take the baseline, press Send, wait: only what came
 * after the baseline counts, so a code of yesterday is never typed.
 */
export interface CodeSource {
  /** As `--code-source` names it: `imap`, `sms-webhook`, … */
  readonly name: string;
  /**
   * Where the source stands now. Resolves only when the source can be reached and lets us in; throws
   * CodeSourceError otherwise, so nothing is pressed on a phone for a code that could not be read.
   */
  baseline(signal?: AbortSignal): Promise<Baseline>;
  /**
   * The code of the one message that fits the request. Throws CodeTimeoutError with what came instead,
   * CodeSourceError when the source lets us in no more, and the signal's reason when aborted.
   */
  waitForCode(request: CodeRequest): Promise<ReceivedCode>;
  /** Hangs up. What still waits is rejected. */
  close(): Promise<void>;
}

/** Plain JSON: it may be kept, and a wait be taken up after a restart. */
export interface Baseline {
  /** Name of the source it was taken from. */
  source: string;
  /** ISO time at which it was taken. */
  takenAt: string;
  position: Position;
}

/**
 * For each stream of messages the source knows (a folder with its UIDVALIDITY, a table), the number its next
 * message gets at least. Numbers within a stream only grow.
 */
export type Position = Readonly<Record<string, number>>;

export interface CodeRequest {
  since: Baseline;
  /** The e-mail address or telephone number the code is sent to. */
  address: string;
  /** A further condition on a message, e.g. that it speaks of this account. */
  match?: (message: { from: string; text: string }) => boolean;
  signal?: AbortSignal;
  timeoutMs: number;
}

export interface ReceivedCode {
  code: Secret;
  /** When the source got the message, ms since the epoch. */
  receivedAt: number;
  /** Who sent it, as the message says. */
  from: string;
  /** Name of the source. */
  source: string;
}
