import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { instantClock, type Clock } from '../clock.ts';
import { Secret } from '../secret.ts';
import { newAssembly, partOf, type Row } from './gammu-parts.ts';
import { gammuInbox } from './gammu.ts';
import type { InboxEvent } from './inbox.ts';

const row = (id: number, text: string, udh = '', more: Partial<Row> = {}): Row => ({
  id,
  sender: 'Xiaomi',
  udh,
  text,
  sent: 1000,
  age: 1,
  ...more,
});

/** Ids and texts of the messages these rows make. */
function made(...rows: Row[]): [number, string][] {
  const assembly = newAssembly();
  return rows.flatMap((one) => assembly.add(one) ?? []).map(({ id, text }) => [id, text]);
}

describe('the parts of a long SMS', () => {
  it('make one message in their order, with the lowest number', () => {
    assert.deepEqual(
      made(row(4, 'c', '050003070303'), row(5, 'a', '050003070301'), row(6, 'b', '050003070302')),
      [[4, 'abc']],
    );
  });

  it('make a message that is distinguished by its lowest part, whichever comes last', () => {
    const parts = [
      row(4, 'a', '050003070201', { sent: 1003, age: 9 }),
      row(5, 'b', '050003070202', { sent: 1007, age: 2 }),
    ];
    for (const rows of [parts, parts.toReversed()]) {
      const assembly = newAssembly();
      const [message] = rows.flatMap((one) => assembly.add(one) ?? []);
      assert.deepEqual([message?.id, message?.sent], [4, 1003]);
    }
  });

  it('make one message where smsd has written all of it with the first', () => {
    assert.deepEqual(made(row(1, 'ab', '050003070201'), row(2, '', '050003070202')), [[1, 'ab']]);
  });

  it('wait while one is missing, and hold nothing else up', () => {
    assert.deepEqual(made(row(1, 'a', '050003070201'), row(2, 'whole')), [[2, 'whole']]);
  });

  it('of other senders, references and sizes are kept apart', () => {
    const one = row(1, 'a', '050003070201');
    for (const other of [
      row(2, 'b', '050003080202'),
      row(2, 'b', '06080400070202'),
      row(2, 'b', '050003070302'),
      row(2, 'b', '050003070202', { sender: 'Bank' }),
      row(2, 'b', '050003070202', { sent: 5000 }),
    ]) {
      assert.deepEqual(made(one, other), []);
    }
  });

  it('seen again add nothing', () => {
    assert.deepEqual(
      made(row(1, 'a', '050003070201'), row(1, 'a', '050003070201'), row(3, 'x'), row(3, 'x')),
      [[3, 'x']],
    );
  });
});

for (const [udh, part] of [
  ['', undefined],
  ['050003A70201', { reference: 'a7', total: 2, number: 1 }],
  ['06080412340302', { reference: '1234', total: 3, number: 2 }],
  // Behind a port number, and before one.
  ['0B05040B8423F00003A70201', { reference: 'a7', total: 2, number: 1 }],
  ['0B0003A7020105040B8423F0', { reference: 'a7', total: 2, number: 1 }],
  ['06050415811581', undefined],
  ['050003A70203', undefined],
  ['050003A7', undefined],
] as const) {
  it(`the header '${udh}' ${part ? `is part ${part.number} of ${part.total}` : 'is of no part'}`, () =>
    assert.deepEqual(partOf(udh), part));
}

/** Takes connections and says nothing. */
async function silentServer() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new Secret(`postgres://smsd:secret@127.0.0.1:${(server.address() as AddressInfo).port}/smsd`);
  return { server, sockets, url };
}

describe('the inbox of gammu-smsd', () => {
  it('lets go at once of a server that says nothing', async () => {
    const { server, url } = await silentServer();
    const stop = new AbortController();
    const inbox = gammuInbox({ url, clock: instantClock() });
    const following = inbox.follow({}, () => undefined, stop.signal);
    const asking = assert.rejects(inbox.position(stop.signal), /enough/);
    await once(server, 'connection');
    stop.abort(new Error('enough'));
    await Promise.all([following, asking]);
    // Closes only when no client is connected.
    await once(server.close(), 'close');
  });

  it('tells where it is looked for, without the password', async () => {
    const { server, sockets, url } = await silentServer();
    server.on('connection', () => sockets.pop()?.destroy());
    await assert.rejects(gammuInbox({ url }).position(), (error: Error) => {
      assert.match(error.message, /'gammu' cannot be used: 127\.0\.0\.1:\d+\/smsd cannot be reached/);
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /secret/);
      return true;
    });
    await once(server.close(), 'close');
  });
});

