import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { freePort } from '../../port.ts';
import { Secret } from '../../secret.ts';
import type { NewMessage } from '../../store/messages.ts';
import { startWebhookEndpoint, type WebhookAnswer } from './endpoint.ts';
import { FakeMessageStore } from '../../live/message-store.ts';
import { presets, type Preset } from './presets.ts';

const agreed = {
  secret: new Secret('s3cret'),
  publicUrl: 'http://sms.test/hook',
  fields: ['from', 'to', 'text', 'id'],
  parts: [],
};

async function arrange(t: TestContext, preset: Preset = 'generic', answer?: string) {
  const store = new FakeMessageStore();
  const answers: WebhookAnswer[] = [];
  const listen = { host: '127.0.0.1', port: await freePort() };
  const endpoint = await startWebhookEndpoint({
    listen,
    gateway: presets[preset],
    answer,
    agreed: () => ({ ...agreed, now: Date.now() }),
    health: { program: 'mi-unbind' },
    keep: (message) => store.add(message),
    answered: (answer) => void answers.push(answer),
  });
  t.after(() => endpoint.close());
  const url = `http://127.0.0.1:${listen.port}`;
  const ask = async (path: string, request: RequestInit = {}) => {
    const response = await fetch(url + path, request);
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  const headers = { 'content-type': 'application/json', 'x-secret': 's3cret' };
  const post = (body: unknown, changes: RequestInit = {}) =>
    ask('/sms', {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...changes,
    });
  return { store, answers, ask, post };
}

test('a message is in the store before it is answered', async (t) => {
  const { store, answers, post, ask } = await arrange(t);
  const [asked, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  t.mock.method(store, 'add', async (given: NewMessage) => {
    asked.resolve();
    await commit.promise;
    return FakeMessageStore.prototype.add.call(store, given);
  });
  let answered = false;
  const answering = post({ from: 'Xiaomi', to: '1', text: '123456', id: 'a' }).finally(
    () => (answered = true),
  );
  await asked.promise;
  for (let time = 0; time < 3; time++) await ask('/health');
  assert.equal(answered, false);
  commit.resolve();
  const { status, body } = await answering;
  assert.deepEqual([status, body], [200, '']);
  assert.partialDeepStrictEqual(store.kept, [
    { id: 1, source: 'sms-webhook', from: 'Xiaomi', to: '1', text: '123456' },
  ]);
  assert.deepEqual(answers, ['kept']);
});

test('a message the store does not take is asked for again', async (t) => {
  const { store, answers, post } = await arrange(t);
  store.failures = 1;
  const message = { from: 'Xiaomi', text: '123456', id: 'a' };
  assert.equal((await post(message)).status, 503);
  assert.equal((await post(message)).status, 200);
  assert.equal(store.kept.length, 1);
  assert.deepEqual(answers, ['not kept', 'kept']);
});

test('a message delivered again is taken and kept once', async (t) => {
  const { store, answers, post } = await arrange(t);
  for (const id of ['a', 'a', 'b'])
    assert.equal((await post({ from: 'Xiaomi', text: '123456', id })).status, 200);
  assert.equal(store.kept.length, 2);
  assert.deepEqual(answers, ['kept', 'nothing new', 'kept']);
});

test('without an id, the same sender, recipient, text and time make the same message', async (t) => {
  const { store, ask } = await arrange(t, 'kannel');
  const deliver = (query: string) => ask(`/sms?secret=s3cret&${query}`);
  for (const query of [
    'from=1&to=2&text=3',
    'from=1&to=2&text=3',
    'from=12&to=&text=3',
    'from=1&to=2&text=3&time=5',
  ])
    assert.equal((await deliver(query)).status, 200);
  assert.deepEqual(
    store.kept.map(({ from, sentAt }) => [from, sentAt]),
    [
      ['1', undefined],
      ['12', undefined],
      ['1', 5000],
    ],
  );
});

test('what no database takes is left out', async (t) => {
  const { store, post } = await arrange(t);
  await post({ from: 'Xia\0omi', text: '123\0' + '456', id: 'x'.repeat(5000) });
  assert.partialDeepStrictEqual(store.kept, [{ from: 'Xiaomi', text: '123456' }]);
  assert.equal(store.kept[0]!.externalId.length, 43);
});

const secret = { 'x-secret': 's3cret' };
const typed = { 'content-type': 'application/json' };
const message = '{"from":"1","text":"123456"}';
const long = JSON.stringify({ from: '1', text: '0'.repeat(40_001) });
const refused: [what: string, request: RequestInit, status: number, why: string][] = [
  [
    'a wrong secret',
    { method: 'POST', headers: { ...typed, 'x-secret': 'S3cret' }, body: message },
    401,
    'wrong secret',
  ],
  ['no secret', { method: 'POST', headers: typed, body: message }, 401, 'wrong secret'],
  ['a malformed body', { method: 'POST', headers: { ...typed, ...secret }, body: '{' }, 400, 'malformed'],
  ['an empty body', { method: 'POST', headers: { ...typed, ...secret } }, 400, 'malformed'],
  ['another method', { method: 'PUT', headers: { ...typed, ...secret }, body: message }, 405, 'wrong method'],
  [
    'another media type',
    { method: 'POST', headers: { ...secret, 'content-type': 'text/xml' }, body: message },
    415,
    'wrong media type',
  ],
  [
    'a media type that is none',
    { method: 'POST', headers: { ...secret, 'content-type': 'json' }, body: message },
    415,
    'wrong media type',
  ],
  [
    'a body over 1 MiB',
    { method: 'POST', headers: { ...typed, ...secret }, body: ' '.repeat(1024 * 1024 + 1) },
    413,
    'too large',
  ],
  [
    'a text over 40,000 characters',
    { method: 'POST', headers: { ...typed, ...secret }, body: long },
    413,
    'too large',
  ],
];
for (const [what, request, status, why] of refused) {
  test(`${what} is answered ${status}`, async (t) => {
    const { store, answers, ask } = await arrange(t);
    const answer = await ask('/sms', request);
    assert.deepEqual([answer.status, answer.body], [status, why]);
    assert.equal(answer.headers.get('allow'), status === 405 ? 'POST, GET' : null);
    assert.deepEqual(answers, [{ status, why }]);
    assert.deepEqual(store.kept, []);
  });
}

test('a body of 1 MiB is taken', async (t) => {
  const { post } = await arrange(t);
  assert.equal((await post(message.padEnd(1024 * 1024))).status, 200);
});

test('case b11: all messages of a request are kept before it is answered, and none of them twice', async (t) => {
  const { store, answers, post } = await arrange(t);
  const batch = ['one', 'two', 'three'].map((text) => ({ from: 'Xiaomi', text, id: 'of the batch' }));
  store.failures = 1;
  assert.equal((await post(batch)).status, 503);
  const add = store.add.bind(store);
  let isDown = true;
  t.mock.method(store, 'add', async (given: NewMessage) => {
    if (given.text === 'three' && isDown)
      throw ((isDown = false), new Error('the database is being restarted'));
    return add(given);
  });
  assert.equal((await post(batch)).status, 503);
  assert.equal((await post(batch)).status, 200);
  assert.deepEqual(
    store.kept.map(({ text }) => text),
    ['one', 'two', 'three'],
  );
  assert.deepEqual(answers, ['not kept', 'kept', 'kept', 'not kept', 'nothing new', 'nothing new', 'kept']);
});

test('a request of which a message cannot be read is refused, and what can be read is kept', async (t) => {
  const { store, answers, post } = await arrange(t);
  const { status, body } = await post([{ from: 'Xiaomi', text: '123456' }, { from: 'Xiaomi' }]);
  const why = "1 of 2 messages: nothing at 'from' or 'text' (SMS_WEBHOOK_FIELDS)";
  assert.deepEqual([status, body], [400, why]);
  assert.deepEqual(answers, ['kept', { status: 400, why }]);
  assert.equal(store.kept.length, 1);
});

test('case b14: a path that a proxy leaves in front of /sms, and the path of the public address, are taken', async (t) => {
  const { store, answers, ask } = await arrange(t);
  const request = (text: string) => ({
    method: 'POST',
    headers: { ...typed, ...secret },
    body: JSON.stringify({ from: '1', text }),
  });
  for (const path of ['/sms', '/hooks/sms', '/hooks/lab/sms?a=1', '/hook'])
    assert.equal((await ask(path, request(path))).status, 200, path);
  assert.equal((await ask('/hooks/health')).body, '{"program":"mi-unbind"}');
  assert.equal(store.kept.length, 4);
  const { status, body } = await ask('/hooks/other', request('other'));
  assert.deepEqual([status, body], [404, 'another path than /sms']);
  assert.deepEqual(answers.at(-1), { status: 404, why: 'another path than /sms' });
});

for (const [answer, type] of [
  ['ACK/Jasmin', 'text/plain'],
  ['{"ok":true}', 'application/json'],
] as const)
  test(`a gateway that wants to read ${answer} is answered so, and only for what was kept`, async (t) => {
    const { post } = await arrange(t, 'generic', answer);
    const taken = await post({ from: '1', text: '2' });
    assert.deepEqual(
      [taken.status, taken.body, taken.headers.get('content-type')?.split(';')[0]],
      [200, answer, type],
    );
    assert.notEqual((await post({ from: '1' })).body, answer);
  });

test('Twilio is answered with TwiML, as it would send a text on as an SMS', async (t) => {
  const { ask } = await arrange(t, 'twilio');
  const { headers, body } = presets.twilio.write({ from: '1', to: '2', text: '3' }, { ...agreed, now: 0 });
  const answer = await ask('/sms', { method: 'POST', headers, body: body });
  assert.deepEqual(
    [answer.status, answer.headers.get('content-type'), answer.body],
    [200, 'text/xml', '<Response/>'],
  );
});

test('it says whose it is, and knows nothing else', async (t) => {
  const { ask } = await arrange(t);
  assert.equal((await ask('/health')).body, '{"program":"mi-unbind"}');
  assert.equal((await ask('/')).status, 404);
});

test('a request that brings no message is taken, so that it is not sent again', async (t) => {
  const { store, answers, ask } = await arrange(t, 'sms-gate');
  const body = JSON.stringify({ event: 'system:ping', payload: {} });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', 's3cret')
    .update(body + timestamp)
    .digest('hex');
  const answer = await ask('/sms', {
    method: 'POST',
    headers: { ...typed, 'x-timestamp': timestamp, 'x-signature': signature },
    body,
  });
  assert.deepEqual([answer.status, answer.body], [200, '']);
  assert.deepEqual([answers, store.kept], [['nothing new'], []]);
});

test('a text of 40,000 characters is taken, and a store that fails says when to come again', async (t) => {
  const { store, ask, post } = await arrange(t);
  assert.equal((await post({ from: '1', text: '0'.repeat(40_000), id: 'a' })).status, 200);
  store.failures = 1;
  const { status, headers } = await ask('/sms', {
    method: 'POST',
    headers: { ...typed, ...secret },
    body: message,
  });
  assert.deepEqual([status, headers.get('retry-after')], [503, '5']);
});
