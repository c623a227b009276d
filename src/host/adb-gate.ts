import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { placeOf, type AdbAddress } from '../adb-address.ts';
import { askServer, framed } from './adb-wire.ts';
import { systemClock, type Clock } from '../clock.ts';

/** Tells whether a phone is still ours: this process may have stood still, with what Appium asked in its hands. */
export interface Guard {
  /** True where no other process can have it by now. */
  isSure(): boolean;
  /** Rejects where another one has it. */
  check(): Promise<void>;
}

export interface AdbGate {
  readonly port: number;
  /** Lets Appium do nothing more to this phone, until it is opened again. */
  shut(serial: string): void;
  /** `guard`: is asked about all that Appium does to it from now on. Missing: all of it passes. */
  open(serial: string, guard?: Guard): void;
  close(): Promise<void>;
}

/**
 * `adb -s SERIAL forward …` of version 29 and later picks the phone, then asks. Earlier ones ask otherwise,
 * which passes as it is.
 */
const PICK = /^host:tport:serial:(.+)$/;
const FORWARD = /^host:forward:tcp:(\d+);(tcp:\d+)$/;
const REMOVE = /^host:killforward:tcp:(\d+)$/;

// A phone takes one to three seconds to start Appium's server. Held longer, Appium would learn too late that
// it died, ms.
const HOLD_LIMIT = 3000;
const HOLD_STEP = 10;
// Or this share of the time it has waited already: many phones that start at once are asked less often.
const HOLD_SHARE = 0.1;
const REFUSED = `FAIL${framed('another run works on this phone')}`;
/** An answer of Appium's server on the phone: a picture of the largest screen takes a third of it, bytes. */
const ANSWER_LIMIT = 64 * 1024 * 1024;

/**
 * Stands between Appium and the adb server and hands everything on, except forwards to a port of the phone:
 * those it makes itself. Appium asks its server on the phone for `/status` as soon as that is being started,
 * in vain, and again only a second later. Through such a forward the first question waits until the server
 * listens: a session begins when the phone is ready.
 */
export async function startAdbGate(adb: AdbAddress, clock: Clock = systemClock): Promise<AdbGate> {
  const guards = new Guards();
  const sockets = new Sockets();
  const forwards = new Forwards({ adb, clock, guards, sockets });
  const front = createServer((client) => serve(sockets.keep(client)));
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: (front.address() as AddressInfo).port,
    shut: (serial) => guards.shut(serial),
    open: (serial, guard) => guards.open(serial, guard),
    async close() {
      sockets.destroy();
      await Promise.all([front, ...forwards.servers].map((server) => once(server.close(), 'close')));
    },
  };

  /** A request comes in one piece, else it passes unread. */
  function serve(client: Socket): void {
    const server = sockets.keep(connect(placeOf(adb)));
    bind(client, server);
    server.pipe(client);
    client.once('data', (given: Buffer) => {
      const first = unaliased(given);
      const request = first.toString('utf8', 4);
      if (request === 'host:devices') {
        server.unpipe(client);
        return void devicesOf(adb).then((text) => client.end(text));
      }
      const [, serial] = PICK.exec(request) ?? [];
      if (serial === undefined) {
        server.write(first);
        return void client.pipe(server);
      }
      servePicked(client, server, { serial, first });
    });
  }

  /** A client that picks a phone, then asks. */
  function servePicked(
    client: Socket,
    server: Socket,
    { serial, first }: { serial: string; first: Buffer },
  ): void {
    const refuse = () => (server.unpipe(client), void client.end(REFUSED));
    guards.ifOurs(client, serial, refuse, () => {
      server.write(first);
      client.once('data', (second: Buffer) => {
        const answer = forwards.answer(serial, second.toString('latin1', 4));
        if (answer) return void answer.then((text) => (server.unpipe(client), client.end(text)));
        guards.ifOurs(client, serial, refuse, () => {
          server.write(second);
          guards.handOn(client, server, serial);
        });
      });
    });
  }
}

/** Which phones Appium may do something to. */
class Guards {
  readonly #closed = new Set<string>();
  readonly #guards = new Map<string, Guard>();

  shut(serial: string): void {
    this.#closed.add(serial);
  }

  open(serial: string, guard?: Guard): void {
    this.#closed.delete(serial);
    if (guard) this.#guards.set(serial, guard);
    else this.#guards.delete(serial);
  }

  async isOurs(serial: string): Promise<boolean> {
    if (this.#closed.has(serial)) return false;
    const guard = this.#guards.get(serial);
    if (!guard || guard.isSure()) return true;
    return guard.check().then(
      () => true,
      () => false,
    );
  }

  /** Nothing is read meanwhile. */
  ifOurs(client: Socket, serial: string, otherwise: () => void, then: () => void): void {
    client.pause();
    void this.isOurs(serial).then((ours) => {
      if (ours) then();
      else otherwise();
      // Else its end would not be heard.
      client.resume();
    });
  }

  /** What comes from Appium goes on for as long as the phone is ours. */
  handOn(from: Socket, to: Socket, serial: string): void {
    const asking = new Transform({
      transform: (piece: Buffer, _, done) =>
        void this.isOurs(serial).then((ours) => (ours ? done(null, piece) : (from.destroy(), to.destroy()))),
    });
    asking.on('error', () => to.destroy());
    from.pipe(asking).pipe(to);
  }
}

/** All connections of a gate, so that they end with it. */
class Sockets {
  readonly #open = new Set<Socket>();

