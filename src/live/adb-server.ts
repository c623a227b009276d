import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment, loadSettings, nameAdbServer } from '../config/config.ts';
import { ensureHostTools } from '../host/tools.ts';
import { ownProgram } from '../own-files.ts';
import { freePort } from '../port.ts';

/**
 * An adb server of the tests, on a port of its own, for this process and all it starts: the one of the user
 * who runs them, with their phones, is left alone. It ends with this process, however that ends.
 */
export async function startAdbServer(): Promise<void> {
  const { adb } = await ensureHostTools(['adb'], loadSettings());
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-adb-'));
  const supervisor = fork(
    fileURLToPath(ownProgram('host/supervisor')),
    [folder, adb.path, '-P', String(port), 'nodaemon', 'server'],
    {
      env: childEnvironment(),
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  supervisor.unref();
  supervisor.channel?.unref();
  while (!(await answers(port))) {
    if (supervisor.exitCode !== null)
      throw new Error(`'${adb.path} -P ${port} nodaemon server' ended with exit code ${supervisor.exitCode}`);
    await pause(20);
  }
  nameAdbServer(port);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  return once(socket, 'connect')
    .then(() => true)
    .catch(() => false)
    .finally(() => socket.destroy());
}
