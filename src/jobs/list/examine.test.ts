import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { Secret } from '../../secret.ts';
import { examineList, type ExaminedList, type ExamineOptions, listKey, readList } from './list.ts';
import { quoted, rowsInShort, rowsInWords, tableOf } from './findings.ts';
import { inEnglish, ListError } from './sayings.ts';
import { book } from './workbook-story.ts';

const folder = mkdtempSync(join(tmpdir(), 'list-examined-'));
after(() => rmSync(folder, { recursive: true }));

const IMEI = '860000000000009';

function examined(
  content: string | Uint8Array,
  { name = 'phones.csv', ...options }: Partial<ExamineOptions> & { name?: string } = {},
): Promise<ExaminedList> {
  const file = join(folder, name);
  rmSync(file, { force: true });
  writeFileSync(file, content, { mode: 0o600 });
  const takeSecret = (variable: string) =>
    variable.startsWith('MI_') ? new Secret(`of-${variable}`) : undefined;
  return examineList(file, { takeSecret, codeSources: ['imap', 'person'], ...options });
}

/** A list of one row, of these columns besides those that each list has. */
const row = (cells: Record<string, string>) => {
  const all = { serial: 'a1', account: '6230001535', password: 'Lab-pass7', data: 'keep', ...cells };
  return `${Object.keys(all).join(',')}\n${Object.values(all).join(',')}\n`;
};
const findingsOf = ({ findings }: ExaminedList) =>
  findings.map((one) => [one.kind, one.row, one.column, inEnglish(one)]);

suite('what is said of a row tells', () => {
  const cases: [string, Record<string, string>, string, string, string][] = [
    [
      'of a letter in a language that there is none in',
      { owner_language: 'de' },
      'problem',
      'owner_language',
      'there is no letter in it: write one of en, bg, ru, zh, tr, es, ar',
    ],
    [
      'of an address of its owner with a name in it',
      { owner_email: 'Ann <ann@example.com>' },
      'problem',
      'owner_email',
      'this is no e-mail address: write one, and no name with it',
    ],
    [
      'of a code source that nothing uses',
      { code_source: 'imap' },
      'warning',
      'if_forgotten',
      'a code source or contact is given, and used only with recover here',
    ],
    [
      'of a contact that nothing uses',
      { contact: 'lab@example.com' },
      'warning',
      'if_forgotten',
      'a code source or contact is given, and used only with recover here',
    ],
    [
      'of an account that is none',
      { account: 'lab' },
      'problem',
      'account',
      'this is no id, e-mail address or telephone number',
    ],
    [
      'of an account of too few digits',
      { account: '12345' },
      'problem',
      'account',
      'this is no id, e-mail address or telephone number',
    ],
    [
      'of an account of too many digits',
      { account: '1234567890123456' },
      'problem',
      'account',
      'this is no id, e-mail address or telephone number',
    ],
    [
      'of an account with a space in its address',
      { account: 'la b@example.com' },
      'problem',
      'account',
      'this is no id, e-mail address or telephone number',
    ],
    [
      'of an account a spreadsheet shortened',
      { account: '6.23E+09' },
      'problem',
      'account',
      'a spreadsheet shortened a number: format the column as Text and enter it anew',
    ],
    [
      'of a contact that is none',
      { if_forgotten: 'recover', code_source: 'imap', contact: 'lab' },
      'problem',
      'contact',
      'this is no e-mail address or telephone number',
    ],
    [
      'of a code by e-mail to a telephone number',
      { if_forgotten: 'recover', code_source: 'imap', by: 'email', contact: '+359888123456' },
      'problem',
      'by',
      'the contact is a telephone number: write phone, or give the other contact',
    ],
    [
      'of a word for recover that another row may mean as a word of ours',
      { if_forgotten: 'yes' },
      'problem',
      'if_forgotten',
      'write stop or recover: did you mean recover?',
    ],
    [
      'of a way that is called sms',
      { if_forgotten: 'recover', code_source: 'imap', by: 'sms', contact: '+359888123456' },
      'problem',
      'by',
      'write phone or email: did you mean phone?',
    ],
    [
      'of two serials with a space between them',
      { serial: 'a1 b2' },
      'problem',
      'serial',
      "it holds a space: write it as 'mi-unbind phones' lists it",
    ],
    [
      'of a password a spreadsheet shortened',
      { password: '1.23E+12' },
      'problem',
      'password',
      'a spreadsheet shortened a number: format the column as Text and enter it anew',
    ],
    [
      'of a password with a space in it',
      { password: 'Lab pass7' },
      'warning',
      'password',
      'it holds a space or a letter Xiaomi takes in no password: see whether it is right',
    ],
    [
      'of a serial that begins with #',
      { serial: '#1' },
      'problem',
      'serial',
      'no phone is called so: enter it anew',
    ],
    [
      'of consent that a spreadsheet shortened',
      { owner_consent: '1.5E+12' },
      'warning',
      'owner_consent',
      'a spreadsheet shortened a number: format the column as Text and enter it anew',
    ],
  ];
  for (const [what, cells, ...finding] of cases)
    test(what, async () => {
      const [kind, column, words] = finding;
      assert.deepEqual(findingsOf(await examined(row(cells))), [[kind, 2, column, words]]);
    });

  for (const [what, cells, order] of [
    ['an id', { account: '6230001535' }, { account: '6230001535' }],
    ['a number of six digits', { account: '123456' }, { account: '123456' }],
    ['a number of fifteen digits', { account: '+123456789012345' }, { account: '+123456789012345' }],
    ['a letter in a country’s language', { owner_language: 'ZH_tw' }, { ownerLanguage: 'zh' }],
    ['an address for letters', { owner_email: 'ann@example.com' }, { ownerEmail: 'ann@example.com' }],
    ['what becomes of data, in capitals', { data: 'DELETE' }, { data: 'delete' }],
    ['consent', { owner_consent: 'form 12' }, { ownerConsent: 'form 12' }],
  ] as const)
    test(`nothing where it says ${what}`, async () => {
      const list = await examined(row(cells));
      assert.deepEqual(findingsOf(list), []);
      const found: object = list.orders[0]?.order ?? {};
      assert.deepEqual({ ...found, ...order }, found);
    });
});

