import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../port.ts';
import { Secret } from '../secret.ts';

const SCHEMA = '/usr/share/doc/gammu-smsd/examples/pgsql.sql';
const POSTGRES = '/usr/lib/postgresql';
export const PASSWORD = 'smsd-secret';

/** What keeps live tests from starting gammu-smsd on this host; nothing where they can. */
export async function smsdMissing(): Promise<string | false> {
  if (spawnSync('gammu-smsd', ['--version']).error) return 'gammu-smsd is not installed (apt-get install gammu-smsd)';
  if (!(await readFile(SCHEMA).catch(() => undefined))) return `the schema of gammu-smsd is not at ${SCHEMA}`;
  return (await serverFolder()) ? false : 'no PostgreSQL server is installed (apt-get install postgresql)';
}

async function serverFolder(): Promise<string | undefined> {
  const releases = await readdir(POSTGRES).catch(() => []);
  const newest = releases.sort((a, b) => Number(b) - Number(a))[0];
  return newest && join(POSTGRES, newest, 'bin');
}

/** For live tests: Debian's PostgreSQL and gammu-smsd on gammu's dummy phone, whose messages are files. All in a temporary folder. */
export class GammuSmsd {
  readonly #folder: string;
  readonly #bin: string;
  readonly #port: number;
  /** PostgreSQL refuses to run as root: then it is somebody else. */
  readonly #user: { uid?: number; gid?: number };
  #server: ChildProcess | undefined;
  #smsd: ChildProcess | undefined;
  #received = 0;

  private constructor(folder: string, bin: string, port: number, user: { uid?: number; gid?: number }) {
    this.#folder = folder;
    this.#bin = bin;
    this.#port = port;
    this.#user = user;
  }

  static async start(): Promise<GammuSmsd> {
    const folder = await mkdtemp(join(tmpdir(), 'gammu-smsd-'));
    const started = new GammuSmsd(folder, (await serverFolder())!, await freePort(), process.getuid?.() === 0 ? userOf('postgres') : {});
    try {
      await started.#prepare();
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  url(changes: { password?: string; database?: string; port?: number } = {}): Secret {
    const { password = PASSWORD, database = 'smsd', port = this.#port } = changes;
    return new Secret(`postgres://smsd:${password}@127.0.0.1:${port}/${database}`);
  }

  async #prepare(): Promise<void> {
    const { uid, gid } = this.#user;
    await writeFile(join(this.#folder, 'password'), PASSWORD);
    for (const box of ['1', '2', '3', '4', '5']) await mkdir(join(this.#folder, 'phone/sms', box), { recursive: true });
    if (uid !== undefined && gid !== undefined) for (const name of ['', 'password']) await chown(join(this.#folder, name), uid, gid);
    const initdb = ['-D', 'data', '-U', 'smsd', '-A', 'scram-sha-256', '--pwfile', 'password', '-E', 'UTF8', '--locale', 'C', '--no-sync'];
    await promisify(execFile)(join(this.#bin, 'initdb'), initdb, { cwd: this.#folder, ...this.#user });
    await this.startServer();
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
host = 127.0.0.1:${this.#port}
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
    // A zone of its own: times in the tables are without one.
    const settings = ['fsync=off', 'timezone=America/Bogota', 'max_connections=20'].flatMap((setting) => ['-c', setting]);
    const args = ['-D', 'data', '-p', String(this.#port), '-h', '127.0.0.1', '-k', this.#folder, ...settings];
    this.#server = spawn(join(this.#bin, 'postgres'), args, { cwd: this.#folder, ...this.#user, stdio: ['ignore', 'ignore', 'pipe'] });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let said = '';
    this.#server.stderr!.on('data', (chunk) => void ((said += String(chunk)).includes('ready to accept connections') && resolve()));
    this.#server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${said}`)));
    await promise;
  }

  async stopServer(): Promise<void> {
    await ended(this.#server, 'SIGINT');
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
    await ended(this.#smsd, 'SIGTERM');
    await this.stopServer();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function userOf(name: string): { uid: number; gid: number } {
  const id = (what: string) => Number(spawnSync('id', [what, name], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
