import { Command, InvalidArgumentError } from 'commander';
import { letterChaos } from './chaos-letters.ts';
import { stationsChaos } from './chaos-stations.ts';
import type { ChaosReport } from './chaos-report.ts';
import { chaos, type ChaosOptions } from './chaos-trial.ts';

/**
 * Works off a list of simulated phones while everything around the station breaks down, and looks whether it
 * kept its promises.
 */

const number = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
};

type Flags = Omit<ChaosOptions, 'onLine' | 'jobs'> & { letters: number; stations: number; jobs?: number };

await new Command('chaos')
  .description(
    'Works off a list of phones while station, cables, phones and database break down. Ends with 1 when a promise was broken.',
  )
  .option(
    '--seed <n>',
    'what breaks down when; missing: another each time',
    number,
    Math.floor(Math.random() * 1e6),
  )
  .option(
    '--stations <n>',
    'so many stations on one database: phones move between them, half of them are killed, one stands still for a minute, the clock of one is an hour off; with more than one only --seed, --phones, --jobs and --minutes count',
    number,
    1,
  )
  .option('--jobs <n>', 'phones on the list (default: 200, and with --stations two for each place)', number)
  .option('--phones <n>', 'phones attached at once, to each station', number, 16)
  .option('--kills <n>', 'kills of the station; cables as often, the rest a third as often', number, 20)
  .option(
    '--freezes <n>',
    'how often it stands still until another one has taken over; with --no-forgotten',
    number,
    0,
  )
  .option(
    '--no-forgotten',
    'without passwords that are to be recovered: a code that gets lost is waited for for five minutes',
  )
  .option('--letters <n>', 'kills of a station that reminds owners by mail', number, 12)
  .option('--minutes <n>', 'how long it may take', number, 30)
  .action(async ({ letters: kills, stations, jobs, ...options }: Flags) => {
    if (options.freezes && options.forgotten)
      throw new InvalidArgumentError(
        '--freezes takes --no-forgotten: what stands still keeps the port to which codes are sent.',
      );
    console.log(`seed ${options.seed}`);
    const onLine = (line: string) => console.log(line);
    if (stations > 1) {
      const each = jobs ?? 2 * stations * options.phones;
      return tell(await stationsChaos({ ...options, stations, jobs: each, onLine }));
    }
    const letters = await letterChaos({ seed: options.seed, kills });
    console.log(`letters: ${letters.sent} sent, ${letters.perhaps} perhaps sent, over ${kills} kills`);
    const report = await chaos({ ...options, jobs: jobs ?? 200, onLine });
    tell({ ...report, violations: [...letters.violations, ...report.violations] });
  })
  .parseAsync();

function tell({ seed, seconds, breakdowns, ends, violations }: ChaosReport): void {
  console.log(`\n${[...lines('broken down', breakdowns), ...lines('ended', ends)].join('\n')}`);
  console.log(
    `\n${seconds} s · seed ${seed} · ${violations.length === 0 ? 'every promise was kept' : `${violations.length} broken promises`}`,
  );
  for (const violation of violations) console.log(`✘ ${violation}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

function lines(heading: string, counts: Record<string, number>): string[] {
  const sorted = Object.entries(counts).sort(([one], [other]) => one.localeCompare(other));
  return [heading, ...sorted.map(([name, times]) => `${String(times).padStart(5)}  ${name}`)];
}
