import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';

/**
 * Run as a process of its own: `supervisor.ts FOLDER PROGRAM ARGUMENTS`, with an IPC channel. For programs
 * that do not notice that they are no longer needed: when the process that started the supervisor is gone,
 * however that ended, this one is ended with all it has started, and the folder removed.
 */
const [folder = '', program = '', ...args] = process.argv.slice(2);
// Before the program runs: it may have begun its work, and be ended again, before the next line of this file
// runs.
process.on('disconnect', kill);
process.on('SIGTERM', kill);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
child.on('error', () => void leave(127));
child.on('exit', (code) => void leave(code ?? 1));

/**
 * The program and what it has started: a process group, where the system knows groups. Nothing of it may
 * write into the folder after that.
 */
function kill(): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

async function leave(code: number): Promise<void> {
  kill();
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  process.exit(code);
}
