import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CodeSourceError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { accountOf, unusable } from './account.ts';
import { faultOf, inFolder, sourceError } from './fault.ts';
import { passwordHint } from './provider.ts';
import { TokenFault } from './token.ts';

const url = 'imaps://lab%40example.com@imap.example.com';
const account = accountOf({ url, password: new Secret('p4ssw0rd') });
const withToken = accountOf({ url, token: new Secret('t0ken') });
const plain = accountOf({ url: url.replace('imaps', 'imap'), password: new Secret('p4ssw0rd') });
const SERVER = 'imap.example.com:993';
const no = (responseText: string, more: object = {}) => ({
  authenticationFailed: true,
  responseStatus: 'NO',
  responseText,
  ...more,
});

/** Whether waiting mends it: never, or by itself, or the server says that it is for now. */
type Waiting = 'lasting' | 'passing' | 'busy';

suite('a fault of a mail server is said in words, with what to do', () => {
  const cases: [raw: object, why: string, hint: string, waiting: Waiting, of?: typeof account][] = [
    [
      { authenticationFailed: true, message: 'Login is disabled' },
      `${SERVER} takes no password without TLS`,
      'write imaps:// in IMAP_URL',
      'lasting',
    ],
    [
      { tokenEnded: true, responseText: 'Token expired.' },
      `${SERVER} does not take the token any more: 'Token expired'`,
      'a new one is asked for by itself',
      'busy',
    ],
    [
      { folder: 'INBOX', responseStatus: 'NO', responseText: 'User is authenticated but not connected.' },
      `${SERVER} lets the user in, but to no mailbox: 'User is authenticated but not connected'`,
      'it can pass; if it stays so, IMAP_TOKEN is for another mailbox than the user in IMAP_URL, or lacks the right to read it by IMAP',
      'busy',
      withToken,
    ],
    [
      no('', { serverResponseCode: 'INUSE' }),
      `${SERVER} refuses every sign-in for now`,
      'try again in a while; if it stays so, end some of what else reads this mailbox',
      'busy',
    ],
    [
      { message: 'Unsupported authentication mechanism' },
      `${SERVER} offers no way to log in with what IMAP_PASSWORD holds`,
      'set IMAP_TOKEN_COMMAND or IMAP_TOKEN in place of IMAP_PASSWORD',
      'lasting',
    ],
    [
      { message: 'Unsupported authentication mechanism' },
      `${SERVER} offers no way to log in with what IMAP_TOKEN holds`,
      'set IMAP_PASSWORD and leave IMAP_TOKEN empty',
      'lasting',
      withToken,
    ],
    [
      { folder: 'Junk', responseStatus: 'NO', serverResponseCode: 'SERVERBUG' },
      "the folder 'Junk' cannot be read for now",
      'wait a while',
      'busy',
    ],
    [
      { folder: 'Junk', responseStatus: 'NO', mailboxMissing: true },
      "there is no folder 'Junk' in the mailbox",
      'correct IMAP_FOLDERS; empty, it means INBOX and the one for spam',
      'lasting',
    ],
    [
      { folder: 'Junk', responseStatus: 'NO', responseText: 'No such right' },
      "the folder 'Junk' cannot be read: 'No such right'",
      'look into it with a mail program, or leave it out of IMAP_FOLDERS',
      'passing',
    ],
    ...[
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_SIGNATURE_FAILURE',
    ].map((code): [object, string, string, Waiting] => [
      { code },
      `the certificate of ${SERVER} is not signed by an authority that this computer trusts`,
      'set IMAP_CA to the PEM file of the certificate it is signed with, or to its own where it is self-signed',
      'lasting',
    ]),
    ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'].map((code): [object, string, string, Waiting] => [
      { code },
      `the certificate of ${SERVER} is not valid today`,
      "renew it, or set this computer's clock if that is wrong",
      'lasting',
    ]),
    [
      { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      `the certificate of ${SERVER} is for another host`,
      'write the host in IMAP_URL as the certificate names it',
      'lasting',
    ],
    ...['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'].map((code): [object, string, string, Waiting] => [
      { code },
      `${SERVER} does not speak TLS as it is wanted here`,
      'correct the port in IMAP_URL, or write imap:// for STARTTLS',
      'passing',
    ]),
    [
      { code: 'GREETING_TIMEOUT' },
      `${SERVER} does not greet as a mail server does`,
      'correct the port in IMAP_URL',
      'passing',
    ],
    [
      { code: 'GREETING_TIMEOUT' },
      'imap.example.com:143 does not greet as a mail server does',
      'correct the port in IMAP_URL, or write imaps://',
      'passing',
      plain,
    ],
    [
      { tlsFailed: true },
      'imap.example.com:143 offers no STARTTLS, and the password is not sent in clear',
      'write imaps:// in IMAP_URL',
      'lasting',
      plain,
    ],
    // TLS that failed for a reason of its own says that.
    [
      { tlsFailed: true, code: 'CERT_HAS_EXPIRED' },
      `the certificate of ${SERVER} is not valid today`,
      "renew it, or set this computer's clock if that is wrong",
      'lasting',
    ],
    ...['ENOTFOUND', 'EAI_AGAIN'].map((code): [object, string, string, Waiting] => [
      { code },
      "the host 'imap.example.com' is not known",
      "correct it in IMAP_URL, or mend this computer's network",
      'passing',
    ]),
    [
      { code: 'ECONNREFUSED' },
      `nothing listens at ${SERVER}`,
      'correct host and port in IMAP_URL, or start the mail server',
      'passing',
    ],
    ...['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'CONNECT_TIMEOUT', 'ETIMEDOUT'].map(
      (code): [object, string, string, Waiting] => [
        { code },
        `${SERVER} cannot be reached`,
        "correct the host in IMAP_URL, or mend this computer's network or firewall",
        'passing',
      ],
    ),
    [
      { responseStatus: 'BAD', responseText: 'What?' },
      `${SERVER} refused what it was asked: 'What?'`,
      'try again in a while',
      'busy',
    ],
    [
      {},
      `${SERVER} hung up`,
      'try again in a while; if it stays so, look at the log of the mail server',
      'busy',
    ],
    [
      no('Wrong'),
      `${SERVER} does not take the token: 'Wrong'`,
      'get a new access token and set IMAP_TOKEN to it; they last for an hour or so, so set IMAP_TOKEN_COMMAND to a command that prints one',
      'lasting',
      withToken,
    ],
    [
      no('Wrong'),
      `${SERVER} does not take the token: 'Wrong'`,
      'see that the token IMAP_TOKEN_COMMAND prints is for the user in IMAP_URL and for reading mail by IMAP',
      'lasting',
      { ...withToken, proof: 'IMAP_TOKEN_COMMAND' },
    ],
  ];
  for (const [raw, why, hint, waiting, of = account] of cases)
    test(`${JSON.stringify(raw)} at port ${of.port} with ${of.proof}`, () => {
      const fault = faultOf(raw, of);
      assert.deepEqual([fault.why, fault.hint], [why, hint]);
      assert.equal(fault.lasting, waiting === 'lasting');
      assert.equal(fault.busy === true, waiting === 'busy');
      assert.equal(fault.again === true, 'tokenEnded' in raw);
    });
});

