import type { Parts } from './ours.ts';

/** One sign-out: what it took, and what it asked of the phone. */
export interface Run {
  ms: number;
  /** ADB services opened on the phone. */
  streams: number;
  /** HTTP requests to the UiAutomator2 server on the phone. */
  requests: number;
  /** Missing for the plain script. */
  parts?: Parts;
  /** What the fastest program would have needed too until the outcome was known, ms; 0 at instant pace. */
  own: number;
  /** Page sources for each page that was seen. */
  looksAPage: number;
  sources: number;
  pictures: number;
  /** Seconds of processor time of our side and Appium. */
  cpu: number;
}

export interface OverRounds {
  median: number;
  min: number;
  max: number;
}

/** One line of the table: one contestant over all rounds. */
export interface ContestantRow {
  name: string;
  ms: OverRounds;
  streams: number;
  requests: number;
  looksAPage: number;
  sources: number;
  pictures: number;
  cpu: number;
  /** Medians, ms. */
  parts?: Parts;
  /**
   * Medians of the ratios of each round: the slow and fast moments of the host meet both sides of a ratio.
   */
  ratios: Record<string, OverRounds>;
}

/** `yardstick`: the contestant the others are compared with, if it took part. */
export function summary(runs: ReadonlyMap<string, readonly Run[]>, yardstick: string): ContestantRow[] {
  const slow = runs.get(yardstick);
  return [...runs].map(([name, list]) => {
    const part = (key: keyof Parts) => median(list.map(({ parts }) => parts?.[key] ?? NaN));
    const ratio = (value: (run: Run, round: number) => number) => spread(list.map(value));
    return {
      name,
      ms: spread(list.map(({ ms }) => ms)),
      streams: median(list.map(({ streams }) => streams)),
      requests: median(list.map(({ requests }) => requests)),
      looksAPage: median(list.map(({ looksAPage }) => looksAPage)),
      sources: median(list.map(({ sources }) => sources)),
      pictures: median(list.map(({ pictures }) => pictures)),
      cpu: median(list.map(({ cpu }) => cpu)),
      ...(list[0]?.parts
        ? {
            parts: {
              facts: part('facts'),
              session: part('session'),
              flow: part('flow'),
              close: part('close'),
            },
          }
        : {}),
      ratios: {
        ...(slow && {
          [`${yardstick} ÷ this`]: ratio(({ ms }, round) => (slow[round]?.ms ?? NaN) / ms),
          'its CPU ÷ this': ratio(({ cpu }, round) => (slow[round]?.cpu ?? NaN) / cpu),
        }),
        ...(list.every(({ own }) => own > 0) && {
          'flow ÷ phone': ratio(({ parts, own }) => (parts?.flow ?? NaN) / own),
          'all ÷ phone': ratio(({ ms, own }) => ms / own),
        }),
      },
    };
  });
}

export function page(rows: readonly ContestantRow[]): string {
  const ratios = Object.keys(rows[0]?.ratios ?? {});
  const head = [
    '',
    'median ms',
    'min–max ms',
    'ADB streams',
    'HTTP requests',
    'looks a page',
    'pictures',
    'CPU s',
    ...ratios,
  ];
  const lines = rows.map(({ name, ms, streams, requests, looksAPage, pictures, cpu, ratios: of }) => [
    name,
    round(ms.median),
    `${round(ms.min)}–${round(ms.max)}`,
    String(streams),
    String(requests),
    looksAPage.toFixed(2),
    String(pictures),
    cpu.toFixed(2),
    ...ratios.map((ratio) => (of[ratio]?.median ?? NaN).toFixed(2)),
  ]);
  const spent = rows.flatMap(({ name, parts }) =>
    parts
      ? `${name}: facts ${round(parts.facts)} · session and labels ${round(parts.session)} · flow ${round(parts.flow)} · end of the session ${round(parts.close)} ms`
      : [],
  );
  return [columns([head, ...lines]), '', ...spent].join('\n');
}

const round = (ms: number) => Math.round(ms).toLocaleString('en');

/** A table: the first column to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ')).join('\n');
}

export function spread(values: readonly number[]): OverRounds {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
