import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { withDatabase } from '../../live/ready-database.ts';
import { instantClock, type Clock } from '../../clock.ts';
import { childEnvironment, loadSettings } from '../../config/config.ts';
import { JobAdmin } from '../../jobs/admin.ts';
import type { Job, ListedOrder } from '../../jobs/job.ts';
import { JobQueue } from '../../jobs/queue.ts';
import { LiveAdb } from '../../live/adb.ts';
import { run, workFolder } from '../../live/command.ts';
import { shareAppium, type SharedAppium } from '../../live/shared-appium.ts';
import { lockCheck } from '../../lock/lock-check.ts';
import { verifyRecords } from '../../report/verify.ts';
import { followUpOnce } from '../../runs/owner/follow-up.ts';
import { recordLetters, remind } from '../../runs/owner/letters.ts';
import { openMailer } from '../../runs/owner/mailer.ts';
import { lockSource } from '../../runs/owner/lock-check.ts';
import { aboutOf, shelfOf } from '../../runs/shelf.ts';
import { startWorld, type World } from '../../sim/world.ts';
import { LockRequests } from '../../store/lock-requests.ts';
import { paths } from '../../store/postmaster.ts';
import { openStore, type Store } from '../../store/store.ts';

// A list of locked phones over some days: what the server says, letters, and how each one ends.
const folder = workFolder('owner');
const dataDir = join(folder, 'data');
const password = 'sim-password';
const HOUR = 3_600_000;
const account = (n: number) => ({ id: String(6_230_009_100 + n), password });
/** In the order of the list. What the server says of those that are not signed in is said by `answers`. */
const NAMES = [
  ...(['signs out', 'delayed', 'lost', 'clear', 'locked', 'another IMEI'] as const),
  ...(['web page', 'redirect', 'fault', 'half', 'rate limit', 'captcha'] as const),
];
type Name = (typeof NAMES)[number];
const letters: { to: string[]; source: string }[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onData(stream, { envelope }, callback) {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      letters.push({
        to: envelope.rcptTo.map(({ address }) => address),
        source: Buffer.concat(parts).toString(),
      });
      callback();
    });
  },
});

let world: World;
let store: Store;
let adb: LiveAdb;
let appium: SharedAppium;
const imei = (name: Name): string => world.phones[NAMES.indexOf(name)]!.phone.identity.imei;

/** Before Xiaomi's server: spoils the answers for some phones, and passes on all others. */
const spoilt: Partial<Record<Name, [status: number, body: string, type?: string]>> = {
  'another IMEI': [200, '{"result":"ok","code":0,"data":{"imei":"867320210670604","locked":false}}'],
  'web page': [200, '<!doctype html><p>"locked":false</p>', 'text/html'],
  redirect: [302, '{"result":"ok","code":0,"data":{"locked":false}}'],
  fault: [200, '{"result":"ok","code":0,"error":"quota","data":{"locked":false}}'],
  half: [200, '{"result":"ok","code":0,"data":{"locked":false'],
  'rate limit': [429, ''],
  captcha: [200, '{"result":"error","code":87001,"data":{"locked":false}}'],
};
let isSpoilt = false;
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://sim');
  const name = NAMES.find((one) => imei(one) === url.searchParams.get('id'));
  const odd = isSpoilt && name ? spoilt[name] : undefined;
  if (!odd)
    return void fetch(new URL(request.url ?? '', world.site!.url)).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    });
  response.writeHead(odd[0], { 'content-type': odd[2] ?? 'application/json', location: '/elsewhere' });
  response.end(odd[1]);
});
const portOf = (of: { address(): unknown }) => (of.address() as AddressInfo).port;

