import { systemClock } from '../../clock.ts';
import type { Settings } from '../../config/config.ts';
import { ConfigError } from '../../errors.ts';
import { lockCheck, type LockCheck, type LockSource } from '../../lock/lock-check.ts';
import { readService, readXiaomi } from '../../lock/read-answer.ts';
import { LockRequests } from '../../store/lock-requests.ts';
import type { Station } from '../station.ts';

/** Host of the page on which anybody sees whether a phone is locked: i.mi.com/find/device/activationlock. */
const PUBLIC = 'https://i.mi.com';
/** Of a header: its name, a colon, its value. */
const HEADER = /^([!#$%&'*+.^_`|~\w-]+):\s*(\S.*)$/;

/** Undefined where LOCK_CHECK is `none`. Throws a ConfigError. */
export function lockSource(settings: Settings): LockSource | undefined {
  const { lockCheck: kind, lockCheckUrl, lockCheckHeader, lockCheckPaths } = settings;
  const given = lockCheckUrl?.reveal();
  if (kind === 'none') return undefined;
  if (kind === 'xiaomi') {
    const host = given ?? PUBLIC;
    return {
      name: 'xiaomi',
      address: (imei) => {
        const url = new URL('/support/anonymous/status', host);
        url.search = new URLSearchParams({ ts: String(systemClock.now()), id: imei }).toString();
        return url;
      },
      headers: {},
      read: readXiaomi,
    };
  }
  if (given === undefined || !given.includes('{imei}'))
    throw new ConfigError([
      'LOCK_CHECK_URL has to be the address of the service that you bought, with {imei} where the IMEI stands',
    ]);
  const [, name, value] = HEADER.exec(lockCheckHeader?.reveal() ?? '') ?? [];
  if (lockCheckHeader && (name === undefined || value === undefined))
    throw new ConfigError(['LOCK_CHECK_HEADER has to be a header, such as Authorization: Bearer KEY']);
  const [locked = '', lost] = lockCheckPaths;
  return {
    name: new URL(given).host,
    address: (imei) => new URL(given.replaceAll('{imei}', imei)),
    headers: name === undefined || value === undefined ? {} : { [name]: value },
    read: readService({ locked, lost }),
  };
}

/** Of the budget, so much is left to phones that are on the station: what goes on in the background can wait. */
const share = (budget: number, isBackground: boolean) =>
  isBackground ? Math.max(1, Math.floor(budget * 0.8)) : budget;

/** What LOCK_CHECK names, asked politely over all commands and stations. Undefined where it is `none`. */
export async function openLockCheck(
  station: Pick<Station, 'settings' | 'store'>,
  { isBackground = false } = {},
): Promise<LockCheck | undefined> {
  const { settings } = station;
  const source = lockSource(settings);
  if (!source) return undefined;
  const manners = {
    intervalMs: settings.lockCheckInterval * 1000,
    budget: share(settings.lockCheckBudget, isBackground),
  };
  const memory = new LockRequests(await station.store(), systemClock);
  return lockCheck(source, memory, manners, { fetch, clock: systemClock, random: Math.random });
}
