import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { childEnvironment } from '../src/config/config.ts';
import { JobQueue } from '../src/jobs/queue.ts';
import { LiveAdb } from '../src/live/adb.ts';
import type { LiveProgram } from '../src/live/program.ts';
import { LiveRig } from '../src/live/rig.ts';
import { storeEnds } from '../src/live/store-ends.ts';
import { Secret } from '../src/secret.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';
import { generator } from '../src/sim/time.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { memoryOf } from './processes.ts';
import { growthOf, LEAST, soakPage, type Sample } from './soak-report.ts';

const LOOK = 500;
// So often everything is measured, ms.
const MEASURE = 5000;
// A phone that is not signed out in so long is a problem, ms.
const PATIENCE = 5 * 60_000;
const MANY = 20;

interface Options {
  hours: number;
  minutes?: number;
  phones: number;
  pace: 'instant' | 'real';
  seed: number;
  out?: string;
}

const positive = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0) throw new InvalidArgumentError('It takes a number.');
  return Number(text);
};

await new Command('soak')
  .description(
    'Has a station sign simulated phones out that come back signed in, again and again, and measures memory, open files, sockets, ' +
      'temporary files and database (Linux). Ends with 1 where something grows after the first tenth, or a sign-out fails.',
  )
  .option('--hours <n>', 'how long', positive, 1)
  .option('--minutes <n>', 'how long, in place of --hours', positive)
  .option('--phones <n>', 'at once', positive, 8)
  .addOption(new Option('--pace <pace>', 'how fast they are').choices(['instant', 'real']).default('real'))
  .option(
    '--seed <n>',
    'which phones come; missing: others each time',
    positive,
    Math.ceil(Math.random() * 1e6),
  )
  .option('--out <folder>', 'gets soak.html and soak.json; missing: a new temporary folder')
  .action(async ({ hours, minutes = hours * 60, phones, pace, seed, out }: Options) => {
    const folder = out ?? mkdtempSync(join(tmpdir(), 'mi-unbind-soak-'));
    mkdirSync(folder, { recursive: true });
    console.log(`seed ${seed}`);
    const { samples, signedOut, problems } = await soak({ phones, pace, seed, ms: minutes * 60_000 });
    const grown = growthOf(samples).filter(({ grows }) => grows);
    const all = [
      ...problems,
      ...grown.map(({ name, from, to }) => `${name} grows: ${from.toFixed(1)} → ${to.toFixed(1)}`),
    ];
    const report = { seed, phones, signedOut, problems: all, samples };
    writeFileSync(join(folder, 'soak.json'), JSON.stringify(report));
    writeFileSync(join(folder, 'soak.html'), soakPage(report));
    console.log(
      `${signedOut} sign-outs · ${all.length === 0 ? (minutes * 60 < LEAST ? 'too short to say what grows' : 'nothing grows') : `${all.length} problems`} · ${join(folder, 'soak.html')}`,
    );
    for (const problem of all) console.log(`✘ ${problem}`);
    process.exitCode = all.length === 0 ? 0 : 1;
  })
  .parseAsync();

/** A phone that is plugged in, and the job that is to sign it out. */
interface Place {
  serial: string;
  job: string;
  since: number;
}

