import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DebianPostgres, postgresMissing } from './debian-postgres.ts';
import type { Secret } from '../secret.ts';

const SCHEMA = '/usr/share/doc/gammu-smsd/examples/pgsql.sql';
export const PASSWORD = 'smsd-secret';

/** What keeps live tests from starting gammu-smsd on this host; nothing where they can. */
export async function smsdMissing(): Promise<string | false> {
  if (spawnSync('gammu-smsd', ['--version']).error)
    return 'gammu-smsd is not installed (apt-get install gammu-smsd)';
  if (!(await readFile(SCHEMA).catch(() => undefined))) return `the schema of gammu-smsd is not at ${SCHEMA}`;
  return postgresMissing();
}

/**
 * For live tests: Debian's PostgreSQL and gammu-smsd on gammu's dummy phone, whose messages are files. All in
 * a temporary folder.
 */
export class GammuSmsd {
  readonly #folder: string;
  readonly #server: DebianPostgres;
  #smsd: ChildProcess | undefined;
  #received = 0;

  private constructor(folder: string, server: DebianPostgres) {
    this.#folder = folder;
    this.#server = server;
  }

  static async start(): Promise<GammuSmsd> {
    const folder = await mkdtemp(join(tmpdir(), 'gammu-smsd-'));
    // A zone of its own: times in the tables are without one.
    const server = await DebianPostgres.start({ user: 'smsd', password: PASSWORD }, [
      'timezone=America/Bogota',
      'max_connections=20',
    ]);
    const started = new GammuSmsd(folder, server);
    try {
      await started.#prepare();
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  url(changes: { password?: string; database?: string; port?: number } = {}): Secret {
    return this.#server.url({ database: 'smsd', ...changes });
  }

  async #prepare(): Promise<void> {
    for (const box of ['1', '2', '3', '4', '5'])
      await mkdir(join(this.#folder, 'phone/sms', box), { recursive: true });
    await this.query('CREATE DATABASE smsd', 'postgres');
    // The language is there since PostgreSQL 9, and the file says to make it.
    await this.query((await readFile(SCHEMA, 'utf8')).replace('CREATE LANGUAGE plpgsql;', ''));
    await writeFile(join(this.#folder, 'smsdrc'), this.#smsdrc());
    this.#smsd = spawn('gammu-smsd', ['-c', join(this.#folder, 'smsdrc')], { stdio: 'ignore' });
  }

  #smsdrc(): string {
    return `[gammu]
device = ${this.#folder}/phone
connection = none
model = dummy
[smsd]
phoneid = bench-modem
service = sql
driver = native_pgsql
host = 127.0.0.1:${this.#server.port}
user = smsd
password = ${PASSWORD}
database = smsd
logfile = ${this.#folder}/smsd.log
commtimeout = 1
receivefrequency = 1
multiparttimeout = 60
checksecurity = 0
`;
  }

  async startServer(): Promise<void> {
    await this.#server.start();
  }

  async stopServer(): Promise<void> {
    await this.#server.stop();
  }

  /** Each run of statements over a connection of its own. */
  async query(sql: string, database = 'smsd'): Promise<unknown[]> {
    const client = new Client({ connectionString: this.url({ database }).reveal() });
    await client.connect();
    try {
      const { rows } = await client.query(sql);
      return rows as unknown[];
    } finally {
      await client.end();
    }
  }

  /** The modem receives an SMS, or one part of one (`udh` in hex). smsd finds it within a second. */
  async receive(from: string, text: string, udh = ''): Promise<void> {
    const lines = [
      '[SMSBackup000]',
      'SMSC = "+4540590000"',
      'PDU = Deliver',
      'DateTime = 20240301T120000',
      'State = UnRead',
      `Number = "${from}"`,
      ...(udh ? [`UDH = ${udh}`] : []),
      `Text00 = ${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}`,
      'Coding = Unicode_No_Compression',
      'Folder = 1',
      `Length = ${text.length}`,
      'Class = -1',
      '',
    ];
    const name = join(this.#folder, 'arriving');
    await writeFile(name, lines.join('\n'));
    // Whole or not at all: smsd may look at any moment.
    await rename(name, join(this.#folder, 'phone/sms/3', String(++this.#received)));
  }

  /** smsd first, which takes its leave of the database. */
  async stop(): Promise<void> {
    if (this.#smsd && this.#smsd.exitCode === null && this.#smsd.signalCode === null) {
      const exited = once(this.#smsd, 'exit');
      this.#smsd.kill('SIGTERM');
      await exited;
    }
    await this.#server.remove();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
