import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { BadAnswerError, UnreadableApkError } from '../errors.ts';
import type { Phone } from './adb.ts';
import type { PhoneFacts } from './facts.ts';
import { matchParts, type LabelPart } from './label-parts.ts';
import { labelPattern } from './label-pattern.ts';
import { labelBook, readLabels } from './labels.ts';
import { goldenTable } from './resource-table.golden.ts';
import { openResources } from './resource-table.ts';

const LOOSE = [false, true];

/** Steps of comparing a label with a text that it is not. */
function stepsOf(parts: readonly LabelPart[], text: string): number {
  let steps = 0;
  assert.equal(
    matchParts(parts, text, (count) => (steps += count)),
    undefined,
  );
  return steps;
}

/**
 * Stands nowhere in the texts; behind it a part that is at their end, which the quick look does not see
 * through.
 */
const NOWHERE: LabelPart[] = [{ literal: 'b' }, { conversion: 'character' }, { literal: '!' }];

test('a label of many placeholders is compared in steps that grow with the text alone', () => {
  for (const conversion of ['any', 'number', 'hex', 'character'] as const) {
    const row = Array<LabelPart>(16).fill({ conversion });
    for (const letter of ['a', '1']) {
      const text = `${letter.repeat(3000)}?!`;
      for (const parts of [row, row.flatMap((part): LabelPart[] => [{ literal: letter }, part])]) {
        const whole = [...parts, ...NOWHERE];
        const steps = stepsOf(whole, text);
        assert.ok(steps <= whole.length * text.length * 42, `${conversion} ${letter}: ${steps} steps`);
      }
    }
  }
});

test('a placeholder takes as little text, and as long a number, as it can', () => {
  const parts: LabelPart[] = [
    { conversion: 'any' },
    { literal: ', ' },
    { conversion: 'number' },
    { conversion: 'any' },
  ];
  assert.deepEqual(matchParts(parts, 'a, b, 12 c'), [[0, 4], [6, 8], [8, 10]]); // prettier-ignore
});

const ODD = [
  ...[
    '%',
    '100% %',
    '{',
    '}{',
    '"',
    "it's",
    '(?<x',
    '[a-',
    '*',
    'x{2,1}',
    '$&',
    '\\d+',
    '^$',
    '&constructor;',
  ],
  ...['\uD800', 'a\uDC00b', '\u202Ea\u202C', '\u2066%\u2069', 'a\u0000b', 'a\nb\r\nc', '👩‍👩‍👧‍👧', 'e\u0301'],
];

test('labels with odd characters do not throw, and match themselves', () => {
  const odder = [
    '\\',
    '\\u',
    '&#99999999;',
    '&#x110000;',
    '\uFDD0',
    '%1$',
    '%0$s',
    '%99999999999$s',
    '%9$s\uFDD3',
  ];
  const longer = [
    '%s'.repeat(40),
    '%'.repeat(5000),
    '<![CDATA[',
    '<!--',
    '<b',
    '\\uFDD0%s',
    '%-10.3f',
    '%,d',
  ];
  for (const text of [...ODD, ...odder, ...longer]) {
    for (const loose of LOOSE) {
      const pattern = labelPattern(text, { loose });
      for (const shown of [...ODD, '', text]) pattern.capture(shown);
      if (ODD.includes(text)) assert.equal(pattern.matches(text), true, JSON.stringify(text));
    }
  }
});

test('odd forms of a plural do not throw, and more than a language has are left out', () => {
  const forms = ['%d {', '%d ]', '\uD800%d', ...Array.from({ length: 100_000 }, () => '%s')];
  assert.deepEqual(labelPattern(forms, { loose: true }).capture('7 ]'), ['7']);
});

test('a label or a text of a megabyte is not compared', () => {
  const long = 'a'.repeat(1024 * 1024);
  for (const loose of LOOSE) {
    assert.equal(labelPattern(long, { loose }).matches(long), false);
    assert.equal(labelPattern('%s', { loose }).matches(long), false);
  }
  const book = labelBook(new Map([['a:b', long]]));
  assert.equal(book.matches({ package: 'a', name: 'b' }, long), false);
});

test('a phone whose labels and page take too long to compare is refused, and no other phone waits for it', () => {
  const names = Array.from({ length: 200 }, (_, at) => `n${at}`);
  const book = labelBook(new Map(names.map((name, at) => [`a:${name}`, `${'%da'.repeat(7)}%s!${at}`])));
  const text = `${'1a'.repeat(1900)}?`;
  assert.throws(() => {
    for (let shown = 0; shown < 1000; shown++) {
      for (const name of names) book.matches({ package: 'a', name }, `${text}${shown}!${name.slice(1)}`);
    }
  }, BadAnswerError);
});

