import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFacts } from '../../phone/facts.ts';
import { checklist } from './checklist.ts';

const answer = (sims: string, secure: string, developer: string) =>
  `@@mi-unbind:props\n[gsm.sim.state]: [${sims}]\n@@mi-unbind:account\n${ACCOUNT}@@mi-unbind:keyguard\n      secure=${secure}\n@@mi-unbind:developer\n${developer}\n@@mi-unbind:end\n`;
const ACCOUNT = 'User UserInfo{0:Owner:13}:\n  Accounts: 0\n';
const open = (facts: ReturnType<typeof checklist>) => facts.flatMap(({ name, todo }) => (todo ? [name] : []));

test('what stays on a phone that is signed out is said, each with what to do', () => {
  const facts = parseFacts(answer('LOADED,NOT_READY', 'true', '1'));
  assert.deepEqual(facts.stays, { screenLock: true, sims: 1, developerOptions: true });
  const list = checklist('signed-out', facts, { state: 'on', at: '' });
  assert.deepEqual(
    list.map(({ name, value }) => [name, value]),
    [
      ['Screen lock', 'set'],
      ['SIM', '1 in the phone'],
      ['Find device', 'on before, by the lock at the server; turned off with the sign-out'],
      ['Developer options', 'on'],
    ],
  );
  assert.deepEqual(open(list), ['Screen lock', 'SIM', 'Find device', 'Developer options']);
});

test('of a phone in order nothing is to be done', () => {
  const facts = parseFacts(answer('ABSENT,ABSENT', 'false', '0'));
  assert.deepEqual(open(checklist('already-signed-out', facts, { state: 'off', at: '' })), []);
  assert.deepEqual(open(checklist('already-signed-out', facts, { state: 'unknown', at: '' })), [
    'Find device',
  ]);
});

test('what the phone does not say is not said, and of a phone that is not signed out there is no list', () => {
  const facts = parseFacts(`@@mi-unbind:account\n${ACCOUNT}@@mi-unbind:developer\nnull\n@@mi-unbind:end\n`);
  assert.equal(facts.stays, undefined);
  assert.deepEqual(
    checklist('signed-out', facts).map(({ name }) => name),
    ['Find device'],
  );
  for (const kind of ['refused', 'needs-person', undefined])
    assert.deepEqual(checklist(kind, parseFacts(answer('LOADED', 'true', '1'))), []);
});
