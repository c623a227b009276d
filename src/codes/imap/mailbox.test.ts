import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { Secret } from '../../secret.ts';
import type { InboxEvent, Message } from '../inbox.ts';
import type { Position } from '../source.ts';
import { imapInbox, type ImapOptions } from './imap.ts';
import { startImapFake, type ImapFakeOptions } from './server-fake.ts';

const NOW = new Date('2026-03-02T10:00:00.000Z');
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const mail = (code: number) =>
  `From: Xiaomi <noreply@notice.xiaomi.com>\r\nTo: lab@example.com\r\n\r\nYour code is ${code}.\r\n`;
const codesOf = (messages: readonly Message[]) => messages.map(({ text }) => /\d{6}/.exec(text)?.[0]);

/** Stands at NOW, and keeps what was slept for. A folder for spam is looked for only where `spam` says so. */
function still(spam = false) {
  const slept: [ms: number, why: string][] = [];
  const clock: Clock = {
    now: () => NOW.getTime(),
    elapsed: () => slept.reduce((sum, [ms]) => sum + ms, 0),
    async sleep(ms, why, signal) {
      signal?.throwIfAborted();
      if (why === 'a folder for spam' && !spam)
        await new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      slept.push([ms, why]);
      await new Promise((turn) => setImmediate(turn));
    },
  };
  return { clock, slept };
}

async function arrange(t: TestContext, options: ImapFakeOptions = {}, settings: Partial<ImapOptions> = {}) {
  const fake = await startImapFake({ clock: () => NOW, ...options });
  t.after(() => fake.stop());
  const events: InboxEvent[] = [];
  const inbox = imapInbox({
    url: `imap://lab%40example.com@127.0.0.1:${fake.port}`,
    password: new Secret('p4ssw0rd'),
    onEvent: (event) => events.push(event),
    clock: still().clock,
    read: async (raw, arrival) => ({
      ...arrival,
      channel: 'mail',
      from: '',
      to: [],
      text: Buffer.from(raw).toString(),
    }),
    ...settings,
  });
  t.after(() => inbox.close());

  function follow(from: Position) {
    const messages: Message[] = [];
    const stop = new AbortController();
    let look = () => {};
    const following = inbox.follow(from, (message) => (messages.push(message), look()), stop.signal);
    following.catch(() => undefined);
    t.after(() => (stop.abort(), following.catch(() => undefined)));
    const until = (count: number) =>
      new Promise<void>((resolve) => {
        look = () => void (messages.length >= count && resolve());
        look();
      });
    return { messages, until, following, end: async () => (stop.abort(), following) };
  }

  const was = async (what: () => boolean) => {
    while (!what()) await after(2);
  };
  return { fake, inbox, events, follow, was };
}

suite('the check of a mailbox', () => {
  test('names the user, the folders and how it hears of mail, and hangs up', async (t) => {
    const { fake, inbox, was } = await arrange(t);
    fake.folders['Junk'] = { use: '\\Junk', validity: 9, next: 1, mails: [] };
    assert.equal(await inbox.check(), 'logged in as lab@example.com, looking into INBOX and Junk, IDLE');
    await was(() => fake.connections() === 0);
  });

  test('says so where the server has no IDLE, and looks into the folders that are set', async (t) => {
    const { fake, inbox } = await arrange(t, { capabilities: '' }, { folders: ['Codes', 'INBOX'] });
    fake.folders['Codes'] = { validity: 9, next: 1, mails: [] };
    assert.equal(
      await inbox.check(),
      'logged in as lab@example.com, looking into Codes and INBOX, asking every 2 s, as the server has no IDLE',
    );
    assert.deepEqual(
      fake.commands.filter((command) => /^(EXAMINE|SELECT)/.test(command)),
      ['EXAMINE Codes', 'EXAMINE INBOX'],
    );
  });

  test('names a folder that is missing', async (t) => {
    const { inbox } = await arrange(
      t,
      { says: (command) => (/EXAMINE Codes/.test(command) ? 'TAG NO [NONEXISTENT] none\r\n' : undefined) },
      { folders: ['Codes'] },
    );
    await assert.rejects(inbox.check(), { message: /the folder 'Codes'|no folder 'Codes'/ });
  });

  test('leaves out a folder for spam that can hold no mail', async (t) => {
    const { fake, inbox } = await arrange(t);
    fake.folders['Junk'] = { use: '\\Junk \\Noselect', validity: 9, next: 1, mails: [] };
    assert.match(await inbox.check(), /looking into INBOX, IDLE$/);
  });

  test('ends with its signal, and begins none where that has ended', async (t) => {
    const { fake, inbox, was } = await arrange(t, {
      says: (command) => (command.startsWith('EXAMINE') ? '' : undefined),
    });
    await assert.rejects(inbox.check(AbortSignal.abort(new Error('enough'))), /enough/);
    assert.deepEqual(fake.commands, []);
    const stop = new AbortController();
    const checking = inbox.check(stop.signal);
    checking.catch(() => undefined);
    await was(() => fake.commands.some((command) => command.startsWith('EXAMINE')));
    stop.abort(new Error('enough'));
    await assert.rejects(checking, /enough/);
    await was(() => fake.connections() === 0);
  });
});

