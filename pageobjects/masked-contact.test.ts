import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canBe, shownContact } from './masked-contact.ts';

test('the contact is found among words of any language', () => {
  const cases: [text: string, mask: string | undefined][] = [
    ['Phone +35988****567', '+35988****567'],
    ['将发送至 138****1234 的短信', '138****1234'],
    ['إلى \u202A+201•••••567\u202C', '+201*****567'],
    ['Email mi***a@example.com', 'mi***a@example.com'],
    ['发送到m＊＊a@ex＊＊.com', '发送到m**a@ex**.com'],
    ['+359 88 *** **12', '+359 88 *** **12'],
    ['Choose how to get a code', undefined],
    ['Wait 60 s', undefined],
    ['8 to 16 characters', undefined],
    ['****', undefined],
  ];
  for (const [text, mask] of cases) assert.equal(shownContact(text)?.mask, mask, text);
});

test('a mask fits the contact whose seen characters are the same', () => {
  const fits: [text: string, contact: string, fit: boolean][] = [
    ['mi***a@example.com', 'mira@example.com', true],
    ['m***@e***.com', 'Mira@Example.com', true],
    ['mi***a@example.com', 'mira@example.org', false],
    ['mi***a@example.com', 'mika@example.com', true],
    ['ma***a@example.com', 'mira@example.com', false],
    ['m.i***@example.com', 'mxira@example.com', false],
    ['+35988****567', '+359 88 1234 567', true],
    ['+35988****567', '0881234567', true],
    ['+35988****567', '00359881234567', true],
    ['88****567', '+359881234567', true],
    ['138****1234', '+8613812341234', true],
    ['+86 138****1234', '13812341234', true],
    ['+35988****568', '+359881234567', false],
    ['+44770****123', '+359881234123', false],
    ['+35988****567', 'mira@example.com', false],
    ['mi***a@example.com', '+359881234567', false],
  ];
  for (const [text, contact, fit] of fits) {
    const shown = shownContact(text);
    assert.ok(shown, text);
    assert.equal(canBe(shown, contact), fit, `${text} ${contact}`);
  }
});
