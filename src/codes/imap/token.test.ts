import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { systemClock } from '../../clock.ts';
import { Secret } from '../../secret.ts';
import { imapInbox, type ImapOptions } from './imap.ts';
import { commandTokens, TokenFault, wordsOf } from './token.ts';
import type { InboxEvent, Message } from '../inbox.ts';

const node = (script: string) => `"${process.execPath}" -e "${script}"`;
const tokensOf = (line: string, known: Secret[] = []) =>
  commandTokens({ line, env: {} }, (token) => known.push(token));

describe('a command for tokens', () => {
  it('is parted as a shell does, and nothing else of a shell is done', () => {
    assert.deepEqual(wordsOf(` a "b c" 'd "e"' f"g h"i '' $X|y `), [
      'a',
      'b c',
      'd "e"',
      'fg hi',
      '',
      '$X|y',
    ]);
    assert.deepEqual(wordsOf(''), []);
  });

  const outputs: [what: string, script: string][] = [
    ['a line', `console.log('tok-1')`],
    ['more lines', `console.log('tok-1\\nexpires in an hour')`],
    [
      'JSON of a token endpoint',
      `console.log(JSON.stringify({ token_type: 'Bearer', access_token: 'tok-1' }))`,
    ],
    ['JSON of a cloud program', `console.log(JSON.stringify({ accessToken: 'tok-1' }))`],
  ];
  for (const [what, script] of outputs) {
    it(`may print ${what}`, async () => {
      const known: Secret[] = [];
      const token = await tokensOf(node(script), known).current();
      assert.equal(token.reveal(), 'tok-1');
      assert.deepEqual(known, [token]);
    });
  }

  const faults: [what: string, line: string, why: RegExp, lasting: boolean][] = [
    ['is not there', '/no/such/program', /cannot be started \(ENOENT\)/, true],
    ['is empty', ' ', /names no program/, true],
    ['prints nothing', node(''), /printed no token/, false],
    ['prints what is no token', node(`console.log('not a token')`), /printed no token/, false],
    ['prints too much', node(`console.log('x'.repeat(300000))`), /prints more than a token/, true],
    ['fails', node(`console.error('network down'); process.exit(3)`), /ended with 3: 'network down'/, false],
    ['asks', node(`process.stdin.on('end', () => process.exit(4)).resume()`), /ended with 4/, false],
  ];
  for (const [what, line, why, lasting] of faults) {
    it(`that ${what} is onEvent as such`, async () => {
      await assert.rejects(
        tokensOf(line).current(),
        (error) => error instanceof TokenFault && why.test(error.message) && error.lasting === lasting,
      );
    });
  }

  it('says nothing secret, whatever it says', async () => {
    const secret = 'AbCdEf0123456789AbCdEf0123456789';
    const script = `console.log('tok-77'); console.error('refresh_token=r3fr3sh ${secret} tok-77 Bearer abc'); process.exit(1)`;
    await assert.rejects(
      tokensOf(node(script)).current(),
      (error) => !/r3fr3sh|AbCdEf|tok-77|abc/.test(inspect(error)),
    );
  });

  it('is run once for all who ask, and again when its token has ended', async (t) => {
    const { line, runs } = counted(t);
    const tokens = tokensOf(line);
    const [first, same] = await Promise.all([tokens.current(), tokens.current()]);
    assert.deepEqual([first.reveal(), same.reveal(), runs()], ['tok-1', 'tok-1', 1]);
    tokens.taken();
    assert.equal(tokens.refused(first), true);
    await new Promise(setImmediate);
    assert.equal((await tokens.current()).reveal(), 'tok-2');
  });

  it('is not run again and again for a mailbox that has taken none of its tokens', async (t) => {
    const tokens = tokensOf(counted(t).line);
    assert.equal(tokens.refused(await tokens.current()), false);
  });
});

/** A command that prints tok-1, then tok-2, … */
function counted(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'runs');
  writeFileSync(file, '');
  const script = `const fs = require('fs'); fs.appendFileSync('${file}', 'x'); console.log('tok-' + fs.readFileSync('${file}').length)`;
  return { line: node(script), runs: () => readFileSync(file).length };
}

/**
 * An IMAP server by a script: says how each login goes, keeps one mail in INBOX for each time `post` is
 * called.
 */
