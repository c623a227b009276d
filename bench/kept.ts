import type { ContestantRow } from './report.ts';
import { WHOLE_ROUNDS, type WholeRow } from './whole.ts';

/** The figures of a sign-out that the next ones are compared with. */
export interface Kept {
  /** ISO day. */
  date: string;
  machine: string;
  rounds: number;
  /** Of the machine, when it began. */
  load: number;
  paces: Record<string, readonly ContestantRow[]>;
  /** The whole command at real pace. Missing: it was not measured. */
  whole?: readonly WholeRow[];
}

/** A loss beyond this is one. */
const MOST = 1.2;

/** What a program does by itself, on whatever machine. Of these, less is better. */
const COUNTS = ['streams', 'requests', 'sources', 'pictures'] as const;
/**
 * Ratios that hold on any machine, and whether more of them is better. A phone that takes no time has none.
 * Processor time is too noisy on a shared one.
 */
const RATIOS: Readonly<Record<string, boolean>> = {
  'plain script ÷ this': true,
  'flow ÷ phone': false,
};
const PACE_OF_RATIOS = 'real';

/** What has become worse by more than a fifth, in words. What was not measured is a loss too. */
export function losses(before: Kept, now: Kept): string[] {
  const paces = Object.entries(before.paces).flatMap(([pace, rows]) =>
    rows
      .filter(({ name }) => name.startsWith('ours'))
      .flatMap((row) => {
        const fresh = now.paces[pace]?.find(({ name }) => name === row.name);
        const of = `${row.name}, ${pace} pace`;
        return fresh ? lossesOf(row, fresh, pace).map((loss) => `${of}: ${loss}`) : [`${of}: not measured`];
      }),
  );
  const whole = (before.whole ?? []).flatMap(({ name, ratio }) => {
    const is = now.whole?.find((row) => row.name === name)?.ratio.median ?? NaN;
    if (is <= ratio.median * MOST) return [];
    return [`the whole command, ${name}: all ÷ phone ${ratio.median.toFixed(2)} → ${is.toFixed(2)}`];
  });
  return [...paces, ...whole];
}

function lossesOf(before: ContestantRow, now: ContestantRow, pace: string): string[] {
  const counts = COUNTS.filter((name) => now[name] > before[name] * MOST && now[name] - before[name] >= 1);
  const ratios = pace === PACE_OF_RATIOS ? Object.entries(RATIOS) : [];
  return [
    ...counts.map((name) => `${name} ${before[name]} → ${now[name]}`),
    ...ratios.flatMap(([name, isMoreBetter]) => {
      const [was, is] = [before, now].map(({ ratios: of }) => of[name]?.median ?? NaN) as [number, number];
      // One that was not measured then cannot be held against this one.
      if (!Number.isFinite(was)) return [];
      const isWorse = isMoreBetter ? !(is * MOST >= was) : !(is <= was * MOST);
      return isWorse ? [`${name} ${was.toFixed(2)} → ${is.toFixed(2)}`] : [];
    }),
  ];
}

export const BEGIN = '<!-- the figures of a sign-out: npm run bench -- --write -->';
export const END = '<!-- end of the figures of a sign-out -->';

/** The page with the figures between its two marks replaced. */
export function withFigures(page: string, kept: Kept): string {
  const [head, rest] = page.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) throw new Error(`The page lacks '${BEGIN}' or '${END}'.`);
  const tables = Object.entries(kept.paces).map(
    ([pace, rows]) => `${PACES[pace] ?? pace}:\n\n${tableOf(rows)}`,
  );
  const about = `Measured on ${kept.date}: ${kept.machine}; load ${kept.load.toFixed(1)} at the start; medians of ${kept.rounds} rounds, the contestants in turn.`;
  return `${head}${BEGIN}\n\n${about}\n\n${[...tables, ...wholeOf(kept.whole)].join('\n\n')}\n\n${END}${tail}`;
}

/** The small table of the whole command. */
function wholeOf(rows: readonly WholeRow[] | undefined): string[] {
  if (!rows) return [];
  const lines = rows.map(({ name, ms, ratio }) => [
    ...[name, whole(ms.median), `${whole(ms.min)}–${whole(ms.max)}`],
    ...[shown(ratio.median), `${shown(ratio.min)}–${shown(ratio.max)}`],
  ]);
  const table = [['', 'ms', 'min–max, ms', 'all ÷ phone', 'min–max'], Array(5).fill('---'), ...lines];
  return [
    `The whole command \`mi-unbind sign-out\`, which starts an Appium for itself, at real pace (${WHOLE_ROUNDS} rounds):`,
    table.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
  ];
}

const PACES: Readonly<Record<string, string>> = {
  real: 'A phone whose answers take as long as phones were measured to take',
  instant: 'A phone that takes no time',
};

function tableOf(rows: readonly ContestantRow[]): string {
  const ratios = [...new Set(rows.flatMap(({ ratios: of }) => Object.keys(of)))];
  const head = [
    '',
    'ms',
    'min–max, ms',
    'ADB streams',
    'HTTP requests',
    'page sources',
    'pictures',
    'CPU, s',
    ...ratios,
  ];
  const lines = rows.map(({ name, ms, streams, requests, sources, pictures, cpu, ratios: of }) => [
    ...[name, whole(ms.median), `${whole(ms.min)}–${whole(ms.max)}`, streams, requests, sources, pictures],
    cpu.toFixed(2),
    ...ratios.map((ratio) => shown(of[ratio]?.median)),
  ]);
  const line = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

const shown = (ratio: number | undefined) =>
  ratio === undefined || !Number.isFinite(ratio) ? '' : ratio.toFixed(2);
const whole = (ms: number) => Math.round(ms).toLocaleString('en');
