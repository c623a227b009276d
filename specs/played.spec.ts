import { expect } from '@wdio/globals';
import { atHand, station, change, ends, failOnUnknown, lookedAt, run } from './arrange.ts';
import { CANARY } from './canary.ts';
import { nameOf, playedCells, type PlayedFlow } from './matrix.ts';

failOnUnknown();

const { played, index } = station();
const survey = played[index];
const END = { kind: 'needs-person', reason: 'not-recorded' } as const;

const DEEDS: Record<PlayedFlow, (folder: string) => Promise<void>> = {
  async look(folder) {
    const { missing, unchanged } = await lookedAt(folder, { deep: true });
    expect(unchanged).toBe(true);
    if (missing.length > 0) throw new Error(`The phone does not show ${missing.join('; ')}.`);
  },
  'to-sign-out': (folder) => toSignOut(folder, 'intent'),
  'settings-to-sign-out': (folder) => toSignOut(folder, 'settings'),
  async 'to-change-password'(folder) {
    const { phone } = await atHand();
    const contact = { by: 'email', contact: 'mira@example.com' } as const;
    const { outcome, steps } = await change(folder, phone, { ...contact, newPassword: CANARY });
    ends(outcome, END);
    expect(steps).toContain('tap Change password');
  },
};

/** A survey does not press Sign out: as far as that, each page is recorded. */
async function toSignOut(folder: string, via: 'intent' | 'settings'): Promise<void> {
  const { phone } = await atHand();
  const { outcome, steps } = await run(folder, phone, { data: 'keep', password: CANARY, via });
  ends(outcome, END);
  expect(steps).toContain('tap Sign out');
}

/** Each worker has the phone of one survey. */
describe('the matrix', () => {
  if (!survey)
    it.skip('on surveys that are played back (skipped: PLAYED_PHONES names none; on an attached phone the matrix would sign out again and again)', () =>
      undefined);
  else
    for (const cell of playedCells(survey))
      it(nameOf(cell), () => DEEDS[cell.flow](`matrix/${nameOf(cell)}`));
});