async function scripted(t: TestContext, login: (proof: string, count: number) => string) {
  const sockets = new Set<Socket>();
  const idle = new Map<Socket, string>();
  let logins = 0;
  let mails = 0;
  const text = (n: number) =>
    `From: noreply@xiaomi.com\r\nTo: lab@example.com\r\nMessage-ID: <${n}@x>\r\n\r\nYour code is ${700_000 + n}\r\n`;
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR IDLE UIDPLUS] ready\r\n');
    let rest = '';
    socket.on('data', (data) => {
      const lines = (rest + data.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) socket.write(answer(socket, line));
    });
  });
  function answer(socket: Socket, line: string): string {
    if (line === 'DONE') return `${idle.get(socket)} OK done\r\n`;
    const [tag = '', command = '', ...rest] = line.split(' ');
    if (command === 'AUTHENTICATE' || command === 'LOGIN')
      return `${tag} ${login(Buffer.from(rest.at(-1) ?? '', 'base64').toString(), ++logins)}\r\n`;
    if (command === 'IDLE') return (idle.set(socket, tag), '+ idling\r\n');
    if (command === 'LIST') return `* LIST (\\HasNoChildren) "/" "INBOX"\r\n${tag} OK\r\n`;
    if (command === 'EXAMINE')
      return `* ${mails} EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT ${mails + 1}] .\r\n${tag} OK [READ-ONLY] done\r\n`;
    if (line.includes('UID FETCH')) {
      const [, from = '1', to = ''] = /FETCH (\d+):?(\d*)/.exec(line) ?? [];
      const all = Array.from({ length: mails }, (_, n) => n + 1).filter(
        (n) => n >= Number(from) && n <= (Number(to) || mails),
      );
      const time = '02-May-2026 08:14:00 +0000';
      const one = (n: number) =>
        `* ${n} FETCH (UID ${n} INTERNALDATE "${time}" BODY[]<0> {${text(n).length}}\r\n${text(n)})\r\n`;
      return `${all.map(one).join('')}${tag} OK\r\n`;
    }
    return `${tag} OK\r\n`;
  }
  server.listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `imap://lab%40example.com@127.0.0.1:${(server.address() as AddressInfo).port}`,
    logins: () => logins,
    post() {
      mails++;
      for (const socket of sockets) socket.write(`* ${mails} EXISTS\r\n`);
    },
    sayBye(why: string) {
      for (const socket of sockets) socket.end(`* BYE ${why}\r\n`);
    },
  };
}

/** Follows the mailbox until the test ends. Its waits pass at once, and are kept. */
async function followed(t: TestContext, options: ImapOptions) {
  const waits: number[] = [];
  const events: InboxEvent[] = [];
  const waiting: { fits: (message: Message) => boolean; resolve: () => void }[] = [];
  const sleep = async (ms: number, why: string, signal?: AbortSignal) => {
    if (why !== 'the mail server') return systemClock.sleep(ms, why, signal);
    waits.push(ms);
    await systemClock.sleep(1, why, signal);
  };
  const inbox = imapInbox({
    ...options,
    clock: { ...systemClock, sleep },
    onEvent: (event) => events.push(event),
  });
  const stop = new AbortController();
  const start = await inbox.position();
  const following = inbox.follow(
    start,
    (message) => waiting.forEach(({ fits, resolve }) => fits(message) && resolve()),
    stop.signal,
  );
  following.catch(() => undefined);
  t.after(async () => {
    stop.abort();
    await following.catch(() => undefined);
    await inbox.close();
  });
  const came = (text: string) =>
    new Promise<void>(
      (resolve) => void waiting.push({ fits: (message) => message.text.includes(text), resolve }),
    );
  return { waits, events, came, following };
}

describe('case a15: a token that ends is followed by another', () => {
  it('without an end of what reads the mailbox', async (t) => {
    const { line } = counted(t);
    let valid = 'tok-1';
    const server = await scripted(t, (proof) =>
      proof.includes(`Bearer ${valid}\x01`) ? 'OK in' : 'NO AUTHENTICATE failed.',
    );
    const { came, events } = await followed(t, { url: server.url, tokenCommand: { line, env: {} } });
    const first = came('700001');
    server.post();
    await first;
    // The server forgets the token, and says so to one that is connected.
    for (const [next, bye, code] of [
      ['tok-2', 'Session invalidated - AccessTokenExpired', '700002'],
      ['tok-3', 'Shutting down', '700003'],
    ] as const) {
      valid = next;
      server.sayBye(bye);
      const after = came(code);
      server.post();
      await after;
    }
    assert.equal(
      events.some(({ kind }) => kind === 'refused'),
      false,
    );
  });

  it('but one that was set ends it, with the way to more of them', async (t) => {
    let valid = true;
    const server = await scripted(t, () => (valid ? 'OK in' : 'NO AUTHENTICATE failed.'));
    const { following } = await followed(t, { url: server.url, token: new Secret('tok-1') });
    valid = false;
    server.sayBye('Session invalidated - AccessTokenExpired');
    await assert.rejects(following, (error: { hint?: string }) =>
      /IMAP_TOKEN_COMMAND/.test(error.hint ?? ''),
    );
  });
});

describe('case a16: a server that has too much to do', () => {
  const full = 'NO [ALERT] Too many simultaneous connections. (Failure)';

  it('is asked again after longer and longer pauses, before a code is asked for and while one is waited for', async (t) => {
    let isFull = (count: number) => count <= 2;
    const server = await scripted(t, (_, count) => (isFull(count) ? full : 'OK in'));
    const { waits, came, events } = await followed(t, { url: server.url, password: new Secret('pw') });
    assert.deepEqual(waits, [2000, 4000]);
    const before = server.logins();
    isFull = (count) => count <= before + 3;
    const first = came('700001');
    server.sayBye('Too many connections');
    server.post();
    await first;
    assert.ok(
      waits.slice(-2).every((ms) => ms >= 2000),
      String(waits),
    );
    assert.equal(
      events.some(({ kind }) => kind === 'refused'),
      false,
    );
  });

  it('and stays so for half a minute is reported as such', async (t) => {
    const server = await scripted(t, () => full);
    await assert.rejects(followed(t, { url: server.url, password: new Secret('pw') }), {
      code: 'code-source-busy',
    });
    assert.ok(server.logins() <= 8, `${server.logins()} logins`);
  });
});
