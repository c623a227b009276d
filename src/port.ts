import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:net';

// Below those a system gives to outgoing connections (32768 and up on Linux, 49152 elsewhere): one could take
// it before who asked listens.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 20;
/** The slowest program that was seen listened after 6 s, and a busy computer takes many times that; ms. */
const KEPT = 120_000;
const twins = new Map<number, { twin: Socket; timer: NodeJS.Timeout }>();

/**
 * A port of loopback on which nothing listens: `wanted`, or any when it is 0. For two minutes, or until it is
 * released, no other process of mi-unbind gets the same one. Rejects when the wanted one is taken.
 */
export async function freePort(wanted = 0): Promise<number> {
  if (wanted !== 0) return probed(wanted);
  for (let tries = 0; tries < TRIES; tries++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if ((await reserved(port)) && (await probed(port).catch(() => undefined))) return port;
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

/**
 * Between the look and the moment at which its program listens, another process could choose the same TCP port. Who
 * chooses it holds the UDP port of that number, which no other program minds: the system gives it to one only.
 */
async function reserved(port: number): Promise<boolean> {
  const twin = createSocket('udp4');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  twin.once('error', () => {
    twin.close();
    resolve(false);
  });
  twin.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  const isMine = await promise;
  if (isMine) {
    twin.unref();
    const timer = setTimeout(() => releasePort(port), KEPT).unref();
    twins.set(port, { twin, timer });
  }
  return isMine;
}

/** What a port was asked for listens on it by now, or needs it no more: one for each session adds up. */
export function releasePort(port: number): void {
  const { twin, timer } = twins.get(port) ?? {};
  clearTimeout(timer);
  twin?.close();
  twins.delete(port);
}
