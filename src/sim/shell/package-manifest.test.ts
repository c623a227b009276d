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
    /holds no AndroidManifest.xml/,
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
