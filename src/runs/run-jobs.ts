import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { masked } from '../codes/addresses.ts';
import { adbOf, type Settings } from '../config/config.ts';
import { FolderError } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import { fileFault } from '../words/file-fault.ts';
import { askBefore, type Hook } from '../jobs/hooks.ts';
import { KeptEnds } from '../jobs/ends.ts';
import type { Job, JobEnd, Next } from '../jobs/job.ts';
import { deliverAll, deliverDue, undelivered } from '../jobs/outbox.ts';
import { JobQueue, STATE, type Claim, type ReadyPhone } from '../jobs/queue.ts';
import { Runner, type StationEvent } from '../jobs/runner.ts';
import { AdbServer, type AttachedPhone } from '../phone/adb.ts';
import { privateFolder } from '../private-files.ts';
import { mendRecords, writeRecord } from '../report/record.ts';
import { signatureOf, signedHead } from '../report/signature.ts';
import { secondChain } from './second-chain.ts';
import { whyNoRoom } from '../host/room.ts';
import { operatorActsOf } from '../store/audit.ts';
import { actsOf } from '../store/ledger.ts';
import type { Store } from '../store/store.ts';
import { StoreClock } from '../store/store-clock.ts';
import { labNow, labSettings } from './lab.ts';
import { performerOf, type PersonOf } from './perform.ts';
import { followUp, type FollowUp } from './owner/follow-up.ts';
import { recordLetters, remind, type Reminding } from './owner/letters.ts';
import { openMailer } from './owner/mailer.ts';
import { openLockCheck } from './owner/lock-check.ts';
import { assertReady } from './ready.ts';
import { adbPlace } from './phone-hold.ts';
import { dailyPruning } from './retention.ts';
import { readyPhones } from './ready-phones.ts';
import { aboutOf, evidenceRoom, roomsOf, shelfOf, stationName } from './shelf.ts';
import type { JobStation, StationOptions } from './station.ts';

// What is left for AFTER_URL in the end may take this long, ms.
const LAST_DELIVERY = 10_000;

export interface JobsRequest {
  parallel: number;
  /** Only jobs of this list. */
  batch?: string;
  /** Only the job with this id. */
  only?: string;
  /**
   * Whether to end, asked whenever nothing can be begun; `phones`: all that adb lists. Missing: only the
   * signal ends it.
   */
  over?: (
    phones: readonly AttachedPhone[],
    ready: readonly ReadyPhone[],
    isFull: boolean,
  ) => Promise<boolean>;
  signal: AbortSignal;
  onEvent: (event: StationEvent) => void;
  /** Sees what the station sees of its phones. */
  watcher?: StationWatcher | undefined;
  /** Answers what only a person may answer about one phone. Missing: the station's person. */
  personOf?: PersonOf | undefined;
}

export interface StationWatcher {
  /** All that adb lists, and those that can be worked on, whenever either changes. */
  onPhones(attached: readonly AttachedPhone[], ready: readonly ReadyPhone[]): void;
  /** Whether a disk without room keeps phones from being begun, whenever that changes. */
  onFull(isFull: boolean): void;
  /** What a run tells, with the folder of its evidence. */
  onStep(job: { id: string; serial: string }, event: RunEvent, evidence: string): void;
}

/** For a station that works on jobs: the folder of what belongs to no single one. */
export const logsFolder = ({ evidenceDir }: Settings): string =>
  join(evidenceDir, `station-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`);

/** For a station that works on jobs: what runs have trouble with, as an event among those of the jobs. */
export const noticesAs =
  (onEvent: JobsRequest['onEvent']): NonNullable<StationOptions['onNotice']> =>
  (source, what, kind) => {
    if (kind === 'connected') return;
    const about = kind === 'fault' ? source : `code source ${source}`;
    onEvent({ at: new Date().toISOString(), kind: 'problem', what: `${about}: ${what}` });
  };

