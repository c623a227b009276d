import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { install } from './package-install.ts';
import { helperApks } from './package-helper-apks.ts';
import { fakeHandset, ONE_PIXEL } from './fake-handset.ts';
import { shellOnPhone, withHelpers } from './fake-shell.ts';

test('the exit code of a line is that of its last command', async () => {
  const { sh } = shellOnPhone();
  assert.equal((await sh('true; false')).code, 1);
  assert.equal((await sh('false; true')).code, 0);
  assert.deepEqual(await sh('false; echo $?'), { code: 0, out: '1\n', err: '' });
  assert.equal((await sh('exit 7')).code, 7);
});

test('&& and || run by the exit code', async () => {
  const { sh } = shellOnPhone();
  assert.equal((await sh('true && echo a || echo b')).out, 'a\n');
  assert.equal((await sh('false && echo a || echo b')).out, 'b\n');
});

test('an unknown command is not found, and noted', async () => {
  const { sh, phone } = shellOnPhone();
  assert.deepEqual(await sh('frobnicate --now'), {
    code: 127,
    out: '',
    err: '/system/bin/sh: frobnicate: inaccessible or not found\n',
  });
  assert.deepEqual(phone.unknown, [{ where: 'shell', asked: 'frobnicate --now' }]);
});

for (const line of [
  'pm frobnicate',
  'am frobnicate',
  'am start --frobnicate',
  'cmd frobnicate',
  'cmd overlay frobnicate',
  'dumpsys frobnicate',
  'input frobnicate',
  'settings frobnicate',
  'svc frobnicate',
  'wm frobnicate',
  'ls --frobnicate',
  'ps --frobnicate',
  'for x in a; do echo $x; done',
]) {
  test(`"${line}" is noted as unknown`, async () => {
    const { sh, phone } = shellOnPhone();
    await sh(line);
    assert.ok(phone.unknown.length > 0);
    assert.equal(phone.unknown[0]?.where, 'shell');
  });
}

test('output goes to files and both outputs can be one', async () => {
  const { sh, phone } = shellOnPhone();
  await sh('echo one > /sdcard/x; echo two >> /sdcard/x');
  assert.equal(phone.files.get('/sdcard/x')?.data.toString(), 'one\ntwo\n');
  assert.deepEqual(await sh('ls /nowhere 2>/dev/null'), { code: 1, out: '', err: '' });
  assert.equal(
    (await sh('ls /nowhere 2>&1 || echo none')).out,
    'ls: /nowhere: No such file or directory\nnone\n',
  );
});

test('pipes join commands', async () => {
  const { sh } = shellOnPhone();
  assert.equal((await sh('pm list packages | grep -c settings')).out, '1\n');
  assert.equal((await sh('echo "a\nb\nc" | tail -n 1')).out, 'c\n');
  assert.equal((await sh('echo "b\na" | sort | head -1')).out, 'a\n');
  assert.equal((await sh('echo a | grep b')).code, 1);
  assert.equal((await sh('echo "x\ny" | grep "x\\|z"')).out, 'x\n');
});

test('the reader of a pipe may leave first', async () => {
  const { sh } = shellOnPhone();
  assert.match((await sh('logcat | head -1')).out, /^--------- beginning of main\n$/);
});

test('a test of a file that is not there fails without a word', async () => {
  const { sh } = shellOnPhone();
  const line = "[ -e '/data/local/tmp/mock_apps.json' ] && echo __PASS__";
  assert.deepEqual(await sh(line), { code: 1, out: '', err: '' });
  await sh('touch /data/local/tmp/mock_apps.json');
  assert.equal((await sh(line)).out, '__PASS__\n');
});

test('folders can be made, filled, listed and removed', async () => {
  const { sh } = shellOnPhone();
  await sh("mkdir -p -- '/data/local/tmp/a b'; echo hi > '/data/local/tmp/a b/c'");
  assert.equal((await sh('ls /data/local/tmp')).out, 'a b\n');
  assert.match(
    (await sh("ls -l '/data/local/tmp/a b'")).out,
    /^total 1\n-rw-rw---- 1 shell shell 3 2024-03-01 12:00 c\n$/,
  );
  assert.equal((await sh("rm '/data/local/tmp/a b'")).code, 1);
  await sh("rm -rf '/data/local/tmp/a b'");
  assert.equal((await sh('ls /data/local/tmp')).out, '');
});

test('the same file lies under all names of the shared storage', async () => {
  const { sh } = shellOnPhone();
  await sh('echo hi > /storage/emulated/0/Download/x');
  assert.equal((await sh('cat /sdcard/Download/x')).out, 'hi\n');
});