suite('an IMEI', () => {
  const of = (imei: string) => examined(`imei,account,data\n"${imei}",6230001535,keep\n`);
  for (const [imei, words] of [
    ['8600000000000', '13 digits, and an IMEI has 15: dial *#06# on the phone to see it'],
    ['86000000000000917', '17 digits, and an IMEI has 15: dial *#06# on the phone to see it'],
    ['8600000000000095', '16 digits: that is an IMEISV. Write the IMEI, the 15 digits that *#06# shows'],
    // As long as a short form can be and still have all digits, but for one.
    ['8.6000000000000E+14', 'a spreadsheet shortened it, and the last digits are lost'],
    ['8.60000000000009E+13', 'a spreadsheet shortened it, and the last digits are lost'],
  ] as const)
    test(`${imei} is refused as what it is`, async () => {
      const problem = (await of(imei)).findings.find(({ kind }) => kind === 'problem');
      assert.deepEqual([problem?.row, problem?.column], [2, 'imei']);
      assert.ok(problem && inEnglish(problem).startsWith(words), problem && inEnglish(problem));
    });

  test('that a spreadsheet took for a date is no IMEI, and its owner reads why', async () => {
    const rows = [
      ['imei', 'account', 'data'],
      ['<c r="REF" s="1"><v>46082</v></c>', '6230001535', 'keep'],
    ];
    const list = await examined(book({ Phones: rows }), { name: 'a.xlsx' });
    assert.deepEqual(
      list.findings
        .filter(({ kind }) => kind === 'problem')
        .map(({ column, value, code }) => [column, value, code]),
      [['imei', "'2026-03-01'", 'imei-date']],
    );
    assert.equal(list.orders.length, 0);
  });

  test('or a serial is in each row', async () => {
    assert.deepEqual(findingsOf(await of('')).at(0), [
      'problem',
      2,
      'serial',
      'give the serial of the phone, or its IMEI',
    ]);
  });
});

