import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import { UsageError } from '../errors.ts';
import { GOLDEN_APK } from './app.golden.ts';
import { readApk, readManifest } from './apk.ts';
import { end, file, numbers, pool, start, type Attribute } from './binary-xml.golden.ts';
import { readRom } from './rom.ts';

const folder = mkdtempSync(join(tmpdir(), 'rom-'));
after(() => rmSync(folder, { recursive: true }));

const ACCOUNT = 'com.xiaomi.account';
const id = (name: string, owner = ACCOUNT) => `${owner}:id/${name}`;
const asked = {
  title: 'account page',
  landmark: { ways: [{ id: [id('user_avatar')] }] },
  locators: {
    signOut: [{ id: [id('logout_btn')], label: [{ package: ACCOUNT, name: 'logout_account' }] }],
    ok: [{ id: [id('logout_btn', 'android')] }],
  },
};
const read = (...files: string[]) => readRom(files, { pages: [asked], atTimes: [] });

let count = 0;
/** A folder with these files. */
function holding(files: Record<string, Uint8Array | string>): string {
  const at = join(folder, `${++count}`);
  mkdirSync(at);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(at, name), bytes);
  return at;
}
const NAMES = ['manifest', 'package', 'versionName', 'versionCode', 'split'];
const [PACKAGE, VERSION_NAME, VERSION_CODE, SPLIT] = [1, 2, 3, 4];
/** A manifest with these attributes; `texts` stand in its pool behind the names. */
const manifest = (texts: readonly string[], attributes: readonly Attribute[], element = 0) =>
  file(pool(...NAMES, ...texts), numbers(0, 0, 0x0101021c, 0x0101021b), start(element, attributes), end);
const text = (name: number, place: number): Attribute => ({ name, type: 3, data: NAMES.length + place });
/** The golden app under another manifest. */
const appWith = (bytes: Buffer) => zipSync({ ...unzipSync(GOLDEN_APK), 'AndroidManifest.xml': bytes });
/** The golden app's resource table, changed. */
function table(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(unzipSync(GOLDEN_APK)['resources.arsc'] ?? []);
  change(bytes);
  return bytes;
}
/** Where the chunk of the package begins. */
const packageIn = (bytes: Buffer) => bytes.indexOf(Buffer.from([0x00, 0x02, 0x20, 0x01]));
const written = (name: string, bytes: Uint8Array) => join(holding({ [name]: bytes }), name);

const refusal = async (reading: Promise<unknown>): Promise<[message: string, hint: string]> => {
  const error: unknown = await reading.then(
    () => assert.fail('it was read'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof UsageError, String(error));
  return [error.message.replaceAll(folder, ''), error.hint];
};

test('a folder without an APK and one that is not there are each said to be, with what to name', async () => {
  const WHAT = 'name the folder that holds the apps of a ROM, or the APKs themselves';
  assert.deepEqual(await refusal(read(holding({ 'a.apk.txt': '' }))), [
    `'/${count}' holds no file that ends in .apk.`,
    WHAT,
  ]);
  assert.deepEqual(await refusal(read(join(folder, 'none'))), [
    "'/none' cannot be read: it does not exist.",
    WHAT,
  ]);
});

test('where no file is an app, it is said why of five of them, and how to get apps', async () => {
  const [message, hint] = await refusal(
    read(holding(Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`${n}.APK`, 'x'])))),
  );
  const [first, ...why] = message.split('\n');
  assert.equal(first, `None of the 6 files is an app that can be checked: android, ${ACCOUNT}.`);
  assert.deepEqual(
    why.map((line) => line.replace(/^'\/\d+/, '')),
    [0, 1, 2, 3, 4].map((n) => `/${n}.APK' cannot be read as an app: it is no ZIP file, or it is cut short.`),
  );
  assert.equal(
    hint,
    "pull them from a phone ('adb shell pm path PACKAGE', then 'adb pull'), or unpack an update",
  );
});

