import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { adbOf, childEnvironment, loadSettings } from '../config/config.ts';
import { startAppium, type AppiumServer } from '../host/appium.ts';
import { ensureHostTools } from '../host/tools.ts';
import { JobAdmin } from '../jobs/admin.ts';
import type { Order } from '../jobs/job.ts';
import { JobQueue } from '../jobs/queue.ts';
import { LiveRig } from '../live/rig.ts';
import type { LiveProgram } from '../live/program.ts';
import { gridMissing, SeleniumGrid, type RelayNode } from '../live/selenium-grid.ts';
import { Secret } from '../secret.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { openStore, type Store } from '../store/store.ts';

/** Through a Selenium Grid 4 that finds the Appium of a phone by `appium:udid`, while one of its nodes dies. */

const PASSWORDS = ['Pass-of-a1', 'Pass-of-b2'];
const phones = PASSWORDS.map((password, at): PhoneSpec => ({
  // Both take their time, so that a node can die in the middle.
  ...{ pace: 'real', helpers: 'current' },
  account: { id: String(6_230_003_200 + at), password, syncedData: ['contacts'] },
}));

describe('a Selenium Grid with two nodes', { skip: gridMissing() }, () => {
  let lab: LiveRig;
  let store: Store;
  let grid: SeleniumGrid;
  const appiums: AppiumServer[] = [];
  const nodes: RelayNode[] = [];

  before(async () => {
    const settings = loadSettings();
    lab = await LiveRig.start(phones);
    const { adb } = await ensureHostTools(['adb'], settings);
    const env = childEnvironment({ ANDROID_HOME: adb.androidHome });
    grid = await SeleniumGrid.start(lab.folder);
    for (const serial of lab.serials) {
      const log = join(lab.folder, 'appium.log');
      const appium = await startAppium({ port: 0, adbPort: adbOf(settings), env, log });
      appiums.push(appium);
      nodes.push(await grid.node(serial, `http://127.0.0.1:${appium.port}`));
    }
    store = await openStore({ dataDir: join(lab.folder, 'data'), env: childEnvironment() });
  });
  after(async () => {
    await grid?.stop();
    for (const appium of appiums) await appium.stop();
    await store?.close();
    await lab?.stop();
  });

  const job = async (serial: string) =>
    (await new JobAdmin(store).list({ batch: 'lab', limit: 10 })).find(
      (one) => one.order.reference === serial,
    );
  const submitted = async (serial: string) => {
    const { account, events, unknown } = await lab.witness(serial);
    return [account, events.filter(({ kind }) => kind === 'password-submitted').length, unknown];
  };

  it('signs the phone of the other node out when one dies in the middle of both, says so of its own, and submits no password twice', async (t) => {
    const [a = '', b = ''] = lab.serials;
    const listed = lab.serials.map((serial, at) => {
      const order: Order = {
        phone: { serial },
        account: String(6_230_003_200 + at),
        data: 'keep',
        ifForgotten: 'stop',
        reference: serial,
        ownerConsent: '',
      };
      return { order, password: new Secret(PASSWORDS[at] ?? ''), row: at + 2 };
    });
    await new JobQueue(store, { station: 'desk' }).add('lab', listed, { keepSecrets: false });
    const env = { APPIUM_URL: grid.url, RECORDS_DIR: join(lab.folder, 'records') };
    const station = lab.start(['station', '--json', '--no-page'], { env });
    t.after(() => station.signal('SIGKILL'));
    await prints(station, new RegExp(`"phone":"${b}","what":"type the password"`));
    await nodes[1]?.kill();
    await prints(station, new RegExp(`"kind":"ended".*"phone":"${a}"`));
    await prints(station, new RegExp(`"kind":"ended".*"phone":"${b}"`));
    assert.deepEqual(await submitted(a), [null, 1, []]);
    const broken = await job(b);
    const [, times] = await submitted(b);
    assert.deepEqual([broken?.end?.outcome, broken?.end?.reason], ['error', 'session'], broken?.end?.message);
    assert.equal(broken?.end?.passwordSubmitted, times === 1);

    await nodes[1]?.start();
    const soon =
      "update mi_unbind.job set not_before = now() where state = 'waiting' and not_before is not null";
    while (['waiting', 'running', 'unrecorded'].includes((await job(b))?.state ?? '')) {
      await store.pool.query(soon);
      await pause(500);
    }
    const [account, once, unknown] = await submitted(b);
    assert.deepEqual([once, unknown], [1, []]);
    assert.equal((await job(b))?.state, account === null ? 'done' : 'needs-person');
    station.signal('SIGINT');
    assert.equal((await station.ended).code, 0, station.stderr);
  });
});

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
