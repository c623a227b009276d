import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childEnvironment, loadSettings } from '../config/config.ts';
import { table } from '../config/settings.ts';
import { freePort } from '../port.ts';
import { startSims, type RunningSims } from '../runs/sims.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import type { Block } from './docs-page.ts';

/** What the blocks of a page are run with, as a comment before one of them says it. */
interface Surroundings {
  /** Simulated phones; they take the place of SERIAL, SERIAL_2 and so on. */
  phones?: PhoneSpec[];
  /** Ports that the page writes out; each is replaced by a free one. */
  ports?: string[];
  env?: Record<string, string>;
  /** What is typed at the next block. */
  input?: string;
}

/** Of one block, ms. There for what hangs: the longest takes half a minute, on a busy computer five times that. */
const LIMIT = 400_000;
const root = join(import.meta.dirname, '../..');

/** Runs what a page shows, as a reader would, in a folder of its own: its database, its runs, its records. */
export class PageRun implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mi-unbind-docs-'));
  readonly #sims: RunningSims[] = [];
  readonly #stays: Running[] = [];
  readonly #ports = new Map<string, number>();
  readonly #words = new Map<string, string>([['/tmp/', `${this.#folder}/tmp-`]]);
  #env: Record<string, string> = {};
  #serials = 0;

  constructor() {
    this.#program('mi-unbind', '');
    // In a checkout `npx mi-unbind` is the program itself.
    this.#program('npx', 'shift\n');
  }

  async run(block: Block): Promise<void> {
    const { input = '' } = await this.#arrange(block.surroundings ?? {});
    const text = this.#filledIn(block.text);
    const file = block.words.get('file');
    if (file !== undefined) {
      writeFileSync(join(this.#folder, file), `${text}\n`);
      return;
    }
    const running = new Running(text, { cwd: this.#folder, env: this.#surroundings(), input });
    const until = block.words.get('until');
    if (until !== undefined) {
      this.#stays.push(running);
      await running.says(until);
      this.#takePlaces(running.said);
      return;
    }
    const code = await running.ends(LIMIT);
    assert.equal(code, Number(block.words.get('exit') ?? 0), `${text}\nsaid:\n${running.said}`);
    assert.ok(running.said.includes(block.words.get('shows') ?? ''), `${text}\nsaid:\n${running.said}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const codes: (number | null)[] = [];
    for (const running of this.#stays) codes.push(await running.interrupted(LIMIT));
    for (const sims of this.#sims) await sims[Symbol.asyncDispose]();
    // The databases of the page end some seconds after their last user.
    while (globSync('**/postmaster.pid', { cwd: this.#folder }).length > 0) await pause(100);
    rmSync(this.#folder, { recursive: true });
    assert.deepEqual(
      codes.filter((code) => code !== 0),
      [],
      'each program that stays ends in good order at Ctrl-C',
    );
  }

  async #arrange(given: Surroundings): Promise<Surroundings> {
    if (given.phones) {
      const sims = await startSims(given.phones, loadSettings());
      this.#sims.push(sims);
      for (const { serial } of sims.world.phones) {
        this.#serials++;
        this.#words.set(this.#serials === 1 ? 'SERIAL' : `SERIAL_${this.#serials}`, serial);
      }
    }
    for (const port of given.ports ?? []) this.#ports.set(port, await freePort());
    this.#env = { ...this.#env, ...given.env };
    return given;
  }

  /** What a `sim` of the page says of its phones and of its web site. */
  #takePlaces(said: string): void {
    const phone = /^127\.0\.0\.1:(\d+)$/m.exec(said)?.[1];
    const site = /web site: http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (phone) this.#words.set('PORT', phone);
    if (site) this.#words.set('SITE', site);
  }

  #filledIn(text: string): string {
    let filled = text;
    for (const [port, free] of this.#ports)
      filled = filled.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), String(free));
    for (const [word, value] of this.#words)
      filled = filled.replaceAll(word === '/tmp/' ? word : new RegExp(`\\b${word}\\b`, 'g'), value);
    return filled;
  }

  /** A user's environment without settings, and folders of the page's own. */
  #surroundings(): Record<string, string | undefined> {
    const settings = new Set<string>(Object.values(table).map(({ env }) => env));
    const inherited = Object.entries(childEnvironment()).filter(
      ([name]) => !settings.has(name) || /^(ANDROID|ADB)_/.test(name),
    );
    const folders = { DATA_DIR: 'data', EVIDENCE_DIR: 'runs', RECORDS_DIR: 'records' };
    return {
      ...Object.fromEntries(inherited),
      ...Object.fromEntries(
        Object.entries(folders).map(([name, folder]) => [name, join(this.#folder, folder)]),
      ),
      ...this.#env,
      PATH: `${join(this.#folder, 'bin')}:${childEnvironment().PATH ?? ''}`,
    };
  }

  #program(name: string, first: string): void {
    const bin = join(this.#folder, 'bin');
    if (globSync(bin).length === 0) mkdirSync(bin);
    const file = join(bin, name);
    writeFileSync(
      file,
      `#!/bin/sh\n${first}exec '${process.execPath}' '${join(root, 'bin/mi-unbind.js')}' "$@"\n`,
    );
    chmodSync(file, 0o755);
  }
}

/** A block in a shell and a process group of its own. It ends with the test, however that ends. */
class Running {
  said = '';
  readonly #text: string;
  readonly #place: string;
  readonly #supervisor: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(
    text: string,
    { cwd, env, input }: { cwd: string; env: Record<string, string | undefined>; input: string },
  ) {
    this.#text = text;
    this.#place = mkdtempSync(join(cwd, 'block-'));
    writeFileSync(join(this.#place, 'input'), input);
    const script = `echo $$ >'${this.#place}/pid'; exec <'${this.#place}/input'\n${text}`;
    const shell = ['bash', '--norc', '-euo', 'pipefail', '-c', script];
    this.#supervisor = fork(join(root, 'src/host/supervisor.ts'), [join(this.#place, 'none'), ...shell], {
      ...{ cwd, env, execArgv: [] },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#ended = once(this.#supervisor, 'close').then(([code]) => code as number | null);
    for (const stream of [this.#supervisor.stdout, this.#supervisor.stderr])
      stream?.setEncoding('utf8').on('data', (said: string) => (this.said += said));
  }

  async says(words: string): Promise<void> {
    const over = this.#ended.then(() => true);
    while (!this.said.includes(words)) {
      const isOver = await Promise.race([over, pause(50).then(() => false)]);
      if (isOver && !this.said.includes(words))
        assert.fail(`${this.#text}\nended without '${words}'. It said:\n${this.said}`);
    }
  }

  async ends(limit: number): Promise<number | null> {
    const late = AbortSignal.timeout(limit);
    const kill = () => this.#signal('SIGKILL');
    late.addEventListener('abort', kill);
    const code = await this.#ended;
    late.removeEventListener('abort', kill);
    assert.ok(!late.aborted, `${this.#text}\nhas not ended after ${limit / 1000} s. It said:\n${this.said}`);
    return code;
  }

  /** Ctrl-C goes to all of the group. */
  async interrupted(limit: number): Promise<number | null> {
    this.#signal('SIGINT');
    return this.ends(limit);
  }

  #signal(name: NodeJS.Signals): void {
    try {
      process.kill(-Number(readFileSync(join(this.#place, 'pid'), 'utf8')), name);
    } catch {
      // It has ended.
    }
  }
}
