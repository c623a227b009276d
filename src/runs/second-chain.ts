import { headOf } from '../report/chain.ts';
import type { Store } from '../store/store.ts';

/**
 * What is said before a chain of records is begun by a database that has recorded phones before, e.g. from
 * another folder; undefined where the chain goes on.
 */
export async function secondChain({ pool }: Store, folder: string): Promise<string | undefined> {
  if (headOf(folder).seq > 0) return undefined;
  const { rows } = await pool.query<{ count: number }>(
    "select count(*)::int as count from mi_unbind.job where state = 'done' and outcome is not null",
  );
  const { count = 0 } = rows[0] ?? {};
  if (count === 0) return undefined;
  return `${count} phones of this database are finished, and ${folder} holds no record: a new chain of records begins there. If theirs is elsewhere, stop this and set RECORDS_DIR to that folder`;
}
