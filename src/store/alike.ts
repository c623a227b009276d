import type pg from 'pg';
import { keysOf } from '../account/name.ts';
import { storeFault } from './fault.ts';
import type { Seal } from './sealing.ts';

type Client = Pick<pg.ClientBase, 'query'>;
interface Alias {
  other: string;
  kind: 'id' | 'name' | 'mask';
}

const ALIASES = 'select other, kind from mi_unbind.alias where name = any($1)';
const LEARN = `insert into mi_unbind.alias (name, other, kind)
   select name, other, kind from jsonb_to_recordset($1) as learnt (name text, other text, kind text) on conflict do nothing`;

/**
 * What an account is found by in the ledger, as digests: its names, and the masks behind which it, or another
 * one, may be.
 */
export class Alike {
  /** Of the account itself, with what was learnt of it. */
  readonly names: readonly string[];
  /** Of masks. An entry that has nothing else may be this account's. */
  readonly loose: readonly string[];
  /**
   * Of masks that were shown, and that no known name of this account explains: entries of every account
   * behind them count.
   */
  readonly open: readonly string[];
  /** Every mask under which a phone may show it. */
  readonly masks: readonly string[];
  /** What an act of this account is entered for. */
  readonly entered: readonly string[];

  private constructor(
    own: { names: string[]; masks: string[]; shown: string[] },
    aliases: readonly Alias[],
    before: readonly string[],
  ) {
    const learnt = (...kinds: Alias['kind'][]) =>
      aliases.filter(({ kind }) => kinds.includes(kind)).map(({ other }) => other);
    const names = [...own.names, ...learnt('id', 'name')];
    const known = [...own.masks, ...(learnt('id').length > 0 ? learnt('mask') : [])];
    this.open = unique([...own.shown, ...learnt('mask')].filter((mask) => !known.includes(mask)));
    this.loose = unique([...known, ...this.open]);
    this.masks = unique([...known, ...this.open]);
    this.names = unique([...names, ...before]);
    this.entered = unique([...own.names, ...own.shown.filter((mask) => !known.includes(mask))]);
  }

  /** `written`: names of one account, as lists and phones have them. */
  static async of(client: Client, seal: Seal, written: readonly string[], serial: string): Promise<Alike> {
    const own = digestsOf(seal, written);
    const { rows } = await client.query<Alias>(ALIASES, [own.names]);
    // As entries were made before masks were compared.
    const before = written
      .map((name) => name.trim().toLowerCase())
      .map((name) => (name.includes('*') ? `${name}@${serial}` : name));
    return new Alike(
      own,
      rows,
      before.map((name) => seal.digest(name)),
    );
  }
}

/** Remembers that these are names of one account. */
export async function rememberNames(
  pool: Pick<pg.Pool, 'query'>,
  seal: Seal,
  written: readonly string[],
): Promise<void> {
  const { names, ids, shown, masks } = digestsOf(seal, written);
  const { rows } = await pool.query<Alias>(ALIASES, [names]).catch(storeFault);
  const all = new Map<string, Alias['kind']>([
    ...shown.map((mask) => [mask, 'mask'] as const),
    ...rows.map(({ other, kind }) => [other, kind] as const),
    ...names.map((name) => [name, ids.includes(name) ? 'id' : 'name'] as const),
  ]);
  const pairs = [...all].flatMap(([name, as]) =>
    // Behind a mask there are many.
    as === 'mask'
      ? []
      : [...all].filter(([other]) => other !== name).map(([other, kind]) => ({ name, other, kind })),
  );
  // An address that is known to be this id's has to know the masks of it.
  const behind = [...all].flatMap(([name, as]) =>
    as === 'name' && ids.length > 0 ? masks.map((other) => ({ name, other, kind: 'mask' })) : [],
  );
  if (pairs.length + behind.length > 0)
    await pool.query(LEARN, [JSON.stringify([...pairs, ...behind])]).catch(storeFault);
}

function digestsOf(seal: Seal, written: readonly string[]) {
  const keys = written.map(keysOf);
  const digests = (of: readonly string[]) => unique(of).map((key) => seal.digest(key));
  return {
    names: digests(keys.flatMap(({ names }) => names)),
    ids: digests(keys.flatMap(({ names, isId }) => (isId ? names : []))),
    masks: digests(keys.flatMap(({ masks }) => masks)),
    shown: digests(keys.flatMap(({ shown }) => shown)),
  };
}

const unique = (of: readonly string[]) => [...new Set(of)];
