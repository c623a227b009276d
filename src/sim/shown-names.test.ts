import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantClock } from '../clock.ts';
import { SimPerson } from './person.ts';
import { SimPhone } from './phone/phone.ts';
import { masked } from './shown-names.ts';
import type { PhoneSpec } from './spec.ts';

const BACK = 4;
const account = {
  id: '6230001535',
  password: 'Right-pass1',
  nickname: 'Mira',
  phone: '+359881234567',
  email: 'mira@example.com',
};

/** What a phone shows of its account, from the account list to the password dialog. */
async function shownBy(spec: Partial<PhoneSpec>) {
  const person = new SimPerson(
    new SimPhone({ pace: 'instant', account, ...spec }, { clock: instantClock() }),
  );
  const { phone } = person;
  const list = /name=(.+), type=com\.xiaomi}/.exec(phone.dumpsys('account', []) ?? '')?.[1];
  await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
  const page = ['nick_name', 'user_name', 'user_id']
    .map((id) => person.reads(`com.xiaomi.account:id/${id}`))
    .filter(Boolean);
  await person.opens('com.xiaomi.account/.ui.AccountSecurityActivity');
  const contacts = [account.phone, account.email, '+35988****567', 'mi***a@example.com'].filter((text) =>
    person.sees(text),
  );
  await person.presses(BACK);
  await person.taps('com.xiaomi.account:id/logout_btn');
  const dialog = person.reads('com.xiaomi.account:id/passport_account_name')?.split(': ')[1];
  return { list, contacts, page, dialog };
}

test('a name is hidden in the middle by three characters, whatever its length', () => {
  const names = [
    '1234567890',
    '123456789',
    '12345678',
    '123456',
    '100000123000001',
    'exampleuser12@gmail.com',
  ];
  assert.deepEqual(names.map(masked), [
    '1234***890',
    '123***789',
    '123***78',
    '12***6',
    '100000***000001',
    'exampleuse***@gmail.com',
  ]);
});

test('a phone shows its account as its release does', async () => {
  assert.deepEqual(await shownBy({ release: '14' }), {
    list: '6230***535',
    contacts: [account.phone, account.email],
    page: ['Mira'],
    dialog: '6230001535',
  });
  const { list, page } = await shownBy({ release: '10', accountPage: 'title-bar' });
  assert.deepEqual([list, page], ['6230***535', ['Mira', '6230001535']]);
});

test('a spec may have it shown in other ways', async () => {
  const shows = { list: 'email', masked: true, dialog: 'phone', contactsMasked: true } as const;
  const { list, contacts, dialog } = await shownBy({ release: '10', shows });
  assert.deepEqual(
    [list, contacts, dialog],
    ['mira@ex***le.com', ['+35988****567', 'mi***a@example.com'], '+35988****567'],
  );
  assert.equal((await shownBy({ release: '14', shows: { masked: false } })).list, '6230001535');
});
