import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Asker } from '../codes/person.ts';
import { childEnvironment, loadSettings } from '../config/config.ts';
import { AdbServer } from '../phone/adb.ts';
import { hold } from '../runs/phone-hold.ts';
import { openStation } from '../runs/station.ts';
import type { RecoveryResult } from '../events.ts';
import { JobAdmin } from '../jobs/admin.ts';
import type { JobEnd, Next } from '../jobs/job.ts';
import { nothingDone } from '../jobs/nothing-done.ts';
import { JobQueue } from '../jobs/queue.ts';
import { overhear, run, saidSoFar, workFolder } from '../live/command.ts';
import { withDatabase } from '../live/ready-database.ts';
import { startSimAdb } from '../live/sim-adb.ts';
import { imeiOf } from '../sim/identity.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { paths } from '../store/postmaster.ts';
import { openStore, type Store } from '../store/store.ts';
import { attend } from './jobs-attend.ts';

// Lists and the station, in this process, with simulated phones that need no session, on one PostgreSQL.
const folder = workFolder('bulk');
const dataDir = join(folder, 'data');
const skip = process.platform === 'win32' ? 'a script stands for adb' : false;
const SIGNED_OUT: PhoneSpec = { release: '14', helpers: 'current' };
const SIGNED_IN: PhoneSpec = { ...SIGNED_OUT, account: { id: '6230001535', password: 'Right-pass1' } };

let store: Store;
let office: JobAdmin;
before(async () => {
  store = await openStore({ dataDir: withDatabase(dataDir), env: childEnvironment(), keepSeconds: 1 });
  office = new JobAdmin(store);
});
after(async () => {
  await store?.close();
  while (existsSync(join(paths(dataDir).data, 'postmaster.pid'))) await pause(50);
});

async function attach(
  t: TestContext,
  phones: Readonly<Record<string, PhoneSpec | string>>,
  more: Readonly<Record<string, string>> = {},
) {
  const adb = await startSimAdb(t, phones);
  const given = {
    ...{ DATA_DIR: 'data', EVIDENCE_DIR: 'runs', RECORDS_DIR: 'records', OPERATOR: 'Iva', STATION: 'one' },
    ...{ ...adb.env, APPIUM_URL: 'http://127.0.0.1:1' },
    ...more,
  };
  const lines = Object.entries(given).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync('.env', lines.join(''), { mode: 0o600 });
  return adb;
}

/** Each phone has an account of its own. */
const accountOf = (serial: string) => `6230001${serial.charCodeAt(0)}${serial.slice(1)}`;

/** A list: rows of serial and password. */
function list(name: string, ...rows: (readonly [serial: string, password: string])[]): string {
  const lines = rows.map(
    ([serial, password]) => `${serial},${accountOf(serial)},keep,R-${serial},${password}\n`,
  );
  writeFileSync(`${name}.csv`, `serial,account,data,reference,password\n${lines.join('')}`, { mode: 0o600 });
  return `${name}.csv`;
}

const stateOf = async (batch: string, serial: string) =>
  (await office.list({ batch, limit: 99 })).find(
    ({ order: { phone } }) => 'serial' in phone && phone.serial === serial,
  )?.state;

/** Ends the job of a phone as if it had run. */
async function concluded(batch: string, serial: string, end: JobEnd, next: Next): Promise<string> {
  const claim = await new JobQueue(store, { station: 'one' }).claim([{ serial }], { batch });
  assert.ok(claim);
  await new JobQueue(store, { station: 'one' }).conclude(claim, end, next);
  return claim.id;
}

/** Resolves when the command that runs has said this. */
async function saying(words: RegExp): Promise<void> {
  while (!words.test(stripVTControlCharacters(saidSoFar()))) await pause(10);
}

/** A station until it has said this. */
const station = async (t: TestContext, until: RegExp, ...words: string[]) => {
  const working = run(t, ...words);
  await saying(until);
  process.emit('SIGINT');
  return working;
};

