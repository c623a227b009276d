import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type pg from 'pg';
import type { Secret } from '../secret.ts';
import { storeFault } from './fault.ts';

/** What an operator may do on the page, each more than the one before. */
export const ROLES = ['look', 'operate', 'administer'] as const;
export type Role = (typeof ROLES)[number];

export interface StationOperator {
  name: string;
  role: Role;
}

/** A shorter password is guessed. */
export const SHORTEST_PASSWORD = 10;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,39}$/u;
export const isOperatorName = (name: string): boolean => NAME.test(name);

/** Whether who has one role may do what asks for another. */
export const mayDo = (has: Role, asks: Role): boolean => ROLES.indexOf(has) >= ROLES.indexOf(asks);

const derive = promisify<string | Buffer, Buffer, number, object, Buffer>(scrypt);
/** As OWASP's password storage advice has it for scrypt: 32 MB for a try. */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const LENGTH = 32;
/** A login ends so long after it began, hours. */
const LOGIN_HOURS = 12;

/** A password as it is kept: `scrypt$N$r$p$salt$key`. */
async function hashed(password: Secret, cost = COST): Promise<string> {
  const salt = randomBytes(16);
  const key = await keyOf(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join('$');
}

async function fits(password: Secret, kept: string): Promise<boolean> {
  const [kind, n, r, p, salt = '', key = ''] = kept.split('$');
  if (kind !== 'scrypt') return false;
  const wanted = Buffer.from(key, 'base64');
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const found = await keyOf(password, Buffer.from(salt, 'base64'), cost);
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

const keyOf = (password: Secret, salt: Buffer, cost: typeof COST) =>
  derive(password.reveal().normalize('NFKC'), salt, LENGTH, { ...cost, maxmem: 256 * cost.N * cost.r });

export async function listOperators(pool: pg.Pool): Promise<StationOperator[]> {
  const found = pool.query<StationOperator>('select name, role from mi_unbind.operator order by name');
  return (await found.catch(storeFault)).rows;
}

/** False where there is one of that name. `cost`: of a try, where the password is no person's. */
export async function addOperator(
  pool: pg.Pool,
  operator: StationOperator,
  password: Secret,
  cost = COST,
): Promise<boolean> {
  const added = pool.query(
    'insert into mi_unbind.operator (name, role, password) values ($1, $2, $3) on conflict do nothing',
    [operator.name, operator.role, await hashed(password, cost)],
  );
  return (await added.catch(storeFault)).rowCount === 1;
}

type Asked = Pick<pg.Pool, 'query'>;
export type OperatorChange = 'changed' | 'unknown' | 'last';

/** Changes an operator, unless that is the last one who administers: then no one could change anything back. */
export async function unlessLast(
  pool: pg.Pool,
  name: string,
  role: Role | undefined,
  change: (client: Asked) => Promise<boolean>,
): Promise<OperatorChange> {
  const client = await pool.connect().catch(storeFault);
  try {
    await client.query('begin');
    // Two who remove each other at the same moment come one after the other.
    const { rows } = await client.query<{ name: string }>(
      "select name from mi_unbind.operator where role = 'administer' order by name for update",
    );
    const isLast = rows.length === 1 && rows[0]?.name === name && role !== 'administer';
    const became = isLast ? 'last' : (await change(client)) ? 'changed' : 'unknown';
    await client.query('commit');
    return became;
  } catch (fault) {
    await client.query('rollback').catch(() => undefined);
    return storeFault(fault);
  } finally {
    client.release();
  }
}

/** Gives another role. False where there is none of that name. */
export async function setRole(pool: Asked, { name, role }: StationOperator): Promise<boolean> {
  const changed = pool.query('update mi_unbind.operator set role = $2 where name = $1', [name, role]);
  return (await changed.catch(storeFault)).rowCount === 1;
}

/** Gives another password, and ends all logins with the one before. False where there is none of that name. */
export async function setPassword(pool: pg.Pool, name: string, password: Secret): Promise<boolean> {
  const changed = pool.query(
    `with changed as (update mi_unbind.operator set password = $2 where name = $1 returning name),
       ended as (delete from mi_unbind.login using changed where login.operator = changed.name)
     select name from changed`,
    [name, await hashed(password)],
  );
  return (await changed.catch(storeFault)).rowCount === 1;
}

/** Removes an operator, and ends the logins. False where there is none of that name. */
export async function removeOperator(pool: Asked, name: string): Promise<boolean> {
  const removed = pool.query(
    `with ended as (delete from mi_unbind.login where operator = $1) delete from mi_unbind.operator where name = $1`,
    [name],
  );
  return (await removed.catch(storeFault)).rowCount === 1;
}

/** A password that no operator has: an unknown name takes as long as a wrong password. */
let nobodys: Promise<string> | undefined;

/** The operator with this name and password, and what the browser is to keep; undefined where there is none. */
export async function logIn(
  pool: pg.Pool,
  name: string,
  password: Secret,
): Promise<{ operator: StationOperator; token: string } | undefined> {
  const found = pool.query<StationOperator & { password: string }>(
    'select name, role, password from mi_unbind.operator where name = $1',
    [name],
  );
  const [row] = (await found.catch(storeFault)).rows;
  nobodys ??= hashed({ reveal: () => randomBytes(16).toString('hex') } as Secret);
  const isRight = await fits(password, row?.password ?? (await nobodys));
  if (!row || !isRight) return undefined;
  const token = randomBytes(32).toString('base64url');
  const kept = pool.query(
    `with old as (delete from mi_unbind.login where until < now())
     insert into mi_unbind.login (token, operator, until) values ($1, $2, now() + interval '${LOGIN_HOURS} hours')`,
    [digestOf(token), row.name],
  );
  await kept.catch(storeFault);
  return { operator: { name: row.name, role: row.role }, token };
}

/** Who has logged in with this, as the operator is now; undefined where no operator has, or it is over. */
export async function loggedIn(pool: pg.Pool, token: string): Promise<StationOperator | undefined> {
  const found = pool.query<StationOperator>(
    `select operator.name, operator.role from mi_unbind.login join mi_unbind.operator on operator.name = login.operator
     where token = $1 and until > now()`,
    [digestOf(token)],
  );
  return (await found.catch(storeFault)).rows[0];
}

export async function logOut(pool: pg.Pool, token: string): Promise<void> {
  await pool.query('delete from mi_unbind.login where token = $1', [digestOf(token)]).catch(storeFault);
}

const digestOf = (token: string) => createHash('sha256').update(token).digest('base64');

/** Writes down what an operator did on the page. `about`: no secrets, no account in clear. */
export async function audit(
  pool: pg.Pool,
  entry: { station: string; operator: string; act: string; about?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const written = pool.query(
    'insert into mi_unbind.audit (station, operator, act, about) values ($1, $2, $3, $4)',
    [entry.station, entry.operator, entry.act, JSON.stringify(entry.about ?? {})],
  );
  await written.catch(storeFault);
}
