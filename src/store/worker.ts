import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * This process among those of all hosts. A pid says little without its namespace: containers may share a
 * host's name.
 */
export function workerName(pid: number = process.pid): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has them.
  }
  return `${hostname()}/${namespace}/${pid}`;
}

/** Whether it was a process of this host and is no more. False where that cannot be told. */
export function isGone(worker: string): boolean {
  const pid = Number(worker.slice(worker.lastIndexOf('/') + 1));
  if (worker !== workerName(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