/** A PostgreSQL that lets no client in, or refuses the first query, with this code. */
async function refusingServer(t: TestContext, code: string, at: 'login' | 'query') {
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type, 'latin1');
    head.writeUInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const fault = message('E', Buffer.from(`SERROR\0C${code}\0Mno Kanarie\0\0`));
  const ready = message('Z', Buffer.from('I'));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      if (at === 'login') return void socket.write(fault);
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      socket.on('data', () => socket.write(Buffer.concat([fault, ready])));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    place: `127.0.0.1:${port}/smsd`,
    url: new Secret(`postgres://smsd:secret@127.0.0.1:${port}/smsd`),
  };
}

const refusals: [code: string, at: 'login' | 'query', why: string, hint: RegExp][] = [
  ['28P01', 'login', '@ does not accept the password', /correct the password in GAMMU_DATABASE_URL/],
  ['28000', 'login', '@ does not let this user in', /correct the user in GAMMU_DATABASE_URL, .*pg_hba\.conf/],
  ['3D000', 'login', 'there is no database @', /correct the name after the last \//],
  ['42P01', 'query', '@ has no tables of gammu-smsd', /name smsd's own database in GAMMU_DATABASE_URL/],
  ['42703', 'query', 'the tables in @ are of another gammu-smsd', /schema 17/],
  ['42501', 'query', 'the user may not read the tables in @', /GRANT SELECT ON inbox, phones/],
];
for (const [code, at, why, hint] of refusals) {
  it(`a database that answers ${code} is onEvent with what to mend, and is not waited for`, async (t) => {
    const { url, place } = await refusingServer(t, code, at);
    const events: InboxEvent[] = [];
    const inbox = gammuInbox({ url, clock: instantClock(), onEvent: (event) => events.push(event) });
    const message = `The code source 'gammu' cannot be used: ${why.replace('@', place)}.`;
    await assert.rejects(inbox.position(), { message, hint });
    await assert.rejects(
      inbox.follow({}, () => undefined, AbortSignal.timeout(50_000)),
      { message, hint },
    );
    assert.deepEqual(events, [{ kind: 'refused', what: message }]);
    await inbox.close();
  });
}

it('a database that is busy is waited for, and reported once', async (t) => {
  const { url, place } = await refusingServer(t, '57P03', 'login');
  const stop = new AbortController();
  const events: InboxEvent[] = [];
  let slept = 0;
  const clock = instantClock();
  const counting: Clock = {
    ...clock,
    sleep: (ms, why, signal) => (++slept === 4 && stop.abort(), clock.sleep(ms, why, signal)),
  };
  const inbox = gammuInbox({ url, clock: counting, onEvent: (event) => events.push(event) });
  await inbox.follow({}, () => undefined, stop.signal);
  assert.equal(slept, 4);
  assert.deepEqual(events, [
    {
      kind: 'lost',
      what: `The code source 'gammu' cannot be used: ${place} cannot be reached: PostgreSQL is starting up, recovering or shutting down.`,
    },
  ]);
  await assert.rejects(inbox.position(), { hint: /start that PostgreSQL/ });
});

for (const code of ['57P01', '57P02', '53300', '53200', '57014', '08006', 'XX000', '22023'])
  it(`a database that answers ${code} is reported in words, without the code`, async (t) => {
    const { url, place } = await refusingServer(t, code, 'login');
    const inbox = gammuInbox({ url, clock: instantClock() });
    await assert.rejects(inbox.position(), (error: Error) => {
      assert.ok(
        error.message.startsWith(`The code source 'gammu' cannot be used: ${place} cannot be reached: `),
      );
      assert.match(error.message, /reached: (?:PostgreSQL |the connection )[a-zA-Z _(),:]+\.$/);
      return true;
    });
    await inbox.close();
  });
