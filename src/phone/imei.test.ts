import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imeiIn } from './imei.ts';

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
  for (const answer of [refused, "Result: Parcel(00000000 ffffffff   '........')\n", 'service: Service iphonesubinfo does not exist\n', ''])
    assert.equal(imeiIn(answer), undefined, answer);
});
