import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { startFakeAdb } from '../host/adb-server-fake.ts';
import type { Asker } from '../codes/person.ts';
import { childEnvironment, loadSettings } from '../config/config.ts';
import type { Job, JobEnd, ListedOrder, Next } from '../jobs/job.ts';
import { nothingDone } from '../jobs/nothing-done.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { JobQueue } from '../jobs/queue.ts';
import { writeRecord } from '../report/record.ts';
import { Secret } from '../secret.ts';
import { paths } from '../store/postmaster.ts';
import { openStore, type Store } from '../store/store.ts';
import { StoreVault } from '../store/vault.ts';
import { attend } from './jobs-attend.ts';
import { overhear, run, workFolder } from '../live/command.ts';
import { beInSofia } from '../live/zone.ts';

beInSofia();

// Commands that work on what the store has, in this process, on one PostgreSQL.
const folder = workFolder('store-commands', { OPERATOR: 'Iva', ANDROID_HOME: '.' });
const dataDir = join(folder, 'data');
let store: Store;
let queue: JobQueue;
let office: JobAdmin;

before(async () => {
  store = await openStore({ dataDir, env: childEnvironment(), keepSeconds: 1 });
  queue = new JobQueue(store, { station: 'one' });
  office = new JobAdmin(store);
});
after(async () => {
  await store?.close();
  while (existsSync(join(paths(dataDir).data, 'postmaster.pid'))) await pause(50);
});

const order = (serial: string, changes: Partial<ListedOrder['order']> = {}): ListedOrder => ({
  order: {
    ...{ phone: { serial }, account: 'iva@example.com', data: 'keep', ifForgotten: 'stop' },
    ...{ reference: `R-${serial}`, ownerConsent: 'signed', ...changes },
  },
  password: new Secret('Right-pass1'),
  row: 2,
});
const recover = { ifForgotten: 'recover', codeSource: 'imap', by: 'email' } as const;

/** Adds a job and has it end like this; gives its number. */
async function ended(
  batch: string,
  serial: string,
  end: JobEnd | undefined,
  next: Next = { then: 'done' },
  changes?: Partial<ListedOrder['order']>,
): Promise<string> {
  await queue.add(batch, [order(serial, changes)], { keepSecrets: false });
  const [job] = await office.list({ batch, limit: 1 });
  if (end) {
    const claim = await queue.claim([{ serial }]);
    assert.ok(claim);
    await queue.conclude(claim, end, next);
  }
  return job?.id ?? '';
}

const json = <T>(text: string) => JSON.parse(text) as T;

