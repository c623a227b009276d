import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HEALTHY, troubles } from '../live/healthy-phone.ts';
import { examinePhone, quickDoctor } from '../phone/doctor/doctor.ts';
import { readFacts } from '../phone/facts.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import { releaseNames, type PhoneSpec } from '../sim/spec.ts';
import { phoneOf } from './in-process.ts';

/** What the doctor asks, of phones that answer as they do over adb. */

/** What a phone suffers from, and what the doctor says of it. */
const ills: [what: string, spec: PhoneSpec, says: string[]][] = [
  ['nothing', {}, []],
  [
    'what only the account service knows',
    { faults: ['captcha-after-wrong-password', 'second-factor', 'identity-captcha'] },
    [],
  ],
  ['installs that are forbidden', { faults: ['install-restricted'] }, ['install: warn']],
  [
    'installs that are forbidden, without helper apps',
    { helpers: 'none', toggles: { install: false } },
    ['helper apps: warn', 'install: fail'],
  ],
  ['input that is denied', { faults: ['inject-events-denied'] }, ['input: fail']],
  [
    'USB debugging (Security settings) that is off',
    { toggles: { input: false } },
    ['input: fail', 'secure settings: warn'],
  ],
  ['hidden APIs that are denied', { faults: ['hidden-api-denied'] }, ['secure settings: warn']],
  ['a helper app that is stopped', { faults: ['helper-stopped'] }, ['helper starts: warn']],
  ['autostart that is denied', { faults: ['autostart-denied'] }, ['autostart: warn', 'helper starts: warn']],
  [
    'a battery saver that kills the instrumentation',
    { faults: ['instrumentation-killed'] },
    ['battery saver: fail'],
  ],
  [
    'another tool that holds UI automation',
    { faults: ['second-uiautomation-owner'] },
    ['UI automation: fail'],
  ],
  ['a log that is silent', { faults: ['silent-logcat'] }, ['log: warn']],
  ['slowness', { faults: ['slow'] }, ['load: warn']],
  ['a secure keyboard', { faults: ['secure-keyboard'] }, ['keyboard: warn']],
  [
    'a dialog that was not expected',
    { surprises: [{ dialog: 'system-update', before: 'launcher' }] },
    ['front: warn'],
  ],
  ['a battery that is low', { battery: 4, charging: false }, ['battery: fail']],
  ['a screen that is off', { screen: 'off' }, ['screen: warn']],
  ['a lock with a PIN', { screen: 'locked' }, ['lock: fail']],
  ['a second space', { user: 10 }, ['space: fail']],
  ['dual apps', { dualApps: true }, ['other spaces: warn']],
  ['a device owner', { managed: true }, ['management: fail']],
  ['two accounts', { otherAccounts: [{ name: '6230001536', type: 'com.xiaomi' }] }, ['account: fail']],
  ['another maker', { brand: 'samsung' }, ['maker: fail', 'labels: fail']],
  ['an old release', { release: '10', toggles: { input: false } }, ['input: fail', 'secure settings: warn']],
];

async function examined(spec: PhoneSpec) {
  const sim = new SimPhone({ ...HEALTHY, ...spec });
  await sim.quiet();
  const phone = phoneOf(sim, 'X1');
  const findings = await examinePhone(phone);
  const quick = await quickDoctor(phone, await readFacts(phone));
  assert.deepEqual(sim.unknown, [], 'the phone knows all that it was asked');
  return { findings, quick };
}

describe('the doctor', () => {
  for (const [what, spec, expected] of ills)
    it(`names ${what}, and nothing else`, async () => {
      const { findings, quick } = await examined(spec);
      assert.deepEqual(troubles(findings).sort(), [...expected].sort(), JSON.stringify(findings));
      assert.deepEqual(
        troubles(quick),
        troubles(findings).filter((one) => quick.some(({ check }) => one.startsWith(`${check}:`))),
        'the quick form says the same',
      );
    });

  for (const release of releaseNames)
    it(`says of each thing how it is on a phone of ${release} that is in order`, async () => {
      const { findings } = await examined({ release });
      const said = Object.fromEntries(findings.map(({ check, what }) => [check, what]));
      assert.match(said['maker'] ?? '', /^(MIUI|HyperOS) [\d.]+, global, en-GB, Android API \d+$/);
      assert.match(said['load'] ?? '', /^\d+\.\d\d$/);
      assert.deepEqual(
        { ...said, maker: '', load: '' },
        {
          ...{ maker: '', load: '' },
          answers: 'it answers',
          management: 'not managed',
          space: "the owner's space is in front",
          account: 'signed in to one Mi Account',
          'Google account': 'none on the phone',
          'to hand on': 'still has a SIM, developer options: remove them before it is handed on',
          'other spaces': 'no Mi Account in dual apps or a second space',
          screen: 'on',
          lock: 'unlocked',
          'stay awake': 'the screen stays on for 10 min',
          battery: '80 %, charging',
          front: 'com.miui.home/com.miui.home.launcher.Launcher',
          keyboard: 'no secure keyboard',
          'helper apps': said['helper apps'],
          input: 'taken from this computer',
          'secure settings': 'can be changed',
          install: 'not forbidden',
          autostart: 'allowed for io.appium.settings',
          'helper starts': 'io.appium.settings runs',
          'battery saver': 'leaves io.appium.uiautomator2.server alone',
          'UI automation': 'free',
          log: 'speaks',
          labels: "it tells its labels: 'Sign out'",
        },
      );
      assert.match(said['helper apps'] ?? '', /^current \(/);
    });
});
