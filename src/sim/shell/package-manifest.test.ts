import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { helperApks } from './package-helper-apks.ts';
import { readManifest } from './package-manifest.ts';

test("the manifest of Appium's helper app is read", () => {
  const manifest = readManifest(readFileSync(helperApks.settings.path));
  assert.equal(manifest.package, 'io.appium.settings');
  assert.equal(manifest.versionName, helperApks.settings.version);
  assert.ok(manifest.versionCode > 0);
  assert.ok(manifest.permissions.includes('android.permission.CHANGE_WIFI_STATE'));
  assert.equal(manifest.instrumentation, undefined);
});

test('the manifest of the UiAutomator2 server is read', () => {
  const manifest = readManifest(readFileSync(helperApks.server.path));
  assert.equal(manifest.package, 'io.appium.uiautomator2.server');
  assert.equal(manifest.versionName, helperApks.server.version);
});

test('a test package names its runner and what it runs in', () => {
  const manifest = readManifest(readFileSync(helperApks.serverTests.path));
  assert.deepEqual(manifest.instrumentation, {
    runner: 'androidx.test.runner.AndroidJUnitRunner',
    target: 'io.appium.uiautomator2.server',
  });
});

test('an archive without a manifest is no APK', () => {
  assert.throws(
    () => readManifest(zipSync({ 'readme.txt': Buffer.from('hello') })),
    /holds no AndroidManifest.xml of the size of one/,
  );
});

test('a manifest as plain text is refused', () => {
  assert.throws(
    () => readManifest(zipSync({ 'AndroidManifest.xml': Buffer.from('<manifest package="a"/>') })),
    /not binary XML/,
  );
});

test('bytes that are no archive are refused', () => {
  assert.throws(() => readManifest(Buffer.alloc(3000, 1)));
});

test('a manifest larger than any, or with text larger than any, is refused', () => {
  const apk = (manifest: Buffer) => zipSync({ 'AndroidManifest.xml': manifest });
  assert.throws(() => readManifest(apk(Buffer.alloc(2 * 1024 * 1024))), /of the size of one/);
  // 60,000 strings, each of which is the same text of 100 characters.
  const count = 60_000;
  const pool = Buffer.alloc(28 + 4 * count + 104, 'a');
  pool.fill(0, 0, 28 + 4 * count);
  pool.set([100, 100], 28 + 4 * count);
  pool.writeUInt16LE(1, 0);
  pool.writeUInt16LE(28, 2);
  pool.writeUInt32LE(pool.length, 4);
  pool.writeUInt32LE(count, 8);
  pool.writeUInt32LE(0x100, 16);
  pool.writeUInt32LE(28 + 4 * count, 20);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(3, 0);
  head.writeUInt16LE(8, 2);
  head.writeUInt32LE(8 + pool.length, 4);
  assert.throws(() => readManifest(apk(Buffer.concat([head, pool]))), /more text than any/);
});
