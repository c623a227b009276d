import { setTimeout as pause } from 'node:timers/promises';
import type { LiveRig } from '../src/live/rig.ts';
import type { LiveProgram } from '../src/live/program.ts';
import type { StationEvent } from '../src/jobs/runner.ts';

// What a killed station has started is to be gone so soon, ms.
const GONE = 10_000;
// What stays is the database and its supervisor, which others use too.
const STAYS = /store\/supervisor\.ts|postgres/;
const LOOK = 10;
// So many violations show enough.
const MANY = 10;
// Another station watches for a third of the lease before it takes a phone over, ms.
const TAKEN = 60_000;
// In so long a station that goes on finds out what became of its phones, or does to them what it must not, ms.
const AWAKE = 4000;

/** A command with jobs as a person starts it, again and again. */
export class ChaosStation {
  readonly events: StationEvent[] = [];
  /** What is wrong with how it ended. */
  readonly violations: string[] = [];
  readonly #lab: LiveRig;
  readonly #args: readonly string[];
  readonly #env: Record<string, string>;
  readonly #onLine: (line: string) => void;
  #program: LiveProgram | undefined;
  #read = 0;

  constructor(
    lab: LiveRig,
    args: readonly string[],
    env: Record<string, string>,
    onLine: (line: string) => void,
  ) {
    this.#lab = lab;
    this.#args = args;
    this.#env = env;
    this.#onLine = onLine;
  }

  start(): void {
    this.#read = 0;
    const program = (this.#program = this.#lab.start(this.#args, { env: this.#env }));
    void program.ended.then(({ code, stderr }) => {
      if (code === null || [0, 1, 3].includes(code)) return;
      const violation = `the station ended by itself with exit code ${code}: ${stderr.slice(-500)}`;
      this.violations.push(violation);
      this.#onLine(`✘ ${violation}`);
      // As its operator would, so that the rest is tried too.
      if (this.#program === program && this.violations.length < MANY) this.start();
    });
  }

  /**
   * Lets it stand still until another one has begun a job on one of its phones, then go on for a while, then
   * kills it. The other one stays. False where none was taken over.
   */
  async freeze(silence: () => Promise<void>): Promise<boolean> {
    const first = this.#program;
    if (!first) return false;
    first.signal('SIGSTOP');
    this.#follow();
    await silence();
    this.start();
    const taken = await this.next(({ kind }) => kind === 'begun', TAKEN);
    first.signal('SIGCONT');
    await pause(AWAKE);
    await this.#end(first);
    return taken !== undefined;
  }

  /** Lets it stand still, or go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#program?.signal(name);
  }

  /** Ctrl-C. Its exit code; undefined when it did not end in time, and had to be killed. */
  async interrupt(limitMs: number): Promise<number | null | undefined> {
    const program = this.#program;
    program?.signal('SIGINT');
    const late = new AbortController();
    const limit = pause(limitMs, undefined, { signal: late.signal }).catch(() => undefined);
    const end = await Promise.race([program?.ended, limit]);
    late.abort();
    await this.kill();
    return end?.code;
  }

  /** Kills it and looks whether anything of it is left. */
  async kill(): Promise<void> {
    if (this.#program) await this.#end(this.#program);
    this.#follow();
  }

  async #end(program: LiveProgram): Promise<void> {
    program.signal('SIGKILL');
    await program.ended;
    const left = () => [...program.processes().values()].filter((line) => !STAYS.test(line));
    const until = Date.now() + GONE;
    while (left().length > 0 && Date.now() < until) await pause(50);
    for (const line of left()) this.violations.push(`the killed station has left this behind: ${line}`);
  }

  /** Its exit code; undefined when it had to be stopped. */
  async ended(limitMs: number): Promise<number | null | undefined> {
    const program = this.#program;
    if (!program) return undefined;
    const late = new AbortController();
    const limit = pause(limitMs, undefined, { signal: late.signal }).catch(() => undefined);
    const end = await Promise.race([program.ended, limit]);
    late.abort();
    if (!end) {
      program.signal('SIGINT');
      await program.ended;
    }
    this.#follow();
    return end?.code;
  }

  /** Resolves with the next event that fits; undefined when none came in time or the station has ended. */
  async next(fits: (event: StationEvent) => boolean, limitMs: number): Promise<StationEvent | undefined> {
    this.#follow();
    let from = this.events.length;
    for (const until = Date.now() + limitMs; Date.now() < until; await pause(LOOK)) {
      this.#follow();
      const found = this.events.slice(from).find(fits);
      if (found) return found;
      from = this.events.length;
    }
    return undefined;
  }

  /** Reads what it has printed since; a line that was cut short is left out. */
  #follow(): void {
    const { stdout = '' } = this.#program ?? {};
    const end = stdout.lastIndexOf('\n') + 1;
    const lines = stdout.slice(this.#read, end).split('\n').filter(Boolean);
    this.#read = Math.max(this.#read, end);
    this.events.push(...lines.map((line) => JSON.parse(line) as StationEvent));
  }
}
