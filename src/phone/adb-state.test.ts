import assert from 'node:assert/strict';
import { test } from 'node:test';
import { obstacle } from './adb-state.ts';

const of = (state: string, serial = 'a1b2c3d4', system: NodeJS.Platform = 'linux') =>
  obstacle({ serial, state }, [{ serial, state }], system);
const todo = (...args: Parameters<typeof of>) => of(...args)?.todo ?? '';

test('a phone that can be talked to has no obstacle', () => assert.equal(of('device'), undefined));

test('case d1: a phone without rights says the rule, the group, and to plug it in again; elsewhere than on Linux there are no rules', () => {
  for (const part of [
    'ATTR{idVendor}=="2717"',
    'GROUP="plugdev"',
    '/etc/udev/rules.d/',
    'usermod -aG plugdev',
    'plug it in again',
  ])
    assert.ok(todo('no permissions').includes(part), part);
  assert.doesNotMatch(todo('no permissions', 'a1b2c3d4', 'darwin'), /udev|plugdev/);
});

const ways: readonly [state: string, todo: RegExp][] = [
  ['unauthorized', /Allow USB debugging\?/],
  ['authorizing', /wait a moment/],
  ['offline', /adb -s a1b2c3d4 reconnect/],
  ['connecting', /wait a moment/],
  ['recovery', /adb -s a1b2c3d4 reboot/],
  ['sideload', /cancel that on the phone/],
  ['rescue', /restart it/],
  ['bootloader', /fastboot reboot/],
  ['detached', /adb -s a1b2c3d4 attach/],
  ['dreaming', /adb devices -l/],
];
for (const [state, way] of ways)
  test(`case d3: '${state}' has its own way out`, () => assert.match(todo(state), way));

test('a state that is not known is named', () => assert.match(of('dreaming')?.what ?? '', /'dreaming'/));

test('on the network, a phone that is offline is connected anew', () => {
  assert.match(todo('offline', '10.0.7.21:5555'), /adb disconnect 10\.0\.7\.21:5555'.*adb connect/);
});

test('a serial with blanks stands in quotation marks in a command', () => {
  assert.match(
    todo('offline', 'adb-1 (2)._adb-tls-connect._tcp'),
    /adb -s 'adb-1 \(2\)\._adb-tls-connect\._tcp' reconnect/,
  );
});

test('case d3: a phone without a serial number cannot be named', () => {
  assert.match(of('device', '(no serial number)')?.what ?? '', /no serial number/);
});

test('two phones with one serial are reported with their places, whichever is asked about', () => {
  const two = ['usb:1-1', 'usb:1-2'].map((usb) => ({ serial: '0123456789ABCDEF', state: 'device', usb }));
  for (const phone of two) {
    const found = obstacle(phone, [...two, { serial: 'a1b2c3d4', state: 'device' }]);
    assert.match(
      found?.what ?? '',
      /^2 attached phones have the serial '0123456789ABCDEF' \(usb:1-1, usb:1-2\)/,
    );
    assert.match(found?.todo ?? '', /only one of them/);
  }
});
