import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extractCode } from './extract-code.ts';
import { visibleText } from './visible-text.ts';

const none = 'no number of 6 digits';
const other = 'no number of 6 digits that can be a code';
const two = 'two numbers could be the code';
const weak = 'a number of 6 digits, but no word for a code';
const notSix = 'the code is not a number of 6 digits';

/** The code is 048213 wherever one is expected. */
const sms: [text: string, reason?: string][] = [
  // Shapes Xiaomi sends.
  ['【小米】048213（登录验证码，请勿泄露）'],
  ['【小米】048213'],
  ['【小米】您正在登录小米账号，验证码048213，10分钟内有效。'],
  ['【小米】验证码：048213，10分钟内有效，工号123456'],
  ['048213（动态验证码），请在30分钟内填写【小米】'],
  ['048213（请勿告诉他人）【小米】'],
  ['[小米]048213(小米帐号验证码,5分钟内有效,请勿泄漏)'],
  ['【Xiaomi】Your code is 048213 (valid for 5 minutes)'],
  ['Your Mi Account verification code is 048213. This OTP expires in 1 day.'],
  ['048213 is your Xiaomi verification code.'],
  ['<#> Your OTP: 048213\nFA+9qCX9VSu'],
  ['Your code is 048213.\n\n@account.xiaomi.com #048213'],
  ['Xiaomi 048213'],
  ['【小米】048213 Besucher, 654321 Gäste'],
  // As people write digits.
  ['Your code is 048 213'],
  ['Your code is 048-213.'],
  ['Your code is 048–213.'],
  ['Your code is 048\u00a0213'],
  ['Your code: 04 82 13'],
  ['Your code: 0 4 8 2 1 3'],
  ['Your code: 0-4-8-2-1-3'],
  ['验证码：０４８２１３，请勿泄露'],
  ['رمز التحقق الخاص بك هو ٠٤٨٢١٣ من Xiaomi'],
  ['رمز التحقق: \u202a048213\u202c\u200f صالح لمدة 10 دقائق'],
  ['\u200fکد تأیید شما: ۰۴۸۲۱۳'],
  ['आपका सत्यापन कोड ०४८२१३ है'],
  ['Your code is 048\u200b213'],
  ['Your code is 048\u00ad213'],
  ['Your code is *048213*'],
  ['Your code is 048\u034f213\u034f\u200c\u3164'],
  ['Your code:\n0\n4\n8\n2\n1\n3\nBye'],
  // Languages.
  ['Вашият код за потвърждение е 048213.'],
  ['Код подтверждения Mi аккаунта: 048213. Никому не сообщайте код!'],
  ['Ваш код: 048213. Дійсний 10 хвилин.'],
  ['Su código de verificación es 048213.'],
  ['Seu código de verificação da Conta Mi é 048213'],
  ['Il tuo codice di verifica è 048213'],
  ['Votre code de vérification : 048213'],
  ['Ihr Bestätigungscode lautet 048213.'],
  ['Twój kod weryfikacyjny: 048213'],
  ['Váš ověřovací kód: 048213'],
  ['Az Ön ellenőrző kódja: 048213'],
  ['Doğrulama kodunuz 048213. 10 dakika geçerlidir.'],
  ['Mã xác minh của bạn là 048213'],
  ['รหัสยืนยันของคุณคือ048213'],
  ['Kode verifikasi Anda 048213'],
  ['[샤오미] 인증번호는 048213입니다'],
  ['【シャオミ】認証コード：048213'],
  ['您的驗證碼為048213，請於10分鐘內輸入'],
  ['Ο κωδικός επαλήθευσης είναι 048213'],
  ['קוד האימות שלך הוא 048213'],
  // Numbers beside it.
  ['Your code is 048213. Again: 048213.'],
  ['Xiaomi 2024: order no. 654321, verification code 048213, total $123456'],
  ['Your verification code for order 654321: 048213'],
  ['订单编号：654321，验证码：048213，客服电话400100'],
  ['Код 048213 для заказа № 654321, тел. +7 495 123456'],
  ['验证码048213 10分钟内有效'],
  ['验证码:048213,10分钟内有效'],
  ['Your verification code for 0888123456 is 048213. Call 0700 123456'],
  ['Ваш код для 0888123456: 048213'],
  ['body { color: 333333; background: 999999 } Your code is 048213.'],
  ['Code 048213 valid till 25-11-26 12:30:45'],
  // No code.
  ['', none],
  ['Your code is on its way', none],
  ['Your code is 48213', none],
  ['Your code is 1048213', none],
  ['Your code is 1048213 for the device 654321', notSix],
  ['Your code: AB048213', other],
  ['Your code: AB048213. Device\n654321', notSix],
  ['Your code is 1234. Room 12\n654321', notSix],
  ['Your order 048213 has been sent', other],
  ['Invoice no. 048213', other],
  ['Your order:\n048213', other],
  ['Mi ID: 048213', other],
  ['Ваш заказ № 048213 отправлен', other],
  ['Поръчка 048213 е изпратена', other],
  ['订单048213已发货', other],
  ['您的取件码048213', other],
  ['Код ошибки: 048213', other],
  ['Su pedido n.º 048213', other],
  ['رقم الطلب: 048213', other],
  ['Postal code 048213', other],
  ['京ICP备048213号', other],
  ['Xiaomi, Beijing, China 048213', other],
  ['Pay $048213 or 048213 руб', other],
  ['+86 138 048213', other],
  ['(0888) 048213', other],
  ['138****048213', other],
  ['color #048213, id AB048213, 0x048213, 048213px', other],
  ['1.048213 and 048213,50 and 048213/2', other],
  ['code: https://account.xiaomi.com/pass/048213', none],
  ['code: account.xiaomi.com/pass?c=048213', none],
  ['Write to 048213@example.com for a code', none],
  ['Your code was sent. Period 202411', weak],
  ['Here is a code. 202411\nRoom\n654321', weak],
  ['Your code is \u202e312840\u202c', none],
  ['Your code\n0\n4\n8\n2\n1\n3\n7', none],
  ['2024-11-25 12:30:45', none],
  ['25-11-26', none],
  ['Your code is 048213 or 654321', two],
  ['Your code is 048213. Your new code is 654321.', two],
  ['【小米】048213【小米】654321', two],
];
for (const [text, reason] of sms) {
  test(`${JSON.stringify(text)} has ${reason ?? 'its code'}`, () => {
    assert.deepEqual(extractCode({ channel: 'sms', text }), reason ? { none: reason } : { code: '048213' });
  });
}

