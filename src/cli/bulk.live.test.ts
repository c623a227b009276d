import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { withDatabase } from '../live/ready-database.ts';
import { childEnvironment, loadSettings } from '../config/config.ts';
import type { Job } from '../jobs/job.ts';
import { JobAdmin } from '../jobs/admin.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { openStore, type Store } from '../store/store.ts';
import { adb, LiveRig } from '../live/rig.ts';
import type { LiveProgram } from '../live/program.ts';
import { LiveTerminal, terminalMissing } from '../live/terminal.ts';
import { ledgerIn } from '../runs/store.ts';

const CANARY = 'Kanarie7Qx-1';
const HOOK_SECRET = `whsec_${Buffer.from('hook-secret-of-the-lab--').toString('base64')}`;

const phone = (n: number, changes: PhoneSpec = {}, password = CANARY): PhoneSpec => ({
  ...{
    pace: 'instant',
    helpers: 'current',
    account: { id: String(6_230_009_000 + n), password, phone: '+359888009001' },
  },
  ...changes,
});
const NAMES = ['right', 'wrong', 'second factor', 'elsewhere', 'to be skipped', 'to be held'] as const;
type Name = (typeof NAMES)[number];
const SPECS = [
  phone(0),
  phone(1, { helpers: 'none' }, 'Another-1'),
  phone(2, { faults: ['second-factor'] }),
  phone(3, { helpers: 'none' }),
  phone(4),
  phone(5),
];

interface Post {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The lab's own system: is asked before each phone, and gets its record after it. */
async function startLab(
  rig: LiveRig,
): Promise<{ server: Server; posts: Post[]; env: Record<string, string> }> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      posts.push({ path: request.url ?? '', headers: request.headers, body });
      const { serial } = JSON.parse(body) as { serial?: string };
      const action =
        serial === serialOf(rig, 'to be skipped')
          ? 'skip'
          : serial === serialOf(rig, 'to be held')
            ? 'hold'
            : 'run';
      response.end(JSON.stringify({ action, reason: 'as the lab says' }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, posts, env: { BEFORE_URL: `${url}/before`, AFTER_URL: `${url}/after`, HOOK_SECRET } };
}

function serialOf({ serials }: LiveRig, name: Name): string {
  return serials[NAMES.indexOf(name)] ?? '';
}

const ALL_HELPERS = /^(package:io\.appium\S+\s*){3}$/;
const helpersOn = (serial: string) => adb('-s', serial, 'shell', 'pm list packages io.appium');

/** Files under a folder that hold the password. */
function traces(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(CANARY.slice(0, -2)));
}

