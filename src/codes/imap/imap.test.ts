import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CodeSourceError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { accountOf, isLoopback } from './account.ts';
import { faultOf, sourceError } from './fault.ts';
import { imapInbox } from './imap.ts';

const password = new Secret('p4ssw0rd');
const account = accountOf({ url: 'imaps://lab%40example.com@imap.example.com', password });
const plain = accountOf({ url: 'imap://lab%40example.com@imap.example.com', token: new Secret('t0ken') });

test('the scheme decides about TLS and the port, where none is given', () => {
  const { host, port, user, tls, proof } = account;
  assert.deepEqual(
    { host, port, user, tls, proof },
    { host: 'imap.example.com', port: 993, user: 'lab@example.com', tls: true, proof: 'IMAP_PASSWORD' },
  );
  assert.deepEqual([plain.port, plain.tls, plain.proof], [143, false, 'IMAP_TOKEN']);
  const six = accountOf({ url: 'imaps://lab@[::1]:1993', password });
  assert.deepEqual([six.host, six.port], ['::1', 1993]);
});

test('a connection to another host has to be encrypted before anything is said', () => {
  assert.equal(account.client().options.secure, true);
  assert.equal(plain.client().options.doSTARTTLS, true);
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1']) assert.ok(isLoopback(host), host);
  for (const host of ['localhost.example.com', '127.example.com', '10.0.0.1', '0.0.0.0'])
    assert.ok(!isLoopback(host), host);
});

const settings: [url: string, why: RegExp, hint: RegExp][] = [
  ['http://lab@imap.example.com', /IMAP_URL is no address of a mailbox/, /imaps:\/\/user%40example\.com/],
  ['mailbox', /IMAP_URL is no address of a mailbox/, /imaps:/],
  ['imaps://imap.example.com', /IMAP_URL names no user/, /imaps:\/\/user%40/],
  ['imaps://lab:p4ssw0rd@imap.example.com', /IMAP_URL holds a password/, /IMAP_PASSWORD/],
  ['imaps://50%25%@imap.example.com', /user name in IMAP_URL cannot be read/, /%25/],
];

test('a setting that is not right is named, with how to write it', () => {
  for (const [url, why, hint] of settings) {
    assert.throws(
      () => imapInbox({ url, password }),
      (error) =>
        error instanceof CodeSourceError &&
        why.test(error.message) &&
        hint.test(error.hint) &&
        !/p4ssw0rd/.test(inspect(error)),
      url,
    );
  }
  const neither = (error: unknown) =>
    error instanceof CodeSourceError && /IMAP_PASSWORD.*IMAP_TOKEN/.test(error.hint);
  assert.throws(() => imapInbox({ url: 'imaps://lab@imap.example.com' }), neither);
});

const faults: [raw: object, why: RegExp, hint: RegExp, lasting: boolean][] = [
  [{ code: 'ENOTFOUND' }, /host 'imap\.example\.com' is not known/, /IMAP_URL/, false],
  [{ code: 'ECONNREFUSED' }, /nothing listens at imap\.example\.com:993/, /port in IMAP_URL/, false],
  [{ code: 'EHOSTUNREACH' }, /cannot be reached/, /network/, false],
  [{ code: 'CONNECT_TIMEOUT' }, /cannot be reached/, /firewall/, false],
  [
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    /not signed by an authority that this computer trusts/,
    /IMAP_CA/,
    true,
  ],
  [{ code: 'CERT_HAS_EXPIRED' }, /not valid today/, /clock/, true],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, /for another host/, /host in IMAP_URL/, true],
  [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, /does not speak TLS/, /imap:\/\//, false],
  [
    { tlsFailed: true, message: 'Server does not support STARTTLS' },
    /no STARTTLS, and the password is not sent/,
    /imaps:\/\//,
    true,
  ],
  [{ code: 'GREETING_TIMEOUT' }, /does not greet/, /port in IMAP_URL$/, false],
  [
    { authenticationFailed: true, responseStatus: 'NO', responseText: 'Invalid' },
    /user and password: 'Invalid'/,
    /IMAP_PASSWORD/,
    true,
  ],
  [
    { authenticationFailed: true, serverResponseCode: 'UNAVAILABLE', responseStatus: 'NO' },
    /refuses every sign-in for now/,
    /in a while/,
    false,
  ],
  [
    { authenticationFailed: true, message: 'Login is disabled' },
    /takes no password without TLS/,
    /imaps:/,
    true,
  ],
  [
    { message: 'Unsupported authentication mechanism' },
    /no way to log in with what IMAP_PASSWORD holds/,
    /IMAP_TOKEN/,
    true,
  ],
  [{ folder: 'Junk', responseStatus: 'NO', mailboxMissing: true }, /no folder 'Junk'/, /IMAP_FOLDERS/, true],
  [
    { folder: 'Junk', responseStatus: 'NO', responseText: 'Busy' },
    /'Junk' cannot be read: 'Busy'/,
    /IMAP_FOLDERS/,
    false,
  ],
  [
    { folder: 'Junk', code: 'NoConnection', reason: 'Shutting down' },
    /hung up: 'Shutting down'/,
    /log of the mail server/,
    false,
  ],
];

test('each fault is reported with what to mend, and with whether waiting mends it', () => {
  for (const [raw, why, hint, lasting] of faults) {
    const fault = faultOf(raw, account);
    assert.match(fault.why, why);
    assert.match(fault.hint, hint);
    assert.equal(fault.lasting, lasting, fault.why);
  }
});

