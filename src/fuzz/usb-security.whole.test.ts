import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimPerson } from '../sim/person.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { trial, type Case } from './trial.ts';
import { VirtualClock } from './virtual-clock.ts';

const PROPERTY = 'persist.security.adbinput';
const ACCEPT = 'com.miui.securitycenter:id/accept';
const ACCOUNT = { id: '6230001535', password: 'Right-pass1', nickname: 'Ivan' };
const APPLY = { action: 'com.miui.securitycenter.action.ADB_INPUT_APPLY' };

const phone = (spec: PhoneSpec, clock?: VirtualClock): SimPhone =>
  new SimPhone({ toggles: { input: false }, account: ACCOUNT, ...spec }, clock ? { clock } : {});

describe('USB debugging (Security settings)', () => {
  it('is on after three steps, each of which can be left when it has counted down', async () => {
    const clock = new VirtualClock(0);
    const sim = phone({}, clock);
    const person = new SimPerson(sim);
    sim.startActivity(APPLY);
    await clock.sleep(2000, 'the page');
    for (const [step, words] of ['Next step', 'Next step', 'Accept'].entries()) {
      assert.match(person.reads(ACCEPT) ?? '', new RegExp(`^${words} \\([1-5]\\)$`), `step ${step}`);
      const { bounds } = person.find(ACCEPT)!;
      await sim.tap(bounds.x + 10, bounds.y + 10);
      assert.equal(sim.props.get(PROPERTY), '0', 'a button that counts does nothing');
      await clock.sleep(6000, 'the count');
      assert.equal(person.reads(ACCEPT), words);
      await sim.tap(bounds.x + 10, bounds.y + 10);
      await clock.sleep(1000, 'the next step');
    }
    assert.equal(sim.props.get(PROPERTY), '1');
    assert.ok(!person.sees(ACCEPT));
  });

  it('stays off where it is rejected, and where there is no account or no network', async () => {
    const rejected = new SimPerson(phone({ pace: 'instant' }));
    rejected.phone.startActivity(APPLY);
    await rejected.phone.quiet();
    await rejected.taps('com.miui.securitycenter:id/reject');
    assert.equal(rejected.phone.props.get(PROPERTY), '0');
    for (const [spec, said] of [
      [{ account: undefined }, 'Sign in to your Xiaomi Account first'],
      [{ faults: ['network-down'] }, 'Connect to the internet first'],
    ] as const) {
      const sim = new SimPhone({
        ...{ pace: 'instant', toggles: { input: false } },
        ...('faults' in spec ? { account: ACCOUNT, faults: [...spec.faults] } : {}),
      });
      sim.startActivity(APPLY);
      await sim.quiet();
      assert.equal(sim.toast()?.text, said);
      assert.ok(!new SimPerson(sim).sees(ACCEPT));
    }
  });

  it('is neither accepted nor rejected by a sign-out that begins on its page', async () => {
    const one: Case = {
      phone: { account: ACCOUNT },
      order: { data: 'keep', password: 'none', via: 'settings' },
    };
    const { sim, outcome } = await trial(one, ({ sim }) => sim.startActivity(APPLY));
    assert.equal(outcome?.kind, 'cancelled');
    assert.ok(!sim.events.some(({ kind }) => kind === 'input-allowed'));
  });

  it('survives the sign-out', async () => {
    const person = new SimPerson(phone({ pace: 'instant' }));
    person.phone.startActivity(APPLY);
    await person.phone.quiet();
    for (let step = 0; step < 3; step++) await person.taps(ACCEPT);
    person.phone.removeAccount('kept');
    assert.equal(person.phone.props.get(PROPERTY), '1');
  });
});
