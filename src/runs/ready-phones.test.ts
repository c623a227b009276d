import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { instantClock } from '../clock.ts';
import type { ReadyPhone } from '../jobs/queue.ts';
import type { AttachedPhone, Phone } from '../phone/adb.ts';
import { readyPhones } from './ready-phones.ts';

const IMEI = '860000000000009';
/** As `service call` prints it: no exception, the length of the text, the text. */
const PARCEL = parcel(IMEI);

function parcel(text: string): string {
  const units = [...`${text}\0`].map((letter) => letter.charCodeAt(0).toString(16).padStart(4, '0'));
  const words = units.flatMap((unit, at) => (at % 2 === 0 ? `${units[at + 1] ?? '0000'}${unit}` : []));
  return `Result: Parcel(00000000 ${text.length.toString(16).padStart(8, '0')} ${words.join(' ')} '....')`;
}

const listed = (...serials: string[]) =>
  serials.map((serial): AttachedPhone => ({ serial, state: 'device', transport: '1' }));

/** `answer`: what a phone says when it is asked, and how often it was before. */
function lab(t: TestContext, answer: (serial: string, before: number) => Promise<string>) {
  const given: [ReadyPhone[], boolean][] = [];
  const times = new Map<string, number>();
  const stop = new AbortController();
  t.after(() => stop.abort());
  const phone = (serial: string): Phone => ({
    serial,
    pull: () => Promise.reject(new Error('not asked here')),
    shell: () => {
      const before = times.get(serial) ?? 0;
      times.set(serial, before + 1);
      return answer(serial, before);
    },
  });
  const onChange = (ready: ReadyPhone[], settled: boolean) => void given.push([ready, settled]);
  return { given, take: readyPhones({ phone, onChange, signal: stop.signal, clock: instantClock() }) };
}

async function turns(number = 20): Promise<void> {
  for (let n = 0; n < number; n++) await turn();
}

test('a phone that hangs holds up no other', async (t) => {
  const { given, take } = lab(t, (serial) =>
    serial === 'slow' ? new Promise(() => undefined) : Promise.resolve(PARCEL),
  );
  take(listed('slow', 'quick'));
  await turns();
  assert.deepEqual(given.at(-1), [[{ serial: 'quick', imei: IMEI }], false]);
});

test('a phone that does not answer at first is asked again', async (t) => {
  const { given, take } = lab(t, (_, before) =>
    before < 2 ? Promise.reject(new Error('lost')) : Promise.resolve(PARCEL),
  );
  take(listed('p1'));
  await turns();
  assert.deepEqual(given.at(-1), [[{ serial: 'p1', imei: IMEI }], true]);
});

test('a phone that refuses its IMEI is ready without, and one that is no longer there is not', async (t) => {
  const { given, take } = lab(t, (serial) =>
    serial === 'p1' ? Promise.reject(new Error('lost')) : Promise.resolve(''),
  );
  take([...listed('p1', 'p2'), { serial: 'p3', state: 'unauthorized', transport: '1' }]);
  await turns();
  assert.deepEqual(given.at(-1), [[{ serial: 'p1' }, { serial: 'p2' }], true]);
  take(listed('p2'));
  assert.deepEqual(given.at(-1), [[{ serial: 'p2' }], true]);
});

test('another phone under the same serial is asked anew', async (t) => {
  let imei = IMEI;
  const { given, take } = lab(t, () => Promise.resolve(parcel(imei)));
  take(listed('p1'));
  await turns();
  imei = '860000000000017';
  take([]);
  take(listed('p1'));
  await turns();
  assert.deepEqual(given.at(-1), [[{ serial: 'p1', imei }], true]);
});

test('another phone under the same serial is asked anew, also when the first one was not seen to go', async (t) => {
  let imei = IMEI;
  const { given, take } = lab(t, () => Promise.resolve(parcel(imei)));
  take([{ serial: 'p1', state: 'device', transport: '1' }]);
  await turns();
  imei = '860000000000017';
  take([{ serial: 'p1', state: 'device', transport: '2' }]);
  await turns();
  assert.deepEqual(given.at(-1), [[{ serial: 'p1', imei }], true]);
});

test('a phone that tells its IMEI late is ready without, and then with it', async (t) => {
  const { given, take } = lab(t, (_, before) => Promise.resolve(before < 3 ? '' : PARCEL));
  take(listed('p1'));
  await turns();
  assert.deepEqual(given, [
    [[], false],
    [[{ serial: 'p1' }], true],
    [[{ serial: 'p1', imei: IMEI }], true],
  ]);
});
