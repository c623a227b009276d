import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { examinePhone } from '../phone/doctor/doctor.ts';
import type { Finding } from '../phone/doctor/finding.ts';
import { fix, isMendable } from '../runs/doctor/fix.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { phoneOf } from './in-process.ts';

/** What the doctor mends, of phones that answer as they do over adb. */

/** The program `adb`, which does this; resolves with the lines of arguments it was started with. */
function adbThat(t: TestContext, does: string) {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-mends-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'adb');
  writeFileSync(path, `#!/bin/sh\necho "$@" >> '${folder}/started'\n${does}\n`);
  chmodSync(path, 0o700);
  const started = () => readFileSync(join(folder, 'started'), 'utf8').trim().split('\n');
  return { adb: { path, address: { host: '10.0.0.5', port: 5038 } }, started };
}

async function sick(spec: PhoneSpec) {
  const sim = new SimPhone({ pace: 'instant', helpers: 'current', ...spec });
  await sim.quiet();
  const phone = phoneOf(sim, 'X1');
  const troubles = async () =>
    (await examinePhone(phone)).filter(({ verdict }) => verdict === 'warn' || verdict === 'fail');
  return { phone, troubles };
}
const checksOf = (findings: readonly Finding[]) => findings.map(({ check }) => check);

test('a screen that is dark and goes dark soon is woken, and stays on', async (t) => {
  const { phone, troubles } = await sick({ screen: 'off' });
  const { adb } = adbThat(t, 'exit 1');
  await phone.shell('settings put system screen_off_timeout 15000; svc power stayon false');
  const found = await troubles();
  assert.deepEqual(checksOf(found), ['screen', 'stay awake']);
  assert.ok(isMendable(found));
  assert.deepEqual(await fix(phone, adb, found), [
    'the screen was woken up',
    'the screen stays on while the phone charges',
  ]);
  assert.deepEqual(await troubles(), []);
});

test('helper apps are installed by the adb and the server that the station has, each as the driver brings it', async (t) => {
  const { phone, troubles } = await sick({ helpers: 'none' });
  const { adb, started } = adbThat(t, 'exit 0');
  const found = await troubles();
  assert.deepEqual(checksOf(found), ['helper apps']);
  assert.deepEqual(await fix(phone, adb, found), ["Appium's helper apps were installed"]);
  const lines = started().map((line) => /^(.*) (\S+)$/.exec(line)?.slice(1) ?? []);
  assert.ok(
    lines.every(([by]) => by === '-H 10.0.0.5 -P 5038 -s X1 install -r -g'),
    lines.join('\n'),
  );
  const apps = lines.map(([, apk = '']) => basename(apk).replace(/-v\d+(\.\d+)*|-debug/g, ''));
  assert.deepEqual(apps.sort(), [
    'appium-uiautomator2-server-androidTest.apk',
    'appium-uiautomator2-server.apk',
    'settings_apk.apk',
  ]);
});

test('a phone that refuses an app is said with its own word, and what follows is mended in spite of it', async (t) => {
  const { phone, troubles } = await sick({ helpers: 'none', screen: 'off' });
  const { adb, started } = adbThat(
    t,
    'echo "adb: failed to install a.apk: Failure [INSTALL_FAILED_USER_RESTRICTED: Install canceled by user]" >&2; exit 1',
  );
  const found = (await troubles()).toReversed();
  const done = await fix(phone, adb, found);
  assert.deepEqual(done.toSorted(), [
    'helper apps could not be mended: the phone refused an app of Appium: INSTALL_FAILED_USER_RESTRICTED: Install canceled by user',
    'the screen was woken up',
  ]);
  assert.equal(started().length, 1, 'the others would be refused too');
});

test('what is in order, and what only a person can change, is left alone', async (t) => {
  const { phone } = await sick({ toggles: { input: false } });
  const { adb } = adbThat(t, 'exit 1');
  const all = await examinePhone(phone);
  assert.ok(checksOf(all).includes('screen'), 'which could be mended');
  assert.ok(!isMendable(all));
  assert.deepEqual(await fix(phone, adb, all), []);
});
