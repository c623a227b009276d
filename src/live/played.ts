import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantClock } from '../clock.ts';
import { changePassword } from '../flows/change-password.ts';
import { phoneSession } from '../flows/start.ts';
import { browserOf, phoneOf } from '../fuzz/in-process.ts';
import { surveyed } from '../fuzz/surveyed.ts';
import { ordered, PlainJournal, Undrawn } from '../fuzz/trial.ts';
import { VirtualClock } from '../fuzz/virtual-clock.ts';
import { readFacts } from '../phone/facts.ts';
import { compareSurveys } from '../report/survey-compare.ts';
import { PlayedPhone } from '../sim/played/phone.ts';
import { readRecording, type Recording } from '../sim/played/recording.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { Secret } from '../secret.ts';
import { looseLedger } from '../store/ledger.ts';

/** Surveys a simulated phone, plays the bundle back, surveys that, and holds both surveys against each other. */
export async function playsBack(spec: PhoneSpec, folder: string): Promise<void> {
  const clock = instantClock();
  const first = await surveyed(
    new Undrawn({ pace: 'instant', ...spec }, { clock }),
    clock,
    join(folder, 'first'),
  );
  const file = join(folder, 'first.zip');
  writeFileSync(file, first.zip);
  const played = new PlayedPhone(await readRecording(file), { clock }, { pace: 'instant' });
  const second = await surveyed(played, clock, join(folder, 'second'));
  assert.deepEqual(compareSurveys(first.survey, second.survey), []);
  const { ways: taken = [], ...before } = first.survey;
  const { ways: again = [], ...after } = second.survey;
  assert.deepEqual(after, before);
  assert.deepEqual(again, taken);
  assert.deepEqual(played.unknown, []);
}

/** A phone that plays it back, in virtual time, with what a flow works with. */
export async function atHand(recording: Recording) {
  const clock = new VirtualClock(0);
  const played = new PlayedPhone(recording, { clock }, { pace: 'real' });
  const { signal } = new AbortController();
  const { browser } = await browserOf(played, clock, signal);
  const own = phoneOf(played, played.serialno);
  const session = await phoneSession(own, await readFacts(own), browser);
  const missed = () => played.events.flatMap(({ kind, detail }) => (kind === 'not-recorded' ? [detail] : []));
  return { played, session, signal, clock, journal: new PlainJournal(), missed };
}

/** Longer than it takes to reach the last page that was recorded, virtual ms. */
export const SOON = 60_000;

/** Signs the phone of this recording out and changes its password: each flow gets to the last page that is recorded. */
export async function flowsEnd(recording: Recording, account: { id: string; email: string }): Promise<void> {
  const end = { kind: 'needs-person', reason: 'not-recorded' };
  for (const via of ['settings', 'intent'] as const) {
    const { session, missed, played, ...tools } = await atHand(recording);
    const order = { data: 'keep', password: 'right', via } as const;
    assert.deepEqual(await ordered(session, order, tools), { outcome: end });
    assert.equal(tools.journal.pages.at(-2), 'Mi Account page', tools.journal.pages.join());
    assert.ok(tools.journal.steps.includes('tap Sign out'), tools.journal.steps.join());
    assert.equal(missed().length, 1, 'what Sign out leads to');
    assert.equal(
      played.events.some(({ kind }) => kind === 'account-removed'),
      false,
    );
    assert.ok(tools.clock.elapsed() < SOON, `${via}: ${tools.clock.elapsed()} ms`);
  }
  const { session, missed, ...change } = await atHand(recording);
  const input = { account: account.id, by: 'email', contact: account.email } as const;
  const outcome = await changePassword(
    session,
    { ...input, newPassword: new Secret('Other-pass-2') },
    {
      ...change,
      codes: {
        name: 'none',
        baseline: async () => ({ source: 'none', takenAt: '', position: {} }),
        waitForCode: () => Promise.reject(new Error('no code is waited for')),
        close: async () => undefined,
      },
      ledger: looseLedger,
      vault: { keep: () => Promise.reject(new Error('no password is kept')), mark: async () => undefined },
      person: { ask: async () => undefined },
    },
  );
  assert.deepEqual(outcome, end);
  // Where the contacts are masked, it does not come to a tap on one.
  assert.ok(missed().length <= 1, JSON.stringify(missed()));
  assert.ok(change.journal.steps.includes('tap Change password'), change.journal.steps.join());
  assert.ok(change.clock.elapsed() < SOON, `${change.clock.elapsed()} ms`);
}
