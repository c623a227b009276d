import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PhoneSpec } from '../sim/spec.ts';
import './ground.ts';
import { withDatabase } from './ready-database.ts';
import { storeEnds } from './store-ends.ts';
import { LiveProgram, type ProgramEnd, type ProgramSurroundings } from './program.ts';
import type { RunResult } from '../events.ts';

const execute = promisify(execFile);

/** Its pictures are small unless a test is about them: drawing and packing them is half of what a phone does. */
const lean = (spec: PhoneSpec): PhoneSpec => ({ screenshots: 'half', ...spec });

export interface PhoneWitness {
  imeis: string[];
  account: { id: string; signedIn: boolean } | null;
  events: { at: number; kind: string; detail?: Record<string, unknown> }[];
  unknown: { where: string; asked: string }[];
  /** What only the account's owner can read. */
  owner: { captcha?: string; code?: string };
}

/**
 * For live tests: simulated phones started as a user starts them, on this computer's adb server, and a folder
 * for what is written.
 */
export class LiveRig {
  readonly folder: string;
  readonly serials: readonly string[];
  readonly sim: LiveProgram;
  /** The account's web site, where `--site` was given. */
  readonly site: string;
  readonly #control: string;

  private constructor(folder: string, sim: LiveProgram) {
    const {
      phones,
      control,
      site = '',
    } = JSON.parse(sim.stdout) as { phones: string[]; control: string; site?: string };
    this.site = site;
    this.folder = folder;
    this.sim = sim;
    this.serials = phones;
    this.#control = control;
  }

  /** `args`: further ones of `mi-unbind sim`. */
  static async start(
    phones: readonly PhoneSpec[],
    surroundings?: ProgramSurroundings,
    args: readonly string[] = [],
  ): Promise<LiveRig> {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-live-'));
    writeFileSync(join(folder, 'phones.json'), JSON.stringify(phones.map(lean)));
    const sim = new LiveProgram(
      ['sim', '--json', '--spec', join(folder, 'phones.json'), ...args],
      surroundings,
    );
    await sim.says('Ctrl-C ends them');
    return new LiveRig(folder, sim);
  }

  /** Ctrl-C to the phones. Nothing of them is left on the adb server. */
  async stop(): Promise<void> {
    this.sim.signal('SIGINT');
    const { code, stderr } = await this.sim.ended;
    await storeEnds(join(this.folder, 'data'));
    rmSync(this.folder, { recursive: true });
    assert.equal(code, 0, stderr);
    assert.deepEqual([...this.sim.processes()], []);
    const left = (await adb('devices')) + (await adb('forward', '--list'));
    for (const serial of this.serials)
      assert.ok(!left.includes(serial), `${serial} is left on the adb server:\n${left}`);
  }

  /** The program with its evidence in this rig's folder. */
  start(args: readonly string[], { env, ...rest }: ProgramSurroundings = {}): LiveProgram {
    const own = env?.DATA_DIR === undefined && env?.DATABASE_URL === undefined;
    const data = join(this.folder, 'data');
    return new LiveProgram(args, {
      env: {
        EVIDENCE_DIR: join(this.folder, 'runs'),
        DATA_DIR: own ? withDatabase(data) : data,
        ...env,
      },
      ...rest,
    });
  }

  run(args: readonly string[], surroundings?: ProgramSurroundings): Promise<ProgramEnd> {
    return this.start(args, surroundings).ended;
  }

  /** Makes the phone what the spec says. */
  async put(serial: string, spec: PhoneSpec): Promise<void> {
    await this.#ask('PUT', serial, '', lean(spec));
  }

  async unplug(serial: string): Promise<void> {
    await this.#ask('POST', serial, '/unplug');
  }

  /** The cable is back, and adb has the phone again. */
  async plug(serial: string): Promise<void> {
    await this.#ask('POST', serial, '/plug');
    // One that was offline for long adb has dropped itself.
    await adb('disconnect', serial).catch(() => undefined);
    await adb('connect', serial);
  }

  async witness(serial: string): Promise<PhoneWitness> {
    return (await this.#ask('GET', serial)) as PhoneWitness;
  }

  #ask(method: string, serial: string, act = '', body?: object): Promise<unknown> {
    return this.ask(method, `phones/${encodeURIComponent(serial)}${act}`, body);
  }

  /** A question to the simulation's control address. */
  async ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#control}/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = await response.text();
    assert.ok(response.ok, answer);
    return JSON.parse(answer);
  }
}

export async function adb(...args: string[]): Promise<string> {
  const { stdout } = await execute('adb', args);
  return stdout;
}

/**
 * Resolves when adb lists the phone in this state; undefined: no more. Asked again and again: adb 29 does not tell its watchers
 * that a TCP phone went offline.
 */
export async function becomes(serial: string, state: string | undefined): Promise<void> {
  const isSo = (listed: string) =>
    state === undefined ? !listed.includes(`${serial}\t`) : listed.includes(`${serial}\t${state}`);
  for (let tries = 0; !isSo(await adb('devices')); tries++) {
    assert.ok(tries < 1200, `${serial} is not listed as ${state ?? 'gone'}`);
    await pause(50);
  }
}

const ALWAYS = [
  'serial',
  'model',
  'release',
  'region',
  'language',
  'account',
  'accountCheck',
  'outcome',
  'data',
  'via',
  'passwordSubmitted',
  'durationMs',
  'evidence',
  'drift',
  'warnings',
];
const AT_TIMES = ['reason', 'retryFrom', 'message', 'hint', 'dataAnswer', 'facts', 'lock'];

/** What `sign-out --json` put on stdout: one line, one object, the names scripts rely on. */
export function parseResult(stdout: string): RunResult {
  assert.match(stdout, /^\{.*\}\n$/, 'stdout carries one line');
  const result = JSON.parse(stdout) as RunResult;
  const names = Object.keys(result);
  assert.deepEqual(
    ALWAYS.filter((name) => !names.includes(name)),
    [],
    'names that are missing',
  );
  assert.deepEqual(
    names.filter((name) => ![...ALWAYS, ...AT_TIMES].includes(name)),
    [],
    'names that are unknown',
  );
  return result;
}
