import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { childEnvironment } from '../config/config.ts';
import { DebianPostgres, postgresMissing } from '../live/debian-postgres.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { JobQueue } from '../jobs/queue.ts';
import { verifyRecords } from '../report/verify.ts';
import { Secret } from '../secret.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { openStore, type Store } from '../store/store.ts';
import { LiveAdb } from '../live/adb.ts';
import { LiveRig } from '../live/rig.ts';
import type { LiveProgram } from '../live/program.ts';

const PASSWORDS = ['Pass-of-a1', 'Pass-of-b2', 'Pass-of-c3'];
const phones = PASSWORDS.map((password, at): PhoneSpec => {
  const account = { id: String(6_230_003_000 + at), password, syncedData: ['contacts' as const] };
  // The one that moves takes its time, so that a station can be killed in the middle.
  if (at === 1) return { pace: 'real', faults: ['slow'], helpers: 'current', account };
  return { pace: 'instant', helpers: 'current', account };
});
const missing = await postgresMissing();

describe('two stations on one PostgreSQL', { skip: missing }, () => {
  let postgres: DebianPostgres;
  let lab: LiveRig;
  let store: Store;
  let north: LiveAdb;
  let south: LiveAdb;
  const key = new Secret(randomBytes(32).toString('base64'));

  before(async () => {
    [postgres, north, south] = await Promise.all([
      DebianPostgres.start({ user: 'lab', password: 'lab-password' }),
      LiveAdb.start(),
      LiveAdb.start(),
    ]);
    lab = await LiveRig.start(phones, { env: north.env });
    store = await openStore({
      databaseUrl: postgres.url(),
      storeKey: key,
      dataDir: join(lab.folder, 'data'),
      env: childEnvironment(),
    });
  });
  after(async () => {
    await store?.close();
    await lab?.stop();
    await Promise.all([postgres?.remove(), north?.stop(), south?.stop()]);
  });

  /** As on a computer of its own: adb server, records and evidence are its own. */
  const station = (name: string, adb: LiveAdb): LiveProgram => {
    const own = {
      STATION: name,
      RECORDS_DIR: join(lab.folder, name),
      EVIDENCE_DIR: join(lab.folder, `runs-${name}`),
      ...adb.env,
      // It grows beyond that at once, so that each phone gets another Appium.
      ...(name === 'south' && { APPIUM_MEMORY_MB: '1' }),
    };
    // As every environment of a child does, it leaves out settings that hold secrets: they are given anew.
    return lab.start(['station', '--json'], {
      env: { ...own, DATABASE_URL: postgres.url().reveal(), STORE_KEY: key.reveal() },
    });
  };

  it('a phone that is moved in the middle from a killed station is finished by the other, and each phone is worked on once', async () => {
    const [a = '', b = '', c = ''] = lab.serials;
    await north.run('disconnect', c);
    await south.run('connect', c);
    const first = station('north', north);
    const second = station('south', south);
    const orders = lab.serials.map((serial, at) => ({
      order: {
        phone: { serial },
        account: String(6_230_003_000 + at),
        data: 'keep',
        ifForgotten: 'stop',
        reference: serial,
        ownerConsent: '',
      } as const,
      password: new Secret(PASSWORDS[at] ?? ''),
      row: at + 2,
    }));
    const queue = new JobQueue(store, { station: 'desk' });
    await queue.add('lab', [orders[0]!, orders[2]!], { keepSecrets: false });
    await prints(first, new RegExp(`"kind":"ended".*"phone":"${a}"`));
    // Alone now, so that the kill finds it in the middle on a busy computer too.
    await queue.add('lab', [orders[1]!], { keepSecrets: false });
    await prints(first, new RegExp(`"phone":"${b}","what":"type the password"`));
    first.signal('SIGKILL');
    await first.ended;
    await north.run('disconnect', b);
    await south.run('connect', b);
    await prints(second, new RegExp(`"kind":"ended".*"phone":"${b}"`));
    await prints(second, new RegExp(`"kind":"ended".*"phone":"${c}"`));
    assert.match(second.stdout, /"what":"Appium: it holds \d+ MB, more than APPIUM_MEMORY_MB \(1\)/);
    second.signal('SIGINT');
    assert.equal((await second.ended).code, 0, second.stderr);

    const jobs = await new JobAdmin(store).list({ batch: 'lab', limit: 10 });
    assert.deepEqual(
      jobs.map(({ serial, station: name, state, attempts, end }) => [
        serial,
        name,
        state,
        attempts,
        end?.outcome,
      ]),
      [
        [b, 'south', 'done', 2, 'signed-out'],
        [c, 'south', 'done', 1, 'signed-out'],
        [a, 'north', 'done', 1, 'signed-out'],
      ],
    );
    for (const serial of lab.serials) {
      const { account, events, unknown } = await lab.witness(serial);
      const submitted = events.filter(({ kind }) => kind === 'password-submitted').length;
      assert.deepEqual([account, submitted, unknown], [null, 1, []], serial);
    }
    for (const [name, count] of [
      ['north', 1],
      ['south', 2],
    ] as const) {
      const { problems, ...verified } = await verifyRecords(join(lab.folder, name));
      assert.deepEqual([problems, verified.count], [[], count]);
    }
  });
});

/** Resolves when it has printed what fits; rejects when it ended without. */
async function prints(program: LiveProgram, words: RegExp): Promise<void> {
  let over = false;
  void program.ended.then(() => (over = true));
  while (!words.test(program.stdout)) {
    if (over)
      throw new Error(
        `It ended without printing ${words.source}. It said:\n${program.stdout}${program.stderr}`,
      );
    await new Promise((turn) => setTimeout(turn, 20));
  }
}
