import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { childEnvironment, loadSettings } from '../config/config.ts';
import { ensureHostTools } from '../host/tools.ts';
import { freePort } from '../port.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { holdPhone } from '../store/hold.ts';
import { openStore, type Store } from '../store/store.ts';
import { countJunit } from './tally.ts';

const root = join(import.meta.dirname, '../..');

interface Step {
  id?: string;
  name?: string;
  uses?: string;
  if?: string;
  shell?: string;
  env?: Record<string, string>;
  run?: string;
}

interface Job {
  'runs-on': string;
  needs?: string;
  outputs?: Record<string, string>;
  strategy?: { 'fail-fast': boolean; matrix: Record<string, string> };
  steps: Step[];
}

const { jobs } = parse(readFileSync(join(root, '.github/workflows/phones.yml'), 'utf8')) as {
  jobs: { find: Job; phone: Job };
};

function stepOf(job: Job, name: string): Step {
  const step = job.steps.find((one) => one.name === name);
  assert.ok(step, `no step '${name}'`);
  return step;
}

test('one job finds the phones, and one for each of them runs the specs to their end and keeps what was seen', () => {
  const { find, phone } = jobs;
  assert.deepEqual(find.outputs, { phones: '${{ steps.find.outputs.phones }}' });
  assert.equal(phone.needs, 'find');
  assert.deepEqual(phone.strategy, {
    'fail-fast': false,
    matrix: { phone: '${{ fromJSON(needs.find.outputs.phones) }}' },
  });
  assert.equal(find['runs-on'], phone['runs-on']);
  const kept = stepOf(phone, 'keep what was seen');
  assert.equal(kept.if, 'always()');
  assert.equal(phone.steps.at(-1), kept);
});

test('its actions are those of GitHub itself, and the sheets of its shell hold no expression but a number of a process', () => {
  const steps = [...jobs.find.steps, ...jobs.phone.steps];
  const used = new Set(steps.flatMap(({ uses }) => (uses ? [uses.split('@')[0]] : [])));
  assert.deepEqual([...used], ['actions/checkout', 'actions/setup-node', 'actions/upload-artifact']);
  // What an expression holds would be run as shell.
  const inShell = steps.flatMap(({ run = '' }) => run.match(/\$\{\{.*?\}\}/g) ?? []);
  assert.deepEqual(inShell, ['${{ steps.sim.outputs.pid }}']);
});

const PASSWORD = 'sim-password';

/** The simulated phone, by its control address. */
class Sim {
  readonly #control: string;
  readonly #serial: string;

  constructor(runner: Runner, serial: string) {
    const { control } = JSON.parse(readFileSync(join(runner.temp, 'sim.json'), 'utf8')) as {
      control: string;
    };
    this.#control = `${control}/phones/${encodeURIComponent(serial)}`;
    this.#serial = serial;
  }

