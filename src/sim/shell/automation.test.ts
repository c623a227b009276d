import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { instantClock } from '../../clock.ts';
import { helperApks } from './package-helper-apks.ts';
import { SimPhone } from '../phone/phone.ts';
import { Shell } from './shell.ts';
import type { PhoneSpec } from '../spec.ts';

/** A phone and its shell; `sh` gives what a line printed. */
function started(spec: PhoneSpec = {}) {
  const phone = new SimPhone({ pace: 'instant', helpers: 'current', ...spec }, { clock: instantClock() });
  const shell = new Shell(phone);
  const sh = async (line: string, stdin: Readable = Readable.from([])) => {
    let said = '';
    const print = (chunk: string | Uint8Array) => void (said += Buffer.from(chunk as Uint8Array).toString());
    await shell.run(line, { stdin, stdout: print, stderr: print, signal: new AbortController().signal });
    return said;
  };
  return { phone, sh };
}

test('uiautomator dumps the window in front, with ids, words and places', async () => {
  const { sh, phone } = started();
  assert.equal(await sh('uiautomator dump /sdcard/w.xml'), 'UI hierchary dumped to: /sdcard/w.xml\n');
  const dump = await sh('cat /sdcard/w.xml');
  assert.match(dump, /<hierarchy rotation="0"><node index="0" /);
  assert.match(
    dump,
    /<node [^>]*text="Settings"[^>]*package="com\.miui\.home"[^>]*bounds="\[\d+,\d+\]\[\d+,\d+\]"/,
  );
  assert.deepEqual(phone.unknown, []);
});

test('who holds UI automation stands in three lists, and keeps uiautomator out', async () => {
  const { sh } = started({ faults: ['second-uiautomation-owner'] });
  assert.match(await sh('dumpsys accessibility'), /Ui Automation\[eventTypes=/);
  assert.match(
    await sh('dumpsys activity processes'),
    /ActiveInstrumentation\{\w+ \{com\.github\.uiautomator\.test\//,
  );
  assert.match(await sh('ps -ef'), /com\.github\.uiautomator$/m);
  assert.match(await sh('uiautomator dump'), /already registered/);
  const free = started().sh;
  assert.doesNotMatch(
    await free('dumpsys accessibility; dumpsys activity processes; ps -ef'),
    /Ui Automation|ActiveInstrumentation|uiautomator/,
  );
});

test('autostart that is denied keeps the helper app from starting', async () => {
  const look =
    'appops get io.appium.settings 10008; am start -n io.appium.settings/.Settings; dumpsys activity services io.appium.settings';
  assert.match(await started().sh(look), /MIUIOP\(10008\): allow[\s\S]*isForeground=true/);
  assert.match(
    await started({ faults: ['autostart-denied'] }).sh(look),
    /MIUIOP\(10008\): ignore[\s\S]*\(nothing\)/,
  );
  assert.match(
    await started({ brand: 'samsung' }).sh('appops get io.appium.settings 10008'),
    /Unknown operation string: 10008/,
  );
});

const apk = readFileSync(Object.values(helperApks)[0]?.path ?? '');
const install = `cmd package install -r -S ${apk.length}`;
const bytes = () => Readable.from([apk], { objectMode: false });
const asking: PhoneSpec = { helpers: 'none', installDialog: true };

/** Touches the button with this id as soon as it is on the screen. */
async function press(phone: SimPhone, id: string): Promise<void> {
  const dialog = () => phone.windows().at(-1)?.activity?.endsWith('AdbInstallActivity');
  while (!dialog()) await new Promise((turn) => setImmediate(turn));
  const find = (node: ReturnType<SimPhone['layOut']>): typeof node | undefined =>
    node.view.id === id ? node : node.children.map(find).find(Boolean);
  const { x, y, width, height } = find(phone.layOut())?.bounds ?? assert.fail(`${id} is not on the screen`);
  await phone.tap(x + width / 2, y + height / 2);
}

test('MIUI asks before adb installs an app, and does what the person says', async () => {
  for (const [button, answer] of [
    ['android:id/button2', /^Success$/m],
    ['android:id/button1', /INSTALL_FAILED_USER_RESTRICTED/],
  ] as const) {
    const { phone, sh } = started(asking);
    const [said] = await Promise.all([sh(install, bytes()), press(phone, button)]);
    assert.match(said, answer);
  }
});

test('with nobody there it says no by itself; of an app that is there already it does not ask', async () => {
  assert.match(
    await started({ ...asking, pace: 'real' }).sh(install, bytes()),
    /INSTALL_FAILED_USER_RESTRICTED/,
  );
  assert.match(await started({ ...asking, helpers: 'current' }).sh(install, bytes()), /^Success$/m);
});

test('a slow phone takes four times as long, and says that it is busy', async () => {
  const waited = async (spec: PhoneSpec) => {
    const { phone } = started({ pace: 'real', ...spec });
    const began = phone.now();
    await phone.wait(1_000_000, 'something');
    return Math.round((phone.now() - began) / 1_000_000);
  };
  assert.deepEqual([await waited({}), await waited({ faults: ['slow'] })], [1, 4]);
  assert.match(await started({ faults: ['slow'] }).sh('uptime'), /load average: 38\./);
});
