import type { Phone } from '../phone/adb.ts';
import { LOCK_ASKED, lockIn } from '../phone/lock.ts';
import { WAKE } from './entry.ts';

/**
 * `woken`: the screen was dark or behind a lock that asks for nothing, and was woken just now. `locked`: a
 * person has to unlock it.
 */
export type Screen = 'lit' | 'woken' | 'locked';

/** How often a phone is woken in one flow. */
const WAKES = 10;

const ASKED = `dumpsys power | grep mWakefulness=; ${LOCK_ASKED}`;

/**
 * Checks whether the screen is lit and unlocked, and wakes it where it is not. A lock that asks for a code
 * stays locked.
 */
export function screenOf(
  phone: Phone,
  signal: AbortSignal,
  step: (what: string) => void,
): () => Promise<Screen> {
  let wakes = 0;
  return async () => {
    const before = read(await phone.shell(ASKED, signal));
    if (before.isLit && !before.isShut) return 'lit';
    if (before.isLit && before.isSecure) return 'locked';
    if (wakes++ >= WAKES) return 'lit';
    step(before.isLit ? 'swipe the lock screen away' : 'wake the screen');
    const after = read(await phone.shell(`${WAKE}${ASKED}`, signal));
    return after.isShut && after.isSecure ? 'locked' : 'woken';
  };
}

/** A phone that does not say counts as lit and unlocked. */
function read(said: string): { isLit: boolean; isShut: boolean; isSecure: boolean } {
  const lock = lockIn(said);
  return {
    isLit: !/mWakefulness=(Asleep|Dozing)/.test(said),
    isShut: lock === 'swipe' || lock === 'secure',
    isSecure: lock === 'secure',
  };
}
