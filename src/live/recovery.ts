import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesBelow, leaksIn } from './leaks.ts';
import type { RecoveryResult } from '../events.ts';
import { Secret } from '../secret.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { withDatabase } from './ready-database.ts';
import { LiveRig } from './rig.ts';
import { storeEnds } from './store-ends.ts';
import { startPost, type LivePost } from './post.ts';
import { shareAppium, type SharedAppium } from './shared-appium.ts';
import { commandLine, pids, proc, type ProgramEnd, type LiveProgram } from './program.ts';

/** Settings of a run that starts an Appium for itself, as a user's does, instead of sharing one. */
export const OWN_APPIUM = { APPIUM_URL: '' };

/** The new password, in no file and in no line that is printed. */
export const NEW = 'Canary-77-new';
export const POST_SECRET = 'canarypost88';
const READY: PhoneSpec = { release: '14', pace: 'instant', helpers: 'current' };

export interface TestOwner {
  id: string;
  password: string;
  phone: string;
  email: string;
}

/**
 * What the account service saw of an account: in words such as `code-sent email`, and how often it was asked
 * for a code and changed.
 */
export interface SeenByService {
  kinds: string[];
  codes: number;
  changes: number;
}

/**
 * For live tests: a phone, its account's site, and Dovecot and Kannel between them and the program, which has
 * all sources configured. What it prints is kept, and beside each run the process table is read.
 */
export class LiveRecovery {
  readonly rig: LiveRig;
  readonly post: LivePost;
  readonly serial: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mi-unbind-recovery-'));
  readonly data = withDatabase(join(this.#folder, 'data'));
  readonly scratch = join(this.#folder, 'tmp');
  readonly printed = new Map<string, string>();
  #accounts = 0;
  #appium: SharedAppium | undefined;

  static async start(): Promise<LiveRecovery> {
    const post = await startPost(POST_SECRET);
    const args = ['--site', '--pace', 'instant', ...post.simArgs];
    const rig = await LiveRig.start([READY], { env: { SMS_SECRET: POST_SECRET } }, args);
    const live = new LiveRecovery(post, rig);
    live.#appium = await shareAppium(live.scratch);
    return live;
  }

  private constructor(post: LivePost, rig: LiveRig) {
    this.post = post;
    this.rig = rig;
    this.serial = rig.serials[0] ?? '';
    mkdirSync(this.scratch);
  }

  async stop(): Promise<void> {
    await this.#appium?.stop();
    await this.rig.stop();
    await this.post.close();
    await storeEnds(this.data);
    rmSync(this.#folder, { recursive: true });
  }

  /**
   * The phone signed in to an account of its own, with contacts of its own, as codes are counted for each.
   */
  async owner(changes: object = {}, phone: PhoneSpec = {}): Promise<TestOwner> {
    const number = ++this.#accounts;
    const owner = {
      id: String(6_230_100_000 + number),
      password: 'forgotten-1',
      phone: `+${359_888_123_000 + number}`,
      email: `lab+${number}@example.com`,
      syncedData: ['contacts' as const],
    };
    await this.rig.put(this.serial, { ...READY, ...phone, account: { ...owner, ...changes } });
    return owner;
  }

  /** The settings of a run. */
  get settings(): Record<string, string> {
    const { data, post, rig } = this;
    return {
      ...this.#appium?.env,
      ...post.settings,
      DATA_DIR: data,
      ACCOUNT_SITE: rig.site,
      LOG_LEVEL: 'debug',
    };
  }

  /** Of a program that does such a run. */
  get environment(): Record<string, string> {
    return { ...this.settings, TMPDIR: this.scratch };
  }

  program(args: readonly string[], env: Record<string, string> = {}): LiveProgram {
    // A variable that is not named is nothing to the program, and its children have it too.
    const password: Record<string, string> = args.includes('NEW_PASSWORD') ? { NEW_PASSWORD: NEW } : {};
    return this.rig.start(args, { env: { ...this.environment, ...password, ...env } });
  }

  async run(
    args: readonly string[],
    env?: Record<string, string>,
  ): Promise<ProgramEnd & { result: RecoveryResult }> {
    return this.end(this.program([...args, '--json'], env), args.join(' '));
  }

  /** The end of a program that was started with `--json`. */
  async end(program: LiveProgram, name: string): Promise<ProgramEnd & { result: RecoveryResult }> {
    const watch = setInterval(() => this.#watch(program, name), 300);
    const ended = await program.ended.finally(() => clearInterval(watch));
    this.printed.set(`${this.printed.size} ${name}`, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /^\{.*\}\n$/, ended.stderr);
    return { ...ended, result: JSON.parse(ended.stdout) as RecoveryResult };
  }

  /** What others on the computer see of it: the process table, and the environment of what it has started. */
  #watch(program: LiveProgram, name: string): void {
    const processes = program.processes();
    // A child that has not begun its own program yet looks like its parent for a moment.
    const own = processes.get(String(program.pid));
    const inherited = [...processes].filter(([, line]) => line !== own).map(([pid]) => proc(pid, 'environ'));
    this.printed.set(
      `beside ${name}`,
      `${this.printed.get(`beside ${name}`) ?? ''}${[...pids().map(commandLine), ...inherited].join('\n')}`,
    );
  }

  /**
   * Where a password or code stands that should not: by file, or by the command line whose output it is. All
   * that was written is looked into, the database included.
   */
  async leaks(): Promise<string[]> {
    await storeEnds(this.data);
    const written = [join(this.rig.folder, 'runs'), this.data, this.scratch].flatMap((folder) => [
      ...filesBelow(folder),
    ]);
    const texts = new Map([...written, ...this.printed]);
    assert.ok(texts.size > 50, 'there is much to look into');
    const kept = [...texts].filter(([file]) => /\.(xml|jsonl?|html)$|wdio\.log$/.test(file));
    // The page of a run has colours of six digits, and a run on a busy computer takes 100,000 ms and more.
    const codes = kept
      .filter(([, text]) => /\b\d{6}\b/.test(text.replace(/<style>[^]*<\/style>|"durationMs":\s*\d+/g, '')))
      .map(([file]) => file);
    return [...[NEW, POST_SECRET].flatMap((secret) => leaksIn(texts, new Secret(secret))), ...codes];
  }

  /** What the account service saw of this account, on the phone and on the site. */
  async seen({ id }: TestOwner): Promise<SeenByService> {
    const answers = ['site', `phones/${encodeURIComponent(this.serial)}`].map((path) =>
      this.rig.ask('GET', path),
    );
    const logs = (await Promise.all(answers)) as {
      service: { at: number; account: string; kind: string; by?: string }[];
    }[];
    const own = logs
      .flatMap(({ service }) => service.filter((entry) => entry.account === id))
      .toSorted((a, b) => a.at - b.at);
    const count = (kind: string) => own.filter((entry) => entry.kind === kind).length;
    const kinds = own.map(({ kind, by }) => (by ? `${kind} ${by}` : kind));
    return { kinds, codes: count('code-sent'), changes: count('password-changed') };
  }
}

/** Where the code comes from: e-mail through Dovecot, SMS through Kannel. */
export const byMail = (email: string) => [
  '--code-source',
  'imap',
  '--by',
  'email',
  '--contact',
  email,
  '--new-password-env',
  'NEW_PASSWORD',
];
export const bySms = (phone: string) => ['--code-source', 'sms-webhook', '--by', 'phone', '--contact', phone];