suite('the time of a mail server', () => {
  test('is when it got a mail, which is taken out again, and it alone', async (t) => {
    const { fake, inbox, was } = await arrange(t);
    const other = fake.add('INBOX', mail(111111), ago(0), ['\\Deleted']);
    assert.equal(await inbox.serverTime?.(), NOW.getTime());
    assert.deepEqual(fake.folders['INBOX']?.mails, [other]);
    assert.ok(fake.commands.some((command) => /^APPEND INBOX \(\\Seen\)/.test(command)));
    await was(() => fake.connections() === 0);
  });

  test('is not known where the mail is not found', async (t) => {
    const { inbox } = await arrange(t, {
      says: (command) => (/SEARCH/.test(command) ? '* SEARCH\r\nTAG OK done\r\n' : undefined),
    });
    assert.equal(await inbox.serverTime?.(), undefined);
  });

  test('marks its mail as deleted and takes out none where others would go with it', async (t) => {
    const { fake, inbox } = await arrange(t, { capabilities: 'IDLE' });
    const other = fake.add('INBOX', mail(111111), ago(0), ['\\Deleted']);
    assert.equal(await inbox.serverTime?.(), NOW.getTime());
    const [first, own] = fake.folders['INBOX']?.mails ?? [];
    assert.equal(first, other);
    assert.deepEqual(own?.flags, ['\\Seen', '\\Deleted']);
    assert.ok(!fake.commands.some((command) => /EXPUNGE/.test(command)));
    assert.match(own?.raw ?? '', /^To: clock@mi-unbind\.invalid\r$/m);
  });
});

test('a message that is sent lies unread in INBOX, and is taken away again', async (t) => {
  const { fake, inbox } = await arrange(t);
  const takeAway = await inbox.send?.({
    from: 'test@xiaomi.com',
    to: 'owner@example.com',
    text: 'Your code is 482913.',
  });
  const [sent, ...more] = fake.folders['INBOX']?.mails ?? [];
  assert.deepEqual([more, sent?.flags], [[], []]);
  assert.match(
    sent?.raw ?? '',
    /^From: test@xiaomi\.com\r\nTo: owner@example\.com\r\nSubject: Verification code\r\n/,
  );
  assert.match(sent?.raw ?? '', /\r\n\r\nYour code is 482913\.\r\n$/);
  fake.add('INBOX', mail(111111));
  await takeAway?.();
  assert.deepEqual(
    fake.folders['INBOX']?.mails.map(({ uid }) => uid),
    [2],
  );
});

suite('the position in a mailbox', () => {
  test('is the number of the next mail of each folder, and its folder is opened for reading only', async (t) => {
    const { fake, inbox } = await arrange(t);
    fake.folders['Junk'] = { use: '\\Junk', validity: 9, next: 5, mails: [] };
    fake.add('INBOX', mail(111111));
    assert.deepEqual(await inbox.position(), { 'INBOX/7': 2, 'Junk/9': 5 });
    fake.add('INBOX', mail(222222));
    assert.deepEqual(await inbox.position(), { 'INBOX/7': 3, 'Junk/9': 5 });
    assert.ok(!fake.commands.some((command) => /^SELECT|STORE/.test(command)));
  });

  test('is asked for once by many at the same time, over one connection for each folder', async (t) => {
    const { fake, inbox } = await arrange(t, {}, { folders: ['INBOX', 'INBOX'] });
    const all = await Promise.all([inbox.position(), inbox.position(), inbox.position()]);
    assert.deepEqual(new Set(all.map((one) => JSON.stringify(one))), new Set(['{"INBOX/7":1}']));
    assert.equal(fake.connections(), 1);
    assert.ok(fake.commands.filter((command) => command.startsWith('EXAMINE')).length <= 3);
  });

  test('is not waited for once it is stopped', async (t) => {
    const { inbox } = await arrange(t);
    await assert.rejects(inbox.position(AbortSignal.abort(new Error('enough'))), /enough/);
  });

  test('is asked for again while the server has too much to do, with longer pauses, for half a minute', async (t) => {
    const { clock, slept } = still();
    let refusals = Infinity;
    const { inbox, events } = await arrange(
      t,
      {
        says: (command) =>
          command.startsWith('LOGIN') && refusals-- > 0 ? 'TAG NO [UNAVAILABLE] later\r\n' : undefined,
      },
      { clock },
    );
    await assert.rejects(inbox.position(), {
      code: 'code-source-busy',
      message: /refuses every sign-in for now: 'later'/,
    });
    assert.deepEqual(slept, [
      [2000, 'the mail server'],
      [4000, 'the mail server'],
      [8000, 'the mail server'],
      [16_000, 'the mail server'],
    ]);
    assert.deepEqual(
      events.map((event) => [event.kind, 'what' in event && event.what.replace(/:\d+/, ':PORT')]),
      [['lost', "INBOX at 127.0.0.1: 127.0.0.1:PORT refuses every sign-in for now: 'later'"]],
    );
    refusals = 1;
    assert.deepEqual(await inbox.position(), { 'INBOX/7': 1 });
  });

  test('of an inbox that was closed is refused, and opens no connection', async (t) => {
    const { fake, inbox } = await arrange(t);
    await inbox.close();
    await assert.rejects(inbox.position(), {
      message: /it was closed while it was asked/,
      hint: 'run the command again',
    });
    assert.equal(fake.connections(), 0);
  });
});

