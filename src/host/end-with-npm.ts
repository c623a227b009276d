import { readFileSync } from 'node:fs';

/**
 * `npm run` and `npx` start a program and wait for it, yet do not end it when they are killed: it would go on
 * with a phone, without an operator. They give it no channel on which it could notice, so that it looks
 * whether they are still there.
 */

// Shorter than a person, or a flow, takes from one tap to the next, ms.
const LOOK_EVERY = 100;
// npm, its shell, and the launcher with another Node; some more where a program runs as part of a script.
const GENERATIONS = 8;

/**
 * Ends this process, with what it has started, once the npm is gone that started it. To be called once, and
 * only where npm may have.
 */
export function endWithNpm(): void {
  const line = lineage();
  if (line.length === 0) return;
  const timer = setInterval(() => {
    if (isBroken(line)) process.exit(1);
  }, LOOK_EVERY);
  timer.unref();
}

/**
 * This process and those it comes from, up to the nearest npm, and empty without one. Only Linux tells:
 * elsewhere, it and its parent.
 */
function lineage(): number[] {
  const line = [process.pid, process.ppid];
  if (process.platform !== 'linux') return line;
  for (let pid = process.ppid; !isNpm(pid); line.push(pid)) {
    const above = parentOf(pid);
    if (above === undefined || above <= 1 || line.length === GENERATIONS) return [];
    pid = above;
  }
  return line;
}

/**
 * Someone else has become the parent of one of them: the system's first process, when the parent has ended.
 */
function isBroken([own = 0, parent = 0, ...older]: readonly number[]): boolean {
  if (process.ppid !== parent || own !== process.pid) return true;
  if (process.platform === 'win32') return !isThere(parent);
  return older.some((pid, at) => parentOf([parent, ...older][at] ?? 0) !== pid);
}

/** On Windows a child keeps the number of a parent that is gone. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux: pid, name in brackets, state, parent (proc(5)). Undefined for one that has ended. */
function parentOf(pid: number): number | undefined {
  const stat = read(pid, 'stat');
  const parent = /^[^ZX] (\d+)/.exec(stat.slice(stat.lastIndexOf(')') + 2))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** npm calls itself by what it was asked, e.g. `npm run demo`; else its program is in the command line. */
function isNpm(pid: number): boolean {
  return /^np[mx]\b|\bnp[mx]-cli\.js\0/.test(read(pid, 'cmdline'));
}

function read(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
