import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { keepCompiled } from '../src/config/config.ts';
import { loadersOf, testsOf } from './loaders.ts';
import { Copy, type Tests, type Verdict } from './mutant-trial.ts';
import { difference, mutantsOf, mutated, sample, type Mutant } from './mutate.ts';
import { TypeChecker } from './refused.ts';

/** Changes the program in many small ways, one at a time, and looks whether a test notices. */

interface Options {
  seed: number;
  count: number;
  from: number;
  record?: string;
  again?: true;
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
  .option('--count <n>', 'how many; fewer are a sample of more', number, 200)
  .option('--from <n>', 'go on at this one', number, 1)
  .option(
    '--record <file>',
    'add what was found to this file; what stands there as noticed is not tried again',
  )
  .option('--again', 'only what has survived by the file of --record')
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

  const records = recorded(options.record, chosen);
  const noticed = records.filter(({ noticedBy }) => noticedBy);
  const verdicts: Verdict[] = [...noticed];
  const open = options.again
    ? records.filter((one) => !noticed.includes(one)).map(({ mutant }) => mutant)
    : chosen.slice(options.from - 1);
  const queue = open.filter((one) => noticed.every(({ mutant }) => mutant !== one));
  const checker = new TypeChecker(process.cwd());
  const loaders = loadersOf(files);
  const work = async () => {
    const copy = await new Copy().make();
    try {
      for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
        const text = copy.read(mutant.file);
        const importers = [...(loaders.get(mutant.file) ?? [])].filter((file) => !file.endsWith('.test.ts'));
        const verdict = checker.refuses(mutant.file, mutated(text, mutant), importers)
          ? { mutant, tried: 0, noticedBy: { kind: 'types' as const, files: [] } }
          : await copy.try(mutant, tests, { live: options.live === true, limitMs: options.minutes * 60_000 });
        verdicts.push(verdict);
        tell(verdict, text, `${chosen.indexOf(mutant) + 1}/${chosen.length}`);
        if (options.record !== undefined) appendFileSync(options.record, `${JSON.stringify(verdict)}\n`);
      }
    } finally {
      await copy.remove();
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return conclude(verdicts, await unreliable(verdicts, options), options);
}

/** What earlier runs have found, of each change the last. What has survived them may be noticed by now. */
function recorded(path: string | undefined, chosen: readonly Mutant[]): Verdict[] {
  const text = path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = text.split('\n').filter(Boolean);
  const nameOf = ({ file, operator, line, instead }: Mutant) => [file, operator, line, instead].join('\n');
  const found = new Map(
    lines.map((line) => JSON.parse(line) as Verdict).map((verdict) => [nameOf(verdict.mutant), verdict]),
  );
  return chosen.flatMap((mutant) => {
    const verdict = found.get(nameOf(mutant));
    return verdict ? [{ ...verdict, mutant }] : [];
  });
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
  const drawn = sample(all, count, seed, (file) => texts.get(file) ?? '');
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
  if (noticedBy?.kind === 'types') console.log(`${progress} refused by the type checker: ${at}`);
  else if (noticedBy) {
    const late = noticedBy.late ? ', which did not end' : '';
    console.log(
      `${progress} noticed by ${noticedBy.kind} tests${late}: ${at} (${noticedBy.files.join(', ')})`,
    );
  } else
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

function conclude(all: readonly Verdict[], unreliable: readonly string[], { live }: Options): number {
  const verdicts = all.filter(({ noticedBy }) => noticedBy?.kind !== 'types');
  const isUnit = ({ noticedBy }: Verdict) => noticedBy?.kind === 'unit';
  const share = (of: readonly Verdict[], is: (one: Verdict) => boolean) =>
    (100 * of.filter(is).length) / Math.max(1, of.length);
  const table = (nameOf: (one: Mutant) => string) => {
    const rows = Map.groupBy(verdicts, ({ mutant }) => nameOf(mutant));
    for (const [name, of] of [...rows].toSorted(([one], [other]) => one.localeCompare(other)))
      console.log(
        `${name.padEnd(16)}${of.filter(isUnit).length} by unit tests, ${of.filter((one) => one.noticedBy).length} in all, of ${of.length}`,
      );
  };
  table(({ operator }) => operator);
  table(({ file }) => file.split('/').slice(0, -1).slice(0, 2).join('/'));
  const unit = share(verdicts, isUnit);
  const inAll = share(verdicts, ({ noticedBy }) => noticedBy !== undefined);
  console.log(
    `${verdicts.length} changes, and ${all.length - verdicts.length} that the type checker refuses`,
  );
  console.log(`noticed by unit tests: ${unit.toFixed(1)} %${live ? `, by all: ${inAll.toFixed(1)} %` : ''}`);
  for (const file of unreliable)
    console.log(`✖ ${file} fails without a change too: what it noticed says nothing`);
  return unreliable.length === 0 && unit >= AIMS.unit && (!live || inAll >= AIMS.all) ? 0 : 1;
}
