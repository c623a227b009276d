import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { attach, type Browser } from 'webdriverio';
import { instantClock } from '../clock.ts';
import { TakenOverError } from '../errors.ts';
import { startFakeWebdriver } from '../host/webdriver-fake.ts';
import { Lease } from '../store/hold.ts';
import { looseLedger } from '../store/ledger.ts';
import { watchedLedger, watchedPhone, watchedSession } from './still-ours.ts';

/** Every way in which pages and flows touch a phone. */
const TOUCHES: Record<string, (browser: Browser) => Promise<unknown>> = {
  click: async (browser) => browser.$('#a').click(),
  setValue: async (browser) => browser.$('#a').setValue('x'),
  addValue: async (browser) => browser.$('#a').addValue('x'),
  clearValue: async (browser) => browser.$('#a').clearValue(),
  back: (browser) => browser.back(),
  execute: (browser) => browser.execute('mobile: clickGesture', { x: 1, y: 1 }),
  action: (browser) => browser.action('pointer').move(1, 1).down().up().perform(),
  keys: (browser) => browser.keys('x'),
};
const READS = /^(GET|DELETE) |^POST \/session\/s1\/elements?$/;

test('what stood still for a minute, and lost its claim, touches the phone in no way, and enters nothing', async (t) => {
  const element = { 'element-6066-11e4-a52e-4f735466cecf': 'e1' };
  const driver = await startFakeWebdriver(t, {
    'POST /session/s1/element': { value: element },
    'POST /session/s1/elements': { value: [element] },
  });
  const touched = () => driver.asked.filter(({ what }) => !READS.test(what)).map(({ what }) => what);
  const [clock, taken] = [instantClock(), new TakenOverError('p1')];
  let isTaken = false;
  // The word is heard, and the process goes on with the answer only a minute later: another one has the phone by then.
  const say = async () => {
    if (isTaken) throw taken;
    isTaken = true;
    await clock.sleep(60_000, 'nothing: it stands still');
  };
  let lease = new Lease(say, undefined, clock);
  const stillOurs = () => lease.check();
  const browser = watchedSession(
    await attach({
      ...{ sessionId: 's1', hostname: '127.0.0.1', port: driver.port, path: '/', logLevel: 'silent' },
      capabilities: { platformName: 'Android', 'appium:automationName': 'UiAutomator2' },
    }),
    stillOurs,
  );
  for (const [name, touch] of Object.entries(TOUCHES)) {
    isTaken = false;
    await assert.rejects(touch(browser), taken, name);
    assert.deepEqual(touched(), [], name);
  }
  const entered: string[] = [];
  const kept = { ...looseLedger, enter: async () => (entered.push('entry'), { kind: 'entered' as const }) };
  const ledger = watchedLedger(kept, stillOurs);
  isTaken = false;
  const entry = { account: 'a', act: 'password-submitted', serial: 'p1' } as const;
  await assert.rejects(ledger.enter(entry), taken);
  assert.deepEqual(entered, []);

  // One that is still its own does each.
  lease = new Lease(() => Promise.resolve(), undefined, clock);
  for (const [name, touch] of Object.entries(TOUCHES)) {
    const before = touched().length;
    await touch(browser);
    assert.ok(touched().length > before, name);
  }
  await ledger.enter(entry);
  assert.deepEqual(entered, ['entry']);
});

test('pages and flows touch a phone in no other way', () => {
  const root = join(import.meta.dirname, '..', '..');
  const files = ['pageobjects', 'src/flows', 'src/phone'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join(folder, name)),
  );
  // Commands of WebdriverIO and Appium for Android that are not asked about.
  const others =
    /\.(touchAction|touchPerform|multiTouchPerform|tap|swipe|pinch|zoom|longPress|pressKeyCode|longPressKeyCode|sendKeyEvent|sendKeys|elementClick|elementSendKeys|elementClear|doubleClick|dragAndDrop|moveTo|scrollIntoView|selectBy\w+|hideKeyboard|startActivity|activateApp|terminateApp|launchApp|closeApp|background|openNotifications|lock|unlock|acceptAlert|dismissAlert|sendAlertText|releaseActions)\(/;
  const found = files.flatMap((file) => {
    const line = readFileSync(join(root, file), 'utf8')
      .split('\n')
      .find((text) => others.test(text));
    return line === undefined ? [] : [`${file}: ${line.trim()}`];
  });
  assert.ok(files.length > 50);
  assert.deepEqual(found, []);
});

test('what may have lost its phone asks before it opens a page by its shell, and runs nothing where it has', async () => {
  const ran: string[] = [];
  let [isSure, isTaken, asked] = [true, false, 0];
  const taken = new TakenOverError('p1');
  const shell = async (command: string) => (ran.push(command), 'done');
  const phone = watchedPhone(
    {
      ...{ serial: 'p1', shell, pull: () => Promise.resolve(new Uint8Array()) },
      picture: () => Promise.resolve(Buffer.from('screen')),
    },
    {
      isSure: () => isSure,
      check: async () => {
        asked++;
        if (isTaken) throw taken;
      },
    },
  );
  assert.equal(await phone.shell('am start a'), 'done');
  assert.equal(asked, 0);
  isSure = false;
  await phone.shell('am start b');
  isTaken = true;
  await assert.rejects(phone.shell('am start c'), taken);
  assert.deepEqual([ran, asked], [['am start a', 'am start b'], 2]);
  assert.deepEqual(await phone.picture?.(), Buffer.from('screen'), 'a picture changes nothing');
});
