import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import type { Browser } from 'webdriverio';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import { MiUnbindError, UsageError } from '../errors.ts';
import { changePassword, openStation, recover, resetPassword, Secret, signOut } from '../index.ts';
import { workFolder } from '../live/command.ts';
import { startSimAdb } from '../live/sim-adb.ts';
import { openCodes } from './codes.ts';
import { labelsOverAdb } from './labels.ts';
import { startPhones } from './sim.ts';
import { stationOf } from './station.ts';

/** What other programs call, up to where a phone would be touched. */

const folder = workFolder('library');
const unlessWindows = { skip: process.platform === 'win32' ? 'a script stands for adb' : false };

const refusal = async (run: Promise<unknown>): Promise<[message: string, hint: string]> => {
  const error = await run.then(
    () => assert.fail('it was taken'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MiUnbindError, String(error));
  return [error.message, error.hint];
};

suite('a station for other programs', () => {
  test('says where runs go, and is known by its handle alone', async () => {
    const station = openStation({ settings: { EVIDENCE_DIR: 'here' } });
    assert.equal(station.evidenceDir, join(process.cwd(), 'here'));
    assert.equal(stationOf(station).settings.evidenceDir, station.evidenceDir);
    assert.throws(() => stationOf({ ...station }), {
      name: 'TypeError',
      message: 'That is no station: take what openStation() returned.',
    });
    await station.close();
  });

  test('passes on what it has trouble with, with its source before it', () => {
    const heard: string[] = [];
    const station = openStation({ onNotice: (what) => heard.push(what) });
    stationOf(station).notice('imap', 'it does not answer');
    assert.deepEqual(heard, ['imap: it does not answer']);
    stationOf(openStation()).notice('imap', 'it is said to none');
  });

  test('asks its program for a code of the source person, and takes no answer for none', async () => {
    const asked: unknown[] = [];
    let answer: string | undefined = '204817';
    const station = openStation({
      ask: (question) => (asked.push(question), Promise.resolve(answer)),
    });
    const source = await stationOf(station).codes('person');
    const since = await source.baseline();
    const wait = () => source.waitForCode({ since, address: '+359888001535', timeoutMs: 60_000 });
    assert.equal((await wait()).code.reveal(), '204817');
    const [{ what, prompt } = { what: '', prompt: '' }] = asked as { what: string; prompt: string }[];
    assert.equal(what, 'code');
    assert.match(prompt, /^Code sent to /);
    answer = undefined;
    const [message, hint] = await refusal(wait());
    assert.match(message, /no code was given/);
    assert.equal(hint, 'run it again, and answer with the code');
    const { person } = stationOf(station);
    const signal = new AbortController().signal;
    assert.equal(await person.ask({ what: 'captcha', prompt: 'x' }, signal), undefined);
    assert.deepEqual(asked.at(-1), { what: 'captcha', prompt: 'x' });
  });

  test('without one to ask has no answer', async () => {
    const { person } = stationOf(openStation());
    const signal = new AbortController().signal;
    assert.equal(await person.ask({ what: 'captcha', prompt: 'x' }, signal), undefined);
  });
});

suite('an order of another program', () => {
  const password = new Secret('Kanarie-7Qx!fink');
  const code = { codeSource: 'imap', by: 'email', contact: 'lab+17@example.com' } as const;
  const station = openStation();

  test('is refused where its serial or its account is empty', async () => {
    const empty = ['The serial is empty.', "see 'mi-unbind phones'"];
    assert.deepEqual(await refusal(signOut(station, { serial: ' ', data: 'keep' })), empty);
    assert.deepEqual(await refusal(changePassword(station, { serial: '', ...code })), empty);
    assert.deepEqual(await refusal(recover(station, { serial: '', data: 'keep', ...code })), empty);
    assert.deepEqual(await refusal(resetPassword(station, { account: ' ', ...code })), [
      'The account is empty.',
      'give its e-mail address, telephone number or Mi id',
    ]);
  });

  test('is refused where the account is none, or is to be proven and not named', async () => {
    const none = await refusal(signOut(station, { serial: 'a1', data: 'keep', account: 'Mira' }));
    assert.match(none[0], /is no Mi id, e-mail address or telephone number/);
    const unnamed = await refusal(changePassword(station, { serial: 'a1', ...code, strictAccount: true }));
    assert.match(unnamed[0], /to be proven .* and none is named/);
    const strict = openStation({ settings: { STRICT_ACCOUNT: 'yes' } });
    assert.deepEqual(await refusal(recover(strict, { serial: 'a1', data: 'keep', ...code })), unnamed);
  });

  test('is refused where a password was spoilt on its way: a wrong one costs a try', async () => {
    const spoilt = new Secret('Kanarie-7Qx!fink ');
    const said = ['The password ends with a space.', 'nothing was tried with it'];
    assert.deepEqual(await refusal(signOut(station, { serial: 'a1', data: 'keep', password: spoilt })), said);
    for (const run of [
      changePassword(station, { serial: 'a1', ...code, newPassword: spoilt }),
      recover(station, { serial: 'a1', data: 'keep', ...code, newPassword: spoilt }),
      resetPassword(station, { account: 'a@example.com', ...code, newPassword: spoilt }),
    ])
      assert.deepEqual(await refusal(run), said);
  });

  test('is refused where the new password holds the account or the contact, and where the contact is none', async () => {
    const own = new Secret('Lab-6230004911!x');
    for (const run of [
      changePassword(station, { serial: 'a1', account: '6230004911', ...code, newPassword: own }),
      recover(station, { serial: 'a1', data: 'keep', account: '6230004911', ...code, newPassword: own }),
      resetPassword(station, { account: '6230004911', ...code, newPassword: own }),
    ])
      assert.match((await refusal(run))[0], /^Xiaomi would not take the new password: \S/);
    const wrong = { ...code, by: 'phone', newPassword: password } as const;
    const [message] = await refusal(changePassword(station, { serial: 'a1', ...wrong }));
    assert.equal(message, "'--contact' is no telephone number.");
  });

  const away = {
    ...{ DATABASE_URL: 'postgres://lab@127.0.0.1:1/lab', STORE_KEY: Buffer.alloc(32, 1).toString('base64') },
    APPIUM_URL: 'http://127.0.0.1:1',
  };

  test('for a phone without an account ends at once, and says so', unlessWindows, async (t) => {
    const adb = await startSimAdb(t, { a1: {} });
    await using own = openStation({ settings: { ...adb.env, ...away, EVIDENCE_DIR: 'runs' } });
    const end = await signOut(own, { serial: 'a1', data: 'keep', via: 'settings', account: '6230001535' });
    assert.deepEqual(
      [end.outcome, end.serial, end.data, end.via, end.passwordSubmitted, end.evidence],
      ['already-signed-out', 'a1', 'keep', 'settings', false, ''],
    );
  });

  test('what breaks a run is thrown, with the folder of what it has left', unlessWindows, async (t) => {
    const account = { id: '6230001535', password: 'Kanarie-7Qx!fink' };
    const adb = await startSimAdb(t, { a1: { account, helpers: 'current' } });
    await using own = openStation({ settings: { ...adb.env, ...away, EVIDENCE_DIR: 'runs' } });
    for (const evidence of [undefined, join(folder, 'elsewhere')]) {
      const run = signOut(own, { serial: 'a1', data: 'keep', password, ...(evidence && { evidence }) });
      const parent = evidence ?? join(folder, 'runs');
      await assert.rejects(run, (error: MiUnbindError) => {
        assert.match(error.message, /^The store cannot be used: PostgreSQL cannot be reached/);
        assert.ok(
          error.evidence.some((one) => one.startsWith(parent)),
          error.evidence.join(),
        );
        return true;
      });
    }
  });

  test('one that is stopped before it begins ends as cancelled', unlessWindows, async (t) => {
    const adb = await startSimAdb(t, { a1: {} });
    await using own = openStation({ settings: { ...adb.env, EVIDENCE_DIR: 'runs' } });
    const { outcome, passwordSubmitted, serial, data, via } = await signOut(own, {
      ...{ serial: 'a1', data: 'delete', password, signal: AbortSignal.abort(new Error('stop')) },
    });
    assert.deepEqual(
      [outcome, passwordSubmitted, serial, data, via],
      ['cancelled', false, 'a1', 'delete', 'intent'],
    );
  });
});

suite('codes for other programs', () => {
  test('a source that is none, or not set up, is refused', async () => {
    const unknown = await refusal(openCodes('pigeon'));
    assert.equal(unknown[0], "There is no code source 'pigeon'.");
    const bare = await refusal(openCodes('imap'));
    assert.match(bare[0], /IMAP_URL is not set/);
    await assert.rejects(openCodes('imap', { settings: { IMAP_ULR: 'x' } }), /IMAP_ULR is no setting/);
  });

  test('a source of theirs that asks a person has no terminal', async () => {
    await using codes = await openCodes('person');
    assert.equal(codes.name, 'person');
    await assert.rejects(codes.baseline(), /terminal/);
  });
});

suite('labels of the phone of any session', unlessWindows, () => {
  const LABEL = { package: 'com.xiaomi.account', name: 'logout_account' };
  const browserOf = (capabilities: object, requestedCapabilities?: object) =>
    ({ capabilities, ...(requestedCapabilities && { requestedCapabilities }) }) as unknown as Browser;
  const phones = (t: TestContext) =>
    startSimAdb(t, { a1: { release: '14', language: 'en' }, b2: { release: '14', language: 'bg' } });

  test('are read of the phone that its capabilities name, those that were asked for first', async (t) => {
    const adb = await phones(t);
    const at = { 'appium:adbPort': adb.port };
    const of = async (...capabilities: [object, object?]) =>
      (await labelsOverAdb(browserOf(...capabilities), [MiAccountPage])).text(LABEL);
    const english = await of({ 'appium:udid': 'a1', ...at });
    const bulgarian = await of({ udid: 'b2', adbPort: String(adb.port) });
    assert.notEqual(english, bulgarian);
    assert.equal(await of({ deviceUDID: 'b2', ...at }), bulgarian);
    assert.equal(await of({ 'appium:udid': 'b2', ...at }, { 'appium:udid': 'a1' }), english);
    assert.equal(await of({ 'appium:udid': 'b2', ...at, 'appium:remoteAdbHost': '127.0.0.1' }), bulgarian);
  });

  test('are read once for each page, and again where the phone did not answer', async (t) => {
    const adb = await phones(t);
    const browser = browserOf({ 'appium:udid': 'a1', 'appium:adbPort': adb.port });
    const first = labelsOverAdb(browser, [MiAccountPage]);
    assert.equal(labelsOverAdb(browser, [MiAccountPage]), first);
    assert.notEqual(labelsOverAdb(browser, [PasswordDialog]), first);
    assert.notEqual(labelsOverAdb(browserOf(browser.capabilities), [MiAccountPage]), first);
    await first;
    const gone = browserOf({ 'appium:udid': 'zz', 'appium:adbPort': adb.port });
    const failed = labelsOverAdb(gone, [MiAccountPage]);
    await assert.rejects(failed);
    const again = labelsOverAdb(gone, [MiAccountPage]);
    assert.notEqual(again, failed);
    await assert.rejects(again);
  });

  test('a session that does not name its phone is refused, with the capability that does', async () => {
    await assert.rejects(labelsOverAdb(browserOf({ 'appium:udid': true }), [MiAccountPage]), {
      name: 'TypeError',
      message: "The session does not name its phone: give it the capability 'appium:udid'.",
    });
  });
});

suite('simulated phones for other programs', unlessWindows, () => {
  test('are connected to adb, can be made others, and are disconnected at the end', async (t) => {
    const adb = await startSimAdb(t, {});
    const account = { id: '6230001535', password: 'sim-password' };
    const sims = await startPhones([{ account }, {}], { settings: adb.env });
    const [one, two] = sims.phones;
    assert.match(one?.serial ?? '', /^127\.0\.0\.1:\d+$/);
    assert.deepEqual([one?.isSignedIn(), two?.isSignedIn()], [true, false]);
    two?.reset({ account });
    assert.equal(two?.isSignedIn(), true);
    assert.deepEqual(sims.witness(), []);
    one?.unplug();
    await one?.plug();
    await sims.close();
    for (const serial of [one?.serial, two?.serial])
      assert.deepEqual(
        adb.asked.filter((request) => request.endsWith(`connect:${serial}`)),
        [`host:connect:${serial}`, `host:disconnect:${serial}`],
      );
  });

  test('a spec that is none is refused, and nothing is connected', async (t) => {
    const adb = await startSimAdb(t, {});
    await assert.rejects(startPhones([{ colour: 'red' } as never], { settings: adb.env }), /colour/);
    assert.ok(!adb.asked.some((request) => request.startsWith('host:connect:')));
  });

  test('what one was asked that it does not know is said when the phones end', async (t) => {
    const adb = await startSimAdb(t, {});
    const said: string[] = [];
    const sims = await startPhones([{}], { settings: adb.env, onUnknown: (what) => said.push(what) });
    await sims.close();
    assert.deepEqual(said, []);
  });
});

test('a refusal of the library is a MiUnbindError with a hint', () =>
  assert.ok(new UsageError('x', 'y') instanceof MiUnbindError));
