import { mkdtempSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { loadSettings } from '../src/config/config.ts';
import type { Via } from '../src/flows/entry.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';
import { startLab, type Lab } from './lab.ts';
import { signOutOurs, type Parts } from './ours.ts';
import { signOutPlainly } from './plain.ts';
import { page, summary, type Run } from './report.ts';

interface Options {
  pace: 'instant' | 'real' | 'slow';
  via: Via;
  rounds: string;
  source?: string;
  json?: boolean;
}

/**
 * Tells nothing of its success: the phone is asked. `decided` is called, untimed, once it has its outcome.
 */
type Contestant = (decided: () => Promise<void>) => Promise<Parts | void>;

const PLAIN = 'plain script';
const PASSWORD = 'Bench-pass-1';

await new Command('bench')
  .description(
    'Measures a sign-out with a new session. At instant pace a simulated phone is signed out by us and by the plain script in turn; ' +
      'at real or slow pace by us alone, against the time that the fastest program would need too: animations, servers, one look a page and one call an act.',
  )
  .addOption(
    new Option('--pace <pace>', 'how fast the phone is')
      .choices(['instant', 'real', 'slow'])
      .default('instant'),
  )
  .addOption(
    new Option('--via <way>', 'our way to the account page')
      .choices(['intent', 'settings'])
      .default('intent'),
  )
  .option('--source <ms>', 'what each page source takes, at real or slow pace; missing: as the pace says')
  .option('--rounds <n>', 'how often each signs out, after a round to warm up', '7')
  .option('--json', 'one JSON object on stdout')
  .action(async ({ pace, via, rounds, source, json }: Options) => {
    const settings = loadSettings();
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-bench-'));
    const phone: PhoneSpec = {
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
        ...(pace === 'instant' ? [[PLAIN, () => signOutPlainly(target)] as [string, Contestant]] : []),
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
    const rows = summary(runs, PLAIN);
    const conditions = { pace, via, rounds: Number(rounds), source, load: loadavg()[0] };
    process.stdout.write(json ? `${JSON.stringify({ ...conditions, rows })}\n` : `${page(rows)}\n`);
  })
  .parseAsync();

async function measure(lab: Lab, contestant: Contestant): Promise<Run> {
  await lab.reset();
  const before = await lab.witness();
  let own = 0;
  let untimed = 0;
  const began = performance.now();
  const parts = await contestant(async () => {
    const since = performance.now();
    own = (await lab.witness()).ownTime;
    untimed = performance.now() - since;
  });
  const ms = performance.now() - began - untimed;
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
    streams: traffic.streams - before.traffic.streams,
    requests: traffic.requests - before.traffic.requests,
    ...(parts ? { parts } : {}),
  };
}
