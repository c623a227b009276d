import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { loadSettings } from '../config/config.ts';
import { ConfigError } from '../errors.ts';
import type { RunResult } from '../events.ts';
import { run, workFolder } from '../live/command.ts';
import { startSimAdb, type SimAdb } from '../live/sim-adb.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { keeping } from './run-options.ts';

/** Commands that work on a phone, up to where a session would be opened. */

const folder = workFolder('phone-commands');
const skip = process.platform === 'win32' ? 'a script stands for adb' : false;
const OUT: PhoneSpec = { release: '14' };
const IN: PhoneSpec = { release: '14', account: { id: '6230001535', password: 'sim-password' } };

/** With no database and no Appium that answers. */
async function attach(t: TestContext, phones: Readonly<Record<string, PhoneSpec>>): Promise<SimAdb> {
  const adb = await startSimAdb(t, phones);
  const settings = {
    ...{ DATA_DIR: 'data', EVIDENCE_DIR: 'runs', RECORDS_DIR: 'records', ...adb.env },
    ...{ APPIUM_URL: 'http://127.0.0.1:1', DATABASE_URL: 'postgres://lab@127.0.0.1:1/lab' },
    STORE_KEY: Buffer.alloc(32, 1).toString('base64'),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync('.env', lines.join(''), { mode: 0o600 });
  return adb;
}

const keep = ['--data', 'keep', '--no-password'];

suite('sign-out', { skip }, () => {
  test('of a phone without an account says that it was signed out already, with exit code 0', async (t) => {
    await attach(t, { a1: OUT });
    const { code, stdout, stderr } = await run(t, 'sign-out', 'a1', ...keep);
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /^✔ a1 was signed out already \(\d+\.\d s\)\n$/);
  });

  test('gives as JSON what was asked for, and how it ended', async (t) => {
    await attach(t, { a1: OUT });
    const words = [
      '--data',
      'delete',
      '--via',
      'settings',
      '--account',
      '6230001535',
      '--json',
      '--no-password',
    ];
    const { code, stdout } = await run(t, 'sign-out', 'a1', ...words);
    const { serial, data, via, outcome, release, passwordSubmitted, accountCheck } = JSON.parse(
      stdout,
    ) as RunResult;
    assert.deepEqual(
      [code, serial, data, via, outcome, release, passwordSubmitted],
      [0, 'a1', 'delete', 'settings', 'already-signed-out', 'MIUI 14', false],
    );
    assert.match(accountCheck.words, /no Mi Account was on the phone/);
    const bare = await run(t, 'sign-out', 'a1', ...keep, '--json');
    assert.equal((JSON.parse(bare.stdout) as RunResult).via, 'intent');
    assert.match((JSON.parse(bare.stdout) as RunResult).accountCheck.words, /none was named/);
  });

  test('that fails says why and what to do, where its evidence is, and exit code 2', async (t) => {
    await attach(t, { b2: IN });
    for (const [parent, more] of [
      ['runs', []],
      ['elsewhere', ['--evidence', 'elsewhere']],
    ] as const) {
      const { code, stdout, stderr } = await run(t, 'sign-out', 'b2', ...keep, '--json', ...more);
      const { outcome, evidence } = JSON.parse(stdout) as RunResult;
      assert.deepEqual([code, outcome], [2, 'error']);
      assert.match(stderr, /^✘ b2 failed [^\n]*\nThe store cannot be used: [^\n]*\n→ \S/);
      assert.ok(evidence.startsWith(join(folder, parent)), evidence);
      assert.ok(stderr.includes(`  evidence: ${join(evidence, 'index.html')}\n`));
      assert.ok(existsSync(join(evidence, 'result.json')));
    }
  });

  test('of a phone that is not attached says which are', async (t) => {
    await attach(t, { a1: OUT });
    const { code, stderr, stdout } = await run(t, 'sign-out', 'zz', ...keep, '--json');
    assert.equal(code, 2);
    assert.match(stderr, /zz[^]*a1/);
    assert.equal((JSON.parse(stdout) as RunResult).outcome, 'error');
  });
});

suite('a recovery', { skip }, () => {
  const code = ['--code-source', 'person', '--by', 'email', '--contact', 'lab+17@example.com'];

  test('whose password the store is to keep does not begin where there is no store', async (t) => {
    const adb = await attach(t, { a1: IN });
    for (const words of [
      ['change-password', 'a1'],
      ['recover', 'a1', '--data', 'keep'],
      ['reset-password', 'lab+17@example.com'],
    ]) {
      const { code: exit, error, stdout } = await run(t, ...words, ...code);
      assert.deepEqual([exit, stdout], [2, '']);
      assert.match(error?.message ?? '', /^The store cannot be used: /);
    }
    assert.ok(!adb.asked.some((one) => one.startsWith('exec:')), 'no phone was asked');
  });
});

suite('options that are settings too', () => {
  const settings = (env: Record<string, string> = {}) => loadSettings(env);

  test('change the settings where they are given, and leave them as they are else', () => {
    const own = settings({ LOCK_CHECK: 'xiaomi' });
    const { keepHelpers, requireNoGoogle, requireLockOff } = keeping({}, own);
    assert.deepEqual([keepHelpers, requireNoGoogle, requireLockOff], [false, false, false]);
    for (const flag of ['keepHelpers', 'requireNoGoogle', 'requireLockOff'] as const) {
      const changed = keeping({ [flag]: true }, own);
      assert.deepEqual(changed, { ...own, [flag]: true });
    }
    const set = settings({ KEEP_HELPERS: 'yes', REQUIRE_NO_GOOGLE: 'yes' });
    assert.deepEqual(keeping({}, set), set);
  });

  test('that need the lock of a phone are refused where none is asked for it', () => {
    const refused = (flags: Parameters<typeof keeping>[0], env: Record<string, string>) =>
      assert.throws(
        () => keeping(flags, settings(env)),
        (error: Error) =>
          error instanceof ConfigError &&
          error.message.includes(
            "--require-lock-off (REQUIRE_LOCK_OFF) needs LOCK_CHECK, which says who is asked for the lock, and it is 'none'",
          ),
      );
    refused({ requireLockOff: true }, {});
    refused({}, { REQUIRE_LOCK_OFF: 'yes' });
    assert.equal(keeping({ requireLockOff: true }, settings({ LOCK_CHECK: 'http' })).requireLockOff, true);
  });
});
