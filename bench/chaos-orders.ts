import type { PhoneSpec } from '../src/sim/spec.ts';
import { imeiOf } from '../src/sim/identity.ts';

/** One phone that is handed in, and what may become of its job whatever breaks down meanwhile. */
export interface ChaosOrder {
  /** Its number in the list. */
  reference: string;
  kind: Kind;
  spec: PhoneSpec & { serialno: string; imei: string; account: { id: string; password: string } };
  /** A line of the list, by its columns. */
  line: Record<string, string>;
}

type Kind = keyof typeof KINDS;

/**
 * How often of a hundred, what phone it is, and what a refusal may say. A phone with none is signed out, or
 * says why it could not be.
 */
const KINDS = {
  plain: { share: 30, phone: {}, refusals: [] },
  old: { share: 14, phone: { release: '10', language: 'bg' }, refusals: [] },
  'password first': { share: 12, phone: { order: 'password-first' }, refusals: [] },
  'HyperOS 3': { share: 12, phone: { release: 'hyperos3' }, refusals: [] },
  'wrong password': { share: 10, phone: {}, refusals: ['wrong-password'] },
  'second factor': { share: 7, phone: { faults: ['second-factor'] }, refusals: ['second-factor'] },
  'no network': {
    share: 7,
    phone: { order: 'password-first', faults: ['network-down'] },
    refusals: ['network'],
  },
  forgotten: { share: 8, phone: {}, refusals: [] },
} as const satisfies Record<string, { share: number; phone: PhoneSpec; refusals: string[] }>;

export const refusalsOf = (kind: Kind): readonly string[] => KINDS[kind].refusals;

/** A list with a bit of everything; the same for the same random numbers. */
export function makeOrders(jobs: number, forgotten: boolean, random: () => number): ChaosOrder[] {
  const names = (Object.keys(KINDS) as Kind[]).filter((kind) => forgotten || kind !== 'forgotten');
  // A short list has each kind once before one comes twice.
  const picked = Array.from({ length: jobs }, (_, at) =>
    at < names.length ? (names[at] as Kind) : drawn(names, random),
  );
  shuffle(picked, random);
  return picked.map(orderOf);
}

function orderOf(kind: Kind, at: number): ChaosOrder {
  const id = String(6_240_000_000 + at);
  const password = `Right-${id}`;
  const email = `lab+${id}@example.com`;
  const serialno = `c${id}`;
  const account = { id, password, email, syncedData: ['contacts' as const], lockDays: 0 };
  const { phone } = KINDS[kind];
  const imei = imeiOf(serialno);
  const reference = `C${at + 1}`;
  const known = kind === 'wrong password' ? `Wrong-${id}` : password;
  const forgotten = { if_forgotten: 'recover', code_source: 'smtp', by: 'email', contact: email };
  return {
    reference,
    kind,
    spec: {
      pace: 'instant',
      helpers: 'current',
      serialno,
      imei,
      account,
      ...phone,
      ...('faults' in phone ? { faults: [...phone.faults] } : {}),
    },
    line: {
      reference,
      imei,
      account: id,
      data: 'keep',
      ...(kind === 'forgotten' ? forgotten : { password: known }),
    },
  };
}

function drawn(names: readonly Kind[], random: () => number): Kind {
  let left = random() * 100;
  return names.find((name) => (left -= KINDS[name].share) < 0) ?? 'plain';
}

/** Fisher and Yates'. */
export function shuffle<T>(list: T[], random: () => number): void {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other] as T, list[at] as T];
  }
}

const COLUMNS = [
  'reference',
  'imei',
  'account',
  'password',
  'data',
  'if_forgotten',
  'code_source',
  'by',
  'contact',
];

/** The list as `mi-unbind bulk` takes it. */
export function listOf(orders: readonly ChaosOrder[]): string {
  return [COLUMNS, ...orders.map(({ line }) => COLUMNS.map((column) => line[column] ?? ''))]
    .map((row) => `${row.join(',')}\n`)
    .join('');
}
