import { join } from 'node:path';
import { privateFolder } from '../private-files.ts';
import { entryOf, numbersOf, seal } from './chain.ts';
import { place, readRecord, type PhoneRecord, type Shelf, type WrittenRecord } from './record.ts';

/** Who removes something from records. */
export interface Remover {
  operator: string;
  station: string;
  tool: string;
}

/** What an entry says beyond who removed it and when. */
type Removal = Pick<PhoneRecord, 'outcome' | 'facts'> &
  Partial<Pick<PhoneRecord, 'job' | 'reference' | 'forgets' | 'prunes'>>;

/** Puts an entry into the chain that says what was removed from its records. `about`: a word for its folder. */
export function sealRemoval(
  { folder: records, signer }: Shelf,
  about: string,
  { operator, station, tool }: Remover,
  removal: Removal,
): WrittenRecord {
  const at = new Date().toISOString();
  const folder = `${at.slice(0, 10)}-${at.slice(11, 23).replace(/[:.]/g, '')}-${about}`;
  privateFolder(join(records, folder, 'evidence'));
  const entry: Omit<PhoneRecord, 'seq' | 'previous' | 'signedBy'> = {
    format: 'mi-unbind record 2',
    ...{ page: '', job: '', batch: '', attempt: 0, reference: '' },
    phone: { serial: '', imei: '', model: '', release: '', region: '', language: '' },
    account: { listed: '', onPhone: '' },
    ...{ data: 'keep', ifForgotten: 'stop', ownerConsent: '' },
    ...{ operator, station, tool, startedAt: at, endedAt: at, durationMs: 0 },
    ...{ reason: '', retryFrom: '', message: '', hint: '', state: 'done' },
    ...{ verifiedAt: '', passwordSubmitted: false, dataAnswer: '', acts: [], steps: [], drift: [] },
    evidence: [],
    erasure: { method: '', standard: '', tool: '', verification: '', erasedBy: '', erasedAt: '' },
    ...removal,
  };
  const write = place((there) => ({ ...entry, ...there, signedBy: signer?.id ?? '' }));
  const { record, link } = seal(records, folder, write, signer);
  return { file: join(records, folder, 'record.html'), record, link };
}

/** Every record in the chain that can be read, in its order. */
export function recordsIn(records: string): (WrittenRecord & { folder: string })[] {
  return numbersOf(records).flatMap((seq) => {
    const folder = entryOf(records, seq)?.folder ?? '';
    const written = folder === '' ? undefined : readRecord(records, folder);
    return written ? [{ ...written, folder }] : [];
  });
}
