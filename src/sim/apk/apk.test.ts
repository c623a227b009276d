import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unzipSync } from 'fflate';
import { makeApk, type App } from './apk.ts';

const app: App = {
  packageName: 'com.xiaomi.account',
  versionCode: 130_500_021,
  versionName: '13.5',
  strings: {
    default: { logout_account: 'Sign out' },
    bg: { logout_account: 'Отписване' },
    'zh-Hant-TW': { logout_account: '登出' },
  },
  plurals: { default: { days: { one: '%d day', other: '%d days' } } },
};

/** Types of the chunks that fill `bytes` from `start` on, end to end. */
function chunkTypes(bytes: Buffer, start = 0): number[] {
  const types: number[] = [];
  for (let at = start; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    assert.equal(at % 4, 0);
    types.push(bytes.readUInt16LE(at));
  }
  return types;
}

test('is a zip of a manifest and a resource table', () => {
  const files = unzipSync(makeApk(app));
  assert.deepEqual(Object.keys(files), ['AndroidManifest.xml', 'resources.arsc']);
});

test('stores the resource table as it is, for Android maps it into memory', () => {
  const apk = makeApk(app);
  const table = Buffer.from(unzipSync(apk)['resources.arsc'] ?? []);
  assert.ok(table.length > 0 && apk.includes(table));
});

test('has chunks that lie end to end and sizes that add up', () => {
  const files = unzipSync(makeApk(app));
  const table = Buffer.from(files['resources.arsc'] ?? []);
  assert.deepEqual(chunkTypes(table), [0x0002]);
  assert.deepEqual(chunkTypes(table, 12), [0x0001, 0x0200]);
  const owner = table.subarray(12 + table.readUInt32LE(12 + 4));
  // type names, keys; strings and their three languages; plurals and their one
  assert.deepEqual(chunkTypes(owner, 288), [0x0001, 0x0001, 0x0202, 0x0201, 0x0201, 0x0201, 0x0202, 0x0201]);
  const manifest = Buffer.from(files['AndroidManifest.xml'] ?? []);
  assert.deepEqual(chunkTypes(manifest), [0x0003]);
  assert.deepEqual(chunkTypes(manifest, 8), [0x0001, 0x0180, 0x0100, 0x0102, 0x0102, 0x0103, 0x0103, 0x0101]);
});

test("numbers the framework's package 1 and an app's 127", () => {
  const packageId = (packageName: string) => {
    const table = Buffer.from(unzipSync(makeApk({ ...app, packageName }))['resources.arsc'] ?? []);
    return table.readUInt32LE(12 + table.readUInt32LE(12 + 4) + 8);
  };
  assert.deepEqual([packageId('android'), packageId('com.miui.home')], [0x01, 0x7f]);
});

test('holds each wording once, in UTF-8', () => {
  const twice = { ...app, strings: { ...app.strings, ru: { logout_account: 'Отписване' } } };
  const table = Buffer.from(unzipSync(makeApk(twice))['resources.arsc'] ?? []);
  assert.equal(table.toString('latin1').split(Buffer.from('Отписване').toString('latin1')).length - 1, 1);
});

test('makes the same bytes of the same app', () => {
  assert.deepEqual(makeApk(app), makeApk(structuredClone(app)));
  assert.notDeepEqual(makeApk(app), makeApk({ ...app, versionCode: 1 }));
});

test('refuses a text too long for the format and a language that is none', () => {
  const strings = (tag: string, text: string) => () => makeApk({ ...app, strings: { [tag]: { text } } });
  assert.throws(
    strings('default', 'x'.repeat(40_000)),
    /a string of 40000 bytes is longer than a UTF-8 string pool can hold/,
  );
  assert.throws(strings('not a language', 'x'), /Incorrect locale/);
});
