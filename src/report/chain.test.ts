import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import {
  CHAIN,
  draftsOf,
  entryOf,
  foldersOf,
  headOf,
  mend,
  newestOf,
  numbersOf,
  pageHash,
  plainFile,
  seal,
  sha256,
  signatureLine,
  strangersOf,
  type Write,
} from './chain.ts';
import { signerOf, verdictOn } from './signature.ts';

const FOLDER = '2026-01-05-a';
const HASHES = ['a'.repeat(64), 'b'.repeat(64)] as const;

interface Note {
  seq: number;
  page: string;
}

/** A folder of records with these folders in it. */
function recordsIn(t: TestContext, ...folders: string[]): string {
  const records = mkdtempSync(join(tmpdir(), 'chain-'));
  t.after(() => rmSync(records, { recursive: true }));
  for (const folder of folders) mkdirSync(join(records, folder));
  return records;
}

/** As the chain has it: `put(records, '000001.sha256', text)`. */
function put(records: string, name: string, text: string): void {
  mkdirSync(join(records, CHAIN), { recursive: true });
  writeFileSync(join(records, CHAIN, name), text);
}

const lines = (folder = FOLDER, [record, page] = HASHES as readonly string[]) =>
  `${record}  ${folder}/record.json\n${page}  ${folder}/record.html\n`;

const noted: Write<Note> = ({ seq, previous }) => ({
  record: { seq, page: '' },
  page: (hash) => `<p>${seq} after ${previous || 'none'}: ${hash}</p>`,
});

