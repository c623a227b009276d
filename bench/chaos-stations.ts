import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childEnvironment } from '../src/config/config.ts';
import { JobQueue } from '../src/jobs/queue.ts';
import type { ListedOrder } from '../src/jobs/job.ts';
import type { StationEvent } from '../src/jobs/runner.ts';
import { LiveAdb } from '../src/live/adb.ts';
import { LiveRig } from '../src/live/rig.ts';
import { storeEnds } from '../src/live/store-ends.ts';
import type { PhoneRecord } from '../src/report/record.ts';
import { Secret } from '../src/secret.ts';
import { generator } from '../src/sim/time.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { hurry, jobsIn } from './chaos-database.ts';
import { makeOrders, shuffle, type ChaosOrder } from './chaos-orders.ts';
import { ChaosStation } from './chaos-station.ts';
import { count, endsOf, notEnded, recordsIn, type ChaosReport } from './chaos-report.ts';
import { MOMENTS } from './chaos-trial.ts';
import { FINAL, shelfViolations, violationsOf, type Reported, type Seen } from './chaos-verdict.ts';

export interface StationsOptions {
  seed: number;
  stations: number;
  /** Attached at once to each. */
  phones: number;
  jobs: number;
  /** After this long it is a violation that jobs are open. */
  minutes: number;
  onLine: (line: string) => void;
}

const LOOK = 200;
// A phone that is not begun for so long is plugged in once more, ms.
const PATIENCE = 20_000;
const MOMENT = 10_000;
// So long a station stands still at least, ms: longer than the lease of what it works on.
const STILL = 60_000;
// And no longer than that, where nothing takes its phones over, ms.
const STILL_AT_MOST = 150_000;
// In so long a station that goes on finds out what became of its phones, or does to them what it must not, ms.
const AWAKE = 5000;
// A person starts a killed station again after this long, ms.
const NOTICED = 3000;

/** What is a computer of its own in a lab: station, adb server, records and evidence. */
interface Desk {
  name: string;
  adb: LiveAdb;
  station: ChaosStation;
  records: string;
  /** `still`: it is not to be given any phone. */
  state: 'works' | 'still' | 'killed';
}

/** Where phones are plugged in one after another, at one station now and at another later. */
interface Place {
  serial: string;
  orders: readonly ChaosOrder[];
  at: number;
  since: number;
  home: Desk;
  /** Its phone is not to be changed for the next one now. */
  isKept: boolean;
}

/**
 * Several stations on one database, whose phones move from one to another, while some of them are killed, one
 * stands still and one has a clock that is an hour off. Says what does not go together in the end.
 */
