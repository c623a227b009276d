import { createServer } from 'node:net';

// Below those a system gives to outgoing connections (32768 and up on Linux, 49152 elsewhere): one could take
// it before who asked listens.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 20;

/**
 * A port of loopback nobody listens on: `wanted`, or any when it is 0. Rejects when the wanted one is taken.
 */
export async function freePort(wanted = 0): Promise<number> {
  if (wanted !== 0) return probed(wanted);
  for (let tries = 0; tries < TRIES; tries++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await probed(port).catch(() => undefined)) return port;
  }
  return probed(0);
}

async function probed(wanted: number): Promise<number> {
  const probe = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  probe.once('error', reject);
  probe.listen(wanted, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
  });
  return promise;
}
