import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { suite, test } from 'node:test';
import { Secret } from '../../secret.ts';
import type { Agreed, GatewayRequest, GatewayVerdict } from './gateway.ts';
import { presets, type Preset } from './presets.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const agreed: Agreed = {
  secret: new Secret('s3cret&+'),
  publicUrl: '',
  fields: ['from', 'to', 'text', 'id'],
  parts: ['concat-ref', 'concat-part', 'concat-total'],
  now: NOW,
};
const read = async (
  preset: Preset,
  {
    url = '/sms',
    headers = {},
    body = '',
    method = body === '' ? 'GET' : 'POST',
  }: Partial<Record<'url' | 'body' | 'method', string>> & {
    headers?: Record<string, string>;
  },
  changes: Partial<Agreed> = {},
): Promise<GatewayVerdict> =>
  presets[preset].read({ method, url, headers, body: Buffer.from(body) } satisfies GatewayRequest, {
    ...agreed,
    ...changes,
  });

const malformed = { refused: { status: 400, why: 'malformed' } };
const wrongSecret = { refused: { status: 401, why: 'wrong secret' } };
const wrongSignature = { refused: { status: 401, why: 'wrong signature' } };
const textOf = async (verdict: Promise<GatewayVerdict>) => {
  const said = await verdict;
  return said !== 'nothing' && 'sms' in said ? said.sms[0]?.text : said;
};

const writing = Object.entries(presets).flatMap(([name, preset]) =>
  'write' in preset ? [[name as Preset, preset.write] as const] : [],
);
for (const [preset, write] of writing) {
  const sent = { from: '+10690329013', to: '+359888123456', text: '【小米】123456 (رمز) & 100% + é' };
  const changes = {
    publicUrl: 'https://sms.example.com/hook',
    fields: ['data.from', 'data.to', 'data.parts.0.text', 'id'],
  };

  test(`${preset}: what is written is read`, async () => {
    const request = write(sent, { ...agreed, ...changes });
    const verdict = await read(preset, request, changes);
    assert.ok(verdict !== 'nothing' && 'sms' in verdict, JSON.stringify(verdict));
    assert.equal(verdict.sms.length, 1);
    assert.partialDeepStrictEqual(verdict.sms[0], sent);
    assert.ok(verdict.sms[0]?.id);
  });

  test(`${preset}: what is written without a public address is read wherever it arrives`, async () => {
    const request = write(sent, agreed);
    const arrived = { ...request, headers: { ...request.headers, host: '127.0.0.1:8090' } };
    assert.equal(await textOf(read(preset, arrived)), sent.text);
  });

  test(`${preset}: nothing is read under another secret`, async () => {
    const request = write(sent, { ...agreed, ...changes, secret: new Secret('another') });
    assert.partialDeepStrictEqual(await read(preset, request, changes), { refused: { status: 401 } });
  });
}