test('a pattern stands for the files it fits', async () => {
  const { sh } = shellOnPhone();
  await sh('touch /sdcard/a.txt /sdcard/b.txt /sdcard/c.png');
  assert.equal((await sh('echo /sdcard/*.txt')).out, '/sdcard/a.txt /sdcard/b.txt\n');
  assert.equal((await sh('echo /sdcard/*.pdf')).out, '/sdcard/*.pdf\n');
});

test('the system is not writable', async () => {
  const { sh, phone } = shellOnPhone();
  assert.equal((await sh('mkdir /system/x')).err, "mkdir: '/system/x': Permission denied\n");
  assert.equal((await sh('cp /proc/net/unix /system/x')).code, 1);
  assert.deepEqual(await sh('echo x > /system/x'), {
    code: 1,
    out: '',
    err: "/system/bin/sh: can't create /system/x: Permission denied\n",
  });
  assert.equal(phone.files.size, 0);
});

test('properties are read one by one or all', async () => {
  const { sh } = shellOnPhone({ 'persist.security.adbinput': '1' });
  assert.equal((await sh('getprop ro.build.version.sdk')).out, '29\n');
  assert.equal((await sh('getprop no.such.thing')).out, '\n');
  assert.match(
    (await sh('getprop')).out,
    /^\[persist.security.adbinput\]: \[1\]\n\[ro.build.version.release\]/,
  );
});

test('the shell may set its own properties and no others', async () => {
  const { sh, phone } = shellOnPhone({ 'persist.security.adbinput': '0' });
  assert.equal((await sh('setprop debug.x 1')).code, 0);
  assert.match(
    (await sh('setprop persist.security.adbinput 1')).err,
    /^Failed to set property 'persist.security.adbinput' to '1'/,
  );
  assert.equal(phone.props.get('persist.security.adbinput'), '0');
});

test('settings are kept', async () => {
  const { sh } = shellOnPhone();
  await sh('settings put global hidden_api_policy_pre_p_apps 1;settings put global hidden_api_policy 1');
  assert.equal((await sh('settings get global hidden_api_policy')).out, '1\n');
  assert.equal((await sh('settings delete global hidden_api_policy')).out, 'Deleted 1 rows\n');
  assert.equal((await sh('settings get global hidden_api_policy')).out, 'null\n');
  assert.equal((await sh('settings list global')).out, 'adb_enabled=1\nhidden_api_policy_pre_p_apps=1\n');
});

test('without the security switch the shell writes no secure settings, injects nothing and clears nothing', async () => {
  const { sh, phone } = shellOnPhone({ 'persist.security.adbinput': '0', 'ro.build.version.sdk': '33' });
  const put = await sh('settings put global hidden_api_policy 1');
  assert.equal(put.code, 255);
  assert.match(put.err, /Permission denial, must have one of: \[android.permission.WRITE_SECURE_SETTINGS\]/);
  assert.match((await sh('input tap 1 2')).err, /to have the INJECT_EVENTS permission\./);
  assert.match((await sh('pm clear com.android.settings')).err, /CLEAR_APP_USER_DATA/);
  assert.deepEqual(phone.events, []);
});

test('the INJECT_EVENTS fault speaks as older Android does', async () => {
  const { sh, phone } = shellOnPhone();
  phone.faults.add('inject-events-denied');
  assert.match(
    (await sh('input swipe 1 2 3 4')).err,
    /SecurityException: Injecting to another application requires INJECT_EVENTS permission/,
  );
});

test('input reaches the phone', async () => {
  const { sh, phone } = shellOnPhone();
  await sh(
    'input tap 10 20; input swipe 1 2 3 4 500; input touchscreen swipe 5 5 5 5 900; input text a%sb; input keyevent KEYCODE_BACK 3',
  );
  assert.deepEqual(phone.events, [
    'tap 10 20',
    'swipe 1,2 3,4 500',
    'longPress 5 5 900',
    'type a b',
    'key 4',
    'key 3',
  ]);
});

test('a screenshot goes to the host or to a file, and takes as long as one of the UiAutomator2 server', async () => {
  const { sh, phone } = shellOnPhone();
  const spent: string[] = [];
  phone.takes = async (what) => void spent.push(what);
  await sh('screencap -p /sdcard/s.png');
  assert.deepEqual(spent, ['shell', 'picture']);
  assert.deepEqual(phone.files.get('/sdcard/s.png')?.data, ONE_PIXEL);
});

