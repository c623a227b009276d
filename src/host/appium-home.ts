import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppiumStartError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';

/** As Appium's own manifest says it, which is read anew where it is older. */
const SCHEMA = 4;

/**
 * A home folder for one Appium. Appium writes into it and looks in it for its drivers, so it can be neither
 * the program's folder, which may be read-only or another user's, nor one that several versions share. It
 * says where the installed driver lies; the type `dev` keeps Appium from putting a link to itself beside it.
 * `config` is a configuration that sets nothing: without one, Appium takes what it finds in the folders above the
 * program, e.g. of the project that it is installed in.
 */
export function makeAppiumHome(): { home: string; config: string } {
  const file = createRequire(createRequire(import.meta.url).resolve('appium/index.js')).resolve(
    'appium-uiautomator2-driver/package.json',
  );
  const driver = createRequire(import.meta.url)(file) as DriverPackage;
  const { driverName, ...about } = driver.appium;
  const entry = {
    ...about,
    pkgName: driver.name,
    version: driver.version,
    appiumVersion: driver.peerDependencies.appium,
    installType: 'dev',
    installSpec: `${driver.name}@${driver.version}`,
    installPath: dirname(file),
  };
  try {
    const home = mkdtempSync(join(tmpdir(), 'mi-unbind-appium-'));
    const folder = join(home, 'node_modules', '.cache', 'appium');
    mkdirSync(folder, { recursive: true });
    // JSON is YAML.
    writeFileSync(
      join(folder, 'extensions.yaml'),
      JSON.stringify({ drivers: { [driverName]: entry }, plugins: {}, schemaRev: SCHEMA }),
    );
    const config = join(home, 'appium.json');
    writeFileSync(config, JSON.stringify({ server: {} }));
    return { home, config };
  } catch (cause) {
    throw new AppiumStartError(
      `the folder for temporary files, ${tmpdir()}, cannot be written (${fileFault(cause)})`,
      cause,
      TEMPORARY,
    );
  }
}

const TEMPORARY = 'set TMPDIR to a folder that you may write to, or make room there, then run this again';

export function removeAppiumHome(home: string): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
}

interface DriverPackage {
  name: string;
  version: string;
  appium: { driverName: string };
  peerDependencies: { appium: string };
}