  async put(spec: PhoneSpec): Promise<void> {
    const answer = await fetch(this.#control, { method: 'PUT', body: JSON.stringify(spec) });
    assert.ok(answer.ok, await answer.text());
  }

  /** What it saw of these kinds, in their order. */
  async seen(...kinds: string[]): Promise<string[]> {
    const { events } = (await (await fetch(this.#control)).json()) as { events: { kind: string }[] };
    return events.map(({ kind }) => kind).filter((kind) => kinds.includes(kind));
  }

  /** How many runs hold it once one does; 0 where it ended before. */
  async heldIn({ pool }: Store, run: Promise<unknown>): Promise<number> {
    let isOver = false;
    void run.finally(() => (isOver = true));
    while (!isOver) {
      const { rows } = await pool.query('select from mi_unbind.hold where serial = $1', [this.#serial]);
      if (rows.length > 0) return rows.length;
      await pause(50);
    }
    return 0;
  }
}

/** A runner: its steps share a folder and an adb server that nobody else has. */
class Runner {
  readonly temp = mkdtempSync(join(tmpdir(), 'mi-unbind-runner-'));
  readonly dataDir = join(this.temp, 'data');
  readonly adbPort: number;
  readonly #adb: string;

  constructor(adb: string, adbPort: number) {
    this.#adb = adb;
    this.adbPort = adbPort;
  }

  async adb(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(this.#adb, ['-P', String(this.adbPort), ...args]);
    return stdout.trim();
  }

  /** Runs the shell of a step as GitHub does, with its expressions replaced by what they stand for here. */
  async run(
    step: Step,
    values: Record<string, string> = {},
    more: Record<string, string> = {},
  ): Promise<{ code: number | null; said: string; heard: string; outputs: Record<string, string> }> {
    const fill = (shell: string) =>
      shell.replace(/\$\{\{ (.*?) \}\}/g, (_whole, expression: string) => {
        assert.ok(Object.hasOwn(values, expression), `no value for the expression '${expression}'`);
        return values[expression] ?? '';
      });
    assert.equal(step.shell, 'bash');
    const output = join(this.temp, 'output');
    const errors = join(this.temp, 'errors');
    const stderr = openSync(errors, 'w');
    writeFileSync(output, '');
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value)]);
    const env = {
      ...{ ANDROID_ADB_SERVER_PORT: String(this.adbPort), DATA_DIR: this.dataDir },
      ...{ RUNNER_TEMP: this.temp, GITHUB_OUTPUT: output, GITHUB_ACTIONS: 'true' },
      ...more,
    };
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', fill(step.run ?? '')], {
      cwd: root,
      env: withoutNpm(childEnvironment({ ...env, ...(Object.fromEntries(own) as Record<string, string>) })),
      // A phone that goes on in the background must not hold what is read to its end.
      stdio: ['ignore', 'pipe', stderr],
    });
    const [[code], said] = await Promise.all([
      once(child, 'exit') as Promise<[number | null]>,
      text(child.stdout as Readable),
    ]);
    closeSync(stderr);
    const heard = readFileSync(errors, 'utf8');
    const lines = readFileSync(output, 'utf8').split('\n').filter(Boolean);
    return {
      code,
      said,
      heard,
      outputs: Object.fromEntries(lines.map((line) => line.split(/=(.*)/).slice(0, 2) as [string, string])),
    };
  }
}

/** A step is not started by npm, though these tests may be: what npm has started ends with it. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('npm_')));
}

async function runnerOf(t: TestContext): Promise<Runner> {
  const { adb } = await ensureHostTools(['adb'], loadSettings());
  const port = await freePort();
  const runner = new Runner(adb.path, port);
  t.after(async () => {
    await runner.adb('kill-server');
    rmSync(runner.temp, { recursive: true, force: true });
  });
  return runner;
}

test('where no phone is attached the specs run on a simulated one, as on any other: held, counted with all other runs, left as it was found', async (t) => {
  const runner = await runnerOf(t);
  const find = stepOf(jobs.find, 'find the phones');
  const none = await runner.run(find);
  assert.equal(none.outputs.phones, '["simulated"]');
  assert.match(none.said, /^::notice title=No phone is attached::/m);

  const { outputs } = await runner.run(stepOf(jobs.phone, 'simulate a phone'));
  const { serial = '', pid = '', account = '' } = outputs;
  let alive = true;
  t.after(() => alive && process.kill(Number(pid), 'SIGKILL'));
  assert.equal((await runner.run(find)).outputs.phones, JSON.stringify([serial]));
  const sim = new Sim(runner, serial);
  const signedIn: PhoneSpec = {
    ...{ account: { id: account, password: PASSWORD }, helpers: 'none' },
    ...{ pace: 'instant', screenshots: 'half' },
  };
  await sim.put(signedIn);
  const store = await openStore({ dataDir: runner.dataDir, env: childEnvironment(), keepSeconds: 1 });
  t.after(() => store.close());

  const specs = stepOf(jobs.phone, 'run the specs');
  const secret = (name: string) => specs.env?.[name]?.slice(4, -3) ?? '';
  const runSpecs = (password: string, more: Record<string, string> = {}) => {
    const values = {
      'steps.sim.outputs.serial || matrix.phone': serial,
      'runner.temp': runner.temp,
      [secret('PHONE_PASSWORD')]: password,
      [secret('PHONE_ACCOUNT')]: account,
    };
    return runner.run(specs, values, more);
  };
  const reports = join(runner.temp, 'reports');
  const textOf = (...path: string[]) =>
    globSync(join(reports, ...path)).map((file) => readFileSync(file, 'utf8'));
  const junit = () => countJunit(textOf('*.xml')[0] ?? '');
  const skipped = () => textOf('*.xml')[0]?.match(/ skipped the phone was signed out already"/g)?.length;
  const inAllure = () =>
    textOf('specs/latest/allure/*-result.json').map((text) => {
      const { name, status } = JSON.parse(text) as { name: string; status: string };
      return `${status}: ${/\(skipped: (.*)\)$/.exec(name)?.[1] ?? ''}`;
    });

  const running = runSpecs(PASSWORD);
  const holders = await sim.heldIn(store, running);
  assert.equal(holders, 1, 'it holds the phone while it runs');
  const { code, said } = await running;
  assert.equal(code, 0, said);
  assert.deepEqual(junit(), { passed: 3, failed: 0, skipped: 1 });
  assert.ok(/ skipped PHONE.TRY.REFUSAL is not set so /.test(textOf('*.xml')[0] ?? ''), 'and why');
  assert.equal(globSync(join(reports, 'specs/latest/*/index.html')).length, 3);
  assert.ok(globSync(join(reports, 'specs/latest/*-survey/*.xml')).length > 3, 'its pages are surveyed');
  const [result = ''] = globSync(join(reports, 'specs/latest/*-is-signed-out-*/result.json'));
  assert.match(readFileSync(result, 'utf8'), /"verdict": "same"/, 'its account is the one that was named');
  assert.deepEqual(await sim.seen('password-submitted', 'account-removed'), [
    'password-submitted',
    'account-removed',
  ]);
  assert.equal(await runner.adb('-s', serial, 'shell', 'pm list packages io.appium'), '');

  const again = await runSpecs(PASSWORD);
  assert.equal(again.code, 0, again.said);
  assert.deepEqual(junit(), { passed: 0, failed: 0, skipped: 4 }, 'each is counted once');
  assert.equal(skipped(), 4);
  assert.deepEqual(inAllure(), Array(4).fill('skipped: the phone was signed out already'));
  assert.match(again.said, /- is signed out, .* \(skipped: the phone was signed out already\)/);
  assert.doesNotMatch(again.said, /^::error/m);

  // The phone is signed in again. The wrong password of the specs is the second one of its account.
  await sim.put(signedIn);
  const third = await runSpecs(PASSWORD, { PHONE_TRY_REFUSAL: 'yes' });
  assert.equal(third.code, 1);
  assert.deepEqual({ ...junit(), faults: [] }, { passed: 2, failed: 2, skipped: 0, faults: [] });
  const [, shown = ''] =
    /The phone ended as refused \(password-budget, .*\), and signed-out was expected\. What it showed: (\S+)/.exec(
      third.said,
    ) ?? [];
  assert.ok(existsSync(shown), third.said);
  assert.deepEqual(await sim.seen('password-submitted'), ['password-submitted'], 'only the wrong one');

  const held = await holdPhone(store, { serial, place: `${hostname()}:${runner.adbPort}` });
  const second = await runSpecs(PASSWORD);
  await held.release();
  assert.equal(second.code, 1);
  assert.match(second.heard, /Another run is at work on this account or phone/);
  assert.deepEqual(await sim.seen('password-submitted'), ['password-submitted'], 'as before');
  assert.equal(globSync(join(reports, 'specs/2*/*/index.html')).length, 7, 'what other runs left is kept');

  const ended = await runner.run(stepOf(jobs.phone, 'end the simulated phone'), {
    'steps.sim.outputs.pid': pid,
  });
  assert.equal(ended.code, 0);
  alive = false;
});
