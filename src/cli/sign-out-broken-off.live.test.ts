import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, it } from 'node:test';
import type { LiveProgram } from '../live/program.ts';
import { parseResult } from '../live/rig.ts';
import { arrangeSignOut, ready, slow } from '../live/sign-out.ts';

describe('mi-unbind sign-out that is broken off', () => {
  const live = arrangeSignOut();

  /** The end of a run whose phone was unplugged at a step. The phone is back then. */
  const unpluggedAt = async (step: string) => {
    const program = await live.until(step, live.shared());
    await live.rig.unplug(live.serial);
    const { code, stdout, stderr } = await program.ended;
    await live.rig.plug(live.serial);
    assert.equal(code, 1);
    const { outcome, reason, passwordSubmitted } = parseResult(stdout);
    assert.deepEqual([outcome, reason], ['error', 'phone-lost']);
    const [, words] = stderr.split(
      `The phone '${live.serial}' no longer answers over the network: it was unplugged, switched off, or left the network.\n`,
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
    const { code, stdout } = await live.run(live.withPassword());
    assert.deepEqual([code, parseResult(stdout).outcome], [0, 'signed-out']);
    assert.deepEqual(await live.seen(), { submitted: 1, signedIn: false });
  });

  it('says that the password had gone out when the phone was unplugged', async () => {
    assert.deepEqual(await unpluggedAt('→ submit the password'), {
      passwordSubmitted: true,
      words: [
        "The last page seen was 'password dialog'. The password had been submitted once.",
        '→ bring the phone back (attach it again) and look at the phone: the sign-out may have gone through. Running the same command again is safe, it looks first',
      ],
    });
  });

  it('stops at Ctrl-C, says where, and leaves the phone and no process behind', async () => {
    const program = await live.until('→ tap Sign out');
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
    const touched = (await live.witness()).events
      .filter(({ kind }) => kind === 'tap')
      .map(({ detail }) => detail?.id);
    assert.deepEqual(touched, ['com.xiaomi.account:id/logout_btn']);
  });

  it('does not submit the password again after Ctrl-C came too late for it', async () => {
    const program = await live.until('→ submit the password', live.shared());
    program.signal('SIGINT');
    const { code, stdout, stderr } = await program.ended;
    assert.equal(code, 1);
    assert.equal(parseResult(stdout).passwordSubmitted, true);
    assert.match(
      stderr,
      /The password had been submitted once\.\n→ look at the phone: the sign-out may have gone through\./,
    );
    assert.equal((await live.seen()).submitted, 1);
    // The phone goes on by itself: it is signed out by that password, which the next run knows from the
    // ledger, and says once.
    while ((await live.seen()).signedIn) await pause(50);
    const again = async () => {
      const { stdout } = await live.run(live.withPassword());
      const { outcome, passwordSubmitted, facts } = parseResult(stdout);
      return [outcome, passwordSubmitted, facts?.find(({ name }) => name === 'Signed out by')?.name];
    };
    assert.deepEqual(await again(), ['signed-out', true, 'Signed out by']);
    assert.deepEqual(await again(), ['already-signed-out', false, undefined]);
  });

  /** A run in whose middle the phone stops answering, but stays plugged in. */
  const untilHanging = async (): Promise<LiveProgram> => {
    const program = await live.until('→ tap Sign out');
    await live.put({ ...slow(), faults: ['hang'] });
    return program;
  };

  it('stops at Ctrl-C although the phone hangs', async () => {
    const program = await untilHanging();
    program.signal('SIGINT');
    const { code, stdout } = await program.ended;
    await live.put(ready());
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
    await live.put(ready());
    assert.equal(code, 130);
    assert.deepEqual([...program.processes()], []);
  });

  it('leaves the phone as it was found, also after a run that was killed, and with --keep-helpers what it has installed', async () => {
    const ofRuns = () =>
      live.shell(
        'settings get secure enabled_notification_listeners | grep appium; pm list packages io.appium; settings list global; ls -A /data/local/tmp; dumpsys deviceidle whitelist',
      );
    // Another phone than that of the tests before, whose runs broke off and left something to be undone.
    const fresh = { ...slow(), helpers: 'none' as const, imei: '867320001234563' };
    await live.put(fresh);
    await live.shell('settings put global hidden_api_policy 2; svc power stayon usb');
    const before = await ofRuns();
    assert.doesNotMatch(before, /io\.appium/);
    const killed = live.start(live.withPassword());
    await killed.says('→ tap Sign out');
    killed.signal('SIGKILL');
    await killed.ended;
    assert.match(await ofRuns(), /package:io\.appium\.uiautomator2\.server\n[^]*mock_apps\.json/);
    const { code, stdout } = await live.run(live.signOut('--no-password'));
    assert.deepEqual([code, parseResult(stdout).reason], [1, 'no-password']);
    assert.equal(await ofRuns(), before);
    const { facts = [], warnings } = parseResult(stdout);
    assert.deepEqual(
      [facts.find(({ name }) => name === 'Stays on the phone')?.value, warnings],
      ['USB debugging, authorised for this computer', []],
    );
    const again = await live.run(live.signOut('--no-password', '--keep-helpers'));
    assert.equal(again.code, 1, again.stderr);
    const kept = parseResult(again.stdout);
    assert.match(JSON.stringify(kept), /; Appium’s helper apps and settings, as was asked/);
    assert.match(await ofRuns(), /(package:io\.appium\S+\s+){3}/);
  });

  it('is alone on its phone, at whichever serial; one that stood still until another took over does nothing more', async () => {
    const first = await live.until('→ tap Sign out');
    first.signal('SIGSTOP');
    await live.lastSpoke('in an hour');
    const elsewhere = (...more: string[]) =>
      live.signOut(...more).map((arg) => (arg === live.serial ? live.elsewhere : arg));
    for (const args of [
      elsewhere('--password-env', 'MI_PASSWORD'),
      ['survey', live.elsewhere, '--out', join(live.rig.folder, 'none')],
    ]) {
      const { code, stderr } = await live.run(args);
      assert.equal(code, 1);
      assert.match(stderr, /Another run is at work on this account or phone\.\nThis one has done nothing\./);
    }
    await live.lastSpoke('an hour ago');
    const second = await live.run(elsewhere('--no-password'));
    assert.deepEqual([second.code, parseResult(second.stdout).reason], [1, 'no-password']);
    const { events } = await live.witness();
    first.signal('SIGCONT');
    const { code, stdout } = await first.ended;
    assert.deepEqual([code, parseResult(stdout).reason], [1, 'taken-over']);
    assert.deepEqual((await live.witness()).events, events, 'nothing was touched');
  });

  for (const through of ['node', 'old node', 'npm'] as const) {
    it(`ends when its ${through} is killed: nothing more is pressed, and no process is left behind`, async () => {
      const program = await live.until('tap Sign out', { through });
      program.signal('SIGKILL');
      await program.ended;
      // The test's own time limit ends a wait in vain.
      while (program.processes().size > 0) await pause(20);
      // A process that has ended and is not reaped yet holds its phone until its lease is over.
      await live.lastSpoke('an hour ago');
      assert.deepEqual(await live.seen(), { submitted: 0, signedIn: true });
    });
  }
});
