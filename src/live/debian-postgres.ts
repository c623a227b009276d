import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../port.ts';
import { Secret } from '../secret.ts';

const POSTGRES = '/usr/lib/postgresql';

/** What keeps live tests from starting Debian's PostgreSQL on this host; nothing where they can. */
export async function postgresMissing(): Promise<string | false> {
  return (await serverFolder()) ? false : 'no PostgreSQL server is installed (apt-get install postgresql)';
}

async function serverFolder(): Promise<string | undefined> {
  const releases = await readdir(POSTGRES).catch(() => []);
  const newest = releases.sort((a, b) => Number(b) - Number(a))[0];
  return newest && join(POSTGRES, newest, 'bin');
}

export interface PostgresLogin {
  user: string;
  password: string;
}

/** For live tests: Debian's PostgreSQL as an operator's own, on a port of loopback, in a temporary folder. */
export class DebianPostgres {
  readonly port: number;
  /** It holds the server's files, and its socket. */
  readonly folder: string;
  readonly #bin: string;
  readonly #login: PostgresLogin;
  #settings: readonly string[];
  /** PostgreSQL refuses to run as root: then it runs as another user. */
  readonly #user: { uid?: number; gid?: number } = process.getuid?.() === 0 ? userOf('postgres') : {};
  #server: ChildProcess | undefined;

  private constructor(
    folder: string,
    bin: string,
    port: number,
    login: PostgresLogin,
    settings: readonly string[],
  ) {
    this.folder = folder;
    this.#bin = bin;
    this.port = port;
    this.#login = login;
    this.#settings = settings;
  }

  /**
   * `settings`: further ones, as `name=value`; `prepare` gets the folder of the data, puts files into it and
   * gives settings that name them. Its database is `postgres`.
   */
  static async start(
    login: PostgresLogin,
    settings: readonly string[] = [],
    prepare?: (data: string) => Promise<string[]>,
  ): Promise<DebianPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
    const server = new DebianPostgres(folder, (await serverFolder())!, await freePort(), login, settings);
    try {
      await server.#prepare(prepare);
      return server;
    } catch (error) {
      await server.remove();
      throw error;
    }
  }

  url({ password = this.#login.password, database = 'postgres', port = this.port } = {}): Secret {
    return new Secret(`postgres://${this.#login.user}:${password}@127.0.0.1:${port}/${database}`);
  }

  async #prepare(more: ((data: string) => Promise<string[]>) | undefined): Promise<void> {
    const { uid, gid } = this.#user;
    await writeFile(join(this.folder, 'password'), this.#login.password);
    if (uid !== undefined && gid !== undefined)
      for (const name of ['', 'password']) await chown(join(this.folder, name), uid, gid);
    const who = ['-U', this.#login.user, '-A', 'scram-sha-256', '--pwfile', 'password'];
    const initdb = ['-D', 'data', ...who, '-E', 'UTF8', '--locale', 'C', '--no-sync'];
    await promisify(execFile)(join(this.#bin, 'initdb'), initdb, { cwd: this.folder, ...this.#user });
    const data = join(this.folder, 'data');
    this.#settings = [...this.#settings, ...((await more?.(data)) ?? [])];
    if (uid !== undefined && gid !== undefined)
      for (const name of await readdir(data)) await chown(join(data, name), uid, gid);
    await this.start();
  }

  async start(): Promise<void> {
    const settings = ['fsync=off', ...this.#settings].flatMap((setting) => ['-c', setting]);
    const args = ['-D', 'data', '-p', String(this.port), '-h', '127.0.0.1', '-k', this.folder, ...settings];
    this.#server = spawn(join(this.#bin, 'postgres'), args, {
      cwd: this.folder,
      ...this.#user,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let said = '';
    this.#server.stderr!.on(
      'data',
      (chunk) => void ((said += String(chunk)).includes('ready to accept connections') && resolve()),
    );
    this.#server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${said}`)));
    await promise;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGINT');
    await exited;
  }

  /** Stops it, with all it holds. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function userOf(name: string): { uid: number; gid: number } {
  const id = (what: string) => Number(spawnSync('id', [what, name], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