suite('a file with a password', () => {
  const of = async (name: string) => {
    const found = findingsOf(
      await examined(`serial,account,password_file,data\na1,6230001535,${name},keep\n`),
    );
    return found.map(([kind, at, column, words]) => `${kind} ${at} ${column}: ${words}`);
  };

  test('is read up to 4096 bytes', async () => {
    const notes = (size: number) => `Lab-pass7\n${'x'.repeat(size - 'Lab-pass7\n'.length)}`;
    writeFileSync(join(folder, 'most'), notes(4096), { mode: 0o600 });
    writeFileSync(join(folder, 'more'), notes(4097), { mode: 0o600 });
    assert.deepEqual(await of('most'), []);
    assert.deepEqual(await of('more'), [
      'problem 2 password_file: the file is too large to hold a password only',
    ]);
  });

  test('that is a folder is reported as one', async () => {
    mkdirSync(join(folder, 'a-folder'), { mode: 0o700 });
    assert.deepEqual(await of('a-folder'), [
      'problem 2 password_file: the file cannot be read: it is a folder',
    ]);
  });

  test('that its group can read is refused', async () => {
    writeFileSync(join(folder, 'group'), 'Lab-pass7\n');
    chmodSync(join(folder, 'group'), 0o640);
    assert.deepEqual(await of('group'), [
      'problem 2 password_file: others can read the file: chmod 600 FILE',
    ]);
  });
});

test('a fault of the program while a variable is taken is not reported as one of the list', async () => {
  const takeSecret = () => {
    throw new TypeError('broken');
  };
  await assert.rejects(
    examined('serial,account,password_env,data\na1,6230001535,MI_ONE,keep\n', { takeSecret }),
    TypeError,
  );
});

test('a cell of blanks is no password, but where blanks are kept', async () => {
  const blanks = row({ password: '   ' });
  assert.equal((await examined(blanks)).orders[0]?.password, undefined);
  assert.equal((await examined(blanks, { keepBlanks: true })).orders[0]?.password?.reveal(), '   ');
});

suite('a list from a browser', () => {
  const CSV = 'serial,account,password,password_env,password_file,data\n';

  test('names no variable and no file of this computer, and none is read', async () => {
    const takeSecret = () => assert.fail('a variable is taken');
    const content = `${CSV}a1,6230001535,,MI_ONE,,keep\na2,6230001536,,,secret,keep\na3,6230001537,Lab-pass7,,,keep\n`;
    const list = await examined(content, { isForeign: true, takeSecret });
    const words =
      "a list from a browser names no file or variable of the station's computer: write the password, or use 'mi-unbind bulk' there";
    assert.deepEqual(findingsOf(list), [
      ['problem', 2, 'password_env', words],
      ['problem', 3, 'password_file', words],
    ]);
    assert.deepEqual(
      list.orders.map(({ row: at, password }) => [at, password?.reveal()]),
      [[4, 'Lab-pass7']],
    );
    assert.deepEqual(
      list.lines.map(({ cells }) => cells.password),
      ['given', 'given', 'given'],
    );
  });

  test('has so many rows, and no more', async () => {
    const rows = (count: number) =>
      `serial,account,data\n${Array.from({ length: count }, (_, at) => `a${at},6230001535,keep\n`).join('')}`;
    assert.equal((await examined(rows(3), { mostRows: 3 })).rows, 3);
    await assert.rejects(examined(rows(4), { mostRows: 3 }), (error: unknown) => {
      assert.ok(error instanceof ListError);
      assert.deepEqual(
        [error.fault, error.values, error.message, error.hint],
        ['rows', { most: 3 }, 'The list has more than 3 rows.', 'split it into several lists'],
      );
      return true;
    });
  });

  test('shows of each row its first 60 letters, and nothing of one that a spreadsheet broke', async () => {
    const long = 'r'.repeat(61);
    const { lines, rows, unit } = await examined(
      `serial,account,password,data,reference\na1,6230001535,Lab-pass7,keep,${long}\n#REF!,6230001536,,keep,R2\nb3,6230001537,,keep,R3\n`,
    );
    assert.deepEqual([rows, unit], [3, 'row']);
    const shown = { imei: '', data: 'keep', if_forgotten: '' };
    assert.deepEqual(lines, [
      {
        row: 2,
        cells: {
          ...shown,
          serial: 'a1',
          account: '6230001535',
          reference: long.slice(0, 60),
          password: 'given',
        },
      },
      { row: 3, cells: {} },
      {
        row: 4,
        cells: { ...shown, serial: 'b3', account: '6230001537', reference: 'R3', password: '' },
      },
    ]);
  });
});

