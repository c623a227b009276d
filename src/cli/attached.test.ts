import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { suite, test, type TestContext } from 'node:test';
import { run, workFolder } from '../live/command.ts';
import { startSimAdb, type SimAdb } from '../live/sim-adb.ts';
import { imeiOf } from '../sim/identity.ts';
import type { PhoneSpec } from '../sim/spec.ts';

/** Commands that look at attached phones, in this process, as are the phones and their adb server. */

workFolder('attached');

const account = { id: '6230001535', password: 'sim-password' };
const [ONE, TWO] = [imeiOf('attached, SIM 1'), imeiOf('attached, SIM 2')];
const SIGNED_IN: PhoneSpec = { release: '14', region: 'china', account, imei: ONE, imei2: TWO };

async function attach(
  t: TestContext,
  phones: Readonly<Record<string, PhoneSpec | string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<SimAdb> {
  const adb = await startSimAdb(t, phones);
  const settings = { DATA_DIR: 'data', EVIDENCE_DIR: 'runs', RECORDS_DIR: 'records', ...adb.env, ...more };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync('.env', lines.join(''), { mode: 0o600 });
  return adb;
}

const unlessWindows = { skip: process.platform === 'win32' ? 'a script stands for adb' : false };

suite('phones', unlessWindows, () => {
  test('tells of each phone what it is, whose it is with the account masked, and its IMEIs', async (t) => {
    const out: PhoneSpec = { release: '10', language: 'bg', imei: TWO, faults: [] };
    await attach(t, { a1: SIGNED_IN, b2: out, c3: 'unauthorized' });
    const { code, stdout, stderr } = await run(t, 'phones');
    assert.equal(code, 0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    assert.deepEqual(rows[0], [
      ...['SERIAL', 'STATE', 'MODEL', 'RELEASE', 'REGION', 'LANGUAGE', 'MI ACCOUNT', 'IMEI'],
    ]);
    const [, a1 = [], b2 = [], c3] = rows;
    assert.deepEqual(
      [a1[0], a1[1], a1[3], a1[4], a1[6], a1[7]],
      ['a1', 'device', 'MIUI 14', 'china', 'signed in: ********35', `${ONE} ${TWO}`],
    );
    assert.deepEqual(
      [b2[0], b2[3], b2[4], b2[6]?.replace(/ .*/, ''), b2[6]],
      ['b2', 'MIUI 10', 'global', 'signed', 'signed out'],
    );
    assert.match(b2[5] ?? '', /^bg/);
    assert.deepEqual(c3, ['c3', 'unauthorized']);
    assert.match(stderr, /^c3: \S[^\n]*\n→ \S[^\n]*\n$/);
  });

  test('gives the same as JSON, and says nothing beside it', async (t) => {
    await attach(t, { a1: SIGNED_IN, b2: {}, c3: 'offline' });
    const { code, stdout, stderr } = await run(t, 'phones', '--json');
    assert.deepEqual([code, stderr], [0, '']);
    const [a1, b2, c3] = JSON.parse(stdout) as Record<string, unknown>[];
    assert.deepEqual(
      [a1?.serial, a1?.signedIn, a1?.account, a1?.imeis, a1?.release, 'obstacle' in a1!, 'transport' in a1!],
      ['a1', true, '********35', [ONE, TWO], 'MIUI 14', false, false],
    );
    assert.deepEqual([b2?.signedIn, 'account' in b2!], [false, false]);
    assert.deepEqual([c3?.state, Object.keys(c3?.obstacle ?? {}).sort()], ['offline', ['todo', 'what']]);
    assert.ok(!('model' in c3!));
  });

  test('says where none is attached, with what to do', async (t) => {
    await attach(t, {});
    const { stdout, stderr } = await run(t, 'phones');
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      'No phone is attached.\n→ plug one in with USB debugging on, or start a simulated one: mi-unbind sim\n',
    );
    assert.equal((await run(t, 'phones', '--json')).stdout, '[]\n');
  });
});

suite('lock', unlessWindows, () => {
  test('without an IMEI of a phone or of a list there is nothing to ask for', async (t) => {
    await attach(t, {});
    for (const words of [['lock'], ['lock', '--attached']]) {
      const { code, error } = await run(t, ...words);
      assert.deepEqual([code, error?.message], [2, 'no IMEI is named']);
      assert.match(error?.hint ?? '', /^name one, 15 digits, or give --attached or --list FILE/);
    }
  });

  test('a number that is no IMEI is named, and nothing is asked', async (t) => {
    await attach(t, {});
    const { error } = await run(t, 'lock', ONE, '356938035643808');
    assert.match(error?.message ?? '', /^'356938035643808' is no IMEI: it has 15 digits/);
    assert.match(error?.hint ?? '', /^dial \*#06# on the phone.*nothing was asked$/);
  });

  test('with --attached it is said of each phone that cannot be asked why it is left out', async (t) => {
    const adb = await attach(t, { a1: SIGNED_IN, b2: 'unauthorized' });
    const { code, stderr, error } = await run(t, 'lock', '--attached');
    assert.equal(code, 2);
    assert.match(stderr, /^b2 is left out: \S[^\n]*\n$/);
    assert.match(error?.message ?? '', /LOCK_CHECK says who is asked for the lock, and it is 'none'/);
    assert.match(error?.message ?? '', /set it to xiaomi .* or http /);
    assert.ok(adb.asked.some((one) => one.includes('iphonesubinfo')));
  });

  test('with --list the rows without an IMEI are named', async (t) => {
    await attach(t, {});
    writeFileSync(
      'list.csv',
      `serial,imei,account,data\na1,,6230001535,keep\n,${ONE},6230001536,keep\nb2,,6230001537,keep\n`,
    );
    const { stderr, error } = await run(t, 'lock', '--list', 'list.csv');
    assert.match(stderr, /^left out, as the list has no IMEI for them: rows 2, 4$/m);
    assert.match(error?.message ?? '', /LOCK_CHECK/);
    writeFileSync('one.csv', `imei,account,data\n${ONE},6230001536,keep\n`);
    const one = await run(t, 'lock', '--list', 'one.csv');
    assert.doesNotMatch(one.stderr, /left out/);
    assert.match(one.error?.message ?? '', /LOCK_CHECK/);
    writeFileSync('none.csv', 'serial,account,data\na1,6230001535,keep\n');
    assert.equal((await run(t, 'lock', '--list', 'none.csv')).error?.message, 'no IMEI is named');
  });
});

suite('a dry run of a list', unlessWindows, () => {
  const list = (text: string) => (writeFileSync('phones.csv', text), 'phones.csv');
  const dry = async (t: TestContext, text: string) => {
    const { code, stdout, stderr, error } = await run(t, 'bulk', list(text), '--dry-run');
    assert.deepEqual([code, stdout], [0, ''], error?.message);
    return stderr.trimEnd().split('\n');
  };

  test('says which of its phones are attached now, by serial and by either IMEI', async (t) => {
    await attach(t, { a1: SIGNED_IN, b2: {}, c3: 'unauthorized' });
    const lines = await dry(
      t,
      `serial,imei,account,data,password\nb2,,6230001535,keep,a\n,${TWO},6230001536,keep,b\nc3,,6230001537,keep,c\n`,
    );
    assert.deepEqual(lines.slice(-3), [
      '  attached now: rows 2–3',
      '  not attached: row 4',
      '3 phones. The list is in order; nothing was begun.',
    ]);
  });

  test('says that none is attached, and of an adb that is missing that it is', async (t) => {
    await attach(t, {});
    const one = 'serial,account,data,password\na1,6230001535,keep,a\n';
    const lines = await dry(t, one);
    assert.deepEqual(lines.slice(-3, -1), ['  attached now: none', '  not attached: row 2']);
    assert.equal(lines.at(-1), '1 phone. The list is in order; nothing was begun.');
    writeFileSync('.env', 'DATA_DIR=data\nADB_SERVER_SOCKET=tcp:127.0.0.9:1\n', { mode: 0o600 });
    const unknown = await dry(t, one);
    assert.match(unknown.at(-2) ?? '', /^ {2}which phones are attached is not known: \S/);
  });
});

suite('the doctor of an attached phone', unlessWindows, () => {
  type Found = { check: string; verdict: string; what: string };
  const looked = async (t: TestContext, ...words: string[]) => {
    const { code, stdout } = await run(t, 'doctor', '--json', ...words);
    return {
      code,
      ...(JSON.parse(stdout) as {
        ok: boolean;
        phones: { serial: string; findings: Found[]; fixed: string[] }[];
        host: Found[];
      }),
    };
  };

  test('compares its clock with that of this computer', async (t) => {
    await attach(
      t,
      { a1: { helpers: 'current' }, b2: { helpers: 'current' } },
      { APPIUM_URL: 'http://127.0.0.1:1' },
    );
    const { phones, host } = await looked(t);
    assert.deepEqual(
      phones.map(({ serial }) => serial),
      ['a1', 'b2'],
    );
    const clock = host.find(({ check }) => check === 'clock');
    assert.match(clock?.what ?? '', /^within \d+ s of most of 2 other clocks$/);
    for (const { findings } of phones)
      assert.equal(
        findings
          .filter(({ check }) => check === 'clock')
          .map(({ what }) => what)
          .join(),
        'as others have it',
      );
  });

  test('only the phones that are named are looked at', async (t) => {
    await attach(t, { a1: {}, b2: {} }, { APPIUM_URL: 'http://127.0.0.1:1' });
    const { phones } = await looked(t, 'b2', 'zz');
    assert.deepEqual(
      phones.map(({ serial }) => serial),
      ['b2', 'zz'],
    );
    assert.equal(phones[1]?.findings.length, 1);
    assert.equal(phones[1]?.findings[0]?.verdict, 'fail');
    assert.ok((phones[0]?.findings.length ?? 0) > 5);
  });

  test('nothing is mended unless that is asked for', async (t) => {
    const asleep: PhoneSpec = { screen: 'off', helpers: 'current' };
    const adb = await attach(t, { a1: asleep }, { APPIUM_URL: 'http://127.0.0.1:1' });
    const { phones } = await looked(t);
    assert.deepEqual(phones[0]?.fixed, []);
    assert.ok(!adb.asked.some((one) => /keyevent 224|svc power/.test(one)), adb.asked.join('\n'));
    assert.equal(phones[0]?.findings.find(({ check }) => check === 'screen')?.verdict === 'ok', false);
  });

  test('with --fix what is safe is mended, said, and looked at again; a phone that is in order is left alone', async (t) => {
    const away = { APPIUM_URL: 'http://127.0.0.1:1', DATABASE_URL: 'postgres://x@127.0.0.1:1/x' };
    const adb = await attach(
      t,
      { a1: { screen: 'off', helpers: 'current' }, b2: { helpers: 'current' } },
      away,
    );
    const { phones } = await looked(t, '--fix');
    assert.deepEqual(
      phones.map(({ serial, fixed }) => [serial, fixed]),
      [
        ['a1', ['the screen was woken up']],
        ['b2', []],
      ],
    );
    const verdictOf = (at: number, wanted: string) =>
      phones[at]?.findings.find(({ check }) => check === wanted)?.verdict;
    assert.equal(verdictOf(0, 'screen'), 'ok', 'it was looked at again');
    const sent = adb.asked.filter((one) => /keyevent 224|svc power|dismiss-keyguard/.test(one));
    assert.deepEqual(sent, ['exec:input keyevent 224']);
    const looks = adb.asked.filter(
      (one) => one.startsWith('exec:') && one.includes('stay_on_while_plugged_in'),
    );
    assert.equal(looks.length, 3, 'twice at the one that was mended');
  });
});
