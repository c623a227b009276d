import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { childEnvironment } from '../config/config.ts';
import type { RunResult } from '../events.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { openStore, type Store } from '../store/store.ts';
import type { LiveProgram, ProgramEnd, ProgramSurroundings } from './program.ts';
import { adb, LiveRig, parseResult, type PhoneWitness } from './rig.ts';
import { shareAppium, type SharedAppium } from './shared-appium.ts';

export const PASSWORD = 'Right-pass1';
const ENV = { MI_PASSWORD: PASSWORD };

let accounts = 6_230_001_535;
/** An account of its own each time: of one account, a password is submitted twice a day at most. */
export const account = (more: object = {}) => ({
  id: String(accounts++),
  password: PASSWORD,
  syncedData: ['contacts' as const],
  ...more,
});
export const ready = (): PhoneSpec & { account: { id: string } } => ({
  pace: 'instant',
  helpers: 'current',
  account: account(),
});
/** Slow enough to be stopped on a page. */
export const slow = (): PhoneSpec => ({ ...ready(), pace: 'real', costs: 'none' });

/** For live tests of `mi-unbind sign-out`: a phone at two serials, a database that stays up, and an Appium to share. */
class LiveSignOut {
  #rig: LiveRig | undefined;
  #appium: SharedAppium | undefined;
  #store: Store | undefined;

  async open(): Promise<void> {
    this.#rig = await LiveRig.start([{ ...ready(), endpoints: 2 }]);
    this.#appium = await shareAppium(this.#rig.folder);
    this.#store = await openStore({ dataDir: this.data, env: childEnvironment(), keepSeconds: 1 });
  }

  async close(): Promise<void> {
    await this.#store?.close();
    await this.#appium?.stop();
    await this.#rig?.stop();
  }

  get rig(): LiveRig {
    return this.#rig ?? assert.fail('no phone was started');
  }

  /** The folder of its database. */
  get data(): string {
    return join(this.rig.folder, 'data');
  }

  get serial(): string {
    return this.rig.serials[0] ?? '';
  }

  /** The same phone at another serial, as at the cable and in the network. */
  get elsewhere(): string {
    return this.rig.serials[1] ?? '';
  }

  put(spec: PhoneSpec): Promise<void> {
    return this.rig.put(this.serial, spec);
  }

  witness(): Promise<PhoneWitness> {
    return this.rig.witness(this.serial);
  }

  shell(line: string): Promise<string> {
    return adb('-s', this.serial, 'shell', line);
  }

  /** How often the account service was given a password, and whether the account is still on the phone. */
  async seen(): Promise<{ submitted: number; signedIn: boolean }> {
    const { account: left, events } = await this.witness();
    const submitted = events.filter(({ kind }) => kind === 'password-submitted').length;
    return { submitted, signedIn: left !== null };
  }

  signOut(...more: string[]): string[] {
    return ['sign-out', this.serial, '--data', 'keep', '--json', ...more];
  }

  withPassword(): string[] {
    return this.signOut('--password-env', 'MI_PASSWORD');
  }

  /** Of a run that goes through the Appium of these tests. */
  shared(): { env: Record<string, string> } {
    return { env: { ...ENV, ...this.#appium?.env } };
  }

  /** A run that has ended, on the phone as it is. */
  run(args: string[]): Promise<ProgramEnd> {
    return this.start(args, this.shared()).ended;
  }

  /** A run with an Appium of its own, unless its settings name another, on the phone as it is. */
  start(args: string[], { env = ENV, ...more }: ProgramSurroundings = {}): LiveProgram {
    return this.rig.start(args, { env, ...more });
  }

  /** Starts a run on a slow phone and waits until it says what it is about to do. */
  async until(step: string, surroundings?: ProgramSurroundings): Promise<LiveProgram> {
    await this.put(slow());
    const program = this.start(this.withPassword(), surroundings);
    await program.says(step);
    return program;
  }

  /** One run from its command line to its end, through the Appium of these tests unless it is to have its own. */
  async ends(
    spec: PhoneSpec,
    args: string[],
    { ownAppium = false, env = ENV, ...more }: ProgramSurroundings & { ownAppium?: boolean } = {},
  ): Promise<{ code: number | null; result: RunResult; stderr: string }> {
    await this.put(spec);
    const settings = { ...(!ownAppium && this.#appium?.env), ...env };
    const { code, stdout, stderr } = await this.rig.run(args, { ...more, env: settings });
    const result = parseResult(stdout);
    if (result.evidence)
      assert.deepEqual(JSON.parse(readFileSync(join(result.evidence, 'result.json'), 'utf8')), result);
    return { code, result, stderr };
  }

  /** Whether the lease of what stands still is over is not left to the time that all this takes. */
  async lastSpoke(when: 'in an hour' | 'an hour ago'): Promise<void> {
    const sign = when === 'in an hour' ? '+' : '-';
    const leases = await this.#store?.pool.query(
      `update mi_unbind.hold set alive_at = now() ${sign} interval '1 hour'`,
    );
    assert.equal(leases?.rowCount, 1);
  }

  /** Each run asks the phone only what it knows, and leaves no forwarded port. */
  async assertClean(): Promise<void> {
    assert.deepEqual((await this.witness()).unknown, []);
    assert.ok(!(await adb('forward', '--list')).includes(this.serial), 'a forwarded port is left');
  }
}

/** The arrangement of the suite that calls it. */
export function arrangeSignOut(): LiveSignOut {
  const live = new LiveSignOut();
  before(() => live.open());
  after(() => live.close());
  afterEach(() => live.assertClean());
  return live;
}
