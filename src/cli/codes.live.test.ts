import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { childEnvironment } from '../config/config.ts';
import { freePort } from '../port.ts';
import { runningServer } from '../store/postmaster.ts';
import { storeEnds } from '../live/store-ends.ts';
import { LiveProgram, type ProgramEnd } from '../live/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-codes-'));
const CANARY = 'canary-secret-77';
const run = (args: readonly string[], env: Record<string, string> = {}): Promise<ProgramEnd> =>
  start(args, env).ended;
const start = (args: readonly string[], env: Record<string, string> = {}) =>
  new LiveProgram(['codes', ...args], { env: { DATA_DIR: join(folder, 'data'), ...env } });

async function mail(port: number, from: string, body: string): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  await transport.sendMail({ from, to: 'lab+1@example.com', subject: 'Xiaomi', text: body });
  transport.close();
}

const sms = (port: number, body: object, secret = CANARY) =>
  fetch(`http://127.0.0.1:${port}/sms`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
  });

/** Resolves when the program has printed this many lines. */
async function lines(program: LiveProgram, count: number): Promise<string[]> {
  while (program.stdout.split('\n').length <= count) await pause(20);
  return program.stdout.trimEnd().split('\n');
}

describe('mi-unbind codes', () => {
  after(async () => {
    // The database ends some seconds after the last one that used it.
    await storeEnds(join(folder, 'data'));
    rmSync(folder, { recursive: true });
  });

  it('starts no database for a source that needs none', async () => {
    const { code, stdout } = await run(['check'], { SMTP_LISTEN: String(await freePort()) });
    assert.equal(code, 0);
    assert.match(stdout, /^. smtp +listening on 127\.0\.0\.1:\d+\n$/);
    assert.equal(runningServer(join(folder, 'data')), undefined);
  });

  // What needs the database comes first: it ends while the rest goes on.

  for (const reveal of [false, true]) {
    it(`shows what arrives, ${reveal ? 'with codes where they are asked for' : 'codes hidden'}`, async () => {
      const [smtp, webhook] = [await freePort(), await freePort()];
      const env = {
        SMTP_LISTEN: String(smtp),
        SMS_WEBHOOK_LISTEN: String(webhook),
        SMS_WEBHOOK_SECRET: CANARY,
      };
      const program = start(['watch', '--json', ...(reveal ? ['--reveal'] : [])], env);
      await Promise.all([program.says('watching smtp'), program.says('watching sms-webhook')]);
      await mail(smtp, 'noreply@notice.xiaomi.com', 'Your verification code is 314159.');
      await lines(program, 1);
      await mail(smtp, 'noreply@evil.example', 'Your verification code is 271828.');
      await lines(program, 2);
      assert.equal(
        (
          await sms(webhook, {
            from: '1069',
            to: '+359888',
            text: '【小米】161803（验证码）',
            id: `${reveal}`,
          })
        ).status,
        200,
      );
      await lines(program, 3);
      assert.equal(
        (await sms(webhook, { from: '1069', to: '+359888', text: '【小米】161803（验证码）' }, 'wrong'))
          .status,
        401,
      );
      await program.says('refused');
      program.signal('SIGINT');
      const { code, stdout, stderr } = await program.ended;
      assert.equal(code, 0, stderr);
      const seen = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { source: string; from: string; code?: string; why?: string });
      assert.deepEqual(
        seen.map(({ source, code, why }) => [source, code ?? why]),
        [
          ['smtp', reveal ? '314159' : '••••••'],
          ['smtp', 'not from a sender who may send codes'],
          ['sms-webhook', reveal ? '161803' : '••••••'],
        ],
      );
      assert.doesNotMatch(stdout + stderr, /271828/);
      if (!reveal) assert.doesNotMatch(stdout + stderr, /314159|161803/);
      assert.doesNotMatch(stdout + stderr, new RegExp(CANARY));
    });
  }

  it('keeps a message that came while nobody waited for whoever looks next', async () => {
    const port = await freePort();
    const env = { SMS_WEBHOOK_LISTEN: String(port), SMS_WEBHOOK_SECRET: CANARY };
    const one = start(['watch', 'sms-webhook'], env);
    await one.says('watching sms-webhook');
    const other = start(['watch', 'sms-webhook', '--reveal'], env);
    await other.says('watching sms-webhook');
    assert.equal(
      (await sms(port, { from: '1069', to: '+359888', text: '【小米】141421（验证码）', id: 'shared' }))
        .status,
      200,
    );
    await Promise.all([lines(one, 1), lines(other, 1)]);
    one.signal('SIGKILL');
    await one.ended;
    let status = 0;
    while (status !== 200) {
      status = await sms(port, {
        from: '1069',
        to: '+359888',
        text: '【小米】173205（验证码）',
        id: 'later',
      }).then(
        (answer) => answer.status,
        () => 0,
      );
      await pause(50);
    }
    assert.match((await lines(other, 2)).join('\n'), /141421\n.*173205/);
    other.signal('SIGINT');
    assert.equal((await other.ended).code, 0);
    assert.doesNotMatch(readFileSync(join(folder, 'data/postgres.log'), 'utf8'), /141421|173205/);
  });

  for (const [source, env] of [
    [
      'sms-webhook',
      async () => ({ SMS_WEBHOOK_LISTEN: String(await freePort()), SMS_WEBHOOK_SECRET: CANARY }),
    ],
    ['smtp', async () => ({ SMTP_LISTEN: String(await freePort()) })],
  ] as [string, () => Promise<Record<string, string>>][]) {
    it(`sends ${source} a test message and measures how long its code takes`, async () => {
      const { code, stdout, stderr } = await run(['try', source, '--json'], await env());
      assert.equal(code, 0, stderr);
      const result = JSON.parse(stdout) as { source: string; right: boolean; codeMs: number };
      assert.deepEqual([result.source, result.right], [source, true]);
      assert.ok(result.codeMs > 0);
      assert.doesNotMatch(stdout + stderr, /\b\d{6}\b/);
    });
  }

  it('says how a source is configured when none is', async () => {
    const { code, stderr } = await run(['check']);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /No code source is configured\.\n→ set one up .* in \.env; 'mi-unbind codes --help' names/,
    );
  });

  it('checks every configured source, and says of each that fails what to mend', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { code, stdout, stderr } = await run(
      ['check', '--json', 'imap', 'smtp', 'http-inbox', 'sms-webhook', 'gammu', 'person'],
      {
        IMAP_URL: 'imaps://lab%40example.com@127.0.0.1:1',
        IMAP_PASSWORD: CANARY,
        SMTP_LISTEN: String(port),
        HTTP_INBOX_URL: 'http://127.0.0.1:1',
        SMS_WEBHOOK_LISTEN: String(await freePort()),
        GAMMU_DATABASE_URL: `postgres://smsd:${CANARY}@127.0.0.1:1/smsd`,
      },
    );
    taken.close();
    assert.equal(code, 2);
    const findings = JSON.parse(stdout) as { source: string; ok: boolean; what: string; hint: string }[];
    const said = Object.fromEntries(findings.map(({ source, what, hint }) => [source, `${what} → ${hint}`]));
    assert.ok(findings.every(({ ok }) => !ok));
    assert.match(said.imap ?? '', /nothing listens at 127\.0\.0\.1:1.*IMAP_URL/);
    assert.match(said.smtp ?? '', /another program listens.*SMTP_LISTEN/);
    assert.match(said['http-inbox'] ?? '', /HTTP_INBOX_URL/);
    assert.match(said['sms-webhook'] ?? '', /SMS_WEBHOOK_SECRET is not set/);
    assert.match(said.gammu ?? '', /GAMMU_DATABASE_URL/);
    assert.match(said.person ?? '', /no terminal at which a person could be asked/);
    assert.doesNotMatch(stdout + stderr, new RegExp(CANARY));
  });

  for (const command of ['check', 'try', 'watch']) {
    it(`ends '${command}' at Ctrl-C, whatever it waits for`, async (t) => {
      const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
      t.after(() => silent.close());
      await once(silent, 'listening');
      const { port } = silent.address() as { port: number };
      const program = start([command, 'imap'], {
        IMAP_URL: `imaps://lab@127.0.0.1:${port}`,
        IMAP_PASSWORD: CANARY,
      });
      const [socket] = (await once(silent, 'connection')) as [Socket];
      program.signal('SIGINT');
      const { code, stdout, stderr } = await program.ended;
      socket.destroy();
      assert.equal(code, command === 'watch' ? 0 : 1, stderr);
      if (command !== 'watch')
        assert.match(stderr, /It was stopped on request\.\n→ run the same command again/);
      assert.doesNotMatch(stdout + stderr, /Unexpected|\n {4}at /);
    });
  }

  it('ends quietly when whoever reads what arrives has seen enough', async () => {
    const port = await freePort();
    const line = '"$0" bin/mi-unbind.js codes watch smtp | head -1; echo "exit ${PIPESTATUS[0]}"';
    const env = childEnvironment({ DATA_DIR: join(folder, 'data'), SMTP_LISTEN: String(port) });
    const shell = spawn('bash', ['-c', line, process.execPath], {
      cwd: join(import.meta.dirname, '../..'),
      env,
    });
    const [said, faults] = [text(shell.stdout), text(shell.stderr)];
    for (let open = true; open; await pause(50)) {
      open = await mail(port, 'noreply@notice.xiaomi.com', 'Your verification code is 314159.').then(
        () => shell.exitCode === null,
        () => shell.exitCode === null,
      );
    }
    assert.match(await said, /^.*smtp.*\nexit 0\n$/);
    assert.doesNotMatch(await faults, /EPIPE/);
  });

  const wrong: [args: string[], says: RegExp][] = [
    [['try', 'imap'], /no certificate in the form of PEM in 'package\.json'\.\n→ set IMAP_CA/],
    [['try', 'gammu'], /GAMMU_DATABASE_URL is not set/],
    [['try', 'phone-sms'], /'phone-sms' cannot send itself a message/],
    [['try', 'pigeons'], /There is no code source 'pigeons'\.\n→ give one of imap/],
    [['try', 'person'], /'person' has no inbox/],
    [['watch', 'smtp', 'http-inbox'], /'http-inbox' cannot be used: .*127\.0\.0\.1:1 cannot be reached/],
    [['watch', 'phone-sms'], /none is named\.\n→ name it with --phone SERIAL/],
  ];
  it('says of a command that cannot work why, and ends', async () => {
    const imap = { IMAP_URL: 'imaps://lab@127.0.0.1:1', IMAP_PASSWORD: CANARY, IMAP_CA: 'package.json' };
    const env = { ...imap, SMTP_LISTEN: String(await freePort()), HTTP_INBOX_URL: 'http://127.0.0.1:1' };
    const ended = await Promise.all(
      wrong.map(async ([args, says]) => ({ args, says, ...(await run(args, env)) })),
    );
    for (const { args, says, code, stderr } of ended) {
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, says);
    }
  });
});
