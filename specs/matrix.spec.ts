import { browser, expect } from '@wdio/globals';
import type { Outcome } from '../src/flows/outcome.ts';
import { account, station, change, ends, given, run, witness } from './arrange.ts';
import { CANARY } from './canary.ts';
import { nameOf, sampleOf, share, wholeMatrix, type Cell, type FlowName } from './matrix.ts';

const EMAIL = 'mira@example.com';
const FORMER = 'old-Password1';

/**
 * What is done in a cell, and what the phone must say of it afterwards. The password is submitted once in
 * each.
 */
interface Deed {
  /** What the phone is, beside its release and language. */
  account?: object;
  faults?: string[];
  changesPassword?: true;
  how: Parameters<typeof run>[2];
  outcome: Outcome;
  choice?: 'keep' | 'remove';
  pages?: string[];
}

const DEEDS: Record<FlowName, Deed> = {
  keep: { how: { data: 'keep', password: CANARY }, outcome: { kind: 'signed-out' }, choice: 'keep' },
  delete: {
    how: { data: 'delete', via: 'settings', password: CANARY },
    outcome: { kind: 'signed-out' },
    choice: 'remove',
    pages: ['quick panel', 'Settings', 'Mi Account page'],
  },
  'wrong-password': {
    how: { password: 'not-the-password-1' },
    outcome: { kind: 'refused', reason: 'wrong-password' },
  },
  'second-factor': {
    faults: ['second-factor'],
    how: { password: CANARY },
    outcome: { kind: 'needs-person', reason: 'second-factor' },
  },
  'change-password': {
    account: { password: FORMER, email: EMAIL, lockDays: 0 },
    changesPassword: true,
    how: { password: CANARY },
    outcome: { kind: 'signed-out' },
  },
};

describe('the matrix', () => {
  const { range, whole, index, phones } = station();
  const cells = share(whole ? wholeMatrix(range) : sampleOf(range), index, phones);
  let release: string | undefined;

  for (const cell of cells) {
    it(nameOf(cell), async function () {
      const phone = await phoneOf(cell);
      const { unknown: known } = await witness();
      const folder = `matrix/${nameOf(cell)}`;
      const { how, outcome: wanted, choice, pages: onTheWay = [], changesPassword } = DEEDS[cell.flow];
      if (changesPassword) {
        const { outcome } = await change(`${folder}/change`, phone, {
          by: 'email',
          contact: EMAIL,
          newPassword: CANARY,
        });
        ends(outcome, { kind: 'changed', proof: 'message' });
      }
      const { outcome, pages } = await run(folder, phone, how);
      const { account: left, events, unknown } = await witness();
      ends(outcome, wanted);
      expect(left === null).toBe(wanted.kind === 'signed-out');
      expect(events.filter(({ kind }) => kind === 'password-submitted')).toHaveLength(1);
      const choices = events.flatMap(({ kind, detail }) => (kind === 'data-choice' ? [detail?.choice] : []));
      if (choice) expect(choices).toEqual([choice]);
      expect(pages).toEqual(expect.arrayContaining(onTheWay));
      expect(unknown.slice(known.length)).toEqual([]);
    });
  }

  // The next spec file opens its session before it says what phone it wants.
  after(() => given({}));

  /** The phone of the cell. One of another release is another phone, so it gets a session of its own. */
  async function phoneOf({ flow, ...spec }: Cell<FlowName>) {
    const { account: more, faults = [] } = DEEDS[flow];
    const wish = { ...spec, faults, account: account(more), screenshots: 'half' };
    if (spec.release !== release) {
      await given(wish);
      await browser.reloadSession();
      release = spec.release;
    }
    return given(wish);
  }
});
