import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { childEnvironment, loadSettings, type Settings } from '../src/config/config.ts';
import { ensureHostTools } from '../src/host/tools.ts';
import type { StationEvent } from '../src/jobs/runner.ts';
import { freePort } from '../src/port.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';
import { runningServer } from '../src/store/postmaster.ts';
import { bulkPage, bulkSummary, type BulkRun } from './bulk-report.ts';
import { startSims, type Sims } from './lab.ts';
import { costOf } from './processes.ts';
import { median } from './report.ts';

type Pace = 'instant' | 'real';

const PASSWORD = 'Bench-pass-1';
const root = dirname(import.meta.dirname);
let rounds = 0;

await new Command('bench:bulk')
  .description(
    'Signs many simulated phones out at once, with the whole command of either side: mi-unbind bulk (one process, its Appium and its ' +
      'PostgreSQL), and the wdio runner with a worker for each phone. Time, processor time and memory, without those of the phones.',
  )
  .option(
    '--phones <list>',
    'how many at once, one after another; the last is the one compared',
    sizes,
    [1, 8, 32],
  )
  .addOption(
    new Option('--pace <pace>', 'how fast the phones are; both, when not given').choices(['instant', 'real']),
  )
  .option('--ours', 'without the wdio runner')
  .option('--keep', 'keep the folder with lists, logs and evidence')
  .option('--json', 'one JSON object on stdout')
  .action(
    async (flags: { phones: number[]; pace?: Pace; ours?: boolean; keep?: boolean; json?: boolean }) => {
      const settings = loadSettings();
      const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-bench-'));
      const runs: BulkRun[] = [];
      const most = Math.max(...flags.phones);
      try {
        // Makes the database, and has the words of this release read: a bench that has worked before.
        await measure(folder, settings, { phones: 1, paces: ['instant'], wdio: false });
        for (const phones of flags.phones)
          runs.push(
            ...(await measure(folder, settings, {
              phones,
              paces: flags.pace ? [flags.pace] : ['instant', 'real'],
              wdio: phones === most && !flags.ours,
            })),
          );
      } finally {
        process.stderr.write('\n');
        const failed = runs.some(({ who, out, phones }) => who === 'mi-unbind' && out < phones);
        if (failed) process.exitCode = 1;
        if (flags.keep || failed) process.stderr.write(`${folder}\n`);
        else rmSync(folder, { recursive: true, force: true });
      }
      const summary = bulkSummary(runs);
      const conditions = { load: loadavg()[0] };
      process.stdout.write(
        flags.json
          ? `${JSON.stringify({ ...conditions, runs, ...summary })}\n`
          : `${bulkPage(runs, summary)}\n`,
      );
    },
  )
  .parseAsync();

function sizes(text: string): number[] {
  if (!/^[1-9]\d{0,2}(,[1-9]\d{0,2})*$/.test(text))
    throw new InvalidArgumentError('It takes numbers of phones like 1,8,32.');
  return text.split(',').map(Number);
}

/** All runs with this many phones attached. */
async function measure(
  folder: string,
  settings: Settings,
  { phones, paces, wdio }: { phones: number; paces: readonly Pace[]; wdio: boolean },
): Promise<BulkRun[]> {
  const specs = (pace: Pace) => Array.from({ length: phones }, (_, n) => spec(n, pace));
  const sims = await startSims(specs('instant'), folder);
  const runs: BulkRun[] = [];
  try {
    for (const pace of paces) {
      for (const contestant of wdio ? [ours, plainly] : [ours]) {
        rounds++;
        const attached = specs(pace);
        for (const [n, serial] of sims.serials.entries()) await sims.reset(serial, attached[n] ?? {});
        const logs = join(folder, `round-${rounds}`);
        mkdirSync(logs);
        const took = await contestant({
          sims,
          accounts: attached.map(({ account }) => account?.id ?? ''),
          folder,
          logs,
          settings,
        });
        runs.push({ ...took, phones, pace, out: await signedOut(sims) });
        process.stderr.write('.');
      }
    }
  } finally {
    await sims.stop();
  }
  return runs;
}

