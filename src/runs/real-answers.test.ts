import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseRow } from '../codes/phone-sms.ts';
import { accountLists, xiaomiAccounts } from '../phone/account.ts';
import { parseList } from '../phone/adb-list.ts';
import { stateChecks } from '../phone/doctor/state.ts';
import { parseFacts, type PhoneFacts } from '../phone/facts.ts';
import { lockIn } from '../phone/lock.ts';

/** Answers in the form in which real phones gave them, with names and numbers that are made up. */
const FOLDER = join(import.meta.dirname, '../../recorded/answers');
const answer = (name: string) => readFileSync(join(FOLDER, `${name}.txt`), 'utf8');

/** Blocks, each under a line that says what it is. */
const blocks = (text: string) =>
  text.split(/^# /m).flatMap((block) => {
    const [title = '', ...lines] = block.split('\n');
    return title === '' ? [] : [{ title, text: lines.join('\n') }];
  });

const NO_ACCOUNT = '@@mi-unbind:account\nUser UserInfo{0:Owner:13}:\n  Accounts: 0\n';
const factsOf = (properties: string, more = NO_ACCOUNT): PhoneFacts =>
  parseFacts(`@@mi-unbind:props\n${properties}\n${more}`);

describe('what real phones answer is understood:', () => {
  for (const { title, text } of blocks(answer('properties'))) {
    it(`properties of ${title}`, () => {
      const [release, region, sdk] = title.split(', ');
      const facts = factsOf(text);
      assert.deepEqual([facts.release, facts.region, `Android API ${facts.sdk}`], [release, region, sdk]);
      assert.match(facts.language, /^(zh-CN|en-US)$/);
      assert.notEqual(facts.model, '');
      assert.notEqual(facts.build, '');
    });
  }

  it('a developer build is of China where the phone does not say its region, or says cn', () => {
    const developers = blocks(answer('properties')).filter(({ title }) => title.includes('developer'));
    assert.deepEqual(
      developers.map(({ text }) => [/miui\.build\.region/.test(text), factsOf(text).region]),
      [
        [false, 'china'],
        [true, 'china'],
      ],
    );
  });

  for (const [name, account] of [
    ['accounts-android-10', '6230***535'],
    ['accounts-hyperos-line', '7719***304'],
    ['accounts-android-11', '6230001535'],
  ] as const) {
    it(`an account list, whatever its owner is called and its accounts are named: ${name}`, () => {
      assert.deepEqual(xiaomiAccounts(answer(name)), [account]);
      assert.deepEqual(factsOf('', `@@mi-unbind:account\n${answer(name)}`).accounts, [account]);
    });
  }

  it('an account list under the name of an owner in any script', () => {
    for (const owner of ['المالك', 'בעלים', 'Chủ sở hữu', 'Собственик', 'Eigentümer:in', 'a}, {0:', '所有者'])
      assert.deepEqual(xiaomiAccounts(answer('accounts-android-11').replace('机主', owner)), ['6230001535']);
  });

  it('users: whoever is in front of the owner has a space of its own', () => {
    for (const { text } of blocks(answer('users'))) {
      const ids = [...text.matchAll(/UserInfo\{(\d+):/g)].map(([, id]) => Number(id));
      for (const id of ids)
        assert.equal(factsOf('', `${NO_ACCOUNT}@@mi-unbind:user\n${id}\n`).user, id, String(id));
      const lists = accountLists(
        [...text.matchAll(/UserInfo\{[^}]*\}/g)].map(([user]) => `User ${user}:\n  Accounts: 0\n`).join(''),
      );
      assert.deepEqual([...lists.keys()], ids);
    }
  });

  it('phones as adb lists them, at the cable and by network', () => {
    const phones = parseList(answer('devices'));
    assert.equal(phones.length, answer('devices').trimEnd().split('\n').length);
    assert.ok(phones.every(({ state, model }) => state === 'device' && model !== undefined));
    assert.deepEqual(
      phones.map(({ serial, usb }) => [serial, usb].filter(Boolean).join(' ')),
      [
        'A1B2C3D40001',
        'A1B2C3D4 usb:0-1.3',
        'B1B2C3D4 usb:3',
        'C1B2C3D4',
        'D1B2C3D4',
        'adb-E1B2C3D4-fghijk._adb-tls-connect._tcp',
        'adb-F1B2C3D4-lmnopq (2)._adb-tls-connect._tcp',
        '192.168.7.31:42805',
      ],
    );
  });

  it('a text of an SMS keeps its commas, its line breaks and what looks like another row', () => {
    const sms = parseRow(answer('sms-one'));
    assert.deepEqual([sms?.from, sms?.date], ['191', 1719020893266]);
    assert.match(sms?.text ?? '', /^\[TB\] DATA FOR YOU!\n1\. Soan [^]+\nRow: 1 _id=9, [^]+sim_id=|204816/);
    // Rows with MIUI's own columns after the text are no answer to what is asked, and none is made of them.
    assert.equal(parseRow(answer('sms-inbox')), undefined);
  });

  it('the charge and the charger', () => {
    const battery = stateChecks.find(({ check }) => check === 'battery');
    const said = answer('battery-hyperos-3');
    const judged = battery?.judge(said, {} as never);
    assert.deepEqual([judged?.verdict, judged?.what], ['ok', '97 %, charging']);
  });

  it('a lock, and what is in front of it', () => {
    const said = answer('window-locked-hyperos-3');
    assert.equal(lockIn(said), 'swipe');
    assert.equal(
      lockIn(`${said} User "机主" (id=0, flags=0x4c13) (current): trusted=0, deviceLocked=1\n`),
      'secure',
    );
    const front = stateChecks.find(({ check }) => check === 'front');
    assert.equal(front?.judge(said, {} as never)?.what, 'NotificationShade');
  });
});