test('a damaged file that was named is an error, one of a folder is noted', async () => {
  const at = holding({ 'good.apk': GOLDEN_APK, 'bad.apk': 'x' });
  const { apps, unread } = await read(at);
  assert.deepEqual(
    [apps.map((one) => one.files), unread.map((one) => one.file)],
    [[[join(at, 'good.apk')]], [join(at, 'bad.apk')]],
  );
  const [message, hint] = await refusal(read(join(at, 'good.apk'), join(at, 'bad.apk')));
  assert.match(message, /bad\.apk' cannot be read as an app: it is no ZIP file, or it is cut short\.$/);
  assert.equal(
    hint,
    "pull it from the phone again ('adb shell pm path PACKAGE', then 'adb pull'), or unpack the update again",
  );
  const table = { 'resources.arsc': Buffer.from([3, 0, 8, 0, 8, 0, 0, 0]) };
  const broken = holding({ 'a.apk': zipSync({ ...unzipSync(GOLDEN_APK), ...table }) });
  assert.match(
    (await refusal(read(broken)))[0],
    /^'\/\d+\/a\.apk' is no app that can be checked: .*\n'\/\d+\/a\.apk' cannot be read as an app: resources\.arsc begins with chunk type 0x3, not a resource table\.$/,
  );
});

test('an app of a ROM is found by its package, and the framework is read before the apps that use it', async () => {
  // The framework's resources have package number 1.
  const framework = zipSync({
    ...unzipSync(appWith(manifest(['android', '14'], [text(PACKAGE, 0), text(VERSION_NAME, 1)]))),
    'resources.arsc': table((bytes) => bytes.writeUInt32LE(1, packageIn(bytes) + 8)),
  });
  const other = appWith(manifest(['com.example.other'], [text(PACKAGE, 0)]));
  const { apps, notGiven, layouts, pages } = await read(
    holding({ 'a.apk': GOLDEN_APK, 'b.apk': framework, 'c.apk': other }),
  );
  assert.deepEqual(
    apps.map((one) => [one.package, one.version]),
    [
      ['android', '14'],
      [ACCOUNT, '13.5'],
    ],
  );
  assert.deepEqual(notGiven, []);
  assert.deepEqual(
    pages[0]?.things.map(({ locator, verdict, by }) => [locator, verdict, by]),
    [
      ['landmark', 'there', `id ${id('user_avatar')}`],
      ['signOut', 'there', `id ${id('logout_btn')}`],
      ['ok', 'there', `id ${id('logout_btn', 'android')}`],
    ],
  );
  assert.deepEqual(Object.keys(layouts).sort(), [`${ACCOUNT}:layout/account`, `${ACCOUNT}:layout/footer`]);
});

test('a layout of an app is said with the words of the framework that stand in it', async () => {
  const inside = unzipSync(GOLDEN_APK);
  const words = file(pool('TextView', 'text'), start(0, [{ name: 1, type: 1, data: 0x01030001 }]), end);
  const app = zipSync({ ...inside, 'res/layout/account.xml': words });
  const framework = zipSync({
    ...inside,
    'AndroidManifest.xml': manifest(['android'], [text(PACKAGE, 0)]),
    'resources.arsc': table((bytes) => bytes.writeUInt32LE(1, packageIn(bytes) + 8)),
  });
  const { layouts } = await read(holding({ 'a.apk': app, 'b.apk': framework }));
  const labels = layouts[`${ACCOUNT}:layout/account`]?.flatMap((one) => one.labels);
  assert.deepEqual(labels, ['android:string/logout_account']);
});

test('a string that cannot be read is a damage of its file', async () => {
  const bytes = table((whole) => whole.writeUInt8(0xff, whole.indexOf('\x08\x08Sign out', 0, 'latin1') + 1));
  const app = zipSync({ ...unzipSync(GOLDEN_APK), 'resources.arsc': bytes });
  const [message] = await refusal(read(written('a.apk', app)));
  assert.match(message, /^'\/\d+\/a\.apk' cannot be read as an app: a string of \d+ bytes runs over the end/);
});

test('a split without its base is said to be one, and how to get the base', async () => {
  const split = appWith(manifest([ACCOUNT, 'config.bg'], [text(PACKAGE, 0), text(SPLIT, 1)]));
  const path = written('split.apk', split);
  assert.deepEqual(await refusal(read(path)), [
    `Of ${ACCOUNT} only a split is there: '/${count}/split.apk'.`,
    "give its base.apk too: 'adb shell pm path PACKAGE' names all files of an app",
  ]);
  const base = written('base.apk', GOLDEN_APK);
  assert.deepEqual((await read(path, base)).apps[0]?.files, [path, base]);
});

test('a manifest says the package, the version and the split, as far as it has them', async () => {
  const said = (bytes: Buffer) => readManifest(written('a.apk', zipSync({ 'AndroidManifest.xml': bytes })));
  const code: Attribute = { name: VERSION_CODE, type: 16, data: 42 };
  assert.deepEqual(await said(manifest(['a.b', '1.0'], [text(PACKAGE, 0), text(VERSION_NAME, 1), code])), {
    package: 'a.b',
    version: '1.0',
    split: '',
  });
  assert.equal((await said(manifest(['a.b'], [text(PACKAGE, 0), code]))).version, '42');
  assert.equal((await said(manifest(['a.b'], [text(PACKAGE, 0)]))).version, '');
  assert.equal((await said(manifest(['a.b', 's'], [text(PACKAGE, 0), text(SPLIT, 1)]))).split, 's');
  for (const none of [manifest([''], [text(PACKAGE, 0)]), manifest(['a.b'], [text(PACKAGE, 0)], PACKAGE)])
    assert.match((await refusal(said(none)))[0], /its manifest names no package\.$/);
  const empty = written('b.apk', zipSync({ 'a.txt': new Uint8Array(1) }));
  assert.match(
    (await refusal(readManifest(empty)))[0],
    /it is a ZIP file without an AndroidManifest\.xml\.$/,
  );
});

test('an APK without a resource table has no layouts, and a file under res/xml may be something else', async () => {
  const inside = unzipSync(GOLDEN_APK);
  const code = { 'AndroidManifest.xml': inside['AndroidManifest.xml'] ?? new Uint8Array() };
  const { resources, layouts } = await readApk(written('code.apk', zipSync(code)));
  assert.deepEqual([resources, layouts], [undefined, []]);
  const path = 'res/layout/account.xml';
  const kept = async (bytes: Uint8Array) =>
    (await readApk(written('a.apk', zipSync({ ...inside, [path]: bytes })))).layouts.find(
      ({ name }) => name === 'layout/account',
    )?.things.length;
  assert.equal(await kept(inside[path] ?? new Uint8Array()), 6, 'of both variants');
  assert.equal(await kept(Buffer.from('<xml/>text')), 3);
  assert.equal(await kept(Buffer.from([3, 0, 8])), 3);
});

test('an element is of the class that a view names, and names words and layouts, not pictures without number', async () => {
  const inside = unzipSync(GOLDEN_APK);
  const view = file(
    pool('view', 'class', 'com.example.Button', 'id', 'a'),
    numbers(0, 0, 0, 0x010100d0),
    start(0, [
      { name: 1, type: 3, data: 2 },
      { name: 3, type: 1, data: 0x7f010000 },
      ...Array.from({ length: 17 }, (_, n) => ({ name: 4, type: 1, data: n })),
      { name: 4, type: 16, data: 99 },
    ]),
    end,
  );
  const bytes = zipSync({
    ...inside,
    'res/layout-v1/footer.xml': new Uint8Array(1),
    'res/layout/footer.xml': view,
  });
  const { layouts } = await readApk(written('a.apk', bytes));
  const [thing, ...others] = layouts.find(({ name }) => name === 'layout/footer')?.things ?? [];
  assert.deepEqual(others, []);
  assert.deepEqual(thing, {
    cls: 'com.example.Button',
    id: 0x7f010000,
    named: Array.from({ length: 16 }, (_, n) => n),
  });
});
