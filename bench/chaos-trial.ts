import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LiveAdb } from '../src/live/adb.ts';
import { LiveRig } from '../src/live/rig.ts';
import { storeEnds } from '../src/live/store-ends.ts';
import { childEnvironment } from '../src/config/config.ts';
import type { StationEvent } from '../src/jobs/runner.ts';
import { freePort } from '../src/port.ts';
import type { WitnessEntry } from '../src/sim/service/account-witness.ts';
import { generator } from '../src/sim/time.ts';
import { runningServer } from '../src/store/postmaster.ts';
import { openStore } from '../src/store/store.ts';
import { ChaosStation } from './chaos-station.ts';
import { hurry, jobsIn, silence, undelivered } from './chaos-database.ts';
import { startReceiver } from './chaos-receiver.ts';
import { listOf, makeOrders, shuffle, type ChaosOrder } from './chaos-orders.ts';
import { count, endsOf, notEnded, recordsIn, type ChaosReport } from './chaos-report.ts';
import { FINAL, paperViolations, violationsOf, type Seen, type Reported } from './chaos-verdict.ts';

export interface ChaosOptions {
  seed: number;
  jobs: number;
  phones: number;
  kills: number;
  /**
   * How often the station stands still until another one has taken its phones over. The port it listens on for
   * codes stays its own meanwhile.
   */
  freezes?: number;
  /**
   * Also phones whose password is to be recovered. A code that gets lost in a breakdown is waited for for
   * five minutes.
   */
  forgotten: boolean;
  /** After this long it is a violation that jobs are open. */
  minutes: number;
  onLine: (line: string) => void;
}

const LOOK = 200;
// A phone that is not begun for so long is plugged in once more, ms.
const PATIENCE = 15_000;
const MOMENT = 10_000;
const AT_ONCE = 8;

/** Moments in the work on a phone, by what the station says then. */
export const MOMENTS: Record<string, (event: StationEvent) => boolean> = {
  'at the beginning': ({ kind }) => kind === 'begun',
  'typing the password': (event) => said(event, /^type the password/),
  'submitting it': (event) => said(event, /^submit the password/),
  'asking for a code': (event) => said(event, /^press Send|^wait for the code/),
  'account gone': (event) => said(event, /^account list: no Mi Account/),
  'just ended': ({ kind }) => kind === 'ended',
  anywhere: ({ kind }) => kind === 'step',
};
const said = (event: StationEvent, words: RegExp) => event.kind === 'step' && words.test(event.what);

/** A place of the lab, with the phones that are plugged in there one after another. */
interface Place {
  serial: string;
  orders: readonly ChaosOrder[];
  at: number;
  since: number;
}

/**
 * Works off a list while station, cables, phones and database break down, and says what does not go together in
 * the end.
 */
