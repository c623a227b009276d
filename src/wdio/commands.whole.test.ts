import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test, type TestContext } from 'node:test';
import allure from '@wdio/allure-reporter';
import { systemClock } from '../clock.ts';
import { settingsWith } from '../config/config.ts';
import { browserOf } from '../fuzz/in-process.ts';
import { workFolder } from '../live/command.ts';
import { withDatabase } from '../live/ready-database.ts';
import { startSimAdb } from '../live/sim-adb.ts';
import { storeEnds } from '../live/store-ends.ts';
import { Secret } from '../secret.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { bindPhone, type BoundPhone } from './commands.ts';
import { RIG, type PhoneRig } from './rig.ts';
import MiUnbindService, { type MiCommands } from './service.ts';

// What the service adds to `browser`, on simulated phones in this process.
const folder = workFolder('wdio-commands');
const dataDir = withDatabase(join(folder, 'data'));
after(() => storeEnds(dataDir));
const skip = process.platform === 'win32' ? 'a script stands for adb' : false;
const PASSWORD = 'Kanarie-7Qx!fink';
const account = { id: '6230001535', password: PASSWORD, nickname: 'Mira' };
const SIGNED_IN: PhoneSpec = { release: '14', helpers: 'current', account };

/** A session on this phone, as the worker of a suite has it. */
async function session(t: TestContext, spec: PhoneSpec) {
  const adb = await startSimAdb(t, { 'a1:5555': spec });
  const sim = adb.phones.get('a1:5555')!;
  const end = new AbortController();
  const { browser } = await browserOf(sim, systemClock, end.signal);
  const heard: unknown[] = [];
  const commands: Record<string, unknown> = {};
  Object.assign(browser, {
    addCommand: (name: string, run: unknown) => void (commands[name] = run),
    emit: (_: string, said: unknown) => heard.push(said),
  });
  t.after(() => end.abort(new Error('the session ended')));
  const rig: PhoneRig = {
    ...{ serial: 'a1:5555', adb: adb.port, control: 'http://127.0.0.1:1', hold: '' },
    ...{ evidence: join(folder, 'specs'), index: 0, phones: 1 },
  };
  const says = browser as unknown as { emit(event: string, said: unknown): void };
  const settings = { ...adb.env, DATA_DIR: dataDir };
  return {
    sim,
    rig,
    settings,
    heard,
    says,
    browser: browser,
    commands: commands as unknown as MiCommands,
  };
}

/** The same with the commands. */
async function bound(t: TestContext, spec: PhoneSpec, codes?: string) {
  const { commands, settings, ...rest } = await session(t, spec);
  const { rig, browser } = rest;
  const secrets = [new Secret('hush-hush')];
  const phone = await bindPhone({ browser, rig, settings: settingsWith(settings), codes, secrets });
  t.after(() => phone[Symbol.asyncDispose]());
  return { ...rest, phone, ...commands };
}

const outcomesOf = (phone: BoundPhone) => phone.takeRuns().map(({ outcome }) => outcome.kind);

suite('the account of the phone', { skip }, () => {
  test('is said masked, and that there is none', async (t) => {
    const { miAccount } = await bound(t, SIGNED_IN);
    const state = await miAccount();
    assert.equal(state.signedIn, true);
    assert.match(state.account, /^\*+35$/);
    const out = await bound(t, { release: '14' });
    assert.deepEqual(await out.miAccount(), { signedIn: false, account: '' });
  });
});

suite('a sign-out in the session of a test', { skip }, () => {
  test('ends as the phone shows, with its evidence in the folder of the run and its password counted once', async (t) => {
    const { sim, phone, signOutMiAccount, says, heard } = await bound(t, SIGNED_IN);
    const end = await signOutMiAccount({ data: 'keep', password: new Secret(PASSWORD), name: 'first' });
    assert.deepEqual(
      [end.outcome.kind, end.passwordSubmitted, end.counted, end.evidence],
      ['signed-out', true, 1, join(folder, 'specs', 'first')],
    );
    assert.equal(sim.account, undefined);
    assert.ok(existsSync(join(end.evidence, 'index.html')));
    const result = JSON.parse(readFileSync(join(end.evidence, 'result.json'), 'utf8')) as {
      data: string;
      via: string;
    };
    assert.deepEqual([result.data, result.via], ['keep', 'intent']);
    says.emit('command', {
      body: `${PASSWORD} and hush-hush`,
    });
    assert.deepEqual(heard, [{ body: '[hidden] and [hidden]' }], 'reporters get neither of the secrets');

    assert.deepEqual(outcomesOf(phone), ['signed-out']);
    assert.deepEqual(outcomesOf(phone), [], 'they are taken once');
  });

  test('without a password is cancelled on the phone, counts none, and has a folder of its own each time', async (t) => {
    const { sim, phone, signOutMiAccount } = await bound(t, SIGNED_IN);
    const ends = [
      await signOutMiAccount({ data: 'delete', via: 'settings' }),
      await signOutMiAccount({ data: 'delete', via: 'settings' }),
    ];
    assert.ok(sim.account);
    for (const [at, { outcome, counted, passwordSubmitted, evidence }] of ends.entries()) {
      assert.deepEqual([outcome.kind, counted, passwordSubmitted], ['cancelled', 0, false]);
      assert.match(evidence, new RegExp(`/specs/\\d{8}T\\d{6}Z-a1-5555-${at + 1}$`));
    }
    await phone.begin();
    assert.deepEqual(phone.takeRuns(), [], 'the next test has none of them');
  });

  test('that does not fit is refused, and one that takes too long is stopped', async (t) => {
    const { sim, signOutMiAccount } = await bound(t, SIGNED_IN);
    await assert.rejects(
      signOutMiAccount({ data: 'none' as 'keep' }),
      /signOutMiAccount: 'data' does not fit/,
    );
    await assert.rejects(signOutMiAccount({ data: 'keep', timeoutMs: 1 }));
    assert.ok(sim.account);
  });
});

