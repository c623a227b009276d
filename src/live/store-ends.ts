import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { paths } from '../store/postmaster.ts';

/**
 * Resolves when the PostgreSQL of a data folder has ended, which it does some seconds after its last user.
 */
export async function storeEnds(data: string): Promise<void> {
  while (existsSync(join(paths(data).data, 'postmaster.pid'))) await pause(100);
}
