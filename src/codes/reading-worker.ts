import { parentPort } from 'node:worker_threads';
import { perform, type Work } from './reading-work.ts';

/** One piece of work at a time; the first word says that the thread has started. */
parentPort?.on('message', (work: Work) => {
  void perform(work).then((result) => parentPort?.postMessage({ result }));
});
parentPort?.postMessage({ ready: true });
