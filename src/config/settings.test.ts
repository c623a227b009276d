import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ConfigError } from '../errors.ts';
import { loadSettings, type Settings } from './config.ts';
import { isSecret, table } from './settings.ts';

const refused = (name: string, value: string) => {
  assert.throws(
    () => loadSettings({ [name]: value }),
    (error: Error) => {
      assert.ok(error instanceof ConfigError, String(error));
      assert.match(error.message, new RegExp(`${name} is (?:not right|'.*'), and it takes `, 's'), value);
      return true;
    },
    `${name}=${value}`,
  );
};

/** As docs/settings and the help of each have them: the least and the most, and what is neither. */
const NUMBERS: readonly [name: string, key: keyof Settings, least: number, most: number][] = [
  ['ANDROID_ADB_SERVER_PORT', 'adbServerPort', 1, 65_535],
  ['APPIUM_PORT', 'appiumPort', 0, 65_535],
  ['APPIUM_MEMORY_MB', 'appiumMemory', 1, 999_999],
  ['KEEP_EVIDENCE_DAYS', 'keepEvidenceDays', 1, 9999],
  ['LOCK_CHECK_INTERVAL', 'lockCheckInterval', 2, 9999],
  ['LOCK_CHECK_BUDGET', 'lockCheckBudget', 1, 99_999],
  ['HOLD_DAYS', 'holdDays', 0, 365],
  ['REMINDER_DAYS', 'reminderDays', 0, 365],
  ['CODE_BUDGET', 'codeBudget', 1, 99],
];

suite('a setting that is a number', () => {
  for (const [name, key, least, most] of NUMBERS)
    test(`${name} is ${least} to ${most}, and nothing else`, () => {
      for (const value of [least, most]) assert.equal(loadSettings({ [name]: String(value) })[key], value);
      for (const wrong of [least - 1, most + 1, -1, 1.5, 'x', '1x', '1e1']) refused(name, String(wrong));
    });
});

suite('a setting of a kind', () => {
  test('yes and no are read as people write them', () => {
    for (const name of ['STRICT_ACCOUNT', 'REQUIRE_NO_GOOGLE', 'REQUIRE_LOCK_OFF', 'KEEP_HELPERS']) {
      const read = (value: string) =>
        Object.values(table)
          .find(({ env }) => env === name)
          ?.schema.parse(value);
      for (const yes of ['yes', 'true', 'on', '1']) assert.equal(read(yes), true, yes);
      for (const no of ['no', 'false', 'off', '0']) assert.equal(read(no), false, no);
      refused(name, 'perhaps');
    }
  });

  test('an address of another kind, or one with a login where none belongs, is refused', () => {
    refused('ACCOUNT_SITE', 'ftp://account.xiaomi.com');
    refused('ACCOUNT_SITE', 'account.xiaomi.com');
    refused('APPIUM_URL', 'http://lab@127.0.0.1:4723');
    refused('APPIUM_URL', 'http://:lab@127.0.0.1:4723');
    refused('APPIUM_URL', 'ws://127.0.0.1:4723');
    assert.equal(
      loadSettings({ APPIUM_URL: 'https://grid.example/wd' }).appiumUrl,
      'https://grid.example/wd',
    );
    assert.equal(loadSettings({ ACCOUNT_SITE: 'http://127.0.0.1:1' }).accountSite, 'http://127.0.0.1:1');
    refused('IMAP_URL', 'https://mail.example');
    refused('SMS_WEBHOOK_URL', 'imap://mail.example');
    refused('SMTP_SEND_URL', 'imap://mail.example');
    refused('BEFORE_URL', 'ftp://b/hook');
    refused('ANDROID_ADB_SERVER_ADDRESS', 'two words');
    assert.equal(loadSettings({ ANDROID_ADB_SERVER_ADDRESS: '[::1]' }).adbServerAddress, '::1');
  });

  test('an account, a sender and the paths of an answer are looked at', () => {
    refused('PHONE_ACCOUNT', 'Mira');
    assert.equal(loadSettings({ PHONE_ACCOUNT: '6230001535' }).phoneAccount, '6230001535');
    refused('LETTER_FROM', 'Lab');
    assert.equal(loadSettings({ LETTER_FROM: 'Lab <lab@example.com>' }).letterFrom, 'Lab <lab@example.com>');
    const counts: [name: string, key: keyof Settings, fits: number[]][] = [
      ['LOCK_CHECK_PATHS', 'lockCheckPaths', [1, 2]],
      ['SMS_WEBHOOK_FIELDS', 'smsWebhookFields', [3, 4]],
      ['SMS_WEBHOOK_PARTS', 'smsWebhookParts', [3]],
    ];
    for (const [name, key, fits] of counts)
      for (const count of [1, 2, 3, 4, 5]) {
        const paths = Array.from({ length: count }, (_, at) => `p${at}`);
        if (fits.includes(count)) assert.deepEqual(loadSettings({ [name]: paths.join(', ') })[key], paths);
        else refused(name, paths.join(', '));
      }
    assert.deepEqual(loadSettings({ SMS_WEBHOOK_PARTS: ',' }).smsWebhookParts, [], 'no gateway needs parts');
    refused('LOCK_CHECK_PATHS', ',');
  });

  test('an address to listen on has a port that there is', () => {
    for (const wrong of ['65536', ':80', 'h:', '::1:80', '99999999', 'h:1:2'])
      refused('STATION_LISTEN', wrong);
    assert.deepEqual(loadSettings({ STATION_LISTEN: '65535' }).stationListen, {
      host: '127.0.0.1',
      port: 65_535,
    });
  });

  test('one word of several is one of them', () => {
    refused('LOCK_CHECK', 'google');
    refused('LOG_FORMAT', 'xml');
    refused('SMS_WEBHOOK_PRESET', 'vonage');
    for (const preset of ['generic', 'kannel', 'twilio', 'telnyx', 'sms-gate', 'json'] as const)
      assert.equal(loadSettings({ SMS_WEBHOOK_PRESET: preset }).smsWebhookPreset, preset);
    for (const check of ['none', 'xiaomi', 'http'] as const)
      assert.equal(loadSettings({ LOCK_CHECK: check }).lockCheck, check);
  });
});

test('secrets are those whose values are passwords, keys, tokens or addresses with them', () => {
  const secrets = Object.values(table).flatMap((row) => (isSecret(row) ? [row.env] : []));
  assert.deepEqual(secrets.sort(), [
    ...['AFTER_URL', 'BEFORE_URL', 'DATABASE_URL', 'GAMMU_DATABASE_URL', 'HOOK_SECRET', 'HTTP_INBOX_AUTH'],
    ...['IMAP_PASSWORD', 'IMAP_TOKEN', 'LOCK_CHECK_HEADER', 'LOCK_CHECK_URL', 'SMS_WEBHOOK_SECRET'],
    ...['SMTP_SEND_URL', 'STATION_METRICS_TOKEN', 'STORE_KEY'],
  ]);
});
