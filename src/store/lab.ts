import type pg from 'pg';
import { storeFault } from './fault.ts';

/** What the page keeps of the lab; empty where it is not known. */
export interface KeptLab {
  name: string;
  address: string;
  /** A PNG; empty: there is none. */
  logo: Buffer;
}

const NONE = Buffer.alloc(0);

export async function keptLab(pool: pg.Pool): Promise<KeptLab> {
  const found = pool.query<{ name: string; address: string; logo: Buffer | null }>(
    'select name, address, logo from mi_unbind.lab',
  );
  const [row] = (await found.catch(storeFault)).rows;
  return { name: row?.name ?? '', address: row?.address ?? '', logo: row?.logo ?? NONE };
}

/** Changes what is given; a logo that is empty is removed. */
export async function keepLab(pool: pg.Pool, { name, address, logo }: Partial<KeptLab>): Promise<void> {
  const kept = pool.query(
    `insert into mi_unbind.lab as lab (name, address, logo) values (coalesce($1, ''), coalesce($2, ''), nullif($3::bytea, ''))
     on conflict (only_one) do update set name = coalesce($1, lab.name), address = coalesce($2, lab.address),
       logo = case when $3::bytea is null then lab.logo else nullif($3::bytea, '') end`,
    [name ?? null, address ?? null, logo ?? null],
  );
  await kept.catch(storeFault);
}
