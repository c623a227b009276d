import { adbOf, type Settings } from '../config/config.ts';
import { AdbServer } from '../phone/adb.ts';
import type { Recording } from '../sim/played/recording.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { startWorld, type World, type WorldOptions } from '../sim/world.ts';
import { runningAdb } from './adb.ts';

/** Simulated phones in this process. Closing it disconnects them from adb, so that none stays listed as offline. */
export interface RunningSims extends AsyncDisposable {
  server: AdbServer;
  world: World;
}

interface Around extends Pick<WorldOptions, 'site' | 'post'> {
  /** Gets in words what a phone was asked and could not answer, when the phones end. */
  onUnknown?: (what: string) => void;
  /** Recordings that phones play back, beside those of specs. */
  played?: readonly { recording: Recording; own?: Pick<PhoneSpec, 'seed' | 'pace'> }[];
}

/**
 * Starts the phones in this process, with the web site and post around them, and connects them to the adb
 * server.
 */
export async function startSims(
  phones: readonly PhoneSpec[],
  settings: Settings,
  { onUnknown, played = [], ...around }: Around = {},
): Promise<RunningSims> {
  await runningAdb(settings);
  const server = new AdbServer(adbOf(settings));
  const world = await startWorld({ phones, ...around });
  for (const { recording, own } of played) await world.addPlayed(recording, own);
  const end = async () => {
    for (const { serial, unknown } of world.phones) {
      for (const { where, asked } of unknown)
        onUnknown?.(`${serial} was asked something the simulation does not know: ${where}: ${asked}`);
    }
    await Promise.all(world.phones.map(({ serial }) => server.disconnect(serial).catch(() => undefined)));
    await world.close();
  };
  try {
    await Promise.all(world.phones.map(({ serial }) => server.connect(serial)));
  } catch (error) {
    await end();
    throw error;
  }
  return { server, world, [Symbol.asyncDispose]: end };
}