suite('the service in the worker of a phone', { skip }, () => {
  test('gives its commands to the session, its secrets to none, and each run of a test to the report', async (t) => {
    const { sim, rig, settings, says, heard, browser, commands } = await session(t, SIGNED_IN);
    const before = readFileSync('.env', 'utf8');
    writeFileSync('.env', `${before}OTHER_PASSWORD=hush-hush\n`);
    t.mock.method(process, 'once', () => process);
    const steps: string[] = [];
    t.mock.method(allure, 'addStep', (title: string) => void steps.push(title));
    t.mock.method(allure, 'addAttachment', () => undefined);
    const sims = [{ account: { id: '6230001535', password: 'sim-secret' } }];
    const service = new MiUnbindService({ settings, sims, hide: ['OTHER_PASSWORD'] }, {}, {});
    service.beforeSession();
    writeFileSync('.env', before);
    await service.before({ [RIG]: rig }, [], browser);
    says.emit('command', { body: 'hush-hush sim-secret' });
    assert.deepEqual(heard, [{ body: '[hidden] [hidden]' }]);

    await service.beforeTest();
    await commands.signOutMiAccount({ data: 'keep', name: 'service' });
    await service.beforeTest();
    await service.afterTest();
    assert.deepEqual(steps, [], 'the run before this test is none of its own');
    await commands.signOutMiAccount({ data: 'keep', name: 'service-2' });
    await service.afterTest();
    assert.ok(steps.length > 2, steps.join());
    assert.ok(sim.account);
    await service.after();
  });
});

suite('a code for a test', { skip }, () => {
  const sms = (code: string) => ({ from: '10690', text: `【小米】${code} is your code of Mi Account` });
  const SIM: PhoneSpec = { ...SIGNED_IN, simNumber: '+359888001535', sms: [sms('111111')] };
  const wish = { by: 'phone', address: '+359 888-00.15(35)' } as const;

  test('is the one that came since the test began, then the one since the last', async (t) => {
    const { sim, phone, miCode, says, heard } = await bound(t, SIM, 'phone-sms');
    await phone.begin();
    sim.receiveSms(sms('222222'));
    assert.equal((await miCode(wish)).reveal(), '222222');
    sim.receiveSms(sms('333333'));
    assert.equal((await miCode(wish)).reveal(), '333333');
    says.emit('result', {
      value: 'is 333333',
    });
    assert.deepEqual(heard, [{ value: 'is [hidden]' }]);
  });

  test('that does not come is missed with the words of its source, and what to do', async (t) => {
    const { phone, miCode } = await bound(t, SIM, 'phone-sms');
    await phone.begin();
    await assert.rejects(miCode({ ...wish, timeoutMs: 1 }), (error: Error) => {
      assert.match(error.message, /\n→ \S/);
      assert.ok(error.cause instanceof Error && !error.message.includes('111111'), error.message);
      return true;
    });
  });

  test('is refused where the service has no source, and where the source is none', async (t) => {
    const none = await bound(t, SIM);
    await none.phone.begin();
    await assert.rejects(none.miCode(wish), {
      message: 'The service has no code source.',
      hint: "give it one: codes: 'imap'",
    });
    await assert.rejects(none.miCode({ by: 'pigeon' as 'phone', address: 'x' }), /miCode: 'by' does not fit/);
    const { phone, miCode } = await bound(t, SIM, 'pigeon');
    await phone.begin();
    await assert.rejects(miCode(wish), /^Error: There is no code source 'pigeon'\.\n→ give one of imap, /);
  });
});
