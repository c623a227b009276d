import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runningAdb } from '../runs/adb.ts';
import { makeDatabase } from '../live/ready-database.ts';
import { startAdbServer } from '../live/adb-server.ts';
import { keepCompiled, loadSettings, type Settings } from '../config/config.ts';
import { formatError, MiUnbindError } from '../errors.ts';
import { CANARY } from '../../specs/canary.ts';
import { Secret } from '../secret.ts';
import { nodeTests, type Ranked } from './node-tests.ts';
import { Slots } from './slots.ts';
import { program, wdioSpecs } from './steps.ts';
import { add, formatTally, none, skipsInWords, type Step } from './tally.ts';

/**
 * Runs every check and test, or the steps named as arguments, and ends with one line of totals.
 * `npm run check` is the steps without a phone, `npm test` is all of them; `test:unit`, `test:whole`,
 * `test:live` and `test:specs` are one tier each.
 */

/** Limits end what hangs and name it. None is near what a slow computer takes. */
const minutes = (count: number) => count * 60_000;

interface Part {
  step: Step;
  /** When it begins; missing: it takes its places itself, one for each process. */
  rank?: number;
  needs?: 'adb';
  /** What its tests need, as the end of the run says it. Missing: npm packages. */
  inWords?: string;
  /** Databases of its tests are copies of one. */
  database?: true;
  /** Long: each line it says is printed at once. */
  isLong?: true;
  /** Only when it is named. */
  onDemand?: true;
}

/** Half of them wait for phones, browsers and servers. */
const slots = new Slots(3 * availableParallelism());

/** All parts wait in one line, the longest first, so that none is left alone in the end. */
const LONGEST = 0;
const LONG = 1;
const USUAL = 2;
const SHORT = 3;

const UNIT_TESTS: Ranked = [
  ...['checks', 'sim', 'flows', 'phone', 'codes'].map((room) => [USUAL, `src/${room}/**/*.test.ts`] as const),
  [SHORT, '{src,pageobjects,specs,bench}/**/*.test.ts'],
];

const WHOLE_TESTS: Ranked = [
  [LONG, 'src/{fuzz,ui}/**/*.whole.test.ts'],
  [USUAL, '{src,pageobjects,specs,bench}/**/*.whole.test.ts'],
];

const LIVE_TESTS: Ranked = [
  [LONGEST, 'src/cli/sign-out-broken-off.live.test.ts'],
  [LONG, 'src/cli/{recovery*,right-account,bulk,chaos,sign-out}.live.test.ts'],
  [LONG, 'src/{flows/reset-*,ui/page,checks/*}.live.test.ts'],
  [USUAL, 'src/**/*.live.test.ts'],
];

const steps: Record<string, Part> = {
  lock: {
    rank: SHORT,
    step: program(
      'npm',
      ['ci', '--dry-run', '--loglevel=error'],
      "run 'npm install --package-lock-only', which mends package-lock.json",
    ),
  },
  code: {
    rank: LONGEST,
    step: program('src/checks/code.ts', [], "correct it; 'npx eslint --fix .' mends some of it"),
  },
  unused: {
    rank: USUAL,
    step: program(
      'node_modules/knip/bin/knip.js',
      ['--no-progress'],
      'remove what nothing uses, or its export',
    ),
  },
  format: {
    rank: USUAL,
    step: program('node_modules/prettier/bin/prettier.cjs', ['--check', '.'], "run 'npm run format'"),
  },
  unit: {
    step: nodeTests(UNIT_TESTS, {
      except: ['.live.test.ts', '.whole.test.ts'],
      together: true,
      slots,
      testMs: minutes(3),
      fileMs: minutes(15),
      limitMs: minutes(60),
    }),
  },
  // What plays a whole flow on a simulated phone, or starts a whole server or program.
  whole: {
    database: true,
    step: nodeTests(WHOLE_TESTS, {
      together: true,
      slots,
      testMs: minutes(3),
      fileMs: minutes(15),
      limitMs: minutes(60),
    }),
  },
  live: {
    needs: 'adb',
    database: true,
    inWords: 'adb, and for all of its tests what .ci/run installs',
    isLong: true,
    step: nodeTests(LIVE_TESTS, {
      slots,
      testMs: minutes(10),
      fileMs: minutes(25),
      limitMs: minutes(60),
    }),
  },
  // Every command of README and docs that is marked as run, and what holds the pages.
  docs: {
    needs: 'adb',
    inWords: 'adb, and for all of its tests what .ci/run installs',
    onDemand: true,
    step: nodeTests(
      [
        [USUAL, 'src/checks/docs.test.ts'],
        [USUAL, 'src/checks/docs-run.{live.test,night}.ts'],
      ],
      {
        slots: new Slots(1),
        testMs: minutes(6),
        fileMs: minutes(20),
        limitMs: minutes(60),
      },
    ),
  },
  specs: {
    needs: 'adb',
    inWords: 'adb',
    rank: LONGEST,
    step: wdioSpecs('wdio.conf.ts', new Secret(CANARY)),
  },
};

async function runSteps(names: readonly string[]): Promise<number> {
  const chosen = Object.entries(steps).filter(([name, { onDemand }]) =>
    names.length === 0 ? !onDemand : names.includes(name),
  );
  if (chosen.some(([, { needs }]) => needs === 'adb')) await adbFor(loadSettings());
  const database = chosen.some(([, part]) => part.database) ? makeDatabase() : undefined;
  let total = none;
  const summary: string[] = [];
  const runStep = async ([
    name,
    { step, rank, isLong, database: copies, inWords = 'npm packages only' },
  ]: (typeof chosen)[number]) => {
    let began = performance.now();
    const said: string[] = [];
    // What a part says is kept together; of the long one each line counts at once.
    const say = (line: string) => (isLong ? console.log(line) : said.push(line));
    const whole = () => {
      began = performance.now();
      return step(say);
    };
    if (copies) await database;
    const tally = await (rank === undefined ? step(say) : slots.with(rank, whole));
    console.log([`── ${name}`, ...said].join('\n'));
    total = add(total, tally);
    const took = ((performance.now() - began) / 1000).toFixed(1);
    const mark = tally.failed === 0 ? '✔' : '✖';
    summary.push(`${mark} ${name.padEnd(8)}${formatTally(tally)} (${took} s); needs ${inWords}`);
  };
  await Promise.all(chosen.map(runStep));
  // Again at the end: what failed in the middle of a long run is far up by then.
  const faults = (total.faults ?? []).flatMap((fault) => ['', fault]);
  console.log([...faults, '', ...summary, '', ...skipsInWords(total), formatTally(total)].join('\n'));
  return total.failed === 0 ? 0 : 1;
}

/**
 * One of the tests' own: their phones come and go, and the user's adb server has phones of the user. A phone
 * that is named hangs on that one.
 */
async function adbFor(settings: Settings): Promise<void> {
  if (settings.phoneSerial) await runningAdb(settings);
  else await startAdbServer();
}

keepCompiled(join(import.meta.dirname, '../../node_modules/.cache/node'));
try {
  process.exitCode = await runSteps(process.argv.slice(2));
} catch (error) {
  console.error(formatError(error));
  process.exitCode = error instanceof MiUnbindError ? error.exitCode : 1;
}
