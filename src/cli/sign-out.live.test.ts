import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, afterEach, before, describe, it } from 'node:test';
import { masked } from '../codes/addresses.ts';
import { childEnvironment } from '../config/config.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { openStore, type Store } from '../store/store.ts';
import { adb, LiveRig, parseResult } from '../live/rig.ts';
import { shareAppium, type SharedAppium } from '../live/shared-appium.ts';
import type { LiveProgram, ProgramSurroundings } from '../live/program.ts';

const password = 'Right-pass1';
let accounts = 6_230_001_535;
/** An account of its own each time: of one account, a password is submitted twice a day at most. */
const account = (more: object = {}) => ({
  id: String(accounts++),
  password,
  syncedData: ['contacts' as const],
  ...more,
});
const ready = (): PhoneSpec => ({ pace: 'instant', helpers: 'current', account: account() });
/** Slow enough to be stopped on a page. */
const slow = (): PhoneSpec => ({ ...ready(), pace: 'real', costs: 'none' });
const env = { MI_PASSWORD: password };
const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60_000).toISOString().slice(0, 10);

const GOOGLE = { name: 'rada@gmail.com', type: 'com.google' };
const REMOVE_GOOGLE = 'in Settings, Google (or Accounts & sync): remove it before the phone is reset';

describe('mi-unbind sign-out', () => {
  let rig: LiveRig;
  let appium: SharedAppium;
  /** Its database stays up from one run to the next. */
  let store: Store;
  let serial: string;
  const signOut = (...more: string[]) => ['sign-out', serial, '--data', 'keep', '--json', ...more];
  const withPassword = () => signOut('--password-env', 'MI_PASSWORD');
  /** How often the account service was given a password, and whether the account is still on the phone. */
  const seen = async () => {
    const { account: left, events } = await rig.witness(serial);
    return {
      submitted: events.filter(({ kind }) => kind === 'password-submitted').length,
      signedIn: left !== null,
    };
  };

  before(async () => {
    rig = await LiveRig.start([{ ...ready(), endpoints: 2 }]);
    serial = rig.serials[0] ?? '';
    appium = await shareAppium(rig.folder);
    store = await openStore({ dataDir: join(rig.folder, 'data'), env: childEnvironment(), keepSeconds: 1 });
  });
  after(async () => {
    await store?.close();
    await appium?.stop();
    await rig?.stop();
  });
  afterEach(async () => {
    assert.deepEqual((await rig.witness(serial)).unknown, []);
    assert.ok(!(await adb('forward', '--list')).includes(serial), 'a forwarded port is left');
  });

  /** Of a run that goes through the Appium of these tests. */
  const shared = () => ({ env: { ...env, ...appium.env } });

  /** One run from its command line to its end, through the Appium of these tests unless it is to have its own. */
  const ends = async (
    spec: PhoneSpec,
    args: string[],
    { ownAppium = false, ...surroundings }: ProgramSurroundings & { ownAppium?: boolean } = {},
  ) => {
    await rig.put(serial, spec);
    const settings = { ...(!ownAppium && appium.env), ...(surroundings.env ?? env) };
    const { code, stdout, stderr } = await rig.run(args, { ...surroundings, env: settings });
    const result = parseResult(stdout);
    if (result.evidence)
      assert.deepEqual(JSON.parse(readFileSync(join(result.evidence, 'result.json'), 'utf8')), result);
    return { code, result, stderr };
  };

  it('signs the phone out with the password from standard input, and tells what it did', async () => {
    const own = String(accounts);
    const phone = { ...ready(), otherAccounts: [GOOGLE] };
    const { code, result, stderr } = await ends(phone, signOut('--password-stdin'), {
      input: `${password}\n`,
      env: {},
      ownAppium: true,
    });
    assert.equal(code, 0);
    // As the phone shows it, the middle hidden.
    const shown = `6230***${own.slice(-3)}`;
    const { durationMs, evidence, ...rest } = result;
    assert.deepEqual(rest, {
      serial,
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
    assert.deepEqual(await seen(), { submitted: 1, signedIn: false });
  });

  it('has nothing to do on a phone that is signed out already', async () => {
    const { code, result } = await ends({ pace: 'instant', helpers: 'current' }, withPassword());
    assert.equal(code, 0);
    assert.deepEqual(
      [result.outcome, result.passwordSubmitted, result.evidence],
      ['already-signed-out', false, ''],
    );
  });

  it('leaves a phone with a Google account to a person, where none may stay', async () => {
    const phone: PhoneSpec = { pace: 'instant', helpers: 'current', otherAccounts: [GOOGLE] };
    const { code, result } = await ends(phone, [...withPassword(), '--require-no-google']);
    assert.deepEqual([code, result.outcome, result.reason], [3, 'needs-person', 'google-account']);
  });

  it('tries a wrong password once', async () => {
    const { code, result } = await ends(ready(), withPassword(), { env: { MI_PASSWORD: 'Wrong-pass1' } });
    assert.equal(code, 1);
    assert.deepEqual(
      [result.outcome, result.reason, result.passwordSubmitted],
      ['refused', 'wrong-password', true],
    );
    assert.deepEqual(await seen(), { submitted: 1, signedIn: true });
  });

  it('submits no third password of an account in a day, and says from when', async () => {
    const own = account();
    const tomorrow = inDays(1);
    for (const wrong of ['Wrong-pass1', 'Wrong-pass2'])
      assert.equal(
        (await ends({ ...ready(), account: own }, withPassword(), { env: { MI_PASSWORD: wrong } })).result
          .reason,
        'wrong-password',
      );
    const { code, result, stderr } = await ends({ ...ready(), account: own }, withPassword());
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
    assert.deepEqual(await seen(), { submitted: 0, signedIn: true });
  });

  it('presses Cancel when no password is known, and points to recovery', async () => {
    const { code, result, stderr } = await ends(ready(), signOut('--no-password'));
    assert.equal(code, 1);
    assert.deepEqual(
      [result.outcome, result.reason, result.passwordSubmitted],
      ['cancelled', 'no-password', false],
    );
    assert.match(stderr, /it was left as it was → give the password, or recover the account first\n/);
    assert.deepEqual(await seen(), { submitted: 0, signedIn: true });
  });

  it('names the day from which a locked phone can be tried again', async () => {
    const day = inDays(3);
    const { code, result, stderr } = await ends(
      { ...ready(), account: account({ passwordChangedDaysAgo: 0 }) },
      withPassword(),
    );
    assert.equal(code, 1);
    assert.deepEqual([result.outcome, result.reason], ['refused', 'find-device-locked']);
    // Midnight may have been in between.
    assert.ok([day, inDays(3)].includes(result.retryFrom ?? ''), result.retryFrom);
    assert.match(stderr, new RegExp(`try again from ${result.retryFrom}\n`));
  });

  it('hands a phone that asks for a second factor to a person', async () => {
    const { code, result } = await ends({ ...ready(), faults: ['second-factor'] }, withPassword());
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
    const page = await ends({ ...ready(), faults: ['second-factor-page'] }, withPassword());
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
    const { code, result } = await ends(spec, [...withPassword(), '--via', 'settings']);
    assert.deepEqual([code, result.outcome], [0, 'signed-out']);
    assert.deepEqual(await seen(), { submitted: 1, signedIn: false });
    assert.deepEqual(result.warnings, [
      'the way through Settings did not lead to the account page: it was opened directly',
    ]);
    assert.deepEqual(
      result.drift.map(({ page, locator, found }) => [page, locator, found]),
      [['Settings', 'accountRow', 'none of its ways']],
    );
  });

  it('leaves a phone that locks its screen in the middle to a person', async () => {
    const { code, result, stderr } = await ends(
      { ...ready(), surprises: [{ dialog: 'screen-locked', before: 'password' }] },
      withPassword(),
    );
    assert.deepEqual([code, result.outcome, result.reason], [3, 'needs-person', 'locked']);
    assert.match(
      stderr,
      /the phone locked its screen in the middle, and nothing here gets around a lock → unlock it/,
    );
    assert.deepEqual(await seen(), { submitted: 0, signedIn: true });
  });

  it('says what to turn on when the phone refuses input', async () => {
    const { code, result } = await ends(
      { ...ready(), toggles: { input: false, install: true } },
      withPassword(),
    );
    assert.equal(code, 3);
    assert.deepEqual([result.outcome, result.reason], ['error', 'unfit-phone']);
    assert.match(result.hint ?? '', /turn on 'USB debugging \(Security settings\)'/);
    assert.deepEqual(await seen(), { submitted: 0, signedIn: true });
  });

  it("puts Appium's helper apps on a phone that has none, and takes them away again", async (t) => {
    const lean = (await ends(ready(), withPassword())).result.durationMs;
    const helpers = async () =>
      (await adb('-s', serial, 'shell', 'pm', 'list', 'packages', 'io.appium')).trim().split('\n').sort();
    await rig.put(serial, { ...ready(), helpers: 'none' });
    assert.deepEqual(await helpers(), ['']);
    const { code, stdout } = await rig.run(withPassword(), shared());
    const result = parseResult(stdout);
    assert.deepEqual([code, result.outcome], [0, 'signed-out']);
    assert.deepEqual(await helpers(), [''], 'they are taken away again');
    t.diagnostic(`with helpers to install: ${result.durationMs} ms, with current ones: ${lean} ms`);
  });

  /** Starts a run on a slow phone and waits until it says what it is about to do. */
  const until = async (step: string, more: ProgramSurroundings = {}): Promise<LiveProgram> => {
    await rig.put(serial, slow());
    const program = rig.start(withPassword(), { env, ...more });
    await program.says(step);
    return program;
  };

  /** The end of a run whose phone was unplugged at a step. The phone is back then. */
  const unpluggedAt = async (step: string, more?: ProgramSurroundings) => {
    const program = await until(step, more);
    await rig.unplug(serial);
    const { code, stdout, stderr } = await program.ended;
    await rig.plug(serial);
    assert.equal(code, 1);
    const { outcome, reason, passwordSubmitted } = parseResult(stdout);
    assert.deepEqual([outcome, reason], ['error', 'phone-lost']);
    const [, words] = stderr.split(
      `The phone '${serial}' no longer answers over the network: it was unplugged, switched off, or left the network.\n`,
    );
    return { passwordSubmitted, words: words?.split('\n').slice(0, 2) };
  };

  it('says that the password had not gone out when the phone was unplugged, and goes on when it is back', async () => {
    assert.deepEqual(await unpluggedAt('→ tap Sign out'), {
      passwordSubmitted: false,
      words: [
        "The last page seen was 'Mi Account page'. The password had not been submitted.",
        '→ bring the phone back (attach it again) and run the same command again: it looks first and goes on from the page it finds',
      ],
    });
    const { code, stdout } = await rig.run(withPassword(), shared());
    assert.deepEqual([code, parseResult(stdout).outcome], [0, 'signed-out']);
    assert.deepEqual(await seen(), { submitted: 1, signedIn: false });
  });

  it('says that the password had gone out when the phone was unplugged', async () => {
    assert.deepEqual(await unpluggedAt('→ submit the password', shared()), {
      passwordSubmitted: true,
      words: [
        "The last page seen was 'password dialog'. The password had been submitted once.",
        '→ bring the phone back (attach it again) and look at the phone: the sign-out may have gone through. Running the same command again is safe, it looks first',
      ],
    });
  });

  it('stops at Ctrl-C, says where, and leaves the phone and no process behind', async () => {
    const program = await until('→ tap Sign out');
    assert.ok(
      [...program.processes().values()].some((line) => line.includes('appium')),
      'Appium runs meanwhile',
    );
    program.signal('SIGINT');
    const { code, stdout, stderr } = await program.ended;
    assert.equal(code, 1);
    const result = parseResult(stdout);
    assert.deepEqual(
      [result.outcome, result.reason, result.passwordSubmitted],
      ['cancelled', 'interrupted', false],
    );
    assert.match(
      stderr,
      /The run was stopped on request, and the phone was left as it is\.\nThe last page seen was 'Mi Account page'\. The password had not been submitted\.\n/,
    );
    assert.deepEqual([...program.processes()], []);
    const touched = (await rig.witness(serial)).events
      .filter(({ kind }) => kind === 'tap')
      .map(({ detail }) => detail?.id);
    assert.deepEqual(touched, ['com.xiaomi.account:id/logout_btn']);
  });

  it('does not submit the password again after Ctrl-C came too late for it', async () => {
    const program = await until('→ submit the password', shared());
    program.signal('SIGINT');
    const { code, stdout, stderr } = await program.ended;
    assert.equal(code, 1);
    assert.equal(parseResult(stdout).passwordSubmitted, true);
    assert.match(
      stderr,
      /The password had been submitted once\.\n→ look at the phone: the sign-out may have gone through\./,
    );
    assert.equal((await seen()).submitted, 1);
    // The phone goes on by itself: it is signed out by that password, which the next run knows from the
    // ledger, and says once.
    while ((await seen()).signedIn) await pause(50);
    const again = async () => {
      const { stdout } = await rig.run(withPassword(), shared());
      const { outcome, passwordSubmitted, facts } = parseResult(stdout);
      return [outcome, passwordSubmitted, facts?.find(({ name }) => name === 'Signed out by')?.name];
    };
    assert.deepEqual(await again(), ['signed-out', true, 'Signed out by']);
    assert.deepEqual(await again(), ['already-signed-out', false, undefined]);
  });

  /** A run in whose middle the phone stops answering, but stays plugged in. */
  const untilHanging = async (): Promise<LiveProgram> => {
    const program = await until('→ tap Sign out');
    await rig.put(serial, { ...slow(), faults: ['hang'] });
    return program;
  };

  it('stops at Ctrl-C although the phone hangs', async () => {
    const program = await untilHanging();
    program.signal('SIGINT');
    const { code, stdout } = await program.ended;
    await rig.put(serial, ready());
    assert.equal(code, 1);
    assert.equal(parseResult(stdout).outcome, 'cancelled');
    assert.deepEqual([...program.processes()], []);
  });

  it('ends at once at a second Ctrl-C, without leaving a process behind', async () => {
    const program = await untilHanging();
    program.signal('SIGINT');
    await program.says('once more to stop at once');
    const impatient = setInterval(() => program.signal('SIGINT'), 50);
    const { code } = await program.ended;
    clearInterval(impatient);
    await rig.put(serial, ready());
    assert.equal(code, 130);
    assert.deepEqual([...program.processes()], []);
  });

  it('leaves the phone as it was found, also after a run that was killed, and with --keep-helpers what it has installed', async () => {
    const shell = (line: string) => adb('-s', serial, 'shell', line);
    const ofRuns = () =>
      shell(
        'settings get secure enabled_notification_listeners | grep appium; pm list packages io.appium; settings list global; ls -A /data/local/tmp; dumpsys deviceidle whitelist',
      );
    // Another phone than that of the tests before, whose runs broke off and left something to be undone.
    const fresh = { ...slow(), helpers: 'none' as const, imei: '867320001234563' };
    await rig.put(serial, fresh);
    await shell('settings put global hidden_api_policy 2; svc power stayon usb');
    const before = await ofRuns();
    assert.doesNotMatch(before, /io\.appium/);
    const killed = rig.start(withPassword(), { env });
    await killed.says('→ tap Sign out');
    killed.signal('SIGKILL');
    await killed.ended;
    assert.match(await ofRuns(), /package:io\.appium\.uiautomator2\.server\n[^]*mock_apps\.json/);
    const { code, stdout } = await rig.run(signOut('--no-password'), shared());
    assert.deepEqual([code, parseResult(stdout).reason], [1, 'no-password']);
    assert.equal(await ofRuns(), before);
    const { facts = [], warnings } = parseResult(stdout);
    assert.deepEqual(
      [facts.find(({ name }) => name === 'Stays on the phone')?.value, warnings],
      ['USB debugging, authorised for this computer', []],
    );
    const again = await rig.run(signOut('--no-password', '--keep-helpers'), shared());
    assert.equal(again.code, 1, again.stderr);
    const kept = parseResult(again.stdout);
    assert.match(JSON.stringify(kept), /; Appium’s helper apps and settings, as was asked/);
    assert.match(await ofRuns(), /(package:io\.appium\S+\s+){3}/);
  });

  /** The same phone at another serial, as at the cable and in the network. */
  const elsewhere = (args: string[]) => args.map((arg) => (arg === serial ? (rig.serials[1] ?? '') : arg));

  it('is alone on its phone, at whichever serial; one that stood still until another took over does nothing more', async () => {
    const first = await until('→ tap Sign out');
    first.signal('SIGSTOP');
    await lastSpoke('in an hour');
    for (const args of [
      elsewhere(withPassword()),
      ['survey', rig.serials[1] ?? '', '--out', join(rig.folder, 'none')],
    ]) {
      const { code, stderr } = await rig.run(args, { env });
      assert.equal(code, 1);
      assert.match(stderr, /Another run is at work on this account or phone\.\nThis one has done nothing\./);
    }
    await lastSpoke('an hour ago');
    const second = await rig.run(elsewhere(signOut('--no-password')), { env });
    assert.deepEqual([second.code, parseResult(second.stdout).reason], [1, 'no-password']);
    const { events } = await rig.witness(serial);
    first.signal('SIGCONT');
    const { code, stdout } = await first.ended;
    assert.deepEqual([code, parseResult(stdout).reason], [1, 'taken-over']);
    assert.deepEqual((await rig.witness(serial)).events, events, 'nothing was touched');
  });

  /** Whether the lease of what stands still is over is not left to the time that all this takes. */
  const lastSpoke = async (when: 'in an hour' | 'an hour ago'): Promise<void> => {
    const sign = when === 'in an hour' ? '+' : '-';
    const { rowCount } = await store.pool.query(
      `update mi_unbind.hold set alive_at = now() ${sign} interval '1 hour'`,
    );
    assert.equal(rowCount, 1);
  };

  for (const through of ['node', 'old node', 'npm'] as const) {
    it(`ends when its ${through} is killed: nothing more is pressed, and no process is left behind`, async () => {
      const program = await until('tap Sign out', { through });
      program.signal('SIGKILL');
      await program.ended;
      // The test's own time limit ends a wait in vain.
      while (program.processes().size > 0) await pause(20);
      // A process that has ended and is not reaped yet holds its phone until its lease is over.
      await lastSpoke('an hour ago');
      assert.deepEqual(await seen(), { submitted: 0, signedIn: true });
    });
  }
});
