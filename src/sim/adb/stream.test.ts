import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { packet, type Packet } from './packet.ts';
import { AdbStream, take } from './stream.ts';

function opened(maxPayload = 4) {
  const sent: Packet[] = [];
  const stream = new AdbStream({ localId: 7, remoteId: 9, maxPayload, send: (one) => void sent.push(one) });
  const reported = () => sent.map(({ command, payload }) => `${command} ${payload.toString()}`.trim());
  const okay = () => stream.receive(packet('OKAY', 9, 7));
  return { stream, sent, reported, okay };
}

test('one WRTE is under way at a time, cut to the agreed payload', () => {
  const { stream, reported, okay } = opened();
  stream.write('abcdefghi');
  assert.deepEqual(reported(), ['WRTE abcd']);
  okay();
  assert.deepEqual(reported(), ['WRTE abcd', 'WRTE efgh']);
  okay();
  assert.deepEqual(reported(), ['WRTE abcd', 'WRTE efgh', 'WRTE i']);
});

test('packets carry our id first, then the id of the host', () => {
  const { stream, sent } = opened();
  stream.write('a');
  assert.deepEqual([sent[0]?.arg0, sent[0]?.arg1], [7, 9]);
});

test('what is printed in one turn leaves as one packet', async () => {
  const { stream, reported } = opened(100);
  stream.print('one ');
  stream.print('two');
  await turn();
  assert.deepEqual(reported(), ['WRTE one two']);
});

test('CLSE waits for the OKAY of the last WRTE', async () => {
  const { stream, reported, okay } = opened();
  stream.end('ab');
  await turn();
  assert.deepEqual(reported(), ['WRTE ab']);
  okay();
  await once(stream, 'close');
  assert.deepEqual(reported(), ['WRTE ab', 'CLSE']);
});

test('data is acknowledged when it is read, so a slow reader holds the host back', async () => {
  const { stream, reported } = opened();
  stream.receive(packet('WRTE', 9, 7, Buffer.alloc(stream.readableHighWaterMark)));
  await turn();
  assert.deepEqual(reported(), []);
  stream.read();
  await turn();
  assert.deepEqual(reported(), ['OKAY']);
});

test('a CLSE of the host is answered once and ends a waiting write', async () => {
  const { stream, reported } = opened();
  const written = new Promise((resolve) => stream.write('abc', resolve));
  stream.receive(packet('CLSE', 9, 7));
  await written;
  stream.receive(packet('CLSE', 9, 7));
  assert.equal(stream.hungUp.aborted, true);
  assert.deepEqual(reported(), ['WRTE abc', 'CLSE']);
});

test('what was sent before a CLSE can still be read', async () => {
  const { stream } = opened();
  stream.receive(packet('WRTE', 9, 7, 'last words'));
  stream.receive(packet('CLSE', 9, 7));
  assert.equal(String(await take(stream, 10)), 'last words');
  assert.equal(await take(stream, 1), undefined);
});

test('printing to a host that has gone is lost quietly', () => {
  const { stream } = opened();
  stream.receive(packet('CLSE', 9, 7));
  stream.print('anybody?');
  assert.equal(stream.destroyed, true);
});

test('take waits for exactly so many bytes, over any chunks', async () => {
  const pipe = new PassThrough();
  const taken = take(pipe, 6);
  for (const chunk of ['ab', 'cd', 'efg']) {
    pipe.write(chunk);
    await turn();
  }
  assert.equal(String(await taken), 'abcdef');
  pipe.end();
  assert.equal(await take(pipe, 2), undefined);
});
