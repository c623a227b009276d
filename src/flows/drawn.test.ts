import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pngSize, readPng, rowsOf, unfilter, writePng } from '../formats/png.ts';
import { drawnFrom, isBlack } from './drawn.ts';

const picture = (
  width: number,
  height: number,
  light: readonly (readonly [x: number, y: number, colour?: number])[] = [],
) => {
  const pixels = Buffer.alloc(4 * width * height);
  for (const [x, y, colour = 0] of light) pixels[4 * (y * width + x) + colour] = 1;
  return writePng(rowsOf({ width, height, pixels }), 9);
};

test('a picture is black where all between the bars of the system is, whatever the bars show', async () => {
  assert.equal(isBlack(await picture(100, 200)), true);
  for (const light of [
    [50, 15],
    [99, 180],
  ] as const)
    assert.equal(isBlack(await picture(100, 200, [light])), true, `a bar, ${light.join()}`);
  for (const colour of [0, 1, 2])
    for (const [x, y] of [
      [0, 16],
      [99, 179],
      [50, 100],
    ] as const)
      assert.equal(isBlack(await picture(100, 200, [[x, y, colour]])), false, `${x}, ${y}, ${colour}`);
});

test('what is too small, cut off, packed large or no picture is no black one', async () => {
  assert.equal(isBlack(await picture(25, 40)), true);
  assert.equal(isBlack(await picture(25, 39)), false, 'smaller than any screen');
  const black = await picture(100, 200);
  const short = Buffer.from(black);
  short.writeUInt32BE(400, 20);
  assert.equal(isBlack(short), false, 'cut off');
  assert.equal(isBlack(Buffer.concat([black, Buffer.alloc(2500 - black.length)])), true);
  assert.equal(
    isBlack(Buffer.concat([black, Buffer.alloc(2501 - black.length)])),
    false,
    'one of many colours',
  );
  const palette = Buffer.from(black);
  palette.writeUInt8(3, 25);
  assert.equal(isBlack(palette), false);
  assert.equal(isBlack(Buffer.from('no picture')), false);
});

const source = (...nodes: string[]) =>
  `<hierarchy width="280" height="400">${nodes.map((node) => `<node ${node.includes('class=') ? '' : 'class="android.view.View" '}package="a.b" ${node}/>`).join('')}</hierarchy>`;
/** Colours of pixels, `rrggbb`. */
async function colours(png: Buffer, places: readonly [x: number, y: number][]): Promise<string[]> {
  const rows = (await readPng(png)) ?? assert.fail('another kind of PNG');
  const { width, height, channels, data } = rows;
  unfilter(rows, 0, height);
  return places.map(([x, y]) => {
    const at = y * (1 + channels * width) + 1 + channels * x;
    return data.subarray(at, at + 3).toString('hex');
  });
}
const PAGE = source('bounds="[0,0][280,400]"');

test('a drawn page is as large as the page, or as the screen where that is higher, with a note below it', async () => {
  // A line is a 28th of the width, and the note takes 3.2 of them.
  assert.deepEqual(pngSize(await drawnFrom(PAGE)), { width: 280, height: 432 });
  assert.deepEqual(pngSize(await drawnFrom(PAGE, { screen: { width: 280, height: 600 } })), {
    width: 280,
    height: 632,
  });
  assert.deepEqual(pngSize(await drawnFrom(source('bounds="[0,0][280,400]"').replace(/ width="280"/, ''))), {
    width: 280,
    height: 432,
  });
  const [page, note] = await colours(await drawnFrom(PAGE), [
    [270, 390],
    [279, 431],
  ]);
  assert.deepEqual([page, note], ['ffffff', 'fff3e0']);
});

test('for looking on a page is as large as the screen, without a note, and with dots in its password fields', async () => {
  const page = source('bounds="[0,0][280,400]"', 'password="true" bounds="[10,100][270,140]"');
  const live = await drawnFrom(page, { screen: { width: 280, height: 600 }, isLive: true });
  assert.deepEqual(pngSize(live), { width: 280, height: 600 });
  const covered = await colours(await drawnFrom(page), [[140, 120]]);
  assert.deepEqual(covered, ['9aa0a6'], 'in the evidence the field is covered');
  assert.deepEqual(await colours(live, [[260, 130]]), ['ffffff'], 'live it is a frame with dots');
});

test('in place of a screenshot a page is as large as the screen, with a stamp where there is room', async () => {
  const screen = { width: 280, height: 450 };
  const plain = await drawnFrom(PAGE, { screen, isLive: true });
  const stamped = await drawnFrom(PAGE, { screen, stamp: '██████ & 12:00' });
  assert.deepEqual(pngSize(stamped), screen);
  assert.notDeepEqual(stamped, plain);
  const full = { width: 280, height: 410 };
  assert.deepEqual(
    await drawnFrom(PAGE, { screen: full, stamp: 'x' }),
    await drawnFrom(PAGE, { screen: full, isLive: true }),
    'a page that leaves no room has none',
  );
});

test('words are drawn in the faces of their scripts, and a view without a size is not', async () => {
  const shown = async (words: string) => {
    const page = source(`text="${words}" bounds="[10,100][270,140]"`);
    const rows = (await readPng(await drawnFrom(page))) ?? assert.fail('another kind of PNG');
    unfilter(rows, 0, rows.height);
    const stride = 1 + rows.channels * rows.width;
    return rows.data.subarray(100 * stride, 140 * stride).toString('base64');
  };
  const nothing = await shown('');
  const seen = await Promise.all(['Sign out', '退出登录', 'تسجيل الخروج'].map(shown));
  for (const words of seen) assert.notEqual(words, nothing);
  const flat = source('clickable="true" class="android.widget.Button" bounds="[10,100][10,140]"');
  assert.deepEqual(await drawnFrom(flat), await drawnFrom(source('bounds="[0,0][10,140]"')));
});

test('what is pressed has a frame, and a button is filled', async () => {
  const of = async (node: string) =>
    colours(await drawnFrom(source('bounds="[0,0][280,400]"', `${node} bounds="[10,100][270,140]"`)), [
      [10, 120],
      [200, 120],
    ]);
  assert.deepEqual(await of('class="android.widget.Button" clickable="true"'), ['c5cad3', 'eef1f6']);
  assert.deepEqual(await of('clickable="true"'), ['c5cad3', 'ffffff']);
  assert.deepEqual(await of('class="android.widget.ImageButton" clickable="true"'), ['c5cad3', 'ffffff']);
  assert.deepEqual(await of('class="android.widget.EditText"'), ['c5cad3', '9aa0a6']);
  assert.deepEqual(await of('class="android.widget.Button"'), ['ffffff', 'ffffff']);
});

test('a description is drawn where there is no text, and not beside one', async () => {
  const of = (node: string) => drawnFrom(source(`${node} bounds="[10,100][270,140]"`));
  assert.deepEqual(await of('content-desc="Back"'), await of('text="Back"'));
  assert.deepEqual(await of('text="Back" content-desc="Other"'), await of('text="Back"'));
  assert.notDeepEqual(await of('text="Back"'), await of('text=""'));
});
