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
