import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { instantClock } from '../clock.ts';
import { atHand, flowsEnd, playsBack, SOON } from '../live/played.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import { PlayedPhone } from '../sim/played/phone.ts';
import { readRecording } from '../sim/played/recording.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { RECORDED } from './recorded.ts';
import { account, surveyed } from './surveyed.ts';
import { ordered, PlainJournal, Undrawn } from './trial.ts';

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

test('flows on a phone that is played back reach its last page, and end at once with what is not recorded', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'played-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = instantClock();
  const phone = new Undrawn({ pace: 'instant', release: '14', account }, { clock });
  const { zip } = await surveyed(phone, clock, join(folder, 'first'));
  writeFileSync(join(folder, 'first.zip'), zip);
  await flowsEnd(await readRecording(join(folder, 'first.zip')), account);
});

test('a sign-out ends so too where not even the page on which it begins is recorded', async () => {
  const whole = await readRecording(RECORDED);
  const groups = whole.groups.filter((group) => group.package === 'com.miui.cloudservice');
  const others = whole.groups.filter((group) => group.package === 'com.android.systemui');
  for (const [kept, via] of [
    [others, 'settings'],
    [others, 'intent'],
    [groups.length > 0 ? groups : others, 'intent'],
  ] as const) {
    const { session, missed, ...tools } = await atHand({ ...whole, groups: kept });
    const end = await ordered(session, { data: 'keep', password: 'right', via }, tools);
    assert.deepEqual(end, { outcome: { kind: 'needs-person', reason: 'not-recorded' } }, via);
    assert.ok(missed().length > 0);
    assert.ok(tools.clock.elapsed() < SOON, `${tools.clock.elapsed()} ms`);
  }
});

test('one phone after another run is played from its pages again, also where a bundle of before names no ways', async () => {
  const recording = await readRecording(RECORDED);
  const { session, missed, ...tools } = await atHand(recording);
  for (const via of ['settings', 'intent', 'intent', 'settings'] as const) {
    const journal = new PlainJournal();
    const end = await ordered(session, { data: 'keep', password: 'right', via }, { ...tools, journal });
    assert.deepEqual(end, { outcome: { kind: 'needs-person', reason: 'not-recorded' } }, via);
    assert.ok(journal.steps.includes('tap Sign out'), `${via}: ${journal.steps.join()}`);
  }
  assert.equal(missed().length, 4);
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
