import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { formatError, MiUnbindError } from '../errors.ts';
import { openProgram } from './program.ts';

const [folder, home] = [mkdtempSync(join(tmpdir(), 'wrong-input-')), process.cwd()];
before(() => {
  process.chdir(folder);
  writeFileSync('ok.csv', 'serial,account,data\na1,6230001535,keep\n', { mode: 0o600 });
  writeFileSync('specs.json', '[]');
});
after(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

/** Never to be said again, wherever it was given. */
const SECRET = 'Lab-pass7';

/**
 * What is said of a command line that is refused, without a process of its own: nothing of it has reached a
 * phone or a database.
 */
async function refused(words: readonly string[]): Promise<MiUnbindError> {
  const error: unknown = await openProgram(() => undefined, words)
    .then((program) => program.run(words))
    .then(
      (code) => assert.fail(`it is taken, with exit code ${code}`),
      (thrown: unknown) => thrown,
    );
  assert.ok(error instanceof MiUnbindError, String(error));
  assert.equal(error.exitCode, 2);
  const said = formatError(error);
  assert.ok(!said.includes(SECRET), said);
  assert.doesNotMatch(said, /\(E[A-Z]{3,}|\n {4}at /, 'a code of the system in place of words, or a stack');
  return error;
}

type Row = [line: string, message: string, hint: string];

/** Words as a shell has them. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word = '']) => quoted ?? word);

function table(rows: readonly Row[]): void {
  for (const [line, message, hint] of rows)
    test(`${line.replace(SECRET, 'SECRET')}: ${message.split('\n')[0]}`, async () => {
      const error = await refused(wordsOf(line));
      assert.deepEqual([error.message, error.hint], [message, hint]);
    });
}

const see = (command: string) => `see 'mi-unbind ${command}${command === '' ? '' : ' '}--help'`;
const inHistory = (option: string) =>
  `A secret on the command line (${option}) is refused: other users of this computer can read it there, and it is in your shell's history now.`;
const takeOut = 'take the line out of the history (bash: history -d NUMBER), or change that password';
const ways = `give --password-env NAME, --password-stdin or --no-password; ${takeOut}`;
const notGiven =
  'no option takes one: a list has password_env and password_file, and settings are in the environment or .env';
const recover = 'recover a1 --data keep --code-source imap';

suite('a command that there is not', () =>
  table([
    ['sgn-out a1', "Unknown command 'sgn-out'\n(Did you mean sign-out?)", see('')],
    ['unlink a1', "Unknown command 'unlink'.", see('')],
    ['help sgn-out', "Unknown command 'sgn-out'\n(Did you mean sign-out?)", see('')],
    ['--versoin', "Unknown option '--versoin'\n(Did you mean --version?)", see('')],
    ['jobs delete 1', "Unknown command 'delete'\n(Did you mean release?)", see('jobs')],
    ['report nosuch', "Unknown command 'nosuch'.", see('report')],
  ]),
);

suite('a secret on the command line', () =>
  table([
    [`sign-out a1 --data keep --password ${SECRET}`, inHistory('--password'), ways],
    [`sign-out a1 --password=${SECRET}`, inHistory('--password'), ways],
    [`sign-out a1 --pasword ${SECRET}`, inHistory('--pasword'), ways],
    [`sign-out a1 --passwort=${SECRET}`, inHistory('--passwort'), ways],
    [`sign-out a1 -p ${SECRET}`, inHistory('-p'), ways],
    [`sign-out a1 -p${SECRET}`, inHistory('-p'), ways],
    [
      'sign-out a1 --password',
      "There is no option '--password'.",
      'give --password-env NAME, --password-stdin or --no-password',
    ],
    [
      `${recover} --new-password ${SECRET}`,
      inHistory('--new-password'),
      `give --new-password-env NAME; ${takeOut}`,
    ],
    [`bulk ok.csv --password ${SECRET}`, inHistory('--password'), `${notGiven}; ${takeOut}`],
    [`codes watch --token=${SECRET}`, inHistory('--token'), `${notGiven}; ${takeOut}`],
    [`sign-out a1 --data keep --no-password --foo=${SECRET}`, "Unknown option '--foo'.", see('sign-out')],
    [
      `sign-out a1 --data keep --password-env ${SECRET}`,
      'No variable that is set has the name that was given; it is not repeated here, as it may be a password.',
      'give the name alone, as in --password-env MI_PASSWORD',
    ],
  ]),
);

suite('a command line for one phone', () =>
  table([
    ['sign-out --data keep --no-password', "Missing required argument 'serial'.", see('sign-out')],
    [
      "sign-out '' --data keep --no-password",
      "Command-argument value '' is invalid for argument 'serial'. It is empty.",
      see('sign-out'),
    ],
    ['sign-out a1 --no-password', "Required option '--data <choice>' not specified.", see('sign-out')],
    ['sign-out a1 --data', "Option '--data <choice>' argument missing.", see('sign-out')],
    [
      'sign-out a1 --dta keep --no-password',
      "Unknown option '--dta'\n(Did you mean --data?)",
      see('sign-out'),
    ],
    [
      'sign-out a1 --data burn --no-password',
      "Option '--data <choice>' argument 'burn' is invalid. Allowed choices are keep, delete.",
      see('sign-out'),
    ],
    [
      'sign-out a1 --data keep --no-password --via magic',
      "Option '--via <way>' argument 'magic' is invalid. Allowed choices are intent, settings.",
      see('sign-out'),
    ],
    [
      'sign-out a1 --data keep --no-pasword',
      "Unknown option '--no-pasword'\n(Did you mean --no-password?)",
      see('sign-out'),
    ],
    [
      'sign-out a1 a2 --data keep --no-password',
      "Too many arguments for 'sign-out'. Expected 1 argument but got 2.",
      see('sign-out'),
    ],
    [
      'sign-out a1 --data keep',
      'It is not said where the password comes from.',
      'give --password-env NAME, --password-stdin or --no-password',
    ],
    [
      'sign-out a1 --data keep --password-stdin --no-password',
      '--password-stdin and --no-password exclude each other.',
      'give one of them',
    ],
    [
      'sign-out a1 --data keep --password-env NOT_SET',
      "The variable 'NOT_SET' is not set or is empty.",
      'set it: read -rs NOT_SET && export NOT_SET',
    ],
    ['recover a1 --data keep', "Required option '--code-source <name>' not specified.", see('recover')],
    [
      recover,
      'It is not said where the code is sent.',
      "give the account's own address: --contact lab+17@example.com",
    ],
    [
      `${recover} --by pigeon`,
      "Option '--by <way>' argument 'pigeon' is invalid. Allowed choices are phone, email.",
      see('recover'),
    ],
    [
      `${recover} --by email`,
      'It is not said where the code is sent.',
      "give the account's own address: --contact lab+17@example.com",
    ],
    [
      `${recover} --by email --contact nobody`,
      "'--contact' is no e-mail address.",
      'give it as lab+17@example.com, or --by phone',
    ],
    [
      `${recover} --by phone --contact a@b.c`,
      "'--contact' is no telephone number.",
      'give it as +359888123456, or --by email',
    ],
    [
      `${recover} --by email --contact a@b.c --save-to /dev/null`,
      "'/dev/null' is no file, so nothing can be kept in it.",
      'give another file with --save-to',
    ],
    [
      "reset-password '' --code-source imap --by email",
      'The account is empty.',
      'give its e-mail address, telephone number or Mi id',
    ],
    [
      'reset-password a@b.c --code-source imap --by email --language klingon7',
      "'klingon7' is no language.",
      'give --language as bg_BG or zh_CN',
    ],
    ['survey compare before', "Missing required argument 'after'.", see('survey compare')],
    [
      'survey compare before after',
      "'before' is not a survey: it does not exist.",
      "name a folder that 'mi-unbind survey' has written, or the ZIP of its --bundle",
    ],
    ['phones --jsn', "Unknown option '--jsn'\n(Did you mean --json?)", see('phones')],
    ['doctor --fixx', "Unknown option '--fixx'\n(Did you mean --fix?)", see('doctor')],
  ]),
);

suite('a command line about lists, jobs and records', () =>
  table([
    ['bulk', "Missing required argument 'list'.", see('bulk')],
    [
      'bulk nosuch.csv',
      "The list 'nosuch.csv' cannot be read: it does not exist.",
      'check its path, and that you may read it',
    ],
    [
      'bulk . --dry-run',
      "The list '.' cannot be read: it is a folder.",
      'check its path, and that you may read it',
    ],
    [
      'bulk ok.csv --parallel 0',
      "Option '--parallel <n>' argument '0' is invalid. It takes a number from 1 to 128.",
      see('bulk'),
    ],
    ['bulk ok.csv --sheet A', "'ok.csv' is no workbook, so it has no sheets.", 'leave --sheet out'],
    [
      'bulk template --format ods',
      "Option '--format <name>' argument 'ods' is invalid. Allowed choices are csv, json, xlsx.",
      see('bulk template'),
    ],
    ['jobs show abc', "'abc' is not a job number.", "see 'mi-unbind jobs list'"],
    ['jobs retry', "Missing required argument 'id'.", see('jobs retry')],
    ['jobs list --limit none', "'--limit none' is not a number of jobs.", 'give a number from 1 on'],
    [
      'jobs release imapp',
      "There is no code source 'imapp'.",
      'give numbers of jobs, or one of imap, smtp, http-inbox, sms-webhook, gammu, phone-sms, person',
    ],
    [
      'passwords --save-to a --exported b',
      '--save-to, --exported and --letter exclude each other.',
      'write the file first, and say that it is safe when it is',
    ],
    [
      'report verify nosuch',
      "There is no folder 'nosuch'.",
      'name the folder of records, or set RECORDS_DIR',
    ],
    ['report verify .', "'.' holds no records.", 'name the folder of records, or set RECORDS_DIR'],
    [
      'codes watch imapp',
      "There is no code source 'imapp'.",
      'give one of imap, smtp, http-inbox, sms-webhook, gammu, phone-sms, person',
    ],
    [
      'codes watch imap',
      "The code source 'imap' cannot be used: IMAP_URL is not set.",
      'set IMAP_URL in the environment or in .env: it takes an address such as imaps://user%40example.com@imap.example.com',
    ],
    [
      'sim --phones 0',
      "Option '--phones <n>' argument '0' is invalid. It takes a whole number from 1.",
      see('sim'),
    ],
    [
      'sim --spec nosuch.json',
      "The spec 'nosuch.json' cannot be read: it does not exist.",
      'give a file with one phone, or a list of phones, in JSON',
    ],
    [
      'sim --spec specs.json',
      "The spec 'specs.json' is an empty list.",
      'put at least one phone into it; {} is one with nothing special',
    ],
  ]),
);

suite('settings in .env', () => {
  after(() => rmSync('.env', { force: true }));
  const settings: [dotenv: string | Uint8Array, said: RegExp][] = [
    ['APPIUM_PORT=four', /APPIUM_PORT is 'four', and it takes a port, 0 to 65535/],
    ['LOG_LEVEL=loud', /LOG_LEVEL is 'loud', and it takes one of silent, error, warn, info, debug/],
    [
      `IMAP_PASSWORD=${SECRET}#1`,
      /IMAP_PASSWORD \(line 1 of \.env\): a '#' stands in it.* as in IMAP_PASSWORD='…'/,
    ],
    [
      `IMAP_PASSWORD="${SECRET}`,
      /IMAP_PASSWORD \(line 1 of \.env\): its quotation mark is opened and not closed/,
    ],
    [`\nHOOK_SECRET=${SECRET} `, /HOOK_SECRET \(line 2 of \.env\) ends with a space/],
    [
      `STORE_KEY="a\\n${SECRET}"`,
      /STORE_KEY \(line 1 of \.env\) holds a control character .* write it in single quotes/,
    ],
    [`DATABASE_URL=mysql://lab:${SECRET}@host/db`, /DATABASE_URL is not right/],
    [
      Buffer.from(`\ufeffIMAP_PASSWORD=${SECRET}`, 'utf16le'),
      /\.env cannot be read: it is in UTF-16, as PowerShell's '>' writes it/,
    ],
  ];
  for (const [dotenv, said] of settings)
    test(said.source, async () => {
      writeFileSync('.env', dotenv, { mode: 0o600 });
      const error = await refused(['bulk', 'ok.csv', '--dry-run']);
      assert.match(error.message, said);
      assert.equal(error.code, 'config');
    });
});

suite('a list', () => {
  const lists: [list: string | Uint8Array, said: RegExp][] = [
    ['', /^The list is empty\.$/],
    ['serial,account,data', /there is no phone in it/],
    [`a1,6230001535,${SECRET},keep`, /^The first row of the list names none of its columns\.$/],
    ['serial,data\na1,keep', /list {2}account +there is no such column, and it is needed/],
    ['account,data\n6230001535,keep', /list {2}serial or imei +there is no such column/],
    [
      `serial,account,pasword,data\na1,6230001535,${SECRET},keep`,
      /'pasword' +no column of ours: did you mean password\?/,
    ],
    [
      'serial,account,data\na1,6230001535,kep',
      /row 2 {2}data {2}'kep' +write keep or delete: did you mean keep\?/,
    ],
    [
      'serial,account,data\n5E+10,6230001535,keep',
      /row 2 {2}serial {2}'5E\+10' +a spreadsheet took it for a number/,
    ],
    [
      'serial,account,data\n#N/A,6230001535,keep',
      /row 2 {2}serial {2}'#N\/A' +a formula of the spreadsheet found no value/,
    ],
    [
      `serial,account,password,data\na1,6230001535,${SECRET} ,keep`,
      /row 2 {2}password {2}\[hidden\] {2}it ends with a space/,
    ],
    [
      `serial,account,password,data\na1,6230001535,"${SECRET},keep`,
      /from line 2: a quotation mark is opened and not closed/,
    ],
    ['imei,account,data\n35693803564380,6230001535,keep', /row 2 {2}imei .*the check digit, is missing/],
    [`[{"serial":"a1","password":"${SECRET}"`, /is not valid JSON/],
    [
      Buffer.from('serial,account,data,reference\na1,6230001535,keep,\xe9t\xe9', 'latin1'),
      /is not in UTF-8 \(first in line 2\)/,
    ],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /a workbook of Excel before 2007, or one with a password/],
  ];
  for (const [list, said] of lists)
    test(said.source, async () => {
      writeFileSync('list', list, { mode: 0o600 });
      assert.match((await refused(['bulk', 'list', '--dry-run'])).message, said);
    });
});
