import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { childEnvironment } from '../config/config.ts';
import { program } from './steps.ts';
import type { Tally } from './tally.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steps-'));
});
after(() => rm(folder, { recursive: true }));

const counts = ({ faults: _, ...rest }: Tally) => rest;

/** node:test does not run within node:test, so the step runs in a process of its own. */
async function runNodeTests(
  files: Record<string, string>,
  limits: object = {},
): Promise<{ tally: Tally; said: string }> {
  const set = await mkdtemp(join(folder, 'set-'));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(
      join(set, name),
      `import { test } from 'node:test';\nimport assert from 'node:assert/strict';\n${text}`,
    );
  }
  const script = `
    import { nodeTests } from ${JSON.stringify(import.meta.resolve('./node-tests.ts'))};
    import { Slots } from ${JSON.stringify(import.meta.resolve('./slots.ts'))};
    const said = [];
    const { processes = 2, ...limits } = ${JSON.stringify({ testMs: 60_000, fileMs: 60_000, limitMs: 60_000, ...limits })};
    const options = { except: ['.live.test.mjs'], slots: new Slots(processes), ...limits };
    const step = nodeTests([[1, ${JSON.stringify(join(set, '*.test.mjs'))}]], options);
    const tally = await step((line) => said.push(line));
    console.log(JSON.stringify({ tally, said: said.join('\\n') }));`;
  await writeFile(join(set, 'run.mjs'), script);
  const { stdout } = await promisify(execFile)(process.execPath, [join(set, 'run.mjs')], {
    env: childEnvironment({}, ['NODE_TEST_CONTEXT']),
  });
  return JSON.parse(stdout) as { tally: Tally; said: string };
}

// Side by side: most of their time is that of a limit.
suite('a step', { concurrency: 3 }, () => {
  test('tests are counted over all files, failures are printed, and skips are counted by their reason', async () => {
    const { tally, said } = await runNodeTests({
      'a.test.mjs': `
        test('holds', () => {});
        test('group', async (t) => { await t.test('inner fails', () => assert.equal(1, 2)); });
        test('needs a server', (t) => t.skip('no server here'));`,
      'b.test.mjs': "test('holds too', () => {});",
      'c.live.test.mjs': "test('is left out', () => assert.fail());",
    });
    assert.deepEqual(counts(tally), { passed: 2, failed: 2, skipped: 1, why: { 'no server here': 1 } });
    assert.match(tally.faults!.join('\n'), /^✖ inner fails \(.*a\.test\.mjs:5\)\nAssertionError.*/m);
    assert.match(said, /^✖ inner fails \(.*a\.test\.mjs:5\)$/m);
    assert.match(said, /1 !== 2/);
    assert.doesNotMatch(said, /no server here/);
    assert.doesNotMatch(said, /✖ group/);
  });

  test('a test file that cannot be loaded fails', async () => {
    const { tally, said } = await runNodeTests({ 'a.test.mjs': "import './gone.mjs';" });
    assert.deepEqual(counts(tally), { passed: 0, failed: 1, skipped: 0 });
    assert.match(said, /Cannot find module/);
  });

  test('a test file that leaves something open is stopped and fails', async () => {
    const { tally, said } = await runNodeTests(
      { 'a.test.mjs': "test('holds', () => {}); setInterval(() => {}, 1000);" },
      { fileMs: 1000 },
    );
    assert.equal(tally.failed, 1);
    assert.match(said, /✖ .*a\.test\.mjs was stopped after 1 s/);
  });

  test('a test that hangs fails after the limit and is named, and the tests after it run', async () => {
    const hangs =
      "setTimeout(() => {}, 5000); test('hangs', () => new Promise(() => {})); test('holds', () => {});";
    const { tally, said } = await runNodeTests({ 'a.test.mjs': hangs }, { testMs: 500 });
    assert.deepEqual(counts(tally), { passed: 1, failed: 1, skipped: 0 });
    assert.match(said, /^✖ hangs \(.*a\.test\.mjs:3\)\n.*timed out after 500ms/m);
  });

  test('a file that is stopped names the test that was open, and the files the time has not reached fail', async () => {
    const files = {
      'a.test.mjs':
        "test('group', async (t) => { await t.test('hangs', () => new Promise((end) => setTimeout(end, 60_000))); });",
      'b.test.mjs': "test('holds', () => {});",
    };
    const { tally, said } = await runNodeTests(files, { limitMs: 8000, processes: 1 });
    assert.match(said, /a\.test\.mjs was stopped after 8 s; still open: group › hangs$/m);
    assert.match(said, /^✖ not run within 8 s: .*b\.test\.mjs$/m);
    assert.ok(tally.passed === 0 && tally.failed >= 2);
  });

  test('files that share a process are kept apart: their hooks, failures and what stands open', async () => {
    const hooks = "import { beforeEach } from 'node:test'; let ran = 0; beforeEach(() => void ran++);\n";
    const files = {
      'a.test.mjs': `${hooks}test('counts its own', () => assert.equal(ran, 1));`,
      'b.test.mjs': `${hooks}test('counts its own', () => assert.equal(ran, 1)); test('fails', () => assert.fail('no'));`,
      'c.test.mjs': "test('skips', (t) => t.skip('no server here'));",
      'd.test.mjs': "import './gone.mjs';",
      'own.test.mjs': "process.exitCode = 0; test('holds', () => {});",
    };
    const { tally, said } = await runNodeTests(files, { together: true });
    assert.deepEqual(counts(tally), { passed: 3, failed: 2, skipped: 1, why: { 'no server here': 1 } });
    assert.match(said, /^✖ fails \(.*b\.test\.mjs:4\)$/m);
    assert.match(said, /Cannot find module .*gone\.mjs/);
    const open = {
      'a.test.mjs': "test('hangs', () => new Promise((end) => setTimeout(end, 60_000)));",
      'b.test.mjs': '',
    };
    const stopped = await runNodeTests(open, { together: true, fileMs: 8000 });
    assert.match(stopped.said, /was stopped after 8 s; still open: .*a\.test\.mjs › hangs$/m);
    assert.ok(stopped.tally.passed === 0 && stopped.tally.failed > 0);
  });

  test('a run without a single test fails', async () => {
    const { tally, said } = await runNodeTests({});
    assert.deepEqual(counts(tally), { passed: 0, failed: 1, skipped: 0 });
    assert.match(said, /no test ran in .*, and some were expected/);
  });

  test('a program counts as one test, and says what to do when it is not content', async () => {
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    assert.deepEqual(await program('node_modules/typescript/bin/tsc', ['--version'], 'correct it')(say), {
      passed: 1,
      failed: 0,
      skipped: 0,
    });
    assert.deepEqual(said, []);
    assert.deepEqual(await program('node_modules/typescript/bin/tsc', ['--nonsense'], 'correct it')(say), {
      passed: 0,
      failed: 1,
      skipped: 0,
    });
    assert.match(said.join('\n'), /Unknown compiler option '--nonsense'[^]*→ correct it$/);
  });
});
