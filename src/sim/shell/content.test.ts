import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { fakeHandset } from './fake-handset.ts';
import { Shell } from './shell.ts';

/** A phone with three SMS, and what its shell says to a line. */
function started() {
  const phone = fakeHandset();
  phone.sms = [
    { id: 3, from: 'Bank', text: 'Hello', at: 1000 },
    { id: 5, from: '10690329013', text: '【小米】123456, date=7\nRow: 1 _id=9, body=no row', at: 2000 },
    { id: 8, from: '+359888', text: '', at: 3000 },
  ];
  const shell = new Shell(phone);
  const sh = async (line: string) => {
    let [out, err] = ['', ''];
    const code = await shell.run(line, {
      stdin: Readable.from([]),
      stdout: (chunk) => void (out += String(chunk)),
      stderr: (chunk) => void (err += String(chunk)),
      signal: new AbortController().signal,
    });
    return { code, out, err };
  };
  return { phone, sh };
}

const INBOX = 'content query --uri content://sms/inbox';

test('a row has its columns in the order asked for, and the text as it is', async () => {
  const { sh } = started();
  assert.deepEqual(await sh(`${INBOX} --projection _id:address:body --where '_id=5'`), {
    code: 0,
    out: 'Row: 0 _id=5, address=10690329013, body=【小米】123456, date=7\nRow: 1 _id=9, body=no row\n',
    err: '',
  });
});

test('without a projection a row has all columns, with NULL where there is nothing', async () => {
  const { sh } = started();
  assert.match(
    (await sh(INBOX)).out,
    /^Row: 0 _id=8, thread_id=1, address=\+359888, person=NULL, date=3000, /,
  );
});

for (const [options, ids] of [
  ['', '8 5 3'],
  ["--sort '_id ASC'", '3 5 8'],
  ["--sort '_id'", '3 5 8'],
  ["--where '_id>=5' --sort '_id ASC'", '5 8'],
  ["--where '_id>5'", '8'],
  ["--where 'date<3000 AND _id!=3'", '5'],
  ["--where 'date > 3000'", ''],
]) {
  test(`content query ${options} finds ${ids || 'nothing'}`, async () => {
    const { sh, phone } = started();
    const { out, code } = await sh(`${INBOX} --projection _id ${options}`);
    assert.equal(out.match(/\d+$/gm)?.join(' ') ?? '', ids);
    if (!ids) assert.equal(out, 'No result found.\n');
    assert.equal(code, 0);
    assert.deepEqual(phone.unknown, []);
  });
}

test('a box in which nothing can be is empty', async () => {
  const { sh, phone } = started();
  assert.equal((await sh('content query --uri content://sms/sent')).out, 'No result found.\n');
  assert.deepEqual(phone.unknown, []);
});

test('a phone may keep its messages from the shell', async () => {
  const { sh, phone } = started();
  phone.faults.add('sms-denied');
  const { code, out, err } = await sh(INBOX);
  assert.deepEqual([code, out], [0, '']);
  assert.match(
    err,
    /^Error while accessing provider:sms\njava\.lang\.SecurityException: Permission Denial: reading .* requires android\.permission\.READ_SMS/,
  );
  assert.deepEqual(phone.unknown, []);
});

for (const [line, answer] of [
  ['content', /\[ERROR\] Unsupported operation: null\n$/],
  ['content insert --uri content://sms', /\[ERROR\] Unsupported operation: insert\n$/],
  ['content query --projection _id', /\[ERROR\] Content provider URI not specified/],
  [`${INBOX} --frobnicate 1`, /\[ERROR\] Unsupported argument: --frobnicate\n$/],
  [`${INBOX} --where --sort _id`, /\[ERROR\] No value for argument: --where\n$/],
  [
    'content query --uri content://contacts',
    /^Error while accessing provider:contacts\njava\.lang\.IllegalStateException: Could not find provider: contacts\n/,
  ],
  ['content query --uri content://sms/frobnicate', /^No result found\.\n$/],
  [`${INBOX} --projection _id:frobnicate`, /SQLiteException: no such column: frobnicate/],
  [`${INBOX} --where "body LIKE 'x'"`, /SQLiteException: unrecognized condition/],
] as const) {
  test(`"${line}" is answered as nonsense is, and noted`, async () => {
    const { sh, phone } = started();
    const { out, err } = await sh(line);
    assert.match(out + err, answer);
    assert.equal(phone.unknown.length, 1);
  });
}
