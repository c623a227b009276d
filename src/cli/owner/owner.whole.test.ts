import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, suite, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { systemClock } from '../../clock.ts';
import { childEnvironment } from '../../config/config.ts';
import { JobAdmin } from '../../jobs/admin.ts';
import type { Job } from '../../jobs/job.ts';
import { nothingDone } from '../../jobs/nothing-done.ts';
import { JobQueue } from '../../jobs/queue.ts';
import { run, workFolder } from '../../live/command.ts';
import { withDatabase } from '../../live/ready-database.ts';
import { startSimAdb } from '../../live/sim-adb.ts';
import { imeiOf } from '../../sim/identity.ts';
import { LockRequests } from '../../store/lock-requests.ts';
import { Letters } from '../../store/letters.ts';
import { paths } from '../../store/postmaster.ts';
import { openStore, type Store } from '../../store/store.ts';

// The commands about the owners of phones, in this process, with a service of locks, a mail server and one
// PostgreSQL.
const folder = workFolder('owner');
const dataDir = join(folder, 'data');
const IMEIS = ['1', '2', '3', '4'].map((own) => imeiOf(`owner ${own}`));
const [ON = '', OFF = '', ODD = '', LOST = ''] = IMEIS;

const HOUR = 3_600_000;
let asked: string[] = [];
const ANSWERS: Readonly<Record<string, object>> = {
  [ON]: { locked: true, lost: false },
  [OFF]: { locked: false, lost: false },
  [LOST]: { locked: true, lost: true },
};
const service = createServer((request, response) => {
  const imei = new URL(request.url ?? '', 'http://x').searchParams.get('imei') ?? '';
  asked.push(imei);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(ANSWERS[imei] ?? { page: 'a captcha' }));
});

const letters: { to: string[]; source: string }[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onData(stream, { envelope }, callback) {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      const to = envelope.rcptTo.map(({ address }) => address);
      letters.push({ to, source: Buffer.concat(parts).toString() });
      callback();
    });
  },
});

let store: Store;
let queue: JobQueue;
let office: JobAdmin;

function settings(more: Readonly<Record<string, string>> = {}): void {
  const { port } = service.address() as AddressInfo;
  const given = {
    ...{
      DATA_DIR: 'data',
      EVIDENCE_DIR: 'runs',
      RECORDS_DIR: 'records',
      OPERATOR: 'Iva',
      LAB_NAME: 'Repair Lab',
    },
    ...{ LOCK_CHECK: 'http', LOCK_CHECK_URL: `http://127.0.0.1:${port}/lock?imei={imei}` },
    LOCK_CHECK_PATHS: 'locked,lost',
    ...more,
  };
  const lines = Object.entries(given).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync('.env', lines.join(''), { mode: 0o600 });
}
const post = () => ({
  SMTP_SEND_URL: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
  LETTER_FROM: 'Lab <lab@example.com>',
});

before(async () => {
  const listening = (of: { listen(port: number, host: string, ready: () => void): unknown }) =>
    new Promise<void>((ready) => of.listen(0, '127.0.0.1', ready));
  [store] = await Promise.all([
    openStore({ dataDir: withDatabase(dataDir), env: childEnvironment(), keepSeconds: 1 }),
    listening(service),
    listening(smtp),
  ]);
  queue = new JobQueue(store, { station: 'one' });
  office = new JobAdmin(store);
  settings();
});
after(async () => {
  await store?.close();
  for (const one of [service, smtp]) await new Promise<void>((closed) => one.close(() => closed()));
  while (existsSync(join(paths(dataDir).data, 'postmaster.pid'))) await pause(50);
});

/** No request was made yet, so that none has to be waited for. */
const forget = async () => {
  asked = [];
  await store.pool.query('delete from mi_unbind.lock_request');
};

