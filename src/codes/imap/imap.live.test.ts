import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { ImapFlow } from 'imapflow';
import { systemClock, type Clock } from '../../clock.ts';
import { CodeSourceError } from '../../errors.ts';
import { freePort } from '../../port.ts';
import { Secret } from '../../secret.ts';
import { CodeMatcher } from '../matcher.ts';
import { dovecotMissing, startDovecot, type Dovecot } from '../../live/dovecot.ts';
import { assertSince } from '../../live/moment.ts';
import { imapInbox, type ImapOptions } from './imap.ts';
import type { InboxEvent, Message } from '../inbox.ts';
import type { Baseline, Position } from '../source.ts';

const live = { skip: dovecotMissing() };
const junk = 'namespace inbox {\n mailbox Junk {\n auto = create\n special_use = \\Junk\n }\n}';
const password = new Secret('secret');

let dovecot: Dovecot;
before(async () => {
  if (!live.skip) dovecot = await startDovecot({ settings: junk });
});
after(() => dovecot?.close());

const at = (port: number, scheme = 'imaps', host = 'localhost') =>
  `${scheme}://lab%40example.com@${host}:${port}`;
const options = (port = dovecot.imapsPort): ImapOptions => ({ url: at(port), password, ca: dovecot.ca });
const mail = (id: string, text = 'hello') =>
  `From: noreply@notice.xiaomi.com\nTo: lab@example.com\nMessage-ID: <${id}@test>\n\n${text}\n`;
const refused = (why: RegExp, hint: RegExp) => (error: unknown) =>
  error instanceof CodeSourceError &&
  why.test(error.message) &&
  hint.test(error.hint) &&
  !/lab@|secret|guess/.test(inspect(error));

/** What comes, in order; `next` waits for it. */
function arrivals<T>() {
  const all: T[] = [];
  let taken = 0;
  let came = Promise.withResolvers<void>();
  const add = (one: T) => {
    all.push(one);
    came.resolve();
    came = Promise.withResolvers();
  };
  const next = async (fits: (one: T) => boolean = () => true): Promise<T> => {
    for (;;) {
      for (const one of all.slice(taken)) if ((taken++, fits(one))) return one;
      await came.promise;
    }
  };
  return { all, add, next };
}

/** A client that may write to the mailbox, until the test ends. */
async function connected(t: TestContext): Promise<ImapFlow> {
  const auth = { user: 'lab@example.com', pass: password.reveal() };
  const client = new ImapFlow({
    host: 'localhost',
    port: dovecot.imapsPort,
    secure: true,
    auth,
    tls: { ca: dovecot.ca },
    logger: false,
  });
  await client.connect();
  t.after(() => client.close());
  return client;
}

/** An inbox that is followed from where it stands, or from elsewhere, until the test ends. */
async function followed(t: TestContext, settings: ImapOptions = options(), from?: Position) {
  const events = arrivals<InboxEvent>();
  const messages = arrivals<Message>();
  const inbox = imapInbox({ ...settings, onEvent: events.add });
  const stop = new AbortController();
  const start = from ?? (await inbox.position());
  const over = inbox.follow(start, messages.add, stop.signal);
  over.catch(() => undefined);
  t.after(async () => {
    stop.abort();
    await over.catch(() => undefined);
  });
  return { inbox, start, messages, events, over, stop };
}

