import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import { MiUnbindError } from '../errors.ts';
import { kinds, openCodeSource, openInbox, sendersOf, sourceNames } from './code-sources.ts';

const NO_STORE = () => assert.fail('no store is opened');
const around = (env: Record<string, string> = {}) => ({
  ...{ settings: loadSettings(env), store: NO_STORE, onEvent: () => undefined },
});
/** What it is refused with. */
async function refusal(name: string, env: Record<string, string> = {}) {
  const fault: unknown = await openInbox(name, around(env)).catch((error: unknown) => error);
  assert.ok(fault instanceof MiUnbindError, String(fault));
  return [fault.code, fault.message, fault.hint];
}

test('each source has a line that says what it is and what sets it up; a person is one without an inbox', () => {
  assert.deepEqual(sourceNames, [...Object.keys(kinds), 'person']);
  assert.deepEqual(Object.fromEntries(Object.entries(kinds).map(([name, { help }]) => [name, help])), {
    imap: 'a mailbox on any mail host (IMAP_URL)',
    smtp: 'an inbox of its own that mail is sent to (SMTP_LISTEN)',
    'http-inbox': 'a mail catcher, Mailpit or MailDev (HTTP_INBOX_URL)',
    'sms-webhook': 'SMS a gateway hands over by HTTP (SMS_WEBHOOK_LISTEN)',
    gammu: "SMS of a USB modem or SIM stick, from gammu-smsd's database (GAMMU_DATABASE_URL)",
    'phone-sms': 'the SMS of the SIM in the phone itself (name the phone)',
  });
});

test('a source is configured where its setting is given, and the SMS of a phone never by a setting', () => {
  const configured = (env: Record<string, string>) =>
    Object.entries(kinds).flatMap(([name, { isConfigured }]) =>
      isConfigured(loadSettings(env)) ? [name] : [],
    );
  assert.deepEqual(configured({}), []);
  for (const [name, env] of Object.entries({
    imap: { IMAP_URL: 'imaps://lab@mail.example.com' },
    smtp: { SMTP_LISTEN: '127.0.0.1:2525' },
    'http-inbox': { HTTP_INBOX_URL: 'http://127.0.0.1:8025' },
    'sms-webhook': { SMS_WEBHOOK_LISTEN: '127.0.0.1:8080' },
    gammu: { GAMMU_DATABASE_URL: 'postgres://smsd@127.0.0.1/smsd' },
  }))
    assert.deepEqual(configured(env), [name]);
});

test('a source without its setting is refused, with the setting and what it takes', async () => {
  for (const [name, setting, takes] of [
    ['imap', 'IMAP_URL', /^set IMAP_URL in the environment or in \.env: it takes .*imaps?:\/\//],
    ['smtp', 'SMTP_LISTEN', /^set SMTP_LISTEN in the environment or in \.env: it takes \S/],
    ['http-inbox', 'HTTP_INBOX_URL', /^set HTTP_INBOX_URL in the environment or in \.env: it takes \S/],
    [
      'sms-webhook',
      'SMS_WEBHOOK_LISTEN',
      /^set SMS_WEBHOOK_LISTEN in the environment or in \.env: it takes \S/,
    ],
    ['gammu', 'GAMMU_DATABASE_URL', /^set GAMMU_DATABASE_URL in the environment or in \.env: it takes \S/],
  ] as const) {
    const [code, message = '', hint = ''] = await refusal(name);
    assert.equal(code, 'code-source');
    assert.ok(message.includes(`${setting} is not set`), message);
    assert.match(hint, takes);
    assert.doesNotMatch(hint, /undefined/);
  }
  const [, message = ''] = await refusal('sms-webhook', { SMS_WEBHOOK_LISTEN: '127.0.0.1:8080' });
  assert.ok(message.includes('SMS_WEBHOOK_SECRET is not set'), message);
});

test('a name that is none, a person, and the SMS of no phone are refused', async () => {
  assert.deepEqual(await refusal('mail'), [
    ...['usage', "There is no code source 'mail'."],
    'give one of imap, smtp, http-inbox, sms-webhook, gammu, phone-sms, person',
  ]);
  assert.deepEqual(await refusal('person'), [
    'usage',
    "'person' has no inbox: a person types the code at the terminal or on the page of a station.",
    "'codes check person' says whether one can be",
  ]);
  assert.deepEqual(await refusal('phone-sms'), [
    ...['usage', "'phone-sms' reads the SMS of a phone, and none is named.", 'name it with --phone SERIAL'],
  ]);
});

test('a certificate that cannot be read, or is none, is refused before any server is asked', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-sources-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [none, der] = [join(folder, 'none.pem'), join(folder, 'ca.der')];
  writeFileSync(der, Buffer.from([0x30, 0x82]));
  const env = (file: string) => ({
    IMAP_URL: 'imaps://lab@mail.example.com',
    IMAP_PASSWORD: 'x',
    IMAP_CA: file,
  });
  const [, missing = '', correct] = await refusal('imap', env(none));
  assert.ok(missing.includes(`the certificate '${none}' cannot be read: it does not exist`), missing);
  assert.equal(correct, 'correct IMAP_CA');
  const [, odd = '', hint] = await refusal('imap', env(der));
  assert.ok(odd.includes(`there is no certificate in the form of PEM in '${der}'`), odd);
  assert.equal(
    hint,
    "set IMAP_CA to a PEM file; 'openssl x509 -inform DER -in FILE' prints one made from a DER file",
  );
});

test('who may send codes is what the settings say', () => {
  const settings = loadSettings({ CODE_SENDERS: 'codes.example.com', SMS_SENDERS: '+359888000111' });
  assert.deepEqual(sendersOf(settings), { mail: settings.codeSenders, sms: settings.smsSenders });
  assert.ok(settings.codeSenders.length > 0 && settings.smsSenders.length > 0);
});

test('without a terminal a code of a person has none to ask, and is no code', async () => {
  const source = await openCodeSource('person', around());
  assert.equal(source.name, 'person');
  await assert.rejects(source.baseline(), (error: unknown) => error instanceof MiUnbindError);
});
