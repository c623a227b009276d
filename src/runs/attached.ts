import { systemClock, type Clock } from '../clock.ts';
import { adbOf } from '../config/config.ts';
import {
  OfflinePhoneError,
  UnauthorizedPhoneError,
  UnknownPhoneError,
  UnreadyPhoneError,
} from '../errors.ts';
import { AdbServer, type AttachedPhone, type Phone } from '../phone/adb.ts';
import { obstacle } from '../phone/adb-state.ts';
import type { Station } from './station.ts';

/** An attached phone by its serial, with adb found and its server running. */
export async function findPhone(serial: string, station: Pick<Station, 'settings' | 'adb'>): Promise<Phone> {
  await station.adb();
  return attached(new AdbServer(adbOf(station.settings)), serial);
}

/** The phone whose own SMS a recovery reads; undefined where it reads another source. */
export async function smsPhone(
  station: Pick<Station, 'settings' | 'adb'>,
  { codeSource, serial }: { codeSource: string; serial: string },
): Promise<Phone | undefined> {
  return codeSource === 'phone-sms' ? findPhone(serial, station) : undefined;
}

// adb takes a phone that is offline anew within a second or two; ms.
const RECONNECT = 5000;
const LOOK_AGAIN = 250;

/** The phone with this serial, if it can be talked to. One that is offline gets one try to come back. */
export async function attached(
  server: AdbServer,
  serial: string,
  clock: Clock = systemClock,
): Promise<Phone> {
  let phones = await server.phones();
  // On the network a reconnect would have adb drop it.
  if (!serial.includes(':') && phones.find((phone) => phone.serial === serial)?.state === 'offline')
    phones = await broughtBack(server, serial, clock);
  const found = phones.find((phone) => phone.serial === serial);
  if (!found)
    throw new UnknownPhoneError(
      serial,
      phones.map((phone) => phone.serial),
    );
  const trouble = obstacle(found, phones);
  if (!trouble) return server.phone(serial);
  if (found.state === 'unauthorized') throw new UnauthorizedPhoneError(serial);
  if (found.state === 'offline') throw new OfflinePhoneError(serial);
  throw new UnreadyPhoneError(serial, trouble);
}

/** The list once the phone is back, or when it took too long. It may be missing for a moment. */
async function broughtBack(server: AdbServer, serial: string, clock: Clock): Promise<AttachedPhone[]> {
  await server.reconnect({ serial });
  for (let waited = 0; ; waited += LOOK_AGAIN) {
    const phones = await server.phones();
    const found = phones.find((phone) => phone.serial === serial);
    if ((found && found.state !== 'offline' && found.state !== 'connecting') || waited >= RECONNECT)
      return phones;
    await clock.sleep(LOOK_AGAIN, `${serial} to come back`);
  }
}
