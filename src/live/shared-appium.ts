import { join } from 'node:path';
import { loadSettings } from '../config/config.ts';
import { openAppium } from '../runs/appium.ts';

export interface SharedAppium {
  /** The settings of a run that uses it. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * For live tests: one Appium for runs in which its start and end are not what is tested. It writes all it does
 * into the folder.
 */
export async function shareAppium(folder: string): Promise<SharedAppium> {
  const settings = { ...loadSettings(), logLevel: 'debug' as const };
  const appium = await openAppium(settings, { log: join(folder, 'appium.log'), hide: [] });
  const { protocol, hostname, port, path } = appium;
  return { env: { APPIUM_URL: `${protocol}://${hostname}:${port}${path}` }, stop: () => appium.stop() };
}
