import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { suite, test, type TestContext } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { table } from '../config/settings.ts';
import { startMailpitFake, type MailpitFake } from '../live/mailpit.ts';
import { run, textsSaid, workFolder } from '../live/command.ts';

workFolder('codes');
const base = readFileSync('.env', 'utf8');

function configured(t: TestContext, settings: Readonly<Record<string, string>>): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync('.env', base + lines.join(''));
  t.after(() => writeFileSync('.env', base));
}

/** A mail catcher that is set up as the one source. */
async function catcher(t: TestContext, more: Readonly<Record<string, string>> = {}): Promise<MailpitFake> {
  const mailpit = await startMailpitFake();
  t.after(() => mailpit.stop());
  configured(t, { HTTP_INBOX_URL: `http://127.0.0.1:${mailpit.port}`, ...more });
  return mailpit;
}

const plain = ({ stdout, stderr }: { stdout: string; stderr: string }) => ({
  stdout: stripVTControlCharacters(stdout),
  stderr: stripVTControlCharacters(stderr),
});

interface Finding {
  source: string;
  ok: boolean;
  what: string;
  hint?: string;
}

suite('codes check', () => {
  test('says of each configured source that it can be used', async (t) => {
    await catcher(t);
    const ran = await run(t, 'codes', 'check');
    assert.equal(ran.code, 0);
    assert.match(plain(ran).stdout, /^✔ http-inbox {3}\S.*\n$/);
    const json = await run(t, 'codes', 'check', '--json');
    const [finding, ...others] = JSON.parse(json.stdout) as Finding[];
    assert.deepEqual([json.code, finding?.source, finding?.ok, others], [0, 'http-inbox', true, []]);
    assert.ok(!('hint' in (finding ?? {})));
  });

  test('says what is wrong with one, what to do, and exit code 2', async (t) => {
    configured(t, { HTTP_INBOX_URL: 'http://127.0.0.1:1' });
    const ran = await run(t, 'codes', 'check', 'http-inbox', 'http-inbox');
    assert.equal(ran.code, 2);
    assert.match(plain(ran).stdout, /^✖ http-inbox {3}The code source 'http-inbox' cannot .*\n {2}→ \S.*\n$/);
    const json = await run(t, 'codes', 'check', '--json');
    const [finding] = JSON.parse(json.stdout) as Finding[];
    assert.deepEqual([json.code, finding?.ok], [2, false]);
    assert.match(finding?.hint ?? '', /\S/);
  });

  test('says of a person that nobody sits at a terminal, and of a name that it is none', async (t) => {
    const person = await run(t, 'codes', 'check', 'person', '--json');
    const [finding] = JSON.parse(person.stdout) as Finding[];
    assert.deepEqual([person.code, finding?.source, finding?.ok], [2, 'person', false]);
    assert.match(finding?.what ?? '', /no terminal/);
    const pigeon = await run(t, 'codes', 'check', 'pigeon');
    assert.equal(pigeon.error?.message, "There is no code source 'pigeon'.");
    assert.match(pigeon.error?.hint ?? '', /^give one of imap, smtp, .*, person$/);
  });

  const unset: [source: string, setting: string][] = [
    ['imap', 'IMAP_URL'],
    ['smtp', 'SMTP_LISTEN'],
    ['http-inbox', 'HTTP_INBOX_URL'],
    ['sms-webhook', 'SMS_WEBHOOK_LISTEN'],
    ['gammu', 'GAMMU_DATABASE_URL'],
  ];
  for (const [source, setting] of unset)
    test(`names the setting that ${source} lacks`, async (t) => {
      const { code, stdout } = await run(t, 'codes', 'check', source, '--json');
      const [finding] = JSON.parse(stdout) as Finding[];
      assert.deepEqual(
        [code, finding?.what, finding?.hint],
        [
          2,
          `The code source '${source}' cannot be used: ${setting} is not set.`,
          `set ${setting} in the environment or in .env: it takes ${Object.values(table).find(({ env }) => env === setting)?.fits}`,
        ],
      );
    });

  test('a certificate that cannot be read, or is none, is the fault of IMAP_CA', async (t) => {
    const faultOf = async (file: string) => {
      configured(t, { IMAP_URL: 'imaps://iva@127.0.0.1:1', IMAP_PASSWORD: 'Lab-pass7', IMAP_CA: file });
      const { stdout } = await run(t, 'codes', 'check', 'imap', '--json');
      return (JSON.parse(stdout) as Finding[])[0];
    };
    const gone = await faultOf('gone.pem');
    assert.match(gone?.what ?? '', /the certificate 'gone\.pem' cannot be read: /);
    assert.equal(gone?.hint, 'correct IMAP_CA');
    writeFileSync('der.pem', 'not in the form of PEM');
    const der = await faultOf('der.pem');
    assert.match(der?.what ?? '', /there is no certificate in the form of PEM in 'der\.pem'/);
    assert.match(
      der?.hint ?? '',
      /^set IMAP_CA to a PEM file; 'openssl x509 -inform DER -in FILE' prints one/,
    );
    writeFileSync('good.pem', '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n');
    assert.doesNotMatch((await faultOf('good.pem'))?.hint ?? '', /IMAP_CA to a PEM/);
  });
});

