import { readFileSync, readlinkSync } from 'node:fs';
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

/** Whether it was a process of this host and is no more. False where that cannot be known. */
export function isGone(worker: string): boolean {
  const pid = Number(worker.slice(worker.lastIndexOf('/') + 1));
  if (worker !== workerName(pid)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  return hasEnded(pid);
}

/**
 * A process that has ended keeps its pid until its parent asks how (a zombie), which some parents never do: a
 * container's first process.
 */
function hasEnded(pid: number): boolean {
  try {
    // The name before the state may hold blanks and brackets.
    return /^ [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1').split(')').at(-1) ?? '');
  } catch {
    // Only Linux tells.
    return false;
  }
}
