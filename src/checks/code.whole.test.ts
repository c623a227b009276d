import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

test('types and lint rules that need types are both checked, and what breaks them is named with its place', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'code-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  put('package.json', '{"type":"module"}');
  put('eslint.config.js', `export { default } from ${JSON.stringify(join(root, 'eslint.config.js'))};`);
  put('tsconfig.json', '{"compilerOptions":{"strict":true,"noEmit":true,"lib":["es2024"],"types":[]}}');
  put('good.ts', 'export const ready = async (): Promise<number> => 1;\n');
  put('types.ts', "export const count: number = 'one';\n");
  put('rules.ts', "import { ready } from './good.js';\nready();\n");
  const check = [join(root, 'src/checks/code.ts')];
  const { status, stdout } = spawnSync(process.execPath, check, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stdout, /^types\.ts\(1,14\): error TS2322: /m);
  assert.doesNotMatch(stdout, /good\.ts/);
  assert.match(stdout, /rules\.ts\n\s+2:1\s+error .*no-floating-promises/);
});
