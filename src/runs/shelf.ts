import { hostname } from 'node:os';
import type { Settings } from '../config/config.ts';
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