  keep(socket: Socket): Socket {
    socket.setNoDelay(true);
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  }

  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

interface ForwardTools {
  adb: AdbAddress;
  clock: Clock;
  guards: Guards;
  sockets: Sockets;
}

/** The forwards to ports of phones, by their local port. */
class Forwards {
  readonly #listeners = new Map<number, Server>();
  readonly #tools: ForwardTools;

  constructor(tools: ForwardTools) {
    this.#tools = tools;
  }

  get servers(): Server[] {
    return [...this.#listeners.values()];
  }

  /** The answer to a request about a forward that is ours; nothing for any other. */
  answer(serial: string, request: string): Promise<string> | undefined {
    const [, local, service] = FORWARD.exec(request) ?? [];
    if (service !== undefined) return this.#forward(Number(local), serial, service);
    const removed = Number(REMOVE.exec(request)?.[1]);
    return this.#listeners.has(removed) ? Promise.resolve(this.#remove(removed)) : undefined;
  }

  /** Gives the adb server's answer: one OKAY for the question, one for what it asked. */
  async #forward(local: number, serial: string, service: string): Promise<string> {
    this.#remove(local);
    const { sockets } = this.#tools;
    const listener = createServer(
      (client) => void this.#relay(sockets.keep(client), serial, service).catch(() => client.destroy()),
    );
    listener.listen(local, '127.0.0.1');
    try {
      await once(listener, 'listening');
    } catch (error) {
      return `OKAYFAIL${framed(`cannot bind listener: ${(error as Error).message}`)}`;
    }
    this.#listeners.set(local, listener);
    return 'OKAYOKAY';
  }

  #remove(local: number): string {
    this.#listeners.get(local)?.close();
    this.#listeners.delete(local);
    return 'OKAYOKAY';
  }

  async #relay(client: Socket, serial: string, service: string): Promise<void> {
    const { clock, guards } = this.#tools;
    const [first] = (await once(client, 'data')) as [Buffer];
    client.pause();
    const began = clock.elapsed();
    const until = began + (first.toString('latin1').startsWith('GET /status ') ? HOLD_LIMIT : 0);
    while (!client.destroyed) {
      const phone = (await guards.isOurs(serial)) ? await this.#connect(serial, service) : undefined;
      if (phone) {
        bind(client, phone);
        bound(client, phone);
        phone.write(first);
        guards.handOn(client, phone, serial);
        phone.pipe(client);
        return;
      }
      const now = clock.elapsed();
      if (now >= until) client.destroy();
      else await clock.sleep(Math.max(HOLD_STEP, (now - began) * HOLD_SHARE), "Appium's server on the phone");
    }
  }

  /** A connection to a service of the phone, or nothing when it is refused. */
  async #connect(serial: string, service: string): Promise<Socket | undefined> {
    const server = this.#tools.sockets.keep(connect(placeOf(this.#tools.adb)));
    for (const request of [`host:transport:${serial}`, service]) {
      server.write(framed(request));
      const [answer] = (await Promise.race([once(server, 'data'), once(server, 'close')])) as [unknown];
      if (String(answer) === 'OKAY') continue;
      server.destroy();
      return undefined;
    }
    return server;
  }
}

/** The list, with each serial as Appium can read it. */
async function devicesOf(adb: AdbAddress): Promise<string> {
  const list = await askServer(adb, 'host:devices').catch((error: Error) => error);
  if (list instanceof Error) return `FAIL${framed(list.message)}`;
  const lines = list.split('\n').map((line) => line.replace(/^[^\t]+(?=\t)/, alias));
  return `OKAY${framed(lines.join('\n'))}`;
}

/** When one side is gone the other goes too, once it has sent what it holds. */
function bind(one: Socket, other: Socket): void {
  one.once('close', () => other.destroySoon());
  other.once('close', () => one.destroySoon());
}

/** Cuts both where the phone's answer to one request is longer than any page source or picture. */
function bound(client: Socket, phone: Socket): void {
  let answered = 0;
  client.on('data', () => (answered = 0));
  phone.on('data', (piece: Buffer) => {
    answered += piece.length;
    if (answered <= ANSWER_LIMIT) return;
    phone.destroy();
    client.destroy();
  });
}

/** A serial as Appium is given it: it cuts adb's list at blanks. */
export function alias(serial: string): string {
  return serial.replaceAll(' ', BLANK);
}

const BLANK = '%20';

/** A request with the serial that adb knows. */
function unaliased(request: Buffer): Buffer {
  const text = request.toString('latin1');
  const asked = /^[0-9a-f]{4}(host\S*?)$/i.exec(text)?.[1];
  return asked?.includes(BLANK) ? Buffer.from(framed(asked.replaceAll(BLANK, ' ')), 'latin1') : request;
}
