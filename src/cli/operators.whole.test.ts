import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { withDatabase } from '../live/ready-database.ts';
import { childEnvironment, loadSettings } from '../config/config.ts';
import { writePng } from '../formats/png.ts';
import { JobAdmin } from '../jobs/admin.ts';
import type { Job, ListedOrder } from '../jobs/job.ts';
import { nothingDone } from '../jobs/nothing-done.ts';
import { JobQueue } from '../jobs/queue.ts';
import { run, workFolder } from '../live/command.ts';
import { foldersOf } from '../report/chain.ts';
import { readRecord } from '../report/record.ts';
import { verifyRecords } from '../report/verify.ts';
import { recordOf } from '../runs/run-jobs.ts';
import { Secret } from '../secret.ts';
import { readAudit } from '../store/audit.ts';
import { keepLab } from '../store/lab.ts';
import { audit, listOperators, loggedIn, logIn } from '../store/operators.ts';
import { paths } from '../store/postmaster.ts';
import { openStore, type Store } from '../store/store.ts';

const folder = workFolder('operators', { OPERATOR: 'Iva', ANDROID_HOME: '.' });
const dataDir = join(folder, 'data');
let store: Store;
before(async () => {
  store = await openStore({ dataDir: withDatabase(dataDir), env: childEnvironment(), keepSeconds: 1 });
});
after(async () => {
  await store?.close();
  while (existsSync(join(paths(dataDir).data, 'postmaster.pid'))) await pause(50);
});

