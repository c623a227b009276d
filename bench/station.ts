import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { childEnvironment, loadSettings } from '../src/config/config.ts';
import { openHostBrowser, type WebSession } from '../src/host/browser.ts';
import type { StationEvent } from '../src/jobs/runner.ts';
import { storeEnds } from '../src/live/store-ends.ts';
import { freePort } from '../src/port.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';
import { startSims, type Sims } from './lab.ts';
import { memoryOf, timeOfTree } from './processes.ts';
import { median } from './report.ts';

const READERS = 4;
const PASSWORD = 'Bench-pass-1';
const LIMITS = {
  'event to tile, p95, ms': 150,
  'client, gzip, kB': 60,
  'CPU, times': 1.1,
  'memory, MB': 120,
};
let rounds = 0;

/** What one list of phones cost the station. */
interface Round {
  isWatched: boolean;
  /** Of the station, with its Appium and its PostgreSQL. */
  cpu: number;
  /** Of the station's own process, at the end. */
  memory: number;
  seconds: number;
  /** From the event to the tile that shows it, ms. */
  delays: number[];
}

await new Command('bench:station')
  .description(
    'What the viewers of a station cost it: simulated phones at real pace are signed out again and again by one station, in turns ' +
      'without a viewer and with one Chromium and four bare readers of the stream. Processor time is that of the whole station.',
  )
  .option('--phones <n>', 'phones attached', Number, 32)
  .option('--pairs <n>', 'rounds without and with viewers', Number, 2)
  .action(async ({ phones, pairs }: { phones: number; pairs: number }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-bench-'));
    const sims = await startSims(
      Array.from({ length: phones }, (_, n) => spec(n)),
      folder,
    );
    const station = await startStation(folder, phones);
    const web = await openHostBrowser({ path: loadSettings().path, env: childEnvironment() });
    try {
      // Makes the database, and has the words of this release read: a station that has worked before.
      await workedOff(station, sims, 2);
      const all: Round[] = [];
      for (let pair = 0; pair < pairs; pair++)
        // In turns first and last, so that what warms up counts for both.
        for (const isWatched of pair % 2 === 0 ? [false, true] : [true, false]) {
          all.push(isWatched ? await watched(station, sims, web) : await workedOff(station, sims));
          process.stderr.write('.');
        }
      process.stderr.write('\n');
      report(all, phones);
    } finally {
      await web.close();
      station.child.kill('SIGINT');
      await station.ended;
      await sims.stop();
      await storeEnds(join(folder, 'data'));
      rmSync(folder, { recursive: true, force: true });
    }
  })
  .parseAsync();

function report(all: readonly Round[], phones: number): void {
  const [alone, seen] = [false, true].map((isWatched) => all.filter((one) => one.isWatched === isWatched));
  const sum = (some: readonly Round[] = [], of: 'cpu' | 'seconds') =>
    some.reduce((total, one) => total + one[of], 0);
  const delays = (seen ?? []).flatMap((one) => one.delays).sort((a, b) => a - b);
  const memory = (some: readonly Round[] = []) => median(some.map((one) => one.memory));
  const figures = {
    'event to tile, p95, ms': delays[Math.floor(delays.length * 0.95)] ?? Infinity,
    'client, gzip, kB': clientSize() / 1000,
    'CPU, times': sum(seen, 'cpu') / sum(alone, 'cpu'),
    'memory, MB': memory(seen) - memory(alone),
  };
  console.log(
    `${phones} phones at real pace, ${all.length} lists; ${delays.length} events seen as tiles by the browser, ${READERS} bare readers`,
  );
  for (const { isWatched, cpu, seconds, memory: held } of all)
    console.log(
      `${isWatched ? 'with viewers   ' : 'without viewers'}  CPU ${cpu.toFixed(1)} s in ${seconds.toFixed(0)} s, the station's own process ${held.toFixed(0)} MB`,
    );
  for (const [name, limit] of Object.entries(LIMITS)) {
    const figure = figures[name as keyof typeof LIMITS];
    console.log(`${figure < limit ? 'ok  ' : 'OVER'} ${name}: ${figure.toFixed(2)} (limit ${limit})`);
    if (figure >= limit) process.exitCode = 1;
  }
}

/** Another account each round: only so often is a password submitted for one. */
function spec(n: number): PhoneSpec {
  const id = String(6_250_000_000 + 100 * rounds + n);
  return {
    ...{ release: '14', pace: 'real', seed: n + 1, helpers: 'current' },
    account: { id, password: PASSWORD, syncedData: ['contacts', 'messages', 'gallery', 'notes'] },
  };
}