suite('jobs', () => {
  const ids: Record<string, string> = {};

  test('list says where there are none', async (t) => {
    const { code, stdout, stderr } = await run(t, 'jobs', 'list');
    assert.deepEqual(
      [code, stdout, stderr],
      [0, '', "There are no such jobs. 'mi-unbind bulk LIST' makes some.\n"],
    );
    assert.equal((await run(t, 'jobs', 'list', '--json')).stdout, '[]\n');
  });

  test('list has a line for each, newest first: how it ended, why, and when it begins again', async (t) => {
    const refused = nothingDone('refused', 'wrong-password');
    ids.done = await ended('lab', 'd1', nothingDone('signed-out'));
    ids.parked = await ended('lab', 'p1', refused, { then: 'parked' });
    ids.person = await ended('lab', 'n1', nothingDone('needs-person', 'captcha'), { then: 'needs-person' });
    ids.again = await ended('lab', 'a1', refused, { then: 'again', at: '2127-03-04T05:06:07.000Z' });
    ids.held = await ended(...(['lab', 'h1', refused, { then: 'hold-source', source: 'imap' }] as const), {
      ...recover,
      contact: 'iva@example.com',
    });
    const imei = { phone: { imei: '860000000000009' }, reference: '' };
    ids.imei = await ended('other', 'i1', undefined, undefined, imei);

    const { code, stdout, stderr } = await run(t, 'jobs', 'list');
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^ *JOB {2}LIST +PHONE +REFERENCE +STATE +WHAT$/);
    const cells = lines.slice(1).map((line) => line.trim().split(/ {2,}/));
    const [wrong, captcha] = ['refused', 'needs a person'];
    assert.deepEqual(
      cells.map(([id, list, phone, reference, state, what]) => [id, list, phone, reference, state, what]),
      [
        [ids.imei, 'other', '860000000000009', 'waiting', undefined, undefined],
        [ids.held, 'lab', 'h1', 'R-h1', 'held', cells[1]?.[5]],
        [ids.again, 'lab', 'a1', 'R-a1', 'waiting', cells[2]?.[5]],
        [ids.person, 'lab', 'n1', 'R-n1', 'for a person', cells[3]?.[5]],
        [ids.parked, 'lab', 'p1', 'R-p1', 'parked', cells[4]?.[5]],
        [ids.done, 'lab', 'd1', 'R-d1', 'done', 'signed out'],
      ],
    );
    assert.match(cells[4]?.[5] ?? '', new RegExp(`^${wrong}: \\S.*password`));
    assert.match(cells[3]?.[5] ?? '', new RegExp(`^${captcha}: \\S.*captcha`, 'i'));
    assert.match(cells[2]?.[5] ?? '', /; not before 2127-03-04 07:06 UTC\+2$/);
    const columns = lines.map((line) => line.indexOf(line.includes('REFERENCE') ? 'LIST' : 'lab'));
    assert.deepEqual(
      new Set([columns[0], ...columns.slice(2)]).size,
      1,
      'the columns stand below each other',
    );
  });

  test('list can be narrowed to a list, a state and a number', async (t) => {
    const idsOf = async (...words: string[]) =>
      json<Job[]>((await run(t, 'jobs', 'list', '--json', ...words)).stdout).map(({ id }) => id);
    assert.deepEqual(await idsOf('--batch', 'other'), [ids.imei]);
    assert.deepEqual(await idsOf('--state', 'waiting'), [ids.imei, ids.again]);
    assert.deepEqual(await idsOf('--batch', 'lab', '--state', 'waiting'), [ids.again]);
    assert.deepEqual(await idsOf('--limit', '2'), [ids.imei, ids.held]);
    for (const limit of ['0', '-1', 'x', '12345678']) {
      const { error } = await run(t, 'jobs', 'list', `--limit=${limit}`);
      assert.deepEqual(
        [error?.message, error?.hint],
        [`'--limit ${limit}' is not a number of jobs.`, 'give a number from 1 on'],
      );
    }
  });

  test('show and list tell account and contact masked only', async (t) => {
    const { code, stdout } = await run(t, 'jobs', 'show', `00${ids.held}`);
    assert.equal(code, 0);
    const job = json<Job>(stdout);
    assert.match(stdout, /^\{\n {2}"id"/);
    assert.deepEqual([job.id, job.state, job.serial], [ids.held, 'held', 'h1']);
    assert.match(job.order.contact ?? '', /\*/);
    const { stdout: listed } = await run(t, 'jobs', 'list', '--json');
    for (const text of [stdout, listed]) assert.doesNotMatch(text, /iva@example|Right-pass/);
    assert.ok(!('contact' in json<Job>((await run(t, 'jobs', 'show', ids.done ?? '')).stdout).order));
    const { error } = await run(t, 'jobs', 'show', '999999');
    assert.deepEqual([error?.message, error?.hint], ['There is no job 999999.', "see 'mi-unbind jobs list'"]);
  });

  test('retry changes those that may begin again, and says of the others why not, with exit code 1', async (t) => {
    const one = await run(t, 'jobs', 'retry', ids.parked ?? '');
    assert.deepEqual([one.code, one.stderr], [0, '1 job changed.\n']);
    const job = await office.show(ids.parked ?? '');
    assert.deepEqual([job?.state, job?.attempts, job?.round], ['waiting', 0, 2]);
    assert.ok(!job?.order.anotherAccount);
    const more = await run(
      t,
      ...['jobs', 'retry', '--another-account', ids.parked ?? '', ids.again ?? '', ids.done ?? '', '999999'],
    );
    assert.equal(more.code, 1);
    assert.equal(more.stderr, `2 jobs changed.\n  ${ids.done} is done, and stays so\n  999999 is no job\n`);
    assert.equal((await office.show(ids.parked ?? ''))?.order.anotherAccount, true);
  });

  test('release lets go on what waits for a source, and says where nothing does', async (t) => {
    const unknown = await run(t, 'jobs', 'release', 'pigeon');
    assert.equal(unknown.error?.message, "There is no code source 'pigeon'.");
    assert.match(unknown.error?.hint ?? '', /^give numbers of jobs, or one of imap, .*person$/);
    const none = await run(t, 'jobs', 'release', 'smtp');
    assert.equal(none.code, 1);
    assert.equal(
      none.stderr,
      "No job waits for the code source 'smtp'. → 'mi-unbind jobs list --state held' shows those that are held\n",
    );
    const released = await run(t, 'jobs', 'release', 'imap');
    assert.deepEqual([released.code, released.stderr], [0, '1 job goes on.\n']);
    assert.equal((await office.show(ids.held ?? ''))?.state, 'waiting');
  });

  test('hold keeps a job until a day, list shows that one date, and release lets it go on', async (t) => {
    const id = ids.held ?? '';
    const past = await run(t, 'jobs', 'hold', id, '--until', '2020-01-01');
    assert.match(past.error?.message ?? '', /'--until 2020-01-01' is in the past/);
    assert.match(
      (await run(t, 'jobs', 'hold', id, '--until', '2099-02-30')).error?.message ?? '',
      /is no day/,
    );
    const held = await run(t, 'jobs', 'hold', id, '--reason', 'owner-asked', '--until', '2099-12-24');
    assert.deepEqual([held.code, held.stderr], [0, '1 job changed.\n']);
    const { stdout } = await run(t, 'jobs', 'list', '--state', 'held');
    assert.deepEqual(stdout.match(/\d{4}-\d\d-\d\d/g), ['2099-12-24']);
    assert.match(stdout, /its owner was asked, until 2099-12-24 23:59/);
    assert.equal((await run(t, 'jobs', 'hold', id, '--reason', 'lost')).code, 0);
    const lost = await run(t, 'jobs', 'release', id);
    assert.deepEqual([lost.code, (await office.show(id))?.state], [1, 'held']);
    assert.match(lost.stderr, /is reported lost: the phone is returned .* and never worked on/);
    // As a person who has made a mistake: it is put right in the store alone.
    await store.pool.query("update mi_unbind.job set hold = 'by-hand' where id = $1", [id]);
    assert.equal((await run(t, 'jobs', 'release', id)).code, 0);
    assert.equal((await office.show(id))?.state, 'waiting');
  });

  test('cancel takes jobs off, with their passwords', async (t) => {
    const { code, stderr } = await run(t, 'jobs', 'cancel', ids.again ?? '', ids.held ?? '', ids.imei ?? '');
    assert.deepEqual([code, stderr], [0, '3 jobs changed.\n']);
    const { rows } = await store.pool.query('select password from mi_unbind.job where state = $1', [
      'cancelled',
    ]);
    assert.deepEqual(rows, [{ password: null }, { password: null }, { password: null }]);
  });

  test('report batch sums up a batch of the store, also beside a folder of records of that name', async (t) => {
    const { code, stdout, stderr } = await run(t, 'report', 'batch', 'lab', '--json');
    assert.equal(code, 0);
    assert.match(stderr, /^The report is .*batch-lab\S*; CSV, JSON and JUnit are beside it\.\n$/);
    const { name, rows } = json<{ name: string; rows: { id: string }[] }>(stdout);
    assert.equal(name, 'lab');
    assert.equal(rows.length, 5);
    mkdirSync(join('lab', '2026-11-26-005519000-1-d1e2'), { recursive: true });
    const beside = await run(t, 'report', 'batch', 'lab');
    assert.match(beside.stderr, /^A folder of records is called 'lab' too; '\.\/lab' means that one\.\n/);
    const nothing = await run(t, 'report', 'batch', 'nothing');
    assert.equal(nothing.error?.message, "'nothing' holds no phones.");
    assert.match(nothing.error?.hint ?? '', /jobs list.*a folder of records will do/);
  });
});