test('what a server said is one line of 200 letters, without the account', () => {
  const said = `lab@example.com\r\n\t${'x'.repeat(300)}`;
  assert.equal(
    faultOf({ responseStatus: 'NO', responseText: said }, account).why,
    `${SERVER} refused what it was asked: '[hidden] ${'x'.repeat(191)}'`,
  );
});

test('a token that could not be had says so itself, and for how long', () => {
  for (const lasting of [true, false]) {
    const fault = faultOf(new TokenFault('it ended with 1', 'mend it', lasting), account);
    assert.deepEqual(fault, { why: 'it ended with 1', hint: 'mend it', lasting, busy: !lasting });
    const error = sourceError(new TokenFault('it ended with 1', 'mend it', lasting), account);
    assert.equal(error.code, lasting ? 'code-source' : 'code-source-busy');
    assert.equal(error.hint, 'mend it');
  }
});

test('a fault that has its words already keeps them', () => {
  const closed = unusable('it was closed', 'run the command again');
  assert.equal(sourceError(closed, account), closed);
  const { why, hint, lasting } = faultOf(closed, account);
  assert.deepEqual([why, hint, lasting], [closed.message, 'run the command again', true]);
  assert.ok(closed instanceof CodeSourceError);
});

test('a fault in a folder carries the name of the folder', () => {
  const error = new Error('Command failed');
  assert.throws(
    () => inFolder('Junk')(error),
    (thrown) => thrown === error && (thrown as { folder?: string }).folder === 'Junk',
  );
});

