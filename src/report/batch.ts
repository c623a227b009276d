import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Drift, Fact } from '../events.ts';
import type { Job, JobState } from '../jobs/job.ts';
import { outcomeInWords, whyInWords, type Tone } from '../reasons.ts';
import { folderOf, isAttempt, readRecord, type PhoneRecord } from './record.ts';
import { foldersOf, RECORD } from './chain.ts';
import type { SignedHead } from './signature.ts';

/** One phone of a batch, as its last attempt ended or as it waits. What is not known is empty. */
export interface BatchRow {
  job: string;
  reference: string;
  serial: string;
  imei: string;
  model: string;
  release: string;
  region: string;
  state: JobState;
  /** As its last attempt ended, or the state where it has not. */
  outcome: string;
  reason: string;
  retryFrom: string;
  message: string;
  hint: string;
  attempts: number;
  startedAt: string;
  endedAt: string;
  /** 0 where it was not begun. */
  durationMs: number;
  /** Folder of its record below the folder of records. */
  record: string;
  drift: Drift[];
  /** What a person still has to do on the phone, e.g. `Screen lock; SIM`. */
  checklist: string;
}

/** Something that pages have otherwise than expected, on one release. */
interface BatchDrift extends Drift {
  release: string;
  phones: number;
}

export interface Batch {
  name: string;
  /** ISO time of this report. */
  at: string;
  /** The newest place in the chain of records, to be noted elsewhere. */
  head: SignedHead;
  /** Failures first, then what needs a person or waits, then what is done. */
  rows: BatchRow[];
  outcomes: { outcome: string; phones: number }[];
  /** Of the phones that were begun; 0 when none was. */
  medianMs: number;
  slowest: BatchRow | undefined;
  drift: BatchDrift[];
}

/** Sums up the phones of a batch. */
export function batchOf(name: string, at: string, head: SignedHead, phones: readonly BatchRow[]): Batch {
  const rows = phones.toSorted((a, b) => rank(a) - rank(b));
  const timed = rows.filter(({ durationMs }) => durationMs > 0).sort((a, b) => a.durationMs - b.durationMs);
  const [low, high] = [timed[(timed.length - 1) >> 1], timed[timed.length >> 1]];
  const counts = Map.groupBy(rows, ({ outcome }) => outcome);
  return {
    name,
    at,
    head,
    rows,
    outcomes: [...counts]
      .map(([outcome, { length }]) => ({ outcome, phones: length }))
      .sort((a, b) => b.phones - a.phones),
    medianMs: low && high ? (low.durationMs + high.durationMs) / 2 : 0,
    slowest: timed.at(-1),
    drift: driftOf(rows),
  };
}

/** Done; nothing more happens by itself; or it goes on by and by, with a person or without. */
export function toneOf({ state, outcome }: BatchRow): Tone {
  // The server's word alone makes nothing green.
  return state === 'done' && outcome !== 'cleared-by-owner' ? 'good' : state === 'parked' ? 'bad' : 'fair';
}

const rank = (row: BatchRow) => ['bad', 'fair', 'good'].indexOf(toneOf(row));

/** How it ended in a few words, or what it waits for. */
export function endOf({ outcome }: BatchRow): string {
  return outcome === 'waiting' ? 'waits for its phone' : outcomeInWords(outcome)[0];
}

/** What happened to a phone and what to do, in a sentence; empty where the outcome says it all. */
export function whyOf(row: BatchRow): string {
  const why = whyInWords(row);
  if (row.state !== 'unrecorded') return why;
  return [why, 'not on record yet → free space for RECORDS_DIR, then run the same command again']
    .filter(Boolean)
    .join('; ');
}

function driftOf(rows: readonly BatchRow[]): BatchDrift[] {
  const all = rows.flatMap((row) => row.drift.map((drift) => ({ ...drift, row })));
  const groups = Map.groupBy(all, ({ page, locator, wanted, found, row }) =>
    JSON.stringify([page, locator, wanted, found, row.release]),
  );
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const { row, ...drift } = first;
      return [{ ...drift, release: row.release, phones: new Set(group.map((one) => one.row.job)).size }];
    })
    .sort((a, b) => b.phones - a.phones);
}

/** `records`: where its record may be. */
export function rowOfJob(job: Job, records: string): BatchRow {
  const { order, end, state } = job;
  const folder = folderOf(job);
  return {
    job: job.id,
    reference: order.reference,
    serial: job.serial || ('serial' in order.phone ? order.phone.serial : ''),
    imei: (end?.imei ?? '') || ('imei' in order.phone ? order.phone.imei : ''),
    model: end?.model ?? '',
    release: end?.release ?? '',
    region: end?.region ?? '',
    state,
    outcome:
      end?.finishedBy !== undefined
        ? 'finished-by-hand'
        : state === 'cancelled'
          ? state
          : (end?.outcome ?? state),
    reason: end?.reason ?? '',
    retryFrom: end?.retryFrom ?? '',
    message: end?.message ?? '',
    hint: end?.hint ?? '',
    attempts: job.attempts,
    startedAt: job.startedAt ?? '',
    endedAt: job.endedAt ?? '',
    durationMs: end?.durationMs ?? 0,
    record: existsSync(join(records, folder, RECORD)) ? folder : '',
    drift: end?.drift ?? [],
    checklist: openOf(end?.facts),
  };
}

const openOf = (facts: readonly Fact[] = []): string =>
  facts.flatMap(({ name, todo }) => (todo ? [name] : [])).join('; ');

function rowOfRecord(record: PhoneRecord, folder: string): BatchRow {
  const {
    job,
    reference,
    phone,
    state,
    outcome,
    reason,
    retryFrom,
    attempt,
    startedAt,
    endedAt,
    durationMs,
    drift,
  } = record;
  const { serial, imei, model, release, region } = phone;
  const ended = {
    state,
    outcome,
    reason,
    retryFrom,
    message: '',
    hint: '',
    attempts: attempt,
    startedAt,
    endedAt,
    durationMs,
    drift,
    checklist: openOf(record.facts),
  };
  return { job, reference, serial, imei, model, release, region, ...ended, record: folder };
}

/** The phones of a folder of records, each as its last attempt ended. */
export function rowsOfRecords(records: string): BatchRow[] {
  const last = new Map<string, BatchRow>();
  for (const folder of foldersOf(records)) {
    const record = readRecord(records, folder)?.record;
    if (!record || !isAttempt(record)) continue;
    const before = last.get(record.job);
    if (!before || before.startedAt <= record.startedAt) last.set(record.job, rowOfRecord(record, folder));
  }
  return [...last.values()];
}
