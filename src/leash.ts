import { spawn } from 'node:child_process';

/**
 * Run as a process of its own: `leash.ts PROGRAM ARGUMENTS`, with an IPC channel. For programs that do not notice that nobody needs them
 * any more: this one is ended when the process that started the leash is gone, however that ended.
 */
const [program = '', ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
process.on('disconnect', () => child.kill('SIGKILL'));
process.on('SIGTERM', () => child.kill('SIGKILL'));
child.on('error', () => process.exit(127));
child.on('exit', (code) => process.exit(code ?? 1));
