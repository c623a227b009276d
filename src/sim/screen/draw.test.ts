import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Resvg } from '@resvg/resvg-js';
import opentype from 'opentype.js';
import { draw, toPng } from './draw.ts';
import type { Picture } from './draw.ts';
import { drawLine } from './draw-text.ts';
import { facePath } from './font-files.ts';
import { measure } from './fonts.ts';
import type { Display, Style, View, Window } from './view.ts';
import { checkBox, edit, editBox } from './widgets.ts';
import { alert } from './widgets-dialog.ts';
import { page, row, switchRow } from './widgets-page.ts';

const screen: Display = { width: 540, height: 1170, density: 220, statusBar: 42, navigationBar: 22 };
const noop = (): void => {};
const windowOf = (root: View, kind: Window['kind'] = 'activity', more: Partial<Window> = {}): Window => ({
  package: 'com.example',
  kind,
  serial: 1,
  root,
  ...more,
});
const picture = (windows: Window[], more: Partial<Picture> = {}): string =>
  draw({ screen, windows, status: { clock: '10:24', signal: 3 }, ...more });
const account = (scroll = { offset: 0, max: 0 }): Window =>
  windowOf(
    page({
      title: 'Mi Account',
      back: noop,
      scroll,
      children: [
        row({ title: 'Account & security', summary: 'Phone, email', icon: 'lock', onTap: noop }),
        switchRow({ title: 'Find device', checked: true }),
        row({ title: '小米帐号', value: 'Профил' }),
      ],
    }),
  );
const password = (content: string): Window =>
  windowOf(
    alert({
      title: 'Enter your password',
      body: [
        editBox(
          edit({
            id: 'com.example:id/pwd',
            content,
            hint: 'Password',
            password: true,
            focused: true,
            onText: noop,
          }),
        ),
      ],
      positive: { text: 'OK' },
    }),
    'dialog',
  );
const pixel = (svg: string, x: number, y: number): number[] => {
  const { pixels, width } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return [...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)];
};