suite('codes try', () => {
  test('sends a message, gets its code back and takes the message away again', async (t) => {
    const mailpit = await catcher(t);
    const json = await run(t, 'codes', 'try', 'http-inbox', '--json');
    const { source, right, sentMs, codeMs } = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.deepEqual([json.code, source, right], [0, 'http-inbox', true]);
    assert.ok(Number.isInteger(sentMs) && Number.isInteger(codeMs));
    assert.ok(Number(codeMs) >= 0 && Number(sentMs) >= 0 && Number(codeMs) < 60_000);
    assert.ok(mailpit.requests.some((request) => request.startsWith('DELETE ')));
    const words = await run(t, 'codes', 'try', 'http-inbox');
    assert.equal(words.code, 0);
    assert.match(
      words.stdout,
      /^http-inbox: the code came back right, \d+ ms after sending began \(the server took the message after \d+ ms\)\n$/,
    );
  });
});

suite('codes watch', () => {
  /** What it says of these mails; it is stopped once it has said something of each. */
  async function watched(t: TestContext, mailpit: MailpitFake, ...words: string[]) {
    const mails = [
      ['Xiaomi <noreply@notice.xiaomi.com>', 'Your Mi Account verification code is 123456.'],
      ['stranger@example.com', 'Your Mi Account verification code is 654321.'],
      ['Xiaomi <noreply@notice.xiaomi.com>', 'Good news of new phones.'],
    ];
    const sending = (async () => {
      while (mailpit.listeners() === 0) await pause(10);
      for (const [from, text] of mails)
        await mailpit.catch({ from, to: 'iva@example.com', subject: 'Mi Account', text });
      while (textsSaid() < mails.length) await pause(10);
      process.emit('SIGINT');
    })();
    const ran = await run(t, 'codes', 'watch', 'http-inbox', ...words);
    await sending;
    return ran;
  }

  test('shows what arrives with its code hidden, and why none would be taken', async (t) => {
    const mailpit = await catcher(t);
    const ran = await watched(t, mailpit);
    const { stdout, stderr } = plain(ran);
    assert.equal(ran.code, 0);
    assert.match(stderr, /^watching http-inbox; Ctrl-C ends it\n/);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.length, 3, stdout);
    const [code, stranger] = ['••••••', 'stranger@example.com'];
    assert.ok(
      lines.some((line) => line.endsWith(`→ iva@example.com  ${code}`)),
      stdout,
    );
    assert.ok(
      lines.some((line) => line.includes(stranger) && !line.includes(code)),
      stdout,
    );
    for (const line of lines) assert.match(line, /^\d\d:\d\d:\d\d {2}http-inbox {3}\S+ → \S+ {2}\S/);
    assert.doesNotMatch(stdout, /123456|654321/);
  });

  test('shows the codes where that is asked for, as one JSON object a line', async (t) => {
    const mailpit = await catcher(t);
    const { stdout } = await watched(t, mailpit, '--reveal', '--json');
    const arrivals = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { source: string; from: string; code?: string; why?: string });
    assert.deepEqual(arrivals.map(({ code }) => code).filter(Boolean), ['123456']);
    for (const { source, code, why } of arrivals)
      assert.deepEqual([source, (code === undefined) !== (why === undefined)], ['http-inbox', true]);
    assert.match(arrivals.find(({ from }) => /stranger/.test(from))?.why ?? '', /\S/);
  });

  test('ends with what is wrong where a source cannot be reached', async (t) => {
    configured(t, { HTTP_INBOX_URL: 'http://127.0.0.1:1' });
    const { code, stdout, error } = await run(t, 'codes', 'watch');
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(error?.message ?? '', /^The code source 'http-inbox' cannot be used: /);
  });
});
