import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFor } from './addresses.ts';
import { extractCode } from './extract-code.ts';
import { readMail } from './mail.ts';
import { isAllowedSender, whyRefused } from './senders.ts';

/** The code of every mail here that has one. All else of six digits in them is something else. */
const CODE = '730416';
const allowed = { mail: ['xiaomi.com', 'mi.com'], sms: [] };
const FROM = 'From: Xiaomi Corporation <noreply@notice.xiaomi.com>';
const TO = 'To: bench+4@example.com';

const plainPart = (text: string) => [
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  text,
];
const htmlPart = (html: string) => [
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(html).toString('base64'),
];
const parts = (kind: string, boundary: string, ...all: string[][]) => [
  `Content-Type: multipart/${kind}; boundary="${boundary}"`,
  '',
  ...all.flatMap((part) => [`--${boundary}`, ...part]),
  `--${boundary}--`,
];
const mail = (content: string[], headers: string[] = [FROM, TO, 'Subject: Xiaomi Account verification']) =>
  Buffer.from([...headers, 'MIME-Version: 1.0', ...content, ''].join('\r\n'));
const read = (raw: Buffer) =>
  readMail(raw, { id: 'x', stream: 'INBOX/9', number: 1, receivedAt: Date.UTC(2026, 4, 2) });
const codeOf = async (raw: Buffer) => {
  const found = extractCode(await read(raw));
  return 'code' in found ? found.code : undefined;
};

/** As the account's mails are laid out: greeting, code, where and when, address of the company. */
const PAGE =
  '<html><body><p>Hello,</p><p>Your verification code is: <b style="font-size:26px">730416</b></p>' +
  '<p>Signed in on 2026-05-02 08:14:09 (UTC+8), IP 198.51.100.9, Redmi Note 13</p>' +
  '<p style="color:#888888">Xiaomi, Haidian District, Beijing 100085</p></body></html>';
const both = (plain: string, page = PAGE) => parts('alternative', 'alt', plainPart(plain), htmlPart(page));
const withFooter = (...footer: string[]) =>
  mail(parts('mixed', 'mix', htmlPart(PAGE), plainPart(footer.join('\r\n'))));

describe('case a4: what list software and gateways add to a mail is no code', () => {
  const footers: [what: string, ...lines: string[]][] = [
    ['a post of the list', '_____', 'bench list, post 518823'],
    ['a number of the archive', '_____', 'bench list', 'Archive no. 518823 https://lists.example.com/518823'],
    [
      'a link',
      '--',
      'You received this message because you are subscribed to "bench".',
      'https://groups.example.com/d/518823',
    ],
    ['a ticket', '--', 'Ticket#518823'],
    ['a telephone number', '--', 'Bench Ltd, tel. 02 5188239'],
    ['a number for VAT', '--', 'Bench Ltd, VAT BG518823991'],
    ['a date', 'Scanned 20260502 by gateway'],
    ['a short date', 'Scanned 020526 by gateway'],
    ['a postcode', '--', 'Bench Ltd, 1 Mladost Blvd, 518823 Sofia'],
    ['a bare number', '--', '518823'],
  ];
  for (const [what, ...lines] of footers) {
    it(`not ${what}, beside the code`, async () => assert.equal(await codeOf(withFooter(...lines)), CODE));
    it(`not ${what}, where the code is a picture`, async () => {
      const picture = htmlPart(
        '<p>Your code is in this picture:</p><img src="https://x.example/a.png" alt="">',
      );
      assert.equal(
        await codeOf(mail(parts('mixed', 'mix', picture, plainPart(lines.join('\r\n'))))),
        undefined,
      );
    });
  }

  it('not what is put before its subject', async () => {
    const tagged = (content: string) =>
      mail(htmlPart(content), [FROM, TO, 'Subject: [bench 518823] Xiaomi verification code']);
    assert.equal(await codeOf(tagged('<img src="https://x.example/a.png" alt="">')), undefined);
    assert.equal(await codeOf(tagged(PAGE)), CODE);
  });

  it('not the post of a list whose mail has its code in the HTML alone', async () => {
    const alternatives = both('Please view in a browser');
    const raw = mail(parts('mixed', 'mix', alternatives, plainPart('_____\r\nbench list, post 518823')));
    assert.equal(await codeOf(raw), CODE);
  });
});

