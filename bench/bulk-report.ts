import type { Cost } from './processes.ts';
import { columns } from './report.ts';

/** One command that signed so many phones out at once. */
export interface BulkRun extends Cost {
  who: 'mi-unbind' | 'wdio runner';
  phones: number;
  pace: 'instant' | 'real';
  /** Phones that say so themselves. */
  out: number;
  /** Seconds from a phone's begin to its end, median; missing where the command does not tell. */
  work?: number;
}

interface Aim {
  what: string;
  value: number;
  /** At most. */
  aim: number;
  unit: string;
}

export interface BulkSummary {
  /** The wdio runner's by ours, with the most phones; time for each phone that was signed out. */
  ratios: { pace: BulkRun['pace']; seconds: number; cpu: number; memory: number }[];
  aims: Aim[];
}

/** MB, with so many phones at most. */
const MEMORY = [
  [32, 900],
  [Infinity, 1500],
] as const;
const GROWTH = 1.3;
/** Of the processor time of each further phone. */
const FLAT = 1.1;

export function bulkSummary(runs: readonly BulkRun[]): BulkSummary {
  const ratios: BulkSummary['ratios'] = [];
  const aims: Aim[] = [];
  for (const [pace, list] of Map.groupBy(runs, (run) => run.pace)) {
    const ours = list.filter(({ who }) => who === 'mi-unbind').sort((a, b) => a.phones - b.phones);
    const most = ours.at(-1);
    const other = list.find(({ who, phones }) => who === 'wdio runner' && phones === most?.phones);
    if (!most) continue;
    const ratio = (value: (run: BulkRun) => number) => (other ? value(other) / value(most) : NaN);
    if (other)
      ratios.push({
        pace,
        seconds: ratio(({ seconds, out }) => seconds / out),
        cpu: ratio(({ cpu, out }) => cpu / out),
        memory: ratio(megabytes),
      });
    aims.push({
      what: `memory with ${most.phones} phones, ${pace} pace`,
      value: megabytes(most),
      aim: MEMORY.find(([phones]) => most.phones <= phones)?.[1] ?? 0,
      unit: 'MB',
    });
    for (const [n, run] of ours.entries()) {
      const [before, first] = [ours[n - 1], ours[n - 2]];
      if (!before) continue;
      const per = ({ phones, seconds }: BulkRun) => seconds / phones;
      if (pace === 'real')
        aims.push(growth(`time per phone, ${before.phones} → ${run.phones} phones`, per(run), per(before)));
      if (!first || pace === 'real') continue;
      // What a command takes by itself, its start, is in none of the two.
      const further = (more: BulkRun, less: BulkRun) => (more.cpu - less.cpu) / (more.phones - less.phones);
      const what = `processor time of each further phone, ${first.phones} → ${before.phones} → ${run.phones}`;
      aims.push(growth(what, further(run, before), further(before, first), FLAT));
    }
  }
  return { ratios, aims };
}

const growth = (what: string, now: number, before: number, aim = GROWTH): Aim => ({
  what,
  value: now / before,
  aim,
  unit: '×',
});

export function bulkPage(runs: readonly BulkRun[], { ratios, aims }: BulkSummary): string {
  const head = [
    '',
    'pace',
    'signed out',
    's',
    'phones/min',
    's each',
    'CPU s',
    'CPU s/phone',
    'MB',
    'MB/phone',
    'RSS MB',
  ];
  const lines = runs.map((run) => {
    const { who, pace, phones, out, seconds, work, cpu, rss } = run;
    const per = (value: number, digits: number) => (value / phones).toFixed(digits);
    return [
      ...[
        who,
        pace,
        `${out}/${phones}`,
        seconds.toFixed(1),
        ((out / seconds) * 60).toFixed(0),
        work?.toFixed(1) ?? '',
      ],
      ...[cpu.toFixed(1), per(cpu, 2), megabytes(run).toFixed(0), per(megabytes(run), 0), rss.toFixed(0)],
    ];
  });
  const held = runs.map(({ who, pace, phones, memory }) => {
    const kinds = Object.entries(memory).filter(([, value]) => value >= 1);
    return `${who}, ${pace}, ${phones}: ${kinds.map(([kind, value]) => `${kind} ${value.toFixed(0)}`).join(' · ')} MB`;
  });
  const spending = runs.map(({ who, pace, phones, spent }) => {
    const kinds = Object.entries(spent).map(([kind, seconds]) => `${kind} ${(seconds / phones).toFixed(2)}`);
    return `${who}, ${pace}, ${phones}: CPU s a phone: ${kinds.join(' · ')}`;
  });
  const compared = ratios.map(
    ({ pace, seconds, cpu, memory }) =>
      `wdio runner ÷ mi-unbind, ${pace}: time ${seconds.toFixed(1)} · processor time ${cpu.toFixed(1)} · memory ${memory.toFixed(1)}`,
  );
  const verdicts = aims.map(({ what, value, aim, unit }) => [
    ...[what, `${value.toFixed(unit === 'MB' ? 0 : 2)} ${unit}`],
    ...[`at most ${aim} ${unit}`, value <= aim ? 'ok' : 'over'],
  ]);
  return [
    columns([head, ...lines]),
    '',
    ...held,
    '',
    ...spending,
    '',
    ...compared,
    '',
    columns(verdicts),
  ].join('\n');
}

const megabytes = ({ memory }: Cost) => Object.values(memory).reduce((sum, one) => sum + one, 0);
