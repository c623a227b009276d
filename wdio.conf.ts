import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { SevereServiceError, type Browser } from 'webdriverio';
import { ensureAdbServer } from './src/host/adb-server.ts';
import { helpersAreCurrent, startAppium, type AppiumServer } from './src/host/appium.ts';
import {
  annotation,
  noteResult,
  readResults,
  writeMatrix,
  writeRunPages,
} from './src/checks/specs-report.ts';
import {
  adbOf,
  childEnvironment,
  CODES,
  loadSettings,
  onGitHub,
  readSecret,
  takeSecret,
} from './src/config/config.ts';
import { startSims } from './src/runs/sims.ts';
import { holdForSpecs, shareHold } from './src/runs/specs-phone.ts';
import { formatError } from './src/errors.ts';
import { ensureHostTools } from './src/host/tools.ts';
import { attached } from './src/runs/attached.ts';
import { openStation } from './src/runs/station.ts';
import { AdbServer } from './src/phone/adb.ts';
import { readFacts } from './src/phone/facts.ts';
import { freePort } from './src/port.ts';
import { privateFolder } from './src/private-files.ts';
import { matrixInWords } from './src/report/matrix-page.ts';
import { capabilities } from './src/host/session.ts';
import { startControl } from './src/sim/control.ts';
import { releaseNames, type PhoneSpec } from './src/sim/spec.ts';
import { languages } from './src/sim/strings/strings.ts';
import { owner, type SpecRig } from './specs/arrange.ts';
import { sampleOf, wholeMatrix, type Cell, type Range } from './specs/matrix.ts';

const settings = loadSettings();
const logs = join(settings.evidenceDir, 'specs');

/** The simulated phones the specs run on when no phone is attached: every spec on each. */
const SIMS: PhoneSpec[] = [
  { release: '14', language: 'en', pace: 'instant', helpers: 'current' },
  { release: '10', language: 'bg', pace: 'instant', helpers: 'current' },
];

/** What the matrix is made of: whatever the simulation has. */
const RANGE: Range = {
  releases: releaseNames,
  languages,
  orders: ['password-first', 'miui6', 'asks-first'] satisfies PhoneSpec['order'][],
};

const station = openStation(settings);

let cells: Cell[] = [];
let appium: AppiumServer | undefined;
let end: () => Promise<void> = () => Promise.resolve();

export const config: WebdriverIO.Config = {
  runner: 'local',
  specs: settings.phoneSerial ? ['./specs/attached.spec.ts'] : ['./specs/*.spec.ts'],
  // Of the matrix all cells; without it, a sample of them.
  suites: settings.phoneSerial ? {} : { matrix: ['./specs/matrix.spec.ts'] },
  maxInstances: Math.max(2, availableParallelism()),
  // A phone does one thing at a time.
  maxInstancesPerCapability: 1,
  // Filled in by onPrepare, when the phones have their addresses.
  capabilities: [{ platformName: 'Android' }],
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
      ? [
          [
            'junit',
            {
              outputDir: settings.junitDir,
              outputFileFormat: ({ cid }: { cid: string }) => `specs-${cid}.xml`,
            },
          ] as const,
        ]
      : []),
  ] as NonNullable<WebdriverIO.Config['reporters']>,

  async onPrepare(config, given) {
    // Anything less severe would let the workers start without a phone.
    await prepare(config as Launch, given as WebdriverIO.Capabilities[]).catch((error: unknown) => {
      throw new SevereServiceError(formatError(error));
    });
  },

  beforeSession() {
    // A worker whose launcher was killed must not go on with the phone.
    process.once('disconnect', () => process.exit(1));
  },

  async before(capabilities, _specs, browser) {
    const password = takeSecret('PHONE_PASSWORD');
    if (password) owner.password = password;
    const { phoneSerial: serial, phoneAccount: named, strictAccount: strict } = settings;
    if (!serial) return;
    owner.account = { named, strict, by: 'PHONE_ACCOUNT is' };
    const { 'mi-unbind:hold': id } = capabilities as { 'mi-unbind:hold': string };
    Object.assign(owner, await shareHold({ id, serial }, browser as Browser, station));
  },

  async after() {
    await station[Symbol.asyncDispose]();
  },

  afterTest({ title, parent }: { title: string; parent: string }, _context, { passed, duration, error }) {
    const message = (error as Error | undefined)?.message;
    noteResult(logs, {
      title,
      of: parent,
      passed,
      ms: duration,
      ...(message === undefined ? {} : { message }),
    });
  },

  async onComplete() {
    await appium?.stop();
    await end();
    try {
      writeRunPages(logs);
      if (cells.length > 0) {
        const matrix = writeMatrix(logs, cells);
        console.log(`matrix: ${matrixInWords(matrix.cells)}\n  ${matrix.page}`);
      }
    } catch (error) {
      // WebdriverIO says nothing of a fault in here.
      console.error(`The pages of the run could not be written: ${String(error)}`);
      throw error;
    }
    if (!onGitHub()) return;
    for (const { of, title, passed, message = '' } of readResults(logs))
      if (!passed) console.log(annotation(`${of}: ${title}`, message));
  },
};

