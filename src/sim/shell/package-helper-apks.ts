import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** For tests: the helper APKs the UiAutomator2 driver of this installation brings, and their versions. */
const fromDriver = createRequire(import.meta.resolve('appium-uiautomator2-driver'));

export const helperApks = {
  settings: apk('io.appium.settings', /debug/),
  server: apk('appium-uiautomator2-server', /-v\d/),
  serverTests: apk('appium-uiautomator2-server', /androidTest/),
};

/** Path of the package's APK whose file name fits, and the version of the package. */
function apk(module: string, wanted: RegExp): { path: string; version: string } {
  const folder = join(dirname(fromDriver.resolve(`${module}/package.json`)), 'apks');
  const name = readdirSync(folder).find((file) => wanted.test(file));
  if (!name) throw new Error(`There is no APK like ${String(wanted)} in ${folder}. Run npm ci.`);
  const { version } = fromDriver(`${module}/package.json`) as { version: string };
  return { path: join(folder, name), version };
}
