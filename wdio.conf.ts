import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { SevereServiceError } from 'webdriverio';
import { ensureAdbServer } from './src/adb-server.ts';
import { helpersAreCurrent, startAppium, type AppiumServer } from './src/appium.ts';
import {
  annotation,
  noteResult,
  readResults,
  writeMatrix,
  writeRunPages,
} from './src/checks/specs-report.ts';
import { adbOf, childEnvironment, CODES, loadSettings, onGitHub, takeSecret } from './src/config.ts';
import { lazyStore, ledgerIn } from './src/cli/store.ts';
import { startSims, stopSims } from './src/cli/sims.ts';
import { formatError } from './src/errors.ts';
import { ensureHostTools } from './src/host.ts';
import { attached } from './src/cli/phone-run.ts';
import { AdbServer } from './src/phone/adb.ts';
import { readFacts } from './src/phone/facts.ts';
import { freePort } from './src/port.ts';
import { matrixInWords } from './src/report/matrix-page.ts';
import { capabilities } from './src/session.ts';
import { startControl } from './src/sim/control.ts';
import { releaseNames, type PhoneSpec } from './src/sim/spec.ts';
import type { Ledger } from './src/store/ledger.ts';
import { languages } from './src/sim/strings.ts';
import { owner, type Bench } from './specs/arrange.ts';
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
  orders: ['password-first', 'miui6', 'hyperos3'] satisfies PhoneSpec['order'][],
};

const store = lazyStore(settings);

/** Passwords of an attached phone count with those of all other runs. */
function ledgerOfPhone(names: string[]): Ledger {
  const ledger = async () => ledgerIn(await store.store(), settings, { names });
  return {
    enter: async (entry) => (await ledger()).enter(entry),
    count: async (account, act) => (await ledger()).count(account, act),
  };
}

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

  before() {
    const password = takeSecret('PHONE_PASSWORD');
    if (password) owner.password = password;
    if (!settings.phoneSerial) return;
    const { phoneAccount: named, strictAccount: strict } = settings;
    owner.account = { named, strict, by: 'PHONE_ACCOUNT is' };
    owner.ledger = ledgerOfPhone(named ? [named] : []);
  },

  async after() {
    await store.close();
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
  // What an earlier run has left, perhaps by an earlier version, is none of this one's.
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(join(logs, 'wdio'), { recursive: true });
  const { adb } = await ensureHostTools(['adb'], settings);
  await ensureAdbServer(adb.path, adbOf(settings), childEnvironment({}, ['PHONE_PASSWORD']));
  const server = new AdbServer(adbOf(settings));
  const whole = config.suite?.includes('matrix') ?? false;
  const sims = Array.from(
    { length: whole ? config.maxInstances : SIMS.length },
    (_, index) => SIMS[index % SIMS.length] as PhoneSpec,
  );
  let control = '';
  let serials: string[];
  if (settings.phoneSerial) {
    serials = [settings.phoneSerial];
    await attached(server, settings.phoneSerial);
  } else {
    const { world } = await startSims(sims, settings);
    const door = await startControl(world);
    control = door.url;
    serials = world.phones.map(({ serial }) => serial);
    if (config.spec?.every((file) => file.endsWith('matrix.spec.ts')) ?? true)
      cells = whole ? wholeMatrix(RANGE) : sampleOf(RANGE);
    end = async () => {
      await door.close();
      await stopSims(server, world);
    };
  }
  appium = await startAppium({
    port: settings.appiumPort,
    adbPort: adbOf(settings),
    env: childEnvironment({ ANDROID_HOME: adb.androidHome }, ['PHONE_PASSWORD']),
    log: join(logs, 'appium.log'),
    level: settings.logLevel === 'debug' ? 'debug' : 'info',
  });
  config.port = appium.port;
  for (const [index, serial] of serials.entries()) {
    const { helpers } = await readFacts(await attached(server, serial));
    const prepared = helpersAreCurrent(helpers);
    const matrix = { range: RANGE, whole, worker: index, workers: serials.length };
    const common = { serial, adbPort: adbOf(settings), control, evidence: logs };
    const bench: Bench = { ...common, sim: sims[index] ?? {}, ...(control ? { matrix } : {}) };
    list[index] = Object.assign(capabilities({ serial, appium, prepared }, await freePort()), {
      port: appium.port,
      'mi-unbind:bench': bench,
    });
  }
}
