import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { masked } from '../codes/addresses.ts';
import { parseResult } from '../live/rig.ts';
import { account, arrangeSignOut, PASSWORD, ready } from '../live/sign-out.ts';
import { LiveTerminal, terminalMissing } from '../live/terminal.ts';
import type { PhoneSpec } from '../sim/spec.ts';

const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60_000).toISOString().slice(0, 10);

const GOOGLE = { name: 'rada@gmail.com', type: 'com.google' };
const REMOVE_GOOGLE = 'in Settings, Google (or Accounts & sync): remove it before the phone is reset';

describe('mi-unbind sign-out', () => {
  const live = arrangeSignOut();

  it('signs the phone out with the password from standard input, and tells what it did', async () => {
    const phone = { ...ready(), otherAccounts: [GOOGLE] };
    const { code, result, stderr } = await live.ends(phone, live.signOut('--password-stdin'), {
      input: `${PASSWORD}\n`,
      env: {},
      ownAppium: true,
    });
    assert.equal(code, 0);
    // As the phone shows it, the middle hidden.
    const shown = `6230***${phone.account.id.slice(-3)}`;
    const { durationMs, evidence, ...rest } = result;
    assert.deepEqual(rest, {
      serial: live.serial,
      model: '2201117TG',
      release: 'MIUI 14',
      region: 'global',
      language: 'en-GB',
      account: masked(shown),
      accountCheck: { verdict: 'not-compared', words: 'account not compared: none was named' },
      outcome: 'signed-out',
      data: 'keep',
      via: 'intent',
      passwordSubmitted: true,
      dataAnswer: 'keep',
      drift: [],
      facts: [
        { name: 'Other accounts', value: 'Google (r***@g***l.com)', todo: REMOVE_GOOGLE },
        { name: 'Screen lock', value: 'none' },
        { name: 'SIM', value: 'none' },
        {
          name: 'Find device',
          value: 'not known before; turned off with the sign-out',
          todo: "ask the server: 'mi-unbind lock IMEI' (LOCK_CHECK says who is asked)",
        },
        {
          name: 'Developer options',
          value: 'on',
          todo: 'in Settings, Additional settings: turn the developer options off, last of all',
        },
        {
          name: 'Stays on the phone',
          value: 'USB debugging, authorised for this computer; Appium’s helper apps, which were there before',
          todo: 'in the developer options: revoke USB debugging authorisations, then turn USB debugging off',
        },
      ],
      warnings: [
        `a Google account is still on the phone: after a reset the phone locks itself until that account signs in → ${REMOVE_GOOGLE}`,
      ],
    });
    assert.ok(durationMs > 0);
    for (const file of ['index.html', 'timeline.jsonl', 'appium.log'])
      assert.ok(existsSync(join(evidence, file)), file);
    assert.match(stderr, /→ submit the password \(once\)\n/);
    assert.ok(stderr.endsWith(`  evidence: ${join(evidence, 'index.html')}\n`), stderr);
    assert.deepEqual(await live.seen(), { submitted: 1, signedIn: false });
  });

  it('has nothing to do on a phone that is signed out already', async () => {
    const { code, result } = await live.ends({ pace: 'instant', helpers: 'current' }, live.withPassword());
    assert.equal(code, 0);
    assert.deepEqual(
      [result.outcome, result.passwordSubmitted, result.evidence],
      ['already-signed-out', false, ''],
    );
  });

  it('leaves a phone with a Google account to a person, where none may stay', async () => {
    const phone: PhoneSpec = { pace: 'instant', helpers: 'current', otherAccounts: [GOOGLE] };
    const { code, result } = await live.ends(phone, [...live.withPassword(), '--require-no-google']);
    assert.deepEqual([code, result.outcome, result.reason], [3, 'needs-person', 'google-account']);
  });

  it('tries a wrong password once', async () => {
    const { code, result } = await live.ends(ready(), live.withPassword(), {
      env: { MI_PASSWORD: 'Wrong-pass1' },
    });
    assert.equal(code, 1);
    assert.deepEqual(
      [result.outcome, result.reason, result.passwordSubmitted],
      ['refused', 'wrong-password', true],
    );
    assert.deepEqual(await live.seen(), { submitted: 1, signedIn: true });
  });

  it('submits no third password of an account in a day, and says from when', async () => {
    const own = account();
    const tomorrow = inDays(1);
    for (const wrong of ['Wrong-pass1', 'Wrong-pass2'])
      assert.equal(
        (await live.ends({ ...ready(), account: own }, live.withPassword(), { env: { MI_PASSWORD: wrong } }))
          .result.reason,
        'wrong-password',
      );
    const { code, result, stderr } = await live.ends({ ...ready(), account: own }, live.withPassword());
    assert.deepEqual(
      [code, result.outcome, result.reason, result.passwordSubmitted],
      [1, 'refused', 'password-budget', false],
    );
    // The first of them may have been submitted before midnight.
    assert.ok([tomorrow, inDays(1)].includes(result.retryFrom?.slice(0, 10) ?? ''), result.retryFrom);
    assert.match(
      stderr,
      /passwords were submitted for this account as often as a day allows → try again from /,
    );
    assert.deepEqual(await live.seen(), { submitted: 0, signedIn: true });
  });

  it('presses Cancel when no password is known, and points to recovery', async () => {
    const { code, result, stderr } = await live.ends(ready(), live.signOut('--no-password'));
    assert.equal(code, 1);
    assert.deepEqual(
      [result.outcome, result.reason, result.passwordSubmitted],
      ['cancelled', 'no-password', false],
    );
    assert.match(stderr, /it was left as it was → give the password, or recover the account first\n/);
    assert.deepEqual(await live.seen(), { submitted: 0, signedIn: true });
  });

  it('names the day from which a locked phone can be tried again', async () => {
    const day = inDays(3);
    const { code, result, stderr } = await live.ends(
      { ...ready(), account: account({ passwordChangedDaysAgo: 0 }) },
      live.withPassword(),
    );
    assert.equal(code, 1);
    assert.deepEqual([result.outcome, result.reason], ['refused', 'find-device-locked']);
    // Midnight may have been in between.
    assert.ok([day, inDays(3)].includes(result.retryFrom ?? ''), result.retryFrom);
    assert.match(stderr, new RegExp(`try again from ${result.retryFrom}\n`));
  });

  it('hands a phone that asks for a second factor to a person', async () => {
    const { code, result } = await live.ends({ ...ready(), faults: ['second-factor'] }, live.withPassword());
    assert.equal(code, 3);
    assert.deepEqual(
      [result.outcome, result.reason, result.passwordSubmitted],
      ['needs-person', 'second-factor', true],
    );
    const now = result.facts?.find(({ name }) => name === 'On the phone now');
    assert.deepEqual(now, { name: 'On the phone now', value: 'the dialog for a second factor is open' });
    assert.match(
      readFileSync(join(result.evidence, 'index.html'), 'utf8'),
      /On the phone now<\/dt><dd[^>]*>the dialog for a second factor is open/,
    );
    const page = await live.ends({ ...ready(), faults: ['second-factor-page'] }, live.withPassword());
    assert.deepEqual(
      [page.code, page.result.reason, page.result.passwordSubmitted],
      [3, 'second-factor', true],
    );
    assert.match(page.stderr, /On the phone now: the page for an SMS code is open\n/);
  });

  it('goes on where looks fail, the screen goes dark, the account list breaks off and Settings has no row for the account', async () => {
    const spec: PhoneSpec = {
      ...ready(),
      faults: ['looks-fail', 'account-list-cut', 'no-account-row'],
      surprises: [{ dialog: 'screen-off', before: 'keep-or-remove' }],
    };
    const { code, result } = await live.ends(spec, [...live.withPassword(), '--via', 'settings']);
    assert.deepEqual([code, result.outcome], [0, 'signed-out']);
    assert.deepEqual(await live.seen(), { submitted: 1, signedIn: false });
    assert.deepEqual(result.warnings, [
      'the way through Settings did not lead to the account page: it was opened directly',
    ]);
    assert.deepEqual(
      result.drift.map(({ page, locator, found }) => [page, locator, found]),
      [['Settings', 'accountRow', 'none of its ways']],
    );
  });

  it(
    'asks a person at the terminal: captcha, then second factor, and signs out with one submission',
    { skip: terminalMissing },
    async () => {
      const faults: PhoneSpec['faults'] = ['captcha-at-once', 'second-factor'];
      await live.put({ ...ready(), faults, account: account({ phone: '+359888123456' }) });
      const owner = async () => (await live.witness()).owner;
      const evidence = join(live.rig.folder, 'asked');
      const args = live.withPassword().filter((arg) => arg !== '--json');
      const terminal = new LiveTerminal([...args, '--evidence', evidence], {
        ...live.shared().env,
        DATA_DIR: live.data,
        NO_COLOR: '1',
      });
      await terminal.says(/Type the characters in the picture \(5 min\): $/);
      const picture = /picture:\s*(\/\S+\.png)/.exec(terminal.said)?.[1] ?? '';
      assert.equal(statSync(picture).mode & 0o777, 0o600);
      const { captcha = '' } = await owner();
      terminal.type(`${captcha}\n`);
      await terminal.says(/Type the code that was sent to the account's owner \(5 min\): $/);
      const { code = '' } = await owner();
      terminal.type(`${code}\n`);
      assert.equal(await terminal.ended, 0, terminal.said);
      assert.match(terminal.said, /signed out/);
      assert.equal((await live.seen()).submitted, 1);
      const written = readdirSync(evidence, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.png'))
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
        .join('\n');
      for (const secret of [captcha, code, PASSWORD])
        assert.ok(secret.length > 3 && !written.includes(secret), 'a secret was written');
    },
  );

  it('leaves a captcha to a person where there is no terminal, with nothing submitted', async () => {
    const { code, result } = await live.ends(
      { ...ready(), faults: ['captcha-at-once'] },
      live.withPassword(),
    );
    assert.deepEqual(
      [code, result.outcome, result.reason, result.passwordSubmitted],
      [3, 'needs-person', 'captcha', false],
    );
    assert.equal((await live.seen()).submitted, 0);
  });

  it('leaves a phone that locks its screen in the middle to a person', async () => {
    const { code, result, stderr } = await live.ends(
      { ...ready(), surprises: [{ dialog: 'screen-locked', before: 'password' }] },
      live.withPassword(),
    );
    assert.deepEqual([code, result.outcome, result.reason], [3, 'needs-person', 'locked']);
    assert.match(
      stderr,
      /the phone locked its screen in the middle, and nothing here gets around a lock → unlock it/,
    );
    assert.deepEqual(await live.seen(), { submitted: 0, signedIn: true });
  });

  it('says what to turn on when the phone refuses input', async () => {
    const { code, result } = await live.ends(
      { ...ready(), toggles: { input: false, install: true } },
      live.withPassword(),
    );
    assert.equal(code, 3);
    assert.deepEqual([result.outcome, result.reason], ['error', 'unfit-phone']);
    assert.match(result.hint ?? '', /turn on 'USB debugging \(Security settings\)'/);
    assert.deepEqual(await live.seen(), { submitted: 0, signedIn: true });
  });

  it("puts Appium's helper apps on a phone that has none, and takes them away again", async () => {
    const helpers = () => live.shell('pm list packages io.appium');
    await live.put({ ...ready(), helpers: 'none' });
    assert.equal(await helpers(), '');
    const { code, stdout } = await live.run(live.withPassword());
    assert.deepEqual([code, parseResult(stdout).outcome], [0, 'signed-out']);
    assert.equal(await helpers(), '', 'they are taken away again');
  });
});
