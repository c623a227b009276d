import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { suite, test } from 'node:test';
import { Secret } from '../secret.ts';
import type { Agreed, GatewayRequest, Verdict } from './webhook-gateway.ts';
import { presets, type Preset } from './webhook-presets.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const agreed: Agreed = { secret: new Secret('s3cret&+'), publicUrl: '', fields: ['from', 'to', 'text', 'id'], now: NOW };
const read = (preset: Preset, { url = '/sms', headers = {}, body = '' }, changes: Partial<Agreed> = {}): Verdict =>
  presets[preset].read({ url, headers, body: Buffer.from(body) } satisfies GatewayRequest, { ...agreed, ...changes });

const malformed = { refused: { status: 400, why: 'malformed' } };
const wrongSecret = { refused: { status: 401, why: 'wrong secret' } };
const wrongSignature = { refused: { status: 401, why: 'wrong signature' } };
const textOf = (verdict: Verdict) => (verdict !== 'nothing' && 'sms' in verdict ? verdict.sms.text : verdict);

for (const preset of Object.keys(presets) as Preset[]) {
  const sent = { from: '+10690329013', to: '+359888123456', text: '【小米】123456 (رمز) & 100% + é' };
  const changes = { publicUrl: 'https://sms.example.com/hook', fields: ['data.from', 'data.to', 'data.parts.0.text', 'id'] };

  test(`${preset}: what is written is read`, () => {
    const request = presets[preset].write(sent, { ...agreed, ...changes });
    const verdict = read(preset, request, changes);
    assert.ok(verdict !== 'nothing' && 'sms' in verdict, JSON.stringify(verdict));
    assert.partialDeepStrictEqual(verdict.sms, sent);
    assert.ok(verdict.sms.id);
  });

  test(`${preset}: what is written without a public address is read wherever it arrives`, () => {
    const request = presets[preset].write(sent, agreed);
    const arrived = { ...request, headers: { ...request.headers, host: '127.0.0.1:8090' } };
    assert.equal(textOf(read(preset, arrived)), sent.text);
  });

  test(`${preset}: nothing is read under another secret`, () => {
    const request = presets[preset].write(sent, { ...agreed, ...changes, secret: new Secret('another') });
    assert.partialDeepStrictEqual(read(preset, request, changes), { refused: { status: 401 } });
  });
}

suite('kannel', () => {
  const ask = (query: string) => read('kannel', { url: `/sms?secret=s3cret%26%2B&${query}` });

  test('reads everything its escape codes say', () => {
    const query = 'from=%2B10690329013&to=359888&text=Code+123456&charset=UTF-8&coding=0&time=1772359200&id=6a1b';
    assert.deepEqual(ask(query), {
      sms: { id: '6a1b', from: '+10690329013', to: '359888', text: 'Code 123456', sentAt: NOW },
    });
  });

  const texts: [what: string, query: string, text: string][] = [
    ['UCS-2 in Chinese', 'text=%30%10%5C%0F%7C%73%30%11%001%002&coding=2&charset=UTF-16BE', '【小米】12'],
    ['UCS-2 in Arabic', 'text=%06%31%06%45%06%32&coding=2&charset=', 'رمز'],
    ['UCS-2 bytes that are letters, as they are and not escaped', 'text=%00A%00B&coding=2', 'AB'],
    ['UCS-2 beyond the basic plane', 'text=%D8%3D%DE%00&coding=2', '😀'],
    ['ISO-8859-1', 'text=caf%E9&charset=ISO-8859-1&coding=0', 'café'],
    ['UTF-8', 'text=caf%C3%A9&charset=UTF-8&coding=0', 'café'],
    ['KOI8-R', 'text=%CB%CF%C4+1&charset=KOI8-R', 'код 1'],
    ['no charset', 'text=caf%C3%A9', 'café'],
    ['a charset nobody knows, with bytes that are no UTF-8', 'text=caf%E9&charset=8-BIT&coding=1', 'café'],
    ['an empty text', 'text=', ''],
    ['an escaped plus, percent and ampersand', 'text=1%2B1%25+%26+2', '1+1% & 2'],
  ];
  for (const [what, query, text] of texts) test(`reads ${what}`, () => assert.equal(textOf(ask(`from=1&${query}`)), text));

  const broken: [what: string, query: string][] = [
    ['an escape that is none', 'from=1&text=100%'],
    ['an escape of one digit', 'from=1&text=%4'],
    ['no text', 'from=1'],
    ['no sender', 'text=123456'],
  ];
  for (const [what, query] of broken) test(`refuses ${what}`, () => assert.deepEqual(ask(query), malformed));

  test('takes the secret as the password of HTTP Basic, too', () => {
    const authorization = (secret: string) => `Basic ${Buffer.from(`kannel:${secret}`).toString('base64')}`;
    const url = '/sms?from=1&text=123456';
    assert.equal(textOf(read('kannel', { url, headers: { authorization: authorization('s3cret&+') } })), '123456');
    assert.deepEqual(read('kannel', { url, headers: { authorization: authorization('s3cret') } }), wrongSecret);
    assert.deepEqual(read('kannel', { url }), wrongSecret);
    assert.deepEqual(read('kannel', { url: `${url}&secret=` }), wrongSecret);
  });
});

