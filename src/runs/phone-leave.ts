import { BusyError } from '../errors.ts';
import type { Fact } from '../events.ts';
import type { Phone } from '../phone/adb.ts';
import { putBack, readAsFound, type AsFound } from '../phone/as-found.ts';
import { foundBefore, forgetFound, keepFound } from '../store/as-found.ts';
import type { Hold, Identity } from '../store/hold.ts';
import { hold } from './phone-hold.ts';
import type { Station } from './station.ts';
import { watchedPhone } from './still-ours.ts';

/**
 * A phone is left as it was found: what a run changes beside what it is run for is undone when its job is
 * over.
 */

// Three apps and some settings, on a slow phone; and when the run is being stopped, ms.
const LIMIT = 20_000;
const LIMIT_STOPPED = 5000;

/** What a run says of what it leaves on the phone. */
export interface Left {
  facts: Fact[];
  /** What could not be undone, each with what to do. */
  warnings: string[];
}

type Around = Pick<Station, 'settings' | 'store'>;

const STAYS: Fact = {
  name: 'Stays on the phone',
  value: 'USB debugging, authorised for this computer',
  todo: 'in the developer options: revoke USB debugging authorisations, then turn USB debugging off',
};
const NOT_UNDONE = 'Not undone on the phone';
const UNDO_BY = 'attach the phone and run the same command again: it undoes that first, or says what is left';

/**
 * Keeps how the phone is before a run changes it. A phone that does not tell, or a store that fails, keeps no
 * run from its work.
 */
export async function keepAsFound(
  phone: Phone,
  identity: Identity,
  { settings, store }: Around,
  signal?: AbortSignal,
): Promise<void> {
  if (settings.keepHelpers) return;
  try {
    const state = await readAsFound(phone, signal);
    if (state) await keepFound(await store(), identity, state);
  } catch {
    signal?.throwIfAborted();
  }
}

/**
 * Makes the phone as it was found. Never throws: what could not be undone is said. The run holds the phone.
 */
export async function leaveAsFound(
  phone: Phone,
  held: Pick<Hold, 'phone' | 'isSure' | 'check'>,
  { settings, store }: Around,
  stopped = false,
): Promise<Left> {
  if (settings.keepHelpers)
    return left([], ['Appium’s helper apps and settings, as was asked (KEEP_HELPERS)']);
  let found: AsFound | undefined;
  try {
    const open = await store();
    found = (await foundBefore(open, held.phone)) as AsFound | undefined;
    if (!found) return left([], []);
    const remains = await putBack(
      watchedPhone(phone, held),
      found,
      AbortSignal.timeout(stopped ? LIMIT_STOPPED : LIMIT),
    );
    if (remains.length === 0) await forgetFound(open, held.phone);
    return left(remains, found.helpers.length > 0 ? ['Appium’s helper apps, which were there before'] : []);
  } catch (fault) {
    return left([notUndone(fault)], []);
  }
}

/**
 * The same for a phone that no run holds. Nothing is said of one that another run works on: that one does it.
 */
export async function leaveFreePhone(phone: Phone, station: Around): Promise<Left> {
  try {
    const held = await hold(phone, station, AbortSignal.timeout(LIMIT));
    return await leaveAsFound(phone, held, station).finally(() => held.release());
  } catch (fault) {
    return fault instanceof BusyError ? left([], []) : left([notUndone(fault)], []);
  }
}

const notUndone = (fault: unknown): string =>
  `what was changed on the phone is not undone: ${(fault as Error).message} → ${UNDO_BY}`;

function left(warnings: readonly string[], stays: readonly string[]): Left {
  const undone = warnings.map((warning): Fact => {
    const [value = warning, todo] = warning.split(' → ');
    return { name: NOT_UNDONE, value, ...(todo ? { todo } : {}) };
  });
  return {
    facts: [{ ...STAYS, value: [STAYS.value, ...stays].join('; ') }, ...undone],
    warnings: [...warnings],
  };
}