describe('draw', () => {
  it('shows every text of the tree', () => {
    const svg = picture([account()]);
    for (const text of [
      'Mi Account',
      'Account &amp; security',
      'Phone, email',
      'Find device',
      '小米帐号',
      'Профил',
      '10:24',
    ])
      assert.ok(svg.includes(`${text}`), text);
  });

  it('shows dots for a password and never its letters, not even when the tree holds them', () => {
    const shown = password('Tr0ub4dor');
    assert.match(picture([shown]), /aria-label="•{9}"/);
    assert.doesNotMatch(picture([shown]), /Tr0ub4dor|Password/);
    const careless = windowOf({ cls: 'android.widget.EditText', password: true, text: 'Tr0ub4dor' });
    assert.doesNotMatch(picture([careless]), /Tr0ub4dor/);
    assert.doesNotMatch(picture([careless]), /(>[Tr0ub4dor]<\/text>.*){9}/);
  });

  it('shows the hint of an empty field', () => {
    assert.match(picture([password('')]), />Password<\/text>/);
  });

  it('draws the keyboard while a field has the focus, unless it is put away', () => {
    assert.match(picture([password('')]), />q<\/text>.*>m<\/text>/);
    assert.doesNotMatch(picture([account()]), />q<\/text>/);
    assert.doesNotMatch(picture([password('')], { style: { keyboard: false } }), />q<\/text>/);
    assert.doesNotMatch(picture([password('')], { keyboardKind: 'number' }), />q<\/text>/);
  });

  it('offers digits for a field that takes digits', () => {
    const code = edit({ id: 'com.example:id/code', content: '', digits: true, focused: true, onText: noop });
    const svg = picture([windowOf(alert({ body: [editBox(code)] }), 'dialog')]);
    assert.match(svg, />1<\/text>.*>9<\/text>/);
    assert.doesNotMatch(svg, />q<\/text>/);
  });

  it('shortens a hint that is longer than its field, and shows the end of a content that is', () => {
    const long =
      'Characters in the picture beside this field, in the order in which they stand there, all of them';
    const field = (more: { content: string; hint?: string }): string =>
      picture([
        windowOf({
          cls: 'x',
          children: [edit({ id: 'com.example:id/f', focused: true, onText: noop, ...more })],
        }),
      ]);
    assert.match(field({ content: '', hint: long }), />Characters[^<]*…</);
    assert.match(field({ content: long }), />Characters[^<]*all of them</);
  });

  it('dims what lies under a dialog', () => {
    const [before] = pixel(picture([account()]), 4, 300);
    const [after] = pixel(picture([account(), windowOf(alert({ title: 'Sure?' }), 'dialog')]), 4, 300);
    assert.equal(before, 0xf7);
    assert.ok(after! < 0xa0);
  });

  it('does not draw an activity that another one covers', () => {
    assert.doesNotMatch(
      picture([account(), windowOf({ cls: 'x', children: [{ cls: 'y', text: 'Above' }] })]),
      /Mi Account/,
    );
  });

  it('shows the colour behind the quick panel, but nothing of what is written there', () => {
    const svg = picture([
      account(),
      windowOf({ cls: 'x', part: 'panel', children: [{ cls: 'y', text: 'Torch' }] }, 'panel'),
    ]);
    assert.match(svg, /Torch/);
    assert.doesNotMatch(svg, /Mi Account|Find device/);
    const bare = picture([
      windowOf({ cls: 'x', part: 'wallpaper' }),
      windowOf({ cls: 'x', part: 'panel' }, 'panel'),
    ]);
    assert.notDeepEqual(pixel(bare, 270, 20), pixel(bare, 270, 1100));
  });

  it('draws the bars once, above every dim', () => {
    const svg = picture([
      account(),
      windowOf(alert({ title: 'A' }), 'dialog'),
      windowOf(alert({ title: 'B' }), 'dialog'),
    ]);
    assert.equal(svg.split('>10:24<').length, 2);
    assert.ok(svg.indexOf('>10:24<') > svg.indexOf('>B<'));
  });

  it('shows black for a secure window, and nothing of it', () => {
    const svg = picture([{ ...account(), secure: true }]);
    assert.doesNotMatch(svg, /Mi Account/);
    assert.deepEqual(pixel(svg, 100, 300), [0, 0, 0]);
  });

  it('blanks the whole screen when a secure dialog lies over an activity', () => {
    assert.doesNotMatch(
      picture([account(), { ...password('x'), secure: true }], { style: { keyboard: false } }),
      /Mi Account|Find device/,
    );
  });

  it('shows the toast over everything', () => {
    assert.match(
      picture([account()], { toast: 'Changed <successfully>' }),
      />Changed &lt;successfully&gt;<\/text><\/svg>$/,
    );
  });

  it('looks different in the two eras', () => {
    assert.notEqual(
      picture([account()], { style: { era: '10' } }),
      picture([account()], { style: { era: '14' } }),
    );
  });

  it('joins Arabic letters and puts them from right to left', () => {
    const size = 100;
    const face = opentype.parse(new Uint8Array(readFileSync(facePath('arabic'))).buffer);
    // seen, lam with alef, meem as Unicode has them joined, from left to right: the picture of the word by
    // other means.
    const outline = (shapes: string): string => {
      let x = 0;
      const paths = [...shapes].map((shape) => {
        const glyph = face.charToGlyph(shape);
        const path = glyph.getPath(x, 0, size).toPathData(2);
        x += ((glyph.advanceWidth ?? 0) * size) / face.unitsPerEm;
        return `<path d="${path}"/>`;
      });
      return paths.join('');
    };
    const ink = (drawn: string): Set<number> => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><g transform="translate(20 120)">${drawn}</g></svg>`;
      const { pixels } = new Resvg(svg, {
        font: { loadSystemFonts: false, fontFiles: [facePath('arabic')] },
      }).render();
      return new Set(
        Array.from({ length: 300 * 200 }, (_, at) => at).filter((at) => pixels[at * 4 + 3]! > 128),
      );
    };
    const word = ink(
      drawLine(
        'سلام',
        { x: 0, y: 0, width: measure('سلام', size) },
        { size, weight: 'regular', color: '#000000' },
      ),
    );
    const wanted = ink(outline('\ufee1\ufefc\ufeb3'));
    const stray =
      [...word].filter((at) => !wanted.has(at)).length + [...wanted].filter((at) => !word.has(at)).length;
    assert.ok(wanted.size > 1000 && stray < wanted.size / 20, `${stray} of ${wanted.size} pixels differ`);
    const alone = ink(outline('\ufee1\ufe8d\ufedd\ufeb1'));
    assert.ok([...alone].filter((at) => !wanted.has(at)).length > wanted.size / 5);
  });

  it('lets every line of an Arabic text run to the left, also one that begins with Latin', () => {
    const text = 'حساب\nXiaomi Cloud\n+359 888';
    const lines = (style: Style): string[] =>
      [
        ...picture([windowOf({ cls: 'x', children: [{ cls: 'y', text }] })], { style }).matchAll(
          /<text x="([\d.]+)"[^>]*>\u202b([^<]*)\u202c</g,
        ),
      ].map(([, , line]) => line ?? '');
    assert.deepEqual(lines({ rtl: true }), text.split('\n'));
    assert.deepEqual(lines({ rtl: false }), text.split('\n'));
    const latin = picture([windowOf({ cls: 'x', children: [{ cls: 'y', text: 'Xiaomi حساب' }] })], {
      style: { rtl: true },
    });
    assert.match(latin, /text-anchor="end"[^>]*>Xiaomi حساب</);
  });

  it('stays well-formed with control characters and quotes in a text', async () => {
    assert.ok(
      (await toPng(picture([windowOf({ cls: 'x', children: [{ cls: 'y', text: 'a\u0001"b" <c> & d' }] })])))
        .length > 1000,
    );
  });

  it('shows whether a check box with words is checked', () => {
    const shown = (checked: boolean): string =>
      picture([windowOf({ cls: 'x', children: [checkBox({ text: 'Trust this device', checked })] })]);
    assert.match(shown(true), /Trust this device/);
    assert.notEqual(shown(true), shown(false));
  });

  it('writes the words of a button in full: in smaller type, then on more lines', () => {
    const sizes = ['Отказ', 'Синхронизиране сега', 'Премахване на данните от устройството'].map((text) => {
      const svg = picture([windowOf(alert({ negative: { text: 'Не' }, positive: { text } }), 'dialog')]);
      const lines = [...svg.matchAll(/font-size="([\d.]+)" font-weight="500" fill="#FFFFFF"[^>]*>([^<]*)</g)];
      assert.equal(lines.map(([, , line]) => line).join(' '), text);
      return Number(lines[0]![1]);
    });
    assert.ok(sizes[0]! > sizes[1]! && sizes[1]! >= sizes[2]!, sizes.join());
  });

  it('names the pictogram it does not have', () => {
    assert.throws(
      () => picture([windowOf({ cls: 'x', children: [{ cls: 'y', look: { icon: 'unicorn' } }] })]),
      /"unicorn".*icons\.ts/,
    );
  });
});

describe('toPng', () => {
  it('gives a PNG of the size of the screen', async () => {
    const png = await toPng(picture([account()]));
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [540, 1170]);
    const half = await toPng(picture([account()]), 0.5);
    assert.deepEqual([half.readUInt32BE(16), half.readUInt32BE(20)], [270, 585]);
  });

  it('draws letters with the fonts that ship, whatever the machine has', async () => {
    const text = { cls: 'y', text: 'MMMMMMM', look: { size: 60 } };
    assert.notDeepEqual(
      await toPng(picture([windowOf({ cls: 'x', children: [text] })])),
      await toPng(picture([windowOf({ cls: 'x' })])),
    );
  });

  it('does not draw the same screen twice', async () => {
    assert.equal(await toPng(picture([account()])), await toPng(picture([account()])));
  });
});
