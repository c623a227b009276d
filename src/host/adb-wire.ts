import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type AdbAddress, placeOf } from '../adb-address.ts';

/** A request, or a text in an answer: its length in bytes as four hexadecimal digits, and itself. */
export function framed(text: string): string {
  return Buffer.byteLength(text).toString(16).padStart(4, '0') + text;
}

/** Reads one answer after another from a server. Wire: AOSP `adb/OVERVIEW.TXT`, `SERVICES.TXT`. */
class Answers {
  readonly #socket: Socket;
  #held = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
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

  /** Undefined at the end. Nothing goes on listening: phones are followed for days. */
  async #next(): Promise<Buffer | undefined> {
    const settled = new AbortController();
    const { signal } = settled;
    try {
      const [chunk] = (await Promise.race([
        once(this.#socket, 'data', { signal }),
        once(this.#socket, 'end', { signal }),
      ])) as [Buffer?];
      return chunk;
    } finally {
      settled.abort();
    }
  }

  async #take(bytes: number): Promise<Buffer> {
    while (this.#held.length < bytes) {
      const chunk = await this.#next();
      if (!chunk) throw new Error('it hung up in the middle of its answer');
      this.#held = Buffer.concat([this.#held, chunk]);
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
 * answers without.
 */
export async function askServer(
  address: AdbAddress,
  request: string,
  patienceMs = PATIENCE,
): Promise<string> {
  const socket = connect({ ...placeOf(address), timeout: patienceMs });
  socket.once('timeout', () => socket.destroy(new Error(`no answer within ${patienceMs} ms`)));
  try {
    await once(socket, 'connect');
    const answers = new Answers(socket);
    socket.write(framed(request));
    await answers.okay();
    return await answers.text();
  } finally {
    socket.destroy();
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
