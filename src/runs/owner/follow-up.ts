import type { Clock } from '../../clock.ts';
import { masked } from '../../codes/addresses.ts';
import { StoreError } from '../../errors.ts';
import type { Fact, LockSeen } from '../../events.ts';
import { JobHolds } from '../../jobs/holds.ts';
import type { Job, JobEnd } from '../../jobs/job.ts';
import { nothingDone } from '../../jobs/nothing-done.ts';
import type { LockCheck } from '../../lock/lock-check.ts';
import { isConfirmable, nextAsked, together } from '../../lock/watch.ts';
import type { Shelf } from '../../report/record.ts';
import { writeSupplement } from '../../report/supplement.ts';
import { LockWatches, type LockWatch } from '../../store/lock-watches.ts';
import type { Store } from '../../store/store.ts';
import { localTime } from '../../words/local-time.ts';
import { holdInWords } from '../../words/states.ts';
import { beforeAndAfter, LOCK_NAME } from './lock-after.ts';

/** How often it is looked for what is due, ms. */
const LOOK = 5000;

export interface FollowUp {
  store: Pick<Store, 'pool' | 'seal'>;
  /** Missing: LOCK_CHECK is none. */
  check: LockCheck | undefined;
  shelf: Shelf;
  about: { operator: string; station: string; tool: string };
  clock: Clock;
  /** Before each look at what is due. Missing: nothing. */
  setClock?: () => Promise<void>;
  signal: AbortSignal;
  onProblem: (problem: string) => void;
  /** What else is due; missing: nothing. */
  further?: () => Promise<void>;
}

/**
 * What goes on after a run, until the signal is aborted: locks are asked for again, held phones come to their end. Any
 * number of stations do this on one database; each thing is done by one of them.
 */
export async function followUp(tools: FollowUp): Promise<void> {
  const { clock, signal, onProblem } = tools;
  let said = '';
  while (!signal.aborted) {
    const fault = await followUpOnce(tools).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    // Of a database that is away one hears once.
    if (fault !== '' && fault !== said && !signal.aborted) onProblem(fault);
    said = fault;
    await clock.sleep(LOOK, 'what is due', signal).catch(() => undefined);
  }
}

/** Does what is due now, one thing after the other. */
export async function followUpOnce(tools: FollowUp): Promise<void> {
  const { store, check, clock, signal, about } = tools;
  await tools.setClock?.();
  const watches = new LockWatches(store);
  if (check) await watches.beginHeld(about.station, clock.now());
  for (let watch = await watches.take(clock.now()); watch; watch = await watches.take(clock.now())) {
    try {
      await askFor(watch, watches, tools);
    } catch (error) {
      if (!(error instanceof StoreError)) await watches.giveBack(watch);
      throw error;
    }
    if (signal.aborted) return;
  }
  await bringToEnd(tools);
  await putOnRecord(watches, tools);
  await tools.further?.();
}

async function askFor(watch: LockWatch, watches: LockWatches, tools: FollowUp): Promise<void> {
  const { store, clock } = tools;
  const holds = new JobHolds(store);
  const job = await holds.show(watch.job);
  const answer = await lockOf(job, tools);
  const now = clock.now();
  const since = Date.parse(watch.since);
  const isOff = answer.state === 'off';
  const next = isOff ? undefined : nextAsked(watch.kind, since, now);
  if (watch.kind === 'held') {
    await watches.answered(watch, answer, { next, isNews: false });
    if (isOff && job) await clear(job, answer, tools);
    return;
  }
  const isFirst = isConfirmable(since, now) && !wasConfirmable(watch, since);
  await watches.answered(watch, answer, { next, isNews: isOff || isFirst || next === undefined });
  if (isOff) await holds.lockIsOff(watch.job);
  else if (isConfirmable(since, now)) await holds.lockIsNotOff(watch.job);
}

const wasConfirmable = ({ answer }: LockWatch, since: number) =>
  answer !== undefined && isConfirmable(since, Date.parse(answer.at));

