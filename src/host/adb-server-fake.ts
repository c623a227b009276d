import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { framed } from './adb-wire.ts';

export interface FakeAdb {
  port: number;
  /** What it was asked, in order. */
  asked: string[];
  /** Puts another list in place, and tells who follows it. */
  change(list: string): void;
}

/**
 * For tests: an adb server that lists what it is given, as `host:devices-l` prints it, and has no phone to
 * talk to.
 */
export async function startFakeAdb(
  t: TestContext,
  given: string,
  { reconnected = () => undefined }: { reconnected?: (server: FakeAdb, serial: string) => void } = {},
): Promise<FakeAdb> {
  let list = given;
  const followers = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy()).on('close', () => followers.delete(socket));
    socket.once('data', (data: Buffer) => answer(socket, data.toString('utf8', 4)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    for (const socket of followers) socket.destroy();
    server.close();
  });
  const fake: FakeAdb = {
    port: (server.address() as AddressInfo).port,
    asked: [],
    change(next) {
      list = next;
      for (const socket of followers) socket.write(framed(list));
    },
  };
  return fake;

  function answer(socket: Socket, request: string): void {
    fake.asked.push(request);
    const [, serial = ''] = /^host-serial:(.+):reconnect$/.exec(request) ?? [];
    if (request === 'host:version') socket.end(`OKAY${framed('0029')}`);
    else if (request === 'host:devices-l') socket.end(`OKAY${framed(list)}`);
    else if (request === 'host:track-devices-l') {
      followers.add(socket);
      socket.write(`OKAY${framed(list)}`);
    } else if (serial !== '') {
      socket.end(`OKAY${framed('done')}`);
      reconnected(fake, serial);
    } else socket.end(`FAIL${framed('unknown host service')}`);
  }
}
