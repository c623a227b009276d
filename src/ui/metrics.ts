import { timingSafeEqual } from 'node:crypto';
import { Gauge, Registry } from 'prom-client';
import { JobAdmin } from '../jobs/admin.ts';
import type { JobState } from '../jobs/job.ts';
import { storeFault } from '../store/fault.ts';
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

export function healthRoutes(options: ServedOptions, live: LiveEvents): PageRoute[] {
  const { health, rules } = options;
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
        const text = await metricsOf(options, live, await health.check());
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

/** Labels come from closed sets: never a serial, an account or a text of others. What is not there is 0. */
async function metricsOf(
  { store, codeSources }: Pick<ServedOptions, 'store' | 'codeSources'>,
  live: LiveEvents,
  parts: Readonly<Record<string, boolean>>,
): Promise<{ type: string; body: string }> {
  const registry = new Registry();
  const gauge = (
    name: string,
    help: string,
    label: string,
    values: readonly (readonly [string, number])[],
  ) => {
    const made = new Gauge({
      name: `mi_unbind_${name}`,
      help,
      labelNames: label === '' ? [] : [label],
      registers: [registry],
    });
    for (const [value, count] of values)
      if (label === '') made.set(count);
      else made.set({ [label]: value }, count);
  };
  const { tiles } = await live.view('');
  gauge(
    'phones',
    'Phones on the wall, by state',
    'state',
    STATES.map((state) => [state, tiles.filter((tile) => tile.state === state).length]),
  );
  const jobs = await new JobAdmin(store).totals();
  gauge(
    'jobs',
    'Jobs in the store, by state',
    'state',
    JOB_STATES.map((state) => [state, jobs[state] ?? 0]),
  );
  const outcomes = await counted(
    store,
    "select coalesce(outcome ->> 'outcome', '') as name, count(*)::int as count from mi_unbind.job where ended_at is not null group by 1",
  );
  gauge(
    'outcomes',
    'Jobs by how their last attempt ended',
    'outcome',
    outcomeNames.map((name) => [name, outcomes.get(name) ?? 0]),
  );
  const acts = await counted(
    store,
    'select act as name, count(distinct (at, serial))::int as count from mi_unbind.ledger group by 1',
  );
  gauge(
    'acts',
    'What was submitted or asked for, as the ledger has it',
    'act',
    ACTS.map((name) => [name, acts.get(name) ?? 0]),
  );
  const letters = await new Letters(store).counts(Date.now());
  const letterGauge = new Gauge({
    name: 'mi_unbind_letters',
    help: 'Letters to owners, by kind and state; perhaps: it is not known whether it went out',
    labelNames: ['kind', 'state'],
    registers: [registry],
  });
  for (const kind of LETTER_KINDS)
    for (const state of LETTER_STATES) letterGauge.set({ kind, state }, letters.get(`${kind} ${state}`) ?? 0);
  const waits = await counted(
    store,
    "select '' as name, count(*)::int as count from mi_unbind.wait where until > now()",
  );
  gauge('code_waits', 'Runs that wait for a code', '', [['', waits.get('') ?? 0]]);
  gauge('questions', 'Questions that wait for a person', '', [
    ['', (await openQuestions(store.pool)).length],
  ]);
  gauge(
    'code_source_up',
    'Whether a code source of this station is set up and answers',
    'source',
    codeSources.map((name) => [name, Number(parts[`code-source ${name}`] ?? false)]),
  );
  gauge(
    'part_up',
    'Whether a part of this station answers',
    'part',
    ['database', 'adb', 'appium', 'disk'].map((name) => [name, Number(parts[name] ?? false)]),
  );
  gauge('stations_up', 'Stations at work on this database', '', [
    ['', (await seenStations(store.pool)).filter(({ alive }) => alive).length],
  ]);
  gauge('page_streams', 'Open pages of this station', '', [['', live.size]]);
  return { type: registry.contentType, body: await registry.metrics() };
}

async function counted({ pool }: PageStore, sql: string): Promise<Map<string, number>> {
  const found = pool.query<{ name: string; count: number }>(sql);
  return new Map((await found.catch(storeFault)).rows.map(({ name, count }) => [name, count]));
}
