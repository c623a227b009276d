import { createServer } from 'node:net';

/** A port of loopback nobody listens on: `wanted`, or any when it is 0. Rejects when the wanted one is taken. */
export async function freePort(wanted = 0): Promise<number> {
  const probe = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  probe.once('error', reject);
  probe.listen(wanted, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
  });
  return promise;
}
