import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { instantClock } from '../clock.ts';
import { Secret } from '../secret.ts';
import { newAssembly, partOf, type Row } from './gammu-parts.ts';
import { gammuInbox } from './gammu.ts';

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

  it('make a message that is told apart by its lowest part, whichever comes last', () => {
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
    // Closes only when nobody is connected.
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