export async function chaos({
  seed,
  jobs,
  phones,
  kills,
  freezes = 0,
  forgotten,
  minutes,
  onLine,
}: ChaosOptions): Promise<ChaosReport> {
  const random = generator(seed);
  const orders = makeOrders(jobs, forgotten, random);
  const breakdowns: Record<string, number> = {};
  const violations: string[] = [];
  const histories = new Map<string, Seen>();
  const began = performance.now();
  const smtp = await freePort();
  const per = Array.from({ length: phones }, (_, place) => orders.filter((_, at) => at % phones === place));
  const first = per.flatMap((own) => own.slice(0, 1).map(({ spec }) => spec));
  const adb = await LiveAdb.start();
  const lab = await LiveRig.start(first, { env: adb.env }, ['--site', '--mail', `smtp://127.0.0.1:${smtp}`]);
  const places = lab.serials.map((serial, at): Place => ({
    serial,
    orders: per[at] ?? [],
    at: 0,
    since: Date.now(),
  }));
  const [dataDir, recordsDir, list] = ['data', 'records', 'chaos.csv'].map((name) =>
    join(lab.folder, name),
  ) as [string, string, string];
  writeFileSync(list, listOf(orders), { mode: 0o600 });
  const receiver = await startReceiver(generator(seed + 1));
  const settings = {
    ...adb.env,
    RECORDS_DIR: recordsDir,
    AFTER_URL: receiver.url,
    SMTP_LISTEN: String(smtp),
    ACCOUNT_SITE: lab.site,
  };
  const args = ['bulk', list, '--wait', '--json', '--parallel', String(Math.min(AT_ONCE, phones))];
  const station = new ChaosStation(lab, args, settings, onLine);
  const store = await openStore({ dataDir, env: childEnvironment() });
  const deadline = Date.now() + minutes * 60_000;
  const over = new AbortController();
  /** Places without a cable. */
  const out = new Set<string>();
  let jobsNow: Reported[] = [];
  const ended = () => jobsNow.filter(({ state }) => FINAL.includes(state)).length;

  try {
    station.start();
    let fault: Error | undefined;
    const breaking = breakDown().catch((error: unknown) => void (fault = error as Error));
    while (
      Date.now() < deadline &&
      fault === undefined &&
      places.some(({ orders: own, at }) => at < own.length)
    ) {
      await pause(LOOK);
      jobsNow = (await jobsIn(store).catch(() => undefined)) ?? jobsNow;
      // A phone without its cable would fail at once, as often as it may.
      if (out.size === 0) await hurry(store).catch(() => undefined);
      for (const place of places) await attend(place);
    }
    over.abort();
    await breaking;
    // What is left undone by the trial itself says nothing of the program.
    if (fault) throw fault;
    violations.push(...notEnded(places, minutes));
    const code = await station.ended(60_000);
    if (code === undefined && violations.length === 0)
      violations.push('the station did not end when everything had');
    // What is not delivered goes out with the next run of the same list.
    for (let tries = 0; tries < 5 && (await undelivered(store)) > 0; tries++) {
      station.start();
      await station.ended(60_000);
    }
    jobsNow = await jobsIn(store);
    violations.push(...station.violations, ...(await paper()), ...(await web()));
    if (violations.length > 0) tellHistories();
  } finally {
    over.abort();
    await station.kill();
    await store.close();
    await storeEnds(dataDir);
    await receiver.close();
    await lab.stop();
    await adb.stop();
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  return { seed, seconds, breakdowns, ends: endsOf(jobsNow), violations };

  /** When the job of the phone in this place has ended, it is judged, and the next phone plugged in. */
  async function attend(place: Place): Promise<void> {
    const order = place.orders[place.at];
    const job = jobsNow.find(({ reference }) => reference === order?.reference);
    if (!order) return;
    if (!job || !FINAL.includes(job.state)) {
      // While the station works on as many as it may, the others wait for it.
      const busy = jobsNow.filter(({ state }) => state === 'running').length >= Math.min(AT_ONCE, phones);
      if (busy || job?.state === 'running') place.since = Date.now();
      if (Date.now() - place.since < PATIENCE) return;
      count(breakdowns, 'phone plugged in again, as it was not begun');
      place.since = Date.now();
      return plug(place.serial);
    }
    const seen = (await lab.witness(place.serial)) as unknown as Seen;
    histories.set(order.reference, seen);
    violations.push(...violationsOf(order, job, seen).map((what) => `${order.reference}: ${what}`));
    const next = place.orders[++place.at];
    place.since = Date.now();
    if (!next) return;
    await lab.unplug(place.serial);
    await lab.put(place.serial, next.spec);
    await plug(place.serial);
  }

  /** Breaks something down after every so many ends, in an order of the seed. */
  async function breakDown(): Promise<void> {
    const moments = Object.keys(MOMENTS);
    const others = Math.ceil(kills / 3);
    const plan: [name: string, act: () => Promise<void>][] = [
      ...Array.from({ length: kills }, (_, at): (typeof plan)[number] => {
        const moment = moments[at % moments.length] ?? 'anywhere';
        const delay = Math.floor(random() * 250);
        return [moment, () => kill(moment, delay)];
      }),
      ...Array.from({ length: freezes }, (_, at): (typeof plan)[number] => {
        const moment = moments[(at + 1) % moments.length] ?? 'anywhere';
        return [`${moment}, standing still`, () => freeze(moment)];
      }),
      ...times(kills, 'cable pulled', () => cut(100 + random() * 1500)),
      ...times(others, 'adb reconnected', () => reconnect(anyPlace().serial)),
      ...times(others, 'phone rebooted', reboot),
      ...times(others, 'database killed', () => endDatabase('SIGKILL')),
      ...times(others, 'database stopped', () => endDatabase('SIGINT')),
    ];
    shuffle(plan, random);
    for (const [at, [name, act]] of plan.entries()) {
      while (ended() < Math.floor((at * jobs) / (plan.length + 1)) && !over.signal.aborted) await pause(50);
      if (over.signal.aborted) return;
      onLine(`${String(ended()).padStart(3)} of ${jobs} ended · ${name}`);
      await act();
    }
  }

  function times(number: number, name: string, act: () => Promise<void>): [string, () => Promise<void>][] {
    return Array.from({ length: number }, () => [name, async () => (count(breakdowns, name), act())]);
  }

  async function kill(moment: string, delay: number): Promise<void> {
    const event = await station.next(MOMENTS[moment] ?? (() => true), MOMENT);
    await pause(delay);
    if (over.signal.aborted) return;
    count(breakdowns, `station killed · ${event ? moment : 'any time'}`);
    await station.kill();
    station.start();
  }

  async function freeze(moment: string): Promise<void> {
    const event = await station.next(MOMENTS[moment] ?? (() => true), MOMENT);
    if (over.signal.aborted) return;
    const taken = await station.freeze(() => silence(store));
    count(
      breakdowns,
      `station stood still · ${event ? moment : 'any time'}${taken ? ', and its phones were taken over' : ''}`,
    );
  }

  async function cut(ms: number): Promise<void> {
    const { serial } = anyPlace();
    await station.next((event) => event.kind === 'step' && event.phone === serial, 2000);
    out.add(serial);
    await lab.unplug(serial);
    await pause(ms);
    await plug(serial);
  }

  /** The cable is in, and adb has the phone anew. */
  async function plug(serial: string): Promise<void> {
    await lab.ask('POST', `phones/${encodeURIComponent(serial)}/plug`);
    await reconnect(serial);
  }

  /** With a pause between, so that the station sees it gone: another phone may be in its place. */
  async function reconnect(serial: string): Promise<void> {
    out.add(serial);
    await adb.run('disconnect', serial).catch(() => undefined);
    await pause(100);
    await adb.run('connect', serial);
    out.delete(serial);
  }

  async function reboot(): Promise<void> {
    const { serial } = anyPlace();
    await station.next((event) => event.kind === 'step' && event.phone === serial, 2000);
    out.add(serial);
    await lab.ask('POST', `phones/${encodeURIComponent(serial)}/reboot`);
    await plug(serial);
  }

  async function endDatabase(signal: NodeJS.Signals): Promise<void> {
    const server = runningServer(dataDir);
    try {
      if (server) process.kill(server.pid, signal);
    } catch (gone) {
      // It has ended since: an earlier breakdown ended it.
      if ((gone as NodeJS.ErrnoException).code !== 'ESRCH') throw gone;
    }
    await pause(500);
  }

  function anyPlace(): Place {
    const busy = places.filter(({ orders: own, at }) => at < own.length);
    return (busy[Math.floor(random() * busy.length)] ?? places[0]) as Place;
  }

  async function paper(): Promise<string[]> {
    const { violations, records } = await recordsIn(recordsDir);
    return [...violations, ...paperViolations(jobsNow, records, receiver.got)];
  }

  /** The account service behind its web site: no code beyond what the phones themselves were to ask for. */
  async function web(): Promise<string[]> {
    const { service } = (await lab.ask('GET', 'site')) as { service: WitnessEntry[] };
    const sent = service.filter(({ kind, purpose }) => kind === 'code-sent' && purpose !== 'second-factor');
    return sent.length > 0 ? [`${sent.length} codes were asked for on the web site`] : [];
  }

  /** Everything that is known of the jobs with a violation. */
  function tellHistories(): void {
    for (const violation of violations) onLine(`✘ ${violation}`);
    const named = new Set(
      violations.flatMap((what) => [/^C\d+/.exec(what)?.[0], jobOf(/job (\d+)/.exec(what)?.[1])]),
    );
    for (const reference of named) {
      const job = jobsNow.find((one) => one.reference === reference);
      if (!job) continue;
      const { events = [], service = [] } = histories.get(job.reference) ?? {};
      onLine(`\n${JSON.stringify(job)}`);
      for (const event of station.events)
        if ('job' in event && event.job === job.id) onLine(`  ${JSON.stringify(event)}`);
      for (const { at, ...event } of [...events, ...service])
        onLine(`  ${new Date(at).toISOString()} ${JSON.stringify(event)}`);
    }
  }

  function jobOf(id: string | undefined): string | undefined {
    return jobsNow.find((job) => job.id === id)?.reference;
  }
}
