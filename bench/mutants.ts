import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { keepCompiled } from '../src/config/config.ts';
import { testsOf } from './loaders.ts';
import { Copy, type Tests, type Verdict } from './mutant-trial.ts';
import { difference, mutantsOf, operators, sample, type Mutant } from './mutate.ts';

/** Changes the program in many small ways, one at a time, and looks whether a test notices. */

interface Options {
  seed: number;
  count: number;
  live?: true;
  only: string[];
  workers: number;
  minutes: number;
}

/** A change that changes nothing anyone could notice. */
interface Equivalent {
  file: string;
  /** The line with the change, without the space around it. */
  becomes: string;
  reason: string;
}

const AIMS = { unit: 75, all: 92 };
// What is no part of the program: the simulation, tests, and what only tests use.
const LEFT_OUT =
  /^src\/(sim|checks|fuzz|live)\/|\.test\.ts$|-(fake|story|golden)\.ts$|\.golden\.|\/hostile-messages\.ts$/;

const number = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
};

keepCompiled(join(import.meta.dirname, '../node_modules/.cache/node'));
await new Command('mutants')
  .description(
    'Changes the program in small ways, one at a time in a copy of the last commit, and looks whether a test fails.',
  )
  .option('--seed <n>', 'which changes', number, 1)
  .option('--count <n>', 'how many', number, 200)
  .option('--live', 'try what the unit tests have not noticed on the live tests that load the file')
  .option('--only <folder...>', 'changes in these folders or files only', [])
  .option('--workers <n>', 'copies at once', number, availableParallelism())
  .option('--minutes <n>', 'how long the tests of one change may take', number, 5)
  .action(async (options: Options) => {
    process.exitCode = await tryAll(options);
  })
  .parseAsync();

async function tryAll(options: Options): Promise<number> {
  const files = execFileSync('git', ['ls-files', '*.ts'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  const tests: Tests = { unit: testsOf(files, false), live: testsOf(files, true) };
  const { chosen, equivalents, stale } = choose(files, options);
  for (const { file, becomes } of stale) console.log(`no change there is any more: ${file}: ${becomes}`);
  console.log(
    `seed ${options.seed}: ${chosen.length} changes, ${equivalents} more are known to change nothing`,
  );

  const queue = [...chosen];
  const verdicts: Verdict[] = [];
  const work = async () => {
    const copy = await new Copy().make();
    try {
      for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
        const limits = { live: options.live === true, limitMs: options.minutes * 60_000 };
        const verdict = await copy.try(mutant, tests, limits);
        verdicts.push(verdict);
        tell(verdict, copy.read(mutant.file), `${verdicts.length}/${chosen.length}`);
      }
    } finally {
      await copy.remove();
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return conclude(verdicts, await unreliable(verdicts, options), options);
}

function choose(
  files: readonly string[],
  { seed, count, only }: Options,
): { chosen: Mutant[]; equivalents: number; stale: Equivalent[] } {
  const known = JSON.parse(
    readFileSync(new URL('mutants-equivalent.json', import.meta.url), 'utf8'),
  ) as Equivalent[];
  const isEquivalent = (mutant: Mutant, text: string) => {
    const lines = difference(text, mutant);
    return known.some(({ file, becomes }) => file === mutant.file && lines.includes(`+ ${becomes}`));
  };
  const wanted = files.filter((file) => /^(src|pageobjects)\//.test(file) && !LEFT_OUT.test(file));
  const here = wanted.filter((file) => only.length === 0 || only.some((folder) => file.startsWith(folder)));
  const texts = new Map(
    here.map((file) => [file, execFileSync('git', ['show', `HEAD:${file}`], { encoding: 'utf8' })]),
  );
  const all = [...texts].flatMap(([file, text]) => mutantsOf(file, text));
  const drawn = sample(all, count, seed);
  const chosen = drawn.filter((mutant) => !isEquivalent(mutant, texts.get(mutant.file) ?? ''));
  // What was listed once and has been rewritten since.
  const stale = known.filter(
    ({ file, becomes }) =>
      texts.has(file) &&
      !all.some(
        (mutant) =>
          mutant.file === file && difference(texts.get(file) ?? '', mutant).includes(`+ ${becomes}`),
      ),
  );
  return { chosen, equivalents: drawn.length - chosen.length, stale };
}

function tell({ mutant, noticedBy, tried }: Verdict, text: string, progress: string): void {
  const at = `${mutant.file}:${mutant.line} ${mutant.operator}`;
  if (noticedBy) console.log(`${progress} noticed by ${noticedBy.kind} tests: ${at}`);
  else
    console.log(
      [`${progress} SURVIVED ${tried} test files: ${at}`, ...difference(text, mutant)].join('\n    '),
    );
}

/** Test files that fail also where nothing is changed: what they have noticed counts for nothing. */
async function unreliable(verdicts: readonly Verdict[], { minutes }: Options): Promise<string[]> {
  const copy = await new Copy().make();
  try {
    const files = new Set(
      verdicts.flatMap(({ noticedBy }) => (noticedBy?.kind === 'unit' ? noticedBy.files : [])),
    );
    const failed: string[] = [];
    for (const file of files) if (!(await copy.passes([file], minutes * 60_000))) failed.push(file);
    return failed;
  } finally {
    await copy.remove();
  }
}

function conclude(verdicts: readonly Verdict[], unreliable: readonly string[], { live }: Options): number {
  const share = (noticed: readonly Verdict[], of: readonly Verdict[]) =>
    (100 * noticed.length) / Math.max(1, of.length);
  const by = (kind: 'unit' | 'live') => verdicts.filter(({ noticedBy }) => noticedBy?.kind === kind);
  for (const operator of operators) {
    const of = verdicts.filter(({ mutant }) => mutant.operator === operator);
    const noticed = of.filter(({ noticedBy }) => noticedBy);
    if (of.length > 0) console.log(`${operator.padEnd(12)}${noticed.length} of ${of.length}`);
  }
  const unit = share(by('unit'), verdicts);
  const all = share([...by('unit'), ...by('live')], verdicts);
  console.log(`noticed by unit tests: ${unit.toFixed(1)} %${live ? `, by all: ${all.toFixed(1)} %` : ''}`);
  for (const file of unreliable)
    console.log(`✖ ${file} fails without a change too: what it noticed says nothing`);
  return unreliable.length === 0 && unit >= AIMS.unit && (!live || all >= AIMS.all) ? 0 : 1;
}
