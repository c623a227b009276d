import { appendFileSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { StoreError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { lost } from './fault.ts';
import type { Seal } from './sealing.ts';

/** `unconfirmed`: submitted perhaps, so the account has it or the one before. */
export type PasswordState = 'unconfirmed' | 'confirmed' | 'rejected';

export interface KeptPassword {
  id: string;
  account: string;
  password: Secret;
  state: PasswordState;
  /** ISO time. */
  keptAt: string;
}

/** Where new passwords are kept, so that none is ever lost: kept before it is submitted, confirmed when the account has it. */
export interface Vault {
  /** Keeps it as unconfirmed, on disk when this resolves. */
  keep(account: string, password: Secret): Promise<string>;
  mark(id: string, state: Exclude<PasswordState, 'unconfirmed'>): Promise<void>;
  list(): Promise<KeptPassword[]>;
}

/** In the store, encrypted. */
export class StoreVault implements Vault {
  readonly #pool: pg.Pool;
  readonly #seal: Seal;

  constructor(pool: pg.Pool, seal: Seal) {
    this.#pool = pool;
    this.#seal = seal;
  }

  async keep(account: string, password: Secret): Promise<string> {
    const sealed = await this.#seal.close(JSON.stringify({ account, password: password.reveal() }));
    const kept = this.#pool.query<{ id: string }>('insert into mi_unbind.password (sealed) values ($1) returning id', [sealed]);
    const { rows } = await kept.catch(lost);
    return rows[0]?.id ?? '';
  }

  async mark(id: string, state: PasswordState): Promise<void> {
    await this.#pool.query('update mi_unbind.password set state = $2 where id = $1', [id, state]).catch(lost);
  }

  async list(): Promise<KeptPassword[]> {
    const kept = this.#pool.query<{ id: string; sealed: string; state: PasswordState; kept_at: Date }>(
      'select id, sealed, state, kept_at from mi_unbind.password order by id',
    );
    const { rows } = await kept.catch(lost);
    return Promise.all(
      rows.map(async ({ id, sealed, state, kept_at }) => {
        const { account, password } = JSON.parse(await this.#seal.open(sealed)) as { account: string; password: string };
        return { id, account, password: new Secret(password), state, keptAt: kept_at.toISOString() };
      }),
    );
  }
}

/** In a file of the operator's that only its owner reads: one JSON object a line, the later line about an id being the one that counts. */
export function fileVault(file: string): Vault {
  // Now, so that a folder that is not there is told before anything is asked for.
  append('');

  function append(text: string): void {
    try {
      appendFileSync(file, text, { mode: 0o600, flush: true });
    } catch (cause) {
      throw new StoreError(`'${file}' cannot be written: ${(cause as Error).message}`, 'give another file with --save-to', cause);
    }
  }

  return {
    async keep(account, password) {
      const id = crypto.randomUUID();
      append(`${JSON.stringify({ id, at: new Date().toISOString(), account, password: password.reveal(), state: 'unconfirmed' })}\n`);
      return id;
    },
    async mark(id, state) {
      append(`${JSON.stringify({ id, at: new Date().toISOString(), state })}\n`);
    },
    async list() {
      const entries = new Map<string, KeptPassword>();
      for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
        const { id, at, account, password, state } = JSON.parse(line) as Record<'id' | 'at' | 'account' | 'password', string> & {
          state: PasswordState;
        };
        const before = entries.get(id);
        entries.set(id, before ? { ...before, state } : { id, account, password: new Secret(password), state, keptAt: at });
      }
      return [...entries.values()];
    },
  };
}
