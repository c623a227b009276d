import { systemClock } from '../../clock.ts';
import type { Fact, LockSeen } from '../../events.ts';
import type { LockStatus } from '../../lock/lock-status.ts';
import { together } from '../../lock/watch.ts';
import type { Phone } from '../../phone/adb.ts';
import { readImei } from '../../phone/imei.ts';
import { readSecondImei } from '../../phone/second-imei.ts';
import { LockRequests } from '../../store/lock-requests.ts';
import { localTime } from '../../words/local-time.ts';
import { openLockCheck } from './lock-check.ts';
import type { Station } from '../station.ts';

/** What the server said of a phone's lock before a run began. */
export interface LockBefore {
  /** The owner has reported it as lost: it is not worked on. */
  isLost: boolean;
  facts: Fact[];
  warnings: string[];
  /** Of the phone, as far as it tells them. */
  imeis?: string[];
  /** All of them together; missing where none was asked. */
  seen?: LockSeen;
}

const NAME = 'Lock at Xiaomi, before';
const OWNER = "its owner removes the phone from the account's devices in Xiaomi Cloud";
const RETURN =
  'give the phone back to who brought it, and write to no owner: such letters are what thieves send';

/**
 * Asked for all IMEIs of the phone, where LOCK_CHECK names a source; undefined where it names none. A phone
 * that tells no IMEI is not asked for, which is said. Rejects with the signal's reason when aborted.
 */
export async function lockBefore(
  station: Station,
  phone: Phone,
  isSignedIn: boolean,
  signal: AbortSignal,
): Promise<LockBefore | undefined> {
  const check = await openLockCheck(station);
  if (!check) return undefined;
  const read = [readImei, readSecondImei].map((one) => one(phone, signal).catch(() => undefined));
  const imeis = new Set((await Promise.all(read)).filter((imei) => imei !== undefined));
  const found: LockStatus[] = [];
  for (const imei of imeis) found.push(await check.check(imei, { signal }));
  const asked = [...imeis];
  // A captcha now does not undo what the server said before.
  const wasLost = await new LockRequests(await station.store(), systemClock).isLost(asked);
  return { ...summary(found, isSignedIn, wasLost), imeis: asked };
}

/** Pure: what these answers mean for a phone with or without an account. */
export function summary(found: readonly LockStatus[], isSignedIn: boolean, wasLost = false): LockBefore {
  const [first] = found;
  if (!first)
    return {
      isLost: false,
      facts: [{ name: NAME, value: 'not asked: the phone tells no IMEI' }],
      warnings: [],
    };
  const isLost = wasLost || found.some(({ lost }) => lost === true);
  const worst =
    found.find(({ state }) => state === 'on') ?? found.find(({ state }) => state === 'unknown') ?? first;
  const why = worst.why === undefined ? '' : ` (${worst.why})`;
  const value = `${worst.state}${isLost ? ', reported lost' : ''}${why}, asked ${localTime(worst.at)}`;
  const isLeft = worst.state === 'on' && !isSignedIn && !isLost;
  const todo = isLost ? RETURN : isLeft ? OWNER : undefined;
  return {
    isLost,
    seen: together(isLost ? found.map((one) => ({ ...one, lost: true })) : found, first.at),
    facts: [{ name: NAME, value, ...(todo && { todo }) }],
    warnings: isLeft
      ? [`Xiaomi's server has the phone locked, though no Mi Account is on it → ${OWNER}`]
      : [],
  };
}
