import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { makeApk } from '../apk/apk.ts';
import type { InstalledPackage, PhoneFile } from '../handset.ts';
import { readManifest } from '../shell/package-manifest.ts';
import { isXiaomi, releases } from '../releases.ts';
import type { FullSpec } from '../spec.ts';
import { hasOldDialogs, romString, stringNames } from '../rom-strings.ts';
import { tables } from '../strings/strings.ts';

export interface Installed {
  packages: InstalledPackage[];
  files: Map<string, PhoneFile>;
}

type SystemApp = readonly [name: string, path: string, xiaomiOnly: boolean];
const systemApps: readonly SystemApp[] = [
  ['android', '/system/framework/framework-res.apk', false],
  ['com.android.settings', '/system/priv-app/Settings/Settings.apk', false],
  ['com.android.systemui', '/system/priv-app/SystemUI/SystemUI.apk', false],
  ['com.android.chrome', '/data/app/com.android.chrome-1/base.apk', false],
  ['com.android.updater', '/system/app/Updater/Updater.apk', true],
  ['com.miui.cloudservice', '/system/priv-app/CloudService/CloudService.apk', true],
  ['com.miui.home', '/system/priv-app/MiuiHome/MiuiHome.apk', true],
  ['com.miui.securitycenter', '/system/priv-app/SecurityCenter/SecurityCenter.apk', true],
  ['com.xiaomi.account', '/system/app/XiaomiAccount/XiaomiAccount.apk', true],
  ['com.xiaomi.finddevice', '/system/app/FindDevice/FindDevice.apk', true],
];

/** The packages of a phone fresh from its spec, and their APKs as files. */
export function installed(spec: FullSpec): Installed {
  const { android, sdk, build } = releases[spec.release];
  const versionName = isXiaomi(spec) ? build('') : android;
  const phone: Installed = { packages: [], files: new Map() };
  for (const [name, path, xiaomiOnly] of systemApps) {
    if (xiaomiOnly && !isXiaomi(spec)) continue;
    const version = { versionName, versionCode: sdk };
    phone.packages.push({ name, ...version, path, system: !path.startsWith('/data'), permissions: [] });
    phone.files.set(
      path,
      apkFile(`${name} ${spec.release} ${spec.language} ${hasOldDialogs(spec)}`, () =>
        makeApk({ packageName: name, ...version, strings: stringsOf(name, spec) }),
      ),
    );
  }
  if (spec.helpers === 'current') addHelpers(phone);
  return phone;
}

/** Every language the ROM carries; a pseudo phone shows the same to everybody. */
function stringsOf(name: string, spec: FullSpec): Record<string, Record<string, string>> {
  const all: Record<string, Record<string, string>> = {};
  for (const string of stringNames(spec, name)) {
    const languages = spec.language === 'pseudo' ? ['pseudo'] : Object.keys(tables[name]?.[string] ?? {});
    for (const language of languages) {
      const text = romString(spec, name, string, language);
      if (text !== undefined)
        (all[language === 'en' || language === 'pseudo' ? 'default' : language] ??= {})[string] = text;
    }
  }
  return { default: {}, ...all };
}

const built = new Map<string, Buffer>();

/** A file whose content is made when it is first read, and once for all phones that are alike. */
function apkFile(key: string, make: () => Buffer): PhoneFile {
  return {
    get data() {
      const known = built.get(key) ?? make();
      built.set(key, known);
      return known;
    },
    mode: 0o100644,
    mtime: 1_230_768_000,
  };
}

/**
 * Appium's helper apps in the versions the driver of this installation brings, so that it finds them current.
 */
function addHelpers({ packages, files }: Installed): void {
  const fromDriver = createRequire(
    createRequire(import.meta.url).resolve('appium-uiautomator2-driver/package.json'),
  );
  const folder = (name: string): string => join(dirname(fromDriver.resolve(`${name}/package.json`)), 'apks');
  const server = folder('appium-uiautomator2-server');
  const { version } = fromDriver('appium-uiautomator2-server/package.json') as { version: string };
  for (const apk of [
    join(folder('io.appium.settings'), 'settings_apk-debug.apk'),
    join(server, `appium-uiautomator2-server-v${version}.apk`),
    join(server, 'appium-uiautomator2-server-debug-androidTest.apk'),
  ]) {
    const manifest = manifestOf(apk);
    const path = `/data/app/${manifest.package}-1/base.apk`;
    packages.push({
      name: manifest.package,
      versionName: manifest.versionName,
      versionCode: manifest.versionCode,
      path,
      system: false,
      permissions: manifest.permissions,
      ...(manifest.instrumentation
        ? { instrumentation: manifest.instrumentation.runner, instruments: manifest.instrumentation.target }
        : {}),
    });
    files.set(
      path,
      apkFile(apk, () => readFileSync(apk)),
    );
  }
}

const manifests = new Map<string, ReturnType<typeof readManifest>>();

function manifestOf(apk: string): ReturnType<typeof readManifest> {
  const known = manifests.get(apk) ?? readManifest(readFileSync(apk));
  manifests.set(apk, known);
  return known;
}
