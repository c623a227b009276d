import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { NONE_NAMED } from '../account/match.ts';
import { TakenOverError } from '../errors.ts';
import type { RunEvent, RunResult } from '../events.ts';
import { arrangeRuns } from '../live/simulated/one-process.ts';
import { Secret } from '../secret.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { holdPhone } from '../store/hold.ts';
import { adbPlace } from './phone-hold.ts';
import type { JobContext, StationParts } from './station.ts';
import { runSignOut, type SignOutRequest } from './sign-out.ts';
import { ledgerIn } from './store.ts';

const SERIAL = 'd1e2';
/** What becomes of an Appium and its one session. */
const SESSION = [`begin ${SERIAL}`, `end ${SERIAL}`, 'stop Appium'];
const RIGHT = new Secret('Right-pass1');
const PHONE = { serial: SERIAL, model: '2201117TG', release: 'MIUI 14', region: 'global', language: 'en-GB' };
const STAYS = {
  name: 'Stays on the phone',
  value: 'USB debugging, authorised for this computer',
  todo: 'in the developer options: revoke USB debugging authorisations, then turn USB debugging off',
};
const HAD_HELPERS = { ...STAYS, value: `${STAYS.value}; Appium’s helper apps, which were there before` };
const ASK_SERVER = "ask the server: 'mi-unbind lock IMEI' (LOCK_CHECK says who is asked)";
const checklist = (findDevice: string) => [
  { name: 'Screen lock', value: 'none' },
  { name: 'SIM', value: 'none' },
  { name: 'Find device', value: findDevice, todo: ASK_SERVER },
  {
    ...{ name: 'Developer options', value: 'on' },
    todo: 'in Settings, Additional settings: turn the developer options off, last of all',
  },
];
const TO_DIALOG = ['open the account page', 'Mi Account page', 'tap Sign out', 'password dialog'];
const SUBMITTED = [...TO_DIALOG, 'type the password', 'submit the password'];
const OUT = [...SUBMITTED, 'account list: no Mi Account', 'after the sign-out'];

