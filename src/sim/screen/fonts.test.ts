import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Resvg } from '@resvg/resvg-js';
import opentype from 'opentype.js';
import { facePath } from './font-files.ts';
import { fit, hanOutline, hasArabic, measure, runs, runsLeft, wrap } from './fonts.ts';
import { inLanguage, languages, pseudo, tables } from '../strings/strings.ts';
import { webWords } from '../strings/web.ts';

const style = { size: 40, weight: 'regular' } as const;

describe('fonts', () => {
  it('measures Latin, Cyrillic, Chinese and Arabic with real metrics', () => {
    assert.equal(measure('小米', 100), 200);
    assert.ok(measure('W', 100) > 2.5 * measure('i', 100));
    assert.ok(measure('Отписване', 100) > 400);
  });

  it('measures Arabic as wide as it is when its letters are joined', () => {
    const ink = (text: string): number => {
      const drawn = `<text x="100" y="100" font-family="Noto Sans Arabic" font-size="100">|\u202b${text}\u202c|</text>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="200">${drawn}</svg>`;
      return (
        new Resvg(svg, { font: { loadSystemFonts: false, fontFiles: [facePath('arabic')] } }).getBBox()
          ?.width ?? 0
      );
    };
    for (const text of ['تسجيل الخروج', 'لا إله', 'حساب Xiaomi: ٣', 'مؤخرًا']) {
      const [drawn, measured] = [ink(text) - ink(''), measure(text, 100)];
      assert.ok(Math.abs(drawn - measured) < drawn / 50, `${text}: ${drawn}, ${measured}`);
    }
    assert.equal(measure('\u200f\u202a12\u202c\u200f', 100), measure('12', 100));
  });

  it('have a glyph for everything a phone says', () => {
    const faces = new Map(
      (['regular', 'arabic', 'han'] as const).map((face) => [
        face,
        opentype.parse(new Uint8Array(readFileSync(facePath(face))).buffer, { lowMemory: true }),
      ]),
    );
    for (const [name, table] of Object.entries({ ...tables, web: webWords })) {
      for (const [string, label] of Object.entries(table)) {
        for (const language of languages) {
          const text = [inLanguage(label, language)].flat().join('');
          const able = [
            faces.get(hasArabic(text) ? 'arabic' : 'regular'),
            ...(language === 'zh-CN' ? [faces.get('han')] : []),
          ];
          for (const char of text)
            assert.ok(
              able.some((face) => face?.hasChar(char)),
              `${name}:${string} ${language}: ${char}`,
            );
        }
        for (const char of pseudo(string, ''))
          assert.ok(faces.get('regular')?.hasChar(char), `${string}: ${char}`);
      }
    }
  });

  it('know which way a paragraph runs by its first letter', () => {
    assert.deepEqual(
      ['حساب Mi', '(60) حساب', 'Mi حساب', 'Профил', '\u200f12'].map((text) => runsLeft(text)),
      [true, true, false, false, true],
    );
    assert.deepEqual([runsLeft('+359', true), runsLeft('+359', false)], [true, false]);
  });

  it('breaks lines at spaces and keeps every word', () => {
    const text = 'Keep a copy of your data on this device before you sign out of the account';
    const lines = wrap(text, 400, style);
    assert.ok(lines.length > 2);
    assert.equal(lines.join(' '), text);
    for (const line of lines) assert.ok(measure(line, 40) <= 400.5, line);
  });

  it('shrinks a text to its line, but not below the smallest size', () => {
    const text = 'Актуализиране';
    const wide = measure(text, 40);
    assert.deepEqual(fit(text, wide, { ...style, minSize: 20 }), { lines: [text], size: 40 });
    const shrunk = fit(text, wide * 0.75, { ...style, minSize: 20 });
    assert.deepEqual(shrunk, { lines: [text], size: 30 });
    const broken = fit(`${text} сега`, wide * 0.6, { ...style, minSize: 20, maxLines: 2 });
    assert.deepEqual(broken, { lines: [text, 'сега'], size: 20 });
    assert.equal(fit(text, wide / 2, style).size, 40);
  });

  it('leaves a text as large as it is when it would be cut even in the smallest size', () => {
    const text = 'Актуализиране';
    const { lines, size } = fit(text, measure(text, 15), { ...style, minSize: 20, maxLines: 1 });
    assert.equal(size, 40);
    assert.match(lines[0]!, /…$/);
  });

  it('breaks Chinese anywhere, but never begins a line with a comma', () => {
    const lines = wrap('将手机中的联系人、短信、相册等个人数据同步到云端', 200, style);
    assert.ok(lines.length > 3);
    for (const line of lines) assert.doesNotMatch(line, /^[、,]/u);
  });

  it('breaks a word only when it fits on no line', () => {
    const lines = wrap('a verylongaddress@notice.example.com', 300, style);
    assert.equal(lines[0], 'a');
    assert.equal(lines.join(''), 'averylongaddress@notice.example.com');
  });

  it('ends in an ellipsis what does not fit in the allowed lines', () => {
    const lines = wrap('SIM cards and mobile networks', 300, { ...style, maxLines: 1 });
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /^SIM cards.*…$/);
    assert.ok(measure(lines[0]!, 40) <= 300.5);
  });

  it('keeps a line break that the text brings, and an empty text as one line', () => {
    assert.deepEqual(wrap('one\ntwo', 900, style), ['one', 'two']);
    assert.deepEqual(wrap('', 900, style), ['']);
  });

  it('cuts mixed text where the face changes', () => {
    assert.deepEqual(
      runs('SIM 卡与 eSIM', 10, 'regular').map((run) => [run.text, run.han]),
      [
        ['SIM ', false],
        ['卡与', true],
        [' eSIM', false],
      ],
    );
  });

  it('writes Chinese outlines with every number apart from the next', () => {
    for (const char of '连行协明删败') {
      const steps = hanOutline(char).match(/[MLQZ][^MLQZ]*/g) ?? [];
      assert.ok(steps.length > 20, char);
      for (const step of steps) {
        const numbers = step.slice(1).split(' ').filter(Boolean).map(Number);
        assert.equal(numbers.length, { M: 2, L: 2, Q: 4, Z: 0 }[step[0]!], `${char}: ${step}`);
        assert.ok(
          numbers.every((value) => Math.abs(value) < 1200),
          `${char}: ${step}`,
        );
      }
    }
  });
});
