import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { flowInWords, nameOf, type Cell } from '../../specs/matrix.ts';
import type { Drift, RecoveryResult, RunEvent, RunResult } from '../events.ts';
import { MATRIX_FILE } from '../report/matrix-file.ts';
import { renderMatrixPage, type MatrixCell } from '../report/matrix-page.ts';
import { writeRunPage } from '../report/run-page.ts';
import { writeSurveyPage } from '../report/survey-page.ts';
import type { Survey } from '../survey.ts';

/**
 * What the specs leave in their folder: `results.jsonl`, a line for each test as it ends, a page for each
 * run, and the matrix.
 */

export interface SpecResult {
  title: string;
  /** What it belongs to. */
  of: string;
  passed: boolean;
  /** It is no failure then. */
  skipped?: boolean;
  ms: number;
  message?: string;
}

/** Several workers write to the one file; a line goes out whole. */
export function noteResult(folder: string, { message, ...result }: SpecResult): void {
  const plain = message === undefined ? {} : { message: stripVTControlCharacters(message) };
  appendFileSync(join(folder, 'results.jsonl'), `${JSON.stringify({ ...result, ...plain })}\n`);
}

export function readResults(folder: string): SpecResult[] {
  return linesOf<SpecResult>(join(folder, 'results.jsonl'));
}

/** Puts its page beside the evidence of every run, and of every survey. */
export function writeRunPages(folder: string): void {
  for (const file of globSync(join(folder, '**/survey.json')))
    writeSurveyPage(dirname(file), JSON.parse(readFileSync(file, 'utf8')) as Survey);
  for (const file of globSync(join(folder, '**/result.json'))) {
    const run = JSON.parse(readFileSync(file, 'utf8')) as RunResult | RecoveryResult;
    writeRunPage(dirname(file), linesOf<RunEvent>(join(dirname(file), 'timeline.jsonl')), run);
  }
}

/**
 * The matrix in the folder `matrix`, with links into it, so that it can be moved as it is. Tells how each
 * cell ended.
 */
export function writeMatrix(folder: string, cells: readonly Cell[]): { page: string; cells: MatrixCell[] } {
  const results = new Map(readResults(folder).map((result) => [result.title, result]));
  const matrix = join(folder, 'matrix');
  const ended = cells.map((cell): MatrixCell => {
    const name = nameOf(cell);
    const result = results.get(name);
    const seen = existsSync(join(matrix, name, 'index.html'));
    const drift = seen ? driftIn(join(matrix, name)) : [];
    return {
      ...cell,
      flow: flowInWords[cell.flow],
      drift,
      ...(result ? { result } : {}),
      ...(seen ? { page: `${encodeURIComponent(name)}/index.html` } : {}),
    };
  });
  mkdirSync(matrix, { recursive: true });
  const page = join(matrix, 'index.html');
  writeFileSync(page, renderMatrixPage(ended));
  // For `mi-unbind matrix compare`.
  writeFileSync(join(matrix, MATRIX_FILE), JSON.stringify(ended));
  return { page, cells: ended };
}

/** What the run in this folder, or the survey, found in another way than the first. */
function driftIn(folder: string): readonly Drift[] {
  const read = (name: string): unknown => {
    const file = join(folder, name);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  };
  const run = read('result.json') as Partial<RunResult> | undefined;
  if (run) return run.drift ?? [];
  const { locators = [] } = (read('survey.json') ?? {}) as Partial<Survey>;
  return locators
    .filter(({ found, expected }) => !expected && found !== 'missing' && found !== 'page not seen')
    .map(({ page, locator, by }) => ({
      ...{ page, locator, found: by, wanted: 'the first of its ways' },
      advice: `Look at the page in the survey, and put what it has before the other ways of '${locator}'`,
    }));
}

/**
 * A failure as GitHub shows it beside the run. Source: "Workflow commands for GitHub Actions"; what it
 * escapes, as its toolkit does.
 */
export function annotation(title: string, message: string): string {
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::error title=${property(title)}::${data(message)}`;
}

function linesOf<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}
