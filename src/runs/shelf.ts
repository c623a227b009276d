import { hostname } from 'node:os';
import type { Settings } from '../config/config.ts';
import type { Room } from '../host/room.ts';
import { ownVersion } from '../own-files.ts';
import { userName } from '../user.ts';
import { stationKey } from './station-key.ts';

export function stationName({ station }: Settings): string {
  return station || hostname();
}

/** Who writes an entry of the records. */
export const aboutOf = (settings: Settings) => ({
  operator: settings.operator || userName(),
  station: stationName(settings),
  tool: `mi-unbind ${ownVersion()}`,
});

/** Where this station's records are, and its key. */
export function shelfOf(settings: Settings) {
  return { folder: settings.recordsDir, signer: stationKey(settings).signer };
}

export const evidenceRoom = ({ evidenceDir }: Settings): Room => ({
  what: 'evidence',
  folder: evidenceDir,
  setting: 'EVIDENCE_DIR',
});

/** Where the run of a job writes, on this computer. */
export const roomsOf = (settings: Settings): Room[] => [
  evidenceRoom(settings),
  { what: 'records', folder: settings.recordsDir, setting: 'RECORDS_DIR' },
  ...(settings.databaseUrl
    ? []
    : [{ what: 'the database', folder: settings.dataDir, setting: 'DATA_DIR', needs: DATABASE_NEEDS }]),
];

// Of a job, with what PostgreSQL writes before it is in its tables, bytes.
const DATABASE_NEEDS = 4 * 1024 * 1024;