before(async () => {
  const listening = (of: { listen(port: number, host: string, ready: () => void): unknown }) =>
    new Promise<void>((ready) => of.listen(0, '127.0.0.1', () => ready()));
  [world, store, adb] = await Promise.all([
    startWorld({
      site: { pace: 'instant' },
      phones: NAMES.map((name, n) => ({
        ...{ pace: 'instant', helpers: 'current' },
        ...(n < 3 && { account: account(n) }),
        lock: name === 'lost' ? { lost: true } : name === 'delayed' ? { delaySeconds: 600 } : { on: n > 3 },
      })) as never,
    }),
    openStore({ dataDir: withDatabase(dataDir), env: childEnvironment(), keepSeconds: 1 }),
    LiveAdb.start(),
    listening(server),
    listening(smtp),
  ]);
  const settings: Record<string, string> = {
    ...{ ...adb.env, DATA_DIR: 'data', EVIDENCE_DIR: 'runs', RECORDS_DIR: 'records', STATION: 'one' },
    ...{
      LOCK_CHECK: 'xiaomi',
      LOCK_CHECK_URL: `http://127.0.0.1:${portOf(server)}`,
      LOCK_CHECK_INTERVAL: '2',
    },
    ...{ SMTP_SEND_URL: `smtp://127.0.0.1:${portOf(smtp.server)}`, LETTER_FROM: 'Lab <lab@example.com>' },
    REMINDER_DAYS: '7',
  };
  const write = (more: Record<string, string> = {}) =>
    writeFileSync(
      '.env',
      Object.entries({ ...settings, ...more })
        .map(([name, value]) => `${name}='${value}'\n`)
        .join(''),
      { mode: 0o600 },
    );
  write();
  appium = await shareAppium(folder);
  write(appium.env);
  for (const { serial } of world.phones) await adb.run('connect', serial);
});
after(async () => {
  await appium?.stop();
  await store?.close();
  await Promise.all([world?.close(), adb?.stop()]);
  for (const one of [server, smtp]) await new Promise<void>((closed) => one.close(() => closed()));
  while (existsSync(join(paths(dataDir).data, 'postmaster.pid'))) await pause(50);
});

/** The lock as a station asks for it, on a clock that does not wait. */
const patient = (clock: Clock) =>
  lockCheck(
    lockSource(loadSettings())!,
    new LockRequests(store, clock),
    { intervalMs: 2000, budget: 10_000 },
    { fetch, clock, random: () => 0 },
  );

/** What a station does over hours, on a clock that does not wait. */
async function later(hours: number): Promise<void> {
  const settings = loadSettings();
  const clock = instantClock(Date.now() + hours * HOUR);
  const [shelf, about] = [shelfOf(settings), aboutOf(settings)];
  const check = patient(clock);
  const desk = { store, settings, clock, about, check, lab: 'Repair Lab' };
  const mailer = openMailer(settings.smtpSendUrl!, settings.letterFrom);
  await followUpOnce({
    ...{ store, clock, shelf, about, check },
    further: async () => {
      await remind({ ...desk, mailer, hook: false, onReminded: () => undefined });
      await recordLetters(desk, shelf);
    },
    signal: new AbortController().signal,
    onProblem: (problem) => assert.fail(problem),
  });
}
const jobs = async (): Promise<Record<Name, Job>> => {
  const all = await new JobAdmin(store).list({ batch: 'phones', limit: 100 });
  return Object.fromEntries(
    NAMES.map((name) => [name, all.find(({ order }) => order.reference === name)]),
  ) as never;
};
const idOf = async (name: Name) => (await jobs())[name].id;

test('a list of phones under every answer of the server: only a whole off is off, and a lost phone is left alone', async (t) => {
  const rows = NAMES.map(
    (name, n) => `${world.phones[n]!.serial},${account(n).id},${password},keep,${name},o${n}@example.com,en`,
  );
  writeFileSync(
    'phones.csv',
    `serial,account,password,data,reference,owner_email,owner_language\n${rows.join('\n')}\n`,
    {
      mode: 0o600,
    },
  );
  // What was asked a moment ago is not asked again, so that the list need not wait between requests.
  const asked = patient(instantClock());
  for (const { phone } of world.phones)
    for (const one of [phone.identity.imei, phone.identity.imei2]) if (one) await asked.check(one);
  const { code, stderr } = await run(t, 'bulk', 'phones.csv', '--parallel', '2');
  assert.equal(code, 3, stderr);
  const ended = await jobs();
  assert.deepEqual(
    Object.values(ended).map(({ state, end, hold }) => [state, end?.outcome, hold?.reason]),
    NAMES.map((name) =>
      name === 'lost'
        ? ['held', 'needs-person', 'lost']
        : ['done', ['signs out', 'delayed'].includes(name) ? 'signed-out' : 'already-signed-out', undefined],
    ),
  );
  await store.pool.query('delete from mi_unbind.lock_request');
  isSpoilt = true;
  await later(0.05);
  const now = await jobs();
  assert.deepEqual(
    NAMES.filter((name) => now[name].lockAfter?.state === 'off'),
    ['signs out'],
  );
  assert.equal(now.clear.lockAfter, undefined, 'it was off before, and is not asked again');
  const list = await run(t, 'jobs', 'list', '--batch', 'phones');
  assert.match(list.stdout, /lock not confirmed/);
});

