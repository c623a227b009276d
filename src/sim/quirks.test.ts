import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimPerson } from './person.ts';
import { SimPhone } from './phone/phone.ts';
import type { PhoneSpec } from './spec.ts';

const ACCOUNT = { id: '6230001535', password: 'Sim-pass-1', syncedData: ['contacts' as const] };
const PAGE = 'com.xiaomi.account/.ui.AccountSettingsActivity';
const account = 'com.xiaomi.account:id/';
const BACK = 4;

const at = (spec: PhoneSpec): SimPerson =>
  new SimPerson(new SimPhone({ pace: 'instant', account: ACCOUNT, ...spec }));
const events = ({ phone }: SimPerson, kind: string) => phone.events.filter((event) => event.kind === kind);

describe('a phone that differs from its release', () => {
  it('calls ids otherwise, or has none', async () => {
    const ids = { [`${account}logout_btn`]: `${account}leave`, [`${account}nick_name`]: '' };
    const person = at({ quirks: { ids } });
    await person.opens(PAGE);
    assert.deepEqual(
      [`${account}logout_btn`, `${account}leave`, `${account}nick_name`].map((id) => person.sees(id)),
      [false, true, false],
    );
    await person.taps(`${account}leave`);
    assert.equal(events(person, 'sign-out-started').length, 1);
  });

  it('opens a page empty and fills it later', async () => {
    let now = 0;
    const clock = { now: () => now, elapsed: () => now, sleep: () => Promise.resolve() };
    const phone = new SimPhone({ account: ACCOUNT, quirks: { late: { account: 4000 } } }, { clock });
    const person = new SimPerson(phone);
    await person.opens(PAGE);
    assert.equal(person.sees(`${account}logout_btn`), false);
    now += 4000;
    assert.equal(person.sees(`${account}logout_btn`), true);
  });

  it('asks the same question twice: the second answer counts for nothing', async () => {
    const person = at({ quirks: { doubled: ['keep-or-remove'] } });
    await person.opens(PAGE);
    await person.taps(`${account}logout_btn`);
    await person.taps('Keep');
    await person.presses(BACK);
    assert.ok(person.sees('Remove'), 'the question once more, over the password dialog or under it');
    await person.taps('Remove');
    assert.deepEqual(
      events(person, 'data-choice').map(({ detail }) => detail),
      [{ choice: 'keep' }],
    );
  });

  it('says what failed in a toast where its app does so', async () => {
    const person = at({ quirks: { messages: 'toast' } });
    await person.opens(PAGE);
    await person.taps(`${account}logout_btn`);
    await person.taps('Keep');
    person.writes(`${account}input_pwd_view`, 'wrong');
    await person.taps('OK');
    assert.match(person.phone.toast()?.text ?? '', /password/i);
    assert.ok(person.sees(`${account}input_pwd_view`));
  });

  it('puts the app away at the Back that it is said to', async () => {
    const person = at({ quirks: { backs: [2] } });
    await person.opens(PAGE);
    await person.taps('Account security');
    await person.presses(BACK);
    assert.ok(person.sees(`${account}logout_btn`));
    await person.presses(BACK);
    assert.equal(person.phone.windows().at(-1)?.package, 'com.miui.home');
    await person.opens(PAGE);
    assert.ok(person.sees(`${account}logout_btn`), 'the page is still open behind it');
  });

  it('loses characters of a password as its keyboard does, so many times', async () => {
    const person = at({
      quirks: { swallows: { each: 3, times: 1 } },
      account: { ...ACCOUNT, syncedData: [] },
    });
    await person.opens(PAGE);
    await person.taps(`${account}logout_btn`);
    for (const shown of ['••••••', '••••••••']) {
      person.writes(`${account}input_pwd_view`, 'abcdefgh');
      assert.equal(person.find(`${account}input_pwd_view`)?.view.text?.length, shown.length);
    }
  });

  it('has another screen, on its side too, and larger letters', async () => {
    const display = { width: 720, height: 1280, density: 320 };
    const { phone } = at({ display, orientation: 'landscape' });
    assert.deepEqual([phone.screen.width, phone.screen.height], [1280, 720]);
    const heights = [1, 1.6].map((fontScale) => {
      const person = at({ fontScale });
      return person.find('Gallery')?.bounds.height ?? 0;
    });
    assert.ok((heights[1] ?? 0) > (heights[0] ?? 0) * 1.3, heights.join());
  });
});

describe('what comes unasked', () => {
  const over = async (dialog: NonNullable<PhoneSpec['surprises']>[number]['dialog']): Promise<SimPerson> => {
    const person = at({ surprises: [{ dialog, before: 'account' }] });
    await person.opens(PAGE);
    return person;
  };
  const front = ({ phone }: SimPerson) => phone.windows().at(-1)?.package;

  it('a call and a question about a permission stay when Back is pressed; the rest goes', async () => {
    for (const [dialog, owner, stays] of [
      ['permission', 'com.android.permissioncontroller', true],
      ['not-responding', 'android', false],
      ['advert', 'com.miui.systemAdSolution', false],
    ] as const) {
      const person = await over(dialog);
      assert.equal(front(person), owner);
      await person.presses(BACK);
      assert.equal(front(person) === owner, stays, dialog);
      assert.deepEqual(events(person, 'surprise-answered'), []);
    }
  });

  it('a call rings until the caller gives up', async () => {
    const person = await over('incoming-call');
    assert.notEqual(front(person), undefined);
    await person.phone.quiet();
    assert.equal(front(person), 'com.xiaomi.account');
  });

  it('a notification lies over the top and opens its app when it is touched', async () => {
    const person = await over('notification');
    assert.equal(front(person), 'com.xiaomi.account');
    await person.phone.tap(300, 150);
    await person.phone.quiet();
    assert.equal(front(person), 'com.miui.weather2');
  });
});