suite('twilio', () => {
  const form = 'MessageSid=SM1&From=%2B10690329013&To=%2B359888123456&Body=%E3%80%90%E5%B0%8F%E7%B1%B3%E3%80%91123456+%26+more';
  // Made by twilio 6.2.0 with the token `token`.
  const headers = { 'x-twilio-signature': 'UgB8dbc7c/zNe7AXOYzKhCmNpg0=' };
  const changes = { secret: new Secret('token'), publicUrl: 'https://sms.example.com/hook' };

  test("accepts a signature of Twilio's own package", () => {
    const sms = { id: 'SM1', from: '+10690329013', to: '+359888123456', text: '【小米】123456 & more' };
    assert.deepEqual(read('twilio', { headers, body: form }, changes), { sms });
  });

  test('accepts an address whose standard port was signed, or was not', () => {
    const signed = (address: string) => ({
      'x-twilio-signature': createHmac('sha1', 'token').update(`${address}Body1From2`).digest('base64'),
    });
    for (const address of ['https://a.example/hook', 'https://a.example:443/hook'])
      for (const publicUrl of ['https://a.example/hook', 'https://a.example:443/hook'])
        assert.equal(textOf(read('twilio', { headers: signed(address), body: 'From=2&Body=1' }, { ...changes, publicUrl })), '1');
  });

  const forged: [what: string, request: { headers?: Record<string, string>; body: string }, changes: Partial<Agreed>][] = [
    ['another text', { headers, body: form.replace('123456', '123457') }, changes],
    ['a further field', { headers, body: `${form}&X=1` }, changes],
    ['another address', { headers, body: form }, { ...changes, publicUrl: 'https://sms.example.com/other' }],
    ['no signature', { body: form }, changes],
  ];
  for (const [what, request, agreement] of forged)
    test(`refuses ${what}`, () => assert.deepEqual(read('twilio', request, agreement), wrongSignature));

  test('is answered with TwiML that does nothing', () =>
    assert.deepEqual(presets.twilio.reply, { mediaType: 'text/xml', body: '<Response/>' }));
});

