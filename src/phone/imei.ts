import type { Phone } from './adb.ts';

const ASK = 'service call iphonesubinfo 1 s16 com.android.shell';
const MARK = '@@mi-unbind';
/**
 * What phones tell that were given no number of their own: nothing, zeros, or what a chip's maker put there.
 */
const SHARED = /^(unknown|null|none|(.)\2*|0?123456789(abcdef)?)$/i;

/**
 * The phone's IMEI, or undefined where it does not tell: it has no modem, or refuses the shell. Call 1 of
 * IPhoneSubInfo is getDeviceId; from Android 10 on the caller has to say its package.
 */
export async function readImei(phone: Phone, signal?: AbortSignal): Promise<string | undefined> {
  return imeiIn(await phone.shell(ASK, signal));
}

/**
 * What a phone calls itself, whatever the serial adb has it at. What it does not tell, or many phones do, is
 * missing.
 */
export interface ToldIdentity {
  imei?: string;
  serialno?: string;
}

/** In one round trip. */
export async function readIdentity(phone: Phone, signal?: AbortSignal): Promise<ToldIdentity> {
  return identityIn(
    await phone.shell(
      `echo ${MARK}; getprop ro.serialno; getprop ro.boot.serialno; echo ${MARK}; ${ASK}`,
      signal,
    ),
  );
}

export function identityIn(answer: string): ToldIdentity {
  const [, serials = '', parcel = answer] = answer.split(MARK);
  const serialno = serials
    .trim()
    .split(/\s+/)
    .find((one) => one !== '' && !SHARED.test(one));
  const imei = imeiIn(parcel);
  return { ...(serialno ? { serialno } : {}), ...(imei && !SHARED.test(imei) ? { imei } : {}) };
}

/**
 * From a parcel as `service call` prints it (AOSP libutils, HexDump): 32-bit words, each the number of four
 * bytes, so two characters of UTF-16 in the wrong order. First 0, for no exception, then the length of the
 * text, then the text.
 */
export function imeiIn(answer: string): string | undefined {
  // Behind the words of a line stands the same once more, quoted; a short answer has no addresses.
  const plain = answer.replace(/'[^\n]*$/gm, '').replace(/0x[0-9a-f]{8}:/g, '');
  const words = [...plain.matchAll(/\b[0-9a-f]{8}\b/g)].map(([word]) => Number.parseInt(word, 16));
  const [exception, length = 0, ...rest] = words;
  if (exception !== 0 || length < 14 || length > 16) return undefined;
  const text = rest.flatMap((word) => [word & 0xffff, word >>> 16]).slice(0, length);
  const imei = String.fromCharCode(...text);
  return /^\d{15}$/.test(imei) ? imei : undefined;
}
