import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { suite, test } from 'node:test';
import { SignJWT } from 'jose';
import { Secret } from '../../secret.ts';
import { generic } from './generic.ts';
import type { Agreed, Sms, GatewayVerdict } from './gateway.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const SECRET = 's3cret&+';
const BEARER = { authorization: `Bearer ${SECRET}` };
const agreed: Agreed = {
  secret: new Secret(SECRET),
  publicUrl: '',
  fields: ['from', 'to', 'text', 'id'],
  parts: ['concat-ref', 'concat-part', 'concat-total'],
  now: NOW,
};
const wrongSecret = { refused: { status: 401, why: 'wrong secret' } };
const typed = (type: string, headers: Record<string, string> = BEARER) => ({
  ...headers,
  'content-type': type,
});
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

type Asked = { method?: string; url?: string; headers?: Record<string, string>; body?: string | Buffer };
const ask = (
  { method = 'POST', url = '/sms', headers = typed(JSON_TYPE), body = '' }: Asked,
  fields = agreed.fields,
) => generic.read({ method, url, headers, body: Buffer.from(body) }, { ...agreed, fields });
const smsIn = (verdict: GatewayVerdict): readonly Sms[] => {
  assert.ok(verdict !== 'nothing' && 'sms' in verdict, JSON.stringify(verdict));
  return verdict.sms;
};
const textsIn = (verdict: GatewayVerdict) => smsIn(verdict).map(({ text }) => text);
const json = (value: unknown, fields?: string[]) => ask({ body: JSON.stringify(value) }, fields);

suite('where the secret stands', () => {
  const body = '{"from":"1","text":"2"}';
  const basic = `Basic ${Buffer.from(`x:${SECRET}`).toString('base64')}`;
  const ways: [what: string, request: Asked][] = [
    ['Authorization: Bearer', { headers: typed(JSON_TYPE) }],
    ['X-Secret', { headers: typed(JSON_TYPE, { 'x-secret': SECRET }) }],
    ['case b8: the address, as ?secret=', { url: '/sms?secret=s3cret%26%2B', headers: typed(JSON_TYPE, {}) }],
    [
      'case b8: the address, as http://x:SECRET@host',
      { headers: typed(JSON_TYPE, { authorization: basic }) },
    ],
  ];
  for (const [what, request] of ways)
    test(`takes it as ${what}`, async () =>
      assert.deepEqual(textsIn(await ask({ body, ...request })), ['2']));

  const wrong: [what: string, request: Asked][] = [
    ['none', { headers: typed(JSON_TYPE, {}) }],
    ['an empty one', { headers: typed(JSON_TYPE, { 'x-secret': '' }), url: '/sms?secret=' }],
    ['another', { headers: typed(JSON_TYPE, { authorization: 'Bearer no' }), url: '/sms?secret=no' }],
    ['no kind of authorization', { headers: typed(JSON_TYPE, { authorization: SECRET }) }],
    [
      'a body that names it',
      { headers: typed(JSON_TYPE, {}), body: JSON.stringify({ secret: SECRET, from: '1', text: '2' }) },
    ],
  ];
  for (const [what, request] of wrong)
    test(`refuses ${what}`, async () => assert.deepEqual(await ask({ body, ...request }), wrongSecret));

  const forwarded = (timestamp: number, key = SECRET) => {
    const sign = createHmac('sha256', key).update(`${timestamp}\n${key}`).digest('base64');
    return { from: '1', text: '2', timestamp: String(timestamp), sign: encodeURIComponent(sign) };
  };
  test("takes SmsForwarder's signature, in a form and in JSON, for five minutes", async () => {
    const form = (fields: Record<string, string>) =>
      ask({ headers: typed(FORM, {}), body: new URLSearchParams(fields).toString() });
    assert.deepEqual(textsIn(await form(forwarded(NOW))), ['2']);
    assert.deepEqual(
      textsIn(await ask({ headers: typed(JSON_TYPE, {}), body: JSON.stringify(forwarded(NOW - 299_000)) })),
      ['2'],
    );
    for (const fields of [
      forwarded(NOW - 301_000),
      forwarded(NOW, 'another'),
      { ...forwarded(NOW), timestamp: String(NOW + 1) },
    ])
      assert.deepEqual(await form(fields), wrongSecret);
  });

  test('takes a JSON Web Token that is signed with it, while it is valid', async () => {
    const token = (key: string, until: number, header: { alg: string } = { alg: 'HS256' }) =>
      new SignJWT({ iss: 'api.httpsms.com' })
        .setProtectedHeader(header)
        .setExpirationTime(until)
        .sign(new TextEncoder().encode(key));
    const given = async (jwt: string) =>
      ask({ headers: typed(JSON_TYPE, { authorization: `Bearer ${jwt}` }), body });
    assert.deepEqual(textsIn(await given(await token(SECRET, NOW / 1000 + 600))), ['2']);
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"exp":9999999999}').toString('base64url')}.`;
    const refused = [
      token('another', NOW / 1000 + 600),
      token(SECRET, NOW / 1000 - 301),
      token(SECRET, NOW / 1000 + 600, { alg: 'HS512' }),
    ];
    for (const jwt of [...(await Promise.all(refused)), unsigned, 'a.b.c'])
      assert.deepEqual(await given(jwt), wrongSecret);
  });
});

