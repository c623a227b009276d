import { adbOf, type Settings } from '../config/config.ts';
import { AdbServer } from '../phone/adb.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { startWorld, type World, type WorldOptions } from '../sim/world.ts';
import { runningAdb } from './adb.ts';
import { say } from '../cli/terminal.ts';

/**
 * Starts the phones in this process, with the web site and post around them, and connects them to the adb
 * server.
 */
export async function startSims(
  phones: readonly PhoneSpec[],
  settings: Settings,
  around: Pick<WorldOptions, 'site' | 'post'> = {},
): Promise<{ server: AdbServer; world: World; androidHome: string }> {
  const { androidHome } = await runningAdb(settings);
  const server = new AdbServer(adbOf(settings));
  const world = await startWorld({ phones, ...around });
  try {
    await Promise.all(world.phones.map(({ serial }) => server.connect(serial)));
  } catch (error) {
    await stopSims(server, world);
    throw error;
  }
  return { server, world, androidHome };
}

/**
 * Disconnects the phones from adb, so that none stays listed as offline, and ends them. Says what they were
 * asked and could not answer.
 */
export async function stopSims(server: AdbServer, world: World): Promise<void> {
  for (const { serial, unknown } of world.phones) {
    for (const { where, asked } of unknown)
      say(`${serial} was asked something the simulation does not know: ${where}: ${asked}`);
  }
  await Promise.all(world.phones.map(({ serial }) => server.disconnect(serial).catch(() => undefined)));
  await world.close();
}
