import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { filesBelow, leaksIn } from '../checks/leaks.ts';
import type { RecoveryResult } from '../events.ts';
import { Secret } from '../secret.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { LiveBench, storeEnds } from './live-bench.ts';
import { postMissing, startPost, type LivePost } from './live-post.ts';
import type { Ended, LiveProgram } from './live-program.ts';

const NEW = 'Canary-77-new';
const POST_SECRET = 'canarypost88';

/** Each test has an account of its own, with contacts of its own: codes are counted for each. */
let accounts = 0;
const account = (changes: object = {}) => ({
  id: String(6_230_100_000 + ++accounts),
  password: 'forgotten-1',
  phone: `+${359_888_123_000 + accounts}`,
  email: `lab+${accounts}@example.com`,
  syncedData: ['contacts' as const],
  ...changes,
});
const ready: PhoneSpec = { release: '14', pace: 'instant', helpers: 'current' };

describe('recovery of a forgotten password', { skip: postMissing(), timeout: 480_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'mi-unbind-recovery-'));
  let post: LivePost;
  let bench: LiveBench;
  let serial: string;
  const printed = new Map<string, string>();

  before(async () => {
    post = await startPost(POST_SECRET);
    bench = await LiveBench.start([ready], { env: { SMS_SECRET: POST_SECRET } }, ['--site', '--pace', 'instant', ...post.simArgs]);
    serial = bench.serials[0] ?? '';
  });

  after(async () => {
    await bench?.stop();
    await post?.close();
    await storeEnds(data);
    rmSync(data, { recursive: true });
  });

  /** The program with all sources configured, and the new password in a variable. */
  const start = (args: readonly string[], env: Record<string, string> = {}): LiveProgram =>
    bench.start(args, {
      env: { ...post.settings, DATA_DIR: data, ACCOUNT_SITE: bench.site, NEW_PASSWORD: NEW, LOG_LEVEL: 'debug', ...env },
    });

  async function run(args: readonly string[], env?: Record<string, string>): Promise<Ended & { result: RecoveryResult }> {
    const ended = await start([...args, '--json'], env).ended;
    printed.set(`${printed.size} ${args.join(' ')}`, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /^\{.*\}\n$/, ended.stderr);
    return { ...ended, result: JSON.parse(ended.stdout) as RecoveryResult };
  }

  const byMail = (email: string) => ['--code-source', 'imap', '--by', 'email', '--contact', email, '--new-password-env', 'NEW_PASSWORD'];
  const bySms = (phone: string) => ['--code-source', 'sms-webhook', '--by', 'phone', '--contact', phone];

  /** What the account service saw of this account. */
  async function witnessed(id: string) {
    const answers = [bench.ask('GET', 'site'), bench.ask('GET', `phones/${encodeURIComponent(serial)}`)];
    const logs = (await Promise.all(answers)) as { service: { account: string; kind: string }[] }[];
    const own = logs.flatMap(({ service }) => service.filter((entry) => entry.account === id).map(({ kind }) => kind));
    return { codes: own.filter((kind) => kind === 'code-sent').length, changes: own.filter((kind) => kind === 'password-changed').length };
  }

  it('changes it on the phone with a code by e-mail, and signs out with it', async () => {
    const owner = account({ lockDays: 0 });
    await bench.put(serial, { ...ready, account: owner });
    const { code, result, stderr } = await run(['recover', serial, '--data', 'keep', ...byMail(owner.email)]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      [result.outcome, result.proof, result.newPassword, result.savedTo, result.codeRequested],
      ['signed-out', 'sign-out', 'confirmed', 'store', true],
    );
    assert.equal((await bench.witness(serial)).account?.signedIn ?? false, false);
    assert.deepEqual(await witnessed(owner.id), { codes: 1, changes: 1 });
    assert.match(readFileSync(join(result.evidence, 'index.html'), 'utf8'), /asked for once, by e-mail/);
  });

  it('with a code by SMS, and proves it by a sign-in on the site where the phone lets go of the account unasked', async () => {
    const owner = account({ findDevice: false });
    await bench.put(serial, { ...ready, account: owner });
    const { code, result, stderr } = await run(['recover', serial, '--data', 'delete', ...bySms(owner.phone)]);
    assert.equal(code, 0, stderr);
    assert.deepEqual([result.outcome, result.proof, result.newPassword], ['signed-out', 'sign-in', 'confirmed']);
    assert.deepEqual(await witnessed(owner.id), { codes: 1, changes: 1 });
    assert.match(readFileSync(join(result.evidence, 'index.html'), 'utf8'), /asked for once, by SMS/);
  });

  it('stops at a Find device that is locked after the change, says from when, and keeps the new password for that day', async () => {
    const owner = account({ lockDays: 3 });
    await bench.put(serial, { ...ready, account: owner });
    const file = join(data, 'for-later');
    const { code, result } = await run(['recover', serial, '--data', 'keep', ...byMail(owner.email), '--save-to', file]);
    assert.equal(code, 1);
    assert.deepEqual(
      [result.outcome, result.reason, result.newPassword, result.savedTo],
      ['refused', 'find-device-locked', 'confirmed', file],
    );
    assert.ok(Date.parse(result.retryFrom ?? '') > Date.now() + 24 * 3_600_000);
    assert.match(readFileSync(file, 'utf8'), new RegExp(`"${NEW}"[^]*"confirmed"`));
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('goes by web where the phone cannot begin the identity check', async () => {
    const owner = account({ lockDays: 0 });
    await bench.put(serial, { ...ready, account: owner, faults: ['identity-url-failed'] });
    const { code, result, stderr } = await run(['recover', serial, '--data', 'keep', ...byMail(owner.email)]);
    assert.equal(code, 0, stderr);
    assert.equal(result.outcome, 'signed-out');
    assert.deepEqual(await witnessed(owner.id), { codes: 1, changes: 1 });
  });

  it('proves a change on the phone by a sign-in on the site, and asks for no more codes than the budget of a day', async () => {
    const owner = account();
    const env = { CODE_BUDGET: '1' };
    await bench.put(serial, { ...ready, account: owner, faults: ['drop-answer-set-password'] });
    const first = await run(['change-password', serial, ...byMail(owner.email)], env);
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(
      [first.result.outcome, first.result.proof, first.result.newPassword, first.result.codeRequested],
      ['changed', 'sign-in', 'confirmed', true],
    );
    assert.equal((await bench.witness(serial)).account?.signedIn, true);

    await bench.put(serial, { ...ready, account: { ...owner, password: 'forgotten-2' } });
    const { code, result } = await run(['change-password', serial, ...byMail(owner.email)], env);
    assert.deepEqual([code, result.outcome, result.reason, result.codeRequested], [1, 'refused', 'code-budget', false]);
    assert.ok(Date.parse(result.retryFrom ?? '') > Date.now());
  });

  it('ends with exit code 3 where nothing but the phone says that the password is changed', async () => {
    const owner = account();
    await bench.put(serial, { ...ready, account: owner });
    const { code, result, stderr } = await run(['change-password', serial, ...byMail(owner.email)], { CHROMEDRIVER: '/none/chromedriver' });
    assert.deepEqual([code, result.outcome, result.proof, result.newPassword], [3, 'changed', 'message', 'unconfirmed']);
    assert.match(stderr, /password changed, as the page says; not proved[^]*the new password is unconfirmed: sign in with it once/);
  });

  it('finds out that the password was not changed when the request for it was lost', async () => {
    const owner = account();
    await bench.put(serial, { ...ready, account: owner, faults: ['drop-request-set-password'] });
    const { code, result } = await run(['change-password', serial, ...byMail(owner.email)]);
    assert.deepEqual([result.outcome, result.reason, result.newPassword, code], ['refused', 'network', 'rejected', 1]);
  });

  it('resets it by web with a code by SMS, and makes a password up that the store keeps', async () => {
    const owner = account();
    await bench.put(serial, { ...ready, account: owner });
    const { code, result, stderr } = await run(['reset-password', owner.email, ...bySms(owner.phone)]);
    assert.equal(code, 0, stderr);
    assert.deepEqual([result.outcome, result.proof, result.newPassword], ['changed', 'sign-in', 'confirmed']);
    const file = join(data, 'all-passwords');
    const listed = await start(['passwords', '--save-to', file]).ended;
    assert.equal(listed.code, 0, listed.stderr);
    const made = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes(owner.email));
    assert.match(made.join(''), /"password":"[A-Za-z\d]{14}"/);
    assert.doesNotMatch(listed.stdout + listed.stderr, /"password"/);
  });

  it('presses nothing when the code source cannot be used', async () => {
    const owner = account();
    await bench.put(serial, { ...ready, account: owner });
    const { code, stderr } = await run(['change-password', serial, ...byMail(owner.email)], { IMAP_PASSWORD: 'wrong' });
    assert.equal(code, 2);
    assert.match(stderr, /The code source 'imap' cannot be used: .*\n→ .*IMAP_PASSWORD/);
    assert.deepEqual(await witnessed(owner.id), { codes: 0, changes: 0 });
  });

  it('keeps the new password when the phone is unplugged as it is submitted, and says so', async () => {
    const owner = account({ identityCheckedMinutesAgo: 1 });
    await bench.put(serial, { ...ready, pace: 'real', account: owner });
    const file = join(data, 'unplugged');
    const program = start(['change-password', serial, '--json', ...byMail(owner.email), '--save-to', file]);
    await program.says('submit the new password');
    await bench.unplug(serial);
    const { code, stdout, stderr } = await program.ended;
    await bench.plug(serial);
    printed.set('unplugged', stdout + stderr);
    const { reason, newPassword } = JSON.parse(stdout) as RecoveryResult;
    assert.deepEqual([code, reason, newPassword], [1, 'phone-lost', 'unconfirmed']);
    assert.match(stderr, /had been submitted once and is kept.*\n→ sign in by hand/);
    assert.match(readFileSync(file, 'utf8'), new RegExp(`"${NEW}","state":"unconfirmed"`));
  });

  const wrong: [args: string[], says: RegExp][] = [
    [['change-password', 'x', '--code-source', 'imap', '--by', 'email'], /It is not said where the code is sent\.\n→ .*--contact/],
    [['change-password', 'x', '--code-source', 'imap', '--by', 'phone', '--contact', 'a@b.c'], /is no telephone number/],
    [['change-password', 'x', '--code-source', 'pigeon', '--by', 'email'], /pigeon.*is invalid.*imap/i],
    [['recover', 'x', '--code-source', 'imap', '--by', 'email', '--contact', 'a@b.c'], /--data/],
    [['reset-password', 'a@b.c', '--code-source', 'person', '--by', 'email', '--browser', 'moon'], /'moon' is no place for a browser/],
  ];
  for (const [args, says] of wrong) {
    it(`says what is wrong with '${args.join(' ')}'`, async () => {
      const { code, stderr } = await run(args);
      assert.equal(code, 2);
      assert.match(stderr, says);
    });
  }

  it('refuses a new password that Xiaomi would not take before anything is asked for', async () => {
    const { code, stderr } = await run(['change-password', serial, ...byMail('lab@example.com')], { NEW_PASSWORD: 'canary' });
    assert.equal(code, 2);
    assert.match(stderr, /Xiaomi would not take the new password: it has 6 characters/);
  });

  it('has written and printed neither a password nor a code', () => {
    const texts = new Map([...filesBelow(join(bench.folder, 'runs')), ...printed]);
    assert.ok(texts.size > 50, 'there is much to look into');
    for (const secret of [NEW, POST_SECRET]) assert.deepEqual(leaksIn(texts, new Secret(secret)), [], secret);
    const kept = [...texts].filter(([file]) => /\.(xml|jsonl?|html)$|wdio\.log$/.test(file));
    // The page of a run has colours of six digits.
    const codes = kept.filter(([, text]) => /\b\d{6}\b/.test(text.replace(/<style>[^]*<\/style>/, ''))).map(([file]) => file);
    assert.deepEqual(codes, [], 'numbers that could be codes');
  });
});
