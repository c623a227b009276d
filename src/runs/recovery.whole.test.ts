import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { NONE_NAMED } from '../account/match.ts';
import { CodeSourceError } from '../errors.ts';
import type { RecoveryResult, RunEvent } from '../events.ts';
import { arrangeRuns } from '../live/simulated/one-process.ts';
import { Secret } from '../secret.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { lockNames } from '../store/advisory-lock.ts';
import { storedPasswords, StoreVault } from '../store/vault.ts';
import { runChangePassword, type ChangeRequest } from './change-password.ts';
import { runRecover, type RecoverRequest } from './recover.ts';
import type { JobContext, StationParts } from './station.ts';

const SERIAL = 'd1e2';
const NEW = 'Canary-77-new';
const CODE = [
  'press Send',
  'verification code page',
  'wait for the code',
  'type the code',
  'submit the code',
];
const CHANGED = ['submit the new password', 'message that the password is changed'];

describe('a recovery of one account on its phone', () => {
  const runs = arrangeRuns('recovery');
  let accounts = 6_230_001_535;
  /** One of its own each time: codes are counted for each, and so are passwords. */
  const account = (more: object = {}) => {
    const id = String(accounts++);
    const contacts = { email: `lab+${id}@example.com`, phone: `+35988${id.slice(-7)}` };
    return { id, password: 'forgotten-1', ...contacts, lockDays: 0, ...more };
  };
  const contact = () => `lab+${accounts - 1}@example.com`;

  interface Wish {
    request?: Partial<RecoverRequest & ChangeRequest>;
    env?: Record<string, string>;
    job?: Partial<JobContext>;
    parts?: Partial<StationParts>;
    signal?: AbortSignal;
    onEvent?: (event: RunEvent) => void;
  }
  async function run(
    what: 'recover' | 'change',
    phone: PhoneSpec | undefined,
    { request, env, job, parts, ...wish }: Wish = {},
  ) {
    if (phone) runs.lab.put(SERIAL, phone);
    const settings = runs.settings(env);
    await using station = runs.station({}, settings, parts);
    const steps: string[] = [];
    const order = {
      ...{ serial: SERIAL, data: 'keep', evidence: settings.evidenceDir, codeSource: 'imap', by: 'email' },
      ...{
        contact: contact(),
        newPassword: new Secret(NEW),
        unproved: false,
        web: true,
        headed: false,
        prove: true,
      },
      ...request,
    } as RecoverRequest & ChangeRequest;
    const context = {
      signal: wish.signal ?? new AbortController().signal,
      onEvent(event: RunEvent) {
        steps.push(event.kind === 'page' ? event.page : event.what);
        wish.onEvent?.(event);
      },
      ...(job && { job: { id: '1', round: 1, names: [], stillOurs: () => Promise.resolve(), ...job } }),
    };
    const { result, exit } = await (what === 'recover' ? runRecover : runChangePassword)(
      station,
      order,
      context,
    );
    const { durationMs, evidence, ...rest } = result;
    assert.ok(Number.isInteger(durationMs));
    return { result: rest, exit, steps, evidence };
  }
  type Ran = Awaited<ReturnType<typeof run>>;
  const ended = ({ result: { outcome, reason, proof }, exit }: Ran) => [outcome, reason ?? proof, exit];
  const became = ({ result: { newPassword, savedTo, codesRequested } }: Ran) => [
    newPassword,
    savedTo,
    codesRequested,
  ];
  const kept = async (whose = contact()) =>
    (await storedPasswords(runs.store.pool, runs.store.seal))
      .filter((one) => one.contact === whose)
      .map(({ serial, state, password, account: of }) => [of, serial, state, password.reveal()]);

  it('changes the password, signs the phone out with it, and has each fact of both in its result', async () => {
    const owner = account();
    const one = await run('recover', { account: owner });
    assert.deepEqual([...ended(one), ...became(one)], ['signed-out', 'sign-out', 0, 'confirmed', 'store', 1]);
    const { facts = [], ...rest } = one.result;
    const whole: Omit<RecoveryResult, 'durationMs' | 'evidence' | 'facts'> = {
      ...{ serial: SERIAL, model: '2201117TG', release: 'MIUI 14', region: 'global', language: 'en-GB' },
      ...{ account: '********35', accountCheck: NONE_NAMED, outcome: 'signed-out', proof: 'sign-out' },
      ...{
        by: 'email',
        codeSource: 'imap',
        codeRequested: true,
        codesRequested: 1,
        newPassword: 'confirmed',
      },
      ...{ savedTo: 'store', passwordSubmitted: true, drift: [], warnings: [] },
    };
    assert.deepEqual(rest, whole);
    assert.deepEqual(
      facts.map(({ name }) => name),
      ['Screen lock', 'SIM', 'Find device', 'Developer options', 'Stays on the phone'],
    );
    for (const steps of [CODE, CHANGED, ['tap Sign out'], ['type the password', 'submit the password']])
      assert.equal(one.steps.join('\n').split(steps.join('\n')).length, 2, steps[0]);
    assert.deepEqual(await kept(), [['6230***535', SERIAL, 'confirmed', NEW]]);
    assert.deepEqual(runs.lab.log, [`begin ${SERIAL}`, `end ${SERIAL}`, 'stop Appium', 'close codes']);
    assert.equal(statSync(one.evidence).mode & 0o777, 0o700, 'pictures of captchas lie there');
    const written = JSON.parse(readFileSync(join(one.evidence, 'result.json'), 'utf8')) as RecoveryResult;
    assert.equal(written.newPassword, 'confirmed');
  });

  it('that found the phone signed out by an earlier recovery has nothing to do', async () => {
    const earlier = account();
    await run('recover', { account: earlier });
    const again = await run('recover', undefined);
    assert.deepEqual(
      [...ended(again), ...became(again)],
      ['already-signed-out', undefined, 0, 'confirmed', 'store', 0],
    );
    assert.deepEqual(again.steps, ['sign out with the password that an earlier recovery has kept']);
    assert.deepEqual(
      [again.result.by, again.result.codeSource, again.result.codeRequested],
      ['email', 'imap', false],
    );
    assert.ok(!('data' in again.result) && !('via' in again.result));
  });

  it('signs out with a password that is kept, in the store or in a file, and asks for no code', async () => {
    for (const where of ['store', 'file'] as const) {
      const owner = account({ lockDays: 3 });
      const saveTo = join(runs.folder, `${owner.id}.jsonl`);
      const wish = { request: where === 'file' ? { saveTo, account: owner.id } : {} };
      const locked = await run('recover', { account: owner }, wish);
      assert.deepEqual(ended(locked), ['refused', 'find-device-locked', 1]);
      assert.match(locked.result.retryFrom ?? '', /^\d{4}-\d\d-\d\d$/);
      const at = where === 'file' ? saveTo : 'store';
      assert.deepEqual(
        became(locked),
        ['confirmed', at, 1],
        'its lock is shown after the password was right',
      );
      const later = await run('recover', { account: { ...owner, password: NEW } }, wish);
      assert.deepEqual([...ended(later), ...became(later)], ['signed-out', undefined, 0, 'confirmed', at, 0]);
      assert.ok(!later.steps.includes('press Send'));
    }
  });

  it('marks a kept password that the phone refuses, and says that the account is recovered anew then', async () => {
    const owner = account();
    const vault = new StoreVault(runs.store.pool, runs.store.seal, { contact: contact(), serial: SERIAL });
    await vault.mark(await vault.keep(owner.id, new Secret('Outdated-1')), 'confirmed');
    const refused = await run('recover', { account: owner });
    assert.deepEqual(
      [...ended(refused), ...became(refused)],
      ['refused', 'wrong-password', 1, 'rejected', 'store', 0],
    );
    assert.deepEqual(refused.result.warnings, [
      'the password that was kept is no longer the account’s: the same command once more recovers it anew',
    ]);
    assert.deepEqual(await kept(), [[owner.id, SERIAL, 'rejected', 'Outdated-1']]);
    assert.deepEqual(ended(await run('recover', undefined)), ['signed-out', 'sign-out', 0]);
  });

  it('finds out by the sign-out whether a change whose answer was lost was made', async () => {
    const made = await run('recover', { account: account(), faults: ['drop-answer-set-password'] });
    assert.deepEqual(
      [...ended(made), ...became(made)],
      ['signed-out', 'sign-out', 0, 'confirmed', 'store', 1],
    );
    const lost = await run('recover', { account: account(), faults: ['drop-request-set-password'] });
    assert.deepEqual([...ended(lost), ...became(lost)], ['refused', 'network', 1, 'rejected', 'store', 1]);
    assert.deepEqual((await kept())[0]?.slice(1, 3), [SERIAL, 'rejected']);
  });

  it('of a phone that signs out without the password leaves it unconfirmed where no browser can ask the site', async () => {
    const one = await run('recover', { account: account({ findDevice: false }) });
    assert.deepEqual(
      [...ended(one), ...became(one)],
      ['signed-out', 'message', 0, 'unconfirmed', 'store', 1],
    );
    assert.equal(one.result.passwordSubmitted, false);
    assert.ok(!one.steps.includes('sign in on the account site with the new password'));
  });

  it('ends where the phone leads nowhere and this computer has no browser', async () => {
    const one = await run('recover', { account: account(), faults: ['identity-url-failed'] });
    assert.deepEqual(
      [...ended(one), ...became(one)],
      ['refused', 'identity-check', 1, 'not submitted', '', 0],
    );
    assert.ok(!one.steps.includes('reset the password by web, as the phone offers no way'));
    assert.deepEqual(one.result.facts?.at(-1), {
      ...{ name: 'On the phone now', value: 'the phone shows the message about the identity check' },
    });
  });

  it('of a change alone is for a person where only the phone says that it was made, unless that is enough', async () => {
    const one = await run('change', { account: account() });
    assert.deepEqual([...ended(one), ...became(one)], ['changed', 'message', 3, 'unconfirmed', 'store', 1]);
    assert.deepEqual(one.steps.slice(-2), CHANGED);
    const enough = await run('change', { account: account() }, { request: { unproved: true } });
    assert.deepEqual(ended(enough), ['changed', 'message', 0]);
    const saveTo = join(runs.folder, 'own.jsonl');
    const saved = await run('change', { account: account() }, { request: { saveTo, prove: false } });
    assert.deepEqual([ended(saved)[2], ...became(saved)], [3, 'unconfirmed', saveTo, 1]);
    assert.ok(readFileSync(saveTo, 'utf8').includes(NEW));
    assert.deepEqual(await kept(), [], 'it is in one place');
  });

  it('of a change is no one’s where the phone has no account, or another one', async () => {
    const none = await run('change', {});
    assert.deepEqual([...ended(none), ...became(none)], ['error', 'no-account', 2, 'not submitted', '', 0]);
    assert.deepEqual(runs.lab.log, ['close codes']);
    for (const what of ['change', 'recover'] as const) {
      const other = await run(what, { account: account() }, { request: { account: '6230009999' } });
      assert.deepEqual([...ended(other), other.steps], ['needs-person', 'other-account', 3, []]);
      const named = await run(
        what,
        { account: account({ email: undefined }) },
        { request: { contact: 'x@example.com', account: 'l@example.com' }, job: {} },
      );
      assert.match(named.result.accountCheck.words, /^account not compared: the list has an address/);
    }
  });

  it('presses nothing for a contact that the account does not have, and asks for no code beyond those of a day', async () => {
    const other = await run('change', { account: account() }, { request: { contact: 'other@example.com' } });
    assert.deepEqual(
      [...ended(other), ...became(other)],
      ['refused', 'no-contact', 1, 'not submitted', '', 0],
    );
    const owner = account();
    const budget = { env: { CODE_BUDGET: '1' } };
    assert.deepEqual(became(await run('change', { account: owner }, budget)).at(-1), 1);
    const second = await run('change', { account: owner }, budget);
    assert.deepEqual(
      [second.result.outcome, second.result.reason, ...became(second)],
      [...['refused', 'code-budget', 'not submitted', '', 0]],
    );
  });

  it('throws before the phone is touched where its code source cannot be read, or another run has the account', async () => {
    const faulty = {
      ...runs.lab.codes,
      baseline: () => Promise.reject(new CodeSourceError('imap', 'it lets no one in', 'log in')),
    };
    const parts = { codes: async () => faulty };
    await assert.rejects(run('change', { account: account() }, { parts }), { code: 'code-source' });
    const stopped = { baseline: () => Promise.reject(new Error('the line is cut')) };
    await assert.rejects(
      run(
        'recover',
        { account: account() },
        { parts: { codes: async () => ({ ...faulty, ...stopped }) }, signal: AbortSignal.abort() },
      ),
      { code: 'cancelled' },
    );
    const { pool, seal } = runs.store;
    for (const name of [contact().toUpperCase(), SERIAL]) {
      const unlock = await lockNames(pool, seal, [name]);
      await assert.rejects(run('change', undefined), { code: 'busy' });
      await unlock();
    }
    assert.ok(!runs.lab.log.includes(`begin ${SERIAL}`));
    mkdirSync(join(runs.folder, 'a folder'));
    const saveTo = join(runs.folder, 'a folder');
    await assert.rejects(run('change', undefined, { request: { saveTo } }), { code: 'usage' });
    const free = await lockNames(pool, seal, [contact(), SERIAL]);
    await free();
  });

  it('that is stopped after a code was asked for says so, and what became of the new password', async () => {
    const stopAt = (step: string) => {
      const stop = new AbortController();
      const onEvent = (event: RunEvent) => event.kind !== 'page' && event.what === step && stop.abort();
      return { signal: stop.signal, onEvent };
    };
    const early = await run('recover', { account: account() }, stopAt('wait for the code'));
    assert.deepEqual(
      [...ended(early), ...became(early)],
      ['cancelled', 'interrupted', 1, 'not submitted', '', 1],
    );
    assert.equal(early.result.message, 'The run was stopped on request.');
    const late = await run('recover', { account: account() }, stopAt('submit the new password'));
    assert.deepEqual(
      [...ended(late), ...became(late)],
      ['cancelled', 'interrupted', 1, 'unconfirmed', 'store', 1],
    );
    assert.equal(
      late.result.hint,
      'sign in by hand with the new password, to see whether the account has it, before you run anything again',
    );
  });

  it('of a job uses no password that is kept, and locks nothing that its queue has locked', async () => {
    const owner = account();
    const vault = new StoreVault(runs.store.pool, runs.store.seal, { contact: contact(), serial: SERIAL });
    await vault.mark(await vault.keep(owner.id, new Secret('Outdated-1')), 'confirmed');
    const unlock = await lockNames(runs.store.pool, runs.store.seal, [contact()]);
    const one = await run('recover', { account: owner }, { job: { names: [owner.id, contact()] } });
    await unlock();
    assert.deepEqual([...ended(one), ...became(one)], ['signed-out', 'sign-out', 0, 'confirmed', 'store', 1]);
    assert.equal(
      one.result.facts?.some(({ name }) => name === 'Stays on the phone'),
      false,
    );
  });
});
