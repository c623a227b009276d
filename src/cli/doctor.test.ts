import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite, test, type TestContext } from 'node:test';
import { startFakeAdb } from '../host/adb-server-fake.ts';
import type { DoctorReport } from '../runs/doctor/doctor.ts';
import { run, workFolder } from '../live/command.ts';

const folder = workFolder('doctor');
const base = readFileSync('.env', 'utf8');
mkdirSync('platform-tools');
writeFileSync('platform-tools/adb', "#!/bin/sh\necho 'Android Debug Bridge version 1.0.41'\n");
chmodSync('platform-tools/adb', 0o755);

const line = (serial: string, state: string, id: number) =>
  `${serial.padEnd(22)} ${state} usb:1-${id} transport_id:${id}\n`;

/** An adb whose server lists these phones. */
async function adbWith(t: TestContext, list: string): Promise<void> {
  const { port } = await startFakeAdb(t, list);
  writeFileSync(
    '.env',
    `${base}ANDROID_HOME=${folder}\nANDROID_ADB_SERVER_PORT=${port}\nAPPIUM_URL=http://127.0.0.1:1\n`,
  );
  t.after(() => writeFileSync('.env', base));
}

const unlessWindows = { skip: process.platform === 'win32' ? 'a script stands for adb' : false };

suite('doctor', unlessWindows, () => {
  const UNAUTHORIZED = line('d1e2', 'unauthorized', 1);

  test('counts as JSON what it has found, and exit code 1 where a check has failed', async (t) => {
    await adbWith(t, UNAUTHORIZED);
    const { code, stdout, stderr } = await run(t, 'doctor', '--json');
    const { ok, host, phones, counts } = JSON.parse(stdout) as DoctorReport;
    assert.deepEqual([code, stderr, ok], [1, '', false]);
    assert.deepEqual(
      phones.map(({ serial, fixed }) => [serial, fixed]),
      [['d1e2', []]],
    );
    assert.equal(phones[0]?.findings[0]?.verdict, 'fail');
    const all = [...host, ...phones.flatMap(({ findings }) => findings)];
    for (const verdict of ['ok', 'warn', 'fail'] as const)
      assert.equal(counts[verdict], all.filter((one) => one.verdict === verdict).length, verdict);
    assert.ok(host.some(({ check }) => check === 'Node'));
  });

  test('says of each thing that is not in order why it matters and what to do, and of the others one line', async (t) => {
    await adbWith(t, UNAUTHORIZED);
    const { stdout: json } = await run(t, 'doctor', '--json');
    const { host, phones, counts } = JSON.parse(json) as DoctorReport;
    const { code, stdout, stderr } = await run(t, 'doctor');
    assert.equal(code, 1);
    const lines = stdout.split('\n');
    assert.equal(lines[0], 'This computer');
    assert.ok(lines.includes('d1e2'));
    const marks = { ok: '✔', warn: '!', fail: '✖' };
    for (const { check, verdict, ...words } of [...host, ...(phones[0]?.findings ?? [])]) {
      const at = lines.findIndex((one) => one.startsWith(`  ${marks[verdict]} ${check} `));
      assert.ok(at > 0, check);
      if (verdict === 'ok') assert.match(lines[at + 1] ?? '', /^(?: {2}\S.*|)$/);
      else {
        assert.ok('why' in words);
        assert.equal(lines[at + 1]?.trim(), words.why);
        assert.equal(lines[at + 2]?.trim(), `→ ${words.todo}`);
      }
    }
    const columns = lines
      .filter((one) => /^ {2}[✔!✖] /.test(one))
      .map((one) => one.search(/ {2}(?=\S+$|\S.*$)/));
    assert.ok(columns.length > 5);
    const warnings = `${counts.warn} warning${counts.warn === 1 ? '' : 's'}`;
    const faults = `${counts.fail} fault${counts.fail === 1 ? '' : 's'}`;
    assert.equal(lines.at(-2), `${counts.ok} in order, ${warnings}, ${faults}`);
    assert.match(stderr, /^Not looked at, as only the account service knows: captcha, second factor, /);
  });

  test('says that no phone was looked at, and of one that is named and absent that it is', async (t) => {
    await adbWith(t, '');
    const none = await run(t, 'doctor');
    assert.match(none.stderr, /^No phone was looked at: plug one in with USB debugging on\.\n/);
    const { stdout, stderr } = await run(t, 'doctor', 'gone');
    assert.match(stdout, /^gone\n {2}✖ .*\n {4,}\S.*\n {4,}→ \S/m);
    assert.doesNotMatch(stderr, /No phone was looked at/);
  });
});

suite('phones', unlessWindows, () => {
  test('says that none is attached', async (t) => {
    await adbWith(t, '');
    const { code, stdout, stderr } = await run(t, 'phones');
    assert.deepEqual([code, stdout], [0, '']);
    assert.equal(
      stderr,
      'No phone is attached.\n→ plug one in with USB debugging on, or start a simulated one: mi-unbind sim\n',
    );
    const json = await run(t, 'phones', '--json');
    assert.deepEqual([json.stdout, json.stderr], ['[]\n', '']);
  });

  test('lists each with its state, one that does not answer without details, and of two alike what to do once', async (t) => {
    const twice = line('0123456789ABCDEF', 'device', 2) + line('0123456789ABCDEF', 'device', 3);
    await adbWith(t, line('silent', 'device', 1) + twice);
    const { code, stdout, stderr } = await run(t, 'phones');
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n');
    assert.deepEqual(lines[0]?.split(/ {2,}/), [
      ...['SERIAL', 'STATE', 'MODEL', 'RELEASE', 'REGION', 'LANGUAGE', 'MI ACCOUNT', 'IMEI'],
    ]);
    assert.match(lines[1] ?? '', /^silent +device$/);
    assert.equal(lines.length, 4);
    assert.equal(stderr.match(/0123456789ABCDEF: /g)?.length, 1);
    const json = await run(t, 'phones', '--json');
    const rows = JSON.parse(json.stdout) as { serial: string; obstacle?: { what: string; todo: string } }[];
    assert.equal(json.stderr, '');
    assert.ok(!('obstacle' in (rows[0] ?? {})) && !('transport' in (rows[0] ?? {})));
    for (const { obstacle } of rows.slice(1)) assert.match(`${obstacle?.what} ${obstacle?.todo}`, /\S \S/);
  });
});

test(
  'a list is tried against the phones that are attached, and nothing is begun',
  unlessWindows,
  async (t) => {
    await adbWith(t, line('a1', 'device', 1));
    writeFileSync('list.csv', 'serial,account,data\na1,6230001535,keep\nb2,6230001536,delete\n');
    const { code, stderr } = await run(t, 'bulk', 'list.csv', '--dry-run');
    assert.equal(code, 0);
    assert.match(stderr, /\n2 phones\. The list is in order; nothing was begun\.\n$/);
    assert.match(stderr, /^ {2}attached now: row 2$/m);
    assert.match(stderr, /^ {2}not attached: row 3$/m);
  },
);
