/** How a phone says whether it is locked. */

/**
 * Asks all of it in one line. PowerManagerService, KeyguardServiceDelegate and TrustManagerService of AOSP;
 * `mShowingLockscreen` up to Android 7; `isKeyguardShowing` is what HyperOS 3 says for each display.
 */
export const LOCK_ASKED =
  "dumpsys window | grep -E ' (showing|secure|isKeyguardShowing)=|mShowingLockscreen='; dumpsys trust | grep deviceLocked=";

/** `swipe`: locked, with nothing to enter. `secure`: a PIN, pattern or password is asked for. */
export type Lock = 'unlocked' | 'swipe' | 'secure';

/** Undefined where the phone does not say. */
export function lockIn(said: string): Lock | undefined {
  const shut = [...said.matchAll(/\b(?:showing|isKeyguardShowing|mShowingLockscreen)=(true|false)/g)];
  if (shut.length === 0) return undefined;
  if (!shut.some(([, value]) => value === 'true')) return 'unlocked';
  const secure = /\bsecure=(true|false)/.exec(said)?.[1];
  // Who is in front is locked out: Android says that of a lock that asks for something alone.
  const isSecure =
    secure === undefined ? /\(current\)[^\n]{0,200}deviceLocked=1/.test(said) : secure === 'true';
  return isSecure ? 'secure' : 'swipe';
}