suite('rows of one list', () => {
  const HEADING = 'serial,account,password,data,if_forgotten,code_source,contact\n';
  const recover = (serial: string, account: string) =>
    `${serial},${account},,keep,recover,imap,lab@example.com\n`;

  test('that may recover one account are warned of, however its number is written', async () => {
    const list = await examined(
      `${HEADING}${recover('a1', '00359888123456')}${recover('a2', '+359888123456')}`,
    );
    assert.deepEqual(findingsOf(list), [
      [
        'warning',
        3,
        'if_forgotten',
        'row 2 may recover the same account: each recovery changes its password again',
      ],
    ]);
    assert.equal(list.orders.length, 2);
  });

  test('with two passwords for an account are named at the column it came from', async () => {
    const list = await examined(
      'serial,account,password_env,data\na1,6230001535,MI_ONE,keep\na2,6230001535,MI_TWO,keep\n',
    );
    assert.deepEqual(
      list.findings.map(({ column, code, values }) => [column, code, values]),
      [['password_env', 'another-password', { unit: 'row', row: 2 }]],
    );
    // The right ones are given all the same.
    assert.deepEqual(
      list.orders.map(({ row: at }) => at),
      [2],
    );
  });

  test('are orders but for those with a problem; a problem of the whole list leaves none', async () => {
    const some = await examined(`serial,account,data\na1,6230001535,keep\na2,6230001536,kep\n`);
    assert.deepEqual(
      some.orders.map(({ row: at }) => at),
      [2],
    );
    const twice = 'serial,account,data,data\na1,6230001535,keep,keep\n';
    assert.equal((await examined(twice)).orders.length, 0);
  });

  test('with both contacts send the code to the one that by names, else to the address', async () => {
    const of = async (by: string) => {
      const { orders } = await examined(
        `serial,account,data,if_forgotten,code_source,by,contact\na1,6230001535,keep,recover,imap,${by},+359888123456;lab@example.com\n`,
      );
      return [orders[0]?.order.by, orders[0]?.order.contact];
    };
    assert.deepEqual(await of('phone'), ['phone', '+359888123456']);
    assert.deepEqual(await of('Email'), ['email', 'lab@example.com']);
    assert.deepEqual(await of(''), ['email', 'lab@example.com']);
  });

  test('of a serial and of an IMEI that look alike are two orders', async () => {
    const bySerial = (await examined(row({ serial: IMEI }))).orders[0]?.order;
    const byImei = (await examined(row({ serial: '', imei: IMEI }))).orders[0]?.order;
    assert.ok(bySerial && byImei);
    assert.equal(listKey(bySerial), `["","serial","${IMEI}","6230001535"]`);
    assert.equal(listKey(byImei), `["","imei","${IMEI}","6230001535"]`);
  });
});

