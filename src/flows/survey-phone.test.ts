import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PhoneLostError } from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import { parseFacts } from '../phone/facts.ts';
import { describePhone } from './survey-phone.ts';

const MARK = '@@mi-unbind:';
const facts = {
  ...parseFacts('@@mi-unbind:account\nUser UserInfo{0:Owner:13}:\n  Accounts: 0\n'),
  model: '2201117TG',
  release: 'MIUI 14.0.5',
  build: 'V14.0.5.0',
  region: 'EEA',
  language: 'bg-BG',
  helpers: { 'io.appium.settings': '5.14.0' },
  accounts: ['6230***535'],
};
const phone = (answers: string[], end = `${MARK}end\n`) => {
  const asked: string[] = [];
  const shell = async (command: string) => (
    asked.push(command),
    answers.map((answer) => `${answer}\n${MARK}\n`).join('') + end
  );
  return { asked, phone: { serial: 'abc', shell } as unknown as Phone };
};

test('a survey says of a phone what it is, and nothing of whose it is', async () => {
  const { phone: one, asked } = phone([
    '13',
    'Physical size: 1080x2400\nOverride size: 720x1600',
    '1',
    '0',
    '    versionCode=33 minSdk=33\n    versionName=13',
    '',
    '    versionName=12.1.0',
    '    versionName=',
    '    versionCode=7',
    '    versionName=1.2',
  ]);
  assert.deepEqual(await describePhone(one, facts), {
    model: '2201117TG',
    release: 'MIUI 14.0.5',
    android: '13',
    build: 'V14.0.5.0',
    region: 'EEA',
    language: 'bg-BG',
    screen: '720x1600',
    adbInput: 'on',
    adbInstall: 'off',
    apps: {
      'com.android.settings': '13',
      'com.android.systemui': '',
      'com.miui.cloudservice': '12.1.0',
      'com.miui.securitycenter': '',
      'com.xiaomi.account': '',
      'com.xiaomi.finddevice': '1.2',
    },
    helpers: { 'io.appium.settings': '5.14.0' },
    signedIn: true,
  });
  assert.equal(asked.length, 1);
  assert.match(asked[0] ?? '', /dumpsys package com\.xiaomi\.account \| grep -m 2 'version\[CN\]'/);
});

test('a phone without such switches has them empty, and one that is signed out is said to be', async () => {
  const { phone: one } = phone(['9', '', '', '']);
  const { screen, adbInput, adbInstall, signedIn, apps } = await describePhone(one, {
    ...facts,
    accounts: [],
  });
  assert.deepEqual([screen, adbInput, adbInstall, signedIn], ['', '', '', false]);
  assert.deepEqual(new Set(Object.values(apps)), new Set(['']));
});

test('an answer that breaks off is a phone that is lost', async () => {
  await assert.rejects(describePhone(phone(['13'], '').phone, facts), PhoneLostError);
});
