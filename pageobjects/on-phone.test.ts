import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { instantClock } from '../src/clock.ts';
import type { LabelBook } from './label.ts';
import { MiAccountPage } from './mi-account.page.ts';
import { readLabelsWith } from './on-phone.ts';

const node = (owner: string, id: string) =>
  `<android.widget.Button class="android.widget.Button" package="${owner}" resource-id="${owner}:id/${id}" text="" bounds="[0,0][10,10]"/>`;
const look = (owner: string, id: string) => `<hierarchy>${node(owner, id)}</hierarchy>`;
const HOME = look('com.miui.home', 'icon');
const ACCOUNT = look('com.xiaomi.account', 'logout_btn');
const NO_LABELS: LabelBook = { matches: () => false, values: () => [], text: () => undefined };

/** A session that shows one source after the other, the last one for ever. */
function session(...sources: string[]): Browser {
  return {
    getPageSource: async () => (sources.length > 1 ? sources.shift() : sources[0]),
  } as unknown as Browser;
}

const patience = () => ({ timeoutMs: 1000, clock: instantClock() });

test('a page is there for a bare session as soon as the phone shows it', async () => {
  readLabelsWith(async () => NO_LABELS);
  const page = await MiAccountPage.on(session(HOME, HOME, ACCOUNT), patience());
  assert.ok(page instanceof MiAccountPage);
  assert.equal(page.seesSignOut, true);
});

test('a page that does not come is missed by its name, with the app that is in front', async () => {
  readLabelsWith(async () => NO_LABELS);
  await assert.rejects(
    MiAccountPage.on(session(HOME), patience()),
    /^Error: The phone does not show the Mi Account page: in front is com\.miui\.home \(waited 1000 ms\)\.$/,
  );
});

test('a page is looked for once more with the words of the language that the phone has by now', async () => {
  let isNew = false;
  const book: LabelBook = { ...NO_LABELS, refresh: async () => (isNew ? false : (isNew = true)) };
  readLabelsWith(async () => book);
  await assert.rejects(MiAccountPage.on(session(HOME), patience()), /does not show/);
  assert.equal(isNew, true);
});