/** What WebdriverIO is told on its command line stands in here too. */
interface Launch {
  port?: number;
  maxInstances: number;
  suite?: string[];
  spec?: string[];
}

async function prepare(config: Launch, list: WebdriverIO.Capabilities[]): Promise<void> {
  const { adb } = await ensureHostTools(['adb'], settings);
  await ensureAdbServer(adb.path, adbOf(settings), childEnvironment({}, ['PHONE_PASSWORD']));
  const server = new AdbServer(adbOf(settings));
  const whole = config.suite?.includes('matrix') ?? false;
  const sims = Array.from(
    { length: whole ? config.maxInstances : SIMS.length },
    (_, index) => SIMS[index % SIMS.length] as PhoneSpec,
  );
  let control = '';
  let hold = '';
  let serials: string[];
  if (settings.phoneSerial) {
    serials = [settings.phoneSerial];
    const held = await holdForSpecs(await attached(server, settings.phoneSerial), station);
    hold = held.hold;
    end = async () => {
      for (const warning of await held.end()) console.log(`! ${warning}`);
      await station[Symbol.asyncDispose]();
    };
  } else {
    const phones = await startSims(sims, settings, { onUnknown: console.error });
    const { world } = phones;
    const door = await startControl(world);
    control = door.url;
    serials = world.phones.map(({ serial }) => serial);
    if (config.spec?.every((file) => file.endsWith('matrix.spec.ts')) ?? true)
      cells = whole ? wholeMatrix(RANGE) : sampleOf(RANGE);
    end = async () => {
      await door.close();
      await phones[Symbol.asyncDispose]();
    };
  }
  // What an earlier run has left, perhaps by an earlier version, is none of this one's. One that still has the
  // phone keeps its own.
  rmSync(logs, { recursive: true, force: true });
  privateFolder(join(logs, 'wdio'));
  appium = await startAppium({
    port: settings.appiumPort,
    adbPort: adbOf(settings),
    env: childEnvironment({ ANDROID_HOME: adb.androidHome }, ['PHONE_PASSWORD']),
    log: join(logs, 'appium.log'),
    level: settings.logLevel === 'debug' ? 'debug' : 'info',
    hide: [readSecret('PHONE_PASSWORD')].filter((password) => password !== undefined),
  });
  config.port = appium.port;
  for (const [index, serial] of serials.entries()) {
    const { helpers } = await readFacts(await attached(server, serial));
    const prepared = helpersAreCurrent(helpers);
    const matrix = { range: RANGE, whole, worker: index, workers: serials.length };
    const common = { serial, adbPort: adbOf(settings), control, evidence: logs };
    const bench: SpecRig = { ...common, sim: sims[index] ?? {}, ...(control ? { matrix } : {}) };
    list[index] = Object.assign(capabilities({ serial, appium, prepared }, await freePort()), {
      port: appium.port,
      'mi-unbind:bench': bench,
      ...(hold ? { 'mi-unbind:hold': hold } : {}),
    });
  }
}
