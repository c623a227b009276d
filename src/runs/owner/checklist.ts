import type { Fact, LockSeen } from '../../events.ts';
import type { Stays } from '../../phone/facts.ts';

const SCREEN_LOCK = 'in Settings, Passwords & security: remove it, or the next owner cannot get in';
const SIM = 'take it out of the phone';
const DEVELOPER = 'in Settings, Additional settings: turn the developer options off, last of all';
const NOT_ASKED = "ask the server: 'mi-unbind lock IMEI' (LOCK_CHECK says who is asked)";

/**
 * What a buyer should not get with a phone that is signed out, each with what to do: for the checklist of the
 * record. What the phone does not say is left out.
 */
export function checklist(
  kind: string | undefined,
  { stays = {} }: { stays?: Stays | undefined } = {},
  lock?: LockSeen,
): Fact[] {
  if (kind !== 'signed-out' && kind !== 'already-signed-out') return [];
  const { screenLock, sims, developerOptions } = stays;
  return [
    ...(screenLock === undefined
      ? []
      : [item('Screen lock', screenLock ? 'set' : 'none', screenLock && SCREEN_LOCK)]),
    ...(sims === undefined
      ? []
      : [item('SIM', sims === 0 ? 'none' : `${sims} in the phone`, sims > 0 && SIM)]),
    findDevice(kind, lock),
    ...(developerOptions === undefined
      ? []
      : [item('Developer options', developerOptions ? 'on' : 'off', developerOptions && DEVELOPER)]),
  ];
}

/** No phone says it over ADB: a sign-out turns it off, and the server's lock goes with it. */
function findDevice(kind: string, lock: LockSeen | undefined): Fact {
  const before = lock ? `${lock.state} before, by the lock at the server` : 'not known before';
  const now = kind === 'signed-out' ? 'turned off with the sign-out' : 'no Mi Account on the phone';
  const isOff = kind === 'already-signed-out' && lock?.state === 'off';
  return item('Find device', `${before}; ${now}`, !isOff && NOT_ASKED);
}

const item = (name: string, value: string, todo: string | false): Fact => ({
  name,
  value,
  ...(todo && { todo }),
});
