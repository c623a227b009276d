import { runningAdb } from '../cli/adb.ts';
import { loadSettings } from '../config.ts';
import { formatError, MiUnbindError } from '../errors.ts';
import { CANARY } from '../../specs/canary.ts';
import { Secret } from '../secret.ts';
import { nodeTests, program, wdioSpecs } from './steps.ts';
import type { Step } from './steps.ts';
import { add, formatTally, none } from './tally.ts';

/**
 * Runs every check and test, or the steps named as arguments, and ends with one line of totals.
 * `npm run check` is the steps without a phone, `npm test` is all of them.
 */

const minutes = (count: number) => count * 60_000;

/** Beside one another: programs that use one core each. What they say comes out together. */
const steps: Record<string, { needs?: 'adb'; beside?: true; step: Step }> = {
  lock: {
    beside: true,
    step: program('npm', ['ci', '--dry-run', '--loglevel=error'], "run 'npm install --package-lock-only', which mends package-lock.json"),
  },
  format: { beside: true, step: program('prettier/bin/prettier.cjs', ['--check', '.'], "run 'npm run format'") },
  lint: { beside: true, step: program('eslint/bin/eslint.js', ['.'], "'npx eslint --fix .' mends some of it") },
  types: { beside: true, step: program('typescript/bin/tsc', ['-p', '.'], 'correct the types') },
  unit: {
    step: nodeTests(['{src,pageobjects,specs,bench}/**/*.test.ts'], { except: '.live.test.ts', limitMs: minutes(3), concurrency: 2 }),
  },
  // They wait for others half of the time; the slow ones first, so that none is left alone in the end.
  live: {
    needs: 'adb',
    step: nodeTests(['src/cli/{recovery*,sign-out}.live.test.ts', 'src/**/*.live.test.ts'], { limitMs: minutes(12), concurrency: 3 }),
  },
  specs: { needs: 'adb', step: wdioSpecs('wdio.conf.ts', new Secret(CANARY)) },
};

async function runSteps(names: readonly string[]): Promise<number> {
  const chosen = Object.entries(steps).filter(([name]) => names.length === 0 || names.includes(name));
  if (chosen.some(([, { needs }]) => needs === 'adb')) {
    await runningAdb(loadSettings());
  }
  let total = none;
  const summary: string[] = [];
  const runStep = async ([name, { step, beside }]: (typeof chosen)[number]) => {
    const began = performance.now();
    const said: string[] = [];
    if (!beside) console.log(`── ${name}`);
    const tally = await step((line) => (beside ? said.push(line) : console.log(line)));
    if (beside) console.log([`── ${name}`, ...said].join('\n'));
    total = add(total, tally);
    summary.push(
      `${tally.failed === 0 ? '✔' : '✖'} ${name.padEnd(8)}${formatTally(tally)} (${((performance.now() - began) / 1000).toFixed(1)} s)`,
    );
  };
  await Promise.all(chosen.filter(([, { beside }]) => beside).map(runStep));
  for (const one of chosen.filter(([, { beside }]) => !beside)) await runStep(one);
  console.log(['', ...summary, '', formatTally(total)].join('\n'));
  return total.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await runSteps(process.argv.slice(2));
} catch (error) {
  console.error(formatError(error));
  process.exitCode = error instanceof MiUnbindError ? error.exitCode : 1;
}
