import { timingSafeEqual } from 'node:crypto';
import { Gauge, Registry } from 'prom-client';
import { JobAdmin } from '../jobs/admin.ts';
import type { JobState } from '../jobs/job.ts';
import { isGone, storeFault } from '../store/fault.ts';
import { Letters } from '../store/letters.ts';
import { openQuestions } from '../store/questions.ts';
import { seenStations } from '../store/station-events.ts';
import type { Secret } from '../secret.ts';
import { outcomeNames } from '../reasons.ts';
import { originOf } from './access.ts';
import type { LiveEvents } from './live-events.ts';
import type { PageRoute } from './routes.ts';
import { askingOf, type ServedOptions, type PageStore } from './page-options.ts';
import { STATES } from './tile.ts';

const JOB_STATES: readonly JobState[] = [
  ...(['waiting', 'running', 'unrecorded', 'done', 'parked', 'needs-person', 'held', 'cancelled'] as const),
];
const LETTER_KINDS = ['first', 'reminder'] as const;
const LETTER_STATES = ['sent', 'sending', 'perhaps'] as const;
const ACTS = ['password-submitted', 'password-set', 'code-requested'] as const;

// So long the database is waited for, ms: Prometheus waits 10 s, of which the parts may take 2.
const ANSWER = 7000;

type Options = Pick<ServedOptions, 'store' | 'codeSources' | 'health' | 'rules'>;

/** `answer`: see ANSWER. Given in tests only. */
export function healthRoutes(options: Options, live: LiveEvents, answer = ANSWER): PageRoute[] {
  const { health, rules } = options;
  const read = stored(options.store, live, answer);
  return [
    {
      method: 'GET',
      url: '/healthz',
      needs: 'nothing',
      // Open to everyone, so that it says no more than whether the station is well; why not, to who may read /metrics.
      async handle(request, reply) {
        const parts = Object.entries(await health.check());
        const failed = parts.flatMap(([name, isWell]) => (isWell ? [] : [name]));
        const isWell = !live.isAway && failed.length === 0;
        const { isLocal } = originOf(askingOf(request), rules);
        const isTrusted = isLocal || isRight(request.headers.authorization, health.token);
        const why = isTrusted && failed.length > 0 ? `: ${failed.join(', ')}` : '';
        return reply
          .code(isWell ? 200 : 503)
          .type('text/plain')
          .send(isWell ? 'ok\n' : `not well${why}\n`);
      },
    },
    {
      method: 'GET',
      url: '/metrics',
      needs: 'nothing',
      async handle(request, reply) {
        const { isLocal } = originOf(askingOf(request), rules);
        if (!isLocal && !isRight(request.headers.authorization, health.token))
          return reply
            .code(401)
            .header('www-authenticate', 'Bearer')
            .type('text/plain')
            .send('a token is needed\n');
        const parts = await health.check();
        const counts = parts.database ? await read() : undefined;
        const up = { ...parts, database: counts !== undefined };
        const text = await textOf([...(counts ?? []), ...ownMeasures(options.codeSources, up, live)]);
        return reply.type(text.type).send(text.body);
      },
    },
  ];
}

