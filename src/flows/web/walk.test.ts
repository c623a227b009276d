import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { WebPage } from '../../../pageobjects/web/page.ts';
import { instantClock } from '../../clock.ts';
import { onWeb, webWalk } from './walk.ts';

/** What a page without anything on it is read as. */
const READ = { document: 1, url: 'https://example.com/', errors: [], controls: [], texts: [], requests: [] };

class Anything extends WebPage {
  static readonly title = 'anything';
  static isOn(): boolean {
    return true;
  }
}

/**
 * A browser whose looks fail so, one after the other, before they go well; and an act that fails so before it
 * is done.
 */
async function walkOver(
  looks: readonly string[],
  acts: readonly string[] = [],
): Promise<{ end: string; looked: number; acted: number }> {
  const [failing, missing] = [[...looks], [...acts]];
  let looked = 0;
  let acted = 0;
  const execute = async () => {
    looked++;
    const fault = failing.shift();
    if (fault !== undefined) throw new Error(fault);
    return READ;
  };
  const act = async () => {
    acted++;
    const fault = missing.shift();
    if (fault !== undefined) throw new Error(fault);
    return 'reached';
  };
  const clock = instantClock();
  const deadline = clock.now() + 60_000;
  const end = await webWalk<string>([onWeb(Anything, act)], {
    browser: { execute } as unknown as Browser,
    begin: async () => undefined,
    clock,
    signal: new AbortController().signal,
    deadline: () => deadline,
    progress: () => ({ passwordSubmitted: false }),
    seen: async () => undefined,
    lost: async (kind) => kind,
  });
  return { end, looked, acted };
}

test('a look at a page that fails in passing is taken again, whatever it fails of', async () => {
  for (const fault of [
    'unknown error: page could not be found',
    'javascript error: document unloaded',
    'stale element reference',
  ]) {
    assert.deepEqual(await walkOver([fault, fault, fault]), { end: 'reached', looked: 4, acted: 1 }, fault);
  }
});

test('looks that go on failing end the walk, and so does at once a browser that is gone', async () => {
  const fault = 'javascript error: boom';
  await assert.rejects(walkOver(Array.from({ length: 99 }, () => fault)), /boom/);
  const gone = walkOver(['invalid session id']);
  await assert.rejects(gone, /invalid session id/);
});

test('what an act fails of is only passed over where nothing was done', async () => {
  assert.deepEqual(await walkOver([], ['stale element reference']), { end: 'reached', looked: 2, acted: 2 });
  await assert.rejects(walkOver([], ['unknown error']), /unknown error/);
});
