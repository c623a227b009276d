import { adbOf, childEnvironment, type Settings } from '../config/config.ts';
import { runningAppium, startAppium, type AppiumServer } from '../host/appium.ts';
import { ensureHostTools } from '../host/tools.ts';
import type { Secret } from '../secret.ts';

/** One Appium, on this computer unless APPIUM_URL names one that runs already. */
export async function openAppium(
  settings: Settings,
  { log, hide }: { log: string; hide: Iterable<Secret> },
): Promise<AppiumServer> {
  const { appiumUrl, appiumPort: port } = settings;
  if (appiumUrl !== undefined) return runningAppium(appiumUrl, adbOf(settings));
  const { adb } = await ensureHostTools(['adb'], settings);
  const level = settings.logLevel === 'debug' ? 'debug' : 'info';
  const env = childEnvironment({ ANDROID_HOME: adb.androidHome });
  return startAppium({ port, adbPort: adbOf(settings), env, log, level, hide });
}
