import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { HostToolError, UsageError } from '../errors.ts';
import { signatureOf, signedHead, verdictOn } from '../report/signature.ts';
import { pdfOf } from './report-pdf.ts';
import { notedHead, ownKey, publicKeys, stationKey } from '../runs/station-key.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mi-unbind-key-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

test('the key is made once, for its owner alone, and its public part checks what it signs', () => {
  const dataDir = join(folder, 'data');
  assert.deepEqual(ownKey({ dataDir }), new Map());
  const first = stationKey({ dataDir });
  assert.equal(stationKey({ dataDir }).id, first.id);
  if (process.platform !== 'win32')
    assert.deepEqual(
      [dataDir, join(dataDir, 'record-key.pem')].map((path) => statSync(path).mode & 0o777),
      [0o700, 0o600],
    );
  assert.match(first.publicKey, /^-----BEGIN PUBLIC KEY-----\n/);
  const keys = publicKeys([file('station.pub', first.publicKey)]);
  const head = signedHead({ seq: 1, sha256: 'ab' }, signatureOf({ seq: 1, sha256: 'ab' }, first.signer));
  assert.deepEqual(
    [verdictOn(head, keys), verdictOn({ ...head, seq: 2 }, keys), verdictOn(head, new Map())],
    ['right', 'wrong', 'unknown'],
  );
  assert.equal(verdictOn(head, ownKey({ dataDir })), 'right');
});

test('a key that cannot be used is said, with what to do', () => {
  file('record-key.pem', 'garbage');
  assert.throws(() => stationKey({ dataDir: folder }), HostToolError);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  file('record-key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  assert.throws(
    () => stationKey({ dataDir: folder }),
    /cannot be used: .*record-key\.pem: it is no Ed25519 key\./,
  );
  assert.throws(
    () => stationKey({ dataDir: file('a file', '') }),
    /record-key\.pem: something else has that name\./,
  );
});

test('a file that holds no public key is said', () => {
  assert.throws(() => publicKeys([file('a', 'garbage')]), UsageError);
  assert.throws(
    () => publicKeys([join(folder, 'none')]),
    /holds no public key of a station: it does not exist\./,
  );
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  assert.throws(
    () => publicKeys([file('b', publicKey.export({ type: 'spki', format: 'pem' }).toString())]),
    /it is no Ed25519 key/,
  );
});

test('a noted head is a hash, or a file with what AFTER_URL got, or with the place alone', () => {
  const sha256 = 'AB'.repeat(32);
  assert.equal(notedHead(sha256), 'ab'.repeat(32));
  const body = { event: 'after', seq: 7, sha256, key: 'k', signature: 's', record: {} };
  assert.deepEqual(notedHead(file('body', JSON.stringify(body))), {
    seq: 7,
    sha256: 'ab'.repeat(32),
    key: 'k',
    signature: 's',
  });
  assert.deepEqual(notedHead(file('place', JSON.stringify({ seq: 7, sha256 }))), {
    seq: 7,
    sha256: 'ab'.repeat(32),
  });
  for (const content of [
    'garbage',
    'null',
    '{}',
    JSON.stringify({ seq: 'x', sha256 }),
    JSON.stringify({ seq: 1, sha256: 'short' }),
  ])
    assert.throws(() => notedHead(file('bad', content)), UsageError, content);
  assert.throws(() => notedHead('nothing'), /'nothing' is no SHA-256, and there is no such file\./);
});

test('a print of a record lies beside its folder, any other beside its page', () => {
  assert.equal(pdfOf(join(folder, 'r1', 'record.html')), join(folder, 'r1.pdf'));
  assert.equal(pdfOf(join(folder, 'batch-lab', 'batch.html')), join(folder, 'batch-lab', 'batch.pdf'));
});

test('the private key is never in the public part', () => {
  const { publicKey } = stationKey({ dataDir: folder });
  const secret = readFileSync(join(folder, 'record-key.pem'), 'utf8').split('\n')[1] ?? '-';
  assert.ok(!publicKey.includes(secret));
});