suite('bulk', { skip }, () => {
  test('works off what is attached, says what is not, and goes on with the same list', async (t) => {
    await attach(t, { a1: SIGNED_OUT, c3: 'unauthorized' });
    const file = list('lot', ['a1', 'Right-pass1'], ['b2', 'Right-pass1'], ['c3', 'Right-pass1']);
    const first = await run(t, 'bulk', file);
    const said = stripVTControlCharacters(first.stderr);
    assert.equal(first.stdout, '');
    assert.match(said, /^3 phones added to batch 'lot'\.$/m);
    assert.match(said, /^ {2}a1 R-a1 begun$/m);
    assert.match(said, /^\S a1 R-a1 was signed out already/m);
    assert.match(
      said,
      /^2 phones of the list are not attached:\n {2}b2 {2}R-b2\n {2}c3 {2}R-c3 {2}\S.*: see 'mi-unbind doctor'$/m,
    );
    assert.match(
      said,
      /^1 done · 2 waiting\. The report is \S*batch-lot\S*index\.html$|^1 done · 2 waiting\. The report is \S+batch-lot\S*$/m,
    );
    assert.equal(await stateOf('lot', 'a1'), 'done');
    assert.equal(await stateOf('lot', 'b2'), 'waiting');

    const again = await run(t, 'bulk', file, '--json', '--batch', 'lot');
    assert.match(again.stderr, /^0 phones added to batch 'lot'; 3 were in it before\.$/m);
    assert.equal(again.code, first.code);
    const events = again.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      events.map(({ kind }) => kind).filter((kind) => kind !== 'problem'),
      ['attached', 'batch'],
      'as JSON all that is attached is said, of the list or not',
    );
    const { batch, totals } = events.at(-1) as { batch: string; totals: object };
    assert.deepEqual([batch, totals], ['lot', { done: 1, waiting: 2 }]);
  });

  test('says nothing of phones that come and are of no row, and ends with 0 where all is done', async (t) => {
    await attach(t, { a1: SIGNED_OUT, z9: SIGNED_OUT });
    const ran = await run(t, 'bulk', list('one', ['a1', 'Right-pass1']));
    const said = stripVTControlCharacters(ran.stderr);
    assert.equal(ran.code, 0, said);
    assert.match(said, /^1 phone added to batch 'one'\.$/m);
    assert.match(said, /^ {2}a1 is attached$/m);
    assert.doesNotMatch(said, /z9|not attached/);
    assert.match(said, /^1 done\. The report is /m);
  });

  test('lets a parked phone begin again where the list has another password, and with --again the others', async (t) => {
    await attach(t, {});
    const wrong = nothingDone('refused', 'wrong-password');
    const rows = [
      ['a1', 'Wrong-pass1'] as const,
      ['b2', 'Wrong-pass1'] as const,
      ['c3', 'Right-pass1'] as const,
    ];
    const begun = await run(t, 'bulk', list('retry', ...rows));
    assert.match(begun.stderr, /^3 phones added/m, begun.error?.message);
    await concluded('retry', 'a1', wrong, { then: 'parked' });
    await concluded('retry', 'b2', wrong, { then: 'parked' });
    await concluded('retry', 'c3', nothingDone('refused', 'find-device-locked'), { then: 'parked' });

    const same = await run(t, 'bulk', 'retry.csv');
    assert.doesNotMatch(same.stderr, /begin/);
    assert.match(same.stderr, /3 parked\b/);
    assert.match(same.stderr, /^→ parked: .*'mi-unbind bulk retry\.csv --again'$/m);

    const corrected = await run(t, 'bulk', list('retry', ['a1', 'Right-pass1'], rows[1]!, rows[2]!));
    assert.match(corrected.stderr, /^1 phone of those parked begins again\.$/m);
    assert.doesNotMatch(corrected.stderr, /wrong password/);
    assert.deepEqual(await stateOf('retry', 'a1'), 'waiting');

    const all = await run(t, 'bulk', 'retry.csv', '--again');
    assert.match(all.stderr, /^1 phone of those parked begins again\.$/m);
    assert.match(
      all.stderr,
      /^1 phone with a wrong password stays parked: the list has the same one still$/m,
    );
    assert.match(all.stderr, /^→ correct it in the list, then run this again$/m);
    const states = await Promise.all(['a1', 'b2', 'c3'].map((serial) => stateOf('retry', serial)));
    assert.deepEqual(states, ['waiting', 'parked', 'waiting']);
  });

  test('with --wait says once what it waits for, and stops where that is asked', async (t) => {
    await attach(t, {});
    const waiting = run(t, 'bulk', list('wait', ['a1', 'Right-pass1']), '--wait');
    await saying(/waits until each/);
    process.emit('SIGINT');
    const { stderr } = await waiting;
    assert.match(stderr, /^ {2}waits for 1 phone: a1 \(R-a1\)$/m);
    assert.equal(stderr.match(/waits for 1 phone/g)?.length, 1);
    assert.match(stderr, /^Stopped\. → run the same command again: it goes on where it was$/m);
    assert.doesNotMatch(stderr, /not attached/);
  });

  test('says where its report cannot be written, and what to set', async (t) => {
    await attach(t, {});
    const file = list('unwritten', ['a1', 'Right-pass1']);
    mkdirSync('records', { recursive: true });
    writeFileSync('records/batch-unwritten', 'a file in its place');
    const ran = await run(t, 'bulk', file);
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /RECORDS_DIR/);
    assert.doesNotMatch(ran.stderr, /The report is/);
  });
});

