import {
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  readSync,
  closeSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type pg from 'pg';
import { z } from 'zod';
import { StoreError, UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { PRIVATE_FILE } from '../private-files.ts';
import { migrate, steps } from './migrations.ts';

/**
 * A copy of the database with its key, in one file: gzip of a JSON object a line. First what it is, then the
 * rows, table by table, then how many there were. It is made from one moment of the database, while stations
 * may go on.
 */

/** The first line. */
const head = z.object({
  format: z.literal('mi-unbind backup 1'),
  /** ISO time. */
  at: z.string(),
  /** Name of the computer it was made on. */
  from: z.string(),
  version: z.string(),
  /** Of the database: see migrations.ts. */
  step: z.int().positive(),
  /** The store's key, in base64. */
  key: z.string(),
  /** Small files of the data folder by name, in base64. */
  files: z.record(z.string().regex(/^[\w.-]+$/), z.string()),
});
export type BackupHead = z.infer<typeof head>;

const row = z.object({ table: z.string().regex(/^[a-z_]+$/), row: z.record(z.string(), z.unknown()) });
const tail = z.object({ rows: z.int().nonnegative() });

/** Rows in one statement. */
const AT_ONCE = 500;

/**
 * Writes the backup in place of one that is there, and of nothing else. Gives how many rows each table has.
 * Throws UsageError.
 */
export async function writeBackup(
  pool: pg.Pool,
  file: string,
  about: Omit<BackupHead, 'format' | 'step'>,
): Promise<Map<string, number>> {
  if (existsSync(file) && !isGzip(file)) {
    throw new UsageError(
      `'${file}' is there already and is no backup.`,
      'give the name of a new file, or of an earlier backup',
    );
  }
  const draft = `${file}.${process.pid}`;
  const counts = new Map<string, number>();
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    await pipeline(
      lines(client, about, counts),
      createGzip(),
      createWriteStream(draft, { mode: PRIVATE_FILE, flush: true }),
    );
    renameSync(draft, file);
    return counts;
  } catch (cause) {
    rmSync(draft, { force: true });
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    const why =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'its folder does not exist' : fileFault(cause);
    throw new UsageError(
      `'${file}' cannot be written: ${why}.`,
      'give a file in a folder that exists and has room',
    );
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

async function* lines(
  client: pg.ClientBase,
  about: Omit<BackupHead, 'format' | 'step'>,
  counts: Map<string, number>,
) {
  const { rows: done } = await client.query<{ step: number }>(
    'select max(step)::int as step from mi_unbind.migration',
  );
  yield `${JSON.stringify({ format: 'mi-unbind backup 1', ...about, step: done[0]?.step ?? 0 } satisfies BackupHead)}\n`;
  for (const table of await tablesOf(client)) {
    counts.set(table, 0);
    await client.query(`declare backup cursor for select to_jsonb(t)::text as row from mi_unbind.${table} t`);
    for (;;) {
      const { rows } = await client.query<{ row: string }>(`fetch ${AT_ONCE} from backup`);
      if (rows.length === 0) break;
      counts.set(table, (counts.get(table) ?? 0) + rows.length);
      yield rows.map(({ row: text }) => `{"table":"${table}","row":${text}}\n`).join('');
    }
    await client.query('close backup');
  }
  yield `${JSON.stringify({ rows: [...counts.values()].reduce((sum, count) => sum + count, 0) })}\n`;
}

async function tablesOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'mi_unbind' and tablename <> 'migration' order by 1",
  );
  return rows.map(({ name }) => name);
}

/** What a backup says of itself. Throws UsageError where it is none, or a newer mi-unbind has made it. */
export async function readBackupHead(file: string): Promise<BackupHead> {
  for await (const line of linesOf(file)) {
    const found = head.safeParse(line);
    if (!found.success) throw notOne(file);
    if (found.data.step > steps.length) {
      throw new UsageError(
        `'${file}' was made by a newer mi-unbind (${found.data.version}).`,
        'restore it with that version',
      );
    }
    return found.data;
  }
  throw notOne(file);
}

/**
 * Brings back what a backup holds, all of it or nothing, into a database in which nothing is. Gives how many
 * rows each table has. Throws StoreError where there is something, UsageError where the file is damaged.
 */
export async function restoreBackup(
  client: pg.ClientBase,
  file: string,
  { step }: BackupHead,
): Promise<Map<string, number>> {
  await refuseFull(client);
  await client.query('drop schema if exists mi_unbind cascade');
  // The rows are of that step; what changes them since comes after.
  await migrate(client, steps.slice(0, step));
  const counts = new Map<string, number>();
  await client.query('begin');
  try {
    let open: { table: string; rows: unknown[] } = { table: '', rows: [] };
    let reported: number | undefined;
    for await (const line of linesOf(file)) {
      const next = row.safeParse(line).data;
      reported ??= tail.safeParse(line).data?.rows;
      if (!next) continue;
      if (next.table !== open.table || open.rows.length >= AT_ONCE) {
        await insert(client, open);
        open = { table: next.table, rows: [] };
      }
      open.rows.push(next.row);
      counts.set(next.table, (counts.get(next.table) ?? 0) + 1);
    }
    await insert(client, open);
    const found = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (reported !== found)
      throw damaged(
        file,
        reported === undefined ? 'it ends too early' : `${found} of its ${reported} rows are there`,
      );
    await setSequences(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
  await migrate(client);
  return counts;
}

async function refuseFull(client: pg.ClientBase): Promise<void> {
  for (const table of await tablesOf(client)) {
    if (table === 'seal') continue;
    const { rowCount } = await client.query(`select from mi_unbind.${table} limit 1`);
    if (rowCount) {
      throw new StoreError(
        'there is something in it already, and a restore replaces all',
        'set DATA_DIR to a new folder, or DATABASE_URL to an empty database',
      );
    }
  }
}

async function insert(
  client: pg.ClientBase,
  { table, rows }: { table: string; rows: readonly unknown[] },
): Promise<void> {
  if (rows.length === 0) return;
  if (!(await tablesOf(client)).includes(table))
    throw new StoreError(
      `the backup has a table '${table}', which is none of ours`,
      'restore another backup',
    );
  const sql = `insert into mi_unbind.${table} overriding system value select * from jsonb_populate_recordset(null::mi_unbind.${table}, $1)`;
  await client.query(sql, [JSON.stringify(rows)]);
}

/** New rows go on after those that came back. */
async function setSequences(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
       where table_schema = 'mi_unbind' and is_identity = 'YES'`,
  );
  for (const { table, column } of rows) {
    const sequence = `pg_get_serial_sequence('mi_unbind.${table}', '${column}')`;
    await client.query(
      `select setval(${sequence}, max(${column})) from mi_unbind.${table} having max(${column}) is not null`,
    );
  }
}

async function* linesOf(file: string): AsyncGenerator<unknown> {
  const source = createReadStream(file);
  const plain = source.pipe(createGunzip());
  source.once('error', (error) => plain.destroy(error));
  try {
    for await (const line of createInterface({ input: plain, crlfDelay: Infinity })) yield JSON.parse(line);
  } catch (cause) {
    const { syscall, code } = cause as NodeJS.ErrnoException;
    if (syscall !== undefined)
      throw new UsageError(
        `'${file}' cannot be read: ${fileFault(cause)}.`,
        "name a file that 'mi-unbind backup' has written",
      );
    throw code === 'Z_BUF_ERROR'
      ? damaged(file, 'it ends too early')
      : code?.startsWith('Z_')
        ? notOne(file)
        : cause;
  } finally {
    source.destroy();
  }
}

function isGzip(file: string): boolean {
  const start = Buffer.alloc(2);
  const handle = openSync(file, 'r');
  readSync(handle, start, 0, 2, 0);
  closeSync(handle);
  return start.equals(Buffer.from([0x1f, 0x8b]));
}

const notOne = (file: string) =>
  new UsageError(`'${file}' is no backup.`, "name a file that 'mi-unbind backup' has written");
const damaged = (file: string, why: string) =>
  new UsageError(`The backup '${file}' is damaged: ${why}.`, 'take an earlier one');
