import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { childEnvironment } from '../src/config/config.ts';
import type { JobEnd, ListedOrder } from '../src/jobs/job.ts';
import { JobAdmin } from '../src/jobs/admin.ts';
import { JobQueue, type ReadyPhone } from '../src/jobs/queue.ts';
import { nothingDone } from '../src/jobs/nothing-done.ts';
import { batchOf, rowOfJob } from '../src/report/batch.ts';
import { headOf } from '../src/report/chain.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { columns } from './report.ts';

/** What a station asks of its database day by day, when years of work are in it. */

const AIM = 100;
const BATCH = 30;

const serial = (n: number) => `phone-${n}`;

const order = (n: number): ListedOrder => ({
  order: {
    ...{ phone: { serial: serial(n) }, account: '6230001535', data: 'keep', ifForgotten: 'stop' },
    ...{ reference: `order ${n}`, ownerConsent: 'signed on paper' },
  },
  row: n + 2,
});

const done: JobEnd = {
  ...nothingDone('signed-out'),
  ...{
    model: 'M2101K6G',
    release: 'MIUI 14',
    region: 'global',
    language: 'en-US',
    account: '62••••35',
    verifiedBy: new Date().toISOString(),
  },
  ...{ passwordSubmitted: true, durationMs: 9000, evidence: 'runs/x' },
};

await new Command('bench:jobs')
  .description(
    'Questions and claims in a database with many finished jobs, on the PostgreSQL that comes along.',
  )
  .option('--jobs <n>', 'finished jobs', '100000')
  .option('--rounds <n>', 'how often each is asked', '100')
  .option('--json', 'one JSON object on stdout')
  .action(async ({ jobs, rounds, json }: { jobs: string; rounds: string; json?: boolean }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-bench-'));
    const store = await openStore({ dataDir: folder, env: childEnvironment(), keepSeconds: 1 });
    const rows: Row[] = [];
    try {
      await fill(store, Number(jobs));
      for (const [what, ask] of Object.entries(questions(store, folder)))
        rows.push(await measure(what, ask, Number(rounds)));
    } finally {
      await store.close();
      // Its PostgreSQL ends a moment after us.
      await pause(3000);
      rmSync(folder, { recursive: true, force: true });
    }
    if (json)
      return void process.stdout.write(
        `${JSON.stringify({ load: loadavg()[0], jobs: Number(jobs), rows })}\n`,
      );
    const lines = rows.map(({ what, p50, p95 }) => [
      what,
      p50.toFixed(1),
      p95.toFixed(1),
      `under ${AIM}`,
      p95 < AIM ? 'ok' : 'over',
    ]);
    process.stdout.write(
      `${columns([[`ms, among ${jobs} finished jobs`, 'p50', 'p95', 'aim', ''], ...lines])}\n`,
    );
  })
  .parseAsync();

interface Row {
  what: string;
  p50: number;
  p95: number;
}

/** Finished jobs in batches of 30, and a thousand that wait for phones that are not here. */
async function fill(store: Store, jobs: number): Promise<void> {
  const queue = new JobQueue(store, { station: 'station' });
  await queue.add('batch 0', [order(0)], { keepSecrets: false });
  const first = await queue.claim([{ serial: serial(0) }]);
  if (!first) throw new Error('The first job cannot be claimed.');
  await queue.conclude(first, done, { then: 'done' });
  // The others are as this one, each with a phone of its own.
  const { rows } = await store.pool.query<{ column_name: string }>(
    `select column_name from information_schema.columns where table_schema = 'mi_unbind' and table_name = 'job' and column_name <> 'id'`,
  );
  const own: Record<string, string> = {
    batch: `'batch ' || n / ${BATCH}`,
    key: "'copy ' || n",
    phone: "'serial:phone-' || n",
    serial: "'phone-' || n",
  };
  const names = rows.map((row) => row.column_name);
  await store.pool.query(
    `insert into mi_unbind.job (${names.join(', ')})
       select ${names.map((name) => own[name] ?? `job.${name}`).join(', ')} from mi_unbind.job, generate_series(1, $1::int) as n`,
    [jobs - 1],
  );
  const absent = Array.from({ length: 1000 }, (_, n) => order(jobs + n));
  await queue.add('waiting', absent, { keepSecrets: false });
  await store.pool.query('analyze mi_unbind.job');
}

/** Each with the number of the round, and under the name a person knows it by. */
function questions(store: Store, folder: string): Record<string, (round: number) => Promise<void>> {
  const office = new JobAdmin(store);
  const queue = new JobQueue(store, { station: 'station' });
  const attached: ReadyPhone[] = Array.from({ length: 32 }, (_, n) => ({
    serial: `here-${n}`,
    imei: String(350_000_000_000_000 + n),
  }));
  const batchIn = async (round: number) => {
    const jobs = await office.list({ batch: `batch ${1 + round}`, limit: 1_000_000 });
    const report = batchOf(
      'station',
      '',
      headOf(folder),
      jobs.map((job) => rowOfJob(job, folder)),
    );
    if (report.rows.length !== BATCH) throw new Error(`The batch has ${report.rows.length} jobs.`);
  };
  let mine: Awaited<ReturnType<JobQueue['claim']>>;
  return {
    'jobs list': async () => void (await office.list({ limit: 50 })),
    'jobs list --state parked': async () => void (await office.list({ state: 'parked', limit: 50 })),
    'jobs list --state waiting': async () => void (await office.list({ state: 'waiting', limit: 50 })),
    [`report of a batch of ${BATCH}`]: batchIn,
    'totals of a batch': async (round) => void (await office.totals(`batch ${1 + round}`)),
    'add a list of one phone': async (round) => {
      const { order: wish, ...rest } = order(round);
      const phone = { serial: attached[round % attached.length]?.serial ?? '' };
      await queue.add(`today ${round}`, [{ ...rest, order: { ...wish, phone } }], { keepSecrets: false });
    },
    'claim with 32 phones attached, and end': async () => {
      mine = await queue.claim(attached);
      if (!mine) throw new Error('No job was there to claim.');
      await queue.conclude(mine, done, { then: 'done' });
    },
    'claim where there is nothing': async () => void (await queue.claim(attached)),
    'a beat': async () => {
      if (mine) await queue.beat([mine]);
    },
    'look for what was left behind': async () => void (await queue.recover()),
  };
}

async function measure(what: string, ask: (round: number) => Promise<void>, rounds: number): Promise<Row> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await ask(round);
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? NaN;
  return { what, p50: at(0.5), p95: at(0.95) };
}
