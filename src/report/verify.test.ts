import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { JobEnd } from '../jobs/job.ts';
import { listedJob } from '../live/job.ts';
import { sha256 } from './chain.ts';
import { mendRecords, writeRecord, type PhoneRecord } from './record.ts';
import { keyId, signedHead, signerOf, signatureOf, type Signer } from './signature.ts';
import { verifyRecords, type Known } from './verify.ts';

let root: string;
let records: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mi-unbind-verify-'));
  records = join(root, 'records');
  mkdirSync(join(root, 'run', 'more'), { recursive: true });
  writeFileSync(join(root, 'run', '01-page.png'), 'picture');
  writeFileSync(join(root, 'run', 'more', 'deep.txt'), 'text');
});
afterEach(() => rmSync(root, { recursive: true }));

const order = { phone: { serial: 'd1e2' }, reference: 'L-1' };
const end: JobEnd = {
  ...{ outcome: 'signed-out', model: '', release: '', region: '', language: '', imei: '', account: '' },
  ...{ passwordSubmitted: true, codeRequested: false, durationMs: 1, drift: [], evidence: '' },
};

async function write(id: string, signer?: Signer, more: Partial<JobEnd> = {}) {
  const job = listedJob({
    ...{ id, batch: 'list', order, state: 'running', attempts: 1, station: 'b', serial: 'd1e2' },
    createdAt: '2026-11-26T00:50:00.000Z',
    startedAt: '2026-11-26T00:55:19.000Z',
    endedAt: '2026-11-26T00:55:31.000Z',
  });
  const about = {
    state: 'done',
    account: 'l***',
    ledger: [],
    operator: 'Iva',
    station: 'b',
    tool: 'mi-unbind',
  } as const;
  return writeRecord(
    { job, end: { ...end, evidence: join(root, 'run'), ...more }, ...about },
    { folder: records, signer },
  );
}
async function writeThree(signer?: Signer) {
  for (const id of ['1', '2', '3']) await write(id, signer);
}

const folder = (id: number) => join(records, `2026-11-26-005519000-${id}-d1e2`);
const entry = (seq: number, kind = 'sha256') => join(records, 'chain', `00000${seq}.${kind}`);
const reported = async (known?: Known) =>
  (await verifyRecords(records, known)).problems.map(({ seq, what }) => `${seq ?? '-'}: ${what}`);
const station = () => signerOf(generateKeyPairSync('ed25519').privateKey);

async function keysOf(...signers: Signer[]) {
  const { createPublicKey } = await import('node:crypto');
  return new Map(signers.map(({ id, key }) => [id, createPublicKey(key)]));
}

/** Writes the page anew, and the line of the chain that names its hash: all that lies beside the record. */
function forgePage(id: number): void {
  const page = readFileSync(join(folder(id), 'record.html'), 'utf8').replace(
    'Signed out',
    'Signed out, and erased',
  );
  writeFileSync(join(folder(id), 'record.html'), page);
  const lines = readFileSync(entry(id), 'utf8').split('\n');
  writeFileSync(
    entry(id),
    [lines[0], (lines[1] ?? '').replace(/^[0-9a-f]{64}/, sha256(page)), ''].join('\n'),
  );
}