suite('jobs forget', () => {
  const forget = (t: Parameters<typeof run>[0], ...words: string[]) => run(t, 'jobs', 'forget', ...words);

  test('refuses a reference that no job has, and one whose job is open', async (t) => {
    const none = await forget(t, 'R-none');
    assert.deepEqual(
      [none.error?.message, none.error?.hint],
      ["No job has the reference 'R-none'.", "'mi-unbind jobs list' shows them"],
    );
    const id = await ended('open', 'o1', undefined);
    const open = await forget(t, 'R-o1');
    assert.deepEqual(
      [open.error?.message, open.error?.hint],
      [`Nothing was removed: job ${id} is waiting.`, `end it first: mi-unbind jobs cancel ${id}`],
    );
    assert.equal((await office.show(id))?.order.account, 'iva@example.com');
  });

  test('removes job, record, run and, where it is said, the kept passwords', async (t) => {
    const settings = loadSettings();
    const evidence = join(settings.evidenceDir, 'run-1');
    mkdirSync(evidence, { recursive: true });
    writeFileSync(join(evidence, 'timeline.jsonl'), '{"at":"2026-11-26T00:55:19.000Z","kind":"step"}\n');
    const end = { ...nothingDone('signed-out'), evidence };
    const id = await ended('gone', 'g1', end, { then: 'done' }, { account: 'g1@example.com' });
    const job = (await office.show(id)) as Job;
    const about = { state: 'done', account: 'g***', ledger: [], operator: 'Iva', station: 'b' } as const;
    await writeRecord(
      { job, end, ...about, tool: 'mi-unbind' },
      { folder: settings.recordsDir, signer: undefined },
    );
    const vault = new StoreVault(store.pool, store.seal, { contact: 'g1@example.com', serial: 'g1' });
    await vault.mark(await vault.keep('6230001535', new Secret('Old-pass-9')), 'rejected');
    await vault.mark(await vault.keep('6230001535', new Secret('New-pass-9')), 'confirmed');

    const kept = await forget(t, 'R-g1');
    assert.equal(kept.error?.message, 'Nothing was removed: the store keeps 1 new password of this account.');
    assert.match(kept.error?.hint ?? '', /^hand it to its owner first .*--drop-passwords$/);
    assert.ok(existsSync(evidence));
    await run(t, 'report', 'batch', 'gone');
    const page = join(settings.recordsDir, 'batch-gone', 'batch.json');
    assert.match(readFileSync(page, 'utf8'), /"record": "\S+-g1"/);

    const { code, stderr } = await forget(t, 'R-g1', '--drop-passwords');
    assert.equal(code, 0);
    assert.equal(
      stderr,
      "Forgotten: 1 record, 1 run, 1 job, 2 kept passwords with the reference 'R-g1'.\n" +
        "'mi-unbind report verify' says so: it is record 2 of the chain.\n" +
        '→ copies elsewhere are yours to delete: what AFTER_URL got, backups, printed sheets\n',
    );
    const left = await office.show(id);
    assert.deepEqual(
      [left?.order.account, left?.state, typeof left?.order.forgotten],
      ['', 'done', 'string'],
    );
    assert.ok(!existsSync(evidence));
    assert.match(readFileSync(page, 'utf8'), /"record": ""/);
    assert.equal((await run(t, 'report', 'verify')).code, 0);
    const again = await forget(t, 'R-g1');
    assert.match(again.stderr, /^Forgotten: 0 records, 0 runs, 1 job, 0 kept passwords .*\n→/);
  });
});

