import type { Drift } from '../events.ts';
import { phoneInWords, stateInWords, stateOf, type MatrixCell } from './matrix-page.ts';

/** A cell of which the second matrix says something else than the first. */
export interface MatrixDifference {
  /** Whether the second one is worse: a job that asks this fails then. */
  worse: boolean;
  sentence: string;
}

const RANK = { green: 0, 'fell-back': 1, missing: 2, failed: 3 } as const;

/** What changed from one matrix to the next, a sentence for each cell, what is worse first. Times are not compared. */
export function compareMatrices(
  before: readonly MatrixCell[],
  after: readonly MatrixCell[],
): MatrixDifference[] {
  const first = new Map(before.map((cell) => [keyOf(cell), cell]));
  const second = new Map(after.map((cell) => [keyOf(cell), cell]));
  const gone = before
    .filter((cell) => !second.has(keyOf(cell)))
    .map((cell) => ({
      worse: true,
      sentence: `${nameOf(cell)}: ${wordsFor(cell)} in the first, and it is not in the second`,
    }));
  const rest = after.flatMap((cell) => {
    const was = first.get(keyOf(cell));
    return was ? changed(was, cell) : [added(cell)];
  });
  return [...gone, ...rest].toSorted((a, b) => Number(b.worse) - Number(a.worse));
}

function added(cell: MatrixCell): MatrixDifference {
  const worse = RANK[stateOf(cell)] > RANK['fell-back'];
  return { worse, sentence: `${nameOf(cell)}: it is new, and ${wordsFor(cell)}` };
}

function changed(was: MatrixCell, now: MatrixCell): MatrixDifference[] {
  const [one, other] = [stateOf(was), stateOf(now)];
  if (one !== other)
    return [
      {
        worse: RANK[other] > RANK[one],
        sentence: `${nameOf(now)}: ${wordsFor(was)} → ${wordsFor(now)}${why(now)}`,
      },
    ];
  if (other === 'failed' && was.result?.message !== now.result?.message)
    return [{ worse: false, sentence: `${nameOf(now)}: fails in another way${why(now)}` }];
  const fresh = now.drift.filter((drift) => !was.drift.some((one) => driftKey(one) === driftKey(drift)));
  if (other === 'fell-back' && fresh.length > 0)
    return [{ worse: true, sentence: `${nameOf(now)}: ${fresh.map(driftInWords).join('; ')}` }];
  return [];
}

const keyOf = ({ flow, release, region, language, order = '' }: MatrixCell) =>
  [flow, release, region, language, order].join('\n');
const nameOf = (cell: MatrixCell) => `${phoneInWords(cell)}, "${cell.flow}"`;
const wordsFor = (cell: MatrixCell) => stateInWords(stateOf(cell));

function why(cell: MatrixCell): string {
  const state = stateOf(cell);
  if (state === 'failed') return `: ${cell.result?.message?.split('\n')[0] ?? 'it said nothing'}`;
  return state === 'fell-back' ? `: ${cell.drift.map(driftInWords).join('; ')}` : '';
}

const driftKey = ({ page, locator, wanted, found }: Drift) => [page, locator, wanted, found].join('\n');
const driftInWords = ({ page, locator, wanted, found }: Drift) =>
  `${page}, ${locator}: not by ${wanted}, but by ${found}`;