test('an ordinary page does not come near the limit, and each look has its own', async () => {
  const names = Array.from({ length: 200 }, (_, at) => `n${at}`);
  const book = labelBook(new Map(names.map((name) => [`a:${name}`, `Sign out of %s and keep ${name}`])));
  for (let look = 0; look < 5; look++) {
    for (const name of names) {
      for (let shown = 0; shown < 200; shown++)
        for (const exactly of [true, false])
          assert.equal(
            book.matches({ package: 'a', name }, `${'Row '.repeat(20)}${shown} ${look}`, exactly),
            false,
          );
    }
    await new Promise((turn) => setImmediate(turn));
  }
});

test('a phone does not decide the labels of another one that says it is the same', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'mi-unbind-labels-'));
  try {
    const facts = { sdk: 33, build: 'V14.0.6.0.TLMMIXM', model: 'M1', language: 'en-US' } as PhoneFacts;
    const same: PhoneFacts = { ...facts, apps: { 'com.xiaomi.account': '14.1 (1401)' } };
    const phone = (serial: string, words: string): Phone => ({
      serial,
      shell: () => Promise.resolve(`${words}\n@@found\n`),
      pull: () => Promise.reject(new Error('no files')),
    });
    const label = { package: 'com.xiaomi.account', name: 'logout_account' };
    const read = async (one: Phone) => (await readLabels(one, same, [label], { cache })).text(label);
    assert.equal(await read(phone('liar', 'Delete everything')), 'Delete everything');
    assert.equal(await read(phone('honest', 'Sign out')), 'Sign out');
    assert.equal(await read(phone('honest', 'changed since')), 'Sign out', 'the phone is asked once');
  } finally {
    rmSync(cache, { recursive: true });
  }
});

test('an app that unpacks to more than any app has is refused before it is unpacked', async () => {
  const bomb = zipSync({ 'resources.arsc': new Uint8Array(65 * 1024 * 1024) });
  assert.ok(bomb.length < 1024 * 1024);
  await assert.rejects(openResources(bomb), /'resources.arsc' says it has 68157440 bytes/);
});

test('an app that says it unpacks to less than it does is refused before the rest is unpacked', async () => {
  const apk = Buffer.from(zipSync({ 'resources.arsc': new Uint8Array(4 * 1024 * 1024) }));
  // Of the entry's header in the list at the end of the file: the size that it unpacks to.
  apk.writeUInt32LE(100, apk.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 24);
  await assert.rejects(openResources(apk), (error: Error) => {
    assert.ok(error instanceof UnreadableApkError, String(error));
    const [, unpacked] =
      /'resources\.arsc' is damaged: .* expected 100\. got at least (\d+)/.exec(error.message) ?? [];
    assert.ok(Number(unpacked) <= 64 * 1024, error.message);
    return true;
  });
});

test('an app that says it has billions of files is refused', async () => {
  const apk = zipSync({ 'resources.arsc': goldenTable('utf8') });
  const end = apk.length - 22;
  const more = Buffer.alloc(56 + 20);
  more.writeUInt32LE(0x06064b50, 0);
  more.writeUInt32LE(0xfffffff0, 32);
  more.writeUInt32LE(Buffer.from(apk).readUInt32LE(end + 16), 48);
  more.writeUInt32LE(0x07064b50, 56);
  more.writeUInt32LE(end, 56 + 8);
  const hostile = Buffer.concat([apk.subarray(0, end), more, apk.subarray(end)]);
  hostile.writeUInt16LE(0xffff, end + more.length + 8);
  await assert.rejects(openResources(hostile), UnreadableApkError);
});

test('a resource table with any four bytes wrong is read or refused, and never breaks the program', async () => {
  const table = goldenTable('utf8');
  let seed = 7;
  const random = (limit: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % limit;
  for (let round = 0; round < 2000; round++) {
    const broken = Buffer.from(table);
    broken.writeUInt32LE(
      [0, 0xffffffff, 0x7fffffff, 0x10000, random(table.length)][round % 5] ?? 0,
      random(table.length - 4) & ~3,
    );
    try {
      const resources = await openResources(zipSync({ 'resources.arsc': [broken, { level: 0 }] }));
      for (const name of resources.names('string').slice(0, 20)) resources.string(name, 'bg-BG');
    } catch (error) {
      assert.ok(error instanceof UnreadableApkError, `${round}: ${String(error)}`);
    }
  }
});