suite('station', { skip }, () => {
  test('works on what has jobs until it is stopped, and says which phones come', async (t) => {
    await attach(t, { s1: SIGNED_OUT, s2: 'unauthorized' });
    await run(t, 'bulk', list('shift', ['s1', 'Right-pass1']), '--dry-run');
    await new JobQueue(store, { station: 'one' }).add(
      'shift',
      [
        {
          order: {
            ...{ phone: { serial: 's1' }, account: accountOf('s1'), data: 'keep', ifForgotten: 'stop' },
            ...{ reference: 'R-s1', ownerConsent: '' },
          },
          row: 2,
        },
      ],
      { keepSecrets: false },
    );
    const { code, stdout, stderr } = await station(
      t,
      /s1 R-s1 was signed out already/,
      'station',
      '--no-page',
    );
    assert.deepEqual([code, stdout], [0, '']);
    const said = stripVTControlCharacters(stderr);
    assert.match(said, /^one waits for phones that have jobs\. Ctrl-C ends it\.$/m);
    assert.match(said, /^ {2}s1, s2 are attached$|^ {2}s1 is attached$/m);
    assert.match(said, /^ {2}s1 R-s1 begun$/m);
    assert.doesNotMatch(said, /Its page/);
    assert.equal(await stateOf('shift', 's1'), 'done');
  });

  test('serves its page where that is wanted, at an address of its own, and ends it', async (t) => {
    await attach(t, {});
    const { stderr } = await station(t, /^Its page: /m, 'station', '--listen', '0');
    const [, url = ''] = /^Its page: (http:\/\/\S+)$/m.exec(stderr) ?? [];
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+/);
    await assert.rejects(fetch(url), 'it is closed with the station');
  });

  test('by its former name works too, and says what it is called now', async (t) => {
    await attach(t, {});
    const { stderr } = await station(t, /waits for phones/, 'bench', '--no-page', '--log', 'text');
    assert.match(stderr, /^'mi-unbind bench' is called 'mi-unbind station' now\.\n/);
  });
});

suite('jobs attend', { skip }, () => {
  /** Gives these answers, one after the other; what was said. */
  async function attended(t: TestContext, batch: string, answers: readonly string[]) {
    const left = [...answers];
    const ask: Asker = {
      terminal: true,
      question: (prompt) => Promise.resolve(left.shift() ?? assert.fail(`nothing is answered to: ${prompt}`)),
    };
    const said = overhear(t);
    await attend(batch, ask).finally(() => said.end());
    assert.deepEqual(left, []);
    return stripVTControlCharacters(said.stderr);
  }
  const forPerson = async (t: TestContext, batch: string, serial: string, more: Partial<JobEnd> = {}) => {
    const end = { ...nothingDone('needs-person', 'captcha'), ...more };
    await new JobQueue(store, { station: 'one' }).add(
      batch,
      [
        {
          order: {
            ...{ phone: { serial }, account: accountOf(serial), data: 'keep', ifForgotten: 'stop' },
            ...{ reference: `R-${serial}`, ownerConsent: '' },
          },
          row: 2,
        },
      ],
      { keepSecrets: false },
    );
    return concluded(batch, serial, end, { then: 'needs-person' });
  };

  test('believes the phone: one that is signed in still is not done, one that is out is', async (t) => {
    await attach(t, { t1: SIGNED_IN, t2: SIGNED_OUT });
    const first = await forPerson(t, 'believe', 't1');
    const second = await forPerson(t, 'believe', 't2', { model: 'M2' });
    const said = await attended(t, 'believe', ['d', 's', 'd']);
    assert.match(said, /\n {2}it is attached, and signed in as 6230\S+35\n/);
    assert.match(
      said,
      /The phone says it is signed in as 6230\S+35 still, so it is not done\.\n {2}→ sign it out on the phone/,
    );
    assert.match(said, /\n {2}it is attached, and its own account list names no Mi Account\n/);
    assert.match(said, /✔ done, as the phone says too; it is on record\n/);
    const [one, two] = await Promise.all([office.show(first), office.show(second)]);
    assert.deepEqual([one?.state, two?.state], ['needs-person', 'done']);
    assert.ok(two?.end?.verifiedAt, 'the phone was looked at');
    assert.equal(two.end.model, 'M2');
  });

  test('another phone with that serial is not the one', async (t) => {
    await attach(t, { t3: { ...SIGNED_OUT, imei: imeiOf('another') } });
    await forPerson(t, 'another', 't3', { imei: imeiOf('the one') });
    const said = await attended(t, 'another', ['s']);
    assert.match(said, /it is not attached to this computer; 'one' had it/);
    assert.doesNotMatch(said, /names no Mi Account/);
  });

  test('runs a job again where that is answered, and says how it ended', async (t) => {
    await attach(t, { t4: SIGNED_OUT });
    const id = await forPerson(t, 'again', 't4');
    const said = await attended(t, 'again', ['r']);
    assert.match(said, /\n\S t4 R-t4 was signed out already/);
    assert.doesNotMatch(said, /is attached\n.*is attached$|Another station/);
    assert.equal((await office.show(id))?.state, 'done');
  });

  test('leaves what another person has ended meanwhile', async (t) => {
    await attach(t, { t5: SIGNED_OUT });
    const id = await forPerson(t, 'meanwhile', 't5');
    const ask: Asker = {
      terminal: true,
      question: async () => {
        await office.cancel([id]);
        return 'd';
      },
    };
    const said = overhear(t);
    await attend('meanwhile', ask).finally(() => said.end());
    assert.match(said.stderr, /another person or run has gone on with it meanwhile; it stays as it is/);
    assert.equal((await office.show(id))?.state, 'cancelled');
  });
});

