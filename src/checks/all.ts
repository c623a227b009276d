import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runningAdb } from '../runs/adb.ts';
import { startAdbServer } from '../live/adb-server.ts';
import { keepCompiled, loadSettings, type Settings } from '../config/config.ts';
import { formatError, MiUnbindError } from '../errors.ts';
import { CANARY } from '../../specs/canary.ts';
import { Secret } from '../secret.ts';
import { nodeTests } from './node-tests.ts';
import { program, wdioSpecs } from './steps.ts';
import { add, formatTally, none, skipsInWords, type Step } from './tally.ts';

/**
 * Runs every check and test, or the steps named as arguments, and ends with one line of totals.
 * `npm run check` is the steps without a phone, `npm test` is all of them; `test:unit`, `test:live` and
 * `test:specs` are one tier each.
 */

const seconds = (count: number) => count * 1000;
const minutes = (count: number) => seconds(count * 60);

interface Part {
  step: Step;
  needs?: 'adb';
  /** What its tests need, as the end of the run says it. Missing: npm packages. */
  inWords?: string;
  /** Waits for others half of the time, so the parts that keep one core busy each run beside it. */
  waits?: true;
  /** Only when it is named. */
  onDemand?: true;
}

const SLOW_ROOMS = ['fuzz', 'checks', 'codes', 'phone', 'store', 'sim', 'flows'].map(
  (room) => `src/${room}/**/*.test.ts`,
);

const LONG_LIVE_TESTS = [
  'src/cli/{recovery*,sign-out,right-account,bulk,chaos}.live.test.ts',
  'src/{flows/reset-*,ui/page}.live.test.ts',
];

const steps: Record<string, Part> = {
  lock: {
    step: program(
      'npm',
      ['ci', '--dry-run', '--loglevel=error'],
      "run 'npm install --package-lock-only', which mends package-lock.json",
    ),
  },
  code: { step: program('src/checks/code.ts', [], "correct it; 'npx eslint --fix .' mends some of it") },
  unused: {
    step: program(
      'node_modules/knip/bin/knip.js',
      ['--no-progress'],
      'remove what nothing uses, or its export',
    ),
  },
  format: {
    step: program('node_modules/prettier/bin/prettier.cjs', ['--check', '.'], "run 'npm run format'"),
  },
  // The slow ones first, so that none is left alone in the end.
  unit: {
    step: nodeTests([...SLOW_ROOMS, '{src,pageobjects,specs,bench}/**/*.test.ts'], {
      except: '.live.test.ts',
      together: true,
      // Some wait for a database of their own.
      concurrency: 3,
      testMs: seconds(60),
      fileMs: minutes(4),
      limitMs: minutes(8),
    }),
  },
  live: {
    needs: 'adb',
    inWords: 'adb, and for all of its tests what .ci/run installs',
    waits: true,
    step: nodeTests([...LONG_LIVE_TESTS, 'src/**/*.live.test.ts'], {
      concurrency: 4,
      testMs: minutes(3),
      fileMs: minutes(12),
      limitMs: minutes(15),
    }),
  },
  // Every command of README and docs that is marked as run, and what holds the pages.
  docs: {
    needs: 'adb',
    inWords: 'adb, and for all of its tests what .ci/run installs',
    onDemand: true,
    step: nodeTests(['src/checks/docs.test.ts', 'src/checks/docs-run.{live.test,night}.ts'], {
      concurrency: 1,
      testMs: minutes(6),
      fileMs: minutes(20),
      limitMs: minutes(25),
    }),
  },
  specs: { needs: 'adb', inWords: 'adb', step: wdioSpecs('wdio.conf.ts', new Secret(CANARY)) },
};

async function runSteps(names: readonly string[]): Promise<number> {
  const chosen = Object.entries(steps).filter(([name, { onDemand }]) =>
    names.length === 0 ? !onDemand : names.includes(name),
  );
  if (chosen.some(([, { needs }]) => needs === 'adb')) await adbFor(loadSettings());
  let total = none;
  const summary: string[] = [];
  const runStep = async ([name, { step, waits, inWords = 'npm packages only' }]: (typeof chosen)[number]) => {
    const began = performance.now();
    const said: string[] = [];
    // What a part says is kept together; of the long one each line counts at once.
    const tally = await step((line) => (waits ? console.log(line) : said.push(line)));
    console.log([`── ${name}`, ...said].join('\n'));
    total = add(total, tally);
    const took = ((performance.now() - began) / 1000).toFixed(1);
    const mark = tally.failed === 0 ? '✔' : '✖';
    summary.push(`${mark} ${name.padEnd(8)}${formatTally(tally)} (${took} s); needs ${inWords}`);
  };
  const waiting = chosen.filter(([, { waits }]) => waits);
  const busy = chosen.filter(([, { waits }]) => !waits);
  const oneByOne = async () => {
    for (let next = busy.shift(); next; next = busy.shift()) await runStep(next);
  };
  const lanes = waiting.length > 0 ? 1 : availableParallelism();
  await Promise.all([...waiting.map(runStep), ...Array.from({ length: lanes }, oneByOne)]);
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