test('activities are started through the phone', async () => {
  const { sh, phone } = shellOnPhone();
  assert.deepEqual(await sh('am start --user 0 -n com.android.settings/.MainSettings'), {
    code: 0,
    out: 'Starting: Intent { cmp=com.android.settings/.MainSettings }\n',
    err: '',
  });
  assert.match(
    (await sh('am start -W -n com.android.settings/.MainSettings')).out,
    /\nStatus: ok\n.*\nComplete\n$/s,
  );
  assert.match((await sh('am start -n com.foo/.Bar')).err, /^Error type 3\n/);
  assert.deepEqual(phone.events, [
    'start com.android.settings/.MainSettings',
    'start com.android.settings/.MainSettings',
  ]);
});

test('the helper app runs in the foreground from its start to its end', async () => {
  const { sh, phone } = shellOnPhone();
  withHelpers(phone);
  const services = async () => (await sh('dumpsys activity services io.appium.settings')).out;
  assert.match(await services(), /\(nothing\)/);
  await sh('am start-activity -n io.appium.settings/.Settings -a android.intent.action.MAIN');
  assert.match(await services(), /isForeground=true/);
  assert.match((await sh('ps -A')).out, / S io.appium.settings\n/);
  await sh('am force-stop io.appium.settings');
  assert.match(await services(), /\(nothing\)/);
});

test('a helper app that the vendor stops is not in the foreground', async () => {
  const { sh, phone } = shellOnPhone();
  withHelpers(phone);
  phone.faults.add('helper-stopped');
  await sh('am start-activity -n io.appium.settings/.Settings');
  assert.doesNotMatch((await sh('dumpsys activity services io.appium.settings')).out, /isForeground/);
});

test('packages are listed, described and found', async () => {
  const { sh, phone } = shellOnPhone();
  withHelpers(phone);
  assert.equal((await sh('pm list packages -s')).out, 'package:com.android.settings\n');
  assert.match(
    (await sh('cmd package list packages --show-versioncode')).out,
    /package:io.appium.settings versionCode:\d+\n/,
  );
  assert.match(
    (await sh('pm list instrumentation')).out,
    /^instrumentation:io.appium.uiautomator2.server.test\/androidx.test.runner.AndroidJUnitRunner \(target=io.appium.uiautomator2.server\)\n$/,
  );
  assert.equal(
    (await sh('pm path io.appium.settings')).out,
    'package:/data/app/io.appium.settings-1/base.apk\n',
  );
  assert.deepEqual(await sh('pm path no.such.app'), { code: 1, out: '', err: '' });
  assert.match(
    (await sh('dumpsys package io.appium.settings')).out,
    /^ {2}Package \[io.appium.settings\] \(\w+\):$/m,
  );
  assert.equal((await sh('dumpsys package no.such.app')).out, 'Unable to find package: no.such.app\n');
});

test('a pushed package can be installed and removed', async () => {
  const { sh, phone } = shellOnPhone();
  const apk = readFileSync(helperApks.settings.path);
  phone.files.set('/data/local/tmp/a.apk', { data: apk, mode: 0o100644, mtime: 0 });
  assert.equal((await sh('pm install -r -g /data/local/tmp/a.apk')).out, 'Success\n');
  assert.equal(phone.packages.get('io.appium.settings')?.versionName, helperApks.settings.version);
  assert.equal((await sh('pm uninstall io.appium.settings')).out, 'Success\n');
  assert.equal((await sh('pm uninstall io.appium.settings')).code, 1);
  assert.match((await sh('pm install /data/local/tmp/b.apk')).out, /Unable to open file/);
});