suite('lock', () => {
  const ask = async (t: TestContext, ...words: string[]) => {
    await forget();
    return run(t, 'lock', ...words);
  };

  test('says of one phone what its server says, with an exit code for each answer', async (t) => {
    const on = await ask(t, ON);
    assert.deepEqual([on.code, on.stderr, asked], [1, '', [ON]]);
    const [heading = '', row = ''] = on.stdout.split('\n');
    assert.match(heading, /^IMEI +LOCK +LOST +ASKED +WHY UNKNOWN$/);
    assert.match(row, new RegExp(`^${ON} {2}on {4}not reported lost {2}\\d{4}-`));
    assert.equal((await ask(t, OFF)).code, 0);
    const odd = await ask(t, ODD);
    assert.equal(odd.code, 3);
    assert.match(odd.stdout, /unknown .*\S$/m);
  });

  test('as JSON gives each answer with its source, and each phone is asked about once', async (t) => {
    const { code, stdout, stderr } = await ask(t, '--json', OFF, OFF);
    assert.deepEqual([code, stderr, asked], [0, '', [OFF]]);
    const found = JSON.parse(stdout) as { imei: string; state: string; source: string; lost: boolean }[];
    assert.deepEqual(
      found.map(({ imei, state, lost }) => [imei, state, lost]),
      [[OFF, 'off', false]],
    );
    assert.match(found[0]?.source ?? '', /^127\.0\.0\.1:\d+$/);
  });

  test('takes the IMEIs of a list and of what is attached, and says each answer as it comes', async (t) => {
    if (process.platform === 'win32') return t.skip('a script stands for adb');
    const adb = await startSimAdb(t, { a1: { imei: ON, imei2: OFF }, b2: { imei: OFF, imei2: ODD } });
    writeFileSync('list.csv', `imei,imei2,account,data\n${ON},${OFF},6230001536,keep\n`);
    settings({ ...adb.env });
    t.after(() => settings());
    await forget();
    // What was answered in the last minutes is not asked for again, so nothing is waited for.
    const source = `127.0.0.1:${(service.address() as AddressInfo).port}`;
    const at = new Date().toISOString();
    const known = new LockRequests(store, systemClock);
    await known.keep({ source, at, imei: ON, state: 'on' }, undefined);
    await known.keep({ source, at, imei: OFF, state: 'off' }, undefined);
    await known.keep({ source, at, imei: ODD, state: 'unknown', why: 'it is closed' }, undefined);
    const listed = await run(t, 'lock', '--list', 'list.csv');
    assert.equal(listed.code, 1);
    assert.deepEqual(listed.stderr.trimEnd().split('\n').slice(-2), [`${ON} on`, `${OFF} off`]);
    const attached = await run(t, 'lock', '--attached', '--json', OFF);
    assert.deepEqual([attached.code, attached.stderr], [1, '']);
    const odd = await run(t, 'lock', OFF, ODD);
    assert.deepEqual([odd.code, odd.stderr], [3, `${OFF} off\n${ODD} unknown: it is closed\n`]);
    assert.deepEqual(
      (JSON.parse(attached.stdout) as { imei: string }[]).map(({ imei }) => imei),
      [OFF, ON, ODD],
    );
    assert.deepEqual(asked, []);
  });
});

