import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { childEnvironment } from '../config/config.ts';
import { exampleSuite, packed } from '../live/package.ts';
import { isRoot } from '../user.ts';

/** Each night: the package as npm installs it, from the registry, with everything that it depends on. */

/** Any user but root. This one has a name on each system, which the embedded PostgreSQL asks for. */
const OTHER = 65_534;
/** MB; measured: see README. */
const LARGEST = 350;

suite('the package, installed', () => {
  let folder = '';
  let tarball = '';
  before(async () => {
    ({ folder, tarball } = await packed());
    chmodSync(folder, 0o755);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a command there, and gives what it printed. */
  function run(cwd: string, command: string, args: readonly string[], changes: Record<string, string> = {}) {
    const env = childEnvironment({ npm_config_update_notifier: 'false', ...changes });
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
    assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
    return `${stdout}${stderr}`;
  }

  suite('for all users of the computer', () => {
    const place = () => join(folder, 'global');
    const program = () => join(place(), 'bin/mi-unbind');
    before(() => run(folder, 'npm', ['install', '--global', '--prefix', place(), tarball]));

    test('is lean', (t) => {
      const files = globSync('**/*', { cwd: place() }).map((file) => lstatSync(join(place(), file)));
      const size = files.filter((one) => one.isFile()).reduce((sum, one) => sum + one.size, 0) / 1e6;
      t.diagnostic(`${Math.round(size)} MB`);
      assert.ok(size < LARGEST, `${Math.round(size)} MB`);
      const said = Number(/installs it \((\d+) MB,/.exec(readFileSync('README.md', 'utf8'))?.[1]);
      assert.ok(Math.abs(said - size) < 25, `README says ${said} MB`);
    });

    test('signs its simulated phone out, and leads to the page that shows it', () => {
      const home = join(folder, 'home');
      mkdirSync(home);
      const said = run(folder, program(), ['demo'], { HOME: home });
      assert.match(said, /signed out/);
      assert.match(said, new RegExp(`evidence: ${home}/\\.local/share/mi-unbind/runs/`));
    });

    test(
      'does so for a user who may write nowhere but at home, too',
      { skip: !isRoot() && 'only root becomes another user' },
      () => {
        const home = join(folder, 'other');
        mkdirSync(home);
        run(folder, 'chown', [String(OTHER), home]);
        const id = String(OTHER);
        const as = ['--reuid', id, '--regid', id, '--clear-groups', program(), 'demo'];
        assert.match(run(home, 'setpriv', as, { HOME: home }), /signed out/);
      },
    );
  });

  test('says what mends it where npm has run no scripts, and that mends it', () => {
    const place = join(folder, 'no-scripts');
    run(folder, 'npm', ['install', '--global', '--ignore-scripts', '--prefix', place, tarball]);
    const env = childEnvironment({ DATA_DIR: join(folder, 'data-of-none') });
    const list = () =>
      spawnSync(join(place, 'bin/mi-unbind'), ['jobs', 'list'], { cwd: folder, env, encoding: 'utf8' });
    const { status, stderr } = list();
    assert.equal(status, 2);
    const [, command = ''] =
      /was installed without its scripts\.\n→ run '(.*)', or set DATABASE_URL/.exec(stderr) ?? [];
    run(folder, 'sh', ['-c', command]);
    const after = list();
    assert.equal(after.status, 0, after.stderr);
  });

  suite('in a project', () => {
    let project = '';
    before(() => {
      project = exampleSuite(folder);
      const file = join(project, 'package.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { devDependencies: Record<string, string> };
      manifest.devDependencies['mi-unbind'] = `file:${tarball}`;
      writeFileSync(file, JSON.stringify(manifest));
      run(project, 'npm', ['install']);
    });

    test('is a command', () => {
      assert.match(run(project, 'npx', ['mi-unbind', '--version']), /^\d+\.\d+\.\d+/);
    });

    test('is what the example of a suite runs on', () => {
      const said = run(project, 'npm', ['test'], { DATA_DIR: join(folder, 'data') });
      assert.match(said, /2 passing/);
    });

    for (const moduleResolution of ['NodeNext', 'Bundler'])
      test(`has types that compile, strictly, with moduleResolution ${moduleResolution}`, () => {
        const module = moduleResolution === 'Bundler' ? 'ESNext' : 'NodeNext';
        const compilerOptions = { module, moduleResolution, skipLibCheck: false };
        const config = join(project, 'tsconfig.strict.json');
        writeFileSync(config, JSON.stringify({ extends: './tsconfig.json', compilerOptions }));
        const { stdout } = spawnSync('npx', ['tsc', '-p', config], { cwd: project, encoding: 'utf8' });
        // Those of its dependencies are theirs.
        const own = stdout
          .split('\n')
          .filter((line) => /^(test|wdio\.conf)|node_modules\/mi-unbind\//.test(line));
        assert.deepEqual(own, []);
      });

    test('is put together as publint and arethetypeswrong want it', () => {
      run(project, 'npx', ['--yes', 'publint@0.3.25', '--strict', tarball]);
      run(project, 'npx', ['--yes', '@arethetypeswrong/cli@0.18.5', '--profile', 'esm-only', tarball]);
    });
  });
});
