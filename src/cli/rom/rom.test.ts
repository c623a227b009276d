import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite, test, type TestContext } from 'node:test';
import { run, workFolder } from '../../live/command.ts';
import { GOLDEN_APK } from '../../rom/app.golden.ts';
import type { RomCheck } from '../../rom/check.ts';

workFolder('rom');
mkdirSync('apps');
writeFileSync('apps/account.apk', GOLDEN_APK);
writeFileSync('half.apk', GOLDEN_APK.subarray(0, 500));

const HINT = "name what 'mi-unbind rom check --json' has printed";
const checked = async (t: TestContext, ...words: string[]) => run(t, 'rom', 'check', ...words);

suite('rom check', () => {
  test('says of each app what it is, of each thing whether it is there, and exit code 1 where one is not', async (t) => {
    const { code, stdout, stderr } = await checked(t, 'apps');
    assert.equal(code, 1);
    assert.match(stdout, /^com\.xiaomi\.account \S+: \d languages?, 1 file$/m);
    assert.match(stdout, / is gone: the ROM has no /);
    assert.match(stderr, /^\d+ of \d+ things are gone/);
    assert.match(stderr, /were not checked/);
  });

  test('prints the same as JSON, and as files for a CI and for people', async (t) => {
    const files = ['--junit', 'rom.xml', '--html', 'rom.html'];
    const { code, stdout } = await checked(t, 'apps/account.apk', '--json', ...files);
    const rom = JSON.parse(stdout) as RomCheck;
    assert.deepEqual([code, rom.apps.map((app) => app.package)], [1, ['com.xiaomi.account']]);
    assert.match(readFileSync('rom.xml', 'utf8'), /^<\?xml [^>]*>\s*<testsuites?\b/);
    assert.match(readFileSync('rom.html', 'utf8'), /^<!doctype html>[^]*com\.xiaomi\.account/i);
  });

  test('a file that cannot be written is named with its option', async (t) => {
    for (const option of ['--junit', '--html']) {
      const { code, error } = await checked(t, 'apps', option, 'nowhere/file');
      assert.equal(code, 2);
      assert.match(error?.message ?? '', /^'nowhere\/file' cannot be written: \S.*\.$/);
      assert.equal(error?.hint, `give another file with ${option}`);
    }
  });

  test('what is no app of a ROM is refused', async (t) => {
    assert.match((await checked(t, 'nosuch.apk')).error?.message ?? '', /nosuch\.apk/);
    assert.match((await checked(t, 'half.apk')).error?.message ?? '', /half\.apk/);
  });
});

suite('rom compare', () => {
  const compared = async (t: TestContext, before: string, after: string, ...more: string[]) =>
    run(t, 'rom', 'compare', before, after, ...more);

  test('of two ROMs says what changed, of folders, of apps and of what rom check has printed', async (t) => {
    const { stdout } = await checked(t, 'apps', '--json');
    writeFileSync('before.json', stdout);
    const same = await compared(t, 'before.json', 'apps');
    assert.deepEqual([same.code, same.stdout, same.stderr], [0, '', 'Nothing changed.\n']);
    const rom = JSON.parse(stdout) as { apps: { version: string }[] };
    for (const app of rom.apps) app.version = '99.9';
    writeFileSync('after.JSON', JSON.stringify(rom));
    const other = await compared(t, 'apps/account.apk', 'after.JSON');
    assert.equal(other.code, 1);
    assert.match(other.stdout, /^com\.xiaomi\.account: \S.* → 99\.9\n$/);
    const json = await compared(t, 'apps', 'after.JSON', '--json');
    assert.deepEqual(JSON.parse(json.stdout), { same: false, differences: [other.stdout.trimEnd()] });
  });

  const LARGE = 32 * 1024 * 1024 + 1;
  for (const [what, file, content, why] of [
    ['a folder', 'folder.json', undefined, 'it is a folder'],
    ['a file that is not there', 'nosuch.json', null, 'it does not exist'],
    ['a text', 'text.json', 'no JSON', 'it is no JSON'],
    ['another JSON', 'other.json', '{"version":2}', /^version: /],
    ['a JSON that is no object', 'list.json', '[]', /^its first value: /],
    ['a larger file than any', 'large.json', Buffer.alloc(LARGE, 32), `it has ${LARGE} bytes`],
  ] as const)
    test(`${what} in place of a kept check is refused, with why`, async (t) => {
      if (content === undefined) mkdirSync(file);
      else if (content !== null) writeFileSync(file, content);
      const { code, error } = await compared(t, file, 'apps');
      const said = /^'(\S+)' is no check of a ROM: (.*)\.$/s.exec(error?.message ?? '');
      assert.deepEqual([code, said?.[1], error?.hint], [2, file, HINT], error?.message);
      if (typeof why === 'string') assert.equal(said?.[2], why);
      else assert.match(said?.[2] ?? '', why);
    });

  test('a device in place of a kept check is refused', { skip: process.platform === 'win32' }, async (t) => {
    const { symlinkSync } = await import('node:fs');
    symlinkSync('/dev/null', 'device.json');
    const { error } = await compared(t, 'device.json', 'apps');
    assert.equal(
      error?.message,
      "'device.json' is no check of a ROM: it is a device or a pipe, and no file.",
    );
  });
});