async function soak({
  phones,
  pace,
  seed,
  ms,
}: {
  phones: number;
  pace: Options['pace'];
  seed: number;
  ms: number;
}) {
  const random = generator(seed);
  const adb = await LiveAdb.start();
  const rig = await LiveRig.start(
    Array.from({ length: phones }, (_, at): PhoneSpec => ({
      serialno: `soak${at}`,
      pace,
      helpers: 'current',
    })),
    { env: adb.env },
  );
  const [dataDir, records, temporary] = ['data', 'records', 'tmp'].map((name) => join(rig.folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(temporary);
  const store = await openStore({ dataDir, env: childEnvironment() });
  const station = rig.start(['station', '--no-page', '--parallel', String(phones)], {
    env: { ...adb.env, RECORDS_DIR: records, TMPDIR: temporary },
  });
  const queue = new JobQueue(store, { station: 'soak' });
  const places: Place[] = rig.serials.map((serial) => ({ serial, job: '', since: 0 }));
  const samples: Sample[] = [];
  const problems: string[] = [];
  const began = performance.now();
  let [signedOut, accounts, measured] = [0, 0, -Infinity];
  try {
    for (const place of places) await comeBack(place);
    while (performance.now() - began < ms && problems.length < MANY) {
      await pause(LOOK);
      await attend();
      if (performance.now() - measured < MEASURE) continue;
      measured = performance.now();
      samples.push(await measure({ station, store, temporary, at: (measured - began) / 1000 }));
    }
  } finally {
    station.signal('SIGINT');
    await station.ended;
    await store.close();
    await storeEnds(dataDir);
    await rig.stop();
    await adb.stop();
  }
  return { samples, signedOut, problems };

  /** The phone has another account, as if another one was plugged in, and an order. */
  async function comeBack(place: Place): Promise<void> {
    const id = String(6_250_000_000 + accounts++);
    const password = `Right-${id}`;
    const release = (['14', '13', 'hyperos1', 'hyperos2'] as const)[Math.floor(random() * 4)] ?? '14';
    const serialno = `soak${rig.serials.indexOf(place.serial)}`;
    await rig.put(place.serial, { serialno, pace, release, helpers: 'current', account: { id, password } });
    const order = {
      phone: { serial: place.serial },
      account: id,
      data: 'keep',
      ifForgotten: 'stop',
      reference: id,
      ownerConsent: '',
    } as const;
    const { jobs } = await queue.add('soak', [{ order, password: new Secret(password), row: 2 }], {
      keepSecrets: false,
    });
    Object.assign(place, { job: jobs[0] ?? '', since: performance.now() });
  }

  async function attend(): Promise<void> {
    const { rows } = await store.pool.query<{
      id: string;
      state: string;
      outcome: string | null;
      evidence: string | null;
      message: string | null;
    }>(
      `select id, state, outcome ->> 'outcome' as outcome, outcome ->> 'evidence' as evidence,
         coalesce(outcome ->> 'message', outcome ->> 'reason') as message from mi_unbind.job where id = any($1)`,
      [places.map(({ job }) => job)],
    );
    for (const place of places) {
      const row = rows.find(({ id }) => id === place.job);
      const isLate = performance.now() - place.since > PATIENCE;
      if (!row || (['waiting', 'running', 'unrecorded'].includes(row.state) && !isLate)) continue;
      if (row.outcome === 'signed-out' && (await rig.witness(place.serial)).account === null) signedOut++;
      else
        problems.push(
          `${place.serial}, job ${row.id}: ${row.state} ${row.outcome ?? ''} ${row.message ?? ''}`,
        );
      // Pictures of hours fill the disk.
      if (row.evidence) rmSync(row.evidence, { recursive: true, force: true });
      for (const name of existsSync(records) ? readdirSync(records) : [])
        if (name.includes(`-${row.id}-`))
          rmSync(join(records, name, 'evidence'), { recursive: true, force: true });
      await comeBack(place);
    }
  }
}

async function measure(of: {
  station: LiveProgram;
  store: Store;
  temporary: string;
  at: number;
}): Promise<Sample> {
  const processes = [...of.station.processes()];
  const own = String(of.station.pid ?? 0);
  const [appium = '0'] = processes.find(([pid, line]) => pid !== own && /appium/.test(line)) ?? [];
  const { rows } = await of.store.pool.query<{ bytes: string }>(
    'select pg_database_size(current_database()) as bytes',
  );
  const files = [own, appium].map(filesOf);
  return {
    at: of.at,
    values: {
      'station, MB': memoryOf(Number(own)),
      'station, open files': files[0]?.length ?? 0,
      'station, sockets': files[0]?.filter((name) => name.startsWith('socket:')).length ?? 0,
      'Appium, MB': memoryOf(Number(appium)),
      'Appium, open files': files[1]?.length ?? 0,
      processes: processes.length,
      'temporary files': readdirSync(of.temporary, { recursive: true }).length,
      'database, MB': Number(rows[0]?.bytes ?? 0) / 1024 / 1024,
    },
  };
}

/** What a process has open. */
function filesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        // It is closed meanwhile.
        return [];
      }
    });
  } catch {
    return [];
  }
}
