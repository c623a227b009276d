import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'node:net';
import { once } from 'node:events';
import { netFault } from './net-fault.ts';

test('a refused connection is reported in words, as Node and as fetch report it', async () => {
  const [node] = (await once(connect({ host: '127.0.0.1', port: 1 }), 'error').catch((error: unknown) => [
    error,
  ])) as [unknown];
  assert.equal(netFault(node), 'nothing listens there');
  assert.equal(
    netFault(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })),
    'nothing listens there',
  );
});

test('the first of several addresses counts, and no code of a system stays', () => {
  const several = new AggregateError([{ code: 'ETIMEDOUT' }], '');
  assert.equal(netFault(several), 'no answer in time');
  for (const code of ['ENOTFOUND', 'ECONNRESET', 'EPROTO', 'CERT_HAS_EXPIRED', 'UND_ERR_SOCKET'])
    assert.match(netFault({ code }) ?? '', /^[a-z][a-zA-Z ,]+$/);
  assert.equal(netFault(new DOMException('late', 'TimeoutError')), 'no answer in time');
});

test('what is not known is left to whom it concerns', () => {
  for (const error of [undefined, 'text', new Error('odd'), { code: 7 }, { code: 'ENOSPC' }])
    assert.equal(netFault(error), undefined);
});

test('each common fault of a connection is said as what it is', () => {
  const untrusted = 'its certificate is signed by an authority that this computer does not trust';
  const faults: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'there is no host of that name',
    EAI_AGAIN: 'the name of the host could not be looked up',
    EHOSTUNREACH: 'no way leads to that computer',
    ENETUNREACH: 'no way leads to that network',
    ENETDOWN: "this computer's network is down",
    ETIMEDOUT: 'no answer in time',
    UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
    UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
    UND_ERR_BODY_TIMEOUT: 'its answer broke off',
    ECONNRESET: 'it hung up',
    ECONNABORTED: 'it hung up',
    EPIPE: 'it hung up',
    UND_ERR_SOCKET: 'it hung up',
    EPROTO: 'it does not speak TLS',
    ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
    HPE_INVALID_CONSTANT: 'what answers there does not speak HTTP',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
    SELF_SIGNED_CERT_IN_CHAIN: untrusted,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
    CERT_HAS_EXPIRED: 'its certificate has expired',
    CERT_NOT_YET_VALID: 'its certificate is not valid yet',
    ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  };
  assert.deepEqual(Object.fromEntries(Object.keys(faults).map((code) => [code, netFault({ code })])), faults);
});

test('the cause is looked for four errors deep, and the first one that is known counts', () => {
  const deep = (levels: number): object =>
    levels === 0 ? { code: 'ECONNREFUSED' } : { code: 'ODD', cause: deep(levels - 1) };
  assert.equal(netFault(deep(3)), 'nothing listens there');
  assert.equal(netFault(deep(4)), undefined);
  assert.equal(netFault({ code: 'EPIPE', cause: { code: 'ECONNREFUSED' } }), 'it hung up');
  assert.equal(netFault({ cause: { code: 'EPIPE' }, errors: [{ code: 'ECONNREFUSED' }] }), 'it hung up');
});