/** A mail as Xiaomi lays it out: colours, tracking ids, a footer with numbers. */
const page = (
  body: string,
) => `<html><head><title>Xiaomi 111111</title><style>.a{color:#333333}#x123456{background:#ff6700}</style></head>
  <body bgcolor="#f2f2f2"><img src="https://t.notice.xiaomi.com/o/583920.gif" alt="583920" width="1"><div style="display:none">998877</div>
  <table width="600" style="color:#212121;border:1px solid #e0e0e0"><tr><td style="font-size:0"><div style="font-size:14px">${body}</div></td></tr>
  <tr><td><a href="https://account.xiaomi.com/helpcenter?id=482910">Help</a> <p style="color:#999999">© 2010-2024 Xiaomi. All rights reserved</p>
  <p>京ICP备10046444号-6 京公网安备11010802020134号</p><p>Order no. 204817 · Mi ID 6230535 · Ticket: 771204</p>
  <p>Anningzhuang Rd, Haidian District, Beijing 100085</p></td></tr></table></body></html>`;
const mails: [what: string, body: string, reason?: string][] = [
  [
    'the code in its sentence',
    '<p>Dear user,</p><p>Your verification code is <b style="color:#ff6700">048213</b>.</p>',
  ],
  [
    'the code on its own line',
    '<p>Use the code below to sign in to your Mi Account:</p><h1>048213</h1><p>It is valid for 10 minutes.</p>',
  ],
  [
    'a cell for each digit',
    `<p>Code</p><table><tr>${[...'048213'].map((digit) => `<td>${digit}</td>`).join('')}</tr></table>`,
  ],
  [
    'a table of labels and values',
    '<table><tr><td>Account</td><td>62***35</td></tr><tr><td>Code</td><td>048213</td></tr></table>',
  ],
  [
    'labels above their values',
    '<table><tr><td><p>Order</p><p>654321</p></td><td><p>Code</p><p>048213</p></td></tr></table>',
  ],
  [
    'Chinese',
    '<p>尊敬的用户：</p><p>您的小米帐号验证码为：<strong>048213</strong>，请在30分钟内完成验证。</p>',
  ],
  ['Bulgarian', '<p>Здравейте,</p><p>Вашият код за потвърждение е:</p><p>048213</p>'],
  [
    'Arabic, right to left',
    '<div dir="rtl"><p>رمز التحقق الخاص بك هو:</p><p>&#x200f;٠٤٨٢١٣&#x200e;</p></div>',
  ],
  ['a language without a word we know, on its own line', '<p>Zure egiaztapena:</p><p>048213</p>'],
  ['the same code twice', '<p>Code 048213</p><p>Your code: 048213</p>'],
  [
    'an order number in the sentence of the code',
    '<p>Your verification code for order no. 654321:</p><p>048213</p>',
  ],
  ['the code in a link only', '<p>Your code: <a href="https://x.example/048213">open</a></p>', other],
  ['no code', '<p>Your password was changed on 2024-11-25 at 12:30.</p>', other],
  ['two codes', '<p>Your code is 048213.</p><p>Your code is 654321.</p>', two],
  ['a number for a name', '<p>Dear 654321, your verification code is:</p><p>048213</p>', two],
  ['two numbers, each on its line', '<p>Hello</p><p>048213</p><p>654321</p>', two],
  [
    'a number in a long text without a word for a code',
    `<p>${'Xiaomi hat viele Telefone. '.repeat(12)} 048213 Besucher</p>`,
    weak,
  ],
];
for (const [what, body, reason] of mails) {
  test(`a mail with ${what} has ${reason ?? 'its code'}`, () => {
    assert.deepEqual(
      extractCode({ channel: 'mail', text: `Xiaomi\n${visibleText(page(body))}` }),
      reason ? { none: reason } : { code: '048213' },
    );
  });
}