describe('case a5: the HTML is read whatever stands in the plain part', () => {
  const placeholders = [
    'This message is in HTML. Please use a mail program that shows it.\r\n\r\nXiaomi, Haidian District, Beijing 100085',
    'See the HTML version for full formatting.\r\nTicket 518823',
    'May 2026 newsletter - see HTML version. Ref 202605',
    'View online: mail id 518823',
    'View online: 518823',
    'CAUTION: This email originated from outside of the organization. Incident line 0800 518823.\r\n\r\nPlease view in a browser',
    'Sent by gateway 518823',
    '',
  ];
  for (const plain of placeholders) {
    it(`beside ${JSON.stringify(plain)}`, async () => assert.equal(await codeOf(mail(both(plain))), CODE));
  }

  it('and two alternatives that say two codes say none', async () => {
    assert.equal(await codeOf(mail(both('Your verification code is 518823'))), undefined);
  });
});

describe('a mail is read as a person sees it', () => {
  const boxes = (style: string) => [...CODE].map((digit) => `<div style="${style}">${digit}</div>`).join('');
  const pages: [what: string, html: string, code?: string][] = [
    [
      'digits in a row of boxes',
      `<p>Your code</p><div>${boxes('display:inline-block;padding:6px')}</div>`,
      CODE,
    ],
    [
      'digits in flexible boxes',
      `<p>Your code</p><div style="display:flex">${[...CODE].map((n) => `<span>${n}</span>`).join('')}</div>`,
      CODE,
    ],
    ['digits with gaps', '<p>Your code</p><p><span style="letter-spacing:9px">7 3 0 4 1 6</span></p>', CODE],
    ['a drawing', '<p>Your code</p><svg><title>518823</title><text x="1" y="9">730416</text></svg>', CODE],
    [
      'a drawing with a digit a piece',
      `<p>Your code</p><svg>${[...CODE].map((n) => `<text>${n}</text>`).join('')}</svg>`,
      CODE,
    ],
    [
      'a hidden line above it',
      '<div style="display:none">Your code: 518823</div><p>Your code</p><h1>730416</h1>',
      CODE,
    ],
    [
      'a line that takes no room',
      '<div style="max-height:0;overflow:hidden;opacity:0">Your last code was 518823.</div><p>Your code</p><h1>730416</h1>',
      CODE,
    ],
    [
      'a line in no colour',
      '<p style="color:transparent">Code 518823</p><p>Your code</p><h1>730416</h1>',
      CODE,
    ],
    [
      'a line a class hides',
      '<style>.pre, .x { display:none !important }</style><p class="pre">Code 518823</p><p>Code 730416</p>',
      CODE,
    ],
    [
      'a class for small screens',
      '<style>@media (max-width:9px){.s{display:none}}</style><p class="s">Code 730416</p>',
      CODE,
    ],
    [
      'a line off the screen',
      '<p style="position:absolute;left:-9999px">Code 518823</p><p>Code 730416</p>',
      CODE,
    ],
    [
      'digits shown back to front',
      `<p>Your code</p><div style="display:flex;flex-direction:row-reverse">${boxes('')}</div>`,
    ],
    [
      'a version for Word',
      '<!--[if mso]><p>Code 518823</p><![endif]--><!--[if !mso]><!--><p>Code <b>730416</b></p><!--<![endif]-->',
      CODE,
    ],
    [
      'colours and a Mi ID',
      '<style>.c{color:#518823}</style><p>Code <b style="color:#123456">730416</b></p><p>Mi ID 5188239</p>',
      CODE,
    ],
    [
      'the code of a device',
      '<p>Xiaomi Hesabı 51****23 şifreniz değiştirildi. IP: 198.51.100.9, cihaz kodu: Redmi 518823</p><p>Beijing 100085</p>',
    ],
    [
      'Turkish',
      '<p>Sayın 51****23,</p><p>Doğrulama kodunuz:</p><p>730416</p><p>Kod 30 dakika geçerlidir. 2026-05-02 08:14</p>',
      CODE,
    ],
    [
      'Spanish',
      '<p>Estimado usuario:</p><p>Su código de verificación es <b>730416</b>.</p><p>Válido 30 min.</p>',
      CODE,
    ],
  ];
  for (const [what, html, code] of pages) {
    it(`with ${what}`, async () => assert.equal(await codeOf(mail(htmlPart(html))), code));
  }

  const glued =
    'Hi there,If that was you, enter this code:730416If you were not signing in, reset your password.';
  const bytes = (label: string, text: string) => [
    'Content-Transfer-Encoding: 8bit',
    `Content-Type: text/plain; charset=${label}`,
    '',
    text,
  ];
  const others: [what: string, raw: Buffer][] = [
    ['that lost what stands between its elements', mail(plainPart(glued))],
    ['in a charset that does not exist', mail(bytes('utf8mb4', '您的小米账号验证码：730416'))],
    ['in UTF-8 said to be GB2312', mail(bytes('gb2312', '您的小米账号验证码：730416，30分钟内有效'))],
    ['in UTF-8 said to be ASCII', mail(bytes('us-ascii', 'Ваш код подтверждения: 730416'))],
    [
      'without MIME',
      Buffer.from([FROM, TO, 'Subject: Hello', '', 'Your verification code is 730416'].join('\r\n')),
    ],
    [
      'in an encoding that does not exist',
      mail(['Content-Transfer-Encoding: 8-bit', '', 'Your verification code is 730416']),
    ],
    [
      'whose line breaks in the code',
      mail([
        'Content-Type: text/html; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '<p>Your code is <b>73=',
        '0416</b></p>',
      ]),
    ],
    [
      'that is signed',
      mail(
        parts('signed', 'sig', both('Your verification code is 730416'), [
          'Content-Type: application/pkcs7-signature',
          '',
          'MIAG',
        ]),
      ),
    ],
    [
      'of Outlook',
      mail(
        parts('mixed', 'win', plainPart('Your verification code is 730416'), [
          'Content-Type: application/ms-tnef; name=winmail.dat',
          '',
          'eJ8',
        ]),
      ),
    ],
    [
      'with a version for AMP',
      mail(
        parts(
          'alternative',
          'alt',
          plainPart(''),
          ['Content-Type: text/x-amp-html', '', '<p>Code 518823</p>'],
          htmlPart(PAGE),
        ),
      ),
    ],
    [
      'with the code in its subject',
      mail(htmlPart('<img alt="">'), [FROM, TO, 'Subject: 730416 is your Xiaomi verification code']),
    ],
  ];
  for (const [what, raw] of others) it(`one ${what}`, async () => assert.equal(await codeOf(raw), CODE));
});

