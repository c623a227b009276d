import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { JobAdmin } from '../src/jobs/admin.ts';
import { JobLetters } from '../src/jobs/letters.ts';
import { JobQueue } from '../src/jobs/queue.ts';
import { childEnvironment } from '../src/config/config.ts';
import { Letters } from '../src/store/letters.ts';
import { generator } from '../src/sim/time.ts';
import { openStore } from '../src/store/store.ts';

export interface LetterChaos {
  /** Mails that the server took. */
  sent: number;
  /** Letters that perhaps went out: the station was killed as it sent them. */
  perhaps: number;
  violations: string[];
}

const JOBS = 8;
const DAY = 24 * 60 * 60_000;
const IMEI = '867320001234563';

/** Kills a station again and again while it reminds owners by mail: no letter may go out twice, and none be lost. */
export async function letterChaos({ seed, kills }: { seed: number; kills: number }): Promise<LetterChaos> {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-letter-chaos-'));
  const random = generator(seed);
  const got: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        got.push(/^Message-ID: <([^@>]+)/im.exec(Buffer.concat(parts).toString())?.[1] ?? 'without a name');
        // It has the mail, and takes a moment to say so: there a kill hurts most.
        setTimeout(() => callback(), Math.floor(random() * 30));
      });
    },
  });
  server.on('error', () => undefined);
  const dataDir = join(folder, 'data');
  const store = await openStore({ dataDir, env: childEnvironment(), keepSeconds: 5 });
  try {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', () => ready()));
    const { port } = server.server.address() as AddressInfo;
    let now = Date.UTC(2026, 10, 30, 12);
    const ids = await heldJobs(store, now);
    let perhaps = 0;
    for (let kill = 0; kill < kills; kill++) {
      now = await killed({ dataDir, port, from: now, random });
      perhaps += await decideAll(store, ids, got);
      now += DAY;
    }
    return { sent: got.length, perhaps, violations: await verdict(store, ids, got) };
  } finally {
    await new Promise<void>((closed) => server.close(() => closed()));
    await store.close();
    await pause(6000);
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
}

/** Jobs whose owners were written to by a person the day before. */
async function heldJobs(store: Awaited<ReturnType<typeof openStore>>, now: number): Promise<string[]> {
  const listed = Array.from({ length: JOBS }, (_, n) => ({
    order: {
      ...({ phone: { imei: IMEI }, data: 'keep', ifForgotten: 'stop' } as const),
      ...{
        account: `owner${n}@example.com`,
        reference: `R${n}`,
        ownerConsent: '',
        ownerEmail: `o${n}@example.com`,
      },
    },
    row: n + 2,
  }));
  await new JobQueue(store, { station: 'chaos' }).add('letters', listed, { keepSecrets: false });
  const office = new JobAdmin(store);
  const ids = (await office.list({ batch: 'letters', limit: JOBS })).map(({ id }) => id);
  await office.hold(ids, { reason: 'owner-asked' });
  const letters = new Letters(store);
  for (const id of ids) {
    const row = {
      job: id,
      day: '2026-11-29',
      kind: 'first',
      language: 'en',
      by: 'a person',
      station: 'chaos',
    } as const;
    await letters.begin(row, now - DAY);
    await letters.sent(id, row.day, now - DAY);
    await new JobLetters(store).remindAt(id, now);
  }
  return ids;
}

/** Runs a station from a day on, kills it at a moment of chance. Gives the day that it had reached. */
async function killed(of: {
  dataDir: string;
  port: number;
  from: number;
  random: () => number;
}): Promise<number> {
  const script = new URL('chaos-reminder.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, of.dataDir, String(of.port), String(of.from)], {
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = of.from;
  child.stdout.on(
    'data',
    (said: Buffer) => (last = Number(said.toString().trim().split('\n').at(-1)) || last),
  );
  await once(child.stdout, 'data');
  await pause(100 + of.random() * 2000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return last;
}

/** As a person does who looks into the log of the mail server. How many were in doubt. */
async function decideAll(
  store: Awaited<ReturnType<typeof openStore>>,
  ids: readonly string[],
  got: readonly string[],
): Promise<number> {
  const letters = new Letters(store);
  let doubts = 0;
  for (const id of ids)
    for (const { day, state } of await letters.of(id, Date.now() + 365 * DAY)) {
      if (state === 'sent') continue;
      doubts++;
      // A mail that was on its way when the station was killed is there by now.
      if (got.includes(`letter-${id}-${day}`)) await letters.sent(id, day, Date.now());
      else await letters.failed(id, day);
    }
  return doubts;
}

async function verdict(
  store: Awaited<ReturnType<typeof openStore>>,
  ids: readonly string[],
  got: readonly string[],
): Promise<string[]> {
  const counts = Map.groupBy(got, (name) => name);
  const twice = [...counts].filter(([, { length }]) => length > 1);
  const letters = new Letters(store);
  const rows = (await Promise.all(ids.map((id) => letters.of(id, Date.now())))).flat();
  const noted = rows.filter(({ kind }) => kind === 'reminder').map(({ job, day }) => `letter-${job}-${day}`);
  return [
    ...twice.map(([name, { length }]) => `${name} went out ${length} times`),
    ...[...counts.keys()]
      .filter((name) => !noted.includes(name))
      .map((name) => `${name} went out and is not noted`),
    ...noted.filter((name) => !counts.has(name)).map((name) => `${name} is noted as sent and did not go out`),
    ...(got.length === 0 ? ['no letter went out at all'] : []),
  ];
}
