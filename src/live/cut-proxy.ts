import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** For tests: passes connections on to a port of this computer, until it goes away or falls silent. */
export class CutProxy {
  readonly port: number;
  /** Connections that were cut off as it was away. */
  refused = 0;
  readonly #server: ReturnType<typeof createServer>;
  readonly #sockets = new Set<Socket>();
  #isAway = false;
  /** Goes on once it passes packets again. */
  #silence: PromiseWithResolvers<void> | undefined;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(to: number): Promise<CutProxy> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const proxy = new CutProxy(server);
    server.on('connection', (socket) => proxy.#pass(socket, to));
    return proxy;
  }

  /** Cuts off all connections, and each that comes. */
  goAway(): void {
    this.#isAway = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  comeBack(): void {
    this.#isAway = false;
  }

  /** Swallows what comes from either side, and says so to none: connections stay, and are taken. */
  fallSilent(): void {
    this.#silence ??= Promise.withResolvers();
  }

  /** What was swallowed arrives now, as of a network that is mended before either side has given up. */
  speak(): void {
    this.#silence?.resolve();
    this.#silence = undefined;
  }

  async close(): Promise<void> {
    this.goAway();
    this.speak();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #pass(socket: Socket, to: number): void {
    if (this.#isAway) {
      this.refused++;
      socket.destroy();
      return;
    }
    const further = connect(to, '127.0.0.1');
    for (const one of [socket, further]) {
      this.#sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.#sockets.delete(one);
        (one === socket ? further : socket).destroy();
      });
    }
    this.#handOn(socket, further);
    this.#handOn(further, socket);
  }

  #handOn(from: Socket, to: Socket): void {
    const late = new Transform({
      transform: (piece, _, done) =>
        void (this.#silence?.promise ?? Promise.resolve()).then(() => done(null, piece)),
    });
    from.pipe(late).pipe(to);
  }
}
