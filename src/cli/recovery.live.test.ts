import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RecoveryResult } from '../events.ts';
import { LiveRecovery, NEW, OWN_APPIUM, byMail, bySms } from '../live/recovery.ts';
import { postMissing } from '../live/post.ts';

describe('recovery of a forgotten password', { skip: postMissing() }, () => {
  let live: LiveRecovery;
  before(async () => {
    live = await LiveRecovery.start();
  });
  after(() => live?.stop());
  const run: LiveRecovery['run'] = (...args) => live.run(...args);

  it('proves it by a sign-in on the site where the phone lets go of the account unasked', async () => {
    const owner = await live.owner({ findDevice: false });
    const args = ['recover', live.serial, '--data', 'delete', ...bySms(owner.phone)];
    const { code, result, stderr } = await run(args, OWN_APPIUM);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      [result.outcome, result.proof, result.newPassword],
      ['signed-out', 'sign-in', 'confirmed'],
    );
    const { codes, changes } = await live.seen(owner);
    assert.deepEqual([codes, changes], [1, 1]);
    assert.match(readFileSync(join(result.evidence, 'index.html'), 'utf8'), /asked for once, by SMS/);
  });

  it('stops at a Find device that is locked after the change, says from when, and keeps the new password for that day', async () => {
    const owner = await live.owner({ lockDays: 3 });
    const file = join(live.rig.folder, 'for-later');
    const again = ['recover', live.serial, '--data', 'keep', ...byMail(owner.email), '--save-to', file];
    const { code, result, stderr } = await run(again);
    assert.equal(code, 1);
    assert.deepEqual(
      [result.outcome, result.reason, result.newPassword, result.savedTo],
      ['refused', 'find-device-locked', 'confirmed', file],
    );
    assert.ok(Date.parse(result.retryFrom ?? '') > Date.now() + 24 * 3_600_000);
    assert.match(readFileSync(file, 'utf8'), new RegExp(`"${NEW}"[^]*"confirmed"`));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(stderr, /the same command once more signs the phone out with it/);

    // Three days later.
    await live.owner({ ...owner, password: NEW, lockDays: 0 });
    const later = await run(again);
    assert.deepEqual(
      [later.code, later.result.outcome, later.result.codeRequested, later.result.newPassword],
      [0, 'signed-out', false, 'confirmed'],
      later.stderr,
    );
    const { codes, changes } = await live.seen(owner);
    assert.deepEqual([codes, changes], [1, 1]);
  });

  it('does not submit a kept password again that the phone has refused: the account is recovered anew', async () => {
    const owner = await live.owner({ lockDays: 0 });
    const args = ['recover', live.serial, '--data', 'keep', ...byMail(owner.email)];
    assert.equal((await run(args)).result.outcome, 'signed-out');

    // Its owner has changed it since.
    await live.owner({ ...owner, password: 'changed-since-3' });
    const refused = await run(args);
    assert.deepEqual(
      [refused.code, refused.result.reason, refused.result.newPassword],
      [1, 'wrong-password', 'rejected'],
    );
    assert.match(refused.stderr, /the same command once more recovers it anew/);
    await live.owner({ ...owner, password: 'changed-since-3' });
    const anew = await run(args);
    assert.deepEqual([anew.result.codeRequested, (await live.seen(owner)).changes], [true, 2], anew.stderr);
  });

  it('proves a change on the phone by a sign-in on the site, and asks for no more codes than the budget of a day', async () => {
    const owner = await live.owner({}, { faults: ['drop-answer-set-password'] });
    const env = { CODE_BUDGET: '1' };
    const first = await run(['change-password', live.serial, ...byMail(owner.email)], env);
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(
      [first.result.outcome, first.result.proof, first.result.newPassword, first.result.codeRequested],
      ['changed', 'sign-in', 'confirmed', true],
    );
    assert.equal((await live.rig.witness(live.serial)).account?.signedIn, true);

    await live.owner({ ...owner, password: 'forgotten-2' });
    const { code, result } = await run(['change-password', live.serial, ...byMail(owner.email)], env);
    assert.deepEqual(
      [code, result.outcome, result.reason, result.codeRequested],
      [1, 'refused', 'code-budget', false],
    );
    assert.ok(Date.parse(result.retryFrom ?? '') > Date.now());
  });

  it('ends with exit code 3 where nothing but the phone says that the password is changed', async () => {
    const owner = await live.owner();
    const { code, result, stderr } = await run(['change-password', live.serial, ...byMail(owner.email)], {
      CHROMEDRIVER: '/none/chromedriver',
    });
    assert.deepEqual(
      [code, result.outcome, result.proof, result.newPassword],
      [3, 'changed', 'message', 'unconfirmed'],
    );
    assert.match(
      stderr,
      /password changed, as the page says; not proved[^]*the new password is unconfirmed: sign in with it once/,
    );
  });

  it('finds out that the password was not changed when the request for it was lost', async () => {
    const owner = await live.owner({}, { faults: ['drop-request-set-password'] });
    const { code, result } = await run(['change-password', live.serial, ...byMail(owner.email)]);
    assert.deepEqual(
      [result.outcome, result.reason, result.newPassword, code],
      ['refused', 'network', 'rejected', 1],
    );
  });

  it('resets it by web with a code by SMS, and makes a password up that the store keeps', async () => {
    const owner = await live.owner();
    const { code, result, stderr } = await run(['reset-password', owner.email, ...bySms(owner.phone)]);
    assert.equal(code, 0, stderr);
    assert.deepEqual([result.outcome, result.proof, result.newPassword], ['changed', 'sign-in', 'confirmed']);
    const file = join(live.rig.folder, 'all-passwords');
    const listed = await live.program(['passwords', '--save-to', file]).ended;
    assert.equal(listed.code, 0, listed.stderr);
    const made = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes(owner.email));
    assert.match(made.join(''), /"password":"[A-Za-z\d]{14}"/);
    assert.doesNotMatch(listed.stdout + listed.stderr, /"password"/);
  });

  it("resets it in the phone's own Chrome, and says which phone that was", async () => {
    const owner = await live.owner();
    const args = ['reset-password', owner.email, '--browser', `phone:${live.serial}`, ...byMail(owner.email)];
    const { code, result, stderr } = await run(args, OWN_APPIUM);
    assert.deepEqual([code, result.outcome, result.proof], [0, 'changed', 'sign-in'], stderr);
    assert.deepEqual([result.serial, result.release, result.region], [live.serial, 'MIUI 14', 'global']);
  });

  it('presses nothing when the code source cannot be used', async () => {
    const owner = await live.owner();
    const { code, stderr } = await run(['change-password', live.serial, ...byMail(owner.email)], {
      IMAP_PASSWORD: 'wrong',
    });
    assert.equal(code, 2);
    assert.match(stderr, /The code source 'imap' cannot be used: .*\n→ .*IMAP_PASSWORD/);
    const { codes, changes } = await live.seen(owner);
    assert.deepEqual([codes, changes], [0, 0]);
  });

  it('keeps the new password when the phone is unplugged as it is submitted, and says so', async () => {
    const owner = await live.owner({ identityCheckedMinutesAgo: 1 }, { pace: 'real', costs: 'none' });
    const file = join(live.rig.folder, 'unplugged');
    const args = ['change-password', live.serial, '--json', ...byMail(owner.email), '--save-to', file];
    const program = live.program(args, OWN_APPIUM);
    await program.says('submit the new password');
    await live.rig.unplug(live.serial);
    const { code, stdout, stderr } = await program.ended;
    await live.rig.plug(live.serial);
    live.printed.set('unplugged', stdout + stderr);
    const { reason, newPassword } = JSON.parse(stdout) as RecoveryResult;
    assert.deepEqual([code, reason, newPassword], [1, 'phone-lost', 'unconfirmed']);
    assert.match(stderr, /had been submitted once and is kept.*\n→ sign in by hand/);
    assert.match(readFileSync(file, 'utf8'), new RegExp(`"${NEW}","state":"unconfirmed"`));
  });

  it('refuses a new password that Xiaomi would not take before anything is asked for', async () => {
    const { code, stderr } = await run(['change-password', live.serial, ...byMail('lab@example.com')], {
      NEW_PASSWORD: 'canary',
    });
    assert.equal(code, 2);
    assert.match(stderr, /Xiaomi would not take the new password: it has 6 characters/);
  });

  it('has written and printed neither a password nor a code', async () => {
    assert.deepEqual(await live.leaks(), []);
  });
});