suite('sms-gate', () => {
  // The documentation's example, with a code.
  const event = {
    deviceId: 'ffffffffceb0b1db0000018e937c815b',
    event: 'sms:received',
    id: 'Ey6ECgOkVVFjz3CL48B8C',
    payload: {
      messageId: 'abc123',
      message: '【小米】123456',
      sender: '6505551212',
      recipient: '+1234567890',
      simNumber: 1,
      receivedAt: '2026-03-01T16:59:00.000+07:00',
    } as Record<string, unknown>,
    webhookId: 'LreFUt-Z3sSq0JufY9uWB',
  };
  const ask = (what: unknown, secondsOff = 0) => {
    const body = typeof what === 'string' ? what : JSON.stringify(what);
    const timestamp = String(NOW / 1000 + secondsOff);
    const signature = createHmac('sha256', 's3cret&+').update(body).update(timestamp).digest('hex');
    return read('sms-gate', { headers: { 'x-timestamp': timestamp, 'x-signature': signature }, body });
  };
  const payload = (changes: Record<string, unknown>) => ({ ...event, payload: { ...event.payload, ...changes } });

  test('reads the example of its documentation', () =>
    assert.deepEqual(ask(event), {
      sms: { id: event.id, from: '6505551212', to: '+1234567890', text: '【小米】123456', sentAt: NOW - 60_000 },
    }));

  test('reads events of a phone that does not know its number, and of an older app', () => {
    assert.partialDeepStrictEqual(ask(payload({ recipient: null })), { sms: { to: '' } });
    assert.partialDeepStrictEqual(ask(payload({ sender: undefined, phoneNumber: '650' })), { sms: { from: '650' } });
  });

  test('refuses a request that is more than five minutes old, or from the future', () => {
    assert.ok(textOf(ask(event, -300)) === '【小米】123456' && textOf(ask(event, 300)) === '【小米】123456');
    for (const off of [-301, 301, NaN]) assert.deepEqual(ask(event, off), { refused: { status: 401, why: 'old timestamp' } });
  });

  test('refuses what was signed with something else in it', () => {
    const { url, headers, body } = presets['sms-gate'].write({ from: '1', to: '2', text: '123456' }, agreed);
    assert.deepEqual(read('sms-gate', { url, headers, body: body!.replace('123456', '123457') }), wrongSignature);
    assert.deepEqual(read('sms-gate', { url, headers: { ...headers, 'x-timestamp': '1772359201' }, body: body! }), wrongSignature);
    assert.deepEqual(read('sms-gate', { url, body: body! }), wrongSignature);
  });

  test('takes events that are no incoming SMS, so that they are not sent again for two days', () =>
    assert.equal(ask({ ...event, event: 'sms:delivered' }), 'nothing'));

  for (const what of ['{', '[]', 'null', payload({ message: undefined }), payload({ sender: null })])
    test(`refuses ${JSON.stringify(what).slice(0, 20)} with its payload wanting`, () => assert.deepEqual(ask(what), malformed));
});

suite('json', () => {
  const fields = ['data.sender', 'data.to', 'data.parts.0.body', 'data.id'];
  const headers = { authorization: 'Bearer s3cret&+' };
  const ask = (body: string, given: Record<string, string> = headers) => read('json', { headers: given, body }, { fields });

  test('reads fields wherever they stand', () =>
    assert.deepEqual(ask('{"data":{"sender":"Xiaomi","to":"1","parts":[{"body":"123456"}],"id":"7"}}'), {
      sms: { id: '7', from: 'Xiaomi', to: '1', text: '123456' },
    }));

  test('keeps the digits of a number', () =>
    assert.deepEqual(ask('{"data":{"sender":10690329013,"parts":[{"body":123456}],"id":1234567890123456789}}'), {
      sms: { id: '1234567890123456789', from: '10690329013', to: '', text: '123456' },
    }));

  test('takes the secret in either header', () => {
    const body = '{"data":{"sender":"1","parts":[{"body":"2"}]}}';
    assert.equal(textOf(ask(body, { 'x-secret': 's3cret&+' })), '2');
    for (const given of [{}, { 'x-secret': '' }, { authorization: 'Bearer no' }, { authorization: 's3cret&+' }])
      assert.deepEqual(ask(body, given), wrongSecret);
  });

  for (const body of ['', '{', 'null', '[]', '{"data":{"sender":"1"}}', '{"data":{"sender":{},"parts":[{"body":"2"}]}}'])
    test(`refuses '${body}'`, () => assert.deepEqual(ask(body), malformed));
});
