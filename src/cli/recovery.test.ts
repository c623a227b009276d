import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { run, workFolder } from '../live/command.ts';

workFolder('recovery', { NEW_OF_ACCOUNT: 'iva@example.com', NEW_SHORT: 'short' });

const by = (way: string, ...more: string[]) => ['--code-source', 'person', '--by', way, ...more];
const reset = (...more: string[]) => ['reset-password', 'iva@example.com', ...by('email'), ...more];

const REFUSED: [what: string, words: string[], message: string | RegExp, hint: string | RegExp][] = [
  [
    'a browser that is neither',
    reset('--browser', 'moon'),
    "'moon' names no browser.",
    'give --browser host or --browser phone:SERIAL',
  ],
  [
    'a phone without its serial',
    reset('--browser', 'phone:'),
    "'phone:' names no browser.",
    'give --browser host or --browser phone:SERIAL',
  ],
  [
    'the SMS of a phone for a browser that is on none',
    ['reset-password', 'iva@example.com', '--code-source', 'phone-sms', '--by', 'email'],
    "'phone-sms' reads the SMS of the phone the browser is on.",
    'give --browser phone:SERIAL, or another --code-source',
  ],
  [
    'a language that is none',
    reset('--language', 'b'),
    "'b' is no language.",
    'give --language as bg_BG or zh_CN',
  ],
  [
    'an empty account',
    ['reset-password', ' ', ...by('email')],
    'The account is empty.',
    'give its e-mail address, telephone number or Mi id',
  ],
  [
    'no place for the code, where the account is no address itself',
    ['reset-password', '6230001535', ...by('email')],
    'It is not said where the code is sent.',
    "give the account's own address: --contact lab+17@example.com",
  ],
  [
    'no place for the code, where the account is not a number itself',
    ['reset-password', 'iva@example.com', ...by('phone')],
    'It is not said where the code is sent.',
    "give the account's own number: --contact +359888123456",
  ],
  [
    'an address in place of a number',
    ['change-password', 'd1e2', ...by('phone', '--contact', 'iva@example.com')],
    "'--contact' is no telephone number.",
    'give it as +359888123456, or --by email',
  ],
  [
    'a number in place of an address',
    ['recover', 'd1e2', '--data', 'keep', ...by('email', '--contact', '+359888123456')],
    "'--contact' is no e-mail address.",
    'give it as lab+17@example.com, or --by phone',
  ],
  [
    'a new password that Xiaomi would not take',
    reset('--new-password-env', 'NEW_SHORT'),
    /^Xiaomi would not take the new password: \S.*\.$/,
    'give another, or none to have one made up',
  ],
  [
    'a new password that is the account',
    reset('--new-password-env', 'NEW_OF_ACCOUNT'),
    /^Xiaomi would not take the new password: \S.*\.$/,
    'give another, or none to have one made up',
  ],
];

suite('a recovery is refused before anything is done', () => {
  for (const [what, words, message, hint] of REFUSED)
    test(`with ${what}`, async (t) => {
      const { code, stdout, error } = await run(t, ...words);
      assert.deepEqual([code, stdout], [2, '']);
      const matches = (said: string | undefined, wanted: string | RegExp) =>
        typeof wanted === 'string' ? assert.equal(said, wanted) : assert.match(said ?? '', wanted);
      matches(error?.message, message);
      matches(error?.hint, hint);
      for (const folder of ['data', 'runs', 'records']) assert.ok(!existsSync(folder), folder);
    });

  test('with a file for the new password that lies in no folder', async (t) => {
    const { code, error } = await run(t, ...reset('--save-to', 'nowhere/new.txt'));
    assert.equal(code, 2);
    assert.match(error?.message ?? '', /nowhere\/new\.txt.* cannot be written: its folder does not exist\.$/);
    assert.equal(error?.hint, 'give another file with --save-to');
  });

  test('with a file for the new password in which it would be lost', async (t) => {
    writeFileSync('wide.txt', Buffer.from('\ufeffa note', 'utf16le'));
    const before = readFileSync('wide.txt');
    const { code, error } = await run(t, ...reset('--save-to', 'wide.txt'));
    assert.equal(code, 2);
    assert.match(
      error?.message ?? '',
      /^'\S*wide\.txt' is in UTF-16, and lines in UTF-8 would be lost in it\.$/,
    );
    assert.deepEqual(readFileSync('wide.txt'), before);
  });
});