suite('letter', () => {
  /** A job that stands still because its phone is locked. */
  async function parked(name: string, imei: string, more: Partial<Job['order']> = {}): Promise<string> {
    const order: Job['order'] = {
      ...{ phone: { imei }, account: 'owner@example.com', data: 'keep', ifForgotten: 'stop' },
      ...{ reference: name, ownerConsent: '', ownerEmail: `${name}@example.com`, ...more },
    };
    await queue.add(name, [{ order, row: 2 }], { keepSecrets: false });
    const claim = await queue.claim([{ serial: name, imei }], { batch: name });
    assert.ok(claim);
    const end = { ...nothingDone('refused', 'wrong-password'), imei, model: 'Redmi 9' };
    await queue.conclude(claim, end, { then: 'parked' });
    return claim.id;
  }
  const refusal = async (t: TestContext, ...words: string[]) => {
    const { code, stdout, error } = await run(t, 'letter', ...words);
    assert.deepEqual([code, stdout], [2, '']);
    return [error?.message, error?.hint];
  };
  const list = "see 'mi-unbind jobs list'";
  let first = '';
  let second = '';

  test('is about a job that there is, by its number', async (t) => {
    assert.deepEqual(await refusal(t, '7x'), ["'7x' is not a job number.", list]);
    assert.deepEqual(await refusal(t, '999999'), ['There is no job 999999.', list]);
    assert.deepEqual(await refusal(t, '1', '2', '--format', 'eml'), [
      '2 letters make no one eml file.',
      'name one job, or send them with --send',
    ]);
    const both = await refusal(t, '1', '--send', '--decide', 'sent');
    assert.match(both[0] ?? '', /cannot be used with option '--send'/);
  });

  test('is written to stdout in the form and the language that are asked for, and nothing is sent', async (t) => {
    settings({ LOCK_CHECK: 'none' });
    t.after(() => settings());
    first = await parked('first', ON, { ownerLanguage: 'bg' });
    second = await parked('second', ON, { ownerEmail: '' });
    const bulgarian = await run(t, 'letter', first);
    assert.equal(bulgarian.code, 0);
    assert.match(bulgarian.stdout, /^[^\n]*[а-я][^\n]*\n\n/);
    assert.match(bulgarian.stdout, new RegExp(`IMEI.*${ON.slice(-4)}`));
    assert.match(bulgarian.stdout, /Repair Lab/);
    const english = await run(t, 'letter', `00${first}`, first, second, '--language', 'en');
    assert.equal(english.stdout.split('\n----\n\n').length, 2, 'each job has one letter');
    assert.doesNotMatch(english.stdout, /[а-я]/);
    const html = await run(t, 'letter', first, '--format', 'html');
    assert.match(html.stdout, /^<!doctype html>/i);
    settings({ LOCK_CHECK: 'none', ...post() });
    const eml = await run(t, 'letter', first, '--format', 'eml');
    assert.match(eml.stdout, /^From: Lab <lab@example\.com>\r\nTo: first@example\.com\r\n/m);
    assert.deepEqual(await refusal(t, second, '--format', 'eml'), [
      `The letter about job ${second} has no address to go to: the list has no owner_email.`,
      'add the column to the list and run bulk with it again, or print it: --format text',
    ]);
    assert.deepEqual(letters, []);
    assert.equal((await office.show(first))?.state, 'parked');
  });

  test('is not written about a phone whose lock is off, or that is reported lost', async (t) => {
    const off = await parked('off', OFF);
    await forget();
    assert.deepEqual(await refusal(t, off), [
      `No letter about job ${off}: the server says that its lock is off: there is nothing to ask for.`,
      list,
    ]);
    assert.deepEqual(asked, [OFF]);
    const lost = await parked('lost', LOST);
    await forget();
    assert.match((await refusal(t, lost))[0] ?? '', /its owner has reported it as lost/);
  });

  test('is sent through the mail server that is set, and its job is held; one that cannot be keeps no other', async (t) => {
    t.after(() => settings());
    settings({ LOCK_CHECK: 'none' });
    const none = await run(t, 'letter', first, '--send');
    assert.match(
      none.error?.message ?? '',
      /SMTP_SEND_URL has to be the mail server that letters are sent through/,
    );
    settings({ LOCK_CHECK: 'none', ...post() });
    const sent = await run(t, 'letter', second, first, '--send', '--language', 'en');
    assert.deepEqual([sent.code, sent.stdout], [2, '']);
    assert.match(sent.stderr, new RegExp(`^No letter about job ${second}: it has no owner_email\\.\n→ `));
    assert.match(sent.stderr, new RegExp(`^The letter about job ${first} is sent; the job is held\\.$`, 'm'));
    assert.deepEqual(
      letters.map(({ to }) => to),
      [['first@example.com']],
    );
    assert.doesNotMatch(letters[0]?.source ?? '', /Subject: =\?UTF-8/, 'in the language that was asked for');
    assert.equal((await office.show(first))?.hold?.reason, 'owner-asked');
    const alone = await run(t, 'letter', second, '--send');
    assert.equal(alone.error?.message, `No letter about job ${second}: it has no owner_email.`);
  });

  test('that was perhaps sent is decided by a person', async (t) => {
    settings({ LOCK_CHECK: 'none', ...post() });
    t.after(() => settings());
    const perhaps = async (name: string) => {
      const job = await parked(name, ON);
      const row = {
        job,
        day: '2026-11-30',
        kind: 'first',
        language: 'en',
        by: 'Iva',
        station: 'one',
      } as const;
      assert.ok(await new Letters(store).begin(row, Date.now() - HOUR));
      return job;
    };
    const [yes, no] = [await perhaps('yes'), await perhaps('no')];
    assert.equal(
      (await run(t, 'letter', yes, '--decide', 'sent')).stderr,
      'Noted as sent; its job is held.\n',
    );
    assert.equal((await office.show(yes))?.state, 'held');
    const not = await run(t, 'letter', no, '--decide', 'not-sent');
    assert.equal(not.stderr, "Noted as not sent: 'mi-unbind letter JOB --send' sends it.\n");
    assert.equal((await office.show(no))?.state, 'parked');
    const again = await run(t, 'letter', no, '--decide', 'sent');
    assert.equal(again.code, 2);
  });
});
