import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A lab's own system behind AFTER_URL, which is down now and then. */
export interface Receiver {
  url: string;
  /** What it took, by key; more than one text under a key is a fault of the sender. */
  got: ReadonlyMap<string, ReadonlySet<string>>;
  close(): Promise<void>;
}

/** One request of ten is refused, and of one of ten that are taken the answer gets lost. */
export async function startReceiver(random: () => number): Promise<Receiver> {
  const got = new Map<string, Set<string>>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const key = String(request.headers['idempotency-key']);
      if (random() < 0.1) return response.writeHead(503).end();
      got.set(key, (got.get(key) ?? new Set()).add(body));
      if (random() < 0.1) return request.socket.destroy();
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
