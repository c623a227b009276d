import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAllowedSender, whyRefused } from './senders.ts';

const allowed = { mail: ['xiaomi.com', '@mi.com', 'Codes@Example.com'], sms: [] };
const mails: [from: string, is: boolean][] = [
  ['noreply@notice.xiaomi.com', true],
  ['NoReply@XIAOMI.com', true],
  ['a@mi.com', true],
  ['codes@example.com', true],
  ['other@example.com', false],
  ['codes@sub.example.com', false],
  ['noreply@evilxiaomi.com', false],
  ['noreply@xiaomi.com.evil.net', false],
  ['xiaomi.com@evil.net', false],
  ['noreply@xiaomi.com@evil.net', false],
  ['xiaomi.com', false],
  ['', false],
];
for (const [from, is] of mails) {
  test(`a mail from '${from}' is ${is ? '' : 'not '}allowed`, () => {
    assert.equal(isAllowedSender({ channel: 'mail', from, text: 'Xiaomi' }, allowed), is);
  });
}

test('nobody may send a mail where nobody is allowed to', () => {
  const message = { channel: 'mail', from: 'a@xiaomi.com', text: 'Xiaomi' } as const;
  assert.equal(isAllowedSender(message, { mail: [], sms: ['a@xiaomi.com'] }), false);
  assert.equal(isAllowedSender(message, { mail: ['', '@'], sms: [] }), false);
});

const listed: [from: string, is: boolean][] = [
  ['XIAOMI', true],
  [' xiaomi ', true],
  ['Xiaomi2', false],
  ['10690329013', true],
  ['+8610690329013', true],
  ['90329013', true],
  ['329013', false],
  ['10690329014', false],
  ['+359 888 123 456', true],
  ['0888123456', true],
  ['123456', false],
  ['', false],
];
for (const [from, is] of listed) {
  test(`with a list of senders an SMS from '${from}' is ${is ? '' : 'not '}allowed`, () => {
    const senders = { mail: [], sms: ['Xiaomi', '10690329013', '+359888123456'] };
    assert.equal(isAllowedSender({ channel: 'sms', from, text: '【小米】123456' }, senders), is);
  });
}

const texts: [text: string, is: boolean][] = [
  ['【小米】123456（登录验证码）', true],
  ['Your XIAOMI code is 123456', true],
  ['Xiaomi验证码123456', true],
  ['Ｘｉａｏｍｉ 123456', true],
  ['Your Mi Account verification code is 123456. This OTP expires in 1 day.', true],
  ['Код Mi аккаунта: 123456', true],
  ['Код за вашия Mi Профил: 123456', true],
  ['Mi帐号验证码123456', true],
  ['Mi 账号验证码123456', true],
  ['Código de tu cuenta Mi: 123456', true],
  ['Código da Conta Mi: 123456', true],
  ['Code de votre compte Mi : 123456', true],
  ['Code für Ihr Mi-Konto: 123456', true],
  ['Mi hesabınız için kod: 123456', true],
  ['رمز حساب Mi هو 123456', true],
  ['Kod do konta Mi: 123456', true],
  ['شاومي: رمز التحقق 123456', true],
  ['샤오미 인증번호 123456', true],
  ['123456 is your Other code', false],
  ['Miami Account 123456', false],
  ['My account code 123456', false],
  ['Semi account 123456', false],
  ['Bank account Miles 123456', false],
  ['Notxiaomix 123456', false],
  ['mi 123456', false],
  ['', false],
];
for (const [text, is] of texts) {
  test(`an SMS that says '${text}' ${is ? 'names' : 'does not name'} Xiaomi`, () => {
    assert.equal(isAllowedSender({ channel: 'sms', from: '10690', text }, allowed), is);
  });
}

test('why a message of another sender is not taken, with what would allow it', () => {
  const anybody = { mail: ['xiaomi.com'], sms: [] };
  assert.equal(
    whyRefused({ channel: 'sms' }, { ...anybody, sms: ['Xiaomi'] }),
    'not from a sender in SMS_SENDERS',
  );
  assert.equal(
    whyRefused({ channel: 'sms' }, anybody),
    'it does not name Xiaomi; SMS_SENDERS can name the senders of codes',
  );
  assert.equal(whyRefused({ channel: 'mail' }, anybody), 'not from a sender who may send codes');
  assert.equal(
    whyRefused({ channel: 'mail', original: 'noreply@xiaomi.com' }, anybody),
    "not from a sender who may send codes: a group put its own address in the sender's place (X-Original-From); with that address in CODE_SENDERS, its mails from senders who may send codes are taken, and no others",
  );
});

test('where senders of SMS are named, what an SMS says counts no more', () => {
  const text = '【小米】123456';
  const from = (sender: string) =>
    isAllowedSender({ channel: 'sms', from: sender, text }, { mail: [], sms: ['MI-Code', '+8610690329013'] });
  for (const sender of ['MI-Code', ' mi-code ', '+86 10690 329013']) assert.equal(from(sender), true, sender);
  for (const sender of ['MI', '10690329014', 'Xiaomi', '']) assert.equal(from(sender), false, sender);
});

test('an SMS is looked at in its first ten thousand characters', () => {
  const said = (before: number) =>
    isAllowedSender(
      { channel: 'sms', from: '1', text: `${' '.repeat(before)}Xiaomi` },
      { mail: [], sms: [] },
    );
  assert.equal(said(10_000 - 6), true);
  assert.equal(said(10_000 - 5), false);
});
