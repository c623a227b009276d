import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockAnswer } from './lock-status.ts';
import { readAnswer, readService, readXiaomi, type HttpAnswer } from './read-answer.ts';

const IMEI = '356938035643809';
const json = (body: unknown, rest: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 200,
  contentType: 'application/json;charset=UTF-8',
  body: JSON.stringify(body),
  ...rest,
});
const ofXiaomi = (answer: HttpAnswer) => readAnswer(answer, IMEI, readXiaomi);
const good = (data: unknown) => ({ result: 'ok', code: 0, description: '成功', data });

const NO_FAULT = { error: null, errors: [], success: 'true', ok: true, status: 'success' };
const OFF_STATE: LockAnswer = { state: 'off' };
/** Another phone's IMEI, so many objects deep. */
const nested = (depth: number): unknown => (depth === 0 ? '867320210670604' : { x: nested(depth - 1) });

const states: [string, unknown, LockAnswer][] = [
  ['on', good({ locked: true, lost: false }), { state: 'on', lost: false }],
  ['on, of a lost phone', good({ locked: true, lost: true }), { state: 'on', lost: true }],
  ['off', good({ locked: false, lost: false, approved: true }), { state: 'off', lost: false }],
  ['off, where lost is not said', good({ locked: false }), { state: 'off' }],
  ['off, without a code', { result: 'ok', data: { locked: false } }, { state: 'off' }],
  ['on, without a result', { code: 0, data: { locked: true } }, { state: 'on' }],
  ['off, for this IMEI', good({ locked: false, id: IMEI }), { state: 'off' }],
  ['off, with faults that are none', { ...good({ locked: false }), ...NO_FAULT }, { state: 'off' }],
  [
    'off, with a number that is no IMEI by its name',
    good({ locked: false, at: 86732021067060 }),
    { state: 'off' },
  ],
  [
    'off, with digits of 13 and 17 places',
    good({ locked: false, a: '8'.repeat(13), b: '8'.repeat(17) }),
    OFF_STATE,
  ],
  ['off, with another IMEI deeper than is looked', good({ locked: false, x: nested(7) }), { state: 'off' }],
];
for (const [name, body, expected] of states)
  test(`a complete answer tells a state: ${name}`, () => assert.deepEqual(ofXiaomi(json(body)), expected));

