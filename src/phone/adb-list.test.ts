import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseList, type AttachedPhone } from './adb-list.ts';

const missing =
  'no permissions (missing udev rules? user is in the plugdev group); see [http://developer.android.com/tools/device.html]';

/** A line as adb prints it, and what it says. */
const lines: readonly [name: string, line: string, phone: AttachedPhone][] = [
  [
    'a phone on a cable',
    'a1b2c3d4               device usb:2-1.4 product:zircon_global model:2311DRK48G device:zircon transport_id:12',
    { serial: 'a1b2c3d4', state: 'device', model: '2311DRK48G', transport: '12', usb: 'usb:2-1.4' },
  ],
  [
    'case d1: one that this user may not open',
    `5c0ffee1               ${missing} usb:3-2 transport_id:4`,
    { serial: '5c0ffee1', state: 'no permissions', transport: '4', usb: 'usb:3-2' },
  ],
  [
    'case d1: the same, of which adb cannot even read the serial',
    '????????????           no permissions usb:3-2 transport_id:5',
    { serial: '????????????', state: 'no permissions', transport: '5', usb: 'usb:3-2' },
  ],
  [
    'case d2: one that mDNS found twice',
    'adb-77aa88bb-QwErTy (2)._adb-tls-connect._tcp device product:garnet model:2312DRA50G device:garnet transport_id:9',
    {
      serial: 'adb-77aa88bb-QwErTy (2)._adb-tls-connect._tcp',
      state: 'device',
      model: '2312DRA50G',
      transport: '9',
    },
  ],
  [
    'case d2: the same, with rights that are missing',
    `adb-77aa88bb-QwErTy (2)._adb-tls-connect._tcp ${missing} transport_id:9`,
    { serial: 'adb-77aa88bb-QwErTy (2)._adb-tls-connect._tcp', state: 'no permissions', transport: '9' },
  ],
  [
    'case d3: one without a serial number',
    '(no serial number)     device usb:1-3 product:p model:M device:d transport_id:2',
    { serial: '(no serial number)', state: 'device', model: 'M', transport: '2', usb: 'usb:1-3' },
  ],
  [
    'one on the network, with a tab',
    '10.0.7.21:41287\tdevice product:gale_global model:23106RN0DA device:gale',
    { serial: '10.0.7.21:41287', state: 'device', model: '23106RN0DA', transport: '10.0.7.21:41287' },
  ],
  [
    'one with a name of the network',
    'bench-pi.lan:5555      offline transport_id:3',
    { serial: 'bench-pi.lan:5555', state: 'offline', transport: '3' },
  ],
  [
    'one of an adb that numbers nothing',
    'a1b2c3d4               unauthorized usb:1-1',
    {
      serial: 'a1b2c3d4',
      state: 'unauthorized',
      transport: 'a1b2c3d4 usb:1-1'.replace('usb:', ''),
      usb: 'usb:1-1',
    },
  ],
  [
    'a state that comes with an adb to come',
    'a1b2c3d4               dreaming transport_id:8',
    { serial: 'a1b2c3d4', state: 'dreaming', transport: '8' },
  ],
  ['the short form', 'a1b2c3d4\tsideload', { serial: 'a1b2c3d4', state: 'sideload', transport: 'a1b2c3d4' }],
];
for (const [name, line, phone] of lines) test(name, () => assert.deepEqual(parseList(`${line}\n`), [phone]));

const states = [
  'authorizing',
  'connecting',
  'recovery',
  'sideload',
  'bootloader',
  'rescue',
  'detached',
  'offline',
  'unauthorized',
  'host',
];
test(`case d3: ${states.join(', ')} are states like any other`, () => {
  const text = states
    .map((state, index) => `00aa00b${index}               ${state} usb:1-${index} transport_id:${index}\n`)
    .join('');
  assert.deepEqual(
    parseList(text).map(({ serial, state }) => [serial, state]),
    states.map((state, index) => [`00aa00b${index}`, state]),
  );
});

test('two phones with one serial are two', () => {
  const text = ['1-1 transport_id:3', '1-2 transport_id:4']
    .map((end) => `0123456789ABCDEF       device usb:${end}\n`)
    .join('');
  assert.deepEqual(
    parseList(text).map(({ usb }) => usb),
    ['usb:1-1', 'usb:1-2'],
  );
});

test('no phone, and what is no line of a list, is none', () => {
  for (const text of ['', '\n', 'x\n', '\r\n']) assert.deepEqual(parseList(text), []);
});
