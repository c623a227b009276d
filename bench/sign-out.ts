import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { format } from 'prettier';
import { loadSettings } from '../src/config/config.ts';
import type { Via } from '../src/flows/entry.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';
import { startLab, type Lab } from './lab.ts';
import { signOutOurs, type Parts } from './ours.ts';
import { signOutPlainly } from './plain.ts';
import { losses, withFigures, type Kept } from './kept.ts';
import { wholeCommand, wholeWords, type WholeRow } from './whole.ts';
import { page, summary, type ContestantRow, type Run } from './report.ts';

type PaceName = 'instant' | 'real' | 'slow';

interface Options {
  pace: PaceName | 'both';
  via: Via;
  rounds: string;
  source?: string;
  json?: boolean;
  write?: boolean;
  check?: boolean;
}

/**
 * Tells nothing of its success: the phone is asked. `decided` is called, untimed, once it has its outcome.
 */
type Contestant = (decided: () => Promise<void>) => Promise<Parts | void>;

const PLAIN = 'plain script';
const PASSWORD = 'Bench-pass-1';
const STYLE = { printWidth: 110, singleQuote: true, embeddedLanguageFormatting: 'off' } as const;

const KEPT = join(import.meta.dirname, 'kept.json');
const PAGE = join(import.meta.dirname, '../docs/benchmarks.md');

await new Command('bench')
  .description(
    'Measures a sign-out with a new session: by us, with and without evidence, and by the plain script, in turn on one simulated phone. ' +
      'At a pace that is not instant also against the time that the fastest program would need too: animations, servers, one look a page and one call an act.',
  )
  .addOption(
    new Option('--pace <pace>', 'how fast the phone is; both: real, then instant')
      .choices(['both', 'instant', 'real', 'slow'])
      .default('both'),
  )
  .addOption(
    new Option('--via <way>', 'our way to the account page')
      .choices(['intent', 'settings'])
      .default('intent'),
  )
  .option('--source <ms>', 'what each page source takes, at real or slow pace; missing: as the pace says')
  .option('--rounds <n>', 'how often each signs out at each pace, after a round to warm up', '7')
  .option('--json', 'one JSON object on stdout')
  .addOption(
    new Option('--write', 'write the figures into docs/benchmarks.md and bench/kept.json').conflicts(
      'source',
    ),
  )
  .option(
    '--check',
    'end with 1 where counts, or ratios at real pace, are worse by more than 20 % than in bench/kept.json',
  )
  .action(async (options: Options) => {
    const { pace, rounds, json, write, check } = options;
    if ((write || check) && pace !== 'both') throw new Error('--write and --check take both paces.');
    const load = loadavg()[0] ?? 0;
    const paces: Record<string, ContestantRow[]> = {};
    for (const one of pace === 'both' ? (['real', 'instant'] as const) : [pace])
      paces[one] = await rowsAt(one, options);
    const whole = pace === 'both' || pace === 'real' ? await wholeRows(options) : undefined;
    const [cpu] = cpus();
    const machine = `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${platform()}, Node ${process.versions.node}`;
    const now: Kept = {
      date: new Date().toISOString().slice(0, 10),
      machine,
      ...{ rounds: Number(rounds), load, paces, ...(whole && { whole }) },
    };
    if (json) process.stdout.write(`${JSON.stringify(now)}\n`);
    else {
      for (const [name, rows] of Object.entries(paces))
        process.stdout.write(`${name} pace\n${page(rows)}\n\n`);
      if (whole) process.stdout.write(`${wholeWords(whole)}\n\n`);
    }
    if (check) {
      const found = losses(JSON.parse(readFileSync(KEPT, 'utf8')) as Kept, now);
      for (const loss of found) process.stdout.write(`✘ ${loss}\n`);
      if (found.length > 0) process.exitCode = 1;
      else process.stdout.write('Nothing is worse by more than 20 %.\n');
    }
    if (write) {
      writeFileSync(KEPT, await format(JSON.stringify(now), { ...STYLE, parser: 'json' }));
      const text = withFigures(readFileSync(PAGE, 'utf8'), now);
      writeFileSync(PAGE, await format(text, { ...STYLE, parser: 'markdown' }));
    }
  })
  .parseAsync();

function phoneAt(pace: PaceName, source?: string): PhoneSpec {
  return {
    release: '14',
    pace,
    helpers: 'current',
    ...(source ? { costs: { source: Number(source) } } : {}),
    account: {
      id: '6230001535',
      password: PASSWORD,
      nickname: 'Mira',
      syncedData: ['contacts', 'messages', 'gallery', 'notes'],
    },
  };
}

function wholeRows({ source }: Options): Promise<WholeRow[]> {
  return wholeCommand(phoneAt('real', source), PASSWORD, mkdtempSync(join(tmpdir(), 'mi-unbind-bench-')));
}

/** Ours and the plain script in turn, as a slow moment of the host meets both. */
async function rowsAt(pace: PaceName, { via, rounds, source }: Options): Promise<ContestantRow[]> {
  const settings = loadSettings();
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-bench-'));
  const phone = phoneAt(pace, source);
  const lab = await startLab(phone, folder, settings);
  const runs = new Map<string, Run[]>();
  try {
    const target = {
      appium: lab.appium,
      adbPort: settings.adbServerPort,
      serial: lab.serial,
      password: PASSWORD,
    };
    const contestants: [name: string, Contestant][] = [
      ['ours', (decided) => signOutOurs({ ...target, via }, decided)],
      [
        'ours, with evidence',
        (decided) => signOutOurs({ ...target, via, evidence: mkdtempSync(join(folder, 'run-')) }, decided),
      ],
      // Its waits are too short for a bad phone.
      ...(pace === 'slow' ? [] : [[PLAIN, () => signOutPlainly(target)] as [string, Contestant]]),
    ];
    for (let round = 0; round <= Number(rounds); round++) {
      for (const [name, contestant] of contestants) {
        const run = await measure(lab, contestant);
        if (round > 0) runs.set(name, [...(runs.get(name) ?? []), run]);
        process.stderr.write('.');
      }
    }
  } finally {
    process.stderr.write('\n');
    await lab.close();
  }
  return summary(runs, PLAIN);
}

async function measure(lab: Lab, contestant: Contestant): Promise<Run> {
  await lab.reset();
  const before = await lab.witness();
  const spent = lab.cpu();
  let own = 0;
  let untimed = 0;
  const began = performance.now();
  const parts = await contestant(async () => {
    const since = performance.now();
    own = (await lab.witness()).ownTime;
    untimed = performance.now() - since;
  });
  const ms = performance.now() - began - untimed;
  const cpu = lab.cpu() - spent;
  const { account, events, unknown, traffic, looks } = await lab.witness();
  const submitted = events.filter(({ kind }) => kind === 'password-submitted').length;
  if (account || submitted !== 1 || unknown.length > 0)
    throw new Error(
      `This was no clean sign-out: the phone is ${account ? 'still signed in' : 'signed out'}, the password was submitted ${submitted} times, ` +
        `and the phone was asked what it does not know: ${JSON.stringify(unknown)}. Look into ${lab.folder}.`,
    );
  return {
    ms,
    own,
    looksAPage: looks.sources / looks.pages,
    ...{ sources: looks.sources, pictures: looks.pictures, cpu },
    streams: traffic.streams - before.traffic.streams,
    requests: traffic.requests - before.traffic.requests,
    ...(parts ? { parts } : {}),
  };
}