interface Station {
  child: ChildProcess;
  ended: Promise<unknown>;
  url: string;
  /** Resolves once so many more records are written. */
  records(count: number): Promise<void>;
}

async function startStation(folder: string, parallel: number): Promise<Station> {
  const port = await freePort();
  const main = join(import.meta.dirname, '../src/cli/mi-unbind.ts');
  const args = [main, 'station', '--json', '--listen', String(port), '--parallel', String(parallel)];
  const env = childEnvironment({
    ...{ DATA_DIR: join(folder, 'data'), RECORDS_DIR: join(folder, 'records') },
    EVIDENCE_DIR: join(folder, 'runs'),
  });
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill());
  const ended = once(child, 'exit');
  let written = 0;
  let heard = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    const event = JSON.parse(line) as StationEvent;
    if (event.kind === 'problem') process.stderr.write(`${event.what}\n`);
    if (event.kind !== 'ended') return;
    if (event.outcome !== 'signed-out') process.stderr.write(`${event.phone}: ${event.outcome}\n`);
    written++;
    heard.resolve();
    heard = Promise.withResolvers();
  });
  const ready = Promise.withResolvers<void>();
  createInterface(child.stderr).on('line', (line) => line.includes('Its page: ') && ready.resolve());
  const isOver = ended.then(() => {
    throw new Error('The station has ended.');
  });
  await Promise.race([ready.promise, isOver]);
  isOver.catch(() => undefined);
  return {
    ...{ child, ended, url: `http://127.0.0.1:${port}` },
    async records(count) {
      for (const until = written + count; written < until;) await Promise.race([heard.promise, isOver]);
    },
  };
}

/** Signs all phones out from a list that is dropped on the page; `only`: the first ones. */
async function workedOff(station: Station, sims: Sims, only = sims.serials.length): Promise<Round> {
  rounds++;
  const serials = sims.serials.slice(0, only);
  for (const [n, serial] of serials.entries()) await sims.reset(serial, spec(n));
  const rows = serials.map((serial, n) =>
    [serial, spec(n).account?.id, PASSWORD, 'keep', `bench ${rounds}-${n}`].join(','),
  );
  const list = ['serial,account,password,data,reference', ...rows, ''].join('\n');
  const pid = station.child.pid ?? 0;
  const [began, before] = [performance.now(), timeOfTree(pid)];
  const over = station.records(serials.length);
  const form = new FormData();
  form.append('file', new Blob([list]), `round ${rounds}.csv`);
  const { id } = await asked<{ id: string }>(station, '/lists', { body: form });
  await asked(station, `/lists/${id}/start`, {
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  await over;
  const cpu = timeOfTree(pid) - before;
  const seconds = (performance.now() - began) / 1000;
  return { isWatched: false, cpu, seconds, memory: memoryOf(pid), delays: [] };
}

async function asked<T>({ url }: Station, path: string, init: RequestInit): Promise<T> {
  const headers = { ...(init.headers as Record<string, string>), origin: url };
  const answer = await fetch(`${url}${path}`, { method: 'POST', ...init, headers });
  if (!answer.ok) throw new Error(`The page says ${answer.status} to ${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function watched(station: Station, sims: Sims, { browser }: WebSession): Promise<Round> {
  await browser.url(`${station.url}/?lang=en`);
  // A page is known once its picture is taken, which is no time of the station's.
  await browser.execute(`window.delays = []; window.waiting = [];
    import('/client/page.js').then(({ live }) => {
      live.addEventListener('seen', ({ detail }) => detail.serial && !detail.body.page && waiting.push(Date.parse(detail.at)));
      live.addEventListener('tiles', ({ detail }) => setTimeout(() => {
        if (!detail.all) delays.push(...waiting.map((at) => Date.now() - at));
        waiting = [];
      }));
    });`);
  const over = new AbortController();
  const readers = Array.from({ length: READERS }, () => drain(station.url, over.signal));
  try {
    const round = await workedOff(station, sims);
    return { ...round, isWatched: true, delays: await browser.execute<number[], []>('return window.delays') };
  } finally {
    over.abort();
    await Promise.allSettled(readers);
    await browser.url('about:blank');
  }
}

async function drain(url: string, signal: AbortSignal): Promise<void> {
  const answer = await fetch(`${url}/events`, { signal });
  for await (const chunk of answer.body ?? []) void chunk;
}

function clientSize(): number {
  const folder = join(import.meta.dirname, '../src/ui/client');
  const files = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name));
  return files.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
}
