import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { LiveRecovery, NEW, POST_SECRET, byMail, bySms, type TestOwner } from '../live/recovery.ts';
import { postMissing } from '../live/post.ts';
import { LiveTerminal, terminalMissing } from '../live/terminal.ts';

/** A code that is so late comes in no test, ms. */
const NOT_BEFORE_THE_END = 3_600_000;

describe('what may go wrong in a recovery', { skip: postMissing() }, () => {
  let live: LiveRecovery;
  before(async () => {
    live = await LiveRecovery.start();
  });
  after(() => live?.stop());

  const change = (source: string[], env?: Record<string, string>) =>
    live.run(['change-password', live.serial, ...source], env);
  const post = (settings: object) => live.rig.ask('PUT', 'post', settings);

  /** A message with a code that the account service knows nothing of, from where its codes come. */
  async function sendOther(by: 'email' | 'phone', { email, phone }: TestOwner): Promise<void> {
    const text = 'Your Mi Account verification code is 000000.';
    const [, smtp, , sms = ''] = live.post.simArgs;
    if (by === 'phone') {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${POST_SECRET}` };
      const body = JSON.stringify({ from: 'Xiaomi', to: phone, text });
      assert.ok((await fetch(sms, { method: 'POST', headers, body })).ok);
    } else {
      const mail = createTransport({ url: smtp ?? '', ignoreTLS: true } as object);
      await mail.sendMail({
        from: 'Xiaomi Corporation <noreply@notice.xiaomi.com>',
        to: email,
        subject: 'Code',
        text,
      });
      mail.close();
    }
  }

  it('a check that is still valid is left out, and no code asked for', async () => {
    const { email, ...owner } = await live.owner({ lockDays: 0, identityCheckedMinutesAgo: 1 });
    const { code, result, stderr } = await live.run([
      'recover',
      live.serial,
      '--data',
      'keep',
      ...byMail(email),
    ]);
    assert.deepEqual(
      [code, result.outcome, result.proof, result.codeRequested],
      [0, 'signed-out', 'sign-out', false],
      stderr,
    );
    const { codes, changes } = await live.seen({ email, ...owner });
    assert.deepEqual([codes, changes], [0, 1]);
  });

  it('the only contact is the e-mail address, and the telephone number is refused', async () => {
    const owner = await live.owner({ phone: undefined });
    const refused = await change(bySms(owner.phone));
    assert.deepEqual(
      [refused.code, refused.result.outcome, refused.result.reason, refused.result.codeRequested],
      [1, 'refused', 'no-contact', false],
    );
    const { code, result, stderr } = await change(byMail(owner.email));
    assert.deepEqual([code, result.outcome, result.newPassword], [0, 'changed', 'confirmed'], stderr);
    assert.deepEqual((await live.seen(owner)).kinds.slice(0, 3), [
      'code-sent email',
      'code-checked',
      'password-changed phone',
    ]);
  });

  for (const by of ['email', 'phone'] as const)
    it(`a wrong code by ${by === 'email' ? 'e-mail' : 'SMS'} is typed once, and no other one asked for`, async () => {
      const owner = await live.owner();
      await post({ delayMs: NOT_BEFORE_THE_END });
      const source = by === 'email' ? byMail(owner.email) : bySms(owner.phone);
      const program = live.program(['change-password', live.serial, '--json', ...source]);
      await program.says('wait for the code');
      await sendOther(by, owner);
      const { code, result } = await live.end(program, `wrong code ${by}`);
      await post({});
      assert.deepEqual(
        [code, result.outcome, result.reason, result.newPassword],
        [1, 'refused', 'wrong-code', 'not submitted'],
      );
      assert.deepEqual((await live.seen(owner)).kinds, [`code-sent ${by}`, 'code-checked']);
    });

  it('a code that has expired is refused, as it looks like a wrong one', async () => {
    const owner = await live.owner({ codeValidMinutes: 0.0001 });
    const { code, result } = await change(byMail(owner.email));
    assert.deepEqual(
      [code, result.outcome, result.reason, result.newPassword],
      [1, 'refused', 'wrong-code', 'not submitted'],
    );
    assert.deepEqual((await live.seen(owner)).kinds, ['code-sent email', 'code-checked']);
  });

  it('a code that is late, and comes after another mail of the same sender, is the one that is typed', async () => {
    const owner = await live.owner();
    await post({ delayMs: 3000, decoyMail: 'before' });
    const { code, result, stderr } = await change(byMail(owner.email));
    await post({});
    assert.deepEqual([code, result.outcome, result.proof], [0, 'changed', 'sign-in'], stderr);
    const { codes, changes } = await live.seen(owner);
    assert.deepEqual([codes, changes], [1, 1]);
  });

  it('no more codes today: Send is pressed once', async () => {
    const owner = await live.owner({ codeLimit: 0 });
    const { code, result } = await change(bySms(owner.phone));
    assert.deepEqual(
      [code, result.outcome, result.reason, result.codeRequested],
      [1, 'refused', 'code-limit', true],
    );
    assert.deepEqual((await live.seen(owner)).kinds, ['code-refused phone']);
  });

  it('the password the account has already is what the phone is signed out with', async () => {
    const owner = await live.owner({ password: NEW, lockDays: 0 }, { passwordForm: 'native' });
    const { code, result, stderr } = await live.run([
      'recover',
      live.serial,
      '--data',
      'keep',
      ...byMail(owner.email),
    ]);
    assert.deepEqual([code, result.outcome, result.newPassword], [0, 'signed-out', 'confirmed'], stderr);
    assert.deepEqual((await live.seen(owner)).kinds.slice(2, 4), ['password-refused phone', 'password']);
  });

  it('a sign-in refused to a contact nobody has checked says nothing of the new password', async () => {
    await live.owner({ identityCheckedMinutesAgo: 1 }, { faults: ['drop-answer-set-password'] });
    const { code, result } = await change(byMail('somebody@example.com'));
    assert.deepEqual([code, result.outcome, result.newPassword], [3, 'unclear', 'unconfirmed']);
  });

  it('a run that is killed before its code has come leaves it to the next one, which presses Send no second time', async () => {
    const owner = await live.owner();
    await post({ delayMs: 2000 });
    const first = live.program(['change-password', live.serial, ...byMail(owner.email)]);
    await first.says('wait for the code');
    first.signal('SIGKILL');
    await first.ended;
    // It is in the mailbox before the next run looks there.
    const came = async () =>
      ((await live.rig.ask('GET', 'post')) as { log: { to: string }[] }).log.some(
        ({ to }) => to === owner.email,
      );
    while (!(await came())) await pause(100);
    await post({});
    const { code, result, stderr } = await change(byMail(owner.email));
    assert.deepEqual([code, result.outcome, result.codeRequested], [0, 'changed', false], stderr);
    const { codes, changes } = await live.seen(owner);
    assert.deepEqual([codes, changes], [1, 1]);
  });

  it('of two runs at once for one account the second does nothing', async () => {
    const owner = await live.owner();
    await post({ delayMs: NOT_BEFORE_THE_END });
    const first = live.program(['change-password', live.serial, '--json', ...byMail(owner.email)]);
    await first.says('wait for the code');
    for (const args of [
      ['change-password', live.serial],
      ['reset-password', owner.email],
    ]) {
      const { code, stderr } = await live.run([...args, ...byMail(owner.email)]);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /Another run is at work on this account or phone\.\nThis one has done nothing\.\n→ wait/,
      );
    }
    first.signal('SIGINT');
    const { result } = await live.end(first, 'stopped');
    await post({});
    assert.deepEqual([result.outcome, result.codeRequested], ['cancelled', true]);
    assert.equal((await live.seen(owner)).codes, 1);
  });

  it('a captcha on the phone is for a person, and no code asked for without one', async () => {
    const owner = await live.owner({}, { faults: ['identity-captcha'] });
    const { code, result } = await change(byMail(owner.email));
    assert.deepEqual(
      [code, result.outcome, result.reason, result.codeRequested],
      [3, 'needs-person', 'captcha', false],
    );
    assert.equal((await live.seen(owner)).codes, 0);
  });

  it(
    'a captcha on the phone is shown to whoever sits at the terminal, and the run goes on',
    { skip: terminalMissing },
    async () => {
      const owner = await live.owner({}, { faults: ['identity-captcha'] });
      const args = [
        'change-password',
        live.serial,
        '--evidence',
        join(live.rig.folder, 'runs'),
        ...byMail(owner.email),
      ];
      const terminal = new LiveTerminal(args, { ...live.environment, NEW_PASSWORD: NEW, NO_COLOR: '1' });
      await terminal.says(/Type the characters in the picture \(5 min\): $/);
      const path = `phones/${encodeURIComponent(live.serial)}`;
      const { owner: secrets } = (await live.rig.ask('GET', path)) as { owner: { captcha: string } };
      terminal.type(`${secrets.captcha}\n`);
      assert.equal(await terminal.ended, 0, terminal.said);
      assert.match(terminal.said, /password changed/);
      const picture = /picture:\s*(\/\S+\.png)/.exec(terminal.said)?.[1] ?? '';
      assert.equal(statSync(picture).mode & 0o777, 0o600);
      assert.deepEqual((await live.seen(owner)).kinds.slice(0, 3), [
        'code-sent email',
        'code-checked',
        'password-changed phone',
      ]);
    },
  );

  it('nothing that is written or printed, and nobody beside it, has a password or a code', async () => {
    assert.deepEqual(await live.leaks(), []);
  });
});
