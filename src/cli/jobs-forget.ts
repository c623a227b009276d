import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings, type Settings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import type { Job } from '../jobs/job.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { writeBatch } from '../report/batch-files.ts';
import { batchOf } from '../report/batch.ts';
import { newestOf } from '../report/chain.ts';
import { forgetRecords } from '../report/forget.ts';
import type { Store } from '../store/store.ts';
import { forgetPasswords, storedPasswords } from '../store/vault.ts';
import { userName } from '../user.ts';
import { shelfOf, stationName } from '../runs/shelf.ts';
import { stateInWords } from '../words/states.ts';
import { ownVersion } from '../own-files.ts';
import { rowsOfStore } from './report.ts';
import { openStation } from '../runs/station.ts';
import { sayNotice } from './station-here.ts';
import { say } from './terminal.ts';

/**
 * Removes a person's data from records, runs and store, in this order: the jobs name what is still to be
 * removed after a crash.
 */
export async function forget(reference: string, dropPasswords: boolean): Promise<void> {
  const settings = loadSettings();
  await using station = openStation(settings, { onNotice: sayNotice });
  const store = await station.store();
  const office = new JobAdmin(store);
  const jobs = await office.referred(reference);
  if (jobs.length === 0)
    throw new UsageError(`No job has the reference '${reference}'.`, "'mi-unbind jobs list' shows them");
  refuseOpen(jobs);
  const passwords = await passwordsOf(store, jobs, dropPasswords);
  const ids = jobs.map(({ id }) => id);
  const about = {
    operator: settings.operator || userName(),
    station: stationName(settings),
    tool: `mi-unbind ${ownVersion()}`,
  };
  const files = await forgetRecords(shelfOf(settings), {
    ...about,
    jobs: ids,
    reference,
    runs: settings.evidenceDir,
  });
  const dropped = await forgetPasswords(store.pool, passwords);
  await office.forget(ids, new Date().toISOString());
  await rewriteBatches(settings, jobs);
  const parts = [
    counted(files.records, 'record'),
    counted(files.runs, 'run'),
    counted(ids.length, 'job'),
    counted(dropped, 'kept password'),
  ];
  say(`Forgotten: ${parts.join(', ')} with the reference '${reference}'.`);
  if (files.entry)
    say(`'mi-unbind report verify' says so: it is record ${files.entry.link.seq} of the chain.`);
  say('→ copies elsewhere are yours to delete: what AFTER_URL got, backups, printed sheets');
}

function refuseOpen(jobs: readonly Job[]): void {
  const open = jobs.filter(
    ({ state }) => state === 'waiting' || state === 'running' || state === 'unrecorded',
  );
  if (open.length === 0) return;
  const which = open.map(({ id, state }) => `job ${id} is ${stateInWords(state)}`).join(', ');
  throw new UsageError(
    `Nothing was removed: ${which}.`,
    `end it first: mi-unbind jobs cancel ${open.map(({ id }) => id).join(' ')}`,
  );
}

/** Ids of the kept passwords of these accounts. */
async function passwordsOf({ pool, seal }: Store, jobs: readonly Job[], drop: boolean): Promise<string[]> {
  const names = new Set(jobs.flatMap(({ order }) => [order.account, order.contact ?? '']).filter(Boolean));
  const kept = (await storedPasswords(pool, seal)).filter(
    ({ account, contact }) => names.has(account) || names.has(contact),
  );
  const ofUse = kept.filter(({ state }) => state !== 'rejected');
  if (ofUse.length > 0 && !drop) {
    const hint =
      'hand it to its owner first (mi-unbind passwords --letter FILE --account NAME), or give --drop-passwords';
    throw new UsageError(
      `Nothing was removed: the store keeps ${counted(ofUse.length, 'new password')} of this account.`,
      hint,
    );
  }
  return kept.map(({ id }) => id);
}

/** Reports of their batches that lie there name the account, masked. */
async function rewriteBatches(settings: Settings, jobs: readonly Job[]): Promise<void> {
  const { recordsDir: folder } = settings;
  for (const name of new Set(jobs.map(({ batch }) => batch))) {
    if (!existsSync(join(folder, `batch-${name.replace(/[^\w.-]/g, '_')}`))) continue;
    writeBatch(batchOf(name, new Date().toISOString(), newestOf(folder), await rowsOfStore(name, settings)), {
      folder,
    });
  }
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