const no = (responseText: string, more: object = {}) => ({
  authenticationFailed: true,
  responseStatus: 'NO',
  responseText,
  ...more,
});
const inBox = (responseText: string) => ({ folder: 'INBOX', responseStatus: 'NO', responseText });

test('case a13: a provider that refuses this program is reported as such, with what to do there', () => {
  const { why, hint, lasting } = faultOf(
    inBox('EXAMINE Unsafe Login. Please contact kefu@188.com for help'),
    account,
  );
  assert.match(why, /refuses this program: 'EXAMINE Unsafe Login/);
  assert.match(hint, /authorization code/);
  assert.doesNotMatch(hint, /IMAP_FOLDERS/);
  assert.equal(lasting, true);
});

test('case a14: where tokens are offered and the password is refused, the way to a token is named', () => {
  assert.match(
    faultOf(no('LOGIN failed.', { offersOAuth: true }), account).hint,
    /IMAP_TOKEN_COMMAND or IMAP_TOKEN/,
  );
  assert.doesNotMatch(faultOf(no('LOGIN failed.'), account).hint, /IMAP_TOKEN/);
  const hints: [host: string, hint: RegExp][] = [
    ['outlook.office365.com', /Microsoft takes no passwords.*IMAP_TOKEN_COMMAND/],
    ['imap-mail.outlook.com', /Microsoft takes no passwords/],
    ['imap.gmail.com', /app password/],
    ['imap.exmail.qq.com', /authorization code/],
    ['imap.163.com', /authorization code/],
    ['imap.126.com', /authorization code/],
    ['imap.mail.yahoo.com', /app password/],
    ['imap.notqq.com', /with many providers an app password/],
  ];
  for (const [host, hint] of hints)
    assert.match(faultOf(no('LOGIN failed'), { ...account, host }).hint, hint, host);
  assert.match(
    faultOf(no('Login fail. Password is incorrect or system is busy: https://help.mail.qq.com/'), account)
      .hint,
    /authorization code/,
  );
});

const forNow: [what: string, raw: object][] = [
  ['too many connections', no('[ALERT] Too many simultaneous connections. (Failure)')],
  [
    'too many connections from one address',
    no('Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)'),
  ],
  ['too much bandwidth', no('[ALERT] Account exceeded command or bandwidth limits. (Failure)')],
  ['a rate limit', no('[LIMIT] Rate limit hit', { serverResponseCode: 'LIMIT' })],
  ['throttling', no('Request is throttled. Suggested Backoff Time: 92 ms')],
  ['a server that cannot ask', no('Temporary authentication failure', { serverResponseCode: 'UNAVAILABLE' })],
  ['a server that is busy', no('Server busy, try again later')],
  ['an internal error', no('Internal server error')],
  ['a limit at the folder', inBox('Too many simultaneous connections')],
  [
    'case a17: a user without a mailbox',
    { folder: 'INBOX', responseStatus: 'BAD', responseText: 'User is authenticated but not connected.' },
  ],
  ['a farewell', { code: 'NoConnection', reason: 'Too many connections' }],
  ['a connection that is cut', { code: 'ECONNRESET' }],
];
for (const [what, raw] of forNow) {
  test(`case a16: ${what} passes, and holds up no jobs`, () => {
    const { why, hint, lasting, busy } = faultOf(raw, account);
    assert.deepEqual({ lasting, busy }, { lasting: false, busy: true }, why);
    assert.doesNotMatch(hint, /correct IMAP_PASSWORD|IMAP_FOLDERS/);
    assert.equal(sourceError(raw, account).code, 'code-source-busy');
  });
}

test('a password that is refused is never sent again, whatever else the server says', () => {
  for (const said of [
    'Invalid credentials (Failure)',
    'Authentication failed. Please try again',
    'Incorrect password, try again later',
    'LOGIN failed.',
  ])
    assert.equal(faultOf(no(said), account).lasting, true, said);
});

test('case a17: a token for another mailbox is named, and no folder', () => {
  const { why, hint } = faultOf(
    { folder: 'INBOX', responseStatus: 'BAD', responseText: 'User is authenticated but not connected.' },
    plain,
  );
  assert.match(`${why} ${hint}`, /to no mailbox.*IMAP_TOKEN is for another mailbox.*lacks the right/);
});

test('a token that is refused is no password that is wrong', () => {
  const { why, hint } = faultOf({ authenticationFailed: true, responseStatus: 'NO' }, plain);
  assert.match(`${why} ${hint}`, /does not take the token.*get a new access token and set IMAP_TOKEN to it/);
  const command = { ...plain, proof: 'IMAP_TOKEN_COMMAND' as const };
  const printed = faultOf({ authenticationFailed: true, responseStatus: 'NO' }, command);
  assert.match(printed.hint, /^see that the token IMAP_TOKEN_COMMAND prints is for the user in IMAP_URL/);
});

test('neither the account nor the password stands in an error, also where the server repeats them', () => {
  const raw = Object.assign(new Error('Command failed'), {
    authenticationFailed: true,
    responseStatus: 'NO',
    responseText: 'No lab@example.com with p4ssw0rd here. ',
    executedCommand: '5 LOGIN "lab@example.com" "(* value hidden *)"',
  });
  const error = sourceError(raw, account);
  assert.match(error.message, /'No \[hidden\] with \[hidden\] here'/);
  assert.doesNotMatch(error.message + error.hint, /lab@|p4ss/);
  assert.doesNotMatch(inspect({ ...raw }), /LOGIN/);
});