/** The way to a server, which can be cut, and can garble a word where nothing is encrypted. */
async function relay(t: TestContext, target: number) {
  const sockets = new Set<Socket>();
  let opened = 0;
  let heard = '';
  let shut = false;
  let garbled: string | undefined;
  const server = createServer((client) => {
    opened++;
    if (shut) return void client.destroy();
    const there = connect(target, '127.0.0.1');
    client.on('data', (data) => {
      const said = data.toString('latin1');
      heard += said;
      there.write(garbled === undefined ? said : said.replace(garbled, 'NOTHING'), 'latin1');
    });
    for (const [one, other] of [
      [client, there],
      [there, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => (other.destroy(), sockets.delete(one)));
    }
    there.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (stay = false) => {
    shut = stay;
    sockets.forEach((socket) => socket.destroy());
  };
  const quiet = async () => {
    for (const socket of sockets)
      if (!socket.closed) await new Promise((closed) => socket.once('close', closed));
  };
  t.after(() => (server.close(), cut()));
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    quiet,
    garble: (word?: string) => (garbled = word),
    heard: () => heard,
    opened: () => opened,
    open: () => sockets.size / 2,
    /** How many of the connections of this moment are still open. */
    standing: () => {
      const all = [...sockets];
      return () => all.filter((socket) => sockets.has(socket)).length / 2;
    },
  };
}

test('a check tells who is in and where it looks, over TLS and over STARTTLS', live, async () => {
  const said = 'logged in as lab@example.com, looking into INBOX and Junk, IDLE';
  assert.equal(await imapInbox(options()).check(), said);
  assert.equal(
    await imapInbox({ ...options(), url: at(dovecot.imapsPort, 'imaps', '127.0.0.1') }).check(),
    said,
  );
  assert.equal(await imapInbox({ ...options(), url: at(dovecot.imapPort, 'imap') }).check(), said);
  assert.match(await imapInbox({ ...options(), folders: ['Junk'] }).check(), /looking into Junk,/);
});

test('only what comes after the position is delivered, and it stays unread', live, async (t) => {
  await dovecot.deliver(mail('before', '111111'));
  const before = Date.now();
  const { messages, start } = await followed(t);
  await dovecot.deliver(mail('after', '222222'));
  const { from, to, text, receivedAt, sentAt, stream, number } = await messages.next();
  assert.deepEqual(
    { from, to, text: text.trim() },
    { from: 'noreply@notice.xiaomi.com', to: ['lab@example.com'], text: '222222' },
  );
  assertSince(before, receivedAt);
  assert.equal(sentAt, receivedAt);
  assert.equal(number, start[stream]);
  assert.doesNotMatch(await dovecot.doveadm('fetch', 'flags', 'mailbox', 'INBOX', 'all'), /Seen/);
});

test(
  'a position counts mail that has not been announced yet, while following and before',
  live,
  async (t) => {
    const { inbox, start, messages } = await followed(t);
    const [stream = ''] = Object.keys(start).filter((name) => name.startsWith('INBOX/'));
    const first = start[stream] ?? 0;
    for (const more of [1, 2, 3]) {
      await dovecot.deliver(mail(`unannounced-${more}`));
      assert.deepEqual(
        await Promise.all([inbox.position(), inbox.position()]),
        Array(2).fill({ ...start, [stream]: first + more }),
      );
    }
    for (const more of [0, 1, 2]) assert.equal((await messages.next()).number, first + more);
  },
);

test(
  'mail in the folder for spam is found, and is the same one when it is moved to INBOX',
  live,
  async (t) => {
    const { messages } = await followed(t);
    await dovecot.deliver(mail('spam', '333333'), 'Junk');
    const spam = await messages.next();
    assert.match(spam.stream, /^Junk\//);
    await dovecot.doveadm('move', 'INBOX', 'mailbox', 'Junk', 'all');
    const moved = await messages.next();
    assert.match(moved.stream, /^INBOX\//);
    assert.equal(moved.id, spam.id);
  },
);

test(
  'case a11: an old mail that is put among newer ones is known, whatever the time is here',
  live,
  async (t) => {
    await dovecot.deliver(mail('newest', '444444'));
    const { messages } = await followed(t, {
      ...options(),
      clock: { ...systemClock, now: () => Date.now() + 1800_000 },
    });
    await (
      await connected(t)
    ).append('INBOX', mail('put-here', '555555'), [], new Date(Date.now() - 300_000));
    await dovecot.deliver(mail('fresh', '666666'));
    const moved = [await messages.next(), await messages.next()].map((one) => [
      one.text.trim(),
      one.moved ?? false,
    ]);
    assert.deepEqual(moved, [
      ['555555', true],
      ['666666', false],
    ]);
  },
);

test('a folder for spam that is made with the first mail for it is found', live, async (t) => {
  const late = await startDovecot({ settings: junk.replace('auto = create', '') });
  t.after(() => late.close());
  const clock: Clock = {
    ...systemClock,
    sleep: (ms, why, signal) => systemClock.sleep(why === 'a folder for spam' ? 20 : ms, why, signal),
  };
  const settings = { url: at(late.imapsPort), password, ca: late.ca, clock };
  const { inbox, start, messages } = await followed(t, settings);
  assert.equal(Object.keys(start).length, 1);
  await late.deliver(mail('late-spam', '444444'), 'Junk');
  assert.match((await messages.next()).stream, /^Junk\//);
  assert.equal(Object.keys(await inbox.position()).length, 2);
});

test(
  'a cut connection is opened again, with one connection to a folder, and nothing is missed',
  live,
  async (t) => {
    const way = await relay(t, dovecot.imapsPort);
    const { inbox, messages, events } = await followed(t, options(way.port));
    for (const name of ['cut-1', 'cut-2']) {
      way.cut();
      await events.next(({ kind }) => kind === 'lost');
      await dovecot.deliver(mail(name, name));
      assert.equal((await messages.next()).text.trim(), name);
    }
    way.cut();
    await Promise.all(Array.from({ length: 20 }, () => inbox.position()));
    assert.equal(way.open(), 2);
    assert.equal(way.opened(), 8);
  },
);

test(
  'a hundred who wait at the same time get their own code each, over one connection to a folder',
  live,
  async (t) => {
    const way = await relay(t, dovecot.imapsPort);
    const desk = new CodeMatcher(imapInbox(options(way.port)), {
      clock: systemClock,
      allowed: { mail: ['xiaomi.com'], sms: [] },
      claim: async () => true,
    });
    t.after(() => desk.close());
    const phones = Array.from({ length: 100 }, (_, n) => ({
      address: `lab+${n}@example.com`,
      code: String(100_000 + n * 7919),
    }));
    const since = await Promise.all(phones.map(() => desk.baseline()));
    const waiting = phones.map(({ address }, n) =>
      desk.waitForCode({ since: since[n] as Baseline, address, timeoutMs: 30_000 }),
    );
    const sender = await connected(t);
    // The last one who asked is sent his code first.
    for (const { address, code } of phones.toReversed()) {
      await sender.append(
        'INBOX',
        `From: noreply@notice.xiaomi.com\r\nTo: ${address}\r\n\r\nYour code is ${code}.\r\n`,
      );
    }
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ code }) => code.reveal()),
      phones.map(({ code }) => code),
    );
    assert.equal(way.opened(), 2);
  },
);

test('once it is closed nothing is opened again, whatever is still being asked', live, async (t) => {
  const way = await relay(t, dovecot.imapsPort);
  const inbox = imapInbox(options(way.port));
  await inbox.position();
  // The second is asked when the first has been answered.
  const asked = [inbox.position(), inbox.position()];
  await inbox.close();
  for (const one of asked) await assert.rejects(one, CodeSourceError);
  await way.quiet();
  assert.equal(way.opened(), 2);
});

test('mail that comes while the server is down is delivered when it is back', live, async (t) => {
  const { inbox, messages, events, stop, over } = await followed(t);
  await dovecot?.stop();
  t.after(() => dovecot.start());
  await events.next(({ kind }) => kind === 'lost');
  await assert.rejects(inbox.position(), refused(/nothing listens/, /IMAP_URL/));
  await dovecot.deliver(mail('down', '444444'));
  await dovecot.deliver(mail('down-spam', '555555'), 'Junk');
  await dovecot.start();
  const texts = [await messages.next(), await messages.next()].map(({ text }) => text.trim());
  assert.deepEqual(texts.sort(), ['444444', '555555']);
  await dovecot?.stop();
  await events.next(({ kind }) => kind === 'lost');
  stop.abort();
  await over;
});

test('following can begin while the server is down', live, async (t) => {
  const start = await imapInbox(options()).position();
  await dovecot?.stop();
  const { messages, events } = await followed(t, options(), start);
  await events.next(({ kind }) => kind === 'lost');
  await dovecot.deliver(mail('early', '666666'));
  await dovecot.start();
  assert.equal((await messages.next()).text.trim(), '666666');
});

test('a password that is no longer taken ends it, after one try to a folder', live, async (t) => {
  const way = await relay(t, dovecot.imapsPort);
  const { over, events } = await followed(t, options(way.port));
  const before = way.opened();
  await dovecot.setPassword('changed since');
  t.after(() => dovecot.setPassword('secret'));
  way.cut();
  await assert.rejects(over, refused(/does not take the user and password/, /IMAP_PASSWORD/));
  assert.ok(way.opened() - before <= 2);
  assert.equal(events.all.at(-1)?.kind, 'refused');
  await way.quiet();
});

test('a folder whose mails are numbered anew is read on', live, async (t) => {
  const way = await relay(t, dovecot.imapsPort);
  const { messages, inbox } = await followed(t, options(way.port));
  way.cut(true);
  await dovecot.doveadm('mailbox update', '--uid-validity', '12345', 'INBOX');
  await dovecot.deliver(mail('renumbered', '777777'));
  await dovecot.deliver(mail('after that', 'hello'));
  way.cut(false);
  const { stream } = await messages.next(({ text }) => text.trim() === '777777');
  assert.equal(stream, 'INBOX/12345');
  assert.ok('INBOX/12345' in (await inbox.position()));
});

test('what cannot be used is named, with the setting to mend', live, async () => {
  const wrong: [settings: Partial<ImapOptions>, why: RegExp, hint: RegExp][] = [
    [{ password: new Secret('a guess') }, /does not take the user and password/, /IMAP_PASSWORD/],
    [{ ca: undefined }, /not signed by an authority that this computer trusts/, /IMAP_CA/],
    [
      { ca: undefined, url: at(dovecot.imapPort, 'imap') },
      /not signed by an authority that this computer trusts/,
      /IMAP_CA/,
    ],
    [{ folders: ['INBOX', 'Codes'] }, /no folder 'Codes'/, /IMAP_FOLDERS/],
    [{ url: at(dovecot.imapPort) }, /does not speak TLS/, /imap:\/\//],
    [{ url: at(await freePort()) }, /nothing listens/, /IMAP_URL/],
    [{ token: new Secret('a guess') }, /no way to log in with what IMAP_TOKEN holds/, /IMAP_PASSWORD/],
  ];
  for (const [settings, why, hint] of wrong) {
    const inbox = imapInbox({ ...options(), ...settings });
    await assert.rejects(inbox.check(), refused(why, hint));
    await assert.rejects(inbox.position(), refused(why, hint));
    await inbox.close();
  }
});

test('a test mail arrives as others do, and is taken out again', live, async (t) => {
  const { inbox, messages } = await followed(t);
  const undo = await inbox.send?.({
    from: 'noreply@notice.xiaomi.com',
    to: 'lab@example.com',
    text: '验证码 888888',
  });
  const { from, text } = await messages.next();
  assert.equal(from, 'noreply@notice.xiaomi.com');
  assert.match(text, /验证码 888888/);
  await undo?.();
  assert.doesNotMatch(
    await dovecot.doveadm('fetch', 'hdr.subject', 'mailbox', 'INBOX', 'all'),
    /Verification code/,
  );
});

test('the clock of the server is read, and nothing stays in the mailbox', live, async () => {
  const subjects = () => dovecot.doveadm('fetch', 'hdr.subject', 'mailbox', 'INBOX', 'all');
  const before = await subjects();
  const began = Date.now();
  const theirs = await imapInbox(options()).serverTime?.();
  assertSince(began, theirs);
  assert.equal(await subjects(), before);
});

test('a server that does not answer holds nobody up who leaves', live, async (t) => {
  const silent = createServer((socket) => void socket.on('error', () => undefined));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const inbox = imapInbox(options((silent.address() as AddressInfo).port));
  const leave = new AbortController();
  const asked = [inbox.position(leave.signal), inbox.check(leave.signal)].map((one) =>
    assert.rejects(one, { name: 'AbortError' }),
  );
  const over = inbox.follow({}, () => undefined, leave.signal);
  await once(silent, 'connection');
  leave.abort();
  await Promise.all([...asked, over]);
});

test(
  'without TLS only this computer is given the password, without IDLE mail is asked for',
  live,
  async (t) => {
    const settings = 'ssl = no\ndisable_plaintext_auth = no\nimap_capability = IMAP4rev1 UIDPLUS';
    const plain = await startDovecot({ settings });
    t.after(() => plain.close());
    const way = await relay(t, plain.imapPort);
    // Not a name of loopback, though it leads there.
    const elsewhere = imapInbox({ url: at(way.port, 'imap', '0.0.0.0'), password });
    await assert.rejects(
      elsewhere.check(),
      refused(/offers no STARTTLS, and the password is not sent in clear/, /imaps:/),
    );
    assert.doesNotMatch(way.heard(), /LOGIN|AUTHENTICATE/);

    const near = { url: at(way.port, 'imap'), password };
    assert.match(
      await imapInbox(near).check(),
      /looking into INBOX, asking every 2 s, as the server has no IDLE/,
    );
    await plain.deliver(mail('first'), 'Spam');
    const { inbox, messages } = await followed(t, near);
    await plain.deliver(mail('polled', '999999'));
    assert.equal((await messages.next()).text.trim(), '999999');
    await plain.deliver(mail('polled-spam', '000000'), 'Spam');
    assert.match((await messages.next()).stream, /^Spam\//);

    way.garble('EXAMINE');
    const still = way.standing();
    assert.equal(still(), 2);
    await assert.rejects(inbox.position(), refused(/cannot be read/, /IMAP_FOLDERS/));
    // Without an open folder a connection announces no mail: the one that failed is gone with its answer.
    assert.ok(still() < 2);
    way.garble();
    await plain.deliver(mail('after a question that failed', '121212'));
    assert.equal((await messages.next()).text.trim(), '121212');
    assert.doesNotMatch(way.heard(), /IDLE/);
  },
);

test('an access token opens the mailbox, a wrong one does not', live, async (t) => {
  const keys = mkdtempSync(join(tmpdir(), 'dovecot-keys-'));
  t.after(() => rmSync(keys, { recursive: true }));
  const key = join(keys, 'default/HS256/default');
  mkdirSync(dirname(key), { recursive: true });
  writeFileSync(key, Buffer.from('signing key').toString('base64'));
  const checked = `introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix=${keys}/\nusername_attribute = sub\n`;
  writeFileSync(join(keys, 'oauth2.conf'), checked);
  chmodSync(keys, 0o755);
  const settings = `auth_mechanisms = xoauth2 oauthbearer\npassdb {\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = ${keys}/oauth2.conf\n}`;
  const server = await startDovecot({ settings });
  t.after(() => server.close());

  const tokenOf = (signedWith: string) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      sub: server.user,
      iat: Math.floor(Date.now() / 1000),
      exp: Math.floor(Date.now() / 1000) + 600,
    };
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
    return new Secret(`${signed}.${createHmac('sha256', signedWith).update(signed).digest('base64url')}`);
  };
  const login = (token: Secret) => imapInbox({ url: at(server.imapsPort), token, ca: server.ca });
  assert.match(await login(tokenOf('signing key')).check(), /^logged in as lab@example\.com/);
  await assert.rejects(
    login(tokenOf('another key')).check(),
    refused(/does not take the token/, /IMAP_TOKEN/),
  );
});
