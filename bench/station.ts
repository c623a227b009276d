import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { LivePage } from '../src/live/page.ts';

/**
 * What the page of a station costs: 32 phones whose steps come at the pace of real ones, one browser and four bare
 * readers of the stream. How long an event takes to its tile, what the client weighs, and how much processor time
 * and memory the viewers cost the process that serves them, beside the same events without a viewer.
 */

const PHONES = 32;
const SECONDS = 30;
// A phone at real pace tells a page or a step about so often, ms.
const EVERY = 900;
const READERS = 4;
const STEPS = [
  'open the account page',
  'tap Sign out',
  'keep the synced data',
  'type the password',
  'submit the password',
];

const LIMITS = {
  'event to tile, p95, ms': 150,
  'client, gzip, kB': 60,
  'CPU, times': 1.1,
  'memory, MB': 120,
};

const live = await LivePage.start();
try {
  await live.fill();
  const alone = await measured(async () => []);
  await live.browser.url(`${live.url}/?lang=en`);
  await live.browser.execute(`window.delays = []; window.last = 0;
    import('/client/page.js').then(({ live }) => {
      live.addEventListener('seen', ({ detail }) => (last = Date.parse(detail.at)));
      live.addEventListener('tiles', ({ detail }) => last && !detail.all && setTimeout(() => delays.push(Date.now() - last)));
    });`);
  const over = new AbortController();
  const readers = Array.from({ length: READERS }, () => drain(over.signal));
  const watched = await measured(() => live.browser.execute<number[], []>('return window.delays'));
  over.abort();
  await Promise.allSettled(readers);
  const delays = watched.result.sort((a, b) => a - b);
  const figures = {
    'event to tile, p95, ms': delays[Math.floor(delays.length * 0.95)] ?? Infinity,
    'client, gzip, kB': clientSize() / 1000,
    'CPU, times': watched.cpu / alone.cpu,
    'memory, MB': watched.memory - alone.memory,
  };
  console.log(
    `${PHONES} phones, ${SECONDS} s, ${delays.length} changes of tiles seen by the browser, ${READERS} bare readers`,
  );
  console.log(
    `CPU of the process: ${alone.cpu.toFixed(2)} s without viewers, ${watched.cpu.toFixed(2)} s with`,
  );
  for (const [name, limit] of Object.entries(LIMITS)) {
    const figure = figures[name as keyof typeof LIMITS];
    console.log(`${figure < limit ? 'ok  ' : 'OVER'} ${name}: ${figure.toFixed(2)} (limit ${limit})`);
    if (figure >= limit) process.exitCode = 1;
  }
} finally {
  await live.stop();
}

/** Events at the pace of phones, for a while, and what they cost this process. */
async function measured<T>(end: () => Promise<T>): Promise<{ cpu: number; memory: number; result: T }> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  const until = performance.now() + SECONDS * 1000;
  for (let nth = 0; performance.now() < until; nth++) {
    const began = performance.now();
    const serial = `8f4c1e${(16 + (nth % PHONES)).toString(16)}`;
    const step = STEPS[Math.floor(nth / PHONES) % STEPS.length] ?? '';
    await live.see({ serial, usb: `usb:1-${nth % PHONES}`, step, battery: 20 + (nth % 70) }, [
      { kind: 'step', body: { what: step } },
    ]);
    await pause(Math.max(0, EVERY / PHONES - (performance.now() - began)));
  }
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1e6, memory: process.memoryUsage().rss / 1e6, result: await end() };
}

async function drain(signal: AbortSignal): Promise<void> {
  const answer = await fetch(`${live.url}/events`, { signal });
  for await (const chunk of answer.body ?? []) void chunk;
}

function clientSize(): number {
  const folder = join(import.meta.dirname, '../src/ui/client');
  const files = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name));
  return files.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
}