describe('a sign-out of one phone', () => {
  const runs = arrangeRuns('sign-out');
  let accounts = 6_230_001_535;
  /** One of its own each time: of one account a password is submitted twice a day at most. */
  const account = (more: object = {}) => ({ id: String(accounts++), password: RIGHT.reveal(), ...more });

  interface Wish {
    request?: Partial<SignOutRequest>;
    env?: Record<string, string>;
    job?: Partial<JobContext>;
    parts?: Partial<StationParts>;
    signal?: AbortSignal;
    onEvent?: (event: RunEvent) => void;
  }

  /** `phone`: put there before. */
  async function run(phone: PhoneSpec | undefined, { request, env, job, parts, ...wish }: Wish = {}) {
    if (phone) runs.lab.put(SERIAL, phone);
    const settings = runs.settings(env);
    const steps: string[] = [];
    const order: SignOutRequest = {
      ...{ serial: SERIAL, data: 'keep', via: 'intent' },
      evidence: settings.evidenceDir,
      ...request,
    };
    await using station = runs.station({}, settings, parts);
    const { result, exit, error } = await runSignOut(station, order, {
      signal: wish.signal ?? new AbortController().signal,
      onEvent(event) {
        steps.push(event.kind === 'page' ? event.page : event.what);
        wish.onEvent?.(event);
      },
      ...(job && { job: { id: '1', round: 1, names: [], stillOurs: () => Promise.resolve(), ...job } }),
    });
    const { durationMs, evidence, ...rest } = result;
    assert.ok(Number.isInteger(durationMs));
    const { rowCount } = await runs.store.pool.query('select from mi_unbind.hold');
    assert.equal(rowCount, 0, 'the phone is given back');
    return { result: rest, exit, error, steps, evidence };
  }
  const ended = (one: Awaited<ReturnType<typeof run>>) => [one.result.outcome, one.result.reason, one.exit];
  const nothing = {
    account: '',
    accountCheck: NONE_NAMED,
    data: 'keep',
    via: 'intent',
    drift: [],
    warnings: [],
  };
  const submissions = async (name: string) =>
    ledgerIn(runs.store, runs.settings()).count(name, 'password-submitted');

  it('with the right password has each fact of it in its result, in its steps, and beside its evidence', async () => {
    const owner = account({ syncedData: ['contacts'] });
    const { result, exit, steps, evidence } = await run(
      { account: owner, seed: 5 },
      { request: { password: RIGHT } },
    );
    const whole: Omit<RunResult, 'durationMs' | 'evidence'> = {
      ...{ ...PHONE, ...nothing, account: '********35', outcome: 'signed-out', passwordSubmitted: true },
      ...{ data: 'keep', via: 'intent', dataAnswer: 'keep' },
      facts: [...checklist('not known before; turned off with the sign-out'), HAD_HELPERS],
    };
    assert.deepEqual([result, exit], [whole, 0]);
    assert.deepEqual(
      steps.filter((step) => OUT.includes(step)),
      OUT,
    );
    assert.equal(runs.lab.phone(SERIAL).account, undefined);
    assert.deepEqual(runs.lab.log, SESSION);
    assert.equal(await submissions(owner.id), 1);
    const written = JSON.parse(readFileSync(join(evidence, 'result.json'), 'utf8')) as RunResult;
    assert.deepEqual([written.facts, written.evidence], [result.facts, evidence]);
    for (const file of ['index.html', 'wdio.log']) assert.ok(existsSync(join(evidence, file)), file);
  });

  it('with a wrong password is refused, counts it once, and leaves the phone as it was', async () => {
    const owner = account();
    const wrong = { request: { password: new Secret('Wrong-pass1') } };
    const one = await run({ account: owner }, wrong);
    assert.deepEqual(ended(one), ['refused', 'wrong-password', 1]);
    assert.equal(one.result.passwordSubmitted, true);
    assert.deepEqual(one.result.facts, [
      HAD_HELPERS,
      { name: 'On the phone now', value: 'the phone shows its account page' },
    ]);
    assert.equal(await submissions(owner.id), 1);
    await run(undefined, wrong);
    const third = await run(undefined, wrong);
    assert.deepEqual(ended(third), ['refused', 'password-budget', 1]);
    assert.match(third.result.retryFrom ?? '', /^\d{4}-\d\d-\d\d/);
    assert.deepEqual([third.result.passwordSubmitted, await submissions(owner.id)], [false, 2]);
  });

  it('without a password opens no database for it, and presses Cancel where one is asked for', async () => {
    const one = await run({ account: account() });
    assert.deepEqual(ended(one), ['cancelled', 'no-password', 1]);
    assert.deepEqual(one.steps.slice(-2), ['press Cancel', 'Mi Account page']);
    const out = await run({ account: account({ findDevice: false }) });
    assert.deepEqual([...ended(out), out.result.passwordSubmitted], ['signed-out', undefined, 0, false]);
  });

  it('of a phone without an account begins nothing, and says what stays on it', async () => {
    const { result, exit, steps, evidence } = await run(
      { helpers: 'none' },
      { request: { password: RIGHT } },
    );
    const outcome = { outcome: 'already-signed-out', passwordSubmitted: false };
    const facts = checklist('not known before; no Mi Account on the phone');
    assert.deepEqual([result, exit], [{ ...PHONE, ...nothing, ...outcome, facts }, 0]);
    assert.deepEqual([steps, evidence, runs.lab.log], [[], '', []]);
    const { result: helped } = await run({ helpers: 'current' });
    assert.deepEqual(helped.facts?.at(-1), STAYS, 'helper apps of a run that broke off would be removed');
    const { result: ofJob } = await run({ helpers: 'current' }, { job: {} });
    assert.deepEqual(ofJob.facts, facts, 'a job leaves the phone at its end');
  });

  it('touches no phone with another account than the one named, and says who named it', async () => {
    const other = await run({ account: account() }, { request: { password: RIGHT, account: '6230009999' } });
    assert.deepEqual(
      [...ended(other), other.steps, runs.lab.log],
      ['needs-person', 'other-account', 3, [], []],
    );
    assert.equal(other.result.accountCheck.words, 'another account than the one named (account list)');
    const named = { request: { account: 'lab@example.com' } };
    const shown = 'an address, the phone shows a Mi id';
    const check = async (wish: Wish) =>
      (await run({ account: account() }, { ...named, ...wish })).result.accountCheck.words;
    assert.equal(await check({}), `account not compared: --account is ${shown}`);
    assert.equal(await check({ job: {} }), `account not compared: the list has ${shown}`);
    const strict = await run({ account: account() }, { ...named, env: { STRICT_ACCOUNT: 'true' } });
    assert.deepEqual([strict.result.outcome, strict.exit], ['needs-person', 3]);
  });

  it('leaves a phone with a Google account to a person where none may stay, with its helper apps where they may', async () => {
    const owner = account();
    const google = [{ name: 'rada@gmail.com', type: 'com.google' }];
    const env = { REQUIRE_NO_GOOGLE: 'true', KEEP_HELPERS: 'true' };
    const one = await run(
      { account: owner, otherAccounts: google },
      { request: { password: RIGHT, account: owner.id }, env },
    );
    assert.deepEqual(ended(one), ['needs-person', 'google-account', 3]);
    const { facts = [], warnings, accountCheck } = one.result;
    assert.deepEqual(accountCheck, {
      verdict: 'same',
      words: 'the account named: all of it (password dialog)',
    });
    assert.deepEqual(
      facts.map(({ name, value }) => [name, value]),
      [
        ['Account compared', accountCheck.words],
        ['Other accounts', 'Google (r***@g***l.com)'],
        [STAYS.name, `${STAYS.value}; Appium’s helper apps and settings, as was asked (KEEP_HELPERS)`],
        ['On the phone now', 'the phone shows the page after the sign-out'],
      ],
    );
    assert.match(warnings.join(), /^a Google account is still on the phone: /);
  });

  it('does not touch a phone that takes no input, and goes on with one whose battery is low', async () => {
    const denied = await run(
      { account: account(), toggles: { input: false } },
      { request: { password: RIGHT } },
    );
    assert.deepEqual([...ended(denied), runs.lab.log], ['error', 'unfit-phone', 3, ['stop Appium']]);
    assert.match(denied.result.message ?? '', /is not ready \(input: refused from this computer\)/);
    assert.deepEqual([denied.steps, denied.result.facts], [[], [HAD_HELPERS]]);
    const low = await run(
      { account: account(), battery: 5, charging: false },
      { request: { password: RIGHT } },
    );
    assert.deepEqual(low.steps, ['go on although: battery: 5 %, not charging', ...OUT]);
  });

  it('refuses a phone on which its owner is not in front, before anything is opened', async () => {
    const one = await run({ account: account(), user: 10 }, { request: { password: RIGHT } });
    assert.deepEqual([...ended(one), one.evidence], ['error', 'second-space', 3, '']);
    assert.equal(one.result.facts, undefined);
  });

  it('goes by Settings where that is wanted', async () => {
    const one = await run({ account: account() }, { request: { password: RIGHT, via: 'settings' } });
    assert.deepEqual([...ended(one), one.result.via], ['signed-out', undefined, 0, 'settings']);
    assert.ok(!one.steps.includes('open the account page'), one.steps.join());
  });

  it('that is stopped says where it stood, ends its session and gives the phone back as it was', async () => {
    const stop = new AbortController();
    const one = await run(
      { account: account(), helpers: 'none' },
      {
        ...{ request: { password: RIGHT }, signal: stop.signal },
        onEvent: (event) =>
          event.kind === 'step' && event.what === 'tap Sign out' && stop.abort(new Error('by hand')),
      },
    );
    assert.deepEqual(ended(one), ['cancelled', 'interrupted', 1]);
    assert.deepEqual([one.result.passwordSubmitted, runs.lab.log], [false, SESSION]);
    assert.equal(one.result.message, 'The run was stopped on request, and the phone was left as it is.');
    assert.deepEqual(one.result.facts?.[0], STAYS);
    const early = await run({ account: account() }, { signal: AbortSignal.abort() });
    assert.deepEqual([...ended(early), early.evidence], ['cancelled', 'interrupted', 1, '']);
  });

  it('that another run has on its phone does nothing', async () => {
    const [settings, phone] = [runs.settings(), { account: account() }];
    const held = await holdPhone(runs.store, { serial: SERIAL, place: adbPlace(settings) });
    runs.lab.put(SERIAL, phone);
    await using station = runs.station({}, settings);
    const order = {
      ...({ serial: SERIAL, data: 'keep', via: 'intent' } as const),
      evidence: settings.evidenceDir,
    };
    const { result, exit } = await runSignOut(station, order, {
      ...{ signal: new AbortController().signal, onEvent: () => undefined },
    });
    await held.release();
    assert.deepEqual([result.outcome, result.reason, exit], ['error', 'busy', 1]);
    assert.deepEqual(runs.lab.log, []);
    assert.equal(result.facts, undefined, 'what is on the phone is the other run’s');
  });

  it('whose phone another run takes over in the middle touches it no more, and leaves it to that run', async () => {
    const owner = account();
    const shut: string[] = [];
    const appium = async () => ({ ...runs.lab.appium, shut: (serial: string) => void shut.push(serial) });
    let isTaken = false;
    runs.lab.before = async (request) => {
      if (isTaken || request !== 'POST /element') return;
      isTaken = true;
      await runs.store.pool.query('delete from mi_unbind.hold');
    };
    const one = await run({ account: owner }, { request: { password: RIGHT }, parts: { appium } });
    assert.deepEqual(ended(one), ['error', 'taken-over', 1]);
    assert.deepEqual([shut, one.result.passwordSubmitted], [[SERIAL], false]);
    assert.deepEqual(
      [one.result.facts?.map(({ name }) => name), await submissions(owner.id)],
      [['On the phone when last seen'], 0],
    );
    assert.equal(runs.lab.phone(SERIAL).account?.id, owner.id);
  });

  it('of a job asks before each touch whether it is still the station’s, and leaves its helper apps to the next attempt', async () => {
    let asked = 0;
    const stillOurs = async () => {
      if (++asked > 1) throw new TakenOverError(SERIAL);
    };
    const lost = await run({ account: account() }, { request: { password: RIGHT }, job: { stillOurs } });
    assert.deepEqual(ended(lost).slice(0, 2), ['error', 'taken-over']);
    assert.equal(asked, 2);
    const kept = await run({ account: account() }, { request: { password: RIGHT }, job: {} });
    assert.deepEqual(
      [...ended(kept), kept.result.facts],
      [...['signed-out', undefined, 0], checklist('not known before; turned off with the sign-out')],
    );
    assert.ok(!existsSync(join(kept.evidence, 'wdio.log')), 'WebdriverIO has one log for a process');
  });

  it('whose Appium does not start ends before the phone is touched', async () => {
    const appium = () => Promise.reject(new Error('it does not start'));
    const one = await run({ account: account() }, { request: { password: RIGHT }, parts: { appium } });
    assert.deepEqual([one.result.outcome, one.exit, one.steps], ['error', 1, []]);
    assert.deepEqual(runs.lab.log, []);
  });

  it('whose phone is unplugged says so, and what had been done', async () => {
    runs.lab.before = async (request) => {
      if (request.endsWith('/click')) runs.lab.unplug(SERIAL);
    };
    const one = await run({ account: account() }, { request: { password: RIGHT } });
    assert.deepEqual(ended(one), ['error', 'phone-lost', 1]);
    assert.match(one.result.message ?? '', /^The phone 'd1e2' /);
    assert.equal(one.result.facts?.at(-1)?.name, 'On the phone when last seen');
  });

  it('that had broken off after its password is known by the next run as the one that signed the phone out', async () => {
    const stop = new AbortController();
    const owner = account();
    const broken = await run(
      { account: owner },
      {
        ...{ request: { password: RIGHT }, signal: stop.signal },
        onEvent: (event) => event.kind === 'password-submitted' && stop.abort(),
      },
    );
    assert.deepEqual([broken.result.outcome, broken.result.passwordSubmitted], ['cancelled', true]);
    assert.equal(await submissions(owner.id), 1);
    while (runs.lab.phone(SERIAL).account) await turn();
    const next = await run(undefined, { request: { password: RIGHT } });
    const isOwn = next.result.facts?.[0];
    assert.deepEqual(
      [...ended(next), next.result.passwordSubmitted, isOwn],
      [
        ...['signed-out', undefined, 0, true],
        {
          name: 'Signed out by',
          value: 'the password that an earlier attempt submitted before it broke off',
        },
      ],
    );
    assert.deepEqual(ended(await run(undefined)).slice(0, 1), ['already-signed-out'], 'it is said once');
  });
});