const OFF = good({ locked: false, lost: false });
const unknowns: [string, HttpAnswer, RegExp, LockAnswer['refusal']?][] = [
  ['a redirect', json(OFF, { status: 302 }), /elsewhere/, 'refused'],
  ['status 401', json(OFF, { status: 401 }), /refuses .*401/, 'refused'],
  ['status 403', json(OFF, { status: 403 }), /refuses .*403/, 'refused'],
  ['status 404', json(OFF, { status: 404 }), /status 404/, 'refused'],
  ['status 429', json(OFF, { status: 429 }), /no more requests/, 'refused'],
  ['status 500', json(OFF, { status: 500 }), /status 500/, 'refused'],
  ['status 204', json(OFF, { status: 204, body: '' }), /status 204/, 'refused'],
  ['a web page', json(OFF, { contentType: 'text/html' }), /web page/, 'refused'],
  ['a web page named JSON', json('', { body: '<html>"locked":false' }), /web page/, 'refused'],
  ['half an answer', json('', { body: '{"result":"ok","code":0,"data":{"locked":fa' }), /no JSON/, 'refused'],
  ['an empty answer', json('', { body: '' }), /no JSON/, 'refused'],
  ['a captcha', json({ result: 'error', code: 87001, data: {} }), /captcha/, 'captcha'],
  ['a captcha in words', json({ result: 'error', description: '请输入验证码' }), /captcha/, 'captcha'],
  ['a captcha page', json('', { status: 403, body: '<div id="captcha">' }), /captcha/, 'captcha'],
  [
    'a busy server',
    json({ result: 'error', code: 1, description: '系统繁忙，请稍后再试' }),
    /busy/,
    'refused',
  ],
  ['a wrong IMEI', json({ result: 'error', code: 1, description: 'imei 参数错误' }), /for an IMEI/],
  ['no such phone', json({ result: 'error', code: 1, description: '设备不存在' }), /knows no phone/],
  ['no details', json({ result: 'error', code: 1, description: '未找到设备信息' }), /no details/],
  [
    'an error whose data say off',
    json({ result: 'error', code: 1, data: { locked: false } }),
    /does not tell/,
  ],
  ['a code that is not 0', json({ result: 'ok', code: 70016, data: { locked: false } }), /does not tell/],
  ['neither result nor code', json({ data: { locked: false } }), /another shape/],
  ['no data', json({ result: 'ok', code: 0 }), /another shape/],
  ['data that are null', json(good(null)), /another shape/],
  ['locked in words', json(good({ locked: 'false' })), /another shape/],
  ['locked as a number', json(good({ locked: 0 })), /another shape/],
  ['locked that is null', json(good({ locked: null })), /another shape/],
  ['lost in words', json(good({ locked: false, lost: 'no' })), /another shape/],
  ['a list', json([OFF]), /another shape/],
  ['a bare false', json(false), /another shape/],
  ['a code in words', json({ result: 'ok', code: '0', data: { locked: false } }), /another shape/],
  ['another IMEI', json(good({ locked: false, imei: '867320210670604' })), /another IMEI/],
  ['another IMEI as a number', json(good({ locked: false, imei: 867320210670604 })), /another IMEI/],
  [
    'another IMEI, its digits parted',
    json(good({ locked: false, imei: '86732021-067060-4' })),
    /another IMEI/,
  ],
  ['an error beside the data', json({ ...OFF, error: 'quota' }), /reports a fault/],
  ['errors beside the data', json({ ...OFF, errors: [{}] }), /reports a fault/],
  ['no success', json({ ...OFF, success: false }), /reports a fault/],
  ['not ok', json({ ...OFF, ok: 'false' }), /reports a fault/],
  ['a status that is an error', json({ ...OFF, status: 'FAILED' }), /reports a fault/],
  [
    'two answers one after the other',
    json('', { body: `${JSON.stringify(OFF)}${JSON.stringify(OFF)}` }),
    /no JSON/,
    'refused',
  ],
  ['a mark before the answer', json('', { body: `\ufeff${JSON.stringify(OFF)}` }), /no JSON/, 'refused'],
  ['an answer within words', json(JSON.stringify(OFF)), /another shape/],
  ['another IMEI of 14 or 16 digits', json(good({ locked: false, a: '86732021067060' })), /another IMEI/],
  [
    'another IMEI with its check digits',
    json(good({ locked: false, a: '8673202106706041' })),
    /another IMEI/,
  ],
  ['another IMEI, as deep as is looked', json(good({ locked: false, x: nested(6) })), /another IMEI/],
  ['the word captcha alone', json('', { body: 'captcha' }), /captcha/, 'captcha'],
  ['status 300', json(OFF, { status: 300 }), /elsewhere/, 'refused'],
  ['status 399', json(OFF, { status: 399 }), /elsewhere/, 'refused'],
  ['status 400', json(OFF, { status: 400 }), /status 400/, 'refused'],
  ['success that is no', json({ ...OFF, success: 'No' }), /reports a fault/],
  ['success that is 0', json({ ...OFF, success: '0' }), /reports a fault/],
  ['a pending answer', json({ ...OFF, status: 'pending' }), /reports a fault/],
  ['an answer not found', json({ ...OFF, status: 'not found' }), /reports a fault/],
  ['null', json(null), /another shape/],
  ['another IMEI, deep', json(good({ locked: false, device: { id: '867320210670604' } })), /another IMEI/],
];
for (const [name, answer, why, refusal] of unknowns)
  test(`is unknown, never off: ${name}`, () => {
    const found = ofXiaomi(answer);
    assert.equal(found.state, 'unknown');
    assert.match(found.why ?? '', why);
    assert.equal(found.refusal, refusal);
    assert.equal(found.lost, undefined);
  });

test('hints at the owner are in no answer', () => {
  const answer = good({ locked: true, lost: false, phone: '+359*****456', email: 'o***r@example.com' });
  assert.deepEqual(ofXiaomi(json(answer)), { state: 'on', lost: false });
});

test('the answer of a bought service is read where its paths lead', () => {
  const read = readService({ locked: 'result.0.fmd', lost: 'result.0.blacklist' });
  const of = (fmd: unknown, blacklist: unknown) =>
    readAnswer(json({ status: 'success', result: [{ fmd, blacklist }] }), IMEI, read);
  assert.deepEqual(of('ON', 'Clean'), { state: 'on', lost: false });
  assert.deepEqual(of(false, true), { state: 'off', lost: true });
  for (const odd of ['', 'N/A', 'pending', 0, 1, null, undefined, {}, []])
    assert.equal(of(odd, 'Clean').state, 'unknown', JSON.stringify(odd));
  assert.equal(of('OFF', 'maybe').state, 'unknown');
  for (const yes of ['on', 'Yes', 'TRUE', ' locked ', 'lost', true])
    assert.deepEqual(of(yes, yes), { state: 'on', lost: true }, String(yes));
  for (const no of ['off', 'No', 'FALSE', ' unlocked ', 'clean', false])
    assert.deepEqual(of(no, no), { state: 'off', lost: false }, String(no));
  assert.equal(readAnswer(json({}), IMEI, readService({ locked: 'constructor' })).state, 'unknown');
  assert.deepEqual(readAnswer(json({ locked: 'no' }), IMEI, readService({ locked: 'locked' })), {
    state: 'off',
  });
});
