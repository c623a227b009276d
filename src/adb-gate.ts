import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { systemClock, type Clock } from './clock.ts';

export interface AdbGate {
  readonly port: number;
  close(): Promise<void>;
}

/** `adb -s SERIAL …` of version 29 and later first picks the phone; earlier ones pass as they are. Source: AOSP adb/SERVICES.TXT. */
const PICK = /^host:tport:serial:(.+)$/;
const FORWARD = /^host:forward:tcp:(\d+);(tcp:\d+)$/;
const REMOVE = /^host:killforward:tcp:(\d+)$/;

// A phone takes one to three seconds to start Appium's server. Held longer, Appium would learn too late that it died, ms.
const HOLD_LIMIT = 3000;
const HOLD_STEP = 10;

/**
 * Stands between Appium and the adb server and hands everything on, except forwards to a port of the phone: those it makes itself.
 * Appium asks its server on the phone for `/status` as soon as that is being started, in vain, and again only a second later.
 * Through such a forward the first question waits until the server listens: a session begins when the phone is ready.
 */
export async function startAdbGate(adbPort: number, clock: Clock = systemClock): Promise<AdbGate> {
  const forwards = new Map<number, Server>();
  const sockets = new Set<Socket>();

  const front = listener(serve);
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: (front.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([front, ...forwards.values()].map((server) => once(server.close(), 'close')));
    },
  };

  function listener(care: (client: Socket) => Promise<void>): Server {
    return createServer((client) => void care(keep(client)).catch(() => client.destroy()));
  }

  async function serve(client: Socket): Promise<void> {
    const first = await request(client);
    const server = keep(connect(adbPort, '127.0.0.1'));
    client.once('close', () => server.destroy());
    server.write(framed(first));
    const [, serial] = PICK.exec(first) ?? [];
    if (serial !== undefined) {
      // OKAY and the phone's number of eight bytes, or FAIL and why.
      const answer = await take(server, 12);
      client.write(answer, 'latin1');
      if (!answer.startsWith('OKAY')) return join(client, server);
      const asked = await request(client);
      const [, local, service = ''] = FORWARD.exec(asked) ?? [];
      const removed = Number(REMOVE.exec(asked)?.[1]);
      if (local !== undefined || forwards.has(removed)) {
        server.destroy();
        return void client.end(local === undefined ? remove(removed) : await forward(Number(local), serial, service));
      }
      server.write(framed(asked));
    }
    join(client, server);
  }

  /** Gives the adb server's answer: one OKAY for the question, one for what it asked. */
  async function forward(local: number, serial: string, service: string): Promise<string> {
    remove(local);
    const added = listener((client) => relay(client, serial, service));
    added.listen(local, '127.0.0.1');
    try {
      await once(added, 'listening');
    } catch (error) {
      return `OKAYFAIL${framed(`cannot bind listener: ${(error as Error).message}`).toString('latin1')}`;
    }
    forwards.set(local, added);
    return 'OKAYOKAY';
  }

  function remove(local: number): string {
    forwards.get(local)?.close();
    forwards.delete(local);
    return 'OKAYOKAY';
  }

  async function relay(client: Socket, serial: string, service: string): Promise<void> {
    const first = await chunk(client);
    const until = clock.now() + (first.startsWith('GET /status ') ? HOLD_LIMIT : 0);
    while (!client.destroyed) {
      const phone = await open(serial, service);
      if (phone) {
        phone.write(first, 'latin1');
        return join(client, phone);
      }
      if (clock.now() >= until) client.destroy();
      else await clock.sleep(HOLD_STEP, "Appium's server on the phone");
    }
  }

  /** A connection to a service of the phone, or nothing when it is refused. */
  async function open(serial: string, service: string): Promise<Socket | undefined> {
    const server = keep(connect(adbPort, '127.0.0.1'));
    for (const asked of [`host:transport:${serial}`, service]) {
      server.write(framed(asked));
      if ((await take(server, 4)) === 'OKAY') continue;
      server.destroy();
      return undefined;
    }
    return server;
  }

  function keep(socket: Socket): Socket {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  }
}

function join(one: Socket, other: Socket): void {
  pipeline(one, other, one, () => {
    one.destroy();
    other.destroy();
  });
}

/** A request: its length as four hexadecimal digits, and its text. */
async function request(socket: Socket): Promise<string> {
  return take(socket, parseInt(await take(socket, 4), 16) || 0);
}

function framed(text: string): Buffer {
  return Buffer.from(text.length.toString(16).padStart(4, '0') + text, 'latin1');
}

/** As many bytes as asked for, as latin1; what came beyond stays in the socket. Fewer when the socket ends before. */
async function take(socket: Socket, length: number): Promise<string> {
  let heard = '';
  while (heard.length < length) {
    const more = await chunk(socket);
    if (more === '') break;
    heard += more;
  }
  if (heard.length > length) socket.unshift(heard.slice(length), 'latin1');
  return heard.slice(0, length);
}

/** What comes next, as latin1; empty when the socket ends. */
async function chunk(socket: Socket): Promise<string> {
  for await (const bytes of socket.iterator({ destroyOnReturn: false })) return (bytes as Buffer).toString('latin1');
  return '';
}
