import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { withDatabase } from '../live/ready-database.ts';
import { childEnvironment } from '../config/config.ts';
import type { Job } from '../jobs/job.ts';
import { JobAdmin } from '../jobs/admin.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { openStore, type Store } from '../store/store.ts';
import { LiveRig, parseResult } from '../live/rig.ts';
import { shareAppium, type SharedAppium } from '../live/shared-appium.ts';

const PASSWORD = 'Right-pass1';

interface Owned {
  spec: PhoneSpec;
  /** The account as the list has it. */
  listed: string;
  words: string;
}

let ids = 6_230_021_000;
/** A phone with an account of its own, and how a list names that. */
function owned(listed: 'id' | 'phone' | 'email', words: string, spec: PhoneSpec): Owned {
  const id = String((ids += 7));
  const number = `+35988${id.slice(-7)}`;
  const account = {
    id,
    password: PASSWORD,
    nickname: 'Mira',
    phone: number,
    email: `lab+${id.slice(-3)}@example.com`,
  };
  return { spec: { pace: 'instant', helpers: 'current', account, ...spec }, listed: account[listed], words };
}

/** Neighbours change places in a swapped list. */
const PHONES: Owned[] = [
  owned('id', 'all of it (password dialog)', { release: '14' }),
  owned('id', 'all of it (account list)', { release: '10', region: 'china', shows: { masked: false } }),
  owned('email', 'all of it (Account security)', { release: '13', region: 'china' }),
  owned('email', 'matches in 14 of 17 characters (Account security)', {
    release: '10',
    accountPage: 'title-bar',
    shows: { contactsMasked: true },
  }),
  owned('phone', 'matches in 8 of 12 digits (Account security)', {
    release: 'hyperos3',
    shows: { contactsMasked: true },
  }),
  owned('phone', 'all of it (account list)', {
    release: 'hyperos1',
    region: 'china',
    shows: { list: 'phone', masked: false, dialog: 'phone' },
  }),
];

