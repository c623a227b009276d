import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownSettings } from './shown.ts';

const NO_FILE = { variables: new Map(), twice: [], odd: [] };
const CANARY = 'Kanarie-9x';
const shown = (env: Record<string, string>) =>
  new Map(shownSettings(env, NO_FILE).map((one) => [one.name, one]));

test('a setting is shown with where it comes from', () => {
  const all = shown({ LAB_NAME: 'Lab Sofia', STATION_TLS_KEY: '/etc/tls/key.pem' });
  assert.deepEqual(
    ['LAB_NAME', 'ANDROID_ADB_SERVER_PORT', 'LAB_ADDRESS', 'STATION_TLS_KEY'].map((name) => {
      const { value, from, isSet } = all.get(name) ?? {};
      return [value, from, isSet];
    }),
    [
      ['Lab Sofia', 'environment', true],
      ['5037', 'default', true],
      ['', 'default', false],
      ['/etc/tls/key.pem', 'environment', true],
    ],
  );
});

test('a secret is only set or not set, and no setting shows one, whatever it holds', () => {
  const names = [...shown({}).keys()];
  const forms = [
    CANARY,
    `https://lab:${CANARY}@h.example/x`,
    `https://h.example/x?key=${CANARY}`,
    `imaps://${CANARY}@h.example`,
  ];
  for (const form of forms)
    for (const name of names) {
      const one = shown({ [name]: form }).get(name);
      const isAddress = form.includes('://');
      if (one?.isSecret || isAddress)
        assert.doesNotMatch(JSON.stringify(one), new RegExp(CANARY), `${name}: ${form}`);
      assert.equal(one?.isSet, true);
    }
  const hidden = [
    'DATABASE_URL',
    'STORE_KEY',
    'HOOK_SECRET',
    'IMAP_PASSWORD',
    'IMAP_TOKEN_COMMAND',
    'STATION_METRICS_TOKEN',
    'BEFORE_URL',
  ];
  for (const name of hidden) assert.equal(shown({ [name]: CANARY }).get(name)?.isSecret, true, name);
  assert.equal(shown({ PHONE_ACCOUNT: '6230001535' }).get('PHONE_ACCOUNT')?.value, '•••');
});
