import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { openProgram } from '../cli/program.ts';
import { remedyFor } from '../host/tools.ts';
import { obstacle } from '../phone/adb-state.ts';
import { blocksOf, readPages } from './docs-page.ts';

// What sets a station up beside npm: a container, a unit of systemd, a udev rule. Held to the project here.

const text = (file: string) => readFileSync(file, 'utf8');
const { engines, devDependencies, bin, version } = JSON.parse(text('package.json')) as {
  engines: { node: string };
  devDependencies: { node: string };
  bin: Record<string, string>;
  version: string;
};

interface Stage {
  image: string;
  steps: { word: string; rest: string }[];
}

/** Stages of the Dockerfile by their names, in order. */
function stages(): Map<string, Stage> {
  const lines = text('Dockerfile')
    .replace(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter(Boolean);
  const found = new Map<string, Stage>();
  let last: Stage | undefined;
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    const [, image = '', name = ''] = (word === 'FROM' && /^(\S+) AS (\S+)$/.exec(rest)) || [];
    if (name) found.set(name, (last = { image, steps: [] }));
    else last?.steps.push({ word, rest });
  }
  return found;
}

const of = (stage: Stage | undefined, word: string) =>
  (stage?.steps ?? []).filter((step) => step.word === word).map(({ rest }) => rest);

test('the container has the Node of the checkout, and its tests the system of the workflows', () => {
  const [major = ''] = devDependencies.node.split('.');
  assert.ok(Number(major) >= Number(/^>=(\d+)\./.exec(engines.node)?.[1]), 'the package takes it');
  const all = stages();
  assert.ok(all.size > 2);
  for (const [name, { image }] of all) assert.match(image, new RegExp(`^node:${major}-\\w+(-slim)?$`), name);
  const workflows = ['check', 'nightly'].map((name) => text(`.github/workflows/${name}.yml`));
  const tested = workflows.flatMap((one) => one.match(/(?<=container: )\S+/g) ?? []);
  assert.deepEqual([...new Set(tested)], [all.get('tests')?.image]);
});

test('no library for one kind of computer is installed in two versions: each takes many megabytes', () => {
  const { packages } = JSON.parse(text('package-lock.json')) as {
    packages: Record<string, { version: string; dev?: boolean; cpu?: string[] }>;
  };
  const installed = Object.entries(packages).filter(([, { dev, cpu }]) => !dev && cpu);
  const byName = Map.groupBy(installed, ([path]) => path.slice(path.lastIndexOf('node_modules/') + 13));
  const versions = [...byName].map(([name, copies]) => ({
    name,
    versions: [...new Set(copies.map(([, { version }]) => version))],
  }));
  assert.ok(versions.length > 20);
  const twice = versions.filter((one) => one.versions.length > 1);
  assert.deepEqual(twice, [], 'take the version that the other one is pinned to');
});

test('the station in the container is an unprivileged user by its number, and opens no port', () => {
  const all = [...stages()];
  const [name, station] = all.at(-1) ?? [];
  assert.equal(name, 'station', 'it is what docker build makes when no target is named');
  const [user = '', ...more] = of(station, 'USER');
  assert.match(user, /^[1-9]\d*:[1-9]\d*$/);
  assert.deepEqual(more, []);
  const after = station?.steps.findIndex(({ word }) => word === 'USER') ?? 0;
  assert.ok(!station?.steps.slice(after).some(({ word }) => word === 'RUN'), 'it belongs to root');
  assert.ok(!all.some(([, stage]) => of(stage, 'EXPOSE').length > 0));
  assert.doesNotMatch(text('Dockerfile'), /PASSWORD|SECRET|TOKEN|nodaemon|adb -a/);
  assert.deepEqual(of(station, 'ENV'), ['HOME=/data']);
});

test('the container starts the command of the package, with what it needs', async () => {
  const station = stages().get('station');
  const entry = JSON.parse(of(station, 'ENTRYPOINT')[0] ?? '[]') as string[];
  const command = JSON.parse(of(station, 'CMD')[0] ?? '[]') as string[];
  const [name = '', file = ''] = Object.entries(bin)[0] ?? [];
  assert.equal(entry.at(-1), name);
  const made = of(station, 'RUN').join('\n');
  assert.ok(made.includes(`/opt/mi-unbind/${file} /usr/local/bin/${name}`), made);
  const known = (await openProgram(() => undefined)).command.commands.map((one) => one.name());
  assert.ok(known.includes(command[0] ?? ''), command[0]);
  const remedy = remedyFor(['adb'], { platform: 'linux', distributions: ['debian'], root: true });
  const adb = 'run' in remedy ? remedy.run.at(-1)?.at(-1) : undefined;
  assert.match(made, new RegExp(`--no-install-recommends ${adb} ${entry[0]} `));
});