/** All IMEIs that are known of a job's phone. Only answers that were given now count. */
async function lockOf(job: Job | undefined, { check, clock, signal }: FollowUp): Promise<LockSeen> {
  const now = () => new Date(clock.now()).toISOString();
  if (!check) return { state: 'unknown', at: now(), why: 'LOCK_CHECK is none' };
  const found = [];
  for (const imei of imeisOf(job)) found.push(await check.check(imei, { fresh: true, signal }));
  return together(found, now());
}

export function imeisOf(job: Job | undefined): string[] {
  const phone = job?.order.phone ?? { serial: '' };
  const listed = 'imei' in phone ? [phone.imei, phone.imei2] : [];
  return [...new Set([...listed, job?.end?.imei, job?.end?.imei2].filter((imei) => imei))] as string[];
}

/** The server says off of a phone that is held: its owner has cleared it. */
async function clear(job: Job, answer: LockSeen, tools: FollowUp): Promise<void> {
  if (job.hold?.reason === 'lost') return;
  const value = `off ${localTime(answer.at)}: the server says off; not verified on the phone`;
  await endHeld(job, 'cleared-by-owner', [{ name: LOCK_NAME, value }], tools);
}

/** Phones whose time is over go back, unless the server says at the last moment that they are cleared. */
async function bringToEnd(tools: FollowUp): Promise<void> {
  const { store, clock } = tools;
  for (const job of await new JobHolds(store).overdue(clock.now())) {
    const last = tools.check && job.hold?.reason !== 'lost' ? await lockOf(job, tools) : undefined;
    if (last?.state === 'off') await clear(job, last, tools);
    else
      await endHeld(
        job,
        'return-to-sender',
        last ? [{ name: LOCK_NAME, value: `${last.state} ${localTime(last.at)}` }] : [],
        tools,
      );
  }
}

async function endHeld(
  job: Job,
  outcome: 'cleared-by-owner' | 'return-to-sender',
  facts: JobEnd['facts'] & object,
  tools: FollowUp,
): Promise<void> {
  const { store, clock, about } = tools;
  const {
    model = '',
    release = '',
    region = '',
    language = '',
    imei = '',
    imei2,
    account = '',
  } = job.end ?? {};
  const { reason = 'by-hand', since = '' } = job.hold ?? {};
  const held = { name: 'Held', value: holdInWords({ reason, since }) };
  const end: JobEnd = {
    ...nothingDone(outcome),
    ...{ model, release, region, language, imei, account, facts: [held, ...lettersOf(job), ...facts] },
    ...(imei2 && { imei2 }),
  };
  const next =
    outcome === 'cleared-by-owner' ? ({ then: 'done' } as const) : ({ then: 'needs-person' } as const);
  await new JobHolds(store).end(job.id, end, next, { station: about.station, now: clock.now() });
}

function lettersOf({ letters = [] }: Job): Fact[] {
  const value = letters
    .map(
      ({ day, kind, state }) =>
        `${day}${kind === 'reminder' ? ', reminder' : ''}${state === 'sent' ? '' : ', perhaps sent'}`,
    )
    .join('; ');
  return value === '' ? [] : [{ name: 'Letters to the owner', value }];
}

/** What came out after a record of this station was sealed. */
async function putOnRecord(watches: LockWatches, { store, shelf, about }: FollowUp): Promise<void> {
  for (const watch of await watches.news(about.station)) {
    const job = await new JobHolds(store).show(watch.job);
    const { answer } = watch;
    if (!answer || !job || job.order.forgotten) {
      await watches.recorded(watch);
      continue;
    }
    // Its record comes first.
    if (job.state === 'unrecorded' || job.state === 'running') continue;
    const value = beforeAndAfter(job.end?.lock, answer);
    const facts = [
      answer.state === 'off' ? { name: LOCK_NAME, value } : { name: LOCK_NAME, value, todo: CONFIRM },
    ];
    writeSupplement(
      { job, about: 'lock', at: answer.at, facts, account: masked(job.order.account), ...about },
      shelf,
    );
    await watches.recorded(watch);
  }
}

const CONFIRM = "lock not confirmed: ask later ('mi-unbind lock IMEI') before the phone is sold";