test('a list that others can read is warned of where it holds a password, and only there', async () => {
  const file = join(folder, 'shared.csv');
  const of = async (content: string) => {
    writeFileSync(file, content);
    chmodSync(file, 0o640);
    return findingsOf(await examineList(file, { takeSecret: () => undefined, codeSources: [] }));
  };
  assert.deepEqual(await of(row({})), [
    ['warning', 0, '', `it holds passwords, and others on this computer can read it: chmod 600 '${file}'`],
  ]);
  assert.equal(
    (await of(row({ password: '' }))).some(([, , column]) => column === ''),
    false,
  );
});

test('a list with a problem is not worked off, and says what to do', async () => {
  const file = join(folder, 'wrong.csv');
  writeFileSync(file, row({ data: 'kep' }), { mode: 0o600 });
  await assert.rejects(readList(file, { takeSecret: () => undefined, codeSources: [] }), {
    message: `The list '${file}' cannot be worked off as it is, and nothing was begun:\n  row 2  data  'kep'  write keep or delete: did you mean keep?`,
    hint: "correct this and run the same command again; 'mi-unbind bulk template' gives a list to start from",
  });
});

test('of findings the first hundred lines are shown, and the others are counted', async () => {
  const rows = (count: number) =>
    examined(
      `serial,account,data\n${Array.from({ length: count }, (_, at) => `a${at},6230001535,no${at}\n`).join('')}`,
    );
  const lines = async (count: number) =>
    tableOf((await rows(count)).findings.filter(({ kind }) => kind === 'problem')).split('\n');
  assert.equal((await lines(100)).length, 100);
  assert.deepEqual((await lines(102)).slice(-2), [
    "  row 101  data  'no99'   write keep or delete",
    '  … and 2 more',
  ]);
});

test('rows and entries are named in spans, of many the first four, with how many there are', () => {
  for (const [rows, unit, words] of [
    [[], 'row', 'list'],
    [[0], 'row', 'list'],
    [[2], 'row', 'row 2'],
    [[2], 'entry', 'entry 2'],
    [[2, 2, 3], 'row', 'rows 2–3'],
    [[1, 3], 'entry', 'entries 1, 3'],
    [[2, 4, 6, 8], 'row', 'rows 2, 4, 6, 8'],
    [[2, 4, 6, 8, 10, 11], 'row', 'rows 2, 4, 6, 8 (6 in all)'],
  ] as const)
    assert.equal(rowsInWords(rows, unit), words);
  assert.deepEqual(
    rowsInShort([1, 3, 5, 7, 9], (count) => ` of ${count}`),
    { spans: '1, 3, 5, 7 of 5', count: 5 },
  );
});

test('a value that is shown is short, on one line and acts on no terminal', () => {
  assert.equal(quoted('x'.repeat(30)), `'${'x'.repeat(30)}'`);
  assert.equal(quoted('x'.repeat(31)), `'${'x'.repeat(29)}…'`);
  assert.equal(quoted('a\nb\u001b[2J\u202ec'), "'a·b·[2J·c'");
});

test('a workbook of another computer unfolds to 32 MiB at most', async () => {
  const phones = [
    ['serial', 'account', 'data'],
    ['a1', '6230001535', 'keep'],
  ];
  /** The first of its parts is said to be so large that all have `total` together. */
  const claims = (total: number) => {
    const changed = Buffer.from(book({ Phones: phones }));
    const entry = Buffer.from('PK\x01\x02');
    const places: number[] = [];
    for (let at = changed.indexOf(entry); at >= 0; at = changed.indexOf(entry, at + 1)) places.push(at + 24);
    const others = places.slice(1).reduce((sum, at) => sum + changed.readUInt32LE(at), 0);
    changed.writeUInt32LE(total - others, places[0]);
    return changed;
  };
  const fault = (total: number) =>
    examined(claims(total), { name: 'a.xlsx', isForeign: true }).then(
      () => undefined,
      (error: unknown) => (error as ListError).fault,
    );
  assert.notEqual(await fault(32 * 1024 * 1024), 'large');
  assert.equal(await fault(32 * 1024 * 1024 + 1), 'large');
});