test('its tests run on the servers that CI installs', () => {
  const tests = stages().get('tests');
  assert.ok(of(tests, 'RUN').some((line) => line.includes('&& .ci/servers &&')));
  assert.deepEqual(of(tests, 'CMD'), ['["npm", "test"]']);
  const copied = [...stages().values()]
    .flatMap((stage) => of(stage, 'COPY'))
    .filter((line) => !line.startsWith('--from'))
    .flatMap((line) => line.split(' ').slice(0, -1));
  assert.ok(copied.includes('package-lock.json'));
  assert.deepEqual(
    copied.filter((file) => !existsSync(file)),
    [],
  );
});

test('no secret, and nothing that git leaves out, gets into the image', () => {
  const left = text('.dockerignore').split('\n');
  const bare = (line: string) => line.replace(/^(\*\*)?\//, '').replace(/\/$/, '');
  const ignored = text('.gitignore').split('\n').filter(Boolean).map(bare);
  assert.ok(ignored.length > 5);
  const names = left.map(bare);
  assert.deepEqual(
    [...ignored, '.git'].filter((name) => !names.includes(name)),
    [],
  );
  for (const line of ['**/.env', '**/.env.*', '**/*.backup']) assert.ok(left.includes(line), line);
});

test('no page hands the container all rights, or opens adb to other computers', () => {
  const lines = readPages()
    .flatMap(blocksOf)
    .filter(({ language }) => language === 'sh');
  const docker = lines.filter((block) => block.text.includes('docker run'));
  assert.ok(docker.length >= 2);
  assert.deepEqual(
    lines.filter((block) => /--privileged|--cap-add|tcp:0\.0\.0\.0|adb -a /.test(block.text)),
    [],
  );
  assert.ok(docker.some((block) => block.text.includes('ADB_SERVER_SOCKET=tcp:127.0.0.1:5037')));
  assert.ok(docker.some((block) => block.text.includes("--device-cgroup-rule 'c 189:* rmw'")));
});

const UNIT = 'examples/station/mi-unbind.service';

test('systemd takes the unit of the station', (t) => {
  const verified = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
  if (verified.status !== 0) return t.skip('systemd-analyze is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const unit = join(folder, 'mi-unbind.service');
  // It looks whether the program is there.
  const program = `ExecStart=${resolve('bin/mi-unbind.js')} `;
  writeFileSync(unit, text(UNIT).replace('ExecStart=/usr/local/bin/mi-unbind ', program));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
  assert.equal(`${status} ${stderr}`, '0 ');
});

test('the unit leaves phones and database alone when it stops, and is not started again with wrong settings', async () => {
  const unit = text(UNIT);
  for (const line of ['KillMode=process', 'RestartPreventExitStatus=2', 'Restart=on-failure', 'UMask=0077'])
    assert.ok(unit.split('\n').includes(line), line);
  const [, command = ''] = /^ExecStart=\/usr\/local\/bin\/mi-unbind (\w+)$/m.exec(unit) ?? [];
  assert.ok((await openProgram(() => undefined)).command.commands.some((one) => one.name() === command));
  const [, user = ''] = /^User=(\S+)$/m.exec(unit) ?? [];
  const [, home = ''] = /^WorkingDirectory=(\S+)$/m.exec(unit) ?? [];
  const page = text('docs/install.md');
  const group = /^SupplementaryGroups=(\S+)$/m.exec(unit)?.[1];
  assert.ok(page.includes(`useradd --system --create-home --home-dir ${home} --groups ${group} ${user}\n`));
});

test('the udev rule is the one that phones and doctor name', () => {
  const [rule = ''] = text('examples/station/51-android.rules')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  const phone = { serial: 'a1b2c3d4', state: 'no permissions' };
  const { todo = '' } = obstacle(phone, [], 'linux') ?? {};
  assert.ok(rule !== '' && todo.includes(`: ${rule} in /etc/udev/rules.d/51-android.rules `), todo);
});

test('the pages name the package that npm pack makes', () => {
  const named = readPages().flatMap(({ path, text: page }) =>
    [...page.matchAll(/mi-unbind-(\d+\.\d+\.\d+[\w.-]*)\.tgz/g)].map(([, of = '']) => `${path}: ${of}`),
  );
  assert.ok(named.length >= 3);
  assert.deepEqual(
    named.filter((one) => !one.endsWith(`: ${version}`)),
    [],
  );
});
