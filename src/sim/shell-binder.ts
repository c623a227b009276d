import { fail, unknown, type CommandTable, type Context } from './shell-command.ts';

/** Android 10: from here on a caller has to say who it is to be told the IMEI. */
const NAMED_CALLER_SDK = 29;
/** Code of getDeviceId, the first call of IPhoneSubInfo.aidl. */
const GET_DEVICE_ID = '1';

export const binderCommands: CommandTable = {
  /** `service call iphonesubinfo 1 s16 com.android.shell` is answered; other services are not there. */
  service(argv, context) {
    const [verb, name = '', code, type, caller] = argv;
    if (verb !== 'call' || name !== 'iphonesubinfo' || code !== GET_DEVICE_ID)
      return unknown(context, `service ${argv.join(' ')}`, fail(`service: Service ${name} does not exist`, 10));
    return `Result: ${printed(deviceId(context, type === 's16' ? caller : undefined))}\n`;
  },
};

/** What PhoneSubInfoController (AOSP) writes: no exception and the IMEI, or the exception. */
function deviceId({ phone }: Context, caller: string | undefined): Buffer {
  const isOld = Number(phone.props.get('ro.build.version.sdk')) < NAMED_CALLER_SDK;
  if (isOld || caller === 'com.android.shell') return Buffer.concat([int32(0), string16(phone.imei)]);
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

/** A parcel as `service call` prints it (AOSP libutils HexDump): four words a line, then what of them is text. */
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
    const text = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`\n  0x${at.toString(16).padStart(8, '0')}: ${words.join(' ').padEnd(35)} '${text.padEnd(16)}'`);
  }
  return `Parcel(${lines.join('')})`;
}
