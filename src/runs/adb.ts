import { ensureAdbServer } from '../host/adb-server.ts';
import { adbOf, childEnvironment, type Settings } from '../config/config.ts';
import { ensureHostTools, type Adb } from '../host/tools.ts';

/**
 * The adb of this computer, with its server running. A server that is started here outlives us, so it gets
 * none of our secrets.
 */
export async function runningAdb(settings: Settings): Promise<Adb> {
  const { adb } = await ensureHostTools(['adb'], { ...settings, env: childEnvironment() });
  await ensureAdbServer(adb.path, adbOf(settings), childEnvironment());
  return adb;
}
