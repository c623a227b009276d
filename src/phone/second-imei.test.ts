import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone } from './adb.ts';
import { readSecondImei } from './second-imei.ts';

const IMEI = '860000000000025';
/** As `service call` prints it: no exception, the length of the text, the text. */
function parcel(text: string): string {
  const units = [...`${text}\0`].map((letter) => letter.charCodeAt(0).toString(16).padStart(4, '0'));
  const words = units.flatMap((unit, at) => (at % 2 === 0 ? `${units[at + 1] ?? '0000'}${unit}` : []));
  return `Result: Parcel(00000000 ${text.length.toString(16).padStart(8, '0')} ${words.join(' ')} '....')`;
}

function phone(sdk: string, answers: Record<string, string>): Phone {
  return {
    serial: 'p1',
    pull: () => Promise.reject(new Error('not asked here')),
    shell: (command) =>
      Promise.resolve(
        command.startsWith('getprop') ? `${sdk}\n` : (answers[command] ?? 'service: unknown call'),
      ),
  };
}

const call = (number: number) => ({
  [`service call iphonesubinfo ${number} i32 1 s16 com.android.shell`]: parcel(IMEI),
});

test('case c8: the second IMEI is read by the call that the phone’s Android has for it', async () => {
  assert.equal(await readSecondImei(phone('29', call(3))), IMEI);
  assert.equal(await readSecondImei(phone('30', call(4))), IMEI);
  assert.equal(await readSecondImei(phone('34', call(4))), IMEI);
});

test('a phone without a second IMEI, or without the call, has none', async () => {
  assert.equal(await readSecondImei(phone('34', {})), undefined);
  assert.equal(await readSecondImei(phone('35', call(4))), undefined);
  assert.equal(await readSecondImei(phone('', call(4))), undefined);
  const none = {
    'service call iphonesubinfo 4 i32 1 s16 com.android.shell':
      "Result: Parcel(00000000 ffffffff '........')",
  };
  assert.equal(await readSecondImei(phone('34', none)), undefined);
});
