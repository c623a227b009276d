import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksum, encodeHeader, packet, PacketParser, VERSION, type Packet } from './packet.ts';

const encode = (one: Packet, version: number = VERSION.MIN) =>
  Buffer.concat([encodeHeader(one, version), one.payload]);

test('a packet is the 24 bytes of protocol.txt and its payload', () => {
  const bytes = encode(packet('OPEN', 1, 2, 'hi'));
  assert.equal(
    bytes.toString('hex'),
    '4f50454e' + '01000000' + '02000000' + '02000000' + 'd1000000' + 'b0afbab1' + '6869',
  );
});

test('the checksum is the sum of the bytes, and zero once both sides skip it', () => {
  assert.equal(checksum(Buffer.from([255, 255, 2])), 512);
  assert.equal(encode(packet('WRTE', 1, 2, 'hi'), VERSION.SKIP_CHECKSUM).readUInt32LE(16), 0);
});

for (const size of [1, 7, 24, 25, 1000]) {
  test(`packets come out whole when the bytes arrive ${size} at a time`, () => {
    const sent = [
      packet('CNXN', VERSION.MIN, 4096, 'host::'),
      packet('OKAY', 3, 4),
      packet('WRTE', 5, 6, Buffer.alloc(300, 7)),
    ];
    const bytes = Buffer.concat(sent.map((one) => encode(one)));
    const parser = new PacketParser();
    const got: Packet[] = [];
    for (let at = 0; at < bytes.length; at += size) got.push(...parser.push(bytes.subarray(at, at + size)));
    assert.deepEqual(got, sent);
  });
}

test('bytes that are no ADB are refused', () => {
  const http = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.throws(() => [...new PacketParser().push(http)], /^Error: Not an ADB packet: command 0x20544547/);
});

test('an announced payload beyond the maximum is refused before it is awaited', () => {
  const header = encode(packet('WRTE', 1, 2));
  header.writeUInt32LE(0x7fffffff, 12);
  assert.throws(() => [...new PacketParser().push(header)], /announces 2147483647 bytes/);
});
