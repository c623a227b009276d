import { parentPort } from 'node:worker_threads';
import { tryPhones } from './chunk.ts';

/** Tries the phones that it is sent, one chunk after another. */
parentPort?.on('message', ({ seed, phones }: { seed: number; phones: number }) => {
  void tryPhones(seed, phones).then((result) => parentPort?.postMessage(result));
});