suite('a mailbox that is followed', () => {
  test('delivers what came from the position on, and what comes, unread as it is', async (t) => {
    const { fake, inbox, events, follow, was } = await arrange(t);
    fake.add('INBOX', mail(111111));
    const position = await inbox.position();
    fake.add('INBOX', mail(222222));
    const { messages, until } = follow(position);
    await until(1);
    await was(() => fake.idlers() === 1);
    fake.add('INBOX', mail(333333));
    await until(2);
    assert.deepEqual(codesOf(messages), ['222222', '333333']);
    assert.deepEqual(
      messages.map(({ id, stream, number, receivedAt, sentAt, moved }) => [
        id,
        stream,
        number,
        receivedAt,
        sentAt,
        moved,
      ]),
      [2, 3].map((uid) => [
        `INBOX/7/${uid}/${NOW.getTime()}`,
        'INBOX/7',
        uid,
        NOW.getTime(),
        NOW.getTime(),
        undefined,
      ]),
    );
    assert.deepEqual(events, [{ kind: 'connected', what: 'INBOX at 127.0.0.1' }]);
    assert.deepEqual(
      fake.folders['INBOX']?.mails.map(({ flags }) => flags),
      [[], [], []],
    );
    assert.ok(!fake.commands.some((command) => /^SELECT|STORE|BODY\[/.test(command)));
  });

  for (const [what, before, at, moved] of [
    ['a minute older than the one before', ago(0), ago(60_000), undefined],
    ['more than a minute older', ago(0), ago(61_000), true],
    ['an hour old with no other to tell', undefined, ago(3_600_000), undefined],
    ['more than an hour old with no other to tell', undefined, ago(3_601_000), true],
    ['old among others that are', ago(9_000_000), ago(9_000_000), undefined],
  ] as const)
    test(`says of a mail that is ${what} ${moved ? 'that it was moved here' : 'nothing more'}`, async (t) => {
      const { fake, inbox, follow } = await arrange(t);
      if (before) fake.add('INBOX', mail(111111), before);
      const position = await inbox.position();
      fake.add('INBOX', mail(222222), at);
      const { messages, until } = follow(position);
      await until(1);
      assert.equal(messages[0]?.moved, moved);
    });

  test('looks at the times of the twenty mails before, and not of more', async (t) => {
    const { fake, inbox, follow } = await arrange(t);
    fake.add('INBOX', mail(100_000), ago(0));
    for (let number = 1; number <= 20; number++) fake.add('INBOX', mail(100_000 + number), ago(9_000_000));
    const position = await inbox.position();
    fake.add('INBOX', mail(222222), ago(8_000_000));
    const { messages, until } = follow(position);
    await until(1);
    assert.equal(messages[0]?.moved, undefined);
    assert.ok(fake.commands.includes('UID FETCH 2:21 (UID INTERNALDATE)'), fake.commands.join('\n'));
  });

  test('reads two days back in a folder whose mails were numbered anew', async (t) => {
    const asked: string[] = [];
    const { fake, follow, was } = await arrange(t, {
      says: (command) => {
        if (/SEARCH/.test(command)) asked.push(command);
        return undefined;
      },
    });
    fake.add('INBOX', mail(111111), ago(9_000_000));
    follow({ 'INBOX/6': 40 });
    await was(() => asked.length > 0);
    assert.match(asked[0] ?? '', /SINCE 28-Feb-2026/i);
  });

  test('also looks into a folder for spam that is made later', async (t) => {
    const { clock, slept } = still(true);
    const { fake, inbox, follow, was } = await arrange(t, {}, { clock });
    const { messages, until } = follow(await inbox.position());
    await was(() => slept.length > 1);
    assert.deepEqual(slept[0], [10_000, 'a folder for spam']);
    fake.folders['Junk'] = { use: '\\Junk', validity: 9, next: 1, mails: [] };
    fake.add('Junk', mail(482913));
    await until(1);
    assert.deepEqual(codesOf(messages), ['482913']);
  });

  test('looks for no such folder where folders are set', async (t) => {
    const { clock, slept } = still(true);
    const { fake, inbox, follow, was } = await arrange(t, {}, { clock, folders: ['INBOX'] });
    follow(await inbox.position());
    await was(() => fake.idlers() === 1);
    assert.deepEqual(slept, []);
  });

  test('goes on where its connection was cut, and says once that it is lost', async (t) => {
    const { fake, inbox, events, follow, was } = await arrange(t, {}, { folders: ['INBOX'] });
    const { messages, until } = follow(await inbox.position());
    await was(() => fake.idlers() === 1);
    fake.cut();
    fake.add('INBOX', mail(111111));
    await until(1);
    await was(() => fake.idlers() === 1);
    fake.add('INBOX', mail(222222));
    await until(2);
    assert.deepEqual(codesOf(messages), ['111111', '222222']);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['connected', 'lost', 'connected'],
    );
    assert.match((events[1] as { what: string }).what, /^INBOX at 127\.0\.0\.1: 127\.0\.0\.1:\d+ hung up/);
  });

  test('ends at once with a password that is refused, which is sent once', async (t) => {
    const { fake, events, follow } = await arrange(
      t,
      {
        says: (command) =>
          command.startsWith('LOGIN') ? 'TAG NO [AUTHENTICATIONFAILED] Invalid\r\n' : undefined,
      },
      { folders: ['INBOX', 'Codes'] },
    );
    fake.folders['Codes'] = { validity: 9, next: 1, mails: [] };
    await assert.rejects(follow({}).following, {
      code: 'code-source',
      message: /does not take the user and password: 'Invalid'/,
    });
    assert.ok(events.length > 0);
    assert.ok(events.every(({ kind }) => kind === 'refused'));
    assert.ok(fake.commands.filter((command) => command.startsWith('LOGIN')).length <= 2);
  });

  test('ends with the first of its folders that cannot be read for good', async (t) => {
    const { fake, follow, was } = await arrange(t, {}, { folders: ['INBOX', 'Codes'] });
    await assert.rejects(follow({}).following, {
      message: /there is no folder 'Codes' in the mailbox|the folder 'Codes'/,
      hint: /IMAP_FOLDERS/,
    });
    await was(() => fake.connections() === 0);
  });

  test('asks for its folders over the connection that then reads INBOX', async (t) => {
    const { fake, follow, was } = await arrange(t);
    fake.folders['Junk'] = { use: '\\Junk', validity: 9, next: 1, mails: [] };
    follow({});
    await was(() => fake.idlers() === 2);
    assert.equal(fake.commands.filter((command) => command.startsWith('LOGIN')).length, 2);
  });

  test('rests longer and longer while the server hangs up, and longer still while it has too much to do', async (t) => {
    const pausesOf = async (says: string, count: number) => {
      const { clock, slept } = still();
      const slow: Clock = { ...clock, elapsed: () => 0 };
      const { follow, was } = await arrange(
        t,
        { says: (command) => (command.startsWith('LOGIN') ? says : undefined) },
        { clock: slow, folders: ['INBOX'] },
      );
      const { end } = follow({});
      await was(() => slept.length >= count);
      await end();
      return slept.slice(0, count).map(([ms]) => ms);
    };
    assert.deepEqual(await pausesOf('hang up', 8), [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    assert.deepEqual(
      await pausesOf('TAG NO [UNAVAILABLE] later\r\n', 8),
      [2000, 4000, 8000, 16_000, 32_000, 64_000, 120_000, 120_000],
    );
  });

  test('leaves no connection open when it ends', async (t) => {
    const { fake, inbox, follow, was } = await arrange(t, {});
    fake.folders['Junk'] = { use: '\\Junk', validity: 9, next: 1, mails: [] };
    const { end } = follow(await inbox.position());
    await was(() => fake.idlers() === 2);
    await end();
    await was(() => fake.connections() === 0);
  });
});
