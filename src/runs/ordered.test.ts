import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { orderedAccount, orderedContact, orderedPassword } from './ordered.ts';

const settings = loadSettings({});
/** What it is refused with. */
const refusal = (work: () => unknown): { what: string; hint: string } => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return { what: error.message, hint: error.hint };
  }
  return assert.fail('it is not refused');
};

test('the account that is named is taken without the blanks around it, or none is', () => {
  assert.deepEqual(orderedAccount({ account: ' 6230001535 ' }, settings), { settings, account: '6230001535' });
  assert.deepEqual(orderedAccount({}, settings), { settings, account: undefined });
});

test('an order may want the account proven where the settings do not, and never the other way', () => {
  const strict = { ...settings, strictAccount: true };
  const order = { account: 'lab@example.com', strictAccount: true };
  assert.deepEqual(orderedAccount(order, settings), { settings: strict, account: 'lab@example.com' });
  assert.equal(orderedAccount({ ...order, strictAccount: false }, strict).settings.strictAccount, true);
});

test('what names no account whole is refused, and so is a proof without a name', () => {
  for (const account of ['Mira', '6230***535', '1234', ''])
    assert.deepEqual(refusal(() => orderedAccount({ account }, settings)), {
      what: "'--account' is no Mi id, e-mail address or telephone number.",
      hint: "write it whole, as the account's owner knows it; a telephone number with + and its country's code",
    });
  for (const [order, given] of [
    [{ strictAccount: true }, settings],
    [{}, { ...settings, strictAccount: true }],
  ] as const)
    assert.deepEqual(refusal(() => orderedAccount(order, given)), {
      what: 'The account is to be proven (STRICT_ACCOUNT, --strict-account), and none is named.',
      hint: 'name it: --account NAME',
    });
});

test('one number is one contact, however it is written; an address stays as it is', () => {
  assert.equal(orderedContact('phone', '+359 (88) 812-34.56'), '+359888123456');
  assert.equal(orderedContact('phone', '123456'), '123456');
  assert.equal(orderedContact('email', 'lab+17@ex-ample.com'), 'lab+17@ex-ample.com');
});

test('a contact that is missing, or none for this way, is refused with an example of one', () => {
  assert.deepEqual(refusal(() => orderedContact('phone', undefined)), {
    what: 'It is not said where the code is sent.',
    hint: "give the account's own number: --contact +359888123456",
  });
  assert.equal(
    refusal(() => orderedContact('email', undefined)).hint,
    "give the account's own address: --contact lab+17@example.com",
  );
  for (const contact of ['lab@example.com', '12345', '1234567890123456', '+', ''])
    assert.deepEqual(refusal(() => orderedContact('phone', contact)), {
      what: "'--contact' is no telephone number.",
      hint: 'give it as +359888123456, or --by email',
    });
  for (const contact of ['+359888123456', '@example.com', 'lab@', ''])
    assert.deepEqual(refusal(() => orderedContact('email', contact)), {
      what: "'--contact' is no e-mail address.",
      hint: 'give it as lab+17@example.com, or --by phone',
    });
});

test('a new password that fits is taken as it is, one that does not is refused with its reason, and else one is made up', () => {
  const own = ['6230001535', 'lab@example.com'];
  const given = new Secret('kz-4826-w');
  assert.equal(orderedPassword(given, own), given);
  assert.deepEqual(refusal(() => orderedPassword(new Secret('kz-6230001535'), own)), {
    what: "Xiaomi would not take the new password: it holds a part of the account's own id, address or number.",
    hint: 'give another, or none to have one made up',
  });
  assert.match(orderedPassword(undefined, own).reveal(), /^\w{14}$/);
});
