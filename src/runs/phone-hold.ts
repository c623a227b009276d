import { hostname } from 'node:os';
import { adbOf, type Settings } from '../config/config.ts';
import { MiUnbindError, TakenOverError } from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import { readIdentity } from '../phone/imei.ts';
import { holdPhone, type Hold } from '../store/hold.ts';
import type { Station } from './station.ts';

/**
 * Takes the phone for this run alone. Throws a BusyError where another one works on it, at whichever serial.
 */
export async function hold(
  phone: Phone,
  { settings, store }: Pick<Station, 'settings' | 'store'>,
  signal?: AbortSignal,
): Promise<Hold> {
  const [open, identity] = await Promise.all([store(), readIdentity(phone, signal)]);
  return holdPhone(open, { serial: phone.serial, place: adbPlace(settings), ...identity });
}

/** What ended it: a session breaks too when another run begins one on the same phone. */
export async function trueCause(
  cause: unknown,
  holding: Promise<Hold>,
  signal: AbortSignal,
): Promise<unknown> {
  if (signal.aborted) return signal.reason;
  if (cause instanceof MiUnbindError) return cause;
  const held = await holding.catch(() => undefined);
  const fault = await held?.check().catch((taken: unknown) => taken);
  return fault instanceof TakenOverError ? fault : cause;
}

/** False where another run has the phone by now. A database that is away is no other run. */
export const isStillHeld = (held: Pick<Hold, 'check'>): Promise<boolean> =>
  held.check().then(
    () => true,
    (fault: unknown) => !(fault instanceof TakenOverError),
  );

/** The adb server whose serials are meant. */
export function adbPlace(settings: Settings): string {
  const adb = adbOf(settings);
  return typeof adb === 'number' ? `${hostname()}:${adb}` : `${adb.host}:${adb.port}`;
}