function isRight(header: string | undefined, token: Secret | undefined): boolean {
  if (!token || header === undefined) return false;
  const [given, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${token.reveal()}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** A gauge, with its values by their labels: from closed sets, never a serial, an account or a text of others. */
interface Measure {
  name: string;
  help: string;
  labels: readonly string[];
  values: readonly (readonly [labels: Readonly<Record<string, string>>, count: number])[];
}

const one = (name: string, help: string, count: number): Measure => ({
  ...{ name, help, labels: [], values: [[{}, count]] },
});

const byLabel = (
  name: string,
  help: string,
  label: string,
  values: readonly (readonly [string, number])[],
): Measure => ({
  ...{ name, help, labels: [label], values: values.map(([value, count]) => [{ [label]: value }, count]) },
});

async function textOf(measures: readonly Measure[]): Promise<{ type: string; body: string }> {
  const registry = new Registry();
  for (const { name, help, labels, values } of measures) {
    const gauge = new Gauge({
      ...{ name: `mi_unbind_${name}`, help, labelNames: [...labels], registers: [registry] },
    });
    for (const [at, count] of values) gauge.set(at, count);
  }
  return { type: registry.contentType, body: await registry.metrics() };
}

/** What is known without the database. */
const ownMeasures = (
  codeSources: readonly string[],
  parts: Readonly<Record<string, boolean>>,
  live: LiveEvents,
): Measure[] => [
  byLabel(
    'code_source_up',
    'Whether a code source of this station is set up and answers',
    'source',
    codeSources.map((name) => [name, Number(parts[`code-source ${name}`] ?? false)]),
  ),
  byLabel(
    'part_up',
    'Whether a part of this station answers',
    'part',
    ['database', 'adb', 'appium', 'disk'].map((name) => [name, Number(parts[name] ?? false)]),
  ),
  one('page_streams', 'Open pages of this station', live.size),
];

/**
 * Reads what the database knows: undefined where that does not answer in time. One reading is under way at most,
 * so that who asks again and again takes no more than one connection.
 */
function stored(store: PageStore, live: LiveEvents, answer: number): () => Promise<Measure[] | undefined> {
  let reading: Promise<Measure[] | undefined> | undefined;
  return async () => {
    reading ??= storedMeasures(store, live)
      .catch((fault: Error) => {
        if (isGone(fault.cause)) return undefined;
        throw fault;
      })
      .finally(() => (reading = undefined));
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, answer);
    try {
      return await Promise.race([reading, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** What is not there is 0. */
async function storedMeasures(store: PageStore, live: LiveEvents): Promise<Measure[]> {
  const { tiles } = await live.view('');
  const jobs = await new JobAdmin(store).totals();
  const outcomes = await counted(
    store,
    "select coalesce(outcome ->> 'outcome', '') as name, count(*)::int as count from mi_unbind.job where ended_at is not null group by 1",
  );
  const acts = await counted(
    store,
    'select act as name, count(distinct (at, serial))::int as count from mi_unbind.ledger group by 1',
  );
  const letters = await new Letters(store).counts(Date.now());
  const waits = await counted(
    store,
    "select '' as name, count(*)::int as count from mi_unbind.wait where until > now()",
  );
  const questions = await openQuestions(store.pool);
  const stations = await seenStations(store.pool);
  const phones = (state: string) => tiles.filter((tile) => tile.state === state).length;
  return [
    byLabel(
      ...(['phones', 'Phones on the wall, by state', 'state'] as const),
      STATES.map((state) => [state, phones(state)]),
    ),
    byLabel(
      ...(['jobs', 'Jobs in the store, by state', 'state'] as const),
      JOB_STATES.map((state) => [state, jobs[state] ?? 0]),
    ),
    byLabel(
      ...(['outcomes', 'Jobs by how their last attempt ended', 'outcome'] as const),
      outcomeNames.map((name) => [name, outcomes.get(name) ?? 0]),
    ),
    byLabel(
      ...(['acts', 'What was submitted or asked for, as the ledger has it', 'act'] as const),
      ACTS.map((name) => [name, acts.get(name) ?? 0]),
    ),
    lettersIn(letters),
    one('code_waits', 'Runs that wait for a code', waits.get('') ?? 0),
    one('questions', 'Questions that wait for a person', questions.length),
    one('stations_up', 'Stations at work on this database', stations.filter(({ alive }) => alive).length),
  ];
}

const lettersIn = (letters: ReadonlyMap<string, number>): Measure => ({
  name: 'letters',
  help: 'Letters to owners, by kind and state; perhaps: it is not known whether it went out',
  labels: ['kind', 'state'],
  values: LETTER_KINDS.flatMap((kind) =>
    LETTER_STATES.map((state) => [{ kind, state }, letters.get(`${kind} ${state}`) ?? 0] as const),
  ),
});

async function counted({ pool }: PageStore, sql: string): Promise<Map<string, number>> {
  const found = pool.query<{ name: string; count: number }>(sql);
  return new Map((await found.catch(storeFault)).rows.map(({ name, count }) => [name, count]));
}
