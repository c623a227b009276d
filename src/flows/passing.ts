import { MiUnbindError } from '../errors.ts';

/** Faults of a driver that pass: which of them end a walk, and which are only looked at again. */

/** What an act has seen is not so any more, and nothing was done: the walk looks again. */
export class LookAgain extends Error {}

/** What a look has shown may be gone when it is touched: a dialog has come up since. */
const GONE = /wasn't found|no such element|stale element|could not be located/i;
/** The session is over, its server is gone, or the phone says what it refuses. */
const LASTING =
  /instrumentation process|invalid session id|session is either terminated|socket hang up|ECONN|failed to fetch|not connected|INJECT_EVENTS|no such window|target window|not reachable|tab crashed/i;
/**
 * The server on the phone has answered, and could not just then: it found no root, or a view that moved
 * (AppiumServlet).
 */
const MOMENTARY =
  /unknown (server-side )?error|root AccessibilityNodeInfo|StaleObject|UiAutomator2Exception|not interactable|click intercepted|invalid element state|timed out after \d+ ?ms/i;

export const isGone = (error: unknown): boolean => error instanceof LookAgain || GONE.test(String(error));

/** Of an act, which may have been felt: only what the phone itself has answered in passing. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof MiUnbindError) &&
  !LASTING.test(String(error)) &&
  (isGone(error) || MOMENTARY.test(String(error)));

/** Of a look, which changes nothing: whatever does not say that it lasts. */
export const mayLookAgain = (error: unknown): boolean =>
  !(error instanceof MiUnbindError) && !LASTING.test(String(error));
