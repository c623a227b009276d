import { abortable } from '../abortable.ts';
import type { Clock } from '../clock.ts';
import type { CodeSourceError } from '../errors.ts';
import type { OnInboxEvent } from './inbox.ts';

export interface Polled {
  /** What is asked, for people: `gammu-smsd's database`. */
  what: string;
  /** Looks for what is new and delivers it. */
  look(signal: AbortSignal): Promise<void>;
  /** What a failed look means. */
  explain(cause: unknown): Failure;
  /** From one look to the next, ms. */
  everyMs: number;
  onEvent: OnInboxEvent;
  clock: Clock;
}

export interface Failure {
  error: CodeSourceError;
  /** Waiting mends nothing. */
  lasting: boolean;
}

const LONGEST_WAIT = 30_000;

/**
 * Looks again and again, for a source that cannot tell by itself that something came. After a failure that
 * may pass it waits longer and longer, up to 30 s. Resolves when aborted; rejects with the CodeSourceError of
 * a lasting failure.
 */
export async function poll(
  { what, look, explain, everyMs, onEvent, clock }: Polled,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  let connected = false;
  while (!signal.aborted) {
    const began = clock.elapsed();
    let pause: number;
    try {
      await abortable(look(signal), signal);
      if (!connected) onEvent({ kind: 'connected', what });
      connected = true;
      failures = 0;
      // A source that takes its time is left alone twice as long as it took.
      pause = Math.max(everyMs, 2 * (clock.elapsed() - began));
    } catch (cause) {
      if (signal.aborted) return;
      const { error, lasting } = explain(cause);
      if (lasting) {
        onEvent({ kind: 'refused', what: error.message });
        throw error;
      }
      if (failures === 0) onEvent({ kind: 'lost', what: error.message });
      connected = false;
      pause = Math.min(LONGEST_WAIT, everyMs * 2 ** failures++);
    }
    await clock.sleep(pause, what, signal).catch(() => undefined);
  }
}
