import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import sharp from 'sharp';
import { ACCOUNT_PAGE } from '../flows/entry.ts';
import { phoneOf } from '../fuzz/in-process.ts';
import { PageSource } from '../../pageobjects/look.ts';
import { readPage, touch } from '../phone/touch.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import { LivePictures } from './live-picture.ts';

type Node = PageSource['nodes'][number];

test('a page that the phone gives no picture of is drawn from its texts, the password as dots', async () => {
  const password = 'Kanarie7Qx-1';
  const sim = new SimPhone({
    ...{ pace: 'instant', passwordPrompt: 'sdk' },
    account: { id: '6230001535', password, findDevice: true },
  });
  const phone = phoneOf(sim, 'd1');
  const eyes = { screen: () => sim.screenshot(), page: () => readPage(phone) };
  const seen = async (fits: (node: Node) => boolean): Promise<Node> => {
    for (let left = 200; left > 0; left--) {
      const found = new PageSource((await readPage(phone))?.source ?? '<hierarchy/>').nodes.find(fits);
      if (found) return found;
      await turn();
    }
    return assert.fail('it is on no page');
  };
  const tap = async (node: Node) => {
    const [left, top, right, bottom] = node.bounds;
    await touch(phone, { kind: 'tap', x: Math.round((left + right) / 2), y: Math.round((top + bottom) / 2) });
  };
  await phone.shell(`am start --user 0 ${ACCOUNT_PAGE[0]}`);
  await tap(await seen(({ text }) => text === 'Sign out'));
  const field = await seen(({ secret }) => secret);
  const plain = await new LivePictures(eyes).take('d1');
  assert.equal(plain?.isDrawn, true);
  await tap(field);
  await touch(phone, { kind: 'text', text: password });
  const typed = await new LivePictures(eyes).take('d1');
  assert.equal(typed?.isDrawn, true);
  const { channels } = await sharp(typed.jpeg).stats();
  assert.ok(
    channels.some(({ mean }) => mean > 60),
    'it is not black',
  );
  const source = (await readPage(phone))?.source ?? '';
  assert.doesNotMatch(source, new RegExp(password), 'the phone itself says no password');
  // Of a password of another length the picture is the same: its length is not in it.
  await touch(phone, { kind: 'text', text: 'more' });
  const longer = await new LivePictures(eyes).take('d1');
  assert.deepEqual(longer?.jpeg, typed.jpeg);
});

/** A phone whose screen is of one colour; `calls`: what it was asked. */
async function screenOf(width: number, height: number, background = '#c00') {
  const png = await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
  const calls = { screen: 0, page: 0 };
  const eyes = {
    screen: () => (calls.screen++, Promise.resolve(png)),
    page: () => (calls.page++, Promise.reject(new Error('it cannot be read'))),
  };
  return { eyes, calls, png };
}

test('a picture is a JPEG no wider than a page shows it, with the size of the screen itself', async () => {
  const { eyes, calls } = await screenOf(1080, 2400);
  const picture = (await new LivePictures(eyes).take('d1')) ?? assert.fail('there is one');
  const { format, width, height } = await sharp(picture.jpeg).metadata();
  assert.deepEqual([format, width, height], ['jpeg', 540, 1200]);
  assert.deepEqual([picture.width, picture.height, picture.isDrawn], [1080, 2400, false]);
  assert.equal(calls.page, 0, 'no page is read for it');
  const small = await new LivePictures((await screenOf(300, 400)).eyes).take('d1');
  assert.equal((await sharp(small?.jpeg).metadata()).width, 300);
});

test('a black screen of which the page cannot be read stays black, and what is no picture is none', async () => {
  const { eyes, calls } = await screenOf(300, 400, '#000');
  const black = await new LivePictures(eyes).take('d1');
  assert.deepEqual([black?.isDrawn, calls.page], [false, 1]);
  const broken = { ...eyes, page: () => Promise.resolve({ source: 'no page', hasKeyboard: false }) };
  assert.equal((await new LivePictures(broken).take('d1'))?.isDrawn, false);
  const none = { ...eyes, screen: () => Promise.resolve(Buffer.from('no PNG')) };
  assert.equal(await new LivePictures(none).take('d1'), undefined);
  const away = { ...eyes, screen: () => Promise.reject(new Error('the phone is away')) };
  assert.equal(await new LivePictures(away).take('d1'), undefined);
});

test('several who look get one picture, of each phone its own; who touches gets the last one', async () => {
  let now = 1000;
  const { eyes, calls } = await screenOf(300, 400);
  const pictures = new LivePictures(eyes, () => now);
  const first = pictures.take('d1');
  now += 5000;
  const both = await Promise.all([first, pictures.take('d1')]);
  assert.equal(both[0], both[1]);
  assert.equal(calls.screen, 1, 'the second waits for the first');
  now += 249;
  assert.equal(await pictures.take('d1'), both[0]);
  now += 1;
  await pictures.take('d1');
  assert.equal(calls.screen, 2);
  now += 60_000;
  await pictures.take('d1', { isFresh: false });
  assert.equal(calls.screen, 2);
  await pictures.take('d2', { isFresh: false });
  assert.equal(calls.screen, 3, 'there was none of it');
});
