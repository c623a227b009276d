import { appendFileSync, chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type pg from 'pg';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { markOf, textOf } from '../config/secret-text.ts';
import { Secret } from '../secret.ts';
import { storeFault } from './fault.ts';
import type { Seal } from './sealing.ts';

/** `unconfirmed`: submitted perhaps, so the account has it or the one before. */
export type PasswordState = 'unconfirmed' | 'confirmed' | 'rejected';

/** What a password is found again by. */
export interface Whose {
  /** Telephone number or e-mail address its code was sent to. */
  contact: string;
  /** Empty where it was no phone's. */
  serial: string;
}

export interface KeptPassword extends Whose {
  id: string;
  /** As it is known where the password was changed: a phone may show it masked. */
  account: string;
  password: Secret;
  state: PasswordState;
  /** ISO time. */
  keptAt: string;
}

/**
 * Where new passwords are kept, so that none is ever lost: kept before it is submitted, confirmed when the
 * account has it.
 */
export interface Vault {
  /** Keeps it as unconfirmed, on disk when this resolves. */
  keep(account: string, password: Secret): Promise<string>;
  mark(id: string, state: Exclude<PasswordState, 'unconfirmed'>): Promise<void>;
}

/** In the store, encrypted. */
export class StoreVault implements Vault {
  readonly #pool: pg.Pool;
  readonly #seal: Seal;
  readonly #whose: Whose;

  /** `whose`: what is kept with each password. */
  constructor(pool: pg.Pool, seal: Seal, whose: Whose) {
    this.#pool = pool;
    this.#seal = seal;
    this.#whose = whose;
  }

  async keep(account: string, password: Secret): Promise<string> {
    const sealed = await this.#seal.close(
      JSON.stringify({ ...this.#whose, account, password: password.reveal() }),
    );
    const kept = this.#pool.query<{ id: string }>(
      'insert into mi_unbind.password (sealed) values ($1) returning id',
      [sealed],
    );
    const { rows } = await kept.catch(storeFault);
    return rows[0]?.id ?? '';
  }

  async mark(id: string, state: PasswordState): Promise<void> {
    await this.#pool
      .query('update mi_unbind.password set state = $2 where id = $1', [id, state])
      .catch(storeFault);
  }
}

/** Every password the store keeps, oldest first. */
export async function storedPasswords(pool: pg.Pool, seal: Seal): Promise<KeptPassword[]> {
  const kept = pool.query<{ id: string; sealed: string; state: PasswordState; kept_at: Date }>(
    'select id, sealed, state, kept_at from mi_unbind.password order by id',
  );
  const { rows } = await kept.catch(storeFault);
  return Promise.all(
    rows.map(async ({ id, sealed, state, kept_at }) => {
      const { password, ...rest } = JSON.parse(await seal.open(sealed)) as Whose & {
        account: string;
        password: string;
      };
      return { ...rest, id, password: new Secret(password), state, keptAt: kept_at.toISOString() };
    }),
  );
}

/** Deletes kept passwords. How many. */
export async function forgetPasswords(pool: pg.Pool, ids: readonly string[]): Promise<number> {
  return (
    (await pool.query('delete from mi_unbind.password where id = any($1)', [ids]).catch(storeFault))
      .rowCount ?? 0
  );
}

/**
 * What is known of an account's password, by one of its names: the newest whose fate is known, where that was
 * accepted.
 */
export async function acceptedPassword(
  pool: pg.Pool,
  seal: Seal,
  names: readonly string[],
): Promise<KeptPassword | undefined> {
  return acceptedOf(await storedPasswords(pool, seal), names);
}

function acceptedOf<P extends Pick<KeptPassword, 'account' | 'contact' | 'state'>>(
  kept: readonly P[],
  names: readonly string[],
): P | undefined {
  const own = kept.filter(({ account, contact }) => names.includes(account) || names.includes(contact));
  const newest = own.findLast(({ state }) => state !== 'unconfirmed');
  return newest?.state === 'confirmed' ? newest : undefined;
}

/**
 * Writes passwords to a file that only its owner reads, one JSON object a line, in place of what was in it.
 * Throws UsageError.
 */
export function exportPasswords(file: string, kept: readonly KeptPassword[]): void {
  const lines = kept.map((one) => `${lineOf(one)}\n`);
  write(file, () => {
    // Before a word stands in it: a file that was there may be open to others.
    writeFileSync(file, '', { mode: 0o600 });
    chmodSync(file, 0o600);
    writeFileSync(file, lines.join(''), { flush: true });
  });
}

/**
 * Deletes each password that stands in an exported text as it is kept. How many. One whose fate is open since
 * then stays.
 */
export async function forgetExported(pool: pg.Pool, seal: Seal, text: string): Promise<number> {
  const lines = new Set(text.split(/\r?\n/));
  const exported = (await storedPasswords(pool, seal)).filter((kept) => lines.has(lineOf(kept)));
  return forgetPasswords(
    pool,
    exported.map(({ id }) => id),
  );
}

const lineOf = ({ id: _, password, ...rest }: KeptPassword) =>
  JSON.stringify({ ...rest, password: password.reveal() });

/** Throws a UsageError where it is no text in UTF-8 or marked UTF-16. */
export function textIn(file: string): string {
  const read = textOf(readFileSync(file));
  if ('fault' in read) throw new UsageError(`'${file}' ${read.fault}.`, 'nothing was read from it');
  return read.text;
}

function write(file: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const noFolder = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why = noFolder ? 'its folder does not exist' : fileFault(cause);
    throw new UsageError(`'${file}' cannot be written: ${why}.`, 'give another file with --save-to');
  }
}