/** Numbers from 0 to 1, the same at each run (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('whatever stands around it, a wrong code is never taken', () => {
  const random = seeded(20241125);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  const noises: (() => string)[] = [
    () =>
      pick([
        'Hello',
        'Xiaomi',
        'Уважаеми клиент',
        '尊敬的用户',
        'please',
        'عزيزي',
        'sign in now',
        '【小米】',
        '—',
        '(',
        ')',
        '!',
        '\t',
      ]),
    () => digits(pick([1, 2, 3, 4, 5, 7, 8, 10, 11])),
    () => `#${digits(6)}`,
    () => `order no. ${digits(6)}`,
    () => `订单号${digits(6)}`,
    () => `заказ № ${digits(6)}`,
    () => `Mi ID: ${digits(6)}`,
    () => `$${digits(6)}`,
    () => `${digits(6)} руб.`,
    () => `https://x.example/${digits(6)}?c=${digits(6)}`,
    () => `${digits(6)}@example.com`,
    () => `+${digits(2)} ${digits(3)} ${digits(6)}`,
    () => `AB${digits(6)}`,
    () => `${digits(6)}cd`,
    () => `20${digits(2)}-1${pick([0, 1, 2])}-2${digits(1)} 1${digits(1)}:${pick(['00', '30', '45'])}`,
    () => `${digits(6)}.${digits(2)}`,
    () => '\n',
    () => '. ',
  ];
  const phrases = [
    (code: string) => `Your verification code is ${code}.`,
    (code: string) => `${code} is your code.`,
    (code: string) => `验证码：${code}，请勿泄露。`,
    (code: string) => `Код подтверждения: ${code}.`,
    (code: string) => `رمز التحقق هو ${code}.`,
    (code: string) => `Your code:\n${code}\n`,
  ];
  let taken = 0;
  const rounds = 4000;
  for (let round = 0; round < rounds; round++) {
    const code = digits(6);
    const noise = () => Array.from({ length: Math.floor(random() * 6) }, () => pick(noises)()).join(' ');
    const text = `${noise()}\n${pick(phrases)(code)}\n${noise()}`;
    const found = extractCode({ channel: pick(['mail', 'sms']), text });
    if ('code' in found) {
      assert.equal(found.code, code, JSON.stringify(text));
      taken++;
    }
  }
  assert.ok(taken > rounds * 0.97, `${taken} of ${rounds} codes are found`);
});

test('the longest message is read in little time', () => {
  const pieces = [
    'a',
    '1 ',
    '1',
    'code ',
    'a.',
    '1\t',
    '123456 ',
    'x@',
    '(1 ',
    '\n',
    'code 123456, x ',
    '*',
    '【',
    'order ',
    '123456(',
    'http://a ',
  ];
  for (const piece of pieces) {
    const text = piece.repeat(100_000 / piece.length);
    assert.ok('none' in extractCode({ channel: 'sms', text }) || piece.includes('code 1'), piece);
    assert.deepEqual(extractCode({ channel: 'mail', text: text + text + piece }), {
      none: 'the text is too long for a code',
    });
  }
});

test('fifty numbers that could be the code are looked at, and three hundred that only look like one', () => {
  const many = 'too many numbers of 6 digits';
  const numbers = (count: number) => '048213\n'.repeat(count);
  assert.deepEqual(extractCode({ channel: 'mail', text: `your code: 048213\n${numbers(49)}` }), {
    code: '048213',
  });
  assert.deepEqual(extractCode({ channel: 'mail', text: `your code: 048213\n${numbers(50)}` }), {
    none: many,
  });
  const shapes = (count: number) => 'order 123456\n'.repeat(count);
  assert.deepEqual(extractCode({ channel: 'mail', text: `${shapes(299)}your code: 048213` }), {
    code: '048213',
  });
  assert.deepEqual(extractCode({ channel: 'mail', text: `${shapes(300)}your code: 048213` }), { none: many });
});

test('a text of a hundred thousand characters is read, also where it becomes twice as long when it is made plain', () => {
  const long = 'the text is too long for a code';
  const padded = (pad: string, count: number) => ({
    channel: 'mail' as const,
    text: `your code: 048213\n${pad.repeat(count)}`,
  });
  const head = 'your code: 048213\n'.length;
  assert.deepEqual(extractCode(padded('x', 100_000 - head)), { code: '048213' });
  assert.deepEqual(extractCode(padded('x', 100_001 - head)), { none: long });
  // U+FDFA is eighteen letters.
  assert.deepEqual(extractCode(padded('\ufdfa', 11_000)), { code: '048213' });
  assert.deepEqual(extractCode(padded('\ufdfa', 11_200)), { none: long });
});

test('what could not be read brings the reason for that', () => {
  assert.deepEqual(extractCode({ channel: 'mail', text: 'code 048213', unread: 'it cannot be read' }), {
    none: 'it cannot be read',
  });
});

test('an SMS without a word for a code is short, or says what its number is', () => {
  const sms = (length: number) => ({
    channel: 'sms' as const,
    text: `048213 ${'x'.repeat(length - '048213 '.length)}`,
  });
  assert.deepEqual(extractCode(sms(300)), { code: '048213' });
  assert.deepEqual(extractCode(sms(301)), { none: weak });
});
