import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { childEnvironment } from '../config/config.ts';
import { exampleSuite, packed, unpacked } from '../live/package.ts';
import { pretend } from '../live/program.ts';
import { freePort } from '../port.ts';

const run = promisify(execFile);

/** What another program does with the package; it prints how that ended. */
const LIBRARY = `
import { MiUnbindError, openStation, Secret, signOut } from 'mi-unbind';
import { startPhones } from 'mi-unbind/sim';
const account = { id: '6230004911', password: 'Kanarie-7Qx!fink', syncedData: ['contacts'] };
const spec = { release: '14', pace: 'instant', helpers: 'current', account };
await using sims = await startPhones([spec]);
await using station = openStation();
const [phone] = sims.phones;
const order = { serial: phone.serial, data: 'keep', account: account.id };
const other = await signOut(station, { ...order, account: '6230004912' });
const end = await signOut(station, { ...order, password: new Secret(account.password) });
const error = await signOut(station, { ...order, serial: 'none' }).catch((thrown) => thrown);
const witness = sims.witness().map(({ kind }) => kind);
const { outcome, passwordSubmitted, evidence } = end;
const thrown = [error instanceof MiUnbindError, error.code];
console.log(JSON.stringify({ other: other.reason, outcome, passwordSubmitted, evidence, thrown, witness }));
`;

/** Whether a dependency of this checkout has types of its own. */
const hasTypes = (name: string) => {
  const { types, typings, exports } = JSON.parse(
    readFileSync(join('node_modules', name, 'package.json'), 'utf8'),
  ) as { types?: string; typings?: string; exports?: object };
  return Boolean(types ?? typings ?? /"types"/.exec(JSON.stringify(exports ?? {})));
};

/** Of the example suite: its password, and the code that it gets. */
const SECRET = /shop-Password1|480213/;

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(from, to);
  assert.notEqual(edited, text, file);
  writeFileSync(file, edited);
}

/** What a suite adds to the example to read codes. Only the last SMS is Xiaomi's. */
const withCodes = (port: number) => ({
  option: `codes: 'sms-webhook', settings: { SMS_WEBHOOK_LISTEN: '${port}', SMS_WEBHOOK_SECRET: 'gateway-Secret-1' }`,
  test: `
  it('gets the code that came for its number since the test began', async () => {
    for (const text of ['Your parcel: 111111', 'Xiaomi: your verification code is 480213.']) {
      const sms = JSON.stringify({ from: 'Xiaomi', to: '+359888123456', text, id: text });
      const headers = { authorization: 'Bearer gateway-Secret-1', 'content-type': 'application/json' };
      const { ok } = await fetch('http://127.0.0.1:${port}/sms', { method: 'POST', headers, body: sms });
      expect(ok).toBe(true);
    }
    const code = await browser.miCode({ by: 'phone', address: '+359 888 123 456' });
    expect(code.reveal()).toBe('480213');
    const none = browser.miCode({ by: 'phone', address: '+359 888 123 456', timeoutMs: 1 });
    await expect(none).rejects.toThrow(/→ /);
  });
`,
});