suite('where a password is refused, the hint is that of the provider', () => {
  const hintOf = (host: string, said = '', offersOAuth = false) => passwordHint({ host }, said, offersOAuth);
  const microsoft =
    'Microsoft takes no passwords here any more: set IMAP_TOKEN_COMMAND to a command that prints an OAuth2 token (docs/codes.md)';
  const google =
    "set IMAP_PASSWORD to an app password (https://myaccount.google.com/apppasswords, with two-step verification on), not the account's own; where the organisation allows none, set IMAP_TOKEN_COMMAND (docs/codes.md)";
  const tencent =
    'allow IMAP in the settings of the mailbox on the web, make an authorization code (授权码) there and set IMAP_PASSWORD to it; after many tries, wait an hour';
  const netease =
    'allow IMAP in the settings of the mailbox on the web, make an authorization code (授权密码) there and set IMAP_PASSWORD to it';
  const yandex =
    'allow IMAP in the settings of the mailbox, make an app password in the account and set IMAP_PASSWORD to it';
  const any =
    'correct IMAP_PASSWORD and the user in IMAP_URL; with many providers an app password is needed, and IMAP has to be allowed first';
  for (const [host, hint, said] of [
    ['outlook.office365.com', microsoft],
    ['partner.outlook.cn', microsoft],
    ['mail.lab.example', microsoft, 'Microsoft Exchange'],
    ['imap.gmail.com', google],
    ['mail.lab.example', google, 'Application-specific password required'],
    ['imap.qq.com', tencent],
    ['mail.lab.example', tencent, 'see https://help.mail.qq.com/'],
    ['imap.163.com', netease],
    ['imap.yeah.net', netease],
    ['mail.lab.example', netease, 'contact kefu@188.com'],
    [
      'imap.aol.com',
      'make an app password in the security settings of the account and set IMAP_PASSWORD to it',
    ],
    [
      'imap.mail.me.com',
      'make an app-specific password at https://account.apple.com and set IMAP_PASSWORD to it',
    ],
    ['imap.yandex.ru', yandex],
    ['imap.yandex.com.tr', yandex],
    [
      'imap.mail.ru',
      'make a password for external apps in the security settings of the account and set IMAP_PASSWORD to it',
    ],
    [
      'imap.gmx.net',
      'allow access by POP3 and IMAP in the settings of the mailbox on the web, then correct IMAP_PASSWORD',
    ],
    ['mail.lab.example', any],
    // A name that only ends like one of theirs.
    ['imap.notgmail.com', any],
    ['hotmail.ru', any],
  ] as const)
    test(`${host}${said === undefined ? '' : ` that says "${said}"`}`, () =>
      assert.equal(hintOf(host, said), hint));

  test('with the way to a token where the server offers one', () => {
    assert.equal(
      hintOf('mail.lab.example', '', true),
      `${any}; where the provider takes no passwords any more (as Outlook), set IMAP_TOKEN_COMMAND or IMAP_TOKEN, as the server offers OAuth2`,
    );
    assert.equal(hintOf('imap.yandex.ru', '', true), yandex);
  });

  test('and names the one who can let a program in that is refused as such', () => {
    const { why, hint, lasting } = faultOf(
      { folder: 'INBOX', responseStatus: 'NO', responseText: 'Unsafe Login' },
      account,
    );
    assert.deepEqual([why, lasting], [`${SERVER} refuses this program: 'Unsafe Login'`, true]);
    assert.equal(
      hint,
      'allow IMAP in the settings of the mailbox on the web, and set IMAP_PASSWORD to an authorization code (授权密码) made there; if it stays so, ask the provider (kefu@188.com) to let this mailbox be read by IMAP, or have its mail forwarded to another',
    );
  });
});

test('a sign-in is for now where the server speaks of load, and not where it speaks of the password', () => {
  for (const said of [
    'Too many simultaneous connections',
    'Maximum connections reached',
    'connection limit exceeded: number of your connections',
    'Bandwidth used up',
    'Rate-limit',
    'Overloaded',
    'System error',
    'Shutting down',
    'Not connected',
    'Temporary failure',
  ])
    assert.equal(faultOf(no(said), account).busy, true, said);
  for (const said of ['Service unavailable: access denied', 'Server busy: wrong credentials', 'Go away'])
    assert.equal(faultOf(no(said), account).lasting, true, said);
});
