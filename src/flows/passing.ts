import { MiUnbindError } from '../errors.ts';

/** Faults of a driver that pass: which end a walk, and after which the walk looks again. */

/** What the act relied on has changed, and nothing was done: the walk looks again. */
export class LookAgain extends Error {}

/** What a look has shown may be gone when it is tapped, as a dialog may have opened. */
const GONE = /wasn't found|no such element|stale element|could not be located/i;
/** The session is over, its server is gone, or the phone says what it refuses. */
const LASTING =
  /instrumentation process|invalid session id|session is either terminated|socket hang up|ECONN|failed to fetch|not connected|INJECT_EVENTS|no such window|target window|not reachable|tab crashed/i;
/**
 * The server on the phone has answered that it could not do it at that moment: it found no root, or a view
 * that moved (AppiumServlet).
 */
const MOMENTARY =
  /unknown (server-side )?error|root AccessibilityNodeInfo|StaleObject|UiAutomator2Exception|not interactable|click intercepted|invalid element state|timed out after \d+ ?ms/i;

export const isGone = (error: unknown): boolean => error instanceof LookAgain || GONE.test(String(error));

/** After an act, which may have had an effect: only faults that the phone itself has answered. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof MiUnbindError) &&
  !LASTING.test(String(error)) &&
  (isGone(error) || MOMENTARY.test(String(error)));

/** After a look, which changes nothing: any fault that is not a lasting one. */
export const mayLookAgain = (error: unknown): boolean =>
  !(error instanceof MiUnbindError) && !LASTING.test(String(error));
