import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CodeSourceError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { accountOf, isLoopback } from './imap-account.ts';
import { faultOf, sourceError } from './imap-fault.ts';
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
  for (const host of ['localhost.example.com', '127.example.com', '10.0.0.1', '0.0.0.0']) assert.ok(!isLoopback(host), host);
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
      (error) => error instanceof CodeSourceError && why.test(error.message) && hint.test(error.hint) && !/p4ssw0rd/.test(inspect(error)),
      url,
    );
  }
  const neither = (error: unknown) => error instanceof CodeSourceError && /IMAP_PASSWORD.*IMAP_TOKEN/.test(error.hint);
  assert.throws(() => imapInbox({ url: 'imaps://lab@imap.example.com' }), neither);
});

const faults: [raw: object, why: RegExp, hint: RegExp, lasting: boolean][] = [
  [{ code: 'ENOTFOUND' }, /host 'imap\.example\.com' is not known/, /IMAP_URL/, false],
  [{ code: 'ECONNREFUSED' }, /nothing listens at imap\.example\.com:993/, /port in IMAP_URL/, false],
  [{ code: 'EHOSTUNREACH' }, /cannot be reached/, /network/, false],
  [{ code: 'CONNECT_TIMEOUT' }, /cannot be reached/, /firewall/, false],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, /signed by nobody this computer trusts/, /IMAP_CA/, true],
  [{ code: 'CERT_HAS_EXPIRED' }, /not valid today/, /clock/, true],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, /for another host/, /host in IMAP_URL/, true],
  [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, /does not speak TLS/, /imap:\/\//, false],
  [{ tlsFailed: true, message: 'Server does not support STARTTLS' }, /no STARTTLS, and the password is not sent/, /imaps:\/\//, true],
  [{ code: 'GREETING_TIMEOUT' }, /does not greet/, /port in IMAP_URL$/, false],
  [{ authenticationFailed: true, responseStatus: 'NO', responseText: 'Invalid' }, /user and password: 'Invalid'/, /IMAP_PASSWORD/, true],
  [{ authenticationFailed: true, serverResponseCode: 'UNAVAILABLE', responseStatus: 'NO' }, /lets nobody in for now/, /in a while/, false],
  [{ authenticationFailed: true, message: 'Login is disabled' }, /takes no password without TLS/, /imaps:/, true],
  [{ message: 'Unsupported authentication mechanism' }, /no way to log in with what IMAP_PASSWORD holds/, /IMAP_TOKEN/, true],
  [{ folder: 'Junk', responseStatus: 'NO', mailboxMissing: true }, /no folder 'Junk'/, /IMAP_FOLDERS/, true],
  [{ folder: 'Junk', responseStatus: 'NO', responseText: 'Busy' }, /'Junk' cannot be read: 'Busy'/, /IMAP_FOLDERS/, false],
  [{ folder: 'Junk', code: 'NoConnection', reason: 'Shutting down' }, /hung up: 'Shutting down'/, /log of the mail server/, false],
];

test('each fault is told with what to mend, and with whether waiting mends it', () => {
  for (const [raw, why, hint, lasting] of faults) {
    const fault = faultOf(raw, account);
    assert.match(fault.why, why);
    assert.match(fault.hint, hint);
    assert.equal(fault.lasting, lasting, fault.why);
  }
});

test('a token that is refused is no password that is wrong', () => {
  const { why, hint } = faultOf({ authenticationFailed: true, responseStatus: 'NO' }, plain);
  assert.match(`${why} ${hint}`, /does not take the token.*IMAP_TOKEN/);
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
