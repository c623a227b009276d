import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fitting, painted, style, table, widthOf, wrapped } from './lines.ts';

const plain = (lines: readonly string[]) => lines.map((line) => painted(line, false));
const HEADING = ['PHONE', 'STATE', 'MODEL', 'RELEASE', 'ACCOUNT', 'WHAT'];
const ROWS = [
  ['a1b2c3d4', 'waiting', '2201117TG', 'MIUI 14', '********35', ''],
  ['10.0.7.21:5555', 'parked', 'Redmi', 'MIUI 12.5', '', 'refused: the phone says the password is wrong'],
];

describe('a table', () => {
  test('has its columns below each other, and nothing behind the last cell of a row', () => {
    assert.deepEqual(plain(table(HEADING, ROWS, 200)), [
      'PHONE           STATE    MODEL      RELEASE    ACCOUNT     WHAT',
      'a1b2c3d4        waiting  2201117TG  MIUI 14    ********35',
      '10.0.7.21:5555  parked   Redmi      MIUI 12.5              refused: the phone says the password is wrong',
    ]);
    assert.deepEqual(table(HEADING, ROWS, undefined), table(HEADING, ROWS, 200));
  });

  test('cuts the last cell where 30 columns are left for it', () => {
    const [, , cut = ''] = plain(table(HEADING, ROWS, 90));
    assert.equal(
      cut,
      '10.0.7.21:5555  parked   Redmi      MIUI 12.5              refused: the phone says the pa…',
    );
    assert.ok(widthOf(cut) <= 90);
  });

  test('sets the last cell below its row at 80 columns, where there is one', () => {
    assert.deepEqual(plain(table(HEADING, ROWS, 80)), [
      'PHONE           STATE    MODEL      RELEASE    ACCOUNT',
      'a1b2c3d4        waiting  2201117TG  MIUI 14    ********35',
      '10.0.7.21:5555  parked   Redmi      MIUI 12.5',
      '  refused: the phone says the password is wrong',
    ]);
  });

  test('names the cells below a row where there are several', () => {
    assert.deepEqual(plain(table(HEADING, ROWS, 50)), [
      'PHONE           STATE    MODEL      RELEASE',
      'a1b2c3d4        waiting  2201117TG  MIUI 14',
      '  ACCOUNT  ********35',
      '10.0.7.21:5555  parked   Redmi      MIUI 12.5',
      '  WHAT     refused: the phone says the password is wrong',
    ]);
  });

  test('names each cell but the first where not half of the columns fit', () => {
    assert.deepEqual(plain(table(HEADING, ROWS.slice(0, 1), 20)), [
      'a1b2c3d4',
      ...['  STATE    waiting', '  MODEL    2201117TG', '  RELEASE  MIUI 14', '  ACCOUNT  ********35'],
    ]);
  });

  test('counts the columns that characters take, not the characters', () => {
    assert.deepEqual(
      table(
        ['A', 'B'],
        [
          ['手机', 'x'],
          ['ab', 'y'],
        ],
        80,
      ),
      ['A     B', '手机  x', 'ab    y'],
    );
  });

  test('leaves a cell with line ends in its row', () => {
    assert.deepEqual(table(['A', 'B'], [['a\nb', 'c\td']], 80), ['A    B', 'a b  c d']);
  });
});

describe('a line that is too long', () => {
  const PROSE = 'Not looked at, as only the account service knows: captcha, second factor, limit of codes.';

  test('is broken between words, and what follows is set in', () => {
    assert.equal(wrapped(PROSE, 200), PROSE);
    assert.equal(
      wrapped(PROSE, 80),
      'Not looked at, as only the account service knows: captcha, second factor,\n  limit of codes.',
    );
    assert.equal(
      wrapped(`  ${PROSE}`, 40),
      [
        '  Not looked at, as only the account',
        '    service knows: captcha, second',
        '    factor, limit of codes.',
      ].join('\n'),
    );
  });

  test('of several cells goes on below its last one, or has that below where it begins on the right', () => {
    const line = '  ✔ build tools  the newest that is installed, in a folder of the SDK of this computer';
    assert.equal(
      wrapped(line, 80),
      '  ✔ build tools  the newest that is installed, in a folder of the SDK of this\n' +
        `${' '.repeat(17)}computer`,
    );
    assert.equal(
      wrapped(`  not on record yet (unrecorded)  it has ended; its record is written later`, 40),
      ['  not on record yet (unrecorded)', '    it has ended; its record is written', '    later'].join('\n'),
    );
  });

  test('keeps the words whole, so that a path can be copied', () => {
    const path = '/home/lab/.local/share/mi-unbind/records/2026-11-26-d1e2';
    assert.ok(wrapped(`The record is ${path}.`, 40).split(/\s+/).includes(`${path}.`));
  });

  test('loses no word at any width, and no line of it is wider than the terminal', () => {
    for (const columns of [40, 80, 200])
      for (const line of [PROSE, `  ✖ ${PROSE}`, `  key  value  ${PROSE}`, `${' '.repeat(6)}→ ${PROSE}`]) {
        const broken = wrapped(line, columns);
        assert.deepEqual(broken.split(/\s+/), line.split(/\s+/));
        for (const part of broken.split('\n')) assert.ok(widthOf(part) <= columns, `${columns}: ${part}`);
      }
  });

  test('is broken by the columns it shows, not by its styles', () => {
    const styled = painted(style('dim', 'word '.repeat(8).trim()), true);
    assert.equal(wrapped(styled, 40), styled);
  });

  test('elsewhere than at a terminal stays as it is', () => {
    assert.equal(wrapped(PROSE.repeat(9), undefined), PROSE.repeat(9));
  });
});

test('a cut line ends with a mark at the last column, and a wide character is not halved', () => {
  for (const columns of [40, 80, 200]) {
    assert.equal(fitting('x'.repeat(columns), columns), 'x'.repeat(columns));
    assert.equal(fitting('x'.repeat(columns + 1), columns), `${'x'.repeat(columns - 1)}…`);
    assert.ok(widthOf(fitting('手'.repeat(columns), columns)) <= columns);
  }
});
