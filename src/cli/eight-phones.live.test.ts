import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { helpersAreCurrent, startAppium, type AppiumServer } from '../host/appium.ts';
import { systemClock } from '../clock.ts';
import { adbOf, childEnvironment, loadSettings } from '../config/config.ts';
import { Evidence } from '../flows/evidence.ts';
import { lookAt, phoneSession } from '../flows/start.ts';
import type { Outcome } from '../flows/outcome.ts';
import { signOut } from '../flows/sign-out.ts';
import { ensureHostTools } from '../host/tools.ts';
import { Secret } from '../secret.ts';
import { looseLedger } from '../store/ledger.ts';
import { closeSession, openSession } from '../host/session.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { PATIENCE } from '../live/wait.ts';
import { LiveRig } from '../live/rig.ts';

const phones = Array.from({ length: 8 }, (_, index) => {
  const account = {
    id: String(6_230_002_000 + index),
    password: `Pass-of-${index}`,
    syncedData: ['gallery' as const],
  };
  // Two of each kind, so that nothing of one phone can be taken for another's.
  const kinds: PhoneSpec[] = [
    { release: '14' },
    { release: '10', language: 'bg' },
    { region: 'china', language: 'zh-CN' },
    { order: 'password-first' },
  ];
  return { pace: 'instant', helpers: 'current', ...kinds[index % kinds.length], account } satisfies PhoneSpec;
});

test('eight phones are signed out at once on one Appium, each with its own password given once', async (t) => {
  const settings = loadSettings();
  const { adb } = await ensureHostTools(['adb'], settings);
  const rig = await LiveRig.start(phones);
  t.after(() => rig.stop());
  const appium = await startAppium({
    port: 0,
    adbPort: adbOf(settings),
    env: childEnvironment({ ANDROID_HOME: adb.androidHome }),
    log: join(rig.folder, 'appium.log'),
  });
  const began = performance.now();
  try {
    const outcomes = await Promise.all(
      phones.map((phone, index) => signOutOne(appium, rig, index, phone.account.password)),
    );
    assert.deepEqual(
      outcomes,
      phones.map(() => ({ kind: 'signed-out' })),
    );
  } finally {
    await appium.stop();
  }
  t.diagnostic(`${Math.round(performance.now() - began)} ms for all`);
  for (const serial of rig.serials) {
    const { account, events, unknown } = await rig.witness(serial);
    assert.equal(account, null);
    assert.equal(events.filter(({ kind }) => kind === 'password-submitted').length, 1);
    assert.deepEqual(unknown, []);
  }
});

async function signOutOne(
  appium: AppiumServer,
  rig: LiveRig,
  index: number,
  password: string,
): Promise<Outcome> {
  const serial = rig.serials[index] ?? '';
  const { phone, facts } = await lookAt(adbOf(loadSettings()), serial);
  const journal = new Evidence(join(rig.folder, `phone-${index}`), systemClock);
  const opening = openSession({ appium, serial, prepared: helpersAreCurrent(facts.helpers) });
  try {
    const session = await phoneSession(phone, facts, opening);
    const input = { data: 'keep' as const, password: new Secret(password) };
    const outcome = await signOut(session, input, {
      via: 'intent',
      journal,
      clock: systemClock,
      signal: AbortSignal.timeout(PATIENCE),
      ledger: looseLedger,
    });
    await journal.close(outcome);
    return outcome;
  } finally {
    await closeSession(opening);
  }
}
