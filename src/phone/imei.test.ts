import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityIn, imeiIn } from './imei.ts';

test('reads the IMEI out of a parcel', () => {
  const answer = `Result: Parcel(
  0x00000000: 00000000 0000000f 00360038 00330030 '........8.6.0.3.'
  0x00000010: 00370036 00350030 00380032 00360030 '6.7.0.5.2.8.0.6.'
  0x00000020: 00320035 00000036                   '5.2.6...        ')
`;
  assert.equal(imeiIn(answer), '860367052806526');
});

test('says nothing where the phone refuses, has none or knows no such service', () => {
  const refused = `Result: Parcel(
  0x00000000: ffffffff 00000049 00650067 00440074 '....I...g.e.t.D.'
  0x00000010: 00760065 00630069 00490065 003a0064 'e.v.i.c.e.I.d.:.')
`;
  for (const answer of [
    refused,
    "Result: Parcel(00000000 ffffffff   '........')\n",
    'service: Service iphonesubinfo does not exist\n',
    '',
  ])
    assert.equal(imeiIn(answer), undefined, answer);
});

test('a phone is known by its IMEI and serial number, and not by what many phones tell', () => {
  const parcel = (imei: string): string => {
    const words = Array.from({ length: 8 }, (_, at) => {
      const [low = 0, high = 0] = [...imei.slice(2 * at, 2 * at + 2)].map((digit) => digit.charCodeAt(0));
      return ((high << 16) | low).toString(16).padStart(8, '0');
    });
    return `Result: Parcel(\n  0x00000000: 00000000 0000000f ${words.slice(0, 2).join(' ')} ''\n  0x00000010: ${words.slice(2, 6).join(' ')} ''\n  0x00000020: ${words.slice(6).join(' ')} '')`;
  };
  const reported = (serialno: string, boot: string, rest: string) =>
    identityIn(`@@mi-unbind\n${serialno}\n${boot}\n@@mi-unbind\n${rest}\n`);
  const imei = '860367052806526';
  assert.deepEqual(reported('3f2a11c0', '3f2a11c0', parcel(imei)), { serialno: '3f2a11c0', imei });
  assert.deepEqual(reported('', '3f2a11c0', 'service: Service iphonesubinfo does not exist'), {
    serialno: '3f2a11c0',
  });
  for (const shared of ['unknown', '0123456789ABCDEF', '0123456789abcdef', '123456789', '00000000', ''])
    assert.deepEqual(reported(shared, shared, parcel(imei)), { imei }, shared);
  assert.deepEqual(reported('3f2a11c0', '', parcel('000000000000000')), { serialno: '3f2a11c0' });
  assert.deepEqual(identityIn(parcel(imei)), { imei });
});
