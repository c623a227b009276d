import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SevereServiceError } from 'webdriverio';
import { ensureAdbServer } from './src/adb-server.ts';
import { helpersAreCurrent, startAppium, type AppiumServer } from './src/appium.ts';
import { childEnvironment, CODES, loadSettings, takeSecret } from './src/config.ts';
import { startSims, stopSims } from './src/cli/sims.ts';
import { formatError } from './src/errors.ts';
import { ensureHostTools } from './src/host.ts';
import { attached } from './src/cli/phone-run.ts';
import { AdbServer } from './src/phone/adb.ts';
import { readFacts } from './src/phone/facts.ts';
import { freePort } from './src/port.ts';
import { capabilities } from './src/session.ts';
import { startControl } from './src/sim/control.ts';
import type { PhoneSpec } from './src/sim/spec.ts';
import { owner, type Bench } from './specs/arrange.ts';

const settings = loadSettings();
const logs = join(settings.evidenceDir, 'specs');

/** The simulated phones the specs run on when no phone is attached: every spec on each. */
const SIMS: PhoneSpec[] = [
  { release: '14', language: 'en', pace: 'instant', helpers: 'current' },
  { release: '10', language: 'bg', pace: 'instant', helpers: 'current' },
];

let appium: AppiumServer | undefined;
let end: () => Promise<void> = () => Promise.resolve();

export const config: WebdriverIO.Config = {
  runner: 'local',
  specs: settings.phoneSerial ? ['./specs/attached.spec.ts'] : ['./specs/*.spec.ts'],
  maxInstances: 2,
  // Filled in by onPrepare, when the phones have their addresses.
  capabilities: (settings.phoneSerial ? [settings.phoneSerial] : SIMS).map(() => ({ platformName: 'Android' })),
  hostname: '127.0.0.1',
  path: '/',
  logLevel: settings.logLevel,
  outputDir: join(logs, 'wdio'),
  maskingPatterns: CODES,
  connectionRetryCount: 0,
  framework: 'mocha',
  mochaOpts: { timeout: 60_000 },
  reporters: [
    ['spec', { showPreface: false, addConsoleLogs: false }],
    ...(settings.junitDir
      ? [['junit', { outputDir: settings.junitDir, outputFileFormat: ({ cid }: { cid: string }) => `specs-${cid}.xml` }] as const]
      : []),
  ] as NonNullable<WebdriverIO.Config['reporters']>,

  async onPrepare(config, given) {
    // Anything less severe would let the workers start without a phone.
    await prepare(config, given as WebdriverIO.Capabilities[]).catch((error: unknown) => {
      throw new SevereServiceError(formatError(error));
    });
  },

  before() {
    const password = takeSecret('PHONE_PASSWORD');
    if (password) owner.password = password;
  },

  async onComplete() {
    await appium?.stop();
    await end();
  },
};

async function prepare(config: { port?: number | undefined }, list: WebdriverIO.Capabilities[]): Promise<void> {
  mkdirSync(logs, { recursive: true });
  const { adb } = await ensureHostTools(['adb'], settings);
  await ensureAdbServer(adb.path, settings.adbServerPort, childEnvironment({}, ['PHONE_PASSWORD']));
  const server = new AdbServer(settings.adbServerPort);
  let control = '';
  let serials: string[];
  if (settings.phoneSerial) {
    serials = [settings.phoneSerial];
    await attached(server, settings.phoneSerial);
  } else {
    const { world } = await startSims(SIMS, settings);
    const door = await startControl(world);
    control = door.url;
    serials = world.phones.map(({ serial }) => serial);
    end = async () => {
      await door.close();
      await stopSims(server, world);
    };
  }
  appium = await startAppium({
    port: settings.appiumPort,
    adbPort: settings.adbServerPort,
    env: childEnvironment({ ANDROID_HOME: adb.androidHome }, ['PHONE_PASSWORD']),
    log: join(logs, 'appium.log'),
    level: settings.logLevel === 'debug' ? 'debug' : 'info',
  });
  config.port = appium.port;
  for (const [index, serial] of serials.entries()) {
    const { helpers } = await readFacts(await attached(server, serial));
    const prepared = helpersAreCurrent(helpers);
    const bench: Bench = { serial, adbPort: settings.adbServerPort, control, sim: SIMS[index] ?? {}, evidence: logs };
    Object.assign(list[index] ?? {}, capabilities({ serial, appium, prepared }, await freePort()), {
      port: appium.port,
      'mi-unbind:bench': bench,
    });
  }
}
