import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { CodeSourceError } from '../errors.ts';
import { freePort } from '../port.ts';
import { GammuSmsd, PASSWORD, smsdMissing } from '../live/gammu-smsd.ts';
import { assertSince } from '../live/moment.ts';
import { gammuInbox } from './gammu.ts';
import type { InboxEvent, Message } from './inbox.ts';

describe('gammu-smsd, with a modem that takes its SMS from files', { skip: await smsdMissing() }, () => {
  let smsd: GammuSmsd;
  before(async () => (smsd = await GammuSmsd.start()));
  after(() => smsd?.stop());

  /** Follows from where the inbox stands, lets things happen, and ends with the `count`th message. */
  async function follow(
    count: number,
    happen: () => Promise<unknown>,
    onEvent: (event: InboxEvent) => void = () => undefined,
  ) {
    const inbox = gammuInbox({ url: smsd.url(), onEvent });
    const stop = new AbortController();
    const messages: Message[] = [];
    const from = await inbox.position();
    const following = inbox.follow(
      from,
      (message) => void (messages.push(message) === count && stop.abort()),
      stop.signal,
    );
    await happen();
    await following;
    return { messages, from };
  }

  it('hands over an SMS with its sender and text, and leaves it as it was', async () => {
    const before = Date.now();
    const { messages, from } = await follow(1, () => smsd.receive('10690329013', '【小米】123456（验证码）'));
    const { receivedAt, id, ...rest } = messages[0]!;
    const [[stream, number] = []] = Object.entries(from);
    assert.match(stream ?? '', new RegExp(`^gammu/${hostname()}:\\d+/smsd$`));
    assert.match(id, new RegExp(`^gammu/${number}/\\d+$`));
    assert.deepEqual(rest, {
      channel: 'sms',
      from: '10690329013',
      to: [],
      text: '【小米】123456（验证码）',
      stream,
      number,
    });
    // The server lives in another time zone: hours off would show.
    assertSince(before, receivedAt);
    assert.deepEqual(await smsd.query(`SELECT "Processed" AS processed FROM inbox WHERE "ID" = ${number}`), [
      { processed: false },
    ]);
  });

  it('hands over a long SMS once and whole, whatever order its parts came in', async () => {
    const { messages } = await follow(2, async () => {
      await smsd.receive('Xiaomi', ' expires in 1 day.', '050003A70202');
      await smsd.receive('Xiaomi', 'Your code is 654321. It', '050003A70201');
      await smsd.receive('Bank', 'Hello');
    });
    assert.deepEqual(messages.map(({ from, text }) => `${from}: ${text}`).sort(), [
      'Bank: Hello',
      'Xiaomi: Your code is 654321. It expires in 1 day.',
    ]);
  });

  it('misses nothing while its database is down', async () => {
    const events: InboxEvent['kind'][] = [];
    const { messages } = await follow(
      1,
      async () => undefined,
      ({ kind }) => {
        events.push(kind);
        if (kind === 'connected' && events.length === 1) void smsd.stopServer();
        if (kind === 'lost') void smsd.startServer().then(() => smsd.query(ROW));
      },
    );
    assert.equal(messages[0]?.text, 'after the restart');
    assert.deepEqual(events.slice(0, 2), ['connected', 'lost']);
  });

  it('is asked over one connection, which is gone when it is closed', async () => {
    const inbox = gammuInbox({ url: smsd.url() });
    const mine = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'mi-unbind'`;
    await inbox.position();
    await inbox.position();
    assert.deepEqual(await smsd.query(mine), [{ n: 1 }]);
    await smsd.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mi-unbind'`,
    );
    assert.match(
      await inbox.check(),
      /^gammu-smsd's database at 127\.0\.0\.1:\d+\/smsd, \d+ SMS in its inbox, /,
    );
    const asked = assert.rejects(inbox.position(), CodeSourceError);
    await inbox.close();
    await asked;
    // The server notices a moment later.
    while (((await smsd.query(mine)) as { n: number }[])[0]?.n !== 0);
  });

  for (const [what, change, why, hint] of [
    [
      'a wrong password',
      () => ({ password: 'wrong-secret' }),
      /does not accept the password/,
      /GAMMU_DATABASE_URL/,
    ],
    [
      'a database that is not there',
      () => ({ database: 'smsx' }),
      /there is no database 127\.0\.0\.1:\d+\/smsx/,
      /GAMMU_DATABASE_URL/,
    ],
    [
      'a database of something else',
      () => ({ database: 'postgres' }),
      /has no tables of gammu-smsd/,
      /pgsql\.sql/,
    ],
    [
      'a port without a listener',
      async () => ({ port: await freePort() }),
      /cannot be reached: nothing listens there/,
      /start that PostgreSQL/,
    ],
  ] as const) {
    it(`${what} is onEvent with its mend, without the password`, async () => {
      const url = smsd.url(await change());
      const inbox = gammuInbox({ url });
      await assert.rejects(inbox.position(), (error) => {
        assert.ok(error instanceof CodeSourceError);
        assert.match(error.message, why);
        assert.match(error.hint, hint);
        assert.ok(
          !`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`.includes(
            new URL(url.reveal()).password || PASSWORD,
          ),
        );
        return true;
      });
      if (what.includes('port')) return;
      await assert.rejects(
        inbox.follow({}, () => undefined, new AbortController().signal),
        CodeSourceError,
      );
    });
  }
});

const ROW = `INSERT INTO inbox ("SenderNumber", "Text", "UDH", "TextDecoded", "RecipientID") VALUES ('A', '', '', 'after the restart', '')`;
