import { join } from 'node:path';
import type { Fact } from '../events.ts';
import type { Job } from '../jobs/job.ts';
import { privateFolder } from '../private-files.ts';
import { seal } from './chain.ts';
import {
  folderOf,
  mendRecords,
  place,
  readRecord,
  type PhoneRecord,
  type Shelf,
  type WrittenRecord,
} from './record.ts';

/** What became known of a job after its record was sealed. */
export interface Supplement {
  job: Job;
  /** A word for the folder, e.g. `lock`: of one kind and one time there is one entry. */
  about: string;
  /** ISO time at which it became known. */
  at: string;
  facts: Fact[];
  /** The account as the list names it, masked. */
  account: string;
  operator: string;
  station: string;
  tool: string;
}

/**
 * Adds an entry to the chain that says what became known later, and names the record of the job where it is on this
 * shelf. The record stays as it was sealed. Called again for the same time, it gives the entry that is there.
 */
export function writeSupplement(about: Supplement, shelf: Shelf): WrittenRecord {
  const { folder: records, signer } = shelf;
  const { job, at } = about;
  const folder = `${at.slice(0, 10)}-${at.slice(11, 23).replace(/[:.]/g, '')}-${job.id}-${about.about}`;
  mendRecords(shelf, [folder]);
  const there = readRecord(records, folder);
  if (there) return there;
  privateFolder(join(records, folder, 'evidence'));
  const base = readRecord(records, folderOf(job));
  const write = place((at) => entryOf(about, base, { ...at, signedBy: signer?.id ?? '' }));
  const { record, link } = seal(records, folder, write, signer);
  return { file: join(records, folder, 'record.html'), record, link };
}

function entryOf(
  { job, at, facts, account, operator, station, tool }: Supplement,
  base: WrittenRecord | undefined,
  there: Pick<PhoneRecord, 'seq' | 'previous' | 'signedBy'>,
): PhoneRecord {
  const { order, end } = job;
  return {
    format: 'mi-unbind record 2',
    ...there,
    page: '',
    job: job.id,
    batch: job.batch,
    attempt: job.attempts,
    reference: order.reference,
    phone: {
      serial: job.serial,
      imei: (end?.imei ?? '') || ('imei' in order.phone ? order.phone.imei : ''),
      ...{ model: end?.model ?? '', release: end?.release ?? '' },
      ...{ region: end?.region ?? '', language: end?.language ?? '' },
    },
    account: { listed: account, onPhone: end?.account ?? '' },
    data: order.data,
    ifForgotten: order.ifForgotten,
    ownerConsent: '',
    ...{ operator, station, tool, startedAt: at, endedAt: at, durationMs: 0 },
    ...{ outcome: 'supplement', reason: '', retryFrom: '', message: '', hint: '', state: job.state },
    ...{ verifiedAt: '', passwordSubmitted: false, dataAnswer: '', facts, acts: [], steps: [], drift: [] },
    supplements: base ? [{ seq: base.link.seq, sha256: base.link.sha256 }] : [],
    evidence: [],
    erasure: { method: '', standard: '', tool: '', verification: '', erasedBy: '', erasedAt: '' },
  };
}
