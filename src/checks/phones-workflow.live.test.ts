import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { childEnvironment, loadSettings } from '../config.ts';
import { ensureHostTools } from '../host.ts';
import { freePort } from '../port.ts';
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

/** A runner: its steps share a folder and an adb server that nobody else has. */
class Runner {
  readonly temp = mkdtempSync(join(tmpdir(), 'mi-unbind-runner-'));
  readonly #adbPort: number;

  constructor(adbPort: number) {
    this.#adbPort = adbPort;
  }

  /** Runs the shell of a step as GitHub does, with its expressions replaced by what they stand for here. */
  async run(
    step: Step,
    values: Record<string, string> = {},
  ): Promise<{ code: number | null; said: string; outputs: Record<string, string> }> {
    const fill = (shell: string) =>
      shell.replace(/\$\{\{ (.*?) \}\}/g, (_whole, expression: string) => {
        assert.ok(Object.hasOwn(values, expression), `no value for the expression '${expression}'`);
        return values[expression] ?? '';
      });
    assert.equal(step.shell, 'bash');
    const output = join(this.temp, 'output');
    writeFileSync(output, '');
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value)]);
    const env = {
      ...{ ANDROID_ADB_SERVER_PORT: String(this.#adbPort), DATA_DIR: join(this.temp, 'data') },
      ...{ RUNNER_TEMP: this.temp, GITHUB_OUTPUT: output, GITHUB_ACTIONS: 'true' },
    };
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', fill(step.run ?? '')], {
      cwd: root,
      env: withoutNpm(childEnvironment({ ...env, ...(Object.fromEntries(own) as Record<string, string>) })),
      // A phone that goes on in the background must not hold what is read to its end.
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [[code], said] = await Promise.all([
      once(child, 'exit') as Promise<[number | null]>,
      text(child.stdout),
    ]);
    const lines = readFileSync(output, 'utf8').split('\n').filter(Boolean);
    return {
      code,
      said,
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
  const runner = new Runner(port);
  t.after(async () => {
    await promisify(execFile)(adb.path, ['-P', String(port), 'kill-server']);
    rmSync(runner.temp, { recursive: true, force: true });
  });
  return runner;
}

test(
  'where no phone is attached the specs run on a simulated one, which is then found as any other',
  { timeout: 120_000 },
  async (t) => {
    const runner = await runnerOf(t);
    const find = stepOf(jobs.find, 'find the phones');
    const none = await runner.run(find);
    assert.equal(none.outputs.phones, '["simulated"]');
    assert.match(none.said, /^::notice title=No phone is attached::/m);

    const { outputs } = await runner.run(stepOf(jobs.phone, 'simulate a phone'));
    const { serial = '', pid = '' } = outputs;
    let alive = true;
    t.after(() => alive && process.kill(Number(pid), 'SIGKILL'));
    assert.equal((await runner.run(find)).outputs.phones, JSON.stringify([serial]));

    const specs = stepOf(jobs.phone, 'run the specs');
    const password = specs.env?.PHONE_PASSWORD?.slice(4, -3) ?? '';
    const known = {
      'steps.sim.outputs.serial || matrix.phone': serial,
      'runner.temp': runner.temp,
      [password]: 'sim-password',
    };
    const { code, said } = await runner.run(specs, known);
    assert.equal(code, 0, said);
    const reports = join(runner.temp, 'reports');
    const [junit = ''] = globSync(join(reports, '*.xml')).map((file) => readFileSync(file, 'utf8'));
    assert.deepEqual(countJunit(junit), { passed: 2, failed: 0, skipped: 0 });
    assert.equal(globSync(join(reports, 'specs/*/index.html')).length, 2);

    const ended = await runner.run(stepOf(jobs.phone, 'end the simulated phone'), {
      'steps.sim.outputs.pid': pid,
    });
    assert.equal(ended.code, 0);
    alive = false;
  },
);
