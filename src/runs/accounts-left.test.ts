import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountsLeft } from './accounts-left.ts';

const google = { type: 'com.google', name: 'rada@gmail.com' };
const chat = { type: 'com.whatsapp', name: 'Rada Petrova' };
const own = { type: 'org.example.sync', name: '' };
const out = { kind: 'signed-out' } as const;
const loose = { requireNoGoogle: false };

test('of a phone that is signed out it is said which other accounts stay, masked', () => {
  const left = accountsLeft(out, { others: [google, chat, own] }, loose);
  assert.equal(left.outcome, out);
  assert.deepEqual(left.facts, [
    {
      name: 'Other accounts',
      value: 'Google (r***@gmail.com), WhatsApp (R***), org.example.sync (***)',
      todo: 'in Settings, Google (or Accounts & sync): remove it before the phone is reset',
    },
  ]);
  assert.match(
    left.warnings.join(),
    /^a Google account is still on the phone: after a reset .* locks itself/,
  );
});

test('without a Google account nothing is to be done, and without any nothing is said', () => {
  assert.deepEqual(accountsLeft(out, { others: [chat] }, { requireNoGoogle: true }), {
    outcome: out,
    facts: [{ name: 'Other accounts', value: 'WhatsApp (R***)' }],
    warnings: [],
  });
  for (const facts of [{ others: [] }, undefined])
    assert.deepEqual(accountsLeft(out, facts, loose), { outcome: out, facts: [], warnings: [] });
});

test('where no Google account may stay, a phone that is signed out is for a person', () => {
  const strict = { requireNoGoogle: true };
  const already = { kind: 'already-signed-out' } as const;
  for (const outcome of [out, already])
    assert.deepEqual(accountsLeft(outcome, { others: [google] }, strict).outcome, {
      kind: 'needs-person',
      reason: 'google-account',
    });
});

test('a phone that is not signed out ends as it ended', () => {
  const refused = { kind: 'refused', reason: 'network' } as const;
  const nothing = { outcome: refused, facts: [], warnings: [] };
  assert.deepEqual(accountsLeft(refused, { others: [google] }, { requireNoGoogle: true }), nothing);
  assert.equal(accountsLeft(undefined, { others: [google] }, loose).outcome, undefined);
});
