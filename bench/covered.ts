import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a test file runs of the program, so that it is not tried on a change that it cannot notice. */

/** V8's report: each range of a function, the outermost first. */
export interface Report {
  result: readonly {
    url: string;
    functions: readonly {
      ranges: readonly { startOffset: number; endOffset: number; count: number }[];
    }[];
  }[];
}

/** Of each file the ranges in the order in which a later one refines an earlier one: start, end, run or not. */
export type Ranges = Record<string, (readonly [start: number, end: number, runs: boolean])[][]>;

/** One list for each process that has loaded the file. */
export function rangesOf(reports: readonly Report[], folder: string): Ranges {
  const found: Ranges = {};
  for (const { url, functions } of reports.flatMap(({ result }) => result)) {
    if (!url.startsWith('file:')) continue;
    const path = fileURLToPath(url);
    if (!path.startsWith(`${folder}/`) || path.includes('/node_modules/') || path.endsWith('.test.ts'))
      continue;
    const ranges = functions.flatMap((one) =>
      one.ranges.map(({ startOffset, endOffset, count }) => [startOffset, endOffset, count > 0] as const),
    );
    (found[path.slice(folder.length + 1)] ??= []).push(ranges);
  }
  return found;
}

/** Whether the smallest range around the place has run, in one process at least. */
export function isRun(ranges: Ranges, file: string, place: number): boolean {
  return (ranges[file] ?? []).some((list) => {
    const around = list.filter(([from, to]) => from <= place && place < to);
    const smallest = around.toSorted((one, other) => one[1] - one[0] - (other[1] - other[0]))[0];
    return smallest?.[2] ?? false;
  });
}

/** As it is kept: what the test and the files that it loads were then. */
interface Kept {
  blobs: Record<string, string>;
  ranges: Ranges;
}

/** Looks once for each test file, and remembers it as long as neither it nor what it loads changes. */
export class Covered {
  readonly #memory = new Map<string, Ranges>();
  readonly #cache: string;
  readonly #blobs: ReadonlyMap<string, string>;
  readonly #folder: string;

  constructor(folder: string, cache: string) {
    this.#folder = folder;
    this.#cache = cache;
    const listed = execFileSync('git', ['ls-tree', '-r', 'HEAD'], { cwd: folder, encoding: 'utf8' });
    const rows = listed.split('\n').map((line) => line.split(/\s+/));
    this.#blobs = new Map(rows.map(([, , blob = '', file = '']) => [file, blob]));
    mkdirSync(cache, { recursive: true });
  }

  /** `run`: runs the test file with these variables; its verdict is of no interest here. */
  async of(test: string, run: (environment: Record<string, string>) => Promise<unknown>): Promise<Ranges> {
    const known = this.#memory.get(test) ?? this.#read(test);
    if (known) {
      this.#memory.set(test, known);
      return known;
    }
    const reports = mkdtempSync(join(tmpdir(), 'mi-unbind-covered-'));
    try {
      // What the compile cache gives back is counted by whole functions only.
      await run({ NODE_V8_COVERAGE: reports, NODE_DISABLE_COMPILE_CACHE: '1' });
      const read = (name: string) => JSON.parse(readFileSync(join(reports, name), 'utf8')) as Report;
      const ranges = rangesOf(readdirSync(reports).map(read), this.#folder);
      this.#memory.set(test, ranges);
      const files = [test, ...Object.keys(ranges)];
      const blobs = Object.fromEntries(files.map((file) => [file, this.#blobs.get(file) ?? '']));
      writeFileSync(this.#pathOf(test), JSON.stringify({ blobs, ranges } satisfies Kept));
      return ranges;
    } finally {
      rmSync(reports, { recursive: true, force: true });
    }
  }

  #pathOf(test: string): string {
    return join(this.#cache, `${test.replaceAll('/', '-')}.json`);
  }

  #read(test: string): Ranges | undefined {
    try {
      const { blobs, ranges } = JSON.parse(readFileSync(this.#pathOf(test), 'utf8')) as Kept;
      const isSame = Object.entries(blobs).every(([file, blob]) => this.#blobs.get(file) === blob);
      return isSame ? ranges : undefined;
    } catch {
      return undefined;
    }
  }
}
