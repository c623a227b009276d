import type { Clock } from '../clock.ts';
import { lost } from '../store/fault.ts';
import type { Store } from '../store/store.ts';

// How often it is looked for what is due, ms.
const LOOK = 5000;
const AT_ONCE = 10;

interface Due {
  id: string;
  body: object;
  tries: number;
}

/** Tries once to hand something over; `id` stays the same over all tries, so that the receiver knows what it has already. */
export type Deliver = (body: object, id: string, signal: AbortSignal) => Promise<'delivered' | 'retry' | 'refused'>;

/**
 * Hands over what ended attempts have left for AFTER_URL, beside all other work and as often as it takes, until the signal is aborted. What
 * is refused is not tried again, and told. Any number of benches may do this.
 */
export async function deliverAll(
  store: Pick<Store, 'pool'>,
  deliver: Deliver,
  { signal, clock, told }: { signal: AbortSignal; clock: Clock; told: (problem: string) => void },
): Promise<void> {
  while (!signal.aborted) {
    const due = await take(store).catch((error: unknown): Due[] => {
      told((error as Error).message);
      return [];
    });
    await Promise.all(
      due.map(async ({ id, body, tries }) => {
        const answer = await deliver(body, id, signal).catch(() => 'retry' as const);
        if (answer === 'refused') told('AFTER_URL refused the record of a phone; it is not offered again');
        if (answer === 'retry' && tries === 1) told('AFTER_URL cannot be reached; what is for it is kept and offered again');
        if (answer !== 'retry') await store.pool.query('delete from mi_unbind.delivery where id = $1', [id]).catch(lost);
      }),
    ).catch((error: unknown) => told((error as Error).message));
    if (due.length < AT_ONCE) await clock.sleep(LOOK, 'something to deliver', signal).catch(() => undefined);
  }
}

/** What is due; whoever takes it has some time for it, each time longer, before it is due again: 20 s to 3 hours. */
async function take({ pool }: Pick<Store, 'pool'>): Promise<Due[]> {
  const taken = pool.query<Due>(
    `update mi_unbind.delivery set tries = tries + 1, next_at = now() + interval '20 seconds' * power(2, least(tries, 9))
     where id in (select id from mi_unbind.delivery where next_at <= now() order by next_at limit ${AT_ONCE} for update skip locked)
     returning id, body, tries`,
  );
  return (await taken.catch(lost)).rows;
}

/** How much waits to be handed over. */
export async function undelivered({ pool }: Pick<Store, 'pool'>): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from mi_unbind.delivery').catch(lost);
  return rows[0]?.count ?? 0;
}