/** Another account each round: only so often is a password submitted for one. */
function spec(n: number, pace: Pace): PhoneSpec {
  const id = String(6_240_000_000 + 100 * rounds + n);
  const syncedData = ['contacts' as const, 'messages' as const, 'gallery' as const, 'notes' as const];
  return {
    release: '14',
    pace,
    seed: n + 1,
    helpers: 'current',
    account: { id, password: PASSWORD, syncedData },
  };
}

/**
 * How many phones have no account, had their password submitted once, and were asked nothing they do not
 * know.
 */
async function signedOut({ serials, witness }: Sims): Promise<number> {
  const seen = await Promise.all(serials.map((serial) => witness(serial)));
  const clean = seen.filter(
    ({ account, events, unknown }) =>
      !account &&
      unknown.length === 0 &&
      events.filter(({ kind }) => kind === 'password-submitted').length === 1,
  );
  return clean.length;
}

interface Round {
  sims: Sims;
  accounts: readonly string[];
  /** Of all rounds: the database is here. */
  folder: string;
  logs: string;
  settings: Settings;
}

type Took = Omit<BulkRun, 'phones' | 'pace' | 'out'>;

async function ours({ sims: { serials }, accounts, folder, logs }: Round): Promise<Took> {
  const dataDir = join(folder, 'data');
  // The database of the round before stays for some seconds, and would not be among our processes.
  while (runningServer(dataDir)) await pause(100);
  const list = join(logs, `round-${rounds}.csv`);
  const rows = serials.map((serial, n) => [serial, accounts[n], PASSWORD, 'keep', `bench ${n}`].join(','));
  writeFileSync(list, ['serial,account,password,data,reference', ...rows, ''].join('\n'), { mode: 0o600 });
  const log = join(logs, 'bulk.log');
  const cost = await costOf({
    args: [join(root, 'src/cli/mi-unbind.ts'), 'bulk', list, '--parallel', String(serials.length), '--json'],
    env: childEnvironment({
      DATA_DIR: dataDir,
      RECORDS_DIR: join(logs, 'records'),
      EVIDENCE_DIR: join(logs, 'runs'),
    }),
    log,
    kindOf: (line) =>
      /postgres|store\/supervisor\.ts/.test(line) ? 'PostgreSQL' : (kindOf(line) ?? 'mi-unbind'),
  });
  const ended = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"at"'))
    .map((line) => JSON.parse(line) as StationEvent)
    .flatMap((event) => (event.kind === 'ended' ? [event.durationMs / 1000] : []));
  return { who: 'mi-unbind', ...cost, work: median(ended) };
}

async function plainly({ sims: { serials }, logs, settings }: Round): Promise<Took> {
  const { adb } = await ensureHostTools(['adb'], settings);
  const env = childEnvironment({ ANDROID_HOME: adb.androidHome });
  const phones = await Promise.all(serials.map(async (serial) => ({ serial, systemPort: await freePort() })));
  const appium = { port: await freePort(), log: join(logs, 'appium.log'), env };
  const wdio = join(root, 'node_modules/@wdio/cli/bin/wdio.js');
  const cost = await costOf({
    args: [wdio, 'run', join(import.meta.dirname, 'plain.conf.js')],
    env: {
      ...env,
      PLAIN_PASSWORD: PASSWORD,
      PLAIN_BENCH: JSON.stringify({ phones, adbPort: settings.adbServerPort, appium }),
    },
    log: join(logs, 'wdio.log'),
    kindOf: (line) => kindOf(line) ?? (line.includes('local-runner') ? 'workers' : 'launcher'),
  });
  return { who: 'wdio runner', ...cost };
}

/** Of what both sides have. */
function kindOf(commandLine: string): string | undefined {
  if (commandLine.includes('appium/index.js')) return 'Appium';
  return /(^|\/)adb /.test(commandLine) ? 'adb' : undefined;
}
