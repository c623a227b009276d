import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimPerson } from '../person.ts';
import { SimPhone } from '../phone/phone.ts';
import type { PhoneSpec } from '../spec.ts';

const ui = 'com.android.systemui:id/';
const ACCOUNT = { id: '6230001535', password: 'Right-pass1' };
const ENTER = 66;

const locked = (spec: PhoneSpec = {}): SimPerson =>
  new SimPerson(new SimPhone({ pace: 'instant', screen: 'locked', account: ACCOUNT, ...spec }));

async function typesPin(person: SimPerson, pin: string): Promise<void> {
  for (const digit of pin) await person.taps(`${ui}key${digit}`);
  await person.taps(`${ui}key_enter`);
}

describe('a locked phone', () => {
  it('shows its lock screen whatever is started under it', async () => {
    const person = locked();
    await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    assert.deepEqual(
      person.phone.windows().map((window) => window.package),
      ['com.android.systemui'],
    );
    await person.presses(3);
    assert.ok(person.sees('Swipe up to unlock'));
  });

  it('asks for the PIN when it is swiped up or reported to dismiss the lock, and opens for the right one only', async () => {
    const person = locked();
    await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    await person.phone.swipe(
      [
        { x: 500, y: 2000 },
        { x: 500, y: 800 },
      ],
      200,
    );
    assert.ok(person.sees('Enter your PIN'));
    await person.presses(4);
    assert.equal(person.sees('Enter your PIN'), false);
    person.phone.dismissKeyguard();
    await typesPin(person, '4321');
    assert.ok(person.sees('Wrong PIN'));
    await typesPin(person, '1234');
    assert.ok(person.sees('com.xiaomi.account:id/logout_btn'));
  });

  it('takes the PIN from the keyboard', async () => {
    const person = locked();
    person.phone.dismissKeyguard();
    person.phone.type('1234');
    await person.presses(ENTER);
    assert.equal(person.phone.windows().at(-1)?.package, 'com.miui.home');
  });

  for (const [release, focus] of [
    ['10', 'StatusBar'],
    ['hyperos3', 'NotificationShade'],
  ] as const) {
    it(`of ${release} says so to adb`, () => {
      const { phone } = locked({ release });
      const window = phone.dumpsys('window', []) ?? '';
      assert.match(window, new RegExp(`mCurrentFocus=Window\\{\\w+ u0 ${focus}}`));
      assert.match(
        window,
        /mDreamingLockscreen=true[\s\S]+KeyguardStateMonitor\s+mIsShowing=true\s+mInputRestricted=true/,
      );
      assert.match(phone.dumpsys('trust', []) ?? '', /deviceLocked=1/);
      assert.doesNotMatch(phone.dumpsys('activity', ['activities']) ?? '', /ResumedActivity/);
      phone.reset({ release });
      assert.match(phone.dumpsys('trust', []) ?? '', /deviceLocked=0/);
      assert.doesNotMatch(phone.dumpsys('window', []) ?? '', /Lockscreen=true|mIsShowing=true/);
    });
  }
});