/**
 * In a file of the operator's that only its owner reads: one JSON object a line, the later line about an id
 * being the one that counts.
 */
export function fileVault(file: string, whose: Whose): Vault {
  // Now, so that a folder that is not there is reported before anything is asked for.
  append('');
  chmodSync(file, 0o600);
  const before = readFileSync(file);
  if (['utf-16le', 'utf-16be'].includes(markOf(before) ?? ''))
    throw new UsageError(
      `'${file}' is in UTF-16, and lines in UTF-8 would be lost in it.`,
      'give another file with --save-to',
    );
  // An editor may have left the last line without its end: the next one would be lost with it.
  if (before.length > 0 && before.at(-1) !== 10) append('\n');

  function append(text: string): void {
    write(file, () => appendFileSync(file, text, { mode: 0o600, flush: true }));
  }

  return {
    async keep(account, password) {
      const id = crypto.randomUUID();
      append(
        `${JSON.stringify({ id, at: new Date().toISOString(), ...whose, account, password: password.reveal(), state: 'unconfirmed' })}\n`,
      );
      return id;
    },
    async mark(id, state) {
      append(`${JSON.stringify({ id, at: new Date().toISOString(), state })}\n`);
    },
  };
}

/**
 * As `acceptedPassword`, from a file that a `fileVault` writes. What is no line of a vault's is passed over:
 * the file is the operator's.
 */
export function acceptedInFile(
  file: string,
  names: readonly string[],
): Pick<KeptPassword, 'id' | 'password'> | undefined {
  const kept = new Map<string, z.infer<typeof keptLine>>();
  for (const line of existsSync(file) ? textIn(file).split('\n') : []) {
    const reported = json(line);
    const [whole, later] = [keptLine.safeParse(reported).data, laterLine.safeParse(reported).data];
    const before = later && kept.get(later.id);
    if (whole) kept.set(whole.id, whole);
    else if (before) kept.set(later.id, { ...before, ...later });
  }
  const found = acceptedOf([...kept.values()], names);
  return found && { id: found.id, password: new Secret(found.password) };
}

/** Says only what became of a password. */
const laterLine = z.object({ id: z.string(), state: z.enum(['unconfirmed', 'confirmed', 'rejected']) });
const keptLine = laterLine.extend({ account: z.string(), contact: z.string(), password: z.string().min(1) });

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
