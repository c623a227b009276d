import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimPerson } from '../person.ts';
import { SimPhone } from '../phone/phone.ts';

/** A phone on a host without that program. */
const phone = () => new SimPhone({ pace: 'instant' }, { chromium: '/nowhere/chromium' });
const SOCKET = 'localabstract:chrome_devtools_remote';

describe('Chrome on the phone', () => {
  it('shows the address an intent brings, and is found at its socket while it runs', async () => {
    const sim = phone();
    const error = sim.startActivity({
      action: 'android.intent.action.VIEW',
      data: 'https://example.com/a?b=c',
      package: 'com.android.chrome',
    });
    assert.equal(error, undefined);
    assert.ok(sim.services.has(SOCKET));
    await sim.quiet();
    assert.equal(new SimPerson(sim).reads('com.android.chrome:id/url_bar'), 'example.com/a');
    assert.match(
      sim.dumpsys('activity', ['activities']) ?? '',
      /com\.android\.chrome\/org\.chromium\.chrome\.browser\.ChromeTabbedActivity/,
    );
    sim.forceStop('com.android.chrome');
    assert.equal(sim.services.has(SOCKET), false);
    assert.equal(new SimPerson(sim).sees('com.android.chrome:id/url_bar'), false);
    await sim.shutDown();
  });

  it('leaves addresses of other apps alone', () => {
    const intent = { action: 'android.intent.action.VIEW', data: 'tel:112' };
    assert.match(phone().startActivity(intent) ?? '', /unable to resolve Intent/);
  });

  it('says what is missing on a host that has no Chromium', async () => {
    const sim = phone();
    sim.startActivity({
      component: 'com.android.chrome/com.google.android.apps.chrome.Main',
      data: 'https://example.com',
    });
    while (sim.unknown.length === 0) await new Promise((turn) => setImmediate(turn));
    assert.match(
      sim.unknown[0]?.asked ?? '',
      /a page, of \/nowhere\/chromium: spawn \/nowhere\/chromium ENOENT/,
    );
    assert.equal(sim.services.has(SOCKET), false);
    await sim.shutDown();
  });
});