describe('case a9: a mail whose sender a group has rewritten', () => {
  const group = (original: string) =>
    mail(plainPart('Your verification code is 730416'), [
      `From: "'Xiaomi Corporation' via Bench" <bench@lab.example.com>`,
      TO,
      'Subject: Xiaomi Account verification',
      `X-Original-From: ${original}`,
    ]);
  const withGroup = { ...allowed, mail: [...allowed.mail, 'bench@lab.example.com'] };

  it('is refused, and keeps who the group says it is from', async () => {
    const message = await read(group('Xiaomi Corporation <noreply@notice.xiaomi.com>'));
    assert.equal(isAllowedSender(message, allowed), false);
    assert.equal(message.original, 'noreply@notice.xiaomi.com');
    assert.match(whyRefused(message, allowed), /a group put its own address.*CODE_SENDERS/);
  });

  it('is taken where the group is allowed, if the one it speaks for is too', async () => {
    assert.equal(isAllowedSender(await read(group('Xiaomi <noreply@notice.xiaomi.com>')), withGroup), true);
    for (const other of ['Xiaomi <thief@evil.example>', '', 'a@xiaomi.com, thief@evil.example'])
      assert.equal(isAllowedSender(await read(group(other)), withGroup), false, other);
  });
});

describe('case a10: the dots of a Gmail address', () => {
  const same = ['b.ench.4@gmail.com', 'BENCH4@googlemail.com', 'bench4@gmail.com'];
  for (const address of same)
    it(`${address} is bench4@gmail.com`, () => assert.equal(isFor([address], 'bench4@gmail.com'), true));
  const others = ['b.ench4@example.com', 'bench4+1@gmail.com', 'bench4@gmail.com.example'];
  for (const address of others)
    it(`${address} is not`, () => assert.equal(isFor([address], 'bench4@gmail.com'), false));
  it('leaves the dots of what stands behind a plus', () =>
    assert.equal(isFor(['x+a.b@gmail.com'], 'x+ab@gmail.com'), false));
});

it('a tag that only the server still knows is known', async () => {
  const headers = (to: string, delivered: string) => [
    FROM,
    `To: ${to}`,
    `Delivered-To: ${delivered}`,
    'Subject: x',
  ];
  const text = plainPart('Your verification code is 730416');
  assert.equal(
    isFor(
      (await read(mail(text, headers('bench@example.com', 'bench+4@example.com')))).to,
      'bench+4@example.com',
    ),
    true,
  );
  assert.equal(
    isFor(
      (await read(mail(text, headers('bench+4@example.com', 'bench@example.com')))).to,
      'bench@example.com',
    ),
    false,
  );
});
