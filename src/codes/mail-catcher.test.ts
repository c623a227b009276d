import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { formatError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { mailCatcherSite, noMailCatcher } from './mail-catcher.ts';

const basic = (credentials: string) => ({
  authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
});

test('paths are found below the address, with or without a slash at its end', () => {
  for (const url of ['http://host:8025/mail', 'http://host:8025/mail/', 'http://host:8025/mail/?q#top']) {
    const site = mailCatcherSite(url);
    assert.equal(site.at('api/v1/messages').href, 'http://host:8025/mail/api/v1/messages');
    assert.equal(site.address, 'http://host:8025/mail');
    assert.deepEqual(site.headers(), {});
  }
});

test('a user and password in the address are used as such, and shown to nobody', () => {
  const site = mailCatcherSite('http://bench:s%40cret@host:8025');
  assert.equal(site.at('').href, 'http://host:8025/');
  assert.deepEqual(site.headers(), basic('bench:s@cret'));
  assert.doesNotMatch(inspect(site), /s@cret|s%40cret/);
  assert.deepEqual(
    mailCatcherSite('http://a:b@host', new Secret('bench:other')).headers(),
    basic('bench:other'),
  );
});

const site = mailCatcherSite('http://127.0.0.1:8025');
const status = (status: number) => Object.assign(new Error(`HTTP ${status}`), { status });
const faults: [what: string, cause: unknown, lasting: boolean, says: string][] = [
  [
    'a password that is missing',
    status(401),
    true,
    "The code source 'http-inbox' cannot be used: http://127.0.0.1:8025 asks for a user and a password.\n→ set HTTP_INBOX_AUTH to USER:PASSWORD",
  ],
  [
    'an answer that forbids',
    status(403),
    true,
    "The code source 'http-inbox' cannot be used: http://127.0.0.1:8025 forbids its use (HTTP 403).\n→ set HTTP_INBOX_AUTH, or ask its administrator",
  ],
  [
    'a proxy with nobody behind it',
    status(502),
    false,
    "The code source 'http-inbox' cannot be used: http://127.0.0.1:8025 answers with an error (HTTP 502).\n→ look at the log of the mail catcher, or of the proxy before it",
  ],
  [
    'a server that is down',
    new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }),
    false,
    "The code source 'http-inbox' cannot be used: http://127.0.0.1:8025 cannot be reached: nothing listens there.\n→ start Mailpit or MailDev, and set HTTP_INBOX_URL to the address of its web page",
  ],
  [
    'a server that hangs',
    new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
    false,
    "The code source 'http-inbox' cannot be used: http://127.0.0.1:8025 cannot be reached: no answer in time.\n→ start Mailpit or MailDev, and set HTTP_INBOX_URL to the address of its web page",
  ],
  [
    'another program',
    noMailCatcher(site),
    true,
    "The code source 'http-inbox' cannot be used: http://127.0.0.1:8025 answers, but is neither Mailpit nor MailDev.\n→ set HTTP_INBOX_URL to the address of the web page of Mailpit (port 8025) or MailDev (port 1080)",
  ],
  [
    'a program that catches mail too',
    noMailCatcher(site, 'MailHog'),
    true,
    "The code source 'http-inbox' cannot be used: http://127.0.0.1:8025 is MailHog, and only Mailpit and MailDev are read.\n→ run Mailpit in its place, or have the mail sent to the source smtp (SMTP_LISTEN)",
  ],
];
for (const [what, cause, lasting, says] of faults) {
  test(`${what} is onEvent with what to do, and ${lasting ? 'ends' : 'does not end'} the wait`, () => {
    const failure = site.explain(cause);
    assert.equal(formatError(failure.error), says);
    assert.equal(failure.lasting, lasting);
  });
}

test('a password that is refused is reported without it', () => {
  const { error } = mailCatcherSite('http://host', new Secret('bench:wrong')).explain(status(401));
  assert.equal(
    error.message,
    "The code source 'http-inbox' cannot be used: http://host does not accept the user and password.",
  );
  assert.doesNotMatch(inspect(error), /wrong/);
});