suite('where messages stand', () => {
  test('reads fields wherever they stand', async () => {
    const fields = ['data.sender', 'data.to', 'data.parts.0.body', 'data.id'];
    const one = { data: { sender: 'Xiaomi', to: '1', parts: [{ body: '123456' }], id: '7' } };
    assert.deepEqual(smsIn(await json(one, fields)), [
      { id: '7.0', from: 'Xiaomi', to: '1', text: '123456' },
    ]);
  });

  test('keeps the digits of a number', async () =>
    assert.deepEqual(
      smsIn(await ask({ body: '{"from":10690329013,"text":123456,"id":1234567890123456789}' })),
      [{ id: '1234567890123456789', from: '10690329013', to: '', text: '123456' }],
    ));

  const results = [1, 2].map((at) => ({
    from: 'Xiaomi',
    to: `35988812345${at}`,
    text: `code ${at}48213`,
    messageId: `i${at}`,
  }));
  const inResults = (middle: string) =>
    ['from', 'to', 'text', 'messageId'].map((name) => `results.${middle}${name}`);
  for (const middle of ['0.', '*.', ''])
    test(`case b11: every message of an array is read, with results.${middle}from as its path`, async () =>
      assert.deepEqual(
        smsIn(await json({ results, messageCount: 2 }, inResults(middle))).map(({ id, to, text }) => [
          id,
          to,
          text,
        ]),
        [
          ['i1', '359888123451', 'code 148213'],
          ['i2', '359888123452', 'code 248213'],
        ],
      ));

  test('an array of messages is read', async () => {
    const both = [1, 2].map((id) => ({ from: '1', text: `${id}`, id }));
    assert.deepEqual(textsIn(await json(both)), ['1', '2']);
  });

  test('messages that share sender and id get ids of their own', async () => {
    const shared = { sender: 'Xiaomi', batch: 'b', texts: ['one', 'two'] };
    assert.deepEqual(
      smsIn(await json(shared, ['sender', 'to', 'texts', 'batch'])).map(({ id, text }) => [id, text]),
      [
        ['b.0', 'one'],
        ['b.1', 'two'],
      ],
    );
  });

  test('of an array, what cannot be read is counted, with the paths that lead to nothing', async () =>
    assert.deepEqual(await json([{ from: '1', text: 'one' }, { from: '1' }, 'two', null]), {
      sms: [{ id: '', from: '1', to: '', text: 'one' }],
      unread: { count: 3, why: "nothing at 'from' or 'text' (SMS_WEBHOOK_FIELDS)" },
    }));

  for (const body of ['{}', '[]', 'null', '"text"', '{"from":"1"}', '{"from":{},"text":"2"}', '[[]]'])
    test(`refuses ${body} and names the paths`, async () =>
      assert.deepEqual(await ask({ body }), {
        refused: { status: 400, why: "nothing at 'from' or 'text' (SMS_WEBHOOK_FIELDS)" },
      }));
  for (const body of ['', '{', 'text', `${'['.repeat(100_000)}`])
    test(`refuses '${body.slice(0, 5)}' as malformed`, async () =>
      assert.deepEqual(await ask({ body }), { refused: { status: 400, why: 'malformed' } }));

  test('reads JSON whose template took a text with line breaks', async () =>
    assert.deepEqual(textsIn(await ask({ body: '{\n"from":"1",\n"text":"【小米】\n348213\t（登录）"}' })), [
      '【小米】 348213 （登录）',
    ]));
});

