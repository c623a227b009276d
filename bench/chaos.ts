import { Command, InvalidArgumentError } from 'commander';
import { letterChaos } from './chaos-letters.ts';
import { chaos, type ChaosOptions } from './chaos-trial.ts';

/**
 * Works off a list of simulated phones while everything around the station breaks down, and looks whether it
 * kept its promises.
 */

const number = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
};

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
  .option('--jobs <n>', 'phones on the list', number, 200)
  .option('--phones <n>', 'phones attached at once', number, 16)
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
  .action(async ({ letters: kills, ...options }: Omit<ChaosOptions, 'onLine'> & { letters: number }) => {
    if (options.freezes && options.forgotten)
      throw new InvalidArgumentError(
        '--freezes takes --no-forgotten: what stands still keeps the port to which codes are sent.',
      );
    console.log(`seed ${options.seed}`);
    const letters = await letterChaos({ seed: options.seed, kills });
    console.log(`letters: ${letters.sent} sent, ${letters.perhaps} perhaps sent, over ${kills} kills`);
    const { seed, seconds, breakdowns, ends, ...found } = await chaos({
      ...options,
      onLine: (line) => console.log(line),
    });
    const violations = [...letters.violations, ...found.violations];
    console.log(`\n${[...lines('broken down', breakdowns), ...lines('ended', ends)].join('\n')}`);
    console.log(
      `\n${seconds} s · seed ${seed} · ${violations.length === 0 ? 'every promise was kept' : `${violations.length} broken promises`}`,
    );
    for (const violation of violations) console.log(`✘ ${violation}`);
    process.exitCode = violations.length === 0 ? 0 : 1;
  })
  .parseAsync();

function lines(heading: string, counts: Record<string, number>): string[] {
  const sorted = Object.entries(counts).sort(([one], [other]) => one.localeCompare(other));
  return [heading, ...sorted.map(([name, times]) => `${String(times).padStart(5)}  ${name}`)];
}
