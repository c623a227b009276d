import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockIn } from './lock.ts';

const USER = ' User "Owner" (id=0, flags=0x4c13) (current): trusted=0, deviceLocked=1\n';

const SAID: [said: string, lock: ReturnType<typeof lockIn>][] = [
  ['', undefined],
  [' secure=true\n', undefined],
  [USER, undefined],
  [' showing=false\n secure=true\n', 'unlocked'],
  [' showing=true\n secure=true\n', 'secure'],
  [' showing=true\n secure=false\n', 'swipe'],
  ['mShowingLockscreen=true', 'swipe'],
  ['mShowingLockscreen=false', 'unlocked'],
  [' isKeyguardShowing=false\n isKeyguardShowing=true\n', 'swipe'],
  [' isKeyguardShowing=false\n isKeyguardShowing=false\n', 'unlocked'],
  [` isKeyguardShowing=true\n${USER}`, 'secure'],
  [` isKeyguardShowing=true\n${USER.replace('(current)', '')}`, 'swipe'],
  [` isKeyguardShowing=true\n${USER.replace('deviceLocked=1', 'deviceLocked=0')}`, 'swipe'],
  [` showing=true\n secure=false\n${USER}`, 'swipe'],
];
for (const [said, lock] of SAID)
  test(`a phone that says ${JSON.stringify(said)} is ${lock ?? 'not known to be locked'}`, () => {
    assert.equal(lockIn(said), lock);
  });