suite('passwords', () => {
  const keep = async (account: string, password: string, state?: 'confirmed' | 'rejected') => {
    const vault = new StoreVault(store.pool, store.seal, { contact: `${account}@example.com`, serial: 's1' });
    const id = await vault.keep(account, new Secret(password));
    if (state) await vault.mark(id, state);
  };

  test('says where the store keeps none, and that no file was written', async (t) => {
    const { code, stdout, stderr } = await run(t, 'passwords');
    assert.deepEqual([code, stdout, stderr], [0, '', 'The store keeps no new password.\n']);
    const file = await run(t, 'passwords', '--save-to', 'none.txt');
    assert.equal(file.stderr, 'The store keeps no new password, and none.txt was not written.\n');
    assert.ok(!existsSync('none.txt'));
  });

  test('lists them without showing them', async (t) => {
    await keep('one', 'Secret-1one', 'confirmed');
    await keep('two', 'Secret-2two');
    const { stdout, stderr } = await run(t, 'passwords');
    const [heading, first, second] = stdout.split('\n');
    assert.match(heading ?? '', /^KEPT +STATE +ACCOUNT +CONTACT +PHONE$/);
    assert.match(
      first ?? '',
      /^\d{4}-\d\d-\d\d \d\d:\d\d UTC\S* {2}confirmed {4}one {6}one@example\.com {2}s1$/,
    );
    assert.match(second ?? '', /^.{16} UTC\S* {2}unconfirmed {2}two {6}two@example\.com {2}s1$/);
    assert.equal(stderr, "→ 'mi-unbind passwords --save-to FILE' writes them to a file\n");
    const listed = await run(t, 'passwords', '--json');
    assert.deepEqual(
      json<Record<string, string>[]>(listed.stdout).map(({ keptAt: _at, ...rest }) => rest),
      ['one', 'two'].map((account, at) => ({
        ...{ contact: `${account}@example.com`, serial: 's1', account },
        state: at === 0 ? 'confirmed' : 'unconfirmed',
      })),
    );
    assert.doesNotMatch(stdout + listed.stdout, /Secret-/);
  });

  test('writes them to a file of the owner, and forgets those that a file holds when it is safe', async (t) => {
    const { stderr } = await run(t, 'passwords', '--save-to', 'kept.txt');
    assert.equal(
      stderr,
      'All 2 are in kept.txt now, for its owner only to read.\n' +
        "→ when that file is safe: 'mi-unbind passwords --exported kept.txt', and the store forgets them\n",
    );
    assert.match(readFileSync('kept.txt', 'utf8'), /Secret-1one[^]*Secret-2two/);
    if (process.platform !== 'win32') assert.equal(statSync('kept.txt').mode & 0o777, 0o600);
    const [one = ''] = readFileSync('kept.txt', 'utf8').split('\n');
    writeFileSync('one.txt', one);
    const first = await run(t, 'passwords', '--exported', 'one.txt');
    assert.match(first.stderr, /^The store has forgotten 1 password that one\.txt holds\.\n/);
    assert.equal(first.code, 0);
    const again = await run(t, 'passwords', '--exported', 'one.txt');
    assert.match(again.stderr, /^The store has forgotten 0 passwords that one\.txt holds\.\n/);
    assert.equal(again.code, 1);
    const gone = await run(t, 'passwords', '--exported', 'gone.txt');
    assert.match(gone.error?.message ?? '', /^'gone\.txt' cannot be read: /);
    assert.equal(gone.error?.hint, 'name the file that --save-to has written');
    writeFileSync('bytes.txt', Buffer.from([0xc3, 0x28]));
    const bytes = await run(t, 'passwords', '--exported', 'bytes.txt');
    assert.equal(bytes.error?.hint, 'nothing was read from it');
    const saved = await run(t, 'passwords', '--save-to', 'kept.txt');
    assert.match(saved.stderr, /^It is in kept\.txt now/);
  });

  test('hands one over in a letter, once, and none whose fate is open', async (t) => {
    const letter = (name: string, account: string) =>
      run(t, 'passwords', '--letter', name, '--account', account);
    const refusal = async (name: string, account: string) => {
      const { error } = await letter(name, account);
      return [error?.message, error?.hint];
    };
    assert.deepEqual(await refusal('l.html', 'two'), [
      "It is not known whether 'two' has this password: it is unconfirmed.",
      'sign in with it once (passwords --save-to FILE shows it), or change it again',
    ]);
    const none = "'mi-unbind passwords' shows which it keeps";
    assert.deepEqual(await refusal('l.html', 'zero'), ["The store keeps no new password of 'zero'.", none]);
    await keep('three', 'Secret-3three', 'confirmed');
    await keep('three', 'Secret-3wrong', 'rejected');
    const newFile = 'give the name of a new file';
    writeFileSync('taken.html', 'a letter');
    assert.deepEqual(await refusal('taken.html', 'three'), [
      "'taken.html' cannot be written: it is there already, and may be the letter.",
      newFile,
    ]);
    assert.equal(readFileSync('taken.html', 'utf8'), 'a letter');
    const { code, stderr } = await letter('l.html', 'three@example.com');
    assert.equal(code, 0);
    assert.equal(
      stderr,
      'The letter is l.html, and the only copy of the password: the store has forgotten it.\n' +
        '→ print it, hand it over in person or by sealed post, then delete the file\n',
    );
    assert.match(readFileSync('l.html', 'utf8'), /Secret-3three/);
    if (process.platform !== 'win32') assert.equal(statSync('l.html').mode & 0o777, 0o600);
    assert.deepEqual(await refusal('m.html', 'three'), ["The store keeps no new password of 'three'.", none]);
    await keep('four', 'Secret-4four', 'rejected');
    assert.deepEqual(await refusal('m.html', 'four'), ["The store keeps no new password of 'four'.", none]);
  });

  test('takes one of its options at a time, and a letter with its account only', async (t) => {
    const two = await run(t, 'passwords', '--save-to', 'x', '--exported', 'y');
    assert.equal(two.error?.message, '--save-to, --exported and --letter exclude each other.');
    for (const half of [
      ['--letter', 'x'],
      ['--account', 'x'],
    ]) {
      const { error } = await run(t, 'passwords', ...half);
      assert.equal(error?.message, '--letter and --account belong together.');
    }
  });
});

