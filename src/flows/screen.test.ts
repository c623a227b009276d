import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone } from '../phone/adb.ts';
import { screenOf, type Screen } from './screen.ts';

const said = (wakefulness: string, showing: boolean, secure: boolean) =>
  `  mWakefulness=${wakefulness}\n      showing=${showing}\n      secure=${secure}\n`;
const LIT = said('Awake', false, true);
const DARK = said('Asleep', false, true);

/** A phone that says these things in turn, the last of them again and again. */
function phoneOf(...answers: string[]) {
  const asked: string[] = [];
  const steps: string[] = [];
  const shell = (command: string) => {
    asked.push(command.includes('keyevent 224') ? 'wake' : 'look');
    return Promise.resolve(answers.length > 1 ? answers.shift() : answers[0]);
  };
  const phone = { serial: 'abc', shell } as unknown as Phone;
  const look = screenOf(phone, new AbortController().signal, (step) => steps.push(step));
  return { look, asked, steps };
}

const cases: [what: string, answers: string[], screen: Screen, steps: string[]][] = [
  ['that is lit and open', [LIT], 'lit', []],
  ['that tells nothing', [''], 'lit', []],
  ['that is dark', [DARK, LIT], 'woken', ['wake the screen']],
  ['that dozes', [said('Dozing', false, false), LIT], 'woken', ['wake the screen']],
  [
    'behind a lock that asks for nothing',
    [said('Awake', true, false), LIT],
    'woken',
    ['swipe the lock screen away'],
  ],
  ['behind a lock of Android 7', ['mShowingLockscreen=true', LIT], 'woken', ['swipe the lock screen away']],
  ['behind a lock that asks for something', [said('Awake', true, true)], 'locked', []],
  [
    'of HyperOS 3 behind a lock that asks for something',
    ['    isKeyguardShowing=true\n User "机主" (id=0, flags=0x4c13) (current): trusted=0, deviceLocked=1\n'],
    'locked',
    [],
  ],
  ['of HyperOS 3 that is open', ['    isKeyguardShowing=false\n    isKeyguardShowing=false\n'], 'lit', []],
  [
    'that is dark, with such a lock behind it',
    [DARK, said('Awake', true, true)],
    'locked',
    ['wake the screen'],
  ],
  [
    'that is dark, with a lock that asks for nothing',
    [DARK, said('Awake', true, false)],
    'woken',
    ['wake the screen'],
  ],
];
for (const [what, answers, screen, steps] of cases) {
  test(`a screen ${what} is ${screen}`, async () => {
    const phone = phoneOf(...answers);
    assert.equal(await phone.look(), screen);
    assert.deepEqual(phone.steps, steps);
    assert.deepEqual(phone.asked, steps.length > 0 ? ['look', 'wake'] : ['look']);
  });
}

test('a screen that goes dark again and again is woken ten times, and not for ever', async () => {
  const phone = phoneOf(DARK);
  const seen = [];
  for (let times = 0; times < 12; times++) seen.push(await phone.look());
  assert.deepEqual(seen, [...Array.from({ length: 10 }, () => 'woken'), 'lit', 'lit']);
  assert.equal(phone.steps.length, 10);
});
