import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { zipSync } from 'fflate';
import { BadZipError, openZip, openZipBytes } from './zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'zip-'));
after(() => rmSync(folder, { recursive: true }));

const LIMITS = { files: 10, bytes: 1024 * 1024 };
const open = {
  'on the disk': (bytes: Uint8Array) => {
    writeFileSync(join(folder, 'a.zip'), bytes);
    return openZip(join(folder, 'a.zip'), LIMITS);
  },
  'in memory': (bytes: Uint8Array) => openZipBytes(bytes, LIMITS),
};

/** One file, which says that it unpacks to so many bytes. */
function saying(size: number, unpacked = 4 * 1024 * 1024): Buffer {
  const zip = Buffer.from(zipSync({ 'a.bin': new Uint8Array(unpacked) }));
  zip.writeUInt32LE(size, zip.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 24);
  return zip;
}

for (const [where, opened] of Object.entries(open)) {
  test(`of a ZIP file ${where} a file that says less than it unpacks to is unpacked no further`, async () => {
    await using zip = await opened(saying(100));
    await assert.rejects(zip.read('a.bin', 1000), (error: Error) => {
      assert.ok(error instanceof BadZipError, String(error));
      const [, unpacked] = /expected 100\. got at least (\d+)/.exec(error.message) ?? [];
      assert.ok(Number(unpacked) <= 64 * 1024, error.message);
      return true;
    });
  });

  test(`of a ZIP file ${where} nothing larger than asked for is unpacked, and no more than fits in all`, async () => {
    await using large = await opened(saying(5000));
    await assert.rejects(large.read('a.bin', 4999), /says it has 5000 bytes, more than 4999$/);
    await using whole = await opened(saying(LIMITS.bytes, LIMITS.bytes));
    assert.equal(whole.sizeOf('a.bin'), LIMITS.bytes);
    assert.equal((await whole.read('a.bin', LIMITS.bytes))?.length, LIMITS.bytes);
    await assert.rejects(whole.read('a.bin', LIMITS.bytes), /what it holds is more than 1048576 bytes/);
    assert.equal(await whole.read('b.bin', 1), undefined);
  });

  test(`a file ${where} that is no ZIP file, or has more files than any should, is refused`, async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('PK\x03\x04'), saying(1).subarray(0, 60)])
      await assert.rejects(opened(bytes), /it is no ZIP file, or it is cut short/);
    const many = zipSync(
      Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`${n}`, new Uint8Array()])),
    );
    await assert.rejects(opened(many), /says it has 11 files, more than 10$/);
  });
}

/** A ZIP file whose list of files is changed; `at` counts from where the entry of the first file begins. */
function listed(files: Record<string, Uint8Array>, change: (zip: Buffer, at: number) => void): Buffer {
  const zip = Buffer.from(zipSync(files));
  change(zip, zip.indexOf('PK\x01\x02', undefined, 'latin1'));
  return zip;
}
const ABC = Buffer.from('abc');

for (const [where, opened] of Object.entries(open)) {
  test(`a ZIP file ${where} names its files, not its folders, and knows no others`, async () => {
    await using zip = await opened(zipSync({ 'a/': new Uint8Array(), 'a/b.txt': ABC, 'c.txt': ABC }));
    assert.deepEqual(zip.names, ['a/b.txt', 'c.txt']);
    assert.deepEqual([zip.has('c.txt'), zip.has('d.txt'), zip.has('a/')], [true, false, false]);
    assert.deepEqual([zip.sizeOf('c.txt'), zip.sizeOf('d.txt')], [3, 0]);
    assert.equal(String(await zip.read('a/b.txt', 3)), 'abc');
  });

  test(`a ZIP file ${where} with two files of a name, a link or an encrypted file is refused in words`, async () => {
    const twice = listed({ 'a.txt': ABC, 'b.txt': ABC }, (zip) => {
      for (let at = zip.indexOf('b.txt'); at >= 0; at = zip.indexOf('b.txt', at)) zip.write('a.txt', at);
    });
    await assert.rejects(opened(twice), /^BadZipError: it has two files of the name 'a\.txt'$/);
    const link = listed({ 'a.txt': ABC }, (zip, at) => zip.writeUInt32LE(0o120777 * 65_536, at + 38));
    await assert.rejects(opened(link), /^BadZipError: its file 'a\.txt' is a link$/);
    const plain = listed({ 'a.txt': ABC }, (zip, at) => zip.writeUInt32LE(0o100777 * 65_536, at + 38));
    await using file = await opened(plain);
    assert.deepEqual(file.names, ['a.txt']);
    await using secret = await opened(listed({ 'a.txt': ABC }, (zip, at) => zip.writeUInt16LE(1, at + 8)));
    await assert.rejects(secret.read('a.txt', 3), /^BadZipError: its file 'a\.txt' is encrypted$/);
  });

  test(`a file ${where} that gives other bytes than its list says is said to be damaged, by its name`, async () => {
    await using zip = await opened(
      listed({ 'a.txt': ABC }, (bytes, at) => bytes.writeUInt32LE(0xffffff, at + 42)),
    );
    await assert.rejects(zip.read('a.txt', 3), /^BadZipError: its file 'a\.txt' is damaged: /);
  });
}

test('a ZIP file on the disk that is none, or a folder, or not there, is said as the system says it', async () => {
  await assert.rejects(openZip(join(folder, 'none.zip'), LIMITS), { code: 'ENOENT' });
  await assert.rejects(openZip(folder, LIMITS), { code: 'EISDIR' });
  await assert.rejects(openZip('/dev/null', LIMITS), /^BadZipError: it is a device or a pipe, and no file$/);
});

test('a file on the disk that is larger than what is read at once is read whole', async () => {
  const bytes = Buffer.alloc(200_000, 'abcdefg');
  await using zip = await open['on the disk'](zipSync({ 'a.bin': [bytes, { level: 0 }], 'b.bin': bytes }));
  assert.ok((await zip.read('a.bin', 200_000))?.equals(bytes));
  assert.ok((await zip.read('b.bin', 200_000))?.equals(bytes));
});

test('a file on the disk that is cut short after it was opened has a damaged file', async () => {
  const path = join(folder, 'a.zip');
  await using zip = await open['on the disk'](zipSync({ 'a.bin': [Buffer.alloc(200_000, 7), { level: 0 }] }));
  truncateSync(path, 70_000);
  await assert.rejects(zip.read('a.bin', 200_000), /^BadZipError: its file 'a\.bin' is damaged: /);
});
