import type pg from 'pg';
import { systemClock } from '../clock.ts';
import { storeFault } from './fault.ts';
import { QUESTIONS } from './notifications.ts';
import type { Store } from './store.ts';

/** What only a person may answer, as the pages of all stations show it. */
export interface OpenQuestion {
  id: string;
  station: string;
  /** The phone; empty where it is about none. */
  serial: string;
  job: string;
  what: string;
  prompt: string;
  /** Path of a picture on the computer of the station; empty: there is none. */
  picture: string;
  /** ISO times. */
  askedAt: string;
  until: string;
}

export type NewQuestion = Pick<OpenQuestion, 'station' | 'serial' | 'job' | 'what' | 'prompt' | 'picture'>;

type Asking = Pick<Store, 'pool' | 'seal' | 'listen'>;

/** A door that this process has: a terminal. */
export interface OwnDoor {
  /** Who answers there, for the others. */
  by: string;
  /** What was typed there. It is stopped by the signal once the answer came from elsewhere. */
  ask: (signal: AbortSignal) => Promise<string>;
}

// How often an answer is looked for that no notification announced, ms.
const LOOK = 2000;
// So long after its time a question ends that the database does not end, ms.
const LATE = 30_000;

/**
 * Asks every door of every station, until one answers or the time is over; then it is undefined. Empty where a
 * person sets the phone aside. The first answer counts, wherever it is given. Rejects with the signal's reason when
 * that is aborted.
 */
export async function askDoors(
  { pool, seal, listen }: Asking,
  question: NewQuestion,
  { ms, signal, own }: { ms: number; signal: AbortSignal; own?: OwnDoor | undefined },
): Promise<string | undefined> {
  signal.throwIfAborted();
  const { station, serial, job, what, prompt, picture } = question;
  let news = Promise.withResolvers<void>();
  const wake = () => news.resolve();
  const stop = await listen(QUESTIONS, wake);
  signal.addEventListener('abort', wake);
  const over = new AbortController();
  let here: Promise<unknown> | undefined;
  let look: NodeJS.Timeout | undefined;
  let id: string | undefined;
  try {
    const asked = pool.query<{ id: string }>(
      `with asked as (insert into mi_unbind.question (station, serial, job, what, prompt, picture, until)
         values ($1, $2, nullif($3, '')::bigint, $4, $5, $6, now() + $7 * interval '1 ms') returning id)
       select id, pg_notify('${QUESTIONS}', id::text) from asked`,
      [station, serial, job, what, prompt, picture, ms],
    );
    id = (await asked.catch(storeFault)).rows[0]?.id;
    const isAsked = id ?? '';
    here = own
      ?.ask(AbortSignal.any([signal, over.signal]))
      .then((text) => answerQuestion({ pool, seal }, isAsked, text, own.by))
      .then(wake, () => undefined);
    // By our own clock, where the database stays away.
    for (const late = systemClock.elapsed() + ms + LATE; ;) {
      news = Promise.withResolvers();
      look = setTimeout(wake, LOOK);
      const state = await stateOf(pool, isAsked).catch(() => undefined);
      if (state?.answer !== null && state?.answer !== undefined) return await seal.open(state.answer);
      signal.throwIfAborted();
      if (state?.over || systemClock.elapsed() >= late) return undefined;
      await news.promise;
      clearTimeout(look);
    }
  } finally {
    clearTimeout(look);
    signal.removeEventListener('abort', wake);
    over.abort(new Error('it is answered elsewhere'));
    await Promise.all([stop(), here]);
    // Nothing that was typed stays in the database.
    if (id !== undefined) await end(pool, id).catch(() => undefined);
  }
}

async function stateOf(
  pool: pg.Pool,
  id: string,
): Promise<{ answer: string | null; over: boolean } | undefined> {
  const { rows } = await pool.query<{ answer: string | null; over: boolean }>(
    'select answer, until < now() as over from mi_unbind.question where id = $1',
    [id],
  );
  return rows[0];
}

async function end(pool: pg.Pool, id: string): Promise<void> {
  await pool.query(
    `with ended as (update mi_unbind.question set answer = null, until = least(until, now()) where id = $1 returning id)
     select pg_notify('${QUESTIONS}', id::text) from ended`,
    [id],
  );
}

export type QuestionRow = Omit<OpenQuestion, 'askedAt' | 'until' | 'job'> & {
  job: string | null;
  asked_at: Date;
  until: Date;
};

/** Those that wait for an answer, the most urgent first. */
export const OPEN = `select id, station, serial, job, what, prompt, picture, asked_at, until from mi_unbind.question
  where answered_by is null and until > now() order by until`;

export const questionOf = ({ asked_at: askedAt, until, job, ...row }: QuestionRow): OpenQuestion => ({
  ...row,
  job: job ?? '',
  askedAt: askedAt.toISOString(),
  until: until.toISOString(),
});

/** Those that wait for an answer, the most urgent first. */
export async function openQuestions(pool: pg.Pool): Promise<OpenQuestion[]> {
  return (await pool.query<QuestionRow>(OPEN).catch(storeFault)).rows.map(questionOf);
}

/** What became of an answer: it counts, another came first (from whom), or the time was over. */
export type AfterAnswer = { kind: 'taken' } | { kind: 'second'; by: string } | { kind: 'over' };

/** Answers a question. An empty answer sets the phone aside. The first answer counts. */
export async function answerQuestion(
  { pool, seal }: Pick<Store, 'pool' | 'seal'>,
  id: string,
  answer: string,
  by: string,
): Promise<AfterAnswer> {
  const given = pool.query(
    `with given as (update mi_unbind.question set answer = $2, answered_by = $3, answered_at = now()
         where id = $1 and answered_by is null and until > now() returning id)
     select pg_notify('${QUESTIONS}', id::text) from given`,
    [id, await seal.close(answer), by],
  );
  if (((await given.catch(storeFault)).rowCount ?? 0) > 0) return { kind: 'taken' };
  return becameOf(pool, id);
}

/** What became of a question that is no longer open. */
export async function becameOf(pool: pg.Pool, id: string): Promise<Exclude<AfterAnswer, { kind: 'taken' }>> {
  const found = pool.query<{ by: string | null }>(
    'select answered_by as by from mi_unbind.question where id = $1',
    [id],
  );
  const first = (await found.catch(storeFault)).rows[0]?.by;
  return first ? { kind: 'second', by: first } : { kind: 'over' };
}
