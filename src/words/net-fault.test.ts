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
