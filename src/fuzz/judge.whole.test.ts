import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge, PROPERTIES, type PropertyName } from './judge.ts';
import { ACCOUNT, trial, WRONG, type Case, type Hands } from './trial.ts';

const usual: Case = {
  phone: { seed: 7, account: { ...ACCOUNT, syncedData: ['contacts'] } },
  order: { data: 'keep', password: 'right', via: 'intent' },
};
const account = 'com.xiaomi.account:id/';

/** What a selector looks for: its id, or else its words. */
const sought = (selector: string): string =>
  /resourceId\("([^"]*)"\)(?!.*resourceId)/.exec(selector)?.[1] ?? selector.replace(/^id:/, '');

/** Taps of the flow that hit something else, or do more than they should. */
function taps(
  { browser }: Hands,
  instead: (id: string, tap: (id: string) => Promise<void>) => Promise<void>,
) {
  const find = browser.$.bind(browser) as unknown as (selector: string) => { click(): Promise<void> };
  browser.$ = ((selector: string) => ({
    ...find(selector),
    click: () =>
      instead(sought(selector), (id) => find(id === sought(selector) ? selector : `id:${id}`).click()),
  })) as never;
}

/** A flow that goes wrong in this way, on this phone: `broken` is what the judge has to notice. */
interface Mishap {
  broken: PropertyName;
  what: string;
  on?: Partial<{ phone: Case['phone']; order: Partial<Case['order']> }>;
  tamper: (hands: Hands) => void;
}

const mishaps: Mishap[] = [
  {
    broken: 'data',
    what: 'presses Remove where Keep was ordered',
    tamper: (hands) => taps(hands, (id, tap) => tap(id.replace('retain_button', 'remove_button'))),
  },
  {
    broken: 'data',
    what: 'presses Keep where delete was ordered',
    on: { order: { data: 'delete' } },
    tamper: (hands) => taps(hands, (id, tap) => tap(id.replace('remove_button', 'retain_button'))),
  },
  {
    broken: 'twice',
    what: 'submits again what the phone refused',
    on: { order: { password: 'wrong' } },
    tamper: (hands) =>
      taps(hands, async (id, tap) => {
        await tap(id);
        if (!id.includes('button1') && !id.includes('|OK')) return;
        await hands.sim.quiet();
        await tap(`${account}passport_confirm`);
        await hands.sim.quiet();
      }),
  },
  {
    broken: 'spoiled',
    what: 'submits another password than the given one',
    tamper: (hands) => {
      const find = hands.browser.$.bind(hands.browser) as unknown as (one: string) => object;
      const spoiling = (one: string) => {
        const { setValue } = find(one) as { setValue: (text: string) => Promise<void> };
        return { ...find(one), setValue: (text: string) => setValue(`${text.slice(1)}x`) };
      };
      hands.browser.$ = spoiling as never;
    },
  },
  {
    broken: 'signed-out',
    what: 'takes a list that it could not read for an empty one',
    tamper: ({ phone }) => {
      const { shell } = phone;
      let asked = 0;
      phone.shell = async (line, signal) => {
        const said = await shell(line, signal);
        return line.includes('dumpsys account') && asked++ > 3
          ? said.replace(/Accounts: 1\n.*\n/, 'Accounts: 0\n')
          : said;
      };
    },
  },
  {
    broken: 'foreign',
    what: 'agrees to a dialog that is not its own',
    on: { phone: { surprises: [{ dialog: 'system-update', before: 'account' }] } },
    tamper: ({ browser, sim }) => {
      const { back } = browser;
      const find = browser.$.bind(browser);
      browser.back = () =>
        sim.windows().at(-1)?.package === 'com.android.updater'
          ? find('id:android:id/button1').click()
          : back();
    },
  },
  {
    broken: 'end',
    what: 'waits for something that does not come',
    tamper: ({ browser }) => {
      browser.getPageSource = () => new Promise(() => undefined);
    },
  },
  {
    broken: 'usable',
    what: 'leaves a password in the dialog',
    on: { order: { password: 'wrong' } },
    tamper: (hands) =>
      taps(hands, async (id, tap) => {
        if (id !== `${account}cancel`) await tap(id);
      }),
  },
  {
    broken: 'done',
    what: 'gives up where nothing is in the way',
    tamper: (hands) =>
      taps(hands, async (id, tap) => {
        if (!id.endsWith('logout_btn')) await tap(id);
      }),
  },
];

describe('the judge', () => {
  it('has nothing against a flow that keeps its promises', async () => {
    for (const order of [{}, { data: 'delete' }, { password: 'wrong' }, { password: 'none' }] as const) {
      const one: Case = { ...usual, order: { ...usual.order, ...order } };
      assert.deepEqual(judge(one, await trial(one)), [], JSON.stringify(order));
    }
  });

  for (const { broken, what, on, tamper } of mishaps) {
    it(`notices a flow that ${what}: ${PROPERTIES[broken][0]}`, async () => {
      const one: Case = {
        phone: { ...usual.phone, ...on?.phone },
        order: { ...usual.order, ...on?.order },
      };
      const seen = judge(one, await trial(one, tamper));
      assert.ok(seen.includes(broken), `noticed: ${seen.join(', ') || 'nothing'}`);
    });
  }

  it('notices a password that is submitted where none was given', async () => {
    const one: Case = { ...usual, order: { ...usual.order, password: 'none' } };
    const typing = (hands: Hands) => {
      const find = hands.browser.$.bind(hands.browser) as (one: string) => ReturnType<typeof hands.browser.$>;
      taps(hands, async (id, tap) => {
        if (id !== `${account}cancel`) return tap(id);
        await find(`id:${account}input_pwd_view`).setValue(WRONG);
        await tap(`${account}passport_confirm`);
      });
    };
    assert.ok(judge(one, await trial(one, typing)).includes('unasked'));
  });
});
