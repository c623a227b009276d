import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvFile } from './env-file.ts';
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

test('a setting of .env counts where the environment has none, and a long value is shown in part', () => {
  const read = readEnvFile(Buffer.from(`LAB_NAME=Lab Plovdiv\nLAB_ADDRESS=${'x'.repeat(201)}\nLAB_LOGO=\n`));
  assert.ok(!('fault' in read));
  const all = new Map(shownSettings({ LAB_NAME: '' }, read).map((one) => [one.name, one]));
  const of = (name: string) => {
    const { value, from, isSet } = all.get(name) ?? {};
    return [value, from, isSet];
  };
  assert.deepEqual(of('LAB_NAME'), ['Lab Plovdiv', '.env', true]);
  assert.deepEqual(of('LAB_ADDRESS'), ['x'.repeat(200), '.env', true]);
  assert.deepEqual(of('LAB_LOGO'), ['', 'default', false]);
  assert.equal(
    new Map(shownSettings({ LAB_NAME: 'Lab Sofia' }, read).map((one) => [one.name, one])).get('LAB_NAME')
      ?.from,
    'environment',
  );
});

test('an address is shown without who logs in there and what follows its path', () => {
  const of = (value: string) => shown({ HTTP_INBOX_URL: value }).get('HTTP_INBOX_URL')?.value;
  assert.equal(of('http://lab:x@h.example:8025/a?b=c#d'), '', 'a password makes all of it a secret');
  assert.equal(of('http://lab@h.example:8025/a?b=c#d'), 'http://•••@h.example:8025/a?•••');
  assert.equal(of('http://h.example/a#d'), 'http://h.example/a?•••');
  assert.equal(of('http://h.example/a'), 'http://h.example/a');
  assert.equal(shown({ LAB_NAME: 'a@b?c' }).get('LAB_NAME')?.value, 'a@b?c');
});