describe('a list of phones', () => {
  let rig: LiveRig;
  let records: string;
  let list: string;
  let env: Record<string, string>;
  let store: Store;

  before(async () => {
    rig = await LiveRig.start(SPECS);
    records = join(rig.folder, 'records');
    env = { RECORDS_DIR: records, STATION: 'station-1' };
    list = listOf('lab', [...NAMES], CANARY);
    await rig.unplug(serialOf(rig, 'elsewhere'));
    await adb('disconnect', serialOf(rig, 'elsewhere')).catch(() => undefined);
    store = await openStore({
      dataDir: withDatabase(join(rig.folder, 'data')),
      env: childEnvironment(),
      keepSeconds: 1,
    });
  });
  after(async () => {
    await store?.close();
    await rig?.stop();
  });

  function listOf(name: string, phones: readonly Name[], password: string): string {
    const file = join(rig.folder, `${name}.csv`);
    const rows = phones.map(
      (one) => `${serialOf(rig, one)};${6_230_009_000 + NAMES.indexOf(one)};${password};keep;${one}`,
    );
    writeFileSync(file, `\ufeff${['serial;account;password;data;reference', ...rows].join('\r\n')}\r\n`, {
      mode: 0o600,
    });
    return file;
  }

  const submitted = async (name: Name) =>
    (await rig.witness(serialOf(rig, name))).events.filter(({ kind }) => kind === 'password-submitted')
      .length;

  /** Its jobs by the list's reference. */
  async function jobs(batch: string): Promise<Record<string, Job>> {
    return Object.fromEntries(
      (await new JobAdmin(store).list({ batch, limit: 10 })).map((job) => [job.order.reference, job]),
    );
  }

  async function states(batch: string): Promise<Record<string, string>> {
    return Object.fromEntries(Object.entries(await jobs(batch)).map(([name, { state }]) => [name, state]));
  }

  /** Asked of the phones again and again, since they report nothing. */
  async function until(what: string, isSo: () => Promise<boolean>, program: LiveProgram): Promise<void> {
    let over = false;
    void program.ended.then(() => (over = true));
    while (!(await isSo())) {
      assert.ok(!over, `It ended before ${what}:\n${program.stderr}`);
      await pause(20);
    }
  }

  it('is worked off as far as it goes, with the lab asked before each phone and informed after it', async () => {
    const { server, posts, env: hooks } = await startLab(rig);
    const program = rig.start(['bulk', list], { env: { ...env, ...hooks } });
    const seen = new Set<string>();
    const watch = setInterval(() => program.processes().forEach((line) => seen.add(line)), 100);
    const { code, stdout, stderr } = await program.ended;
    clearInterval(watch);
    server.close();

    assert.equal(code, 3, stderr);
    assert.deepEqual(await states('lab'), {
      ...{ right: 'done', wrong: 'parked', 'second factor': 'needs-person', elsewhere: 'waiting' },
      ...{ 'to be skipped': 'cancelled', 'to be held': 'held' },
    });
    assert.equal((await rig.witness(serialOf(rig, 'right'))).account, null);
    for (const name of ['to be skipped', 'to be held'] as const) assert.equal(await submitted(name), 0, name);
    assert.match(stderr, /1 phone of the list is not attached:\n.*elsewhere\n→ plug/);
    assert.match(
      stderr,
      /1 done · 1 waiting · 1 for a person · 1 parked · 1 held · 1 cancelled\. The report is /,
    );

    // What was installed for a job is gone when the job is over, and its record says what stays.
    assert.equal(
      await adb('-s', serialOf(rig, 'wrong'), 'shell', 'pm list packages io.appium; ls -A /data/local/tmp'),
      '',
    );
    assert.match(await helpersOn(serialOf(rig, 'right')), ALL_HELPERS);
    const stays = Object.entries(await jobs('lab')).flatMap(([name, { end }]) =>
      (end?.facts ?? [])
        .filter((fact) => fact.name === 'Stays on the phone')
        .map(({ value }) => [name, value]),
    );
    const debugging = 'USB debugging, authorised for this computer';
    assert.deepEqual(Object.fromEntries(stays), {
      right: `${debugging}; Appium’s helper apps, which were there before`,
      wrong: debugging,
      'second factor': `${debugging}; Appium’s helper apps, which were there before`,
    });

    const delivered = posts.filter(({ path }) => path === '/after');
    const ended = delivered.map(
      ({ body }) => (JSON.parse(body) as { record: { reference: string } }).record.reference,
    );
    assert.deepEqual(ended.sort(), ['right', 'second factor', 'to be skipped', 'wrong']);
    assert.equal(new Set(delivered.map(({ headers }) => headers['idempotency-key'])).size, delivered.length);
    assert.ok(
      delivered.every(({ body }) =>
        /"seq":\d+,"sha256":"[0-9a-f]{64}","key":"[0-9a-f]{16}","signature":"/.test(body),
      ),
    );
    for (const { headers, body } of posts)
      new Webhook(HOOK_SECRET).verify(body, headers as Record<string, string>);

    const verified = await rig.run(['report', 'verify'], { env });
    assert.match(verified.stdout, /^4 records: each is as it was written/);
    const key = join(rig.folder, 'station.pub');
    writeFileSync(key, (await rig.run(['report', 'key'])).stdout);
    const noted = join(rig.folder, 'noted.json');
    writeFileSync(noted, delivered.at(-1)?.body ?? '');
    const signed = await rig.run(['report', 'verify', '--key', key, '--head', noted, '--json'], { env });
    assert.deepEqual(
      [signed.code, (JSON.parse(signed.stdout) as { checked: number }).checked],
      [0, 4],
      signed.stdout,
    );
    assert.match(
      readFileSync(join(records, 'batch-lab', 'batch.xml'), 'utf8'),
      /tests="6" failures="2" errors="0" skipped="3"/,
    );
    assert.equal(
      readFileSync(join(records, 'batch-lab', 'batch.csv'), 'utf8')
        .trimEnd()
        .split('\r\n').length,
      7,
    );

    // A folder of records may be called as the batch.
    const away = join(rig.folder, 'away');
    mkdirSync(join(away, 'lab', '2026-01-01-000000000-1-d1e2'), { recursive: true });
    const summed = await rig.run(['report', 'batch', 'lab', '--json'], { env, by: ['env', '-C', away] });
    assert.equal((JSON.parse(summed.stdout) as { rows: unknown[] }).rows.length, 6, summed.stderr);
    assert.match(summed.stderr, /A folder of records is called 'lab' too; '\.\/lab' means that one\./);
    assert.match(
      (await rig.run(['report', 'batch', './lab'], { env, by: ['env', '-C', away] })).stderr,
      /'\.\/lab' holds no phones/,
    );

    assert.ok([...seen].some((line) => line.includes('appium')));
    const { rows } = await store.pool.query<{ dump: string }>(
      "select schema_to_xml('mi_unbind', true, false, '')::text as dump",
    );
    assert.match(rows[0]?.dump ?? '', /to be skipped/);
    const written = [stdout, stderr, rows[0]?.dump ?? '', ...seen, ...posts.map(({ body }) => body)];
    assert.deepEqual(
      written.filter((one) => one.includes(CANARY.slice(0, -2))),
      [],
    );
    assert.deepEqual(
      ['runs', 'records', 'data'].flatMap((folder) => traces(join(rig.folder, folder))),
      [],
    );
  });

  it('given again adds nothing and touches no phone, and tries no wrong password again that it has still', async () => {
    const seen = () =>
      Promise.all(rig.serials.map(async (serial) => (await rig.witness(serial)).events.length));
    const before = await seen();
    const { code, stderr } = await rig.run(['bulk', list, '--again'], { env });
    assert.equal(code, 3, stderr);
    assert.match(stderr, /0 phones added to batch 'lab'; 6 were in it before\./);
    assert.match(stderr, /1 phone with a wrong password stays parked: the list has the same one still/);
    assert.deepEqual(await seen(), before);
  });

  it('stopped by Ctrl-C, killed as a password goes out, and begun again: the phone decides, and no password goes out twice', async () => {
    const pair = ['right', 'wrong'] as const;
    const [right, wrong] = pair.map((name) => serialOf(rig, name)) as [string, string];
    await rig.put(right, phone(0, { pace: 'real', costs: 'none' }));
    await rig.put(wrong, phone(1, { pace: 'real', costs: 'none' }, 'Another-1'));
    const args = ['bulk', listOf('killed', pair, CANARY), '--json'];

    const first = rig.start(args, { env });
    await until('a page was seen', () => Promise.resolve(first.stdout.includes('"kind":"step"')), first);
    first.signal('SIGINT');
    const stopped = await first.ended;
    assert.equal(stopped.code, 1, stopped.stderr);
    assert.match(stopped.stderr, /it goes on where it was/);
    assert.deepEqual(await states('killed'), { right: 'waiting', wrong: 'waiting' });
    assert.deepEqual(await Promise.all(pair.map(submitted)), [0, 0]);

    await rig.put(right, phone(0));
    await rig.put(wrong, phone(1, {}, 'Another-1'));
    const second = rig.start(args, { env });
    await until(
      'a password was out',
      async () => (await Promise.all(pair.map(submitted))).includes(1),
      second,
    );
    second.signal('SIGKILL');
    await second.ended;

    const third = await rig.run(args, { env });
    // Killed before the phone asked what is to become of the data, it is signed in still, and asks for the
    // password anew.
    const { right: out, wrong: left } = await jobs('killed');
    const isOut = (await rig.witness(right)).account === null;
    assert.deepEqual(
      [out?.state, out?.end?.reason],
      isOut ? ['done', undefined] : ['needs-person', 'done-before'],
    );
    assert.match(left?.end?.reason ?? '', /^(wrong-password|done-before)$/);
    // The worst of both, whichever the kill has caught.
    const isForPerson = [out, left].some((job) => job?.state === 'needs-person');
    assert.equal(third.code, isForPerson ? 3 : 1, third.stderr);
    // Killed between ledger and tap, one has not gone out at all.
    const times = await Promise.all(pair.map(submitted));
    assert.ok(
      times.every((one) => one <= 1),
      String(times),
    );
    assert.equal((await rig.run(['report', 'verify'], { env })).code, 0);
  });

  it('begins a parked phone again when its list brings another password, and undoes what it installed on one that is tried again once that is done', async () => {
    const [serial, late] = [serialOf(rig, 'right'), serialOf(rig, 'wrong')];
    const account = { id: '6230009077', password: 'Another-1' };
    const other = { id: '6230009078', password: 'Another-1' };
    await rig.put(serial, { pace: 'instant', helpers: 'current', account });
    await rig.put(late, { pace: 'instant', helpers: 'none', account: other });
    // Its account has used up its tries elsewhere.
    const ledger = ledgerIn(store, loadSettings());
    for (const account of [other.id, other.id])
      await ledger.enter({ account, act: 'password-submitted', serial: 'elsewhere' });
    const corrected = join(rig.folder, 'corrected.csv');
    const withPassword = (password: string) =>
      writeFileSync(
        corrected,
        `serial,account,password,data,reference\n${serial},${account.id},${password},keep,corrected\n${late},${other.id},Another-1,keep,late\n`,
        { mode: 0o600 },
      );
    withPassword('Not-it-1');
    const first = await rig.run(['bulk', corrected], { env });
    assert.equal(first.code, 1, first.stderr);
    const { late: again } = await jobs('corrected');
    assert.deepEqual([again?.state, again?.end?.reason], ['waiting', 'password-budget']);
    assert.match(await helpersOn(late), ALL_HELPERS, 'kept for the next attempt');
    assert.ok(!again?.end?.facts?.some(({ name }) => name === 'Stays on the phone'), 'nothing is final yet');

    // A day later.
    await store.pool.query("delete from mi_unbind.ledger where serial = 'elsewhere'");
    await new JobAdmin(store).retry([again?.id ?? '']);
    withPassword(account.password);
    const second = await rig.run(['bulk', corrected], { env });
    assert.match(second.stderr, /1 phone of those parked begins again\./);
    assert.equal(second.code, 0, second.stderr);
    assert.equal((await rig.witness(serial)).account, null);
    assert.equal((await rig.witness(late)).account, null);
    assert.equal(await helpersOn(late), '', 'as before the first attempt');
    assert.match(await helpersOn(serial), ALL_HELPERS, 'it had them before');
  });

  it('is gone on with by a station as its phones are plugged in, until Ctrl-C, and with --keep-helpers what it installed stays', async () => {
    const program = rig.start(['station', '--keep-helpers'], { env });
    await program.says('waits for phones that have jobs');
    try {
      await rig.plug(serialOf(rig, 'elsewhere'));
      await program.says('elsewhere signed out');
    } finally {
      program.signal('SIGINT');
    }
    assert.equal((await program.ended).code, 0);
    assert.equal((await rig.witness(serialOf(rig, 'elsewhere'))).account, null);
    assert.match(await helpersOn(serialOf(rig, 'elsewhere')), ALL_HELPERS);
  });

  it(
    'leaves to a person what only a person can do, and believes the phone first',
    { skip: terminalMissing },
    async () => {
      const folders = { EVIDENCE_DIR: join(rig.folder, 'runs'), DATA_DIR: join(rig.folder, 'data') };
      const terminal = new LiveTerminal(['jobs', 'attend', '--batch', 'lab'], {
        ...env,
        ...folders,
        NO_COLOR: '1',
      });
      await terminal.says(/second factor.*a code sent to the owner is asked for.*\[q\]uit\? $/s);
      const screen = /it showed: (\S+\.png)/.exec(terminal.said)?.[1] ?? '';
      assert.ok(existsSync(screen), terminal.said);
      terminal.type('d\n');
      await terminal.says(/signed in as 6230\S+ still, so it is not done.*\[q\]uit\? $/s);
      await rig.put(serialOf(rig, 'second factor'), { pace: 'instant', helpers: 'current' });
      terminal.type('d\n');
      assert.equal(await terminal.ended, 0, terminal.said);
      const { 'second factor': job } = await jobs('lab');
      assert.deepEqual(
        [job?.state, job?.end?.outcome, job?.end?.finishedBy],
        ['done', 'finished-by-hand', 'a person'],
      );
      assert.ok(job?.end?.verifiedAt);
      assert.equal((await rig.run(['report', 'verify'], { env })).code, 0);
    },
  );
});
