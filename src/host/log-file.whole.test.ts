import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { openLog } from './log-file.ts';

test('a log holds its lines in order, and is for its owner alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const lines of [['one', 'two'], ['three']]) {
    const log = openLog(join(folder, 'log'));
    for (const line of lines) log.line(line);
    await log.close();
  }
  assert.equal(readFileSync(join(folder, 'log'), 'utf8'), 'one\ntwo\nthree\n');
  if (process.platform !== 'win32') assert.equal(statSync(join(folder, 'log')).mode & 0o777, 0o600);
});

const full = { skip: existsSync('/dev/full') ? false : 'only Linux has a disk that is always full' };

for (const [what, file] of [
  ['on a full disk', '/dev/full'],
  ['in a folder that is gone', '/nowhere/at/all/log'],
] as const)
  test(`a log ${what} ends neither the program nor the work, and can be closed`, full, async () => {
    const log = openLog(file);
    for (let line = 0; line < 100; line++) {
      log.line('x'.repeat(1000));
      await turn();
    }
    await log.close();
    log.line('after the end');
    await log.close();
  });

test(
  "another program's log that meets a full disk is said, and the program goes on; any other fault ends it",
  full,
  () => {
    const run = (fault: string) => {
      const script = `import { outliveFullLogs } from ${JSON.stringify(new URL('../cli/full-logs.ts', import.meta.url).href)};
      outliveFullLogs(); ${fault}; setTimeout(() => console.log('still here'), 300);`;
      return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    };
    const logged = run(
      "const { createWriteStream } = await import('node:fs'); createWriteStream('/dev/full').write('x')",
    );
    assert.deepEqual([logged.status, logged.stdout], [0, 'still here\n'], logged.stderr);
    assert.match(logged.stderr, /^A log cannot be written any more: the disk is full\.\n→ /);
    const gone = run(
      "const { createWriteStream } = await import('node:fs'); createWriteStream('/nowhere/wdio.log')",
    );
    assert.deepEqual([gone.status, gone.stdout], [0, 'still here\n'], gone.stderr);
    const thrown = run("setTimeout(() => { throw new Error('a fault of ours') }, 10)");
    assert.deepEqual([thrown.status, thrown.stdout], [1, '']);
    assert.match(thrown.stderr, /Unexpected fault, please report it:\nError: a fault of ours/);
  },
);

test("WebdriverIO's logger, whose file meets a full disk, prints nothing in its place", full, () => {
  const script = `import log from 'loglevel'; import { outliveFullLogs } from ${JSON.stringify(new URL('../cli/full-logs.ts', import.meta.url).href)};
    outliveFullLogs(); process.env.WDIO_LOG_PATH = '/dev/full'; process.env.WDIO_LOG_LEVEL = 'info'; await import('webdriverio');
    const logger = log.getLoggers().webdriverio; logger.info('RESULT <hierarchy>');
    setTimeout(() => { logger.info('RESULT <hierarchy>'); logger.error('RESULT <hierarchy>'); }, 300);`;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    cwd,
  });
  assert.deepEqual([status, stdout], [0, '']);
  assert.match(stderr, /^A log cannot be written any more: the disk is full\.\n→ [^\n]*\n$/);
});

test("WebdriverIO's log holds no code, address or number of an account", () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-log-'));
  const script = `import { maskCodesInLogs } from ${JSON.stringify(new URL('../config/config.ts', import.meta.url).href)}; maskCodesInLogs();
    process.env.WDIO_LOG_PATH = ${JSON.stringify(join(folder, 'wdio.log'))}; process.env.WDIO_LOG_LEVEL = 'info';
    await import('webdriverio'); const { default: log } = await import('loglevel');
    log.getLoggers().webdriverio.info('a 204817 b 6230001535 c 6230***535 d lab+1@example.com e 6230 0015 35 f 2026-11-30 [0,1080] z');`;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    cwd,
  });
  const log = readFileSync(join(folder, 'wdio.log'), 'utf8');
  rmSync(folder, { recursive: true });
  assert.equal(status, 0, stderr);
  const hidden = '**MASKED**';
  assert.ok(
    log.includes(`a ${hidden} b ${hidden} c ${hidden} d ${hidden} e ${hidden} f 2026-11-30 [0,1080] z`),
    log,
  );
});