suite('a recovery', { skip }, () => {
  const code = [
    '--code-source',
    'phone-sms',
    '--by',
    'phone',
    '--contact',
    'lab+17@example.com',
    '--contact',
    '+359888123456',
  ];

  const ended = async (t: TestContext, ...words: string[]) => {
    await attach(t, { a1: SIGNED_OUT, b2: SIGNED_IN });
    const { stdout, stderr, code: exit } = await run(t, ...words, ...code, '--json');
    return { exit, stderr, ...(JSON.parse(stdout) as RecoveryResult) };
  };

  test('on a phone without an account has no password to change, and a sign-out has nothing to do', async (t) => {
    const change = await ended(t, 'change-password', 'a1', '--no-proof');
    assert.deepEqual([change.exit, change.outcome, change.reason], [2, 'error', 'no-account']);
    assert.match(
      change.stderr,
      /^phone-sms: SMS of the phone 'a1'\n✘ a1 failed [^]*\n→ .*reset-password --help'\n$/,
    );
    const out = await ended(t, 'recover', 'a1', '--data', 'keep', '--no-browser');
    assert.deepEqual([out.exit, out.outcome, out.codesRequested], [0, 'already-signed-out', 0]);
    assert.match(out.stderr, /✔ a1 was signed out already/);
  });

  test('that fails asks for no code, and says by which way and source it would have been', async (t) => {
    for (const [words, parent] of [
      [['change-password', 'b2'], 'runs'],
      [['recover', 'b2', '--data', 'keep', '--headed', '--evidence', 'elsewhere'], 'elsewhere'],
    ] as const) {
      const end = await ended(t, ...words);
      assert.deepEqual(
        [end.exit, end.outcome, end.reason, end.by, end.codeSource, end.codeRequested, end.newPassword],
        [1, 'error', 'session', 'phone', 'phone-sms', false, 'not submitted'],
      );
      assert.ok(end.evidence.startsWith(join(folder, parent)), end.evidence);
      assert.match(end.stderr, /✘ b2 failed [^\n]*\nThe session with the phone 'b2' failed: /);
    }
  });
});

suite('doctor --fix', { skip }, () => {
  test('mends no phone on which another run works, and gives a phone free once it has mended it', async (t) => {
    const adb = await attach(t, { d1: { ...SIGNED_OUT, screen: 'off' } });
    const fixed = async () => {
      const { stdout } = await run(t, 'doctor', '--fix', '--json');
      return (JSON.parse(stdout) as { phones: { fixed: string[] }[] }).phones[0]?.fixed;
    };
    await using other = openStation(loadSettings());
    const held = await hold(new AdbServer(adb.port).phone('d1'), other);
    const [said = '', ...more] = (await fixed()) ?? [];
    assert.match(said, /^nothing was mended: \S.* → \S/);
    assert.deepEqual(more, []);
    await held.release();
    assert.deepEqual(await fixed(), ['the screen was woken up']);
    const again = await hold(new AdbServer(adb.port).phone('d1'), other);
    await again.release();
  });
});

// The last: from then on this process speaks so.
suite('the log of a station', { skip }, () => {
  test('speaks to a service in lines of JSON, each with its time and how grave it is', async (t) => {
    await attach(t, { s3: SIGNED_OUT }, { LOG_FORMAT: 'json' });
    const { stdout, stderr } = await station(t, /"attached"/, 'station', '--no-page', '--json');
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    assert.ok(
      lines.every(
        ({ at, level }) => !Number.isNaN(Date.parse(at ?? '')) && /^(info|warn)$/.test(level ?? ''),
      ),
    );
    assert.ok(lines.some(({ what }) => what === 'one waits for phones that have jobs. Ctrl-C ends it.'));
    assert.equal(lines.find(({ kind }) => kind === 'attached')?.level, 'info');
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    assert.deepEqual(
      events.map(({ kind, phone }) => [kind, phone]),
      [['attached', 's3']],
    );
  });
});
