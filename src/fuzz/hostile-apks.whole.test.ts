import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { UsageError } from '../errors.ts';
import { AT_TIMES, KNOWN_PAGES } from '../flows/recorded.ts';
import { GOLDEN_APK } from '../rom/app.golden.ts';
import type { RomCheck } from '../rom/check.ts';
import { readRom } from '../rom/rom.ts';
import { chunk, Pool, u16, u32 } from '../sim/apk/chunk.ts';
import { generator } from '../sim/time.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-apks-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
function check(apk: Uint8Array): Promise<RomCheck> {
  const file = join(folder, `${++count}.apk`);
  writeFileSync(file, apk);
  return readRom([file], { pages: KNOWN_PAGES, atTimes: AT_TIMES });
}

/** What it is refused with: words, and what to do. */
async function refusal(apk: Uint8Array): Promise<string> {
  try {
    await check(apk);
  } catch (error) {
    assert.ok(error instanceof UsageError, String((error as Error).stack));
    assert.match(error.hint, /pull it from the phone again|pull them from a phone/);
    return error.message.replace(/^'.*?'/, 'IT');
  }
  return 'nothing';
}

const inside = unzipSync(GOLDEN_APK);
const withFiles = (files: Zippable): Uint8Array => zipSync({ ...inside, ...files }, { level: 0 });
const TABLE = Buffer.from(inside['resources.arsc']!);
const LAYOUT = 'res/layout/footer.xml';

/** The table with other bytes at a place. */
function table(change: (bytes: Buffer) => void): Uint8Array {
  const bytes = Buffer.from(TABLE);
  change(bytes);
  return withFiles({ 'resources.arsc': bytes });
}

/** The table with more type chunks in its package, each of which says it has 65,536 values. */
function crowded(chunks: number): Uint8Array {
  const one = chunk(0x0201, Buffer.concat([Buffer.from([1, 0, 0, 0]), u32(0x10000, 84), Buffer.alloc(64)]));
  one.writeUInt32LE(64, 20);
  const bytes = Buffer.concat([TABLE, ...Array<Buffer>(chunks).fill(one)]);
  const owner = 12 + bytes.readUInt32LE(12 + 4);
  for (const at of [4, owner + 4]) bytes.writeUInt32LE(bytes.readUInt32LE(at) + chunks * one.length, at);
  return withFiles({ 'resources.arsc': bytes });
}

/** An element with so many others one in another. */
function nested(depth: number): Buffer {
  const pool = new Pool();
  const name = pool.number('LinearLayout');
  const none = 0xffffffff;
  const start = chunk(0x0102, u32(1, none), [u32(none, name), u16(20, 20, 0, 0, 0, 0)]);
  const end = chunk(0x0103, u32(1, none), [u32(none, name)]);
  const all = [...Array<Buffer>(depth).fill(start), ...Array<Buffer>(depth).fill(end)];
  return chunk(0x0003, Buffer.alloc(0), [pool.toChunk(), ...all]);
}

/** The same archive, with a size in its directory that is not the file's. */
function withSize(archive: Uint8Array, name: string, size: number): Uint8Array {
  const bytes = Buffer.from(archive);
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4))
    if (bytes.toString('latin1', at + 46, at + 46 + bytes.readUInt16LE(at + 28)) === name)
      bytes.writeUInt32LE(size, at + 24);
  return bytes;
}

test('the good app is read: layouts that name each other, a string that names another', async () => {
  const { pages, apps } = await check(GOLDEN_APK);
  assert.deepEqual(apps[0]?.languages, ['bg']);
  const page = pages.find((one) => one.page === 'Mi Account page');
  assert.deepEqual(page?.layout, { name: 'layout/footer', holds: ['landmark', 'signOut'] });
  assert.deepEqual(page?.things.find(({ locator }) => locator === 'securityRow')?.labels[0]?.wordings, {
    default: 'Sign out',
  });
});

test('strings that name each other in a circle have no words, and are there', async () => {
  const { pages } = await check(
    table((bytes) => {
      // The value of account_security: a reference to the string after it. Now to itself.
      const at = bytes.indexOf(Buffer.from([0x08, 0x00, 0x00, 0x01, 0x01, 0x00]));
      assert.ok(at > 0);
      bytes.writeUInt16LE(0, at + 4);
    }),
  );
  const page = pages.find((one) => one.page === 'Mi Account page');
  const label = page?.things.find(({ locator }) => locator === 'securityRow')?.labels[0];
  assert.deepEqual([label?.state, label?.wordings], ['there', { default: '' }]);
});

test('a region without a language is no language', async () => {
  const { apps } = await check(
    table((bytes) => {
      const at = bytes.indexOf(Buffer.from('bg\0\0', 'latin1'));
      assert.ok(at > 0);
      bytes.write('\0\0\x7f\x01', at, 'latin1');
    }),
  );
  assert.deepEqual(apps[0]?.languages, []);
});