test('letters are shown, written as a page and as a mail file, and nothing is sent or noted by it', async (t) => {
  const queue = new JobQueue(store, { station: 'one' });
  const order = (more: Partial<ListedOrder['order']>): ListedOrder => ({
    order: {
      ...{ phone: { imei: imei('locked') }, account: 'owner@example.com', data: 'keep', ifForgotten: 'stop' },
      ...{ reference: '17-R', ownerConsent: '', ...more },
    },
    row: 2,
  });
  const listed = [
    order({ ownerEmail: 'owner@example.com', ownerLanguage: 'ar' }),
    order({ phone: { imei: imei('clear') } }),
    order({ phone: { serial: 'none' } }),
  ];
  await queue.add('shown', listed, { keepSecrets: false });
  const office = new JobAdmin(store);
  const all = async () => (await office.list({ batch: 'shown', limit: 9 })).toReversed();
  const [whole = '', bare = '', unknown = ''] = (await all()).map(({ id }) => id);
  const letter = async (...words: string[]) => run(t, 'letter', ...words);
  const said = async (...words: string[]) => (await letter(...words)).error?.message ?? '';

  const text = await letter(whole, '--language', 'en');
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^Your Xiaomi phone \(IMEI ending in \d{4}\).*\n\nDear owner,/);
  assert.match(text.stdout, /^Our reference: 17-R$/m);
  assert.match((await letter(whole, '--format', 'html')).stdout, /<html lang="ar" dir="rtl">/);
  const { stdout: eml } = await letter(whole, '--format', 'eml');
  assert.match(eml, /^To: owner@example\.com\r?$/m);
  assert.match(eml, /^Subject: =\?UTF-8\?/m, 'a header is ASCII');
  assert.match(eml, /^Content-Type: multipart\/alternative/m);
  const parts = [...eml.matchAll(/^Content-Type: text\/(\w+); charset=utf-8/gm)].map(([, kind]) => kind);
  assert.deepEqual(parts, ['plain', 'html']);
  assert.doesNotMatch(eml, /[^ -~\r\n\t]/);

  assert.equal((await letter(bare)).code, 0);
  assert.match(await said(bare, '--format', 'eml'), /no address to go to: the list has no owner_email/);
  assert.match(await said(unknown), /has no IMEI/);
  assert.match(await said(whole, bare, '--format', 'html'), /2 letters make no one html file/);
  assert.deepEqual(
    (await all()).map(({ state, letters: of }) => [state, of]),
    [1, 2, 3].map(() => ['waiting', undefined]),
  );
  await office.cancel([whole, bare, unknown]);
});

test('letters go out once, the owner clears a phone from afar and its job ends by itself, the other phone goes back', async (t) => {
  const lost = await run(t, 'letter', await idOf('lost'), '--send');
  assert.match(lost.error?.message ?? '', /reported it as lost.*never written about/);
  const queue = new JobQueue(store, { station: 'one' });
  const order = (name: Name): ListedOrder['order'] => ({
    ...{ phone: { imei: imei(name) }, account: 'owner@example.com', data: 'keep', ifForgotten: 'stop' },
    ...{ reference: name, ownerConsent: '', ownerEmail: 'owner@example.com', ownerLanguage: 'ar' },
  });
  const listed = (['locked', 'another IMEI'] as const).map((name) => ({ order: order(name), row: 2 }));
  await queue.add('held', listed, { keepSecrets: false });
  const office = new JobAdmin(store);
  const held = async () => (await office.list({ batch: 'held', limit: 9 })).toReversed();
  const ids = (await held()).map(({ id }) => id);
  const sent = await run(t, 'letter', ...ids, '--send');
  assert.equal(sent.code, 0, sent.stderr);
  assert.deepEqual(
    (await held()).map(({ state, hold }) => [state, hold?.reason]),
    [1, 2].map(() => ['held', 'owner-asked']),
  );
  const again = await run(t, 'letter', ...ids, '--send');
  assert.equal(again.code, 2);
  assert.equal(letters.length, 2);
  await later(7 * 24 + 1);
  await later(7 * 24 + 2);
  assert.equal(letters.length, 4, 'each is reminded once');
  assert.deepEqual(new Set(letters.flatMap(({ to }) => to)), new Set(['owner@example.com']));
  world.accounts.locks.clear(imei('locked'));
  await later(8 * 24);
  await later(32 * 24);
  const ended = await held();
  assert.deepEqual(
    ended.map(({ state, end }) => [state, end?.outcome]),
    [
      ['unrecorded', 'cleared-by-owner'],
      ['unrecorded', 'return-to-sender'],
    ],
  );
  // Any station of that name writes what is to be recorded.
  const { code } = await run(t, 'bulk', 'phones.csv');
  assert.equal(code, 3);
  assert.deepEqual(
    (await held()).map(({ state }) => state),
    ['done', 'needs-person'],
  );
  assert.deepEqual((await verifyRecords('records')).problems, []);
});
