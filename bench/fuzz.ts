import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Command, InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import type { Outcome } from '../src/flows/outcome.ts';
import type { ChunkResult, Counterexample } from '../src/fuzz/chunk.ts';
import { judge, PROPERTIES } from '../src/fuzz/judge.ts';
import { cases } from '../src/fuzz/phones.ts';
import { throughAppium } from '../src/fuzz/through-appium.ts';
import { trial, type Case } from '../src/fuzz/trial.ts';

/**
 * Signs random simulated phones out and looks whether every promise was kept. The flows run in this process
 * and in virtual time.
 */

/** Phones of one seed of the generator: what a run finds does not depend on how many workers there are. */
const CHUNK = 50;
/** Virtual ms; and how many at once, where each waits most of the time. */
const SHORT = 45_000;
const AT_ONCE = 4;
const FOUND = join(import.meta.dirname, '../src/fuzz/found');

const number = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return Number(text);
};

interface Options {
  seed: number;
  phones: number;
  minutes?: number;
  workers: number;
  appium: number;
}

await new Command('fuzz')
  .description(
    'Signs random simulated phones out and looks whether every promise was kept. What breaks one is made as small as it can be and written to src/fuzz/found, where it is a test from then on. Ends with 1 when a promise was broken.',
  )
  .option('--seed <n>', 'which phones; missing: others each time', number, Math.ceil(Math.random() * 1e6))
  .option('--phones <n>', 'how many', number, 2000)
  .option('--minutes <n>', 'start no more phones after so many minutes', number)
  .option('--workers <n>', 'at once', number, availableParallelism())
  .option(
    '--appium <n>',
    'try so many of them through adb and Appium too, in real time; 0: none',
    (text) => (text === '0' ? 0 : number(text)),
    20,
  )
  .action(async (options: Options) => {
    console.log(`seed ${options.seed}`);
    const began = performance.now();
    const results = await run(options);
    const found = results.flatMap((result) => result.found ?? []);
    for (const one of found) report(one);
    const tried = results.reduce((sum, result) => sum + result.tried, 0);
    const seconds = Math.round((performance.now() - began) / 1000);
    for (const [end, count] of endsOf(results)) console.log(`${String(count).padStart(6)}  ${end}`);
    console.log(`${tried} phones in ${seconds} s, ${found.length} broken promises`);
    const { broken, others } = await inRealTime(options);
    process.exitCode = found.length + broken === 0 ? 0 : 1;
    if (options.appium > 0)
      console.log(
        `${options.appium} phones through Appium, ${broken} broken promises, ${others} that ended otherwise than in virtual time`,
      );
  })
  .parseAsync();

async function run({ seed, phones, minutes, workers }: Options): Promise<ChunkResult[]> {
  const until = minutes === undefined ? Infinity : performance.now() + minutes * 60_000;
  const chunks = Array.from({ length: Math.ceil(phones / CHUNK) }, (_, at) => ({
    seed: (seed * 2_003 + at) % 2_147_483_647,
    phones: Math.min(CHUNK, phones - at * CHUNK),
  }));
  const results: ChunkResult[] = [];
  const work = async () => {
    const worker = new Worker(new URL('../src/fuzz/chunk-worker.ts', import.meta.url));
    try {
      while (performance.now() < until) {
        const chunk = chunks.shift();
        if (!chunk) break;
        results.push(await answered(worker, chunk));
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}

/** The first phones of the seed whose flows are short enough. */
async function inRealTime({ seed, appium }: Options): Promise<{ broken: number; others: number }> {
  const chosen: { one: Case; end: string }[] = [];
  for (const one of appium === 0 ? [] : fc.sample(cases, { seed, numRuns: appium * 3 })) {
    if (chosen.length === appium) break;
    const { ms, outcome } = await trial(one);
    if (ms < SHORT) chosen.push({ one, end: endOf(outcome) });
  }
  let [broken, others] = [0, 0];
  if (chosen.length > 0)
    await throughAppium(
      chosen.map(({ one }) => one),
      AT_ONCE,
      (one, tried) => {
        const names = judge(one, tried);
        const end = chosen.find((other) => other.one === one)?.end;
        if (names.length > 0) broken++;
        if (endOf(tried.outcome) !== end) others++;
        if (names.length > 0 || endOf(tried.outcome) !== end)
          console.log(
            `${names.join(', ') || 'no promise broken'}: ${endOf(tried.outcome)} through Appium, ${end} in virtual time\n${JSON.stringify(one)}\n${tried.error instanceof Error ? tried.error.message : ''}`,
          );
      },
    );
  return { broken, others };
}

/** Without the time of a next try, which is as late as the run was. */
function endOf(outcome: Outcome | undefined): string {
  return outcome ? JSON.stringify({ ...outcome, retryFrom: undefined }) : 'error';
}

function answered(worker: Worker, chunk: object): Promise<ChunkResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (result: ChunkResult) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.postMessage(chunk);
  });
}

function report({ broken, case: one }: Counterexample): void {
  const text = `${JSON.stringify(one, null, 2)}\n`;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const file = join(FOUND, `${broken[0]}-${name}.json`);
  mkdirSync(FOUND, { recursive: true });
  writeFileSync(file, text);
  console.log(`✖ ${broken.map((name) => PROPERTIES[name][0]).join('; ')}`);
  console.log(text);
  console.log(`→ 'node --test src/fuzz' shows it again; it is kept in ${relative('.', file)}`);
}

function endsOf(results: readonly ChunkResult[]): [string, number][] {
  const all = new Map<string, number>();
  for (const { ends } of results)
    for (const [end, count] of Object.entries(ends)) all.set(end, (all.get(end) ?? 0) + count);
  return [...all].toSorted(([, a], [, b]) => b - a);
}
