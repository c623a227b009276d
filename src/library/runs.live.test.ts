import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { remote } from 'webdriverio';
import { loadSettings } from '../config/config.ts';
import { changePassword, openStation, recover, resetPassword, Secret, signOut } from '../index.ts';
import { LiveRecovery, NEW } from '../live/recovery.ts';
import { postMissing } from '../live/post.ts';
import { freePort } from '../port.ts';
import { openCodes } from './codes.ts';
import { MiAccountPage, SettingsPage } from './pageobjects.ts';

/** What other programs call, on a phone, its account's site, and the mail and SMS between them. */

const newPassword = new Secret(NEW);

describe('the library', { skip: postMissing() }, () => {
  let live: LiveRecovery;
  before(async () => {
    live = await LiveRecovery.start();
  });
  after(() => live?.stop());

  it('recovers an account with a code from a mailbox, and signs the phone out', async () => {
    const owner = await live.owner({ lockDays: 0 });
    await using station = openStation({ settings: live.settings });
    const pages: string[] = [];
    const end = await recover(station, {
      ...{ serial: live.serial, account: owner.id, data: 'keep', newPassword },
      ...{ codeSource: 'imap', by: 'email', contact: owner.email },
      onEvent: (event) => void (event.kind === 'page' && pages.push(event.page)),
    });
    assert.deepEqual([end.outcome, end.newPassword, end.codeRequested], ['signed-out', 'confirmed', true]);
    assert.ok(pages.includes('verification code page'), pages.join());
    const { codes, changes } = await live.seen(owner);
    assert.deepEqual([codes, changes], [1, 1]);
  });

  it('changes a password on the phone with a code that the caller is asked for and reads from a source of codes', async () => {
    const owner = await live.owner({ lockDays: 0 });
    await using codes = await openCodes('sms-webhook', { settings: live.settings });
    const since = await codes.baseline();
    const asked: string[] = [];
    await using station = openStation({
      settings: live.settings,
      ask: async (question) => {
        asked.push(question.what);
        const { code, from } = await codes.waitForCode({ since, address: owner.phone, timeoutMs: 60_000 });
        assert.notEqual(from, '');
        return code.reveal();
      },
    });
    const end = await changePassword(station, {
      ...{ serial: live.serial, account: owner.id, newPassword, prove: false },
      ...{ codeSource: 'person', by: 'phone', contact: owner.phone },
    });
    assert.deepEqual([end.outcome, asked], ['changed', ['code']]);

    // The phone goes on with the new one.
    const out = await signOut(station, { serial: live.serial, data: 'keep', password: newPassword });
    assert.equal(out.outcome, 'signed-out');
  });

  it('resets a password on the site of the account', async () => {
    const owner = await live.owner();
    await using station = openStation({ settings: live.settings });
    const end = await resetPassword(station, {
      ...{ account: owner.email, newPassword },
      ...{ codeSource: 'imap', by: 'email', contact: owner.email },
    });
    assert.deepEqual([end.outcome, end.newPassword], ['changed', 'confirmed']);
  });

  it('finds pages for a session that WebdriverIO alone has opened', async () => {
    await live.owner();
    const { hostname, port, pathname: path } = new URL(live.settings.APPIUM_URL ?? '');
    const adb = loadSettings().adbServerPort;
    const browser = await remote({
      ...{ hostname, port: Number(port), path, logLevel: 'silent' },
      capabilities: {
        ...{ platformName: 'Android', 'appium:automationName': 'UiAutomator2', 'appium:udid': live.serial },
        ...{ 'appium:adbPort': adb, 'appium:systemPort': await freePort(), 'appium:noReset': true },
        ...{ 'appium:autoLaunch': false, 'appium:skipUnlock': true, 'appium:suppressKillServer': true },
      },
    });
    try {
      await browser.execute('mobile: startActivity', {
        intent: 'com.android.settings/com.android.settings.MainSettings',
      });
      const settings = await SettingsPage.on(browser);
      assert.ok(settings.look.package.includes('settings'));
      await browser.execute('mobile: startActivity', {
        intent: 'com.xiaomi.account/.ui.AccountSettingsActivity',
      });
      const page = await MiAccountPage.on(browser);
      assert.equal(page.seesSignOut, true);
    } finally {
      await browser.deleteSession();
    }
  });

  it('leaves no password and no code in anything that was written', async () => {
    assert.deepEqual(await live.leaks(), []);
  });
});