/** Works on the jobs of the phones that are attached to this station, as they come and go. */
export async function runJobs(station: JobStation, request: JobsRequest): Promise<void> {
  const { settings, logs } = station;
  const { signal, onEvent } = request;
  assertReady(settings, request.parallel);
  const revive = () => station.adb().then(() => undefined);
  await revive();
  const store = await station.store();
  const shelf = shelfOf(settings);
  const problem = (what: string) => onEvent({ at: new Date().toISOString(), kind: 'problem', what });
  const full = whyNoRoom([evidenceRoom(settings)]);
  try {
    privateFolder(logs);
    mendRecords(shelf);
  } catch (error) {
    // A phone is begun only where its end can be written, and the runner says so.
    if (!full) problem(`What an earlier run has begun to write cannot be finished: ${fileFault(error)}`);
  }
  const anew = await secondChain(store, settings.recordsDir);
  if (anew !== undefined) problem(anew);
  const hooks = hooksOf(settings);
  const tools = { fetch, clock: systemClock };
  let attached: readonly AttachedPhone[] = [];
  let ready: readonly ReadyPhone[] = [];
  const rooms = roomsOf(settings);
  // A station goes on by itself; a list is over then.
  const then = request.over ? undefined : 'phones are begun by themselves then';
  const room = (running: number) => whyNoRoom(rooms, running + 1, then);
  const runner = new Runner({
    queue: new JobQueue(store, { station: stationName(settings), place: adbPlace(settings) }),
    ends: new KeptEnds(store, { station: stationName(settings) }),
    room,
    onFull: (isFull) => request.watcher?.onFull(isFull),
    perform: performerOf(station, request.personOf),
    parallel: request.parallel,
    only: {
      ...(request.batch === undefined ? {} : { batch: request.batch }),
      ...(request.only === undefined ? {} : { id: request.only }),
    },
    ...(request.over && {
      over: async () => (await request.over?.(attached, ready, room(0) !== undefined)) ?? false,
    }),
    ...(hooks.before && { before: beforeOf(hooks.before, () => ready) }),
    record: recordOf(settings, store),
    signal,
    onEvent,
    onStep: request.watcher && ((...step) => request.watcher?.onStep(...step)),
    clock: systemClock,
  });
  const over = new AbortController();
  const server = new AdbServer(adbOf(settings));
  const seen = Promise.withResolvers<void>();
  const tried = new Set<string>();
  /** Offline on a cable: adb may take it anew, once for each time that it is plugged in. */
  const isStuck = ({ serial, state, transport }: AttachedPhone) =>
    state === 'offline' && !serial.includes(':') && !tried.has(transport) && tried.add(transport);
  const listed = readyPhones({
    phone: (serial) => server.phone(serial),
    onChange: (phones, settled) => {
      ready = phones;
      runner.attach(phones);
      request.watcher?.onPhones(attached, phones);
      if (settled) seen.resolve();
    },
    signal: over.signal,
    clock: systemClock,
  });
  const watching = server.watch(
    (phones) => {
      attached = phones;
      listed(phones);
      request.watcher?.onPhones(phones, ready);
      for (const phone of phones) if (isStuck(phone)) void server.reconnect(phone).catch(() => undefined);
    },
    { signal: over.signal, clock: systemClock, revive },
  );
  const delivering =
    hooks.after && deliverAll(store, hooks.after, { ...tools, signal: over.signal }, problem);
  const following = followUp(
    await followUpOf(station, store, {
      signal: over.signal,
      onProblem: problem,
      onReminded: ({ id: job, serial: phone, order: { reference } }, what) =>
        onEvent({ at: new Date().toISOString(), kind: 'reminded', job, phone, reference, what }),
      onPruned: (what) => onEvent({ at: new Date().toISOString(), kind: 'pruned', what }),
    }),
  );
  try {
    await seen.promise;
    await runner.run();
  } finally {
    over.abort(new Error('the station stops'));
    await Promise.all([watching, delivering, following]);
    if (hooks.after) {
      const last = { ...tools, signal: AbortSignal.timeout(LAST_DELIVERY) };
      while ((await deliverDue(store, hooks.after, last, problem).catch(() => 0)) > 0);
      const left = await undelivered(store).catch(() => 0);
      if (left > 0)
        problem(
          `${left} records are not delivered to AFTER_URL yet; the next 'mi-unbind bulk' or 'station' goes on with it`,
        );
    }
  }
}

function hooksOf({ beforeUrl, afterUrl, hookSecret: secret }: Settings): {
  before: Hook | undefined;
  after: Hook | undefined;
} {
  return {
    before: beforeUrl ? { url: beforeUrl, secret } : undefined,
    after: afterUrl ? { url: afterUrl, secret } : undefined,
  };
}

function beforeOf(hook: Hook, ready: () => readonly ReadyPhone[]) {
  return ({ id: job, batch, order, attempts: attempt }: Claim, serial: string, signal: AbortSignal) => {
    const imei = ready().find((phone) => phone.serial === serial)?.imei ?? '';
    const candidate = { job, batch, serial, imei, reference: order.reference, attempt };
    return askBefore(hook, candidate, { fetch, clock: systemClock, signal });
  };
}

/** Writes the record of an end. Gives what AFTER_URL is to get, where there is one. */
export function recordOf(settings: Settings, { pool }: Store) {
  const about = aboutOf(settings);
  const [shelf, fixed] = [shelfOf(settings), labSettings(settings)];
  return async (
    { claim: _, password: __, ...job }: Job & Partial<Claim>,
    end: JobEnd,
    next: Next,
  ): Promise<string | undefined> => {
    const state = STATE[next.then];
    const ended = {
      job: { ...job, state, end },
      end,
      state,
      account: masked(job.order.account),
      ledger: await actsOf(pool, job.id),
      byOperators: await operatorActsOf(pool, job.id),
      lab: await labNow(fixed, { pool }),
      ...about,
    };
    const { record, link } = await writeRecord(ended, shelf).catch((cause: unknown) => {
      throw new FolderError({
        what: 'records',
        folder: settings.recordsDir,
        why: fileFault(cause),
        setting: 'RECORDS_DIR',
        cause,
      });
    });
    const head = signedHead(link, signatureOf(link, shelf.signer));
    return settings.afterUrl ? JSON.stringify({ event: 'after', ...head, record }) : undefined;
  };
}

type Following = Pick<FollowUp, 'signal' | 'onProblem'> &
  Pick<Reminding, 'onReminded'> & { onPruned: (what: string) => void };

/** What goes on at this station after its runs. */
async function followUpOf(
  station: Pick<JobStation, 'settings' | 'store' | 'logs'>,
  store: Store,
  { signal, onProblem, onReminded, onPruned }: Following,
): Promise<FollowUp> {
  const { settings, logs } = station;
  const prune = dailyPruning({ settings, store, logs, clock: systemClock, onPruned });
  const check = await openLockCheck(station, { isBackground: true });
  const [shelf, about] = [shelfOf(settings), aboutOf(settings)];
  const { smtpSendUrl, letterFrom } = settings;
  const mailer = smtpSendUrl && letterFrom ? openMailer(smtpSendUrl, letterFrom) : undefined;
  const { name: lab } = await labNow(labSettings(settings), store);
  const clock = new StoreClock();
  const desk = { store, settings, check, clock, about, lab };
  return {
    ...{ store, signal, onProblem, clock, check, shelf, about },
    setClock: () => clock.set(store),
    further: async () => {
      await remind({ ...desk, mailer, hook: settings.afterUrl !== undefined, onReminded });
      await recordLetters(desk, shelf);
      await prune();
    },
  };
}
