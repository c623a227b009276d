import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Browser } from 'webdriverio';
import type { AppPage } from '../sim/apps/page.ts';
import { alert } from '../sim/screen/widgets-dialog.ts';
import type { SimPhone } from '../sim/phone/phone.ts';
import { judge } from './judge.ts';
import { ACCOUNT, trial, type Case, type Hands } from './trial.ts';

/** It asks for all that a sign-out may ask. */
const one: Case = {
  phone: {
    seed: 11,
    photoQuality: true,
    account: { ...ACCOUNT, syncedData: ['gallery'], unsyncedItems: 2, miPayCards: 1 },
  },
  order: { data: 'keep', password: 'right', via: 'intent' },
};

/** A dialog of the account app in the form of its own, with the answer that each of its dialogs has. */
function otherQuestion(sim: SimPhone): AppPage {
  const answer = (choice: string) => () => {
    sim.record('surprise-answered', { dialog: 'other-question', choice });
    sim.close(page);
  };
  const page: AppPage = {
    name: 'dialog',
    kind: 'dialog',
    package: 'com.xiaomi.account',
    activity: 'com.xiaomi.account.ui.AccountSettingsActivity',
    view: () =>
      alert({
        title: 'May we?',
        negative: { text: sim.text('android', 'cancel'), onTap: answer('no') },
        positive: { text: sim.text('android', 'ok'), onTap: answer('yes') },
      }),
    back: () => sim.close(page),
  };
  return page;
}

type Touch = (...args: unknown[]) => Promise<unknown>;
/** ms */
const OPENING = 400;
const TOUCHES = ['click', 'setValue', 'clearValue', 'getText'];

/** Opens a page right before the so manyth touch, after all looks that led to it. Counts the touches. */
function before(nth: number, open: (sim: SimPhone) => AppPage) {
  const seen: string[] = [];
  const tamper = ({ browser, sim, clock }: Hands) => {
    const counted =
      (what: string, touch: Touch): Touch =>
      async (...args) => {
        if (seen.push(what) === nth) {
          sim.open(open(sim));
          await clock.sleep(OPENING, 'what opens');
        }
        return touch(...args);
      };
    const find = browser.$.bind(browser) as unknown as (selector: string) => Record<string, Touch>;
    const $ = (selector: string) => {
      const element = find(selector);
      const touches = TOUCHES.map((name) => [name, counted(`${name} ${selector}`, element[name]!)]);
      return Object.defineProperties(Object.fromEntries(touches) as object, {
        elementId: { get: () => element['elementId'] },
      });
    };
    const gestures = Object.fromEntries(
      ['back', 'execute'].map((name) => [
        name,
        counted(name, (browser as unknown as Record<string, Touch>)[name]!),
      ]),
    );
    Object.assign(browser, { $, ...gestures } as unknown as Partial<Browser>);
  };
  return { seen, tamper };
}

describe('what opens between a look and the touch that follows it', () => {
  it('comes so many ms after its page as the phone is said to let pass', async () => {
    const surprises = [{ dialog: 'system-update', before: 'account', after: 700 } as const];
    const { sim, outcome } = await trial({ ...one, phone: { ...one.phone, surprises } });
    assert.equal(outcome?.kind, 'signed-out');
    const opened = (what: string) =>
      sim.events.find(({ kind, detail }) => kind === 'window-opened' && detail?.['package'] === what)?.at ??
      0;
    const after = opened('com.android.updater') - opened('com.xiaomi.account');
    assert.ok(after >= 700 && after < 1100, `${after} ms`);
  });

  it('is not agreed to, and nothing is typed into it: another question of the account app, with the same answers', async () => {
    const all = before(0, otherQuestion);
    await trial(one, all.tamper);
    assert.ok(all.seen.length >= 7, all.seen.join('\n'));
    const ends: (string | undefined)[] = [];
    for (const nth of all.seen.keys()) {
      const { seen, tamper } = before(nth + 1, otherQuestion);
      const ended = await trial(one, tamper);
      // Where it comes over the button that submits, a person has to see whether the password is out.
      const broken = judge(one, ended).filter((name) => name !== 'done');
      assert.deepEqual(broken, [], `${nth}: ${[seen[nth], ...ended.steps].join('\n')}`);
      ends.push(ended.outcome?.kind);
    }
    assert.ok(ends.filter((end) => end !== 'signed-out').length <= 2, ends.join());
  });
});