describe('report verify', () => {
  test('finds a forged page although the line of the chain fits it', async () => {
    await writeThree();
    forgePage(2);
    forgePage(3);
    assert.deepEqual(await reported(), ['2: record.html was changed', '3: record.html was changed']);
  });

  test("a page without its record's hash, or with zeros in its place, is a changed one", async () => {
    await write('1');
    const page = readFileSync(join(folder(1), 'record.html'), 'utf8');
    const blank = page.replaceAll(/[0-9a-f]{64}/g, '0'.repeat(64));
    writeFileSync(join(folder(1), 'record.html'), blank);
    writeFileSync(
      entry(1),
      readFileSync(entry(1), 'utf8').replace(/^(.*\n)[0-9a-f]{64}/, `$1${sha256(blank)}`),
    );
    assert.deepEqual(await reported(), ['1: record.html was changed']);
  });

  test("the page shows its record's own hash", async () => {
    const { link } = await write('1');
    const page = readFileSync(join(folder(1), 'record.html'), 'utf8');
    assert.ok(page.includes(link.sha256));
    assert.ok(!page.includes('0'.repeat(64)));
  });

  test('what is added to a folder shows, whatever it is', async () => {
    await writeThree();
    writeFileSync(join(folder(1), 'record.pdf'), 'a print that says something else');
    mkdirSync(join(folder(2), 'evidence', 'empty'));
    writeFileSync(join(folder(3), 'evidence', 'more', '.hidden'), '');
    assert.deepEqual(await reported(), [
      '1: record.pdf was added',
      '2: evidence/empty was added',
      '3: evidence/more/.hidden was added',
    ]);
  });

  test('something added to the folder of a record without evidence shows', async () => {
    await write('1', undefined, { evidence: '' });
    writeFileSync(join(folder(1), 'note.txt'), '');
    assert.deepEqual(await reported(), ['1: note.txt was added']);
  });

  test('a file, a folder or a record that is a link shows, although what it leads to is right', async () => {
    await writeThree();
    const away = (name: string) => join(root, name);
    for (const [from, to] of [
      [join(folder(1), 'record.json'), away('json')],
      [join(folder(2), 'evidence'), away('evidence')],
      [folder(3), away('3')],
    ] as const) {
      renameSync(from, to);
      symlinkSync(to, from);
    }
    assert.deepEqual(await reported(), [
      '1: record.json is missing',
      '1: record.json is a link',
      '2: evidence is a link',
      '3: the folder of this record is a link',
    ]);
  });

  test('a file with a second name elsewhere shows: it can be changed from there', async () => {
    await write('1');
    linkSync(join(folder(1), 'evidence', '01-page.png'), join(root, 'second'));
    assert.deepEqual(await reported(), ['1: evidence/01-page.png has a second name elsewhere (hard link)']);
  });

  test('a record, its page and a file of its evidence, each gone or changed, show as what they are', async () => {
    const names = ['record.json', 'record.html', 'evidence/01-page.png'];
    await write('1');
    for (const name of names) {
      const kept = readFileSync(join(folder(1), name));
      rmSync(join(folder(1), name));
      assert.deepEqual(await reported(), [`1: ${name} is missing`]);
      writeFileSync(join(folder(1), name), `${kept.toString('latin1')} `, 'latin1');
      assert.deepEqual(await reported(), [`1: ${name} was changed`]);
      writeFileSync(join(folder(1), name), kept);
    }
    assert.deepEqual(await reported(), []);
  });

  test('garbage in the chain is a line, however it is garbage', async () => {
    await writeThree();
    writeFileSync(entry(1), Buffer.from([0, 255, 254, 10]));
    rmSync(entry(2));
    mkdirSync(entry(2));
    writeFileSync(join(records, 'chain', '999999999999.sha256'), 'x');
    writeFileSync(join(records, 'chain', 'notes.txt'), 'x');
    writeFileSync(join(records, 'chain', '0000003.sha256'), 'x');
    const lines = await reported();
    for (const line of [
      '1: what the chain says of record 1 was changed',
      '2: what the chain says of record 2 was changed',
      '4: records 4 to 999999999998 were taken out of the chain',
      '999999999999: what the chain says of record 999999999999 was changed',
      '-: notes.txt was added',
      '-: 0000003.sha256 was added',
    ])
      assert.ok(lines.includes(line), `${line} is not in\n${lines.join('\n')}`);
  });

  test('a line of the chain that leads out of the folder of records is a changed one', async () => {
    await write('1');
    writeFileSync(entry(1), readFileSync(entry(1), 'utf8').replaceAll(/ {2}[^/]+\//g, '  ../'));
    assert.equal((await reported())[0], '1: what the chain says of record 1 was changed');
  });

  test('a record that is no record, with a hash that fits, is a line', async () => {
    for (const text of [
      'garbage',
      'null',
      '[]',
      '{"format":"mi-unbind record 2","seq":1,"phone":{},"evidence":[null]}',
    ]) {
      await write('1');
      writeFileSync(join(folder(1), 'record.json'), text);
      writeFileSync(entry(1), readFileSync(entry(1), 'utf8').replace(/^[0-9a-f]{64}/, sha256(text)));
      assert.deepEqual(
        await reported(),
        ['1: record.json is no record: it was written by something else'],
        text,
      );
      rmSync(records, { recursive: true });
    }
  });

  test('records of before still verify, a print of them beside them included', async () => {
    await writeThree();
    // As they were: without the hash of the page, the previous one's hash in the next.
    let previous = '';
    for (const id of [1, 2, 3]) {
      const record = JSON.parse(readFileSync(join(folder(id), 'record.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      for (const name of ['page', 'signedBy', 'message', 'hint', 'dataAnswer', 'facts']) delete record[name];
      const text = JSON.stringify({ ...record, format: 'mi-unbind record 1', previous });
      writeFileSync(join(folder(id), 'record.json'), text);
      writeFileSync(
        entry(id),
        readFileSync(entry(id), 'utf8').replace(/^[0-9a-f]{64}/, (previous = sha256(text))),
      );
    }
    writeFileSync(join(folder(1), 'record.pdf'), '');
    await write('4', station());
    assert.deepEqual(await reported(), []);
    const { record } = await write('4');
    assert.deepEqual([record.seq, record.previous], [4, previous]);
  });
});

describe('the signature of a station', () => {
  test('stands beside each record, and is checked with the public key', async () => {
    const signer = station();
    await writeThree(signer);
    const verified = await verifyRecords(records, { keys: await keysOf(signer), allSigned: true });
    assert.deepEqual([verified.problems, verified.signed, verified.checked], [[], 3, 3]);
    assert.deepEqual(
      verified.head,
      signedHead({ seq: 3, sha256: verified.head.sha256 }, readFileSync(entry(3, 'sig'), 'utf8')),
    );
    assert.equal(
      (JSON.parse(readFileSync(join(folder(3), 'record.json'), 'utf8')) as PhoneRecord).signedBy,
      signer.id,
    );
    assert.deepEqual((await verifyRecords(records)).checked, 0);
  });

  test('a chain that is written anew with another key, or with none, is none of the station', async () => {
    const keys = await keysOf(station());
    const another = station();
    await write('1', another);
    await write('2');
    assert.deepEqual(await reported(), []);
    assert.deepEqual(await reported({ keys, allSigned: true }), [
      '1: record 1 is not signed with the key',
      '2: record 2 is not signed with the key',
    ]);
  });

  test('what is written behind the last signed record is not signed, and what is before it is proven by it', async () => {
    const signer = station();
    await write('1');
    await write('2', signer);
    const known = { keys: await keysOf(signer), allSigned: true };
    assert.deepEqual(await reported(known), []);
    await write('3');
    assert.deepEqual(await reported(known), [
      '3: record 3 is not signed with the key, and no record after it is',
    ]);
  });

  test('one that is wrong, gone or of another record shows', async () => {
    const signer = station();
    await writeThree(signer);
    cpSync(entry(1, 'sig'), entry(2, 'sig'));
    rmSync(entry(3, 'sig'));
    writeFileSync(entry(1, 'sig'), 'garbage');
    assert.deepEqual(await reported({ keys: await keysOf(signer) }), [
      '1: its signature is wrong',
      '2: its signature is wrong',
      '3: its signature is missing',
    ]);
  });

  test('a chain that is cut off is found out by a signed head that was noted elsewhere', async () => {
    const signer = station();
    await writeThree(signer);
    const { head } = await verifyRecords(records);
    const keys = await keysOf(signer);
    for (const path of [entry(3), entry(3, 'sig')]) rmSync(path);
    rmSync(folder(3), { recursive: true });
    assert.deepEqual(await reported({ keys, allSigned: true }), []);
    assert.match(
      (await reported({ keys, head })).join(),
      /^-: no record has the SHA-256 [0-9a-f]{64}: it was cut off the end/,
    );
    const forged = {
      ...head,
      ...(await verifyRecords(records)).head,
      seq: 2,
      signature: head.signature ?? '',
    };
    assert.deepEqual(await reported({ keys, head: forged }), [
      '-: the head that was noted is not signed with the key it names',
    ]);
  });

  test('a signature that is left behind shows that the end was cut off', async () => {
    await writeThree(station());
    rmSync(entry(3));
    rmSync(folder(3), { recursive: true });
    assert.deepEqual(await reported(), [
      '3: record 3 was cut off the end of the chain: its signature is left',
    ]);
  });

  test('a record that was cut short before it was signed is signed by the next station that begins', async () => {
    const signer = station();
    await write('1', signer);
    rmSync(entry(1, 'sig'));
    renameSync(join(folder(1), 'record.json'), join(folder(1), 'record.4194305.json'));
    assert.equal(mendRecords({ folder: records, signer }).length, 1);
    assert.deepEqual(await reported({ keys: await keysOf(signer), allSigned: true }), []);
  });

  test('can be checked by other programs: it is over one line of text', async () => {
    const { key } = station();
    const signer = signerOf(key);
    const { verify, createPublicKey } = await import('node:crypto');
    const [id, signature = ''] = signatureOf({ seq: 7, sha256: 'ab' }, signer).split(' ');
    assert.equal(id, keyId(createPublicKey(key)));
    assert.ok(
      verify(
        null,
        Buffer.from('mi-unbind record 7 ab\n'),
        createPublicKey(key),
        Buffer.from(signature, 'base64'),
      ),
    );
  });
});

test(
  'records and what is in them are for their owner alone',
  { skip: process.platform === 'win32' },
  async () => {
    await write('1', station());
    for (const entryOf of readdirSync(records, { recursive: true, withFileTypes: true })) {
      const mode = statSync(join(entryOf.parentPath, entryOf.name)).mode & 0o777;
      assert.equal(mode, entryOf.isDirectory() ? 0o700 : 0o600, join(entryOf.parentPath, entryOf.name));
    }
  },
);