suite('a chain of records', () => {
  test('counts what is named as it names its files, in their order, and calls all else a stranger', (t) => {
    const records = recordsIn(t);
    assert.deepEqual([numbersOf(records), strangersOf(records)], [[], []]);
    const ours = [
      '000002.sha256',
      '000010.sha256',
      '999999.sha256',
      '1000000.sha256',
      '000003.sig',
      '000002.sig',
      '.4711',
    ];
    const strange = ['000000.sha256', '0000001.sha256', '00001.sha256', '000001.md5', '.x', 'x000001.sha256'];
    for (const name of [...ours, ...strange]) put(records, name, '');
    assert.deepEqual(numbersOf(records), [2, 10, 999_999, 1_000_000]);
    assert.deepEqual(numbersOf(records, 'sig'), [2, 3]);
    assert.deepEqual(strangersOf(records), strange.toSorted());
  });

  test('has an entry where a file says in two lines what one folder holds, and no entry for anything else', (t) => {
    const records = recordsIn(t);
    put(records, '000001.sha256', lines());
    const [hash, page] = HASHES;
    assert.deepEqual(entryOf(records, 1), { seq: 1, sha256: hash, folder: FOLDER, page });
    assert.equal(entryOf(records, 2), undefined);
    const broken = [
      lines().trimEnd(),
      `${lines()}\n`,
      `${lines()}more`,
      lines().split('\n').reverse().join('\n'),
      lines('..'),
      lines('2026-1-05-a'),
      lines(FOLDER, ['a'.repeat(63), page]),
      lines(FOLDER, [hash, 'B'.repeat(64)]),
      lines().replace(`${FOLDER}/record.html`, '2026-01-05-b/record.html'),
      lines().replace('record.html', 'record.json'),
      lines().replace('record.json', 'record.html'),
      lines().replace('  ', ' '),
    ];
    for (const text of broken) {
      put(records, '000001.sha256', text);
      assert.equal(entryOf(records, 1), undefined, text);
    }
  });

  test('begins at no place, and its newest is the highest', (t) => {
    const records = recordsIn(t);
    assert.deepEqual([headOf(records), newestOf(records)], Array(2).fill({ seq: 0, sha256: '' }));
    put(records, '000001.sha256', lines(FOLDER, ['c'.repeat(64), 'd'.repeat(64)]));
    put(records, '000002.sha256', lines());
    assert.deepEqual(headOf(records), { seq: 2, sha256: HASHES[0] });
    put(records, '000003.sha256', 'garbage');
    assert.deepEqual(headOf(records), { seq: 3, sha256: '' });
  });

  test('gives each record the next place, with the hash of the one before and of its page, and a signature', (t) => {
    const records = recordsIn(t, FOLDER, '2026-01-05-b');
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signer = signerOf(privateKey);
    const first = seal(records, FOLDER, noted, signer);
    const second = seal(records, '2026-01-05-b', noted);
    assert.deepEqual([first.link.seq, second.link.seq], [1, 2]);
    const text = readFileSync(join(records, FOLDER, 'record.json'), 'utf8');
    assert.equal(text, `${JSON.stringify(first.record, null, 2)}\n`);
    assert.equal(sha256(text), first.link.sha256);
    const page = readFileSync(join(records, FOLDER, 'record.html'), 'utf8');
    assert.equal(page, `<p>1 after none: ${first.link.sha256}</p>`);
    assert.match(
      readFileSync(join(records, '2026-01-05-b', 'record.html'), 'utf8'),
      new RegExp(`^<p>2 after ${first.link.sha256}: `),
    );
    assert.equal(entryOf(records, 1)?.page, sha256(page));
    assert.equal(pageHash(page, first.link.sha256), first.record.page);
    assert.equal(pageHash(page.replace(first.link.sha256, '0'.repeat(64)), first.link.sha256), '');
    assert.equal(signatureLine(records, 2), undefined);
    assert.deepEqual(newestOf(records), second.link);
    const [key = '', signature = ''] = signatureLine(records, 1)?.trim().split(' ') ?? [];
    assert.equal(verdictOn({ ...first.link, key, signature }, new Map([[signer.id, publicKey]])), 'right');
    // No draft and no half of an entry is left.
    assert.deepEqual(readdirSync(join(records, FOLDER)).toSorted(), ['record.html', 'record.json']);
    assert.deepEqual(readdirSync(join(records, CHAIN)).toSorted(), [
      '000001.sha256',
      '000001.sig',
      '000002.sha256',
    ]);
  });

  test('takes the next place where another process has just taken this one', (t) => {
    const records = recordsIn(t, FOLDER);
    let asked = 0;
    const { link } = seal(records, FOLDER, (place) => {
      if (++asked === 1) put(records, '000001.sha256', lines('2026-01-05-b'));
      return noted(place);
    });
    assert.deepEqual([link.seq, asked], [2, 2]);
    assert.equal(entryOf(records, 2)?.folder, FOLDER);
  });

  test('keeps nothing of a record that cannot be written, and says so', (t) => {
    const records = recordsIn(t, FOLDER);
    mkdirSync(join(records, FOLDER, 'record.html'));
    assert.throws(() => seal(records, FOLDER, noted), { code: 'EISDIR' });
    assert.deepEqual([draftsOf(records, FOLDER), readdirSync(join(records, CHAIN))], [[], []]);
  });

  test('is mended: a draft whose process is gone gets its place once, the one it had or a new one; half a draft goes', (t) => {
    const kept = '2026-01-05-kept';
    const records = recordsIn(t, FOLDER, kept, '2026-01-05-half', '2026-01-05-alive', 'other');
    const gone = 4_194_303;
    const draft = (folder: string, text: string, pid = gone) =>
      writeFileSync(join(records, folder, `record.${pid}.json`), text);
    const text = JSON.stringify({ seq: 1, page: 'x' });
    draft(kept, text);
    put(records, '000001.sha256', lines(kept, [sha256(text), HASHES[1]]));
    draft(FOLDER, JSON.stringify({ seq: 1, page: 'x' }));
    draft('2026-01-05-half', '{"seq":');
    draft('2026-01-05-alive', text, process.ppid);
    draft('other', text);
    assert.deepEqual(foldersOf(records), [FOLDER, '2026-01-05-alive', '2026-01-05-half', kept].toSorted());
    assert.deepEqual(draftsOf(records, kept), [[`record.${gone}.json`, gone]]);
    const again = (old: Note): Write<Note> => {
      assert.equal(old.page, 'x');
      return noted;
    };
    assert.deepEqual(mend(records, again, { folders: ['2026-01-05-half'] }), []);
    assert.deepEqual(mend(records, again).toSorted(), [FOLDER, kept].toSorted());
    assert.equal(
      readFileSync(join(records, kept, 'record.json'), 'utf8'),
      text,
      'it is the one the chain has',
    );
    assert.equal(entryOf(records, 2)?.folder, FOLDER);
    assert.deepEqual(
      [draftsOf(records, '2026-01-05-half'), draftsOf(records, '2026-01-05-alive').length],
      [[], 1],
    );
    assert.deepEqual(mend(records, again), []);
  });

  test('takes for a file only what is one, and gives other faults on', (t) => {
    const records = recordsIn(t, FOLDER);
    const file = join(records, 'file');
    writeFileSync(file, 'text');
    symlinkSync(file, join(records, 'link'));
    assert.equal(plainFile(file)?.toString(), 'text');
    for (const other of ['link', FOLDER, 'none', 'file/below'])
      assert.equal(plainFile(join(records, other)), undefined, other);
    assert.throws(() => plainFile(`${file}\0`), { code: 'ERR_INVALID_ARG_VALUE' });
  });
});
