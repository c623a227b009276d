import assert from 'node:assert/strict';
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { fakeHandset } from './fake-handset.ts';
import { INSTRUMENT, shellOnPhone, withHelpers } from './fake-shell.ts';

test('the UiAutomator2 server listens as long as its instrumentation runs', async () => {
  const { phone, sh, begin } = shellOnPhone();
  withHelpers(phone);
  const { seen, code } = begin(INSTRUMENT);
  await turn();
  assert.equal(phone.services.has('tcp:6790'), true);
  await sh('am force-stop io.appium.uiautomator2.server');
  assert.equal(await code, 0);
  assert.match(seen.out, /INSTRUMENTATION_RESULT: shortMsg=Process crashed.\n/);
  assert.equal(phone.services.has('tcp:6790'), false);
});

test('the UiAutomator2 server ends with the stream that started it', async () => {
  const { phone, begin } = shellOnPhone();
  withHelpers(phone);
  const { code, hangUp } = begin(INSTRUMENT);
  await turn();
  hangUp();
  await code;
  assert.equal(phone.services.has('tcp:6790'), false);
});

/** A host connected to the server's port. */
function connected(phone: ReturnType<typeof fakeHandset>) {
  const [host, onPhone] = duplexPair();
  phone.services.get('tcp:6790')?.(onPhone);
  return { host, onPhone };
}

test('a killed instrumentation takes its connections along and does not act on the last request', async () => {
  const requests: string[] = [];
  const { phone, begin } = shellOnPhone({}, () => (stream) => {
    stream.on('data', (chunk) => {
      requests.push(String(chunk));
      stream.write('200 OK');
    });
  });
  withHelpers(phone);
  const { seen, code } = begin(INSTRUMENT);
  await turn();
  const { host, onPhone } = connected(phone);
  host.write('GET /status');
  assert.equal(String((await once(host, 'data'))[0]), '200 OK');
  phone.faults.add('instrumentation-killed');
  const closed = once(onPhone, 'close');
  host.write('POST /click');
  await code;
  await closed;
  assert.deepEqual(requests, ['GET /status']);
  assert.match(seen.out, /Process crashed/);
});

test('under a battery saver a session can begin before the server is killed', async () => {
  const { phone, begin } = shellOnPhone(
    {},
    () => (stream) => void stream.on('data', () => stream.write('ok')),
  );
  withHelpers(phone);
  phone.faults.add('instrumentation-killed');
  const { code } = begin(INSTRUMENT);
  await turn();
  const { host } = connected(phone);
  let answers = 0;
  host.on('data', () => {
    answers++;
    host.write('next');
  });
  host.write('first');
  await code;
  assert.equal(answers, 12);
});

test('a server that ends of itself ends its instrumentation, and its last answer arrives', async () => {
  const { phone, begin } = shellOnPhone({}, (_phone, finished) => (stream) => {
    stream.on('data', () => stream.write('bye', () => finished()));
  });
  withHelpers(phone);
  const { seen, code } = begin(INSTRUMENT);
  await turn();
  const { host } = connected(phone);
  host.write('DELETE /session/1');
  assert.equal(await text(host), 'bye');
  assert.equal(await code, 0);
  assert.match(seen.out, /OK \(1 test\)/);
  assert.equal(phone.services.has('tcp:6790'), false);
});

test('a second start ends the first server and takes its place', async () => {
  const { phone, begin } = shellOnPhone();
  withHelpers(phone);
  const first = begin(INSTRUMENT);
  await turn();
  const second = begin(INSTRUMENT);
  await first.code;
  await turn();
  assert.equal(phone.services.has('tcp:6790'), true);
  second.hangUp();
  await second.code;
});

test('there is no instrumentation without its package', async () => {
  const { sh, phone } = shellOnPhone();
  const { code, out, err } = await sh(INSTRUMENT);
  assert.equal(code, 1);
  assert.match(out, /Unable to find instrumentation info/);
  assert.match(err, /INSTRUMENTATION_FAILED: io.appium.uiautomator2.server.test\//);
  assert.equal(phone.services.size, 0);
});

test('another owner of UiAutomation keeps the server from starting', async () => {
  const { sh, phone } = shellOnPhone();
  withHelpers(phone);
  phone.faults.add('second-uiautomation-owner');
  assert.match((await sh(INSTRUMENT)).out, /UiAutomationService .* already registered!/);
  assert.equal(phone.services.size, 0);
});