/** MiB of zeros in some KiB. */
const bomb = (name: string, mib: number) =>
  zipSync({ ...inside, [name]: [new Uint8Array(mib * 1024 * 1024), { level: 1 }] });

for (const [what, apk, words] of [
  [
    'no ZIP',
    () => Buffer.from('hello'),
    /^IT cannot be read as an app: it is no ZIP file, or it is cut short/,
  ],
  ['an empty file', () => Buffer.alloc(0), /^IT cannot be read as an app: /],
  ['cut short', () => GOLDEN_APK.subarray(0, 3000), /^IT cannot be read as an app: /],
  ['without its beginning', () => GOLDEN_APK.subarray(400), /^IT cannot be read as an app: /],
  [
    'a ZIP of something else',
    () => zipSync({ 'a.txt': [new Uint8Array(4), {}] }),
    /without an AndroidManifest/,
  ],
  [
    'a name that leads out',
    () => withFiles({ '../../etc/passwd': [new Uint8Array(1), {}] }),
    /invalid relative path/,
  ],
  ['an absolute name', () => withFiles({ '/etc/passwd': [new Uint8Array(1), {}] }), /absolute path/],
  ['a bomb for a table', () => bomb('resources.arsc', 65), /says it has \d+ bytes, more than \d+\.$/],
  ['a bomb for a layout', () => bomb(LAYOUT, 5), /says it has \d+ bytes, more than \d+\.$/],
  ['a bomb for a manifest', () => bomb('AndroidManifest.xml', 5), /says it has \d+ bytes, more than \d+\.$/],
  [
    'a bomb that says it is small',
    () => withSize(bomb(LAYOUT, 5), LAYOUT, 500),
    /footer\.xml' is damaged: too many bytes/,
  ],
  [
    'a file that says it is larger',
    () => withSize(GOLDEN_APK, LAYOUT, 5000),
    /footer\.xml' is damaged: not enough bytes/,
  ],
  [
    '10,000 elements one in another',
    () => withFiles({ [LAYOUT]: nested(10_000) }),
    /more than 200 elements stand one in another/,
  ],
  [
    'a manifest without a package',
    () => withFiles({ 'AndroidManifest.xml': nested(1) }),
    /its manifest names no package/,
  ],
  [
    'a table that begins with something else',
    () => table((bytes) => bytes.writeUInt16LE(7, 0)),
    /begins with chunk type 0x7/,
  ],
  [
    'a table longer than it is',
    () => table((bytes) => bytes.writeUInt32LE(1 << 30, 4)),
    /says it has 1073741824 bytes/,
  ],
  ['a chunk of no size', () => table((bytes) => bytes.writeUInt32LE(0, 12 + 4)), /says it has 0 bytes/],
  ['more values than any app has', () => crowded(200), /says it has 131\d{5} values, more than 12000000/],
  [
    'strings beyond the pool',
    () => table((bytes) => bytes.fill(0xff, 12 + 28, 12 + 32)),
    /out of range|runs over|outside/i,
  ],
] as const)
  test(`an APK is refused in words: ${what}`, async () => {
    assert.match(await refusal(apk()), words);
  });

/** Some bytes of it changed, in a way that a seed decides. */
function spoiled(bytes: Uint8Array, seed: number): Buffer {
  const random = generator(seed);
  const other = Buffer.from(bytes);
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    const values = [0, 0xff, 0x7f, 0x80, 1, Math.floor(random() * 256)];
    other[Math.floor(random() * other.length)] = values[Math.floor(random() * values.length)] ?? 0;
  }
  return random() < 0.1 ? other.subarray(0, Math.floor(random() * other.length)) : other;
}

test('an APK with any bytes changed is read or refused in words', async () => {
  const parts = [...Object.keys(inside), 'all of it'];
  let refused = 0;
  for (let seed = 1; seed <= 500; seed++) {
    const part = parts[seed % parts.length] ?? '';
    const apk =
      part === 'all of it' ? spoiled(GOLDEN_APK, seed) : withFiles({ [part]: spoiled(inside[part]!, seed) });
    if ((await refusal(apk)) !== 'nothing') refused++;
  }
  assert.ok(refused > 100, `${refused} were refused`);
});

test('of a folder a damaged app is noted, and the others are read', async () => {
  const rom = join(folder, 'rom', 'app');
  mkdirSync(rom, { recursive: true });
  writeFileSync(join(rom, 'a.apk'), GOLDEN_APK);
  writeFileSync(join(rom, 'b.apk'), 'hello');
  const { apps, unread } = await readRom([join(folder, 'rom')], { pages: KNOWN_PAGES, atTimes: AT_TIMES });
  assert.equal(apps.length, 1);
  assert.match(unread[0]?.why ?? '', /b\.apk' cannot be read as an app/);
});
