import type { Socket } from 'node:net';
import type { Handshake } from './auth.ts';
import { encodeHeader, packet, PacketParser, type Packet } from './packet.ts';
import { AdbStream } from './stream.ts';

/** Starts to serve a stream once the returned function is called, or refuses the service with undefined. */
export type OpenService = (service: string) => ((stream: AdbStream) => void) | undefined;

/** One adb server connected to the phone: the handshake, then its streams. */
export class Connection {
  readonly #socket: Socket;
  readonly #handshake: Handshake;
  readonly #open: OpenService;
  readonly #parser = new PacketParser();
  readonly #streams = new Map<number, AdbStream>();
  #lastId = 0;

  constructor(socket: Socket, handshake: Handshake, open: OpenService) {
    this.#socket = socket;
    this.#handshake = handshake;
    this.#open = open;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const stream of this.#streams.values()) stream.hangUp();
      this.#streams.clear();
    });
  }

  authorize(): void {
    const answer = this.#handshake.authorize();
    if (answer) this.#send(answer);
  }

  drop(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    let packets: Packet[];
    try {
      packets = [...this.#parser.push(chunk)];
    } catch {
      // Bytes that are no ADB; adbd drops the connection as well.
      return this.drop();
    }
    for (const one of packets) this.#dispatch(one);
  }

  #dispatch(found: Packet): void {
    if (found.command === 'CNXN' || found.command === 'AUTH') {
      const answer = this.#handshake.receive(found);
      if (answer) this.#send(answer);
      return;
    }
    if (!this.#handshake.connected) return;
    if (found.command === 'OPEN')
      return this.#accept(found.arg0, found.payload.toString('utf8').replace(/\0$/, ''));
    const stream = this.#streams.get(found.arg1);
    if (stream) stream.receive(found);
    // A late OKAY or CLSE of a closed stream is ignored; late data is reported that the stream is closed.
    else if (found.command === 'WRTE') this.#send(packet('CLSE', 0, found.arg0));
  }

  #accept(remoteId: number, service: string): void {
    const serve = this.#open(service);
    if (!serve) return this.#send(packet('CLSE', 0, remoteId));
    const localId = ++this.#lastId;
    const stream = new AdbStream({
      localId,
      remoteId,
      maxPayload: this.#handshake.maxPayload,
      send: (one) => this.#send(one),
    });
    this.#streams.set(localId, stream);
    stream.hungUp.addEventListener('abort', () => this.#streams.delete(localId));
    // OKAY before the first WRTE, or the host waits for it for ever.
    this.#send(packet('OKAY', localId, remoteId));
    serve(stream);
  }

  #send(one: Packet): void {
    if (this.#socket.destroyed) return;
    this.#socket.cork();
    this.#socket.write(encodeHeader(one, this.#handshake.version));
    if (one.payload.length > 0) this.#socket.write(one.payload);
    this.#socket.uncork();
  }
}