suite('station operator', () => {
  const named = async () =>
    Object.fromEntries((await listOperators(store.pool)).map((one) => [one.name, one.role]));
  const password = (text: string) => {
    writeFileSync(
      '.env',
      `${readFileSync('.env', 'utf8').replace(/OPERATOR_PASSWORD=.*\n/, '')}OPERATOR_PASSWORD=${text}\n`,
    );
    return ['--password-env', 'OPERATOR_PASSWORD'];
  };

  test('adds, changes and removes who may log in, and writes down who has done it', async (t) => {
    assert.match((await run(t, 'station', 'operator', 'list')).stderr, /^There is no operator: /);
    const add = ['station', 'operator', 'add', 'Mira', '--role', 'operate'];
    const short = await run(t, ...add, ...password('short'));
    assert.match(short.error?.message ?? '', /^The password is too short/);
    assert.equal((await run(t, ...add, ...password('lange-Kanarie-1'))).code, 0);
    assert.equal((await run(t, ...add, ...password('lange-Kanarie-1'))).error?.exitCode, 2);
    for (const name of ['-x', '../x', '<b>', 'a'.repeat(41), ''])
      assert.equal(
        (
          await run(
            t,
            'station',
            'operator',
            'add',
            '--role',
            'look',
            ...password('lange-Kanarie-1'),
            '--',
            name,
          )
        ).error?.exitCode,
        2,
        name,
      );
    assert.match((await run(t, 'station', 'operator', 'list')).stdout, /^NAME +ROLE\nMira +operate\n$/);
    assert.equal((await run(t, 'station', 'operator', 'role', 'Mira', 'look')).code, 0);
    assert.deepEqual(await named(), { Mira: 'look' });

    const login = await logIn(store.pool, 'Mira', new Secret('lange-Kanarie-1'));
    assert.equal((await loggedIn(store.pool, login?.token ?? ''))?.role, 'look');
    assert.equal(
      (await run(t, 'station', 'operator', 'password', 'Mira', ...password('andere-Kanarie-2'))).code,
      0,
    );
    assert.equal(
      await loggedIn(store.pool, login?.token ?? ''),
      undefined,
      'another password ends the login',
    );
    assert.equal(await logIn(store.pool, 'Mira', new Secret('lange-Kanarie-1')), undefined);
    const anew = await logIn(store.pool, 'Mira', new Secret('andere-Kanarie-2'));
    const { rows } = await store.pool.query<{ password: string; hours: number }>(
      `select operator.password, extract(epoch from login.until - now()) / 3600 as hours
       from mi_unbind.operator join mi_unbind.login on login.operator = operator.name`,
    );
    assert.match(rows[0]?.password ?? '', /^scrypt\$32768\$8\$3\$[\w+/=]{24}\$[\w+/=]{44}$/);
    assert.ok(Math.abs(Number(rows[0]?.hours) - 12) < 0.1, 'a login ends after 12 hours');
    await store.pool.query("update mi_unbind.login set until = now() - interval '1 s'");
    assert.equal(await loggedIn(store.pool, anew?.token ?? ''), undefined);

    assert.equal((await run(t, 'station', 'operator', 'remove', 'Mira')).code, 0);
    assert.deepEqual(await named(), {});
    for (const act of [
      ['role', 'Mira', 'look'],
      ['remove', 'Mira'],
    ])
      assert.match(
        (await run(t, 'station', 'operator', ...act)).error?.message ?? '',
        /^There is no operator 'Mira'/,
      );
    const audited = (await readAudit(store.pool, { limit: 9 })).map(({ operator, act, about }) => [
      operator,
      act,
      about,
    ]);
    assert.deepEqual(audited.toReversed(), [
      ['Iva', 'operator-add', { name: 'Mira', role: 'operate' }],
      ['Iva', 'operator-role', { name: 'Mira', role: 'look' }],
      ['Iva', 'operator-password', { name: 'Mira' }],
      ['Iva', 'operator-remove', { name: 'Mira' }],
    ]);
  });

  test('what operators did with a job stands in its record, with the lab that did the work', async () => {
    const end = nothingDone('refused', 'wrong-password');
    const queue = new JobQueue(store, { station: 'one' });
    const order: ListedOrder['order'] = {
      ...{ phone: { serial: 'k1' }, account: 'iva@example.com', data: 'keep', ifForgotten: 'stop' },
      ...{ reference: 'R-k1', ownerConsent: '' },
    };
    const { jobs } = await queue.add('acts', [{ order, row: 2 }], {
      keepSecrets: false,
    });
    const [id = ''] = jobs;
    const claim = await queue.claim([{ serial: 'k1' }]);
    assert.ok(claim);
    await queue.conclude(claim, end, { then: 'parked' });
    const note = (act: string, about: object) =>
      audit(store.pool, { station: 'one', operator: 'Mira <b>', act, about: { ...about } });
    await note('start-list', { batch: 'acts', jobs: [id, `${id}0`] });
    await note('give-password', { job: id });
    await note('retry', { job: `${id}0` });
    await keepLab(store.pool, { name: 'Lab <i>', address: 'Sofia, Iskar 7', logo: await writePng(LOGO, 1) });
    const settings = loadSettings();
    const job = (await new JobAdmin(store).show(id)) as Job;
    await recordOf(settings, store)(job, end, { then: 'parked' });
    const records = settings.recordsDir;
    const row = foldersOf(records).find((name) => name.endsWith('-k1')) ?? '';
    const { record } = readRecord(records, row) ?? {};
    assert.deepEqual(
      record?.byOperators?.map(({ operator, act }) => [operator, act]),
      [
        ['Mira <b>', 'start-list'],
        ['Mira <b>', 'give-password'],
      ],
    );
    assert.deepEqual(record?.lab, { name: 'Lab <i>', address: 'Sofia, Iskar 7', logo: 'lab-logo.png' });
    const sheet = readFileSync(join(records, row, 'record.html'), 'utf8');
    assert.match(sheet, /<img src="evidence\/lab-logo\.png" alt="">/);
    assert.match(sheet, /<b>Password given<\/b> by <bdi>Mira &#60;b&#62;<\/bdi> /);
    assert.match(sheet, /<b dir="auto">Lab &#60;i&#62;<\/b>/);
    assert.deepEqual((await verifyRecords(records)).problems, [], 'older records stand beside it');
  });
});

const LOGO = { width: 2, height: 1, channels: 3 as const, data: Buffer.of(0, 10, 20, 30, 40, 50, 60) };
