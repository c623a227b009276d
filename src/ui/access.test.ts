import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import type { StationOperator } from '../store/operators.ts';
import {
  changeRefusal,
  isLoopback,
  originOf,
  servingRefusal,
  whoAsks,
  type AskingRequest,
} from './access.ts';
import { addressFor } from './open-page.ts';

const RULES = { hosts: ['wall.lab.example'], proxies: ['10.0.0.2'] };
const asking = (
  headers: AskingRequest['headers'] = {},
  over: Partial<AskingRequest> = {},
): AskingRequest => ({
  ...{
    method: 'GET',
    remote: '127.0.0.1',
    isEncrypted: false,
    headers: { host: '127.0.0.1:7676', ...headers },
  },
  ...over,
});
const owner = { operators: false, login: undefined, user: 'lab' };

test('this computer alone is the owner, at its own names', () => {
  for (const host of ['127.0.0.1:7676', 'localhost:7676', 'LOCALHOST', '[::1]:7676', '127.8.9.1:1'])
    assert.equal(originOf(asking({ host }), RULES).isLocal, true, host);
  for (const host of ['evil.example:7676', 'localhost.evil.example', '10.0.0.1:7676', 'x:y:z', '', undefined])
    assert.equal(originOf(asking({ host }), RULES).isLocal, false, String(host));
  assert.equal(originOf(asking({}, { remote: '::1' }), RULES).isLocal, true);
  assert.equal(originOf(asking({}, { remote: '::ffff:127.0.0.1' }), RULES).isLocal, true);
  assert.equal(originOf(asking({}, { remote: '192.168.1.7' }), RULES).isLocal, false);
});

test('a request that anything has forwarded is never the owner', () => {
  for (const name of [
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'forwarded',
    'via',
    'x-real-ip',
    'cf-ray',
  ])
    assert.equal(originOf(asking({ [name]: '' }), RULES).isLocal, false, name);
});

test('only a proxy of ours says who asks and whether that is encrypted', () => {
  const headers = { 'x-forwarded-for': '127.0.0.1, 203.0.113.9', 'x-forwarded-proto': 'https' };
  assert.deepEqual(originOf(asking(headers, { remote: '10.0.0.2' }), RULES), {
    ...{ isLocal: false, isSecure: true, address: '203.0.113.9' },
  });
  assert.deepEqual(originOf(asking(headers, { remote: '10.0.0.3' }), RULES), {
    ...{ isLocal: false, isSecure: false, address: '10.0.0.3' },
  });
});

test('before the first operator the owner may do everything, afterwards only who has logged in', () => {
  const login: StationOperator = { name: 'Mira', role: 'look' };
  assert.deepEqual(whoAsks({ isLocal: true }, owner), { name: 'lab', role: 'administer' });
  assert.equal(whoAsks({ isLocal: false }, owner), undefined);
  assert.equal(whoAsks({ isLocal: true }, { ...owner, operators: true }), undefined);
  assert.equal(whoAsks({ isLocal: false }, { ...owner, operators: true, login }), login);
});

test('a change is taken only from the page itself, under a name of its own', () => {
  const post = (headers: AskingRequest['headers']) =>
    changeRefusal(asking(headers, { method: 'POST' }), RULES);
  const own = { host: '127.0.0.1:7676', origin: 'http://127.0.0.1:7676' };
  assert.equal(post(own), undefined);
  assert.equal(post({ host: 'wall.lab.example', origin: 'https://wall.lab.example' }), undefined);
  assert.equal(post({ host: '192.168.1.5:7676', origin: 'http://192.168.1.5:7676' }), undefined);
  for (const origin of [
    undefined,
    'null',
    'http://evil.example',
    'http://127.0.0.1:7677',
    'http://localhost:7676',
    'file://',
    'x',
  ])
    assert.equal(post({ ...own, origin }), 'origin', String(origin));
  assert.equal(
    post({ host: 'evil.example:7676', origin: 'http://evil.example:7676' }),
    'host',
    'a name that was rebound',
  );
  assert.equal(post({ ...own, 'sec-fetch-site': 'cross-site' }), 'origin');
  assert.equal(post({ ...own, host: undefined }), 'host');
  assert.equal(changeRefusal(asking({}), RULES), undefined, 'looking needs no origin');
});

test('other computers reach a page only with operators and encryption', () => {
  const at = (host: string, given = {}) =>
    servingRefusal({
      host,
      operators: true,
      isEncrypted: false,
      proxies: [],
      isInsecureAllowed: false,
      ...given,
    });
  for (const host of ['127.0.0.1', 'localhost', '::1', '127.0.0.9'])
    assert.equal(at(host, { operators: false }), undefined, host);
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'lab.example']) {
    assert.match(at(host, { operators: false, isEncrypted: true })?.todo ?? '', /operator add/, host);
    assert.match(at(host, { operators: false, isInsecureAllowed: true })?.todo ?? '', /operator add/, host);
    assert.match(at(host)?.why ?? '', /in clear/, host);
    for (const given of [{ isEncrypted: true }, { proxies: ['10.0.0.2'] }, { isInsecureAllowed: true }])
      assert.equal(at(host, given), undefined, host);
  }
});

test('loopback is known however it is written', () => {
  assert.deepEqual(['127.0.0.1', '::ffff:127.0.0.1', '::1', '127.255.0.3'].map(isLoopback), [
    true,
    true,
    true,
    true,
  ]);
  assert.deepEqual(['128.0.0.1', '::2', 'localhost', '', '127.0.0.1.example'].map(isLoopback), [
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('other computers are led to an address that they reach, and this one to its own', () => {
  for (const url of [
    'http://127.0.0.1:7676',
    'http://localhost:7676',
    'http://[::1]:7676',
    'https://lab.example',
  ])
    assert.equal(addressFor(url), url);
  const own = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const reached = own.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  for (const everywhere of ['0.0.0.0', '[::]'])
    assert.equal(addressFor(`http://${everywhere}:7676`), `http://${reached ?? everywhere}:7676`);
});