describe('the account of a list', () => {
  let rig: LiveRig;
  let appium: SharedAppium;
  let store: Store;
  let env: Record<string, string>;
  before(async () => {
    rig = await LiveRig.start(PHONES.map(({ spec }) => spec));
    appium = await shareAppium(rig.folder);
    env = { ...appium.env, RECORDS_DIR: join(rig.folder, 'records') };
    store = await openStore({
      dataDir: withDatabase(join(rig.folder, 'data')),
      env: childEnvironment(),
      keepSeconds: 1,
    });
  });
  after(async () => {
    await store?.close();
    await appium?.stop();
    await rig?.stop();
  });

  const listOf = (name: string, accounts: readonly string[], password = PASSWORD): string => {
    const file = join(rig.folder, `${name}.csv`);
    const rows = rig.serials.map((serial, n) => `${serial},${accounts[n] ?? ''},${password},delete,${n}`);
    writeFileSync(file, `${['serial,account,password,data,reference', ...rows].join('\n')}\n`, {
      mode: 0o600,
    });
    return file;
  };
  const bulk = (list: string) => rig.run(['bulk', list, '--parallel', '3'], { env });
  const jobs = async (batch: string): Promise<Job[]> =>
    (await new JobAdmin(store).list({ batch, limit: 10 })).reverse();
  /** What was done to each phone that changes anything, as the phone itself saw it. */
  const touched = async () => {
    const kinds = [
      'tap',
      'text-set',
      'password-submitted',
      'sign-out-started',
      'data-choice',
      'account-removed',
    ];
    const seen = await Promise.all(rig.serials.map((serial) => rig.witness(serial)));
    return seen.map(({ events }) =>
      events.filter(({ kind }) => kinds.includes(kind)).map(({ kind }) => kind),
    );
  };

  it('is compared with the phone’s: of swapped rows none is pressed on or given a password, and each says so', async () => {
    const swapped = PHONES.map((_, n) => PHONES[n ^ 1]?.listed ?? '');
    const { code, stderr } = await bulk(listOf('swapped', swapped));
    assert.equal(code, 3, stderr);
    assert.deepEqual(
      (await jobs('swapped')).map(({ state, end }) => [
        state,
        end?.outcome,
        end?.reason,
        end?.accountCheck?.verdict,
      ]),
      PHONES.map(() => ['needs-person', 'needs-person', 'other-account', 'different']),
    );
    assert.deepEqual(
      await touched(),
      PHONES.map(() => []),
    );
    assert.match(stderr, /the account on the phone is not the one that was named/);
  });

  it('is signed out where it is the phone’s, and the record says how that is known', async () => {
    const { code, stderr } = await bulk(
      listOf(
        'right',
        PHONES.map(({ listed }) => listed),
      ),
    );
    assert.equal(code, 0, stderr);
    const ended = await jobs('right');
    assert.deepEqual(
      ended.map(({ end }) => [end?.outcome, end?.accountCheck?.words]),
      PHONES.map(({ words }) => ['signed-out', `the account named: ${words}`]),
    );
    for (const { unknown } of await Promise.all(rig.serials.map((serial) => rig.witness(serial))))
      assert.deepEqual(unknown, []);
    const records = readdirSync(env.RECORDS_DIR ?? '', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('record.html'),
    );
    const sheets = records.map((file) => readFileSync(join(env.RECORDS_DIR ?? '', file), 'utf8'));
    for (const { words } of PHONES)
      assert.ok(
        sheets.some((sheet) => sheet.includes(words)),
        words,
      );
  });

  it('gets two passwords a day at most, over six phones and under three of its names', async () => {
    const account = {
      id: '6230029535',
      password: PASSWORD,
      phone: '+359881029535',
      email: 'lab29535@example.com',
    };
    await Promise.all(
      rig.serials.map((serial) =>
        rig.put(serial, { pace: 'instant', helpers: 'current', release: '14', account }),
      ),
    );
    const { id, phone, email } = account;
    await bulk(listOf('wrong', [id, phone, email, id, phone, email], 'Wrong-pass1'));
    const submitted = async () =>
      (await touched()).flat().filter((kind) => kind === 'password-submitted').length;
    assert.equal(await submitted(), 2);
    const [serial = ''] = rig.serials;
    const signOut = ['sign-out', serial, '--data', 'keep', '--password-env', 'MI_PASSWORD', '--json'];
    const { stdout, stderr } = await rig.run(signOut, { env: { ...env, MI_PASSWORD: 'Wrong-pass2' } });
    const { outcome, reason } = parseResult(stdout);
    assert.deepEqual([outcome, reason], ['refused', 'password-budget']);
    assert.match(stderr, /passwords were submitted for this account as often as a day allows/);
    assert.equal(await submitted(), 2);
  });

  it('that cannot be compared is signed out with a word about it, and not where it has to be proven', async () => {
    const [serial = ''] = rig.serials;
    const account = { id: '6230029777', password: PASSWORD };
    await rig.put(serial, { pace: 'instant', helpers: 'current', release: 'hyperos2', account });
    const signOut = [
      'sign-out',
      serial,
      '--data',
      'keep',
      '--password-env',
      'MI_PASSWORD',
      '--json',
      '--account',
      'lab@example.com',
    ];
    const given = { env: { ...env, MI_PASSWORD: PASSWORD } };
    const strict = await rig.run([...signOut, '--strict-account'], given);
    assert.deepEqual([strict.code, parseResult(strict.stdout).reason], [3, 'account-not-proven']);
    assert.deepEqual((await touched())[0], []);
    const { code, stdout, stderr } = await rig.run(signOut, given);
    const { outcome, accountCheck, evidence } = parseResult(stdout);
    const words = 'account not compared: --account is an address, the phone shows a Mi id';
    assert.deepEqual([code, outcome, accountCheck], [0, 'signed-out', { verdict: 'not-compared', words }]);
    assert.ok(stderr.includes(words));
    assert.ok(readFileSync(join(evidence, 'index.html'), 'utf8').includes(words));
  });
});