suite('kannel', () => {
  const ask = (query: string) => read('kannel', { url: `/sms?secret=s3cret%26%2B&${query}` });

  test('reads everything its escape codes say', async () => {
    const query =
      'from=%2B10690329013&to=359888&text=Code+123456&charset=UTF-8&coding=0&time=1772359200&id=6a1b';
    assert.deepEqual(await ask(query), {
      sms: [{ id: '6a1b', from: '+10690329013', to: '359888', text: 'Code 123456', sentAt: NOW }],
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
  for (const [what, query, text] of texts)
    test(`reads ${what}`, async () => assert.equal(await textOf(ask(`from=1&${query}`)), text));

  const broken: [what: string, query: string][] = [
    ['an escape that is none', 'from=1&text=100%'],
    ['an escape of one digit', 'from=1&text=%4'],
    ['no text', 'from=1'],
    ['no sender', 'text=123456'],
  ];
  for (const [what, query] of broken)
    test(`refuses ${what}`, async () => assert.deepEqual(await ask(query), malformed));

  test('takes the secret as the password of HTTP Basic, too', async () => {
    const authorization = (secret: string) => `Basic ${Buffer.from(`kannel:${secret}`).toString('base64')}`;
    const url = '/sms?from=1&text=123456';
    assert.equal(
      await textOf(read('kannel', { url, headers: { authorization: authorization('s3cret&+') } })),
      '123456',
    );
    assert.deepEqual(
      await read('kannel', { url, headers: { authorization: authorization('s3cret') } }),
      wrongSecret,
    );
    assert.deepEqual(await read('kannel', { url }), wrongSecret);
    assert.deepEqual(await read('kannel', { url: `${url}&secret=` }), wrongSecret);
  });
});

suite('twilio', () => {
  const form =
    'MessageSid=SM1&From=%2B10690329013&To=%2B359888123456&Body=%E3%80%90%E5%B0%8F%E7%B1%B3%E3%80%91123456+%26+more';
  // Made by twilio 6.2.0 with the token `token`.
  const headers = { 'x-twilio-signature': 'UgB8dbc7c/zNe7AXOYzKhCmNpg0=' };
  const changes = { secret: new Secret('token'), publicUrl: 'https://sms.example.com/hook' };

  test("accepts a signature of Twilio's own package", async () => {
    const sms = {
      id: headers['x-twilio-signature'],
      from: '+10690329013',
      to: '+359888123456',
      text: '【小米】123456 & more',
    };
    assert.deepEqual(await read('twilio', { headers, body: form }, changes), { sms: [sms] });
  });

  const signed = (address: string, fields: string, what = headers) => ({
    ...what,
    'x-twilio-signature': createHmac('sha1', 'token').update(`${address}${fields}`).digest('base64'),
  });

  test('accepts an address whose standard port was signed, or was not', async () => {
    for (const address of ['https://a.example/hook', 'https://a.example:443/hook'])
      for (const publicUrl of ['https://a.example/hook', 'https://a.example:443/hook']) {
        const request = { headers: signed(address, 'Body1From2'), body: 'From=2&Body=1' };
        assert.equal(await textOf(read('twilio', request, { ...changes, publicUrl })), '1');
      }
  });

  const forged: [
    what: string,
    request: { headers?: Record<string, string>; body: string },
    changes: Partial<Agreed>,
  ][] = [
    ['another text', { headers, body: form.replace('123456', '123457') }, changes],
    ['a further field', { headers, body: `${form}&X=1` }, changes],
    ['another address', { headers, body: form }, { ...changes, publicUrl: 'https://sms.example.com/other' }],
    ['no signature', { body: form }, changes],
  ];
  for (const [what, request, agreement] of forged)
    test(`refuses ${what}`, async () =>
      assert.deepEqual(await read('twilio', request, agreement), wrongSignature));

  test('believes no Host header: without a public address only what we have signed ourselves is read', async () => {
    const called = { host: 'evil.example', ...signed('http://evil.example/sms', 'Body1From2') };
    assert.deepEqual(
      await read('twilio', { headers: called, body: 'From=2&Body=1' }, { ...changes, publicUrl: '' }),
      wrongSignature,
    );
  });

  const cut = { refused: { status: 401, why: "a field that is none of Twilio's" } };
  const shifted: [what: string, body: string][] = [
    ['the end of a name moved into its value', form.replace('MessageSid=SM1', 'MessageSi=dSM1')],
    ['the beginning of a value moved into its name', form.replace('MessageSid=SM1', 'MessageSidS=M1')],
    ['a field that stands twice', `${form}&MessageSid=SM1`],
  ];
  for (const [what, body] of shifted)
    test(`refuses ${what}, though the signature fits`, async () =>
      assert.deepEqual(await read('twilio', { headers, body }, changes), cut));

  test('reads the fields Twilio may add, empty ones too', async () => {
    const body = 'From=2&Body=1&MediaUrl0=&OptOutType=&NumMedia=0';
    const request = { headers: signed(changes.publicUrl, 'Body1From2MediaUrl0NumMedia0OptOutType'), body };
    assert.equal(await textOf(read('twilio', request, changes)), '1');
  });

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
  const payload = (changes: Record<string, unknown>) => ({
    ...event,
    payload: { ...event.payload, ...changes },
  });

  test('reads the example of its documentation', async () =>
    assert.deepEqual(await ask(event), {
      sms: [
        { id: event.id, from: '6505551212', to: '+1234567890', text: '【小米】123456', sentAt: NOW - 60_000 },
      ],
    }));

  test('reads events of a phone that does not know its number, and of an older app', async () => {
    assert.partialDeepStrictEqual(await ask(payload({ recipient: null })), { sms: [{ to: '' }] });
    assert.partialDeepStrictEqual(await ask(payload({ sender: undefined, phoneNumber: '650' })), {
      sms: [{ from: '650' }],
    });
  });

  test('refuses a request that is more than five minutes old, or from the future', async () => {
    for (const off of [-300, 300]) assert.equal(await textOf(ask(event, off)), '【小米】123456');
    for (const off of [-301, 301, NaN])
      assert.deepEqual(await ask(event, off), { refused: { status: 401, why: 'old timestamp' } });
  });

  test('refuses what was signed with something else in it', async () => {
    const { url, headers, body } = presets['sms-gate'].write({ from: '1', to: '2', text: '123456' }, agreed);
    assert.deepEqual(
      await read('sms-gate', { url, headers, body: body.replace('123456', '123457') }),
      wrongSignature,
    );
    assert.deepEqual(
      await read('sms-gate', { url, headers: { ...headers, 'x-timestamp': '1772359201' }, body }),
      wrongSignature,
    );
    assert.deepEqual(await read('sms-gate', { url, body }), wrongSignature);
  });

  const envelope = { ...event.payload, message: undefined };
  const batch = (name: string, ...messages: object[]) => ({ ...event, event: name, payload: { messages } });

  test('case b4: both SMS of a batch are read, each under an id of its own', async () => {
    const two = [{ message: 'Xiaomi 148213' }, { message: 'Xiaomi 248213' }].map((one) => ({
      ...envelope,
      ...one,
    }));
    const verdict = await ask(batch('sms:batch:received', ...two));
    assert.partialDeepStrictEqual(verdict, {
      sms: [
        { id: `${event.id}.0`, text: 'Xiaomi 148213', to: '+1234567890' },
        { id: `${event.id}.1`, text: 'Xiaomi 248213', to: '+1234567890' },
      ],
    });
    assert.ok(!('unread' in (verdict as object)));
  });

  test('case b4: of a batch, what cannot be read is counted', async () =>
    assert.partialDeepStrictEqual(
      await ask(batch('sms:batch:received', { ...envelope, message: '1' }, envelope, envelope)),
      {
        sms: [{ text: '1' }],
        unread: { count: 2, why: 'malformed' },
      },
    ));

  test('case b5: a data SMS and a downloaded MMS are read, alone and in a batch', async () => {
    const data = { ...envelope, data: Buffer.from('小米 348213').toString('base64') };
    assert.equal(await textOf(ask({ ...event, event: 'sms:data-received', payload: data })), '小米 348213');
    assert.equal(await textOf(ask(batch('sms:batch:data-received', data))), '小米 348213');
    const mms = { ...envelope, subject: 'Xiaomi', body: 'code 448213' };
    assert.equal(
      await textOf(ask({ ...event, event: 'mms:downloaded', payload: mms })),
      'Xiaomi\ncode 448213',
    );
    assert.equal(await textOf(ask(batch('mms:batch:downloaded', { ...mms, subject: '' }))), 'code 448213');
  });

  test('takes events that are no incoming text, so that they are not sent again for two days', async () => {
    for (const name of ['sms:delivered', 'mms:received', 'system:ping', 'sms:batch:delivered'])
      assert.equal(await ask({ ...event, event: name }), 'nothing');
  });

  for (const what of [
    '{',
    '[]',
    'null',
    payload({ message: undefined }),
    payload({ sender: null }),
    batch('sms:batch:received').event,
  ])
    test(`refuses ${JSON.stringify(what).slice(0, 20)} with its payload wanting`, async () =>
      assert.deepEqual(await ask(what), malformed));
});

suite('telnyx', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const secret = new Secret(
    Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64'),
  );
  const event = (type: string, payload: object = {}) => ({
    data: {
      event_type: type,
      id: 'ev1',
      payload: {
        id: 'm1',
        from: { phone_number: '+18665550001' },
        to: [{ phone_number: '+18445550001' }],
        text: 'Xiaomi: 048213',
        received_at: '2026-03-01T09:59:00.000+00:00',
        ...payload,
      },
    },
  });
  const ask = (what: object, { off = 0, body = JSON.stringify(what), key = secret } = {}) => {
    const timestamp = String(NOW / 1000 + off);
    const signature = sign(null, Buffer.from(`${timestamp}|${JSON.stringify(what)}`), privateKey).toString(
      'base64',
    );
    return read(
      'telnyx',
      { headers: { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature }, body },
      { secret: key },
    );
  };

  test('reads a message that Telnyx has signed', async () =>
    assert.deepEqual(await ask(event('message.received')), {
      sms: [
        { id: 'm1', from: '+18665550001', to: '+18445550001', text: 'Xiaomi: 048213', sentAt: NOW - 60_000 },
      ],
    }));

  test('takes reports of what was sent', async () =>
    assert.equal(await ask(event('message.finalized')), 'nothing'));

  test('refuses another body, an old one, another key, and the public key as a secret', async () => {
    const genuine = event('message.received');
    const body = JSON.stringify(genuine).replace('048213', '148213');
    assert.deepEqual(await ask(genuine, { body }), wrongSignature);
    assert.deepEqual(await ask(genuine, { off: -301 }), { refused: { status: 401, why: 'old timestamp' } });
    for (const key of [new Secret(`${'A'.repeat(43)}=`), new Secret('no key')])
      assert.deepEqual(await ask(genuine, { key }), wrongSignature);
    const headers = { authorization: `Bearer ${secret.reveal()}` };
    assert.deepEqual(await read('telnyx', { headers, body }, { secret }), wrongSignature);
  });

  test('refuses a message without a text', async () =>
    assert.deepEqual(await ask(event('message.received', { text: undefined })), malformed));
});

suite('a request that is signed right and holds no message that can be read', () => {
  const gate = (event: unknown) => {
    const body = JSON.stringify(event);
    const timestamp = String(NOW / 1000);
    const signature = createHmac('sha256', 's3cret&+')
      .update(body + timestamp)
      .digest('hex');
    return read('sms-gate', { body, headers: { 'x-timestamp': timestamp, 'x-signature': signature } });
  };
  test('of SMS Gateway is malformed, or of an event that brings none', async () => {
    for (const event of [
      {},
      [],
      { event: 'sms:received' },
      { event: 'sms:received', payload: { sender: '1' } },
      { event: 'sms:received', payload: { message: '1' } },
      { event: 'sms:batch:received', payload: {} },
      { event: 'sms:batch:received', payload: { messages: 'none' } },
    ])
      assert.deepEqual(await gate(event), malformed, JSON.stringify(event));
    assert.equal(await gate({ event: 'sms:sent', payload: {} }), 'nothing');
  });

  const keys = generateKeyPairSync('ed25519');
  const publicKey = Buffer.from(keys.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const telnyx = (event: unknown) => {
    const body = JSON.stringify(event);
    const timestamp = String(NOW / 1000);
    const signature = sign(null, Buffer.from(`${timestamp}|${body}`), keys.privateKey).toString('base64');
    return read(
      'telnyx',
      { body, headers: { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature } },
      { secret: new Secret(publicKey.toString('base64')) },
    );
  };
  test('of Telnyx is malformed, or of an event that brings none', async () => {
    const event = (payload: object, event_type: unknown = 'message.received') => ({
      data: { id: 'event', event_type, payload },
    });
    const whole = { from: { phone_number: '+1' }, text: '123456' };
    for (const one of [
      {},
      { data: {} },
      event({ ...whole, text: undefined }),
      event({ ...whole, from: undefined }),
    ])
      assert.deepEqual(await telnyx(one), malformed, JSON.stringify(one));
    assert.equal(await telnyx(event(whole, 'message.sent')), 'nothing');
    assert.deepEqual(await telnyx(event(whole)), {
      sms: [{ id: 'event', from: '+1', to: '', text: '123456' }],
    });
    assert.deepEqual(
      await telnyx(
        event({
          ...{ ...whole, id: 'message', to: [{ phone_number: '+2' }] },
          received_at: '2026-03-01T09:59:00Z',
        }),
      ),
      { sms: [{ id: 'message', from: '+1', to: '+2', text: '123456', sentAt: NOW - 60_000 }] },
    );
  });

  test('of Twilio is malformed', async () => {
    for (const fields of [{ From: '+1' }, { Body: '123456' }]) {
      const form = new URLSearchParams(fields);
      const signed = createHmac('sha1', 's3cret&+')
        .update(`http://localhost/sms${Object.entries(fields).flat().join('')}`)
        .digest('base64');
      assert.deepEqual(
        await read('twilio', { body: form.toString(), headers: { 'x-twilio-signature': signed } }),
        malformed,
      );
    }
  });
});
