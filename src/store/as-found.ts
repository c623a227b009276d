import { storeFault } from './fault.ts';
import type { Identity } from './hold.ts';
import type { Store } from './store.ts';

/** After so many days a phone has been elsewhere, and what it was before says nothing of it now. */
const DAYS = 30;

/**
 * A phone's own name: what it was before the first run changed it is kept under that until it is so again,
 * whatever serial it has then.
 */
function nameOf({ imei, serialno, serial, place }: Identity): string {
  if (imei !== undefined) return `imei:${imei}`;
  return serialno === undefined ? `serial:${place}/${serial}` : `serialno:${serialno}`;
}

const KEEP = `insert into mi_unbind.as_found (phone, state) values ($1, $2)
  on conflict (phone) do update set
    state = case when as_found.at < now() - interval '${DAYS} days' then excluded.state else as_found.state end,
    at = case when as_found.at < now() - interval '${DAYS} days' then now() else as_found.at end`;

/**
 * Keeps how the phone is, unless it is kept already how it was before an earlier run that has not undone its
 * changes.
 */
export async function keepFound(
  { pool }: Pick<Store, 'pool'>,
  phone: Identity,
  state: object,
): Promise<void> {
  await pool.query(KEEP, [nameOf(phone), JSON.stringify(state)]).catch(storeFault);
}

/** How the phone was before it was changed. Undefined where nothing is to be undone. */
export async function foundBefore(
  { pool }: Pick<Store, 'pool'>,
  phone: Identity,
): Promise<object | undefined> {
  const asked = pool.query<{ state: object }>(
    `select state from mi_unbind.as_found where phone = $1 and at > now() - interval '${DAYS} days'`,
    [nameOf(phone)],
  );
  return (await asked.catch(storeFault)).rows[0]?.state;
}

export async function forgetFound({ pool }: Pick<Store, 'pool'>, phone: Identity): Promise<void> {
  await pool.query('delete from mi_unbind.as_found where phone = $1', [nameOf(phone)]).catch(storeFault);
}
