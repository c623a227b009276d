import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
