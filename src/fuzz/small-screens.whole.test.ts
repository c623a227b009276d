import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Person } from '../flows/recovery.ts';
import type { SimPhone } from '../sim/phone/phone.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { judge } from './judge.ts';
import { ACCOUNT, trial, type Case, type Trial } from './trial.ts';

/** A small phone that lies on its side, with large letters: of most dialogs only a part is in view. */
const SMALL: PhoneSpec = {
  seed: 3,
  orientation: 'landscape',
  fontScale: 1.6,
  display: { width: 720, height: 1280, density: 320 },
  account: ACCOUNT,
};
const RICH = { ...ACCOUNT, syncedData: ['contacts', 'gallery'] as ('contacts' | 'gallery')[] };

/** The owner, who reads pictures and messages. */
const owner = ({ service }: SimPhone): Person => ({
  async ask({ what }) {
    const { captcha, code } = service.secretsOfOwner(ACCOUNT.id);
    return what === 'captcha' ? captcha : code;
  },
});

async function signOut(
  phone: PhoneSpec,
  order: Partial<Case['order']> = {},
  person?: (sim: SimPhone) => Person,
): Promise<Trial> {
  const one: Case = {
    phone: { ...SMALL, ...phone },
    order: { data: 'keep', password: 'right', via: 'intent', ...order },
  };
  const ended = await trial(one, undefined, person);
  assert.deepEqual(judge(one, ended), [], ended.steps.join('\n'));
  return ended;
}
const front = ({ sim }: Trial): string | undefined => sim.windows().at(-1)?.activity?.split('.').at(-1);

describe('on a small screen with large letters a sign-out', () => {
  for (const release of ['10', '14'] as const) {
    for (const [what, phone, order] of [
      ['asks and answers in dialogs', { account: { ...RICH, miPayCards: 2, unsyncedItems: 3 } }, {}],
      ['deletes the data', { account: { ...RICH, unsyncedItems: 3 } }, { data: 'delete' }],
      ['keeps photos as they are', { account: RICH, photoQuality: true }, {}],
      ['answers the question of MIUI 6', { order: 'miui6' }, {}],
      ['deletes the data in the question of MIUI 6', { order: 'miui6' }, { data: 'delete' }],
      ['goes through Settings', {}, { via: 'settings' }],
      ['types into the prompt of the passport SDK', { passwordPrompt: 'sdk', language: 'ar' }, {}],
    ] as const satisfies [string, PhoneSpec, Partial<Case['order']>][])
      it(`${what} (${release})`, async () => {
        const ended = await signOut({ release, ...phone }, order);
        assert.equal(ended.outcome?.kind, 'signed-out', ended.steps.join('\n'));
      });

    it(`closes what it leaves, also where Cancel is out of sight (${release})`, async () => {
      for (const passwordPrompt of ['dialog', 'sdk'] as const)
        for (const password of ['wrong', 'none'] as const) {
          const faults = ['captcha-after-wrong-password'] as const;
          const ended = await signOut({ release, passwordPrompt, faults: [...faults] }, { password });
          assert.equal(ended.outcome?.kind, password === 'wrong' ? 'refused' : 'cancelled');
          assert.equal(front(ended), 'AccountSettingsActivity', `${passwordPrompt} ${password}`);
        }
    });

    it(`gives the code of a second factor that a person reads (${release})`, async () => {
      for (const fault of ['second-factor', 'second-factor-page'] as const) {
        const ended = await signOut({ release, faults: [fault] }, {}, owner);
        assert.equal(ended.outcome?.kind, 'signed-out', ended.steps.join('\n'));
        assert.equal(ended.sim.events.filter(({ kind }) => kind === 'code-submitted').length, 1);
      }
    });

    it(`gives the captcha that a person reads (${release})`, async () => {
      const ended = await signOut({ release, faults: ['captcha-at-once'] }, {}, owner);
      assert.equal(ended.outcome?.kind, 'signed-out', ended.steps.join('\n'));
    });
  }
});
