import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { instantClock } from '../clock.ts';
import { phoneSession } from '../flows/start.ts';
import { playsBack } from '../live/played.ts';
import { readFacts } from '../phone/facts.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import { PlayedPhone } from '../sim/played/phone.ts';
import { readRecording } from '../sim/played/recording.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { browserOf, phoneOf } from './in-process.ts';
import { surveyed } from './surveyed.ts';
import { ordered, PlainJournal, Undrawn } from './trial.ts';
import { VirtualClock } from './virtual-clock.ts';

const account = {
  id: '6230001535',
  password: 'Sim-pass-1',
  nickname: 'Mira Petrova',
  phone: '+359881234567',
  email: 'mira@example.com',
};

// Each release in each region each night, in src/checks/releases.night.ts.
for (const spec of [
  { release: '10', region: 'china', language: 'zh-CN', account },
  { release: 'hyperos3', region: 'china', language: 'en', account },
] satisfies PhoneSpec[])
  test(`a bundle of ${spec.release} in ${spec.language}, played back, gives the survey of the phone it came from`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'played-'));
    t.after(() => rmSync(folder, { recursive: true }));
    await playsBack(spec, folder);
  });

test('a sign-out on a phone that is played back reaches its pages, signs nobody out, and the witness has what was not recorded', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'played-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = instantClock();
  const phone = new Undrawn({ pace: 'instant', release: '14', account }, { clock });
  const { zip } = await surveyed(phone, clock, join(folder, 'first'));
  writeFileSync(join(folder, 'first.zip'), zip);
  const recording = await readRecording(join(folder, 'first.zip'));
  for (const via of ['settings', 'intent'] as const) {
    const virtual = new VirtualClock(0);
    const played = new PlayedPhone(recording, { clock: virtual }, { pace: 'real' });
    const { signal } = new AbortController();
    const { browser } = await browserOf(played, virtual, signal);
    const own = phoneOf(played, played.serialno);
    const session = await phoneSession(own, await readFacts(own), browser);
    const journal = new PlainJournal();
    const order = { data: 'keep', password: 'right', via } as const;
    const end = await ordered(session, order, { signal, clock: virtual, journal });
    assert.equal('outcome' in end && end.outcome.kind, 'needs-person', `${via}: ${journal.steps.join('; ')}`);
    assert.ok(journal.pages.includes('Mi Account page'), journal.pages.join());
    const missed = played.events.filter(({ kind }) => kind === 'not-recorded');
    assert.match(String(missed[0]?.detail?.['what']), /^what 'Sign out' leads to$/);
    assert.equal(
      played.events.some(({ kind }) => kind === 'account-removed'),
      false,
    );
  }
});

test('a survey with its pictures is played back with them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'played-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = instantClock();
  const phone = new SimPhone({ pace: 'instant', release: '10', screenshots: 'half', account }, { clock });
  const first = await surveyed(phone, clock, join(folder, 'first'));
  const screen = first.survey.pages.find(({ page }) => page === 'Mi Account page')?.screens[0];
  const played = new PlayedPhone(await readRecording(join(folder, 'first')), { clock }, { pace: 'instant' });
  assert.equal(played.startActivity({ action: 'android.settings.XIAOMI_ACCOUNT_SYNC_SETTINGS' }), undefined);
  await played.quiet();
  const picture = await played.screenshot();
  assert.deepEqual(picture, readFileSync(join(folder, 'first', screen?.screenshot ?? '')));
});
