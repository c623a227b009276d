import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Readable } from 'node:stream';
import { fakeHandset } from './fake-handset.ts';
import { Shell } from './shell.ts';

async function asked(line: string, sdk: string): Promise<string> {
  const phone = fakeHandset({ 'ro.build.version.sdk': sdk });
  let said = '';
  const hear = (chunk: string | Uint8Array): void => void (said += String(chunk));
  await new Shell(phone).run(line, {
    stdin: Readable.from([]),
    stdout: hear,
    stderr: hear,
    signal: new AbortController().signal,
  });
  return said;
}

const IMEI = `Result: Parcel(
  0x00000000: 00000000 0000000f 00360038 00330037 '........8.6.7.3.'
  0x00000010: 00300032 00300030 00320031 00340033 '2.0.0.0.1.2.3.4.'
  0x00000020: 00360035 00000033                   '5.6.3...        ')
`;

test('the shell is reported the IMEI, before Android 10 by any call and later when it says who it is', async () => {
  assert.equal(await asked('service call iphonesubinfo 1', '28'), IMEI);
  assert.equal(await asked('service call iphonesubinfo 1 s16 com.android.shell', '36'), IMEI);
  const refused = await asked('service call iphonesubinfo 1', '29');
  assert.match(refused, /^Result: Parcel\(\n {2}0x00000000: ffffffff /);
  assert.doesNotMatch(refused, /'8\.6\.7|\.8\.6\.7/);
});

test('the second SIM has an IMEI of its own, by the call that takes its slot, until Android 14', async () => {
  const second = (sdk: string, code: number, slot = 1): Promise<string> =>
    asked(`service call iphonesubinfo ${code} i32 ${slot} s16 com.android.shell`, sdk);
  for (const answer of [await second('28', 3), await second('33', 4)]) {
    assert.equal(
      answer,
      IMEI.replace('5.6.3...', '5.7.1...').replace('00360035 00000033', '00370035 00000031'),
    );
  }
  assert.equal(await second('33', 4, 0), IMEI);
  assert.match(await second('33', 4, 2), /: 00000000 ffffffff /);
  assert.match(await asked('service call iphonesubinfo 4 i32 1', '33'), /: ffffffff /);
  for (const answer of [await second('33', 3), await second('28', 4), await second('35', 4)])
    assert.match(answer, /does not exist/);
});

test('other services and codes are not there', async () => {
  assert.match(await asked('service call phone 1', '33'), /Service phone does not exist/);
});
