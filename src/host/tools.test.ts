import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { formatError, HostToolError } from '../errors.ts';
import { distributions, ensureHostTools, findAdb, remedyFor } from './tools.ts';
import type { Host, System } from './tools.ts';

let folder: string;
before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'host-')));
});
after(() => rm(folder, { recursive: true }));

async function program(...parts: string[]): Promise<string> {
  const file = join(folder, ...parts);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return file;
}

const system = (platform: NodeJS.Platform, distributions: string[] = [], root = false): System => ({
  platform,
  distributions,
  root,
});
const debianInstall = [
  ['apt-get', 'update'],
  ['apt-get', 'install', '-y', '--no-install-recommends', 'adb'],
];

const remedies: [what: string, system: System, remedy: ReturnType<typeof remedyFor>][] = [
  ['Debian as root', system('linux', ['debian'], true), { run: debianInstall }],
  ['Ubuntu as root', system('linux', ['ubuntu', 'debian'], true), { run: debianInstall }],
  ['Mint as root', system('linux', ['linuxmint', 'ubuntu', 'debian'], true), { run: debianInstall }],
  ['Debian, not root', system('linux', ['debian']), { tell: 'sudo apt-get install adb' }],
  ['Fedora', system('linux', ['fedora']), { tell: 'sudo dnf install android-tools' }],
  [
    'Rocky as root',
    system('linux', ['rocky', 'rhel', 'centos', 'fedora'], true),
    { tell: 'dnf install android-tools' },
  ],
  ['Arch', system('linux', ['arch']), { tell: 'sudo pacman -S android-tools' }],
  [
    'openSUSE',
    system('linux', ['opensuse-leap', 'suse', 'opensuse']),
    { tell: 'sudo zypper install android-tools' },
  ],
  ['Alpine as root', system('linux', ['alpine'], true), { tell: 'apk add android-tools' }],
  ['macOS', system('darwin'), { tell: 'brew install --cask android-platform-tools' }],
  ['Windows', system('win32'), { tell: 'winget install Google.PlatformTools' }],
  [
    'an unknown Linux',
    system('linux', ['nixos'], true),
    {
      tell: 'your package manager (packages: adb), or see https://developer.android.com/tools/releases/platform-tools',
    },
  ],
];
for (const [what, on, remedy] of remedies) {
  test(`a missing adb on ${what} is ${'run' in remedy ? 'installed' : 'answered with the command'}`, () => {
    assert.deepEqual(remedyFor(['adb'], on), remedy);
  });
}

test('adb of ANDROID_HOME goes before that of ANDROID_SDK_ROOT, and both before the PATH', async () => {
  const [home, root, plain] = [
    await program('home/platform-tools/adb'),
    await program('root/platform-tools/adb'),
    await program('bin/adb'),
  ];
  const [androidHome, androidSdkRoot, path] = [
    join(folder, 'home'),
    join(folder, 'root'),
    join(folder, 'bin'),
  ];
  assert.deepEqual(findAdb({ androidHome, androidSdkRoot, path }), { path: home, androidHome });
  assert.deepEqual(findAdb({ androidSdkRoot, path }), { path: root, androidHome: androidSdkRoot });
  assert.deepEqual(findAdb({ path }), { path: plain, androidHome: path });
  assert.deepEqual(findAdb({ androidHome: join(folder, 'gone'), path }), { path: plain, androidHome: path });
});

test('ANDROID_HOME is derived from the place a link on the PATH leads to', async () => {
  const real = await program('sdk/platform-tools/adb');
  await mkdir(join(folder, 'usr'));
  await symlink(real, join(folder, 'usr/adb'));
  assert.deepEqual(findAdb({ path: join(folder, 'usr') }), {
    path: join(folder, 'usr/adb'),
    androidHome: join(folder, 'sdk'),
  });
});

test('the first program on the PATH counts, and folders and plain files do not', async () => {
  await mkdir(join(folder, 'one/adb'), { recursive: true });
  await mkdir(join(folder, 'two'));
  await writeFile(join(folder, 'two/adb'), '');
  const adb = await program('three/adb');
  const path = ['one', '', 'two', 'three'].map((name) => name && join(folder, name)).join(delimiter);
  assert.equal(findAdb({ path })?.path, adb);
});

test('no adb anywhere is found as none', () =>
  assert.equal(findAdb({ path: join(folder, 'nothing') }), undefined));

function recorded(on: System, run: Host['run'] = () => Promise.resolve(0)): { host: Host; said: string[] } {
  const said: string[] = [];
  return { said, host: { system: on, say: (line) => said.push(line), run } };
}

test('what is there is not installed, and nothing is said', async () => {
  const adb = await program('there/adb');
  const { host, said } = recorded(system('linux', ['debian'], true), () => assert.fail('nothing to run'));
  assert.equal((await ensureHostTools(['adb'], { path: dirname(adb) }, host)).adb.path, adb);
  assert.deepEqual(said, []);
});

test('on Debian as root a missing adb is installed, every command being said before it runs', async () => {
  const { host, said } = recorded(system('linux', ['debian'], true), async (command) => {
    if (command.includes('install')) await program('installed/adb');
    return 0;
  });
  const { adb } = await ensureHostTools(['adb'], { path: join(folder, 'installed') }, host);
  assert.equal(adb.path, join(folder, 'installed/adb'));
  assert.deepEqual(said, [
    'adb is needed and not installed: installing it with apt-get.',
    '$ apt-get update',
    '$ apt-get install -y --no-install-recommends adb',
  ]);
});

test('an installation that fails says which command failed', async () => {
  const { host } = recorded(system('linux', ['debian'], true), () => Promise.resolve(100));
  await assert.rejects(
    ensureHostTools(['adb'], { path: '' }, host),
    new HostToolError(
      "'apt-get update' failed with exit code 100.",
      'see its messages above, or install it by hand',
    ),
  );
});

test('an installer that is not on the PATH is named', async () => {
  const { host } = recorded(system('linux', ['debian'], true), () =>
    Promise.reject(new Error('spawn apt-get ENOENT')),
  );
  await assert.rejects(
    ensureHostTools(['adb'], { path: '' }, host),
    new HostToolError(
      "'apt-get update' cannot be run.",
      'install it by hand, or set PATH so that it is found',
    ),
  );
});

test('an installation that brings no adb says so', async () => {
  const { host } = recorded(system('linux', ['debian'], true));
  await assert.rejects(ensureHostTools(['adb'], { path: '' }, host), /adb cannot be found after installing/);
});

test('elsewhere a missing adb is one sentence with the command, and exit 2', async () => {
  const { host, said } = recorded(system('darwin'), () => assert.fail('nothing to run'));
  await assert.rejects(ensureHostTools(['adb'], { path: '' }, host), (error) => {
    assert.equal(
      formatError(error),
      'adb is needed and not installed.\n→ install it: brew install --cask android-platform-tools',
    );
    assert.equal((error as HostToolError).exitCode, 2);
    return true;
  });
  assert.deepEqual(said, []);
});

test('a distribution is known by its own name and the names it is like', async () => {
  await writeFile(
    join(folder, 'os-release'),
    'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n',
  );
  assert.deepEqual(distributions(join(folder, 'os-release')), ['linuxmint', 'ubuntu', 'debian']);
  assert.deepEqual(distributions(join(folder, 'no-os-release')), []);
});
