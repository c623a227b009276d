import assert from 'node:assert/strict';
import { test } from 'node:test';
import { banner, Handshake } from './auth.ts';
import { AUTH, packet, VERSION } from './packet.ts';

const props = new Map([
  ['ro.product.name', 'ginkgo'],
  ['ro.product.model', 'Redmi Note 8'],
  ['ro.product.device', 'ginkgo'],
]);
const hello = packet('CNXN', VERSION.SKIP_CHECKSUM, 256 * 1024, 'host::features=shell_v2');

test('an authorized host is greeted with the banner of the phone', () => {
  const handshake = new Handshake(props, true);
  const answer = handshake.receive(hello);
  assert.equal(answer?.command, 'CNXN');
  assert.match(
    String(answer?.payload),
    /^device::ro.product.name=ginkgo;ro.product.model=Redmi Note 8;ro.product.device=ginkgo;features=shell_v2,/,
  );
  assert.equal(handshake.connected, true);
});

test('payloads stay within what the host can take', () => {
  const handshake = new Handshake(props, true);
  handshake.receive(hello);
  assert.equal(handshake.maxPayload, 256 * 1024);
  assert.equal(handshake.version, VERSION.SKIP_CHECKSUM);
});

test('an old host keeps its checksums', () => {
  const handshake = new Handshake(props, true);
  handshake.receive(packet('CNXN', VERSION.MIN, 4096));
  assert.equal(handshake.version, VERSION.MIN);
});

test('no signature and no key gets in until a person allows it', () => {
  const handshake = new Handshake(props, false);
  const first = handshake.receive(hello);
  const second = handshake.receive(packet('AUTH', AUTH.SIGNATURE, 0, Buffer.alloc(256)));
  assert.deepEqual([first?.command, first?.arg0, first?.payload.length], ['AUTH', AUTH.TOKEN, 20]);
  assert.equal(second?.command, 'AUTH');
  assert.notDeepEqual(second?.payload, first?.payload);
  assert.equal(handshake.receive(packet('AUTH', AUTH.RSAPUBLICKEY, 0, 'key')), undefined);
  assert.equal(handshake.connected, false);

  assert.equal(handshake.authorize()?.command, 'CNXN');
  assert.equal(handshake.connected, true);
});

test('a host that is allowed before it says hello connects at once', () => {
  const handshake = new Handshake(props, false);
  assert.equal(handshake.authorize(), undefined);
  assert.equal(handshake.receive(hello)?.command, 'CNXN');
});

test('a phone without a name still has a whole banner', () => {
  assert.match(banner(new Map()), /^device::ro.product.name=;ro.product.model=;ro.product.device=;features=/);
});
