import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { childEnvironment } from '../config/config.ts';
import { JobAdmin } from '../jobs/admin.ts';
import type { Order } from '../jobs/job.ts';
import { JobQueue } from '../jobs/queue.ts';
import { CutProxy } from '../live/cut-proxy.ts';
import { DebianPostgres, postgresMissing } from '../live/debian-postgres.ts';
import { LiveAdb } from '../live/adb.ts';
import { LiveRig } from '../live/rig.ts';
import type { LiveProgram } from '../live/program.ts';
import { Secret } from '../secret.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { openStore, type Store } from '../store/store.ts';

/**
 * The database goes away in the middle of a run, between the page of the password and its submission. It takes
 * minutes: what a station waits for before it gives a phone up is part of it.
 */

const PASSWORDS = ['Pass-of-a1', 'Pass-of-b2'];
const phones = PASSWORDS.map((password, at): PhoneSpec => ({
  // It takes its time, so that the database is away before it is done on a quiet computer too.
  ...{ pace: 'real', faults: ['slow'], helpers: 'current' },
  account: { id: String(6_230_003_100 + at), password, syncedData: ['contacts'] },
}));
// So long a server takes to be replaced by its standby, ms.
const FAILOVER = 30_000;
// In so long a station that hears of its database again finds out what became of its phone, ms.
const AWAKE = 5000;

describe('a database that goes away in the middle of a run', { skip: await postgresMissing() }, () => {
  const key = new Secret(randomBytes(32).toString('base64'));
  let postgres: DebianPostgres;
  let proxy: CutProxy;
  let adbs: [LiveAdb, LiveAdb];
  let lab: LiveRig;
  let store: Store;

  before(async () => {
    postgres = await DebianPostgres.start({ user: 'lab', password: 'lab-password' });
    proxy = await CutProxy.start(postgres.port);
    adbs = [await LiveAdb.start(), await LiveAdb.start()];
    lab = await LiveRig.start(phones, { env: adbs[0].env });
    const dataDir = join(lab.folder, 'data');
    const env = childEnvironment();
    store = await openStore({ databaseUrl: postgres.url(), storeKey: key, dataDir, env });
  });
  after(async () => {
    proxy?.goAway();
    await store?.close();
    await lab?.stop();
    await proxy?.close();
    await postgres?.remove();
    for (const adb of adbs ?? []) await adb.stop();
  });

  const station = (name: string, adb: LiveAdb, port: number): LiveProgram => {
    const own = {
      STATION: name,
      RECORDS_DIR: join(lab.folder, name),
      EVIDENCE_DIR: join(lab.folder, `runs-${name}`),
    };
    const secrets = { DATABASE_URL: postgres.url({ port }).reveal(), STORE_KEY: key.reveal() };
    return lab.start(['station', '--json', '--no-page'], { env: { ...own, ...adb.env, ...secrets } });
  };
  const add = async (at: number) => {
    const order: Order = {
      phone: { serial: lab.serials[at] ?? '' },
      account: String(6_230_003_100 + at),
      data: 'keep',
      ifForgotten: 'stop',
      reference: `phone ${at}`,
      ownerConsent: '',
    };
    const listed = { order, password: new Secret(PASSWORDS[at] ?? ''), row: at + 2 };
    await new JobQueue(store, { station: 'desk' }).add(`list-${at}`, [listed], { keepSecrets: false });
  };
  const seen = async (at: number) => {
    const { account, events, unknown } = await lab.witness(lab.serials[at] ?? '');
    const submitted = events.filter(({ kind }) => kind === 'password-submitted').length;
    return { account, submitted, unknown, events };
  };
  const job = async (at: number) => (await new JobAdmin(store).list({ batch: `list-${at}`, limit: 1 }))[0];

  it('for half a minute costs nothing: no password is submitted that is not entered before, and the phone is signed out with one', async (t) => {
    const north = station('north', adbs[0], proxy.port);
    t.after(() => north.signal('SIGKILL'));
    await adbs[0].run('disconnect', lab.serials[1] ?? '');
    await add(0);
    await prints(north, /"what":"type the password"/);
    proxy.goAway();
    await pause(FAILOVER);
    assert.equal((await seen(0)).submitted, 0, 'nothing is submitted that is not entered before');
    proxy.comeBack();
    // Where it gave up, it tries again in a minute.
    const soon =
      "update mi_unbind.job set not_before = now() where state = 'waiting' and not_before is not null";
    while ((await job(0))?.state !== 'done') {
      await store.pool.query(soon);
      await pause(500);
    }
    const { account, submitted, unknown } = await seen(0);
    assert.deepEqual([account, submitted, unknown], [null, 1, []]);
    assert.equal((await job(0))?.end?.outcome, 'signed-out');
    await stopped(north);
  });

  it('behind a network that swallows all packets loses the phone to a station that reaches it, and presses nothing when it hears of it again', async (t) => {
    const serial = lab.serials[1] ?? '';
    await adbs[0].run('connect', serial);
    const north = station('north', adbs[0], proxy.port);
    t.after(() => north.signal('SIGKILL'));
    await add(1);
    await prints(north, /"what":"type the password"/);
    proxy.fallSilent();
    await adbs[1].run('connect', serial);
    const south = station('south', adbs[1], postgres.port);
    t.after(() => south.signal('SIGKILL'));
    await prints(south, new RegExp(`"kind":"ended".*"phone":"${serial}"`));
    const before = await seen(1);
    assert.deepEqual([before.account, before.submitted, before.unknown], [null, 1, []]);
    proxy.speak();
    await prints(north, /"kind":"given-back"|"kind":"ended"/);
    await pause(AWAKE);
    assert.deepEqual(await seen(1), before, 'the first station touches the phone no more');
    const ended = await job(1);
    assert.deepEqual([ended?.end?.outcome, ended?.station], ['signed-out', 'south']);
    await stopped(north);
    await stopped(south);
  });
});

async function stopped(program: LiveProgram): Promise<void> {
  program.signal('SIGINT');
  assert.equal((await program.ended).code, 0, program.stderr);
}

/** Resolves when it has printed what fits; rejects when it ended without. */
async function prints(program: LiveProgram, words: RegExp): Promise<void> {
  let over = false;
  void program.ended.then(() => (over = true));
  while (!words.test(program.stdout)) {
    if (over)
      throw new Error(`It ended without printing ${words.source}:\n${program.stdout}${program.stderr}`);
    await pause(20);
  }
}