test('a package is taken from the stream, exactly its size', async () => {
  const { sh, begin } = shellOnPhone();
  const apk = readFileSync(helperApks.settings.path);
  const stdin = new PassThrough();
  const { seen, code } = begin(`cmd package 'install' -r -S ${apk.length}`, stdin);
  for (let at = 0; at < apk.length; at += 65_536) stdin.write(apk.subarray(at, at + 65_536));
  assert.equal(await code, 0);
  assert.equal(seen.out, 'Success\n');
  assert.match((await sh('cmd package install -S 4', 'junk')).out, /^Failure \[INSTALL_PARSE_FAILED_NOT_APK/);
  assert.match(
    (await sh('cmd package install -S 40', 'junk')).out,
    /^Failure \[INSTALL_FAILED_INTERNAL_ERROR/,
  );
});

test('installs fail as MIUI refuses them', () => {
  const apk = readFileSync(helperApks.settings.path);
  const options = { replace: false, downgrade: false };
  const phone = fakeHandset();
  phone.faults.add('install-restricted');
  assert.equal(
    install(phone, apk, options),
    'Failure [INSTALL_FAILED_USER_RESTRICTED: Install canceled by user]',
  );
  assert.match(install(fakeHandset({ 'persist.security.adbinstall': '0' }), apk, options), /USER_RESTRICTED/);
  phone.faults.clear();
  assert.equal(install(phone, apk, options), 'Success');
  assert.match(install(phone, apk, options), /INSTALL_FAILED_ALREADY_EXISTS/);
  phone.packages.set('io.appium.settings', {
    ...phone.packages.get('io.appium.settings')!,
    versionCode: 1e6,
  });
  assert.match(install(phone, apk, { replace: true, downgrade: false }), /INSTALL_FAILED_VERSION_DOWNGRADE/);
  assert.equal(install(phone, apk, { replace: true, downgrade: true }), 'Success');
});

test('logcat prints at once, follows, and ends with the host', async () => {
  const { sh, begin } = shellOnPhone();
  const { seen, code, hangUp } = begin('logcat -v threadtime');
  await turn();
  assert.match(seen.out, /^--------- beginning of main\n03-01 12:00:00\.\d{3} +\d+ +\d+ I /);
  await sh('am start -n com.android.settings/.MainSettings');
  assert.match(seen.out, /START u0 \{cmp=com.android.settings\/.MainSettings\}/);
  hangUp();
  await code;
  assert.equal((await sh('logcat -c; logcat -d')).out, '--------- beginning of main\n');
});

test('a silent logcat says nothing', async () => {
  const { phone, begin } = shellOnPhone();
  phone.faults.add('silent-logcat');
  const { seen, code, hangUp } = begin('logcat -v threadtime');
  await turn();
  assert.equal(seen.out, '');
  hangUp();
  await code;
});

test('labels are looked up from Android 12 on', async () => {
  const line = 'cmd overlay lookup --user 0 com.android.settings com.android.settings:string/xiaomi_account';
  const { sh, phone } = shellOnPhone({ 'ro.build.version.sdk': '31' });
  phone.strings.set('com.android.settings:xiaomi_account', 'Xiaomi Профил');
  assert.deepEqual(await sh(line), { code: 0, out: 'Xiaomi Профил\n', err: '' });
  assert.deepEqual(await sh(`${line}_x`), {
    code: 1,
    out: '',
    err: 'Error: failed to get the resource com.android.settings:string/xiaomi_account_x\n',
  });
  assert.match(
    (await sh('cmd overlay lookup no.such.app a:string/b')).err,
    /failed to get resources for package no.such.app for user 0/,
  );
  assert.deepEqual(await shellOnPhone().sh(line), { code: 255, out: 'Unknown command: lookup\n', err: '' });
});

test('what the phone dumps itself comes first', async () => {
  const { sh, phone } = shellOnPhone();
  phone.dumps.set('account', 'Accounts: 1');
  assert.equal((await sh('dumpsys account')).out, 'Accounts: 1\n');
  assert.match((await sh('dumpsys battery')).out, /level: \d+/);
});

test('helpers are allowed what Appium asks for them', async () => {
  const { sh, phone } = shellOnPhone();
  withHelpers(phone);
  const line =
    'dumpsys deviceidle whitelist +io.appium.settings +no.such.app; dumpsys deviceidle whitelist; appops set io.appium.settings android:mock_location allow; appops get io.appium.settings mock_location; cmd notification allow_listener a/b';
  assert.match(
    (await sh(line)).out,
    /^Added: io.appium.settings\nUnknown package: no.such.app\nuser,io.appium.settings,\d+\nMOCK_LOCATION: allow\n$/,
  );
  assert.equal(phone.settings.get('secure/enabled_notification_listeners'), 'a/b');
});

test('the sockets of the browser are seen in /proc/net/unix', async () => {
  const { sh, phone } = shellOnPhone();
  phone.services.set('localabstract:chrome_devtools_remote', () => {});
  assert.match((await sh('cat /proc/net/unix')).out, /^Num .*\n.* @chrome_devtools_remote\n$/);
});

test('the time is that of the phone', async () => {
  const { sh } = shellOnPhone();
  assert.match((await sh('date +%Y-%m-%dT%T%z')).out, /^2024-03-01T12:00:0\d\+0000\n$/);
  assert.match((await sh('date')).out, /^Fri Mar 01 12:00:0\d GMT 2024\n$/);
});

test('the screen is measured', async () => {
  const { sh } = shellOnPhone();
  assert.equal(
    (await sh('wm size; wm density; wm dismiss-keyguard')).out,
    'Physical size: 1080x2340\nPhysical density: 440\n',
  );
});
