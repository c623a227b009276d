import { Duplex, type Readable } from 'node:stream';
import { packet, type Packet } from './packet.ts';

type Done = (error?: Error | null) => void;

/**
 * One stream of a connection, the phone's end. WRTE carries at most the agreed payload, and the next one
 * waits for the OKAY of the last. ADB has no half-open stream: ending it sends CLSE after the last OKAY.
 */
export class AdbStream extends Duplex {
  readonly #localId: number;
  readonly #remoteId: number;
  readonly #maxPayload: number;
  readonly #send: (packet: Packet) => void;
  readonly #hangUp = new AbortController();
  #pending: { rest: Buffer; done: Done } | undefined;
  #owesOkay = false;

  constructor(options: {
    localId: number;
    remoteId: number;
    maxPayload: number;
    send: (packet: Packet) => void;
  }) {
    super({ allowHalfOpen: false });
    this.#localId = options.localId;
    this.#remoteId = options.remoteId;
    this.#maxPayload = options.maxPayload;
    this.#send = options.send;
    // A write after the host hung up is lost, as on a phone; it must not bring the simulator down.
    this.on('error', () => {});
  }

  /** Fires as soon as the host closes the stream or is gone, even when bytes are still unread. */
  get hungUp(): AbortSignal {
    return this.#hangUp.signal;
  }

  /** What came from the host: OKAY, WRTE or CLSE for this stream. */
  receive({ command, payload }: Packet): void {
    if (command === 'OKAY') this.#acknowledged();
    else if (command === 'WRTE') {
      this.#owesOkay = true;
      if (this.push(payload)) this._read();
    } else if (command === 'CLSE') this.hangUp();
  }

  /**
   * Writes what is printed in one turn as one packet, and drops it when the host is gone. Two small packets
   * in a row cost the host 40 ms each time: its adb server does not switch Nagle's algorithm off towards the
   * adb client.
   */
  print(chunk: string | Uint8Array): void {
    if (!this.writable) return;
    if (this.writableCorked === 0) {
      this.cork();
      setImmediate(() => this.uncork());
    }
    this.write(chunk);
  }

  hangUp(): void {
    if (this.#hangUp.signal.aborted) return;
    this.#close(new Error('the host closed the stream'));
    if (this.readableLength === 0) this.destroy();
    else this.push(null);
  }

  override _read(): void {
    if (!this.#owesOkay) return;
    this.#owesOkay = false;
    if (!this.#hangUp.signal.aborted) this.#send(packet('OKAY', this.#localId, this.#remoteId));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    if (chunk.length === 0 || this.#hangUp.signal.aborted) return done();
    this.#pending = { rest: chunk, done };
    this.#next();
  }

  /** What piled up while waiting for an OKAY goes as one. */
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: Done): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done);
  }

  override _final(done: Done): void {
    done();
    process.nextTick(() => this.destroy());
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#close(error ?? new Error('the phone closed the stream'));
    done(error);
  }

  /** CLSE goes both ways, once each. A write still waiting for its OKAY is given up. */
  #close(reason: Error): void {
    if (this.#hangUp.signal.aborted) return;
    this.#send(packet('CLSE', this.#localId, this.#remoteId));
    this.#hangUp.abort(reason);
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.done();
  }

  #next(): void {
    if (!this.#pending) return;
    const { rest } = this.#pending;
    this.#pending.rest = rest.subarray(this.#maxPayload);
    this.#send(packet('WRTE', this.#localId, this.#remoteId, rest.subarray(0, this.#maxPayload)));
  }

  #acknowledged(): void {
    const pending = this.#pending;
    if (!pending) return;
    if (pending.rest.length > 0) return this.#next();
    this.#pending = undefined;
    pending.done();
  }
}

/** Exactly `bytes` bytes of a stream, or undefined when it ends before. Do not mix with 'data' listeners. */
export async function take(stream: Readable, bytes: number): Promise<Buffer | undefined> {
  if (bytes === 0) return Buffer.alloc(0);
  // One listener for the whole wait: each new one would be reported of the same unread bytes at once, for ever.
  const events = ['readable', 'end', 'close'];
  return new Promise((resolve) => {
    const attempt = () => {
      const chunk = stream.read(bytes) as Buffer | null;
      if (!chunk && !stream.readableEnded && !stream.destroyed) return;
      for (const name of events) stream.off(name, attempt);
      resolve(chunk?.length === bytes ? chunk : undefined);
    };
    for (const name of events) stream.on(name, attempt);
    attempt();
  });
}
