import { fail, unknown, type CommandTable, type Context } from './command.ts';

/** Android 10: from here on a caller has to say who it is to be reported the IMEI. */
const NAMED_CALLER_SDK = 29;
/** Code of getDeviceId, the first call of IPhoneSubInfo.aidl. */
const GET_DEVICE_ID = '1';

/**
 * Code of getDeviceIdForPhone, which takes the slot of a SIM: Android 11 has one call more before it, Android
 * 15 has none of that name.
 */
function deviceIdForPhone(sdk: number): string | undefined {
  if (sdk > 34) return undefined;
  return sdk < 30 ? '3' : '4';
}

export const binderCommands: CommandTable = {
  /**
   * `service call iphonesubinfo 1 s16 com.android.shell` and `… 4 i32 SLOT s16 com.android.shell` are
   * answered; other services are not there.
   */
  service(argv, context) {
    const [verb, name = '', code, ...given] = argv;
    const sdk = Number(context.phone.props.get('ro.build.version.sdk'));
    const [slot, rest] =
      code === GET_DEVICE_ID ? [0, given] : code === deviceIdForPhone(sdk) ? slotIn(given) : [];
    if (verb !== 'call' || name !== 'iphonesubinfo' || slot === undefined || rest === undefined)
      return unknown(
        context,
        `service ${argv.join(' ')}`,
        fail(`service: Service ${name} does not exist`, 10),
      );
    const caller = rest[0] === 's16' ? rest[1] : undefined;
    return `Result: ${printed(deviceId(context, slot, sdk < NAMED_CALLER_SDK || caller === 'com.android.shell'))}\n`;
  },
};

function slotIn([type, slot, ...rest]: readonly string[]): [slot: number, rest: readonly string[]] | [] {
  return type === 'i32' && /^\d+$/.test(slot ?? '') ? [Number(slot), rest] : [];
}

/**
 * What PhoneSubInfoController (AOSP) writes: no exception and the IMEI, null where there is no such slot, or
 * the exception.
 */
function deviceId({ phone }: Context, slot: number, allowed: boolean): Buffer {
  const imei = [phone.imei, phone.imei2][slot];
  if (allowed) return Buffer.concat([int32(0), imei === undefined ? int32(-1) : string16(imei)]);
  return Buffer.concat([
    int32(-1),
    string16('getDeviceId: The user 2000 does not meet the requirements to access device identifiers.'),
    int32(0),
  ]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/** Its length, its UTF-16 and a zero, filled up to whole words. */
function string16(text: string): Buffer {
  const words = Buffer.alloc(Math.ceil((text.length + 1) / 2) * 4);
  words.write(text, 'utf16le');
  return Buffer.concat([int32(text.length), words]);
}

/**
 * A parcel as `service call` prints it (AOSP libutils HexDump): four words a line, then what of them is text.
 */
function printed(parcel: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < parcel.length; at += 16) {
    const bytes = parcel.subarray(at, at + 16);
    const words = Array.from({ length: Math.ceil(bytes.length / 4) }, (_, i) =>
      bytes
        .readUInt32LE(i * 4)
        .toString(16)
        .padStart(8, '0'),
    );
    const text = [...bytes]
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('');
    lines.push(
      `\n  0x${at.toString(16).padStart(8, '0')}: ${words.join(' ').padEnd(35)} '${text.padEnd(16)}'`,
    );
  }
  return `Parcel(${lines.join('')})`;
}
