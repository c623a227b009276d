import type pg from 'pg';

/**
 * On which it is said that something about jobs has changed; the payload is the id of one, empty for many.
 */
export const JOBS = 'mi_unbind_job';
/** On which it is said that a station has seen something; the payload is the id of the newest event. */
export const EVENTS = 'mi_unbind_event';
/** On which it is said that a question is asked, answered or over; the payload is its id. */
export const QUESTIONS = 'mi_unbind_question';

// From the first try to reach a lost server again to the slowest, ms.
const RETRIES = [100, 200, 500, 1000, 5000];

/**
 * Hears what any process says on a channel (NOTIFY), until the result is called. `undefined` is heard after a
 * lost connection: what was said meanwhile is to be looked for. `connect` makes a connection of its own,
 * which a pool has none for.
 */
export async function listen(
  connect: () => pg.Client,
  channel: string,
  heard: (payload: string | undefined) => void,
): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let tries = 0;
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const open = async () => {
    const fresh = connect();
    fresh.on('error', () => undefined);
    fresh.on('notification', ({ payload }) => heard(payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query(`listen ${channel}`);
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
    fresh.once('end', again);
    client = fresh;
    tries = 0;
    if (over) await fresh.end();
  };
  const again = () => {
    if (over) return;
    timer = setTimeout(
      () => {
        open().then(() => heard(undefined), again);
      },
      RETRIES[Math.min(tries++, RETRIES.length - 1)],
    );
  };
  await open().catch(again);
  return async () => {
    over = true;
    clearTimeout(timer);
    await client?.end().catch(() => undefined);
  };
}
