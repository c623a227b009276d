import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const library = new URL('station.ts', import.meta.url).href;

for (const [what, imports] of [
  ['before', ['webdriverio', library]],
  ['after', [library, 'webdriverio']],
] as const)
  test(`a program that loads WebdriverIO ${what} the library has no code or account in its log, and keeps its own patterns`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-log-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'wdio.log');
    const script = `process.env.WDIO_LOG_MASKING_PATTERNS = '/hush/g';
      process.env.WDIO_LOG_PATH = ${JSON.stringify(file)}; process.env.WDIO_LOG_LEVEL = 'info';
      ${imports.map((name) => `await import(${JSON.stringify(name)});`).join(' ')}
      const { default: log } = await import('loglevel');
      log.getLoggers().webdriverio.info('a 204817 b 6230001535 c lab+1@example.com d hush e 2026-11-30');`;
    const args = ['--input-type=module', '-e', script];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
    assert.equal(status, 0, stderr);
    const hidden = '**MASKED**';
    const written = readFileSync(file, 'utf8');
    assert.ok(written.includes(`a ${hidden} b ${hidden} c ${hidden} d ${hidden} e 2026-11-30`), written);
  });