suite('gateways by their own words', () => {
  const form = (fields: Record<string, string>) => ({
    headers: typed(FORM, {}),
    body: new URLSearchParams(fields).toString(),
  });
  const url = '/sms?secret=s3cret%26%2B';
  const vonage = {
    msisdn: '447700900001',
    to: '447700900000',
    messageId: '0A1',
    text: '小米: 048213',
    type: 'unicode',
  };
  const OF_VONAGE = ['msisdn', 'to', 'text', 'messageId'];

  test('case b1: SmsForwarder, as a form, multipart, GET and JSON', async () => {
    const fields = ['from', 'to', 'content'];
    const said = {
      from: '106980003013',
      content: '106980003013\n【小米】048213（登录验证码）\nSIM1',
      timestamp: '1772341426000',
    };
    const data = new FormData();
    for (const [name, value] of Object.entries(said)) data.append(name, value);
    const multipart = new Response(data);
    const asParts = {
      headers: typed(multipart.headers.get('content-type') ?? '', {}),
      body: Buffer.from(await multipart.arrayBuffer()),
    };
    const requests: Asked[] = [
      form(said),
      asParts,
      { method: 'GET', url: `${url}&${new URLSearchParams(said).toString()}` },
      { headers: typed(`${JSON_TYPE}; charset=utf-8`, {}), body: JSON.stringify(said) },
    ];
    for (const request of requests) {
      const [sms, ...more] = smsIn(await ask({ url, ...request }, fields));
      // A part of multipart ends its lines with carriage return and line feed.
      assert.deepEqual(
        { ...sms, text: sms?.text.replaceAll('\r', '') },
        { id: '', from: said.from, to: '', text: said.content },
      );
      assert.deepEqual(more, []);
    }
  });

  test('case b9: Vonage, as GET and as JSON', async () => {
    const expected = [{ id: '0A1', from: '447700900001', to: '447700900000', text: '小米: 048213' }];
    assert.deepEqual(
      smsIn(await ask({ method: 'GET', url: `${url}&${new URLSearchParams(vonage).toString()}` }, OF_VONAGE)),
      expected,
    );
    assert.deepEqual(
      smsIn(await ask({ url, headers: typed(JSON_TYPE, {}), body: JSON.stringify(vonage) }, OF_VONAGE)),
      expected,
    );
  });

  test('case b10: a part of a long SMS says which of which it is', async () => {
    const part = { ...vonage, concat: 'true', 'concat-ref': '7', 'concat-total': '2', 'concat-part': '1' };
    assert.deepEqual(smsIn(await json(part, OF_VONAGE))[0]?.part, { reference: '7', number: 1, total: 2 });
    for (const broken of [
      { 'concat-part': '3' },
      { 'concat-part': '0' },
      { 'concat-total': 'x' },
      { 'concat-total': '1' },
    ])
      assert.equal(smsIn(await json({ ...part, ...broken }, OF_VONAGE))[0]?.part, undefined);
  });

  test('httpSMS, a CloudEvent', async () => {
    const event = {
      type: 'message.phone.received',
      data: { contact: 'Xiaomi', owner: '+18005550199', content: '048213', message_id: 'm1' },
    };
    const headers = typed('application/cloudevents+json', {});
    const fields = ['data.contact', 'data.owner', 'data.content', 'data.message_id'];
    assert.deepEqual(smsIn(await ask({ url, headers, body: JSON.stringify(event) }, fields)), [
      { id: 'm1', from: 'Xiaomi', to: '+18005550199', text: '048213' },
    ]);
  });

  test('46elks, a form', async () => {
    const said = {
      direction: 'incoming',
      id: 'sf1',
      from: 'Xiaomi',
      to: '+46706860000',
      message: 'Xiaomi code 048213',
    };
    assert.deepEqual(smsIn(await ask({ url, ...form(said) }, ['from', 'to', 'message', 'id'])), [
      { id: 'sf1', from: 'Xiaomi', to: '+46706860000', text: 'Xiaomi code 048213' },
    ]);
  });

  test('Infobip, JSON with results', async () => {
    const result = {
      messageId: '817790',
      from: '385916242493',
      to: '385921004026',
      text: 'Mi 048213',
      receivedAt: '2026-03-01T09:28:39.220+0000',
    };
    const fields = ['results.from', 'results.to', 'results.text', 'results.messageId'];
    const body = JSON.stringify({ results: [result], messageCount: 1, pendingMessageCount: 0 });
    assert.deepEqual(smsIn(await ask({ url, headers: typed(JSON_TYPE, {}), body }, fields)), [
      { id: '817790', from: '385916242493', to: '385921004026', text: 'Mi 048213' },
    ]);
  });

  test('Jasmin, a form whose content is UTF-8, or UCS-2 as it came over the air', async () => {
    const jasmin = (content: Buffer, coding: string) => {
      const escaped = [...content].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      const body = `id=j1&from=Xiaomi&to=359888123456&coding=${coding}&origin-connector=smpp1&content=${escaped}`;
      return ask({ url, headers: typed(FORM, {}), body }, ['from', 'to', 'content', 'id']);
    };
    const text = '【小米】048213';
    assert.deepEqual(textsIn(await jasmin(Buffer.from(text, 'utf16le').swap16(), '8')), [text]);
    assert.deepEqual(textsIn(await jasmin(Buffer.from(text), '8')), [text]);
    assert.deepEqual(textsIn(await jasmin(Buffer.from('code 048213'), '0')), ['code 048213']);
  });

  test('a form whose escapes are broken, and a multipart body that ends early, are malformed', async () => {
    const malformed = { refused: { status: 400, why: 'malformed' } };
    assert.deepEqual(await ask({ url, headers: typed(FORM, {}), body: 'from=1&text=100%' }), malformed);
    const headers = typed('multipart/form-data; boundary=b', {});
    assert.deepEqual(
      await ask({ url, headers, body: '--b\r\nContent-Disposition: form-data; name="from"\r\n\r\n1' }),
      malformed,
    );
  });
});
