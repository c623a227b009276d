import { Secret } from '../secret.ts';
import type { Seal } from '../store/sealing.ts';
import type { ClaimedJob, HoldReason, Job, JobEnd, JobState, ListedOrder, Order } from './job.ts';

/** What the server has said of the lock since the sign-out. */
export const LOCK_AFTER = `(select answer || jsonb_build_object('isOver', due_at is null) from mi_unbind.lock_watch
  where lock_watch.job = job.id and kind = 'after' and job.state in ('done', 'needs-person', 'held')) as lock_after`;

/** Letters to its owner. */
export const LETTERS = `(select jsonb_agg(jsonb_build_object('day', day, 'kind', kind, 'state', letter.state, 'at', at) order by day)
  from mi_unbind.letter where letter.job = job.id) as letters`;

/** Columns that make a Job. */
export const COLUMNS = [
  ...[
    'id',
    'batch',
    'wish',
    'sealed',
    'state',
    'attempts',
    'round',
    'recovering',
    'not_before',
    'station',
    'serial',
    'outcome',
  ],
  ...['created_at', 'started_at', 'ended_at', 'hold', 'held_since', 'held_until'],
]
  .map((column) => `job.${column}`)
  .concat(LOCK_AFTER, LETTERS)
  .join(', ');

export interface JobRow {
  id: string;
  batch: string;
  wish: Wish;
  sealed: string;
  state: JobState;
  attempts: number;
  round: number;
  recovering: boolean;
  not_before: Date | null;
  station: string;
  serial: string;
  outcome: JobEnd | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  hold: HoldReason | null;
  held_since: Date | null;
  held_until: Date | null;
  lock_after: Job['lockAfter'] | null;
  letters: NonNullable<Job['letters']> | null;
}

/** What of an order anybody may read who reads the database. */
type Wish = Omit<Order, 'account' | 'contact' | 'ownerEmail'>;

/** A phone as jobs are looked for by it. */
export function phoneName(phone: Order['phone']): string {
  return 'serial' in phone ? `serial:${phone.serial}` : `imei:${phone.imei}`;
}

/** Every name jobs look for an attached phone by. */
export function namesOf({
  serial,
  imei,
  imei2,
}: {
  serial: string;
  imei?: string;
  imei2?: string;
}): string[] {
  const imeis = [imei, imei2].filter((one) => one !== undefined);
  return [phoneName({ serial }), ...imeis.map((one) => phoneName({ imei: one }))];
}

/** An order as it lies in the database. */
export async function closeOrder(
  { order: { account, contact, ownerEmail, ...wish }, password }: ListedOrder,
  seal: Seal,
) {
  return {
    wish: wish satisfies Wish,
    sealed: await seal.close(JSON.stringify({ account, contact, ownerEmail })),
    password: password ? await seal.close(password.reveal()) : null,
  };
}

export async function openJob(row: JobRow, seal: Seal): Promise<Job> {
  const { account, contact, ownerEmail } = JSON.parse(await seal.open(row.sealed)) as {
    account: string;
    contact?: string;
    ownerEmail?: string;
  };
  const { not_before: notBefore, outcome: end, started_at: startedAt, ended_at: endedAt } = row;
  return {
    id: row.id,
    batch: row.batch,
    order: {
      ...row.wish,
      account,
      ...(contact === undefined ? {} : { contact }),
      ...(ownerEmail && { ownerEmail }),
    },
    state: row.state,
    attempts: row.attempts,
    round: row.round,
    recovering: row.recovering,
    ...(notBefore && { notBefore: notBefore.toISOString() }),
    ...(row.state === 'held' && holdIn(row)),
    ...(row.lock_after && { lockAfter: row.lock_after }),
    ...(row.letters && { letters: row.letters }),
    station: row.station,
    serial: row.serial,
    ...(end && { end }),
    createdAt: row.created_at.toISOString(),
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  };
}

/** Why it is held and until when, where a row says so. */
export function holdIn(row: Pick<JobRow, 'hold' | 'held_since' | 'held_until'>): Pick<Job, 'hold'> {
  const { hold: reason, held_since: since, held_until: until } = row;
  if (!reason || !since) return {};
  return { hold: { reason, since: since.toISOString(), ...(until && { until: until.toISOString() }) } };
}

export async function openClaimed(
  row: JobRow & { password: string | null },
  seal: Seal,
): Promise<ClaimedJob> {
  const job = await openJob(row, seal);
  return row.password === null ? job : { ...job, password: new Secret(await seal.open(row.password)) };
}
