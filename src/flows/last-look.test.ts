import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { PageSource } from '../../pageobjects/look.ts';
import { instantClock } from '../clock.ts';
import { labelBook } from '../phone/labels.ts';
import type { Journal } from './journal.ts';
import { keepLastPage } from './last-look.ts';
import type { PhoneSession } from './session.ts';

const spinner =
  '<hierarchy><node package="com.xiaomi.account" resource-id="android:id/progress" bounds="[0,0][9,9]"/></hierarchy>';
const page = (app: string, text = '') =>
  `<hierarchy><node package="${app}" text="${text}" bounds="[0,0][9,9]"/></hierarchy>`;

const phone: PhoneSession['phone'] = {
  serial: 'X1',
  shell: () => Promise.reject(new Error('nothing is asked')),
  pull: () => Promise.reject(new Error('no files')),
  picture: () => Promise.resolve(png(++taken)),
};
let taken = 0;

/** The beginning of a picture of this height. */
function png(height: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
  bytes.writeUInt32BE(100, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

/** What is kept of a phone that shows these page sources one after another, the last for ever. */
async function kept(
  sources: string[],
  journal: Partial<Journal> = {},
  signal = new AbortController().signal,
  seen?: string,
  pictured?: Promise<Buffer>,
): Promise<string[]> {
  const pages: string[] = [];
  const browser = {
    getPageSource: () => {
      const source = sources.length > 1 ? sources.shift() : sources[0];
      return source === undefined
        ? Promise.reject(new Error('the session is gone'))
        : Promise.resolve(source);
    },
  } as unknown as Browser;
  const keeping = {
    page: (name: string, look: { package: string; nodes: readonly { text: string }[] }) => {
      pages.push(`${name}: ${look.package} ${look.nodes[0]?.text ?? ''}`);
      return Promise.resolve();
    },
    ...journal,
  } as Journal;
  await keepLastPage(
    { phone, browser, labels: labelBook(new Map()) },
    { journal: keeping, clock: instantClock(), signal, seen, pictured },
  );
  return pages;
}

test('the last page kept is the one the phone rests on, not the progress before it', async () => {
  assert.deepEqual(await kept([spinner, spinner, spinner, page('com.android.settings', 'Sign in')]), [
    'after the sign-out: com.android.settings Sign in',
  ]);
});

test('a picture of the page on which the account list said so is kept as the last one too, unless the page has gone', async () => {
  const given: (Buffer | undefined)[] = [];
  const keeping = {
    page: async (_: string, __: PageSource, ___: Browser, taken?: Promise<Buffer | undefined>) =>
      void given.push(await taken),
  };
  const never = new AbortController().signal;
  const home = page('com.miui.home', 'Phone');
  const seen = (source: string) => new PageSource(source).fingerprint;
  const picture = Buffer.from('a picture');
  for (const [before, isKept] of [
    [home, true],
    [spinner, false],
    [page('com.miui.home', 'other'), false],
  ] as const) {
    await kept([home], keeping, never, seen(before), Promise.resolve(picture));
    assert.deepEqual(
      given.splice(0).map((one) => one === picture),
      [isKept],
    );
  }
});

test('of a page that came later a picture is begun once it is seen, and kept if the next look shows that page again', async () => {
  const given: (Buffer | undefined)[] = [];
  const keeping = {
    page: async (_: string, __: PageSource, ___: Browser, begun?: Promise<Buffer | undefined>) =>
      void given.push(await begun),
  };
  taken = 0;
  const never = new AbortController().signal;
  await kept([spinner, page('com.miui.home', 'opening'), page('com.miui.home', 'Phone')], keeping, never);
  // Of the spinner none; of the page that was opening the first, which is not kept.
  assert.deepEqual([given, taken], [[png(2)], 2]);
});

test('a page that the phone showed already when the account list said so is looked at once more, if it is the one after the sign-out', async () => {
  const fingerprintOf = (source: string) => new PageSource(source).fingerprint;
  const home = page('com.miui.home', 'Phone');
  const left = [home, page('com.miui.home', 'later'), page('com.miui.home', 'too late')];
  const never = new AbortController().signal;
  assert.deepEqual(await kept(left, {}, never, fingerprintOf(home)), [
    'after the sign-out: com.miui.home Phone',
  ]);
  assert.equal(left.length, 2);
  const closing = [spinner, home];
  assert.deepEqual(await kept(closing, {}, never, fingerprintOf(spinner)), [
    'after the sign-out: com.miui.home Phone',
  ]);
});

test('the last page kept is the one after the sign-out, not an account page that has yet to close', async () => {
  const account =
    '<hierarchy><node package="com.xiaomi.account" resource-id="com.xiaomi.account:id/logout_btn" bounds="[0,0][9,9]"/></hierarchy>';
  const prompt = account.replace('logout_btn', 'passport_confirm');
  for (const before of [account, prompt])
    assert.deepEqual(await kept([before, before, before, page('com.miui.home', 'Phone')]), [
      'after the sign-out: com.miui.home Phone',
    ]);
  assert.deepEqual(await kept([account]), ['after the sign-out: com.xiaomi.account ']);
});

test('a phone that comes to no rest is kept as it is after a while', async () => {
  assert.deepEqual(await kept([spinner]), ['after the sign-out: com.xiaomi.account ']);
  const restless = Array.from({ length: 1000 }, (_, n) => page('a', String(n)));
  assert.match((await kept(restless)).join(), /^after the sign-out: a \d+$/);
});

test('a session that is gone, and evidence that cannot be written, do not fail the run', async () => {
  assert.deepEqual(await kept([]), []);
  assert.deepEqual(
    await kept([page('a')], { page: () => Promise.reject(new Error('the disk is full')) }),
    [],
  );
});

test('a run that is stopped meanwhile is stopped', async () => {
  const stop = new AbortController();
  stop.abort(new Error('stopped on request'));
  await assert.rejects(kept([page('a')], {}, stop.signal), /stopped on request/);
});