export async function stationsChaos(options: StationsOptions): Promise<ChaosReport> {
  const { seed, stations, phones, jobs, minutes, onLine } = options;
  const random = generator(seed);
  const orders = makeOrders(jobs, false, random);
  const breakdowns: Record<string, number> = {};
  const violations: string[] = [];
  const began = performance.now();
  const spots = stations * phones;
  const per = Array.from({ length: spots }, (_, spot) => orders.filter((_, at) => at % spots === spot));
  const adbs = await Promise.all(Array.from({ length: stations }, () => LiveAdb.start()));
  const [first] = adbs as [LiveAdb];
  const lab = await LiveRig.start(
    per.flatMap((own) => own.slice(0, 1).map(({ spec }) => spec)),
    { env: first.env },
  );
  const dataDir = join(lab.folder, 'data');
  const off = Math.floor(random() * stations);
  const desks = adbs.map((adb, at): Desk => {
    const name = `station-${at + 1}`;
    const records = join(lab.folder, `records-${name}`);
    const env = {
      ...{ ...adb.env, STATION: name, RECORDS_DIR: records },
      EVIDENCE_DIR: join(lab.folder, `runs-${name}`),
      ...(at === off && { NODE_OPTIONS: `--import ${new URL('an-hour-off.ts', import.meta.url).href}` }),
    };
    const args = ['station', '--no-page', '--json', '--parallel', String(phones)];
    return { name, adb, records, station: new ChaosStation(lab, args, env, onLine), state: 'works' };
  });
  const deskOf = (at: number) => desks[at % stations] as Desk;
  const places = lab.serials.map((serial, at): Place => ({
    ...{ serial, orders: per[at] ?? [], at: 0, since: Date.now(), isKept: false },
    home: deskOf(at),
  }));
  const store = await openStore({ dataDir, env: childEnvironment() });
  const deadline = Date.now() + minutes * 60_000;
  const over = new AbortController();
  let jobsNow: Reported[] = [];
  const ended = () => jobsNow.filter(({ state }) => FINAL.includes(state)).length;
  const isOpen = () => places.some(({ orders: own, at }) => at < own.length);

  try {
    await add(store, orders);
    for (const { serial, home } of places) {
      if (home.adb === first) continue;
      await first.run('disconnect', serial);
      await home.adb.run('connect', serial);
    }
    for (const { station } of desks) station.start();
    let fault: Error | undefined;
    const breaking = breakDown().catch((error: unknown) => void (fault = error as Error));
    while (Date.now() < deadline && fault === undefined && isOpen()) {
      await pause(LOOK);
      jobsNow = (await jobsIn(store).catch(() => undefined)) ?? jobsNow;
      await hurry(store).catch(() => undefined);
      for (const place of places) await attend(place);
    }
    over.abort();
    await breaking;
    // What is left undone by the trial itself says nothing of the program.
    if (fault) throw fault;
    violations.push(...notEnded(places, minutes));
    for (const { name, station } of desks) {
      const code = await station.interrupt(60_000);
      if (code !== 0)
        violations.push(`${name} ended with ${code ?? 'nothing, it had to be killed'} on Ctrl-C`);
    }
    jobsNow = await jobsIn(store);
    violations.push(...desks.flatMap(({ station }) => station.violations), ...(await paper()));
    for (const violation of violations) onLine(`✘ ${violation}`);
    if (violations.length > 0) tellHistories();
  } finally {
    over.abort();
    for (const { station } of desks) await station.kill();
    await store.close();
    await storeEnds(dataDir);
    await lab.stop();
    for (const adb of adbs) await adb.stop();
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  return { seed, seconds, breakdowns, ends: endsOf(jobsNow), violations };

  /** When the job of the phone in this place has ended, it is judged, and the next phone plugged in. */
  async function attend(place: Place): Promise<void> {
    const order = place.orders[place.at];
    const job = jobsNow.find(({ reference }) => reference === order?.reference);
    if (!order || place.isKept) return;
    if (!job || !FINAL.includes(job.state)) {
      if (job?.state !== 'waiting' || place.home.state !== 'works') place.since = Date.now();
      if (Date.now() - place.since < PATIENCE) return;
      count(breakdowns, 'phone plugged in again, as it was not begun');
      place.since = Date.now();
      return move(place, place.home, 100);
    }
    const seen = await witness(place);
    violations.push(...violationsOf(order, job, seen).map((what) => `${order.reference}: ${what}`));
    const next = place.orders[++place.at];
    place.since = Date.now();
    if (!next) return;
    await lab.unplug(place.serial);
    await lab.put(place.serial, next.spec);
    await lab.ask('POST', `phones/${encodeURIComponent(place.serial)}/plug`);
    await move(place, place.home, 100);
  }

  /** Breaks something down after every so many ends, in an order of the seed. What stands still does so beside it. */
  async function breakDown(): Promise<void> {
    const moments = Object.keys(MOMENTS);
    const plan: (() => Promise<void>)[] = [
      ...Array.from({ length: Math.ceil(stations / 2) }, () => kill),
      ...Array.from({ length: Math.ceil(spots / 2) }, () => carry),
    ];
    shuffle(plan, random);
    const names = plan.map(() => moments[Math.floor(random() * moments.length)] ?? 'anywhere');
    const still = freeze(moments[1 + Math.floor(random() * 3)] ?? 'anywhere');
    for (const [at, act] of plan.entries()) {
      while (ended() < Math.floor((at * jobs) / (plan.length + 1)) && !over.signal.aborted) await pause(50);
      if (over.signal.aborted) break;
      await (act === kill ? kill(names[at]) : act());
    }
    await still;
  }

  async function kill(moment = 'anywhere'): Promise<void> {
    const desk = drawn(desks.filter(({ state }) => state === 'works'));
    if (!desk) return;
    await desk.station.next(MOMENTS[moment] ?? (() => true), MOMENT);
    if (over.signal.aborted || desk.state !== 'works') return;
    desk.state = 'killed';
    onLine(`${ended()} of ${jobs} ended · ${desk.name} killed · ${moment}`);
    count(breakdowns, `station killed · ${moment}`);
    await desk.station.kill();
    for (const place of places) if (place.home === desk && !place.isKept) await elsewhere(place);
    await pause(NOTICED);
    desk.station.start();
    desk.state = 'works';
  }

  /** A phone is carried to another station in the middle of the work on it. */
  async function carry(): Promise<void> {
    const busy = ({ orders: own, at, home, isKept }: Place) =>
      at < own.length && home.state === 'works' && !isKept;
    const place = drawn(places.filter(busy));
    if (!place) return;
    const { serial, home } = place;
    await home.station.next((event) => event.kind === 'step' && event.phone === serial, 2000);
    if (over.signal.aborted || place.isKept) return;
    if (await elsewhere(place)) count(breakdowns, 'phone carried to another station');
  }

  async function elsewhere(place: Place): Promise<boolean> {
    const to = drawn(desks.filter((desk) => desk.state === 'works' && desk !== place.home));
    if (!to) return false;
    await move(place, to, 100 + random() * 1000);
    return true;
  }

  /** With a pause between, so that the station sees it gone: another phone may be in its place. */
  async function move(place: Place, to: Desk, ms: number): Promise<void> {
    await place.home.adb.run('disconnect', place.serial).catch(() => undefined);
    place.home = to;
    await pause(ms);
    await to.adb.run('connect', place.serial);
  }

  /**
   * A station stands still in the middle of its work. Another one reaches its phones too and takes them over: the
   * first can reach them all the time, and has to leave them alone when it goes on.
   */
  async function freeze(moment: string): Promise<void> {
    const begun = Math.min(Math.floor(jobs / 4), spots);
    const works = () => desks.filter(({ state }) => state === 'works');
    let desk: Desk | undefined;
    let event: StationEvent | undefined;
    // Where the others are killed just then, no station could take its phones over.
    do {
      while ((ended() < begun || works().length < 2) && !over.signal.aborted) await pause(50);
      desk = drawn(works());
      event = await desk?.station.next(MOMENTS[moment] ?? (() => true), MOMENT);
      if (!desk || over.signal.aborted) return;
    } while (desk.state !== 'works' || works().length < 2);
    desk.station.signal('SIGSTOP');
    desk.state = 'still';
    const now = await jobsIn(store);
    const inHand = places.filter(({ home, orders: own, at }) => home === desk && isRunning(own[at], now));
    onLine(
      `${ended()} of ${jobs} ended · ${desk.name} stands still with ${inHand.length} phones · ${moment}`,
    );
    for (const place of inHand) place.isKept = true;
    const to = drawn(works());
    for (const { serial } of inHand) await to?.adb.run('connect', serial);
    const from = Date.now();
    const done = () => inHand.every(({ orders: own, at }) => isFinal(own[at]));
    const enough = () => Date.now() - from >= (done() ? STILL : STILL_AT_MOST);
    while (!enough() && Date.now() < deadline && to) await pause(LOOK);
    const taken = inHand.filter(({ orders: own, at }) => isFinal(own[at]));
    const before = await Promise.all(taken.map(witness));
    desk.station.signal('SIGCONT');
    await pause(AWAKE);
    for (const [at, place] of taken.entries()) {
      const [then, later] = [before[at]!.events, (await witness(place)).events];
      if (later.length > then.length)
        violations.push(
          `${place.orders[place.at]?.reference}: ${desk.name} had stood still while another station took the phone over, and touched it: ${JSON.stringify(later.slice(then.length))}`,
        );
    }
    const name = event ? moment : 'any time';
    count(breakdowns, `station stood still · ${name}, ${taken.length} of ${inHand.length} phones taken over`);
    for (const place of inHand) {
      await desk.adb.run('disconnect', place.serial).catch(() => undefined);
      place.home = to ?? desk;
      place.isKept = false;
      place.since = Date.now();
    }
    desk.state = 'works';
  }

  function isRunning(order: ChaosOrder | undefined, among: readonly Reported[]): boolean {
    return among.find(({ reference }) => reference === order?.reference)?.state === 'running';
  }

  function isFinal(order: ChaosOrder | undefined): boolean {
    const job = jobsNow.find(({ reference }) => reference === order?.reference);
    return job !== undefined && FINAL.includes(job.state);
  }

  async function witness({ serial }: Place): Promise<Seen> {
    return (await lab.witness(serial)) as unknown as Seen;
  }

  function drawn<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(random() * list.length)];
  }

  async function paper(): Promise<string[]> {
    const shelves = new Map<string, PhoneRecord[]>();
    const found: string[] = [];
    for (const { name, records: folder } of desks) {
      const { violations, records } = await recordsIn(folder);
      found.push(...violations.map((what) => `${name}: ${what}`));
      shelves.set(name, records);
    }
    return [...found, ...shelfViolations(jobsNow, shelves)];
  }

  /** Everything that the stations said of the jobs with a violation. */
  function tellHistories(): void {
    const named = new Set(violations.map((what) => /^C\d+/.exec(what)?.[0]));
    for (const job of jobsNow.filter(({ reference }) => named.has(reference))) {
      onLine(`\n${JSON.stringify(job)}`);
      for (const { name, station } of desks)
        for (const event of station.events)
          if ('job' in event && event.job === job.id) onLine(`  ${name} ${JSON.stringify(event)}`);
    }
  }
}

async function add(store: Store, orders: readonly ChaosOrder[]): Promise<void> {
  const listed = orders.map(({ reference, spec, line }, at): ListedOrder => ({
    order: {
      ...{ phone: { imei: spec.imei }, account: spec.account.id, data: 'keep', ifForgotten: 'stop' },
      ...{ reference, ownerConsent: '' },
    },
    password: new Secret(line.password ?? ''),
    row: at + 2,
  }));
  await new JobQueue(store, { station: 'desk' }).add('chaos', listed, { keepSecrets: true });
}
