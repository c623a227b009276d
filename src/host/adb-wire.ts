import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type AdbAddress, placeOf } from '../adb-address.ts';

/** A request, or a text in an answer: its length in bytes as four hexadecimal digits, and itself. */
export function framed(text: string): string {
  return Buffer.byteLength(text).toString(16).padStart(4, '0') + text;
}

/** Reads one answer after another from a server. Wire: AOSP `adb/OVERVIEW.TXT`, `SERVICES.TXT`. */
class Answers {
  readonly #chunks: AsyncIterator<Buffer, undefined>;
  #held = Buffer.alloc(0);

  constructor(socket: Socket) {
    // What breaks the connection is thrown where its answer is waited for.
    socket.on('error', () => undefined);
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  }

  /** Rejects with the server's own words where it refuses. */
  async okay(): Promise<void> {
    const status = (await this.#take(4)).toString('latin1');
    if (status === 'FAIL') throw new AdbRefusal(await this.text());
    if (status !== 'OKAY') throw new Error('not an answer of an adb server');
  }

  async text(): Promise<string> {
    const length = (await this.#take(4)).toString('latin1');
    if (!/^[0-9a-f]{4}$/i.test(length)) throw new Error('not an answer of an adb server');
    return (await this.#take(parseInt(length, 16))).toString('utf8');
  }

  /** The next bytes, as they come; undefined when the other side has hung up. */
  async some(): Promise<Buffer | undefined> {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held.length > 0 ? held : (await this.#chunks.next()).value;
  }

  async #take(bytes: number): Promise<Buffer> {
    while (this.#held.length < bytes) {
      const { value } = await this.#chunks.next();
      if (!value) throw new Error('it hung up in the middle of its answer');
      this.#held = Buffer.concat([this.#held, value]);
    }
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return taken;
  }
}

/** The server understood, and says no. */
export class AdbRefusal extends Error {}

// A server that works on many phones takes a moment, ms.
const PATIENCE = 10_000;

/**
 * The text a server answers to a request about itself or its phones, as `host:devices-l`. Empty where it
 * answers without. `patienceMs`: for the whole answer, so that one that comes byte by byte ends too.
 */
export async function askServer(
  address: AdbAddress,
  request: string,
  patienceMs = PATIENCE,
): Promise<string> {
  const socket = connect(placeOf(address));
  const giveUp = () => socket.destroy(new Error(`no answer within ${patienceMs} ms`));
  const deadline = setTimeout(giveUp, patienceMs);
  try {
    await once(socket, 'connect');
    const answers = new Answers(socket);
    socket.write(framed(request));
    await answers.okay();
    return await answers.text();
  } finally {
    clearTimeout(deadline);
    socket.destroy();
  }
}

/** A phone's answer is longer than it may be. */
export class TooLongAnswer extends Error {}

/** What is asked of a phone, and how much it may answer. */
export interface PhoneRequest {
  serial: string;
  /** As in AOSP `adb/SERVICES.TXT`: `exec:…` runs a command and hands its bytes over as they are. */
  service: string;
  /** Bytes at most. */
  limit: number;
  /** Ends the connection, and rejects with its reason. */
  signal: AbortSignal;
  /** How many bytes have come. */
  onBytes?: (bytes: number) => void;
}

/**
 * All that a service of a phone answers until it hangs up. The connection is cut in the end in every case: a
 * phone that goes on is not read, and neither it nor the server keeps anything for it.
 */
export async function askPhone(
  address: AdbAddress,
  { serial, service, limit, signal, onBytes = () => undefined }: PhoneRequest,
): Promise<Buffer> {
  signal.throwIfAborted();
  const socket = connect({ ...placeOf(address), noDelay: true });
  const stop = () => socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop);
  try {
    await once(socket, 'connect');
    const answers = new Answers(socket);
    for (const request of [`host:transport:${serial}`, service]) {
      socket.write(framed(request));
      await answers.okay();
    }
    const whole = new Growing();
    for (let bytes = await answers.some(); bytes; bytes = await answers.some()) {
      whole.add(bytes);
      onBytes(whole.length);
      if (whole.length > limit) throw new TooLongAnswer(`more than ${limit} bytes`);
    }
    return whole.bytes;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** Bytes in one piece: many small ones would take a hundred times their size. */
class Growing {
  length = 0;
  #room = Buffer.alloc(4096);

  add(bytes: Buffer): void {
    const length = this.length + bytes.length;
    if (length > this.#room.length) {
      const room = Buffer.alloc(Math.max(length, 2 * this.#room.length));
      this.#room.copy(room, 0, 0, this.length);
      this.#room = room;
    }
    bytes.copy(this.#room, this.length);
    this.length = length;
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.length);
  }
}

/**
 * Calls back whenever something changes about the server's phones, until `stop`. `lost`: the server is gone.
 * Rejects where there is none.
 */
export async function followPhones(
  address: AdbAddress,
  changed: () => void,
  lost: () => void,
): Promise<{ stop: () => void }> {
  const socket = connect({ ...placeOf(address), timeout: PATIENCE });
  const silent = () => socket.destroy(new Error(`no answer within ${PATIENCE} ms`));
  socket.once('timeout', silent);
  try {
    await once(socket, 'connect');
    const answers = new Answers(socket);
    socket.write(framed('host:track-devices-l'));
    await answers.okay();
    socket.setTimeout(0);
    // Nothing that is followed keeps a program from ending.
    socket.unref();
    void (async () => {
      for (;;) {
        await answers.text();
        changed();
      }
    })().catch(lost);
    return { stop: () => socket.destroy() };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
