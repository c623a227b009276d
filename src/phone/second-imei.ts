import type { Phone } from './adb.ts';
import { imeiIn } from './imei.ts';

/**
 * The IMEI of a phone's second SIM, or undefined where it does not tell. It is getDeviceIdForPhone of
 * IPhoneSubInfo, which Android 11 has moved by one call, and Android 15 has no more.
 */
export async function readSecondImei(phone: Phone, signal?: AbortSignal): Promise<string | undefined> {
  const sdk = Number(await phone.shell('getprop ro.build.version.sdk', signal));
  if (!(sdk > 0 && sdk < 35)) return undefined;
  const call = sdk < 30 ? 3 : 4;
  return imeiIn(await phone.shell(`service call iphonesubinfo ${call} i32 1 s16 com.android.shell`, signal));
}