suite('backup', () => {
  test('says what is in the file, and what else is to be copied', async (t) => {
    const { code, stdout, stderr } = await run(t, 'backup', 'station.backup');
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(
      stderr,
      /^Backed up to station\.backup: [1-9]\d* jobs, 0 entries of the ledger, [1-9]\d* kept passwords, 0 messages\. Only you can read the file; it holds the key\.\n→ records and evidence are folders: copy \S+\/records and \S+\/runs too\n$/,
    );
    if (process.platform !== 'win32') assert.equal(statSync('station.backup').mode & 0o777, 0o600);
  });

  test('is not brought back where another key is in use already', async (t) => {
    const settings = readFileSync('.env', 'utf8');
    t.after(() => writeFileSync('.env', settings));
    mkdirSync('elsewhere');
    writeFileSync(paths('elsewhere').key, `${Buffer.alloc(32, 1).toString('base64')}\n`, { mode: 0o600 });
    writeFileSync('.env', settings.replace('DATA_DIR=data', 'DATA_DIR=elsewhere'));
    const own = await run(t, 'restore', 'station.backup');
    assert.match(own.error?.message ?? '', /the key in \S*elsewhere\S* is another one than the backup's/);
    assert.equal(own.error?.hint, 'set DATA_DIR to a new folder');
    writeFileSync('.env', `${settings}STORE_KEY=${Buffer.alloc(32, 2).toString('base64')}\n`);
    const named = await run(t, 'restore', 'station.backup');
    assert.match(named.error?.message ?? '', /the key in STORE_KEY or STORE_KEY_FILE is another one/);
    assert.equal(named.error?.hint, 'give the key the backup was made with');
    assert.ok(!existsSync(paths('elsewhere').data), 'no database is made');
  });
});

suite('jobs attend', { skip: process.platform === 'win32' }, () => {
  const unmarked = (text: string) => stripVTControlCharacters(text);

  /** Gives these answers, one after the other; what was asked and said. */
  async function attended(t: Parameters<typeof run>[0], batch: string, answers: readonly string[]) {
    const questions: string[] = [];
    const left = [...answers];
    const ask: Asker = {
      terminal: true,
      question: (prompt) => {
        questions.push(prompt.trim());
        return Promise.resolve(left.shift() ?? assert.fail(`nothing is answered to: ${prompt}`));
      },
    };
    const said = overhear(t);
    await attend(batch, ask).finally(() => said.end());
    assert.deepEqual(left, []);
    return { questions, said: unmarked(said.stderr) };
  }

  test('goes through them, oldest first, and does as it is answered for phones that are not here', async (t) => {
    mkdirSync('platform-tools');
    writeFileSync('platform-tools/adb', "#!/bin/sh\necho 'Android Debug Bridge version 1.0.41'\n");
    chmodSync('platform-tools/adb', 0o755);
    const { port } = await startFakeAdb(t, '');
    const settings = readFileSync('.env', 'utf8');
    t.after(() => writeFileSync('.env', settings));
    const absolute = settings.replace('ANDROID_HOME=.', `ANDROID_HOME=${folder}`);
    writeFileSync('.env', `${absolute}ANDROID_ADB_SERVER_PORT=${port}\n`);
    assert.equal((await attended(t, 'other', [])).said, 'No job needs a person.\n');
    await assert.rejects(attended(t, 'nosuch', []), {
      message: "There is no batch 'nosuch'.",
      hint: /^the newest batches are '/,
    });

    mkdirSync('seen');
    for (const name of ['02-b.png', '10-captcha.png', '9-a.png', '11-last.xml'])
      writeFileSync(join('seen', name), '');
    const captcha: JobEnd = {
      ...{ ...nothingDone('needs-person', 'captcha'), model: 'M2', release: 'MIUI 14' },
      ...{ evidence: join(folder, 'seen'), facts: [{ name: 'Account compared', value: 'the same' }] },
    };
    const person = { then: 'needs-person' } as const;
    const first = await ended('sit', 'f1', captcha, person);
    const second = await ended('sit', 'f2', nothingDone('needs-person', 'captcha'), person);
    const third = await ended('sit', 'f3', nothingDone('needs-person', 'captcha'), person);
    const answers = ['r', 'd', 'n', ' D ', 'y', 'c', 's'];
    const { said, questions } = await attended(t, 'sit', answers);
    assert.deepEqual(new Set(questions).size, 2);
    assert.match(questions[0] ?? '', /^\[r\]un it again, .*\[q\]uit\?$/);
    assert.match(questions[2] ?? '', /^The phone is not here to be looked at\. .* \[y\/N\]$/);
    assert.match(
      said,
      new RegExp(`\\n1 of 3\\n {2}f1 {2}R-f1 {2}job ${first}, M2, MIUI 14\\n {2}needs a person: `),
    );
    assert.match(said, /\n {2}→ \S.*\n {2}Account compared: the same\n/);
    assert.match(said, /\n {2}the last it showed: \S+seen\/10-captcha\.png\n/);
    assert.match(said, /\n {2}it is not attached to this computer; 'one' had it\n/);
    assert.match(said, /It cannot be run here: its phone is not attached\.\n {2}→ plug it in/);
    assert.match(said, /✔ done, as you say; it is on record\n/);
    assert.match(said, /\n2 of 3\n {2}f2[^]*cancelled; its password is dropped\n[^]*\n3 of 3\n/);
    assert.equal(said.match(/the last it showed/g)?.length, 1);
    assert.equal(said.match(/Account compared/g)?.length, 1);
    const states = await Promise.all([first, second, third].map((id) => office.show(id)));
    assert.deepEqual(
      states.map((job) => job?.state),
      ['done', 'cancelled', 'needs-person'],
    );
    const { end } = states[0] ?? {};
    assert.deepEqual(
      [end?.outcome, end?.finishedBy, end?.model, end?.verifiedAt],
      ['finished-by-hand', 'Iva', 'M2', undefined],
    );

    // No more today: what comes after it is not asked about.
    assert.equal((await attended(t, 'sit', ['q'])).questions.length, 1);
    await office.retry([third]);
    assert.equal((await attended(t, 'sit', [])).said, 'No job needs a person.\n');
  });

  test('asks nobody where there is no terminal', async () => {
    const ask: Asker = { terminal: false, question: () => assert.fail('it asks') };
    await assert.rejects(attend('sit', ask), {
      message: 'There is no terminal at which a person can be asked.',
      hint: 'run this in a terminal',
    });
  });
});

suite('prune', () => {
  test('jobs deletes old finished jobs of lists in which nothing is open, and keeps the ledger', async (t) => {
    const out = nothingDone('signed-out');
    const done = await ended('prune-old', 'pr1', out);
    await office.cancel([await ended('prune-old', 'pr2', undefined)]);
    await ended('prune-mixed', 'pr3', out);
    await office.hold([await ended('prune-mixed', 'pr4', undefined)]);
    const plugged = await ended('prune-plugged', 'pr5', out);
    const awaited = await ended('prune-awaited', 'pr6', out);
    await store.pool
      .query(`update mi_unbind.job set ended_at = ended_at - interval '40 days' where batch like 'prune-%';
      insert into mi_unbind.phone (station, serial, state, since, plugged, job) values ('one', 'pr5', 'device', now(), now(), ${plugged});
      insert into mi_unbind.delivery (id, body) values (gen_random_uuid(), '{"record":{"job":"${awaited}"}}');
      insert into mi_unbind.ledger (account, act, serial, job) values ('a', 'code-requested', 'pr1', ${done})`);
    const prune = (option: string) => run(t, 'jobs', 'prune', '--days', '30', option);
    assert.equal((await prune('--dry-run')).stdout, 'Would delete 2 finished jobs\n');
    assert.deepEqual(json((await prune('--json')).stdout), { dryRun: false, jobs: 2 });
    const { rows } = await store.pool.query<{ serial: string }>(
      "select serial from mi_unbind.job where batch like 'prune-%' order by id",
    );
    assert.deepEqual(
      rows.map(({ serial }) => serial),
      ['pr3', '', 'pr5', 'pr6'],
    );
    assert.equal((await store.pool.query('select from mi_unbind.ledger where job = $1', [done])).rowCount, 1);
    await store.pool.query('delete from mi_unbind.delivery');
  });

  test('runs spares the last run of an open job, and says how much it deletes', async (t) => {
    const [kept = '', old = ''] = ['20200101T000000Z-k1', '20200103T000000Z-k3'].map((name) =>
      join('old-runs', name),
    );
    for (const one of [kept, old]) {
      mkdirSync(one, { recursive: true });
      writeFileSync(join(one, '01.png'), Buffer.alloc(1024 * 1024));
      for (const name of ['01.png', '']) utimesSync(join(one, name), 1_600_000_000, 1_600_000_000);
    }
    await ended(
      'open',
      'k1',
      { ...nothingDone('refused'), evidence: join(folder, kept) },
      { then: 'parked' },
    );
    const prune = (...options: string[]) => run(t, 'runs', 'prune', 'old-runs', ...options);
    assert.match((await prune()).error?.hint ?? '', /^give --keep NUMBER or --days NUMBER/);
    const said = '1 folder of runs (1.0 MB) in old-runs\n';
    assert.equal((await prune('--days', '30', '--dry-run')).stdout, `Would delete ${said}`);
    assert.equal((await prune('--days', '30')).stdout, `Deleted ${said}`);
    assert.ok(existsSync(kept) && !existsSync(old));
  });
});
