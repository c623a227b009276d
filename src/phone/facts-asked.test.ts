import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PhoneLostError } from '../errors.ts';
import { readFacts } from './facts.ts';

const ANSWER =
  '@@mi-unbind:props\n[ro.product.manufacturer]: [Xiaomi]\n@@mi-unbind:account\nUser UserInfo{0:Owner:13}:\n  Accounts: 0\n';

function phone(answer: string) {
  const asked: string[] = [];
  const shell = async (line: string) => (asked.push(line), answer);
  return {
    asked,
    phone: { serial: 'X1', shell, pull: () => Promise.reject(new Error('nothing is pulled')) },
  };
}

test('a phone is asked once, for its properties, accounts, owner and user, and for each app whose version counts', async () => {
  const { asked, phone: one } = phone(`${ANSWER}@@mi-unbind:end\n`);
  assert.equal((await readFacts(one)).brand, 'Xiaomi');
  assert.equal(asked.length, 1);
  const commands = (asked[0] ?? '').split('; ');
  for (const wanted of ['getprop', 'dumpsys account', 'dumpsys device_policy', 'am get-current-user'])
    assert.ok(commands.includes(`${wanted} 2>/dev/null`), wanted);
  const packages = commands.flatMap((command) => /^dumpsys package (\S+)/.exec(command)?.[1] ?? []);
  assert.deepEqual(packages, [
    'io.appium.settings',
    'io.appium.uiautomator2.server',
    'io.appium.uiautomator2.server.test',
    'com.xiaomi.account',
    'com.miui.cloudservice',
    'com.android.settings',
    'com.android.systemui',
  ]);
  // Each answer is distinguished by the mark before it.
  for (const name of ['props', 'account', 'policy', 'user', ...packages, 'end'])
    assert.ok(commands.includes(`echo @@mi-unbind:${name}`), name);
});

test('an answer that a pulled cable has cut off is a lost phone', async () => {
  await assert.rejects(
    readFacts(phone(ANSWER).phone),
    (error) => error instanceof PhoneLostError && /X1/.test(error.message),
  );
});