suite('the package', () => {
  let folder = '';
  let tarball = '';
  let program = '';
  const files = () => globSync('**/*', { cwd: program }).sort();

  before(async () => {
    ({ folder, tarball } = await packed());
    const runner = ['@wdio/cli', '@wdio/globals', '@wdio/local-runner', '@wdio/mocha-framework'];
    program = await unpacked({ folder, tarball }, [...runner, '@wdio/spec-reporter']);
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  });
  after(() => {
    chmodSync(program, 0o755);
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds the compiled program with its types, licence and README, and nothing else', async () => {
    const { stdout } = await run('tar', ['tzf', tarball]);
    const names = stdout.split('\n').filter(Boolean);
    const strange = names.filter(
      (name) =>
        !/^package\/(bin\/mi-unbind\.js|(LICENSE|README\.md|CHANGELOG\.md|package\.json)|dist\/fonts\/(LICENSE-)?[\w.-]+|dist\/src\/ui\/client\/[\w-]+\.(js|css|svg)|dist\/(src|pageobjects)\/[\w/.-]+\.(js|js\.map|d\.ts))$/.test(
          name,
        ) || /\.test\.|\/(checks|live|fuzz)\//.test(name),
    );
    assert.deepEqual(strange, []);
    for (const name of [
      'LICENSE',
      'README.md',
      'dist/src/index.js',
      'dist/src/index.d.ts',
      'dist/src/index.js.map',
    ])
      assert.ok(names.includes(`package/${name}`), name);
    const imports = globSync('dist/**/*.js', { cwd: program }).filter((file) =>
      /(?:from |import\()['"]\.[^'"]*\.ts['"]/.test(readFileSync(join(program, file), 'utf8')),
    );
    assert.deepEqual(imports, [], 'each import leads to JavaScript');
  });

  test('has types that lead to each other, and to no package that it does not bring', () => {
    const { dependencies } = JSON.parse(readFileSync(join(program, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const typed = globSync('dist/**/*.d.ts', { cwd: program });
    const nowhere = typed.flatMap((file) => {
      const text = readFileSync(join(program, file), 'utf8');
      const named = [...text.matchAll(/(?:from|^import|import\() ?'([^']+)'/gm)].map(([, name = '']) => name);
      return named.filter((name) =>
        name.startsWith('.')
          ? !typed.includes(join(dirname(file), name.replace(/\.ts$/, '.d.ts')))
          : !/^(node:|mi-unbind\/)/.test(name) && !(name in dependencies && hasTypes(name)),
      );
    });
    assert.ok(typed.length > 20);
    assert.deepEqual(nowhere, []);
  });

  test('signs a phone out for another program, and writes nothing into its own folder', async () => {
    const was = files();
    // Of another user than root, the system keeps it so too.
    chmodSync(program, 0o555);
    writeFileSync(join(folder, 'library.mjs'), LIBRARY);
    const env = childEnvironment({ DATA_DIR: join(folder, 'data') });
    const { stdout } = await run(process.execPath, ['library.mjs'], { cwd: folder, env });
    const { evidence, ...end } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { evidence: string };
    assert.deepEqual(end, {
      other: 'other-account',
      outcome: 'signed-out',
      passwordSubmitted: true,
      thrown: [true, 'unknown-phone'],
      witness: ['password', 'find-device-off', 'device-unbound', 'signed-out'],
    });
    assert.ok(evidence.startsWith(join(folder, 'data/runs')), evidence);
    assert.ok(globSync('*.png', { cwd: evidence }).length > 3);
    assert.deepEqual(files(), was);
  });

  test('says to another program on an older Node which one it needs', async () => {
    for (const part of ['', '/pageobjects', '/codes', '/sim', '/wdio']) {
      const args = ['--import', pretend('22.17.1'), '--input-type=module', '-e', `import 'mi-unbind${part}'`];
      const { stderr } = await run(process.execPath, args, { cwd: folder }).catch(
        (error: unknown) => error as { stderr: string },
      );
      assert.match(stderr, /mi-unbind needs Node 22\.18 or newer, and this is v/, part);
      assert.match(stderr, /hint: 'install Node 24/);
    }
  });

  // Root may write everywhere, but not below a file.
  for (const [what, args, changes, says] of [
    [
      'for its database',
      ['jobs', 'list'],
      { HOME: '/dev/null', XDG_DATA_HOME: '', DATA_DIR: '' },
      /^The store cannot be used: the folder '\/dev\/null\/\.local\/share\/mi-unbind' cannot be written: .*\n→ set DATA_DIR to a folder that you may write to, or HOME where it is not set\n$/,
    ],
    [
      'for the key of adb',
      ['phones'],
      { HOME: '/dev/null' },
      /^The adb server .*\n→ adb keeps its key in the home folder: set HOME to a folder that exists and that you may write to/,
    ],
    [
      'for temporary files',
      ['phones'],
      { TMPDIR: '/dev/null' },
      /^The adb server .*\n→ adb writes its log into the folder for temporary files: set TMPDIR to a folder that you may write to/,
    ],
  ] as const)
    test(`says which folder is missing ${what}, and what to set`, async () => {
      const env = childEnvironment({ ANDROID_ADB_SERVER_PORT: String(await freePort()), ...changes });
      const launched = [process.execPath, [join(program, 'bin/mi-unbind.js'), ...args]] as const;
      const { code, stderr } = await run(...launched, { cwd: folder, env }).then(
        () => ({ code: 0, stderr: '' }),
        (error: unknown) => error as { code: number; stderr: string },
      );
      assert.match(stderr, says);
      assert.equal(code, 2);
    });

  test('gives phones and commands to a suite of WebdriverIO, keeps its results, and ends what it has started', async () => {
    const cwd = exampleSuite(folder);
    const { option, test: more } = withCodes(await freePort());
    edit(join(cwd, 'wdio.conf.ts'), 'account }] }]]', `account }], ${option} }]]`);
    edit(join(cwd, 'test/sign-out.spec.ts'), /\}\);\n$/, `${more}});\n`);
    const env = childEnvironment({ DATA_DIR: join(folder, 'data') });
    const wdio = join(folder, 'node_modules/@wdio/cli/bin/wdio.js');
    const { stdout } = await run(process.execPath, [wdio, 'run', 'wdio.conf.ts'], { cwd, env });
    assert.match(stdout, /3 passing/);
    const runs = globSync('runs/specs/latest/*/result.json', { cwd });
    assert.equal(runs.length, 2, 'each sign-out has its evidence below the project');
    const written = globSync('runs/**/*', { cwd, withFileTypes: true }).filter((one) => one.isFile());
    const leaks = written.filter((one) =>
      SECRET.test(readFileSync(join(one.parentPath, one.name), 'latin1')),
    );
    assert.deepEqual(leaks, []);
    assert.doesNotMatch(stdout, SECRET);
  });
});
