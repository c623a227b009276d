/**
 * The packets of the ADB wire. Source: AOSP packages/modules/adb, protocol.txt and adb.h.
 * All numbers are little endian: command, arg0, arg1, payload length, payload checksum, command ^ 0xffffffff.
 */
const COMMAND = {
  SYNC: 0x434e5953,
  CNXN: 0x4e584e43,
  AUTH: 0x48545541,
  OPEN: 0x4e45504f,
  OKAY: 0x59414b4f,
  CLSE: 0x45534c43,
  WRTE: 0x45545257,
  STLS: 0x534c5453,
} as const;
export type CommandName = keyof typeof COMMAND;

export const AUTH = { TOKEN: 1, SIGNATURE: 2, RSAPUBLICKEY: 3 } as const;

export const VERSION = {
  /** Every payload carries a checksum. */
  MIN: 0x01000000,
  /** A_VERSION_SKIP_CHECKSUM: both sides at least here leave the checksum zero. */
  SKIP_CHECKSUM: 0x01000001,
} as const;

const HEADER_BYTES = 24;
/** MAX_PAYLOAD of today's adb, in bytes. */
export const MAX_PAYLOAD = 1024 * 1024;

export interface Packet {
  command: CommandName;
  arg0: number;
  arg1: number;
  payload: Buffer;
}

const NAMES = new Map(Object.entries(COMMAND).map(([name, code]) => [code as number, name as CommandName]));

export function packet(
  command: CommandName,
  arg0: number,
  arg1: number,
  payload: Uint8Array | string = '',
): Packet {
  const bytes =
    typeof payload === 'string'
      ? Buffer.from(payload)
      : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  return { command, arg0, arg1, payload: bytes };
}

/** The sum of the bytes, which adb calls a CRC. */
export function checksum(payload: Uint8Array): number {
  let sum = 0;
  for (const byte of payload) sum = (sum + byte) >>> 0;
  return sum;
}

/** The header as sent before the payload. */
export function encodeHeader({ command, arg0, arg1, payload }: Packet, version: number): Buffer {
  const code = COMMAND[command];
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32LE(code, 0);
  header.writeUInt32LE(arg0 >>> 0, 4);
  header.writeUInt32LE(arg1 >>> 0, 8);
  header.writeUInt32LE(payload.length, 12);
  header.writeUInt32LE(version >= VERSION.SKIP_CHECKSUM ? 0 : checksum(payload), 16);
  header.writeUInt32LE((code ^ 0xffffffff) >>> 0, 20);
  return header;
}

/**
 * Cuts a byte stream into packets, whatever the size of its chunks. Throws on bytes that are no ADB: the
 * connection is lost then.
 */
export class PacketParser {
  #chunks: Buffer[] = [];
  #buffered = 0;
  #header: Buffer | undefined;

  *push(chunk: Buffer): Generator<Packet> {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    for (;;) {
      this.#header ??= this.#take(HEADER_BYTES);
      if (!this.#header) return;
      const { command, length } = readHeader(this.#header);
      const payload = this.#take(length);
      if (!payload) return;
      const found = {
        command,
        arg0: this.#header.readUInt32LE(4),
        arg1: this.#header.readUInt32LE(8),
        payload,
      };
      this.#header = undefined;
      yield found;
    }
  }

  #take(bytes: number): Buffer | undefined {
    if (this.#buffered < bytes) return undefined;
    const first = this.#chunks[0];
    const all = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.#chunks = all.length > bytes ? [all.subarray(bytes)] : [];
    this.#buffered = all.length - bytes;
    return all.subarray(0, bytes);
  }
}

function readHeader(header: Buffer): { command: CommandName; length: number } {
  const code = header.readUInt32LE(0);
  const command = NAMES.get(code);
  const length = header.readUInt32LE(12);
  if (!command || (code ^ 0xffffffff) >>> 0 !== header.readUInt32LE(20)) {
    throw new Error(
      `Not an ADB packet: command 0x${code.toString(16)} and its magic do not match. Connect an adb client to this port.`,
    );
  }
  if (length > MAX_PAYLOAD) {
    throw new Error(
      `An ADB ${command} packet announces ${length} bytes, ${MAX_PAYLOAD} are allowed. Connect an adb client to this port.`,
    );
  }
  return { command, length };
}
