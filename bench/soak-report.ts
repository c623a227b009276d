import { html, raw, type Html } from '../src/formats/html.ts';
import { median } from './report.ts';

// A heap was seen to find its size in eight minutes, whatever the length of the run, s.
const HEAP = 8 * 60;

/** What is measured again and again. `settles`: before, s, it says nothing of growth. */
export const SERIES: Record<Series, { slack: number; settles?: number }> = {
  'station, MB': { slack: 50, settles: HEAP },
  'station, open files': { slack: 8 },
  'station, sockets': { slack: 8 },
  'Appium, MB': { slack: 80, settles: HEAP },
  'Appium, open files': { slack: 8 },
  processes: { slack: 2 },
  'temporary files': { slack: 8 },
  // It holds one job more for each sign-out.
  'database, MB': { slack: Infinity },
};
export type Series =
  | `${'station' | 'Appium'}, ${'MB' | 'open files'}`
  | 'station, sockets'
  | 'processes'
  | 'temporary files'
  | 'database, MB';

export interface Sample {
  /** Seconds since the beginning. */
  at: number;
  values: Record<Series, number>;
}

/** Of the time, so much is for what is opened and read once. */
const WARM = 0.1;
/** Growth beyond this share of what it was is one, where it is beyond the slack too. */
const SHARE = 0.15;

export interface Growth {
  name: Series;
  /** By the line through the least of each tenth after the first: at its begin and at its end. */
  from: number;
  to: number;
  grows: boolean;
}

/** In less than this nothing is said of growth: a heap is not yet as large as it gets, s. */
export const LEAST = 10 * 60;

/**
 * How each series went on after the first tenth. The least of each tenth counts: memory falls when it is
 * collected, and files are fewer between two phones.
 */
export function growthOf(samples: readonly Sample[]): Growth[] {
  const end = samples.at(-1)?.at ?? 0;
  const tenths = Map.groupBy(samples, ({ at }) => Math.min(9, Math.floor((at / Math.max(end, 1)) * 10)));
  return (Object.keys(SERIES) as Series[]).map((name) => {
    const least = [...tenths].flatMap(([tenth, some]) =>
      tenth === 0 || (tenth * end) / 10 < (SERIES[name].settles ?? 0)
        ? []
        : [[tenth, Math.min(...some.map(({ values }) => values[name]))] as const],
    );
    const { from, to } = lineThrough(least);
    const grown = to - from;
    const grows = end >= LEAST && grown > SERIES[name].slack && grown > Math.abs(from) * SHARE;
    return { name, from, to, grows };
  });
}

/**
 * The values at the first and the last point of the line with the median slope of all pairs (Theil and Sen): a moment
 * in which nothing was done bends it as little as one in which much was.
 */
function lineThrough(points: readonly (readonly [x: number, y: number])[]): { from: number; to: number } {
  const slopes = points.flatMap(([x, y], nth) =>
    points.slice(nth + 1).map(([at, value]) => (value - y) / (at - x)),
  );
  const slope = median(slopes) || 0;
  const height = median(points.map(([x, y]) => y - slope * x)) || 0;
  const on = (at: number) => height + slope * at;
  return { from: on(points[0]?.[0] ?? 0), to: on(points.at(-1)?.[0] ?? 0) };
}

export interface SoakReport {
  seed: number;
  phones: number;
  signedOut: number;
  /** In words. */
  problems: readonly string[];
  samples: readonly Sample[];
}

const [WIDTH, HEIGHT] = [640, 110];

/** The page with a plot of each series. */
export function soakPage({ seed, phones, signedOut, problems, samples }: SoakReport): string {
  const minutes = (samples.at(-1)?.at ?? 0) / 60;
  const plots = growthOf(samples).map((growth) => plotOf(growth, samples));
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Soak</title><style>${raw(STYLE)}</style></head><body>
<h1>Soak</h1><p>${signedOut} sign-outs of ${phones} simulated phones in ${minutes.toFixed(1)} minutes · seed ${seed} · ${samples.length} samples</p>
${problems.length > 0 ? html`<ul class="bad">${problems.map((problem) => html`<li>${problem}</li>`)}</ul>` : html`<p class="good">${(samples.at(-1)?.at ?? 0) < LEAST ? 'Too short to say what grows.' : `Nothing grows after the first tenth. The database keeps each job and is not judged: ${perSignOut(samples, signedOut)} kB a sign-out.`}</p>`}
${plots}</body></html>
`.text;
}

/** What the database keeps of each, kB. */
function perSignOut(samples: readonly Sample[], signedOut: number): string {
  const [from = 0, to = 0] = [samples[0], samples.at(-1)].map((sample) => sample?.values['database, MB']);
  return (((to - from) * 1024) / Math.max(signedOut, 1)).toFixed(1);
}

const STYLE =
  'body{font:15px system-ui,sans-serif;margin:24px;color:#1b2438}h2{font-size:15px;margin:18px 0 4px}svg{background:#f6f7f9;max-width:100%}' +
  'polyline{fill:none;stroke:#1f5fae;stroke-width:1.5}.warm{fill:#e6e9ef}.bad{color:#a51c1c}.good{color:#1a6b3c}';

function plotOf({ name, from, to, grows }: Growth, samples: readonly Sample[]): Html {
  const values = samples.map((sample) => sample.values[name]);
  const most = Math.max(1, ...values) * 1.05;
  const end = Math.max(1, samples.at(-1)?.at ?? 0);
  const points = samples
    .map(
      ({ at }, nth) =>
        `${((at / end) * WIDTH).toFixed(1)},${(HEIGHT - ((values[nth] ?? 0) / most) * HEIGHT).toFixed(1)}`,
    )
    .join(' ');
  const said = `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}; by its line ${from.toFixed(1)} → ${to.toFixed(1)}`;
  return html`<h2 ${{ class: grows ? 'bad' : '' }}>${name}: ${said}${grows && ', it grows'}</h2>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${name}: ${said}"><rect class="warm" width="${WIDTH * WARM}" height="${HEIGHT}"/><polyline points="${points}"/></svg>
`;
}
