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
    onPage: async () => undefined,
    onStuck: async (kind) => kind,
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

/** What a walk does over time on one page that never changes. */
async function waitOn(
  rules: Parameters<typeof webWalk<string>>[0],
  {
    deadline = 999_999,
    alerts = [],
    controls = [],
  }: { deadline?: number; alerts?: string[]; controls?: object[] } = {},
) {
  const clock = instantClock();
  const began = clock.elapsed();
  const seen: string[] = [];
  let alerted = 0;
  let looks = 0;
  const end = await webWalk<string>(rules, {
    browser: {
      execute: async () => {
        looks++;
        const fault = alerts.shift();
        if (fault !== undefined) throw new Error(fault);
        return { ...READ, controls };
      },
    } as unknown as Browser,
    begin: async () => undefined,
    clock,
    signal: new AbortController().signal,
    deadline: () => began + deadline,
    progress: () => ({ passwordSubmitted: false }),
    onPage: async (name) => void seen.push(name),
    onAlert: () => alerted++,
    onStuck: async (kind) => kind,
  });
  return { end, seen, alerted, looks, ms: clock.elapsed() - began };
}
const within = (ms: number, from: number, to: number) => assert.ok(ms >= from && ms < to, `${ms} ms`);

test('a page that no rule knows is looked at for 8 s, and one that is known and stays for 30 s', async () => {
  class Vague extends Anything {
    static readonly vague = true;
  }
  const unknown = await waitOn([]);
  assert.deepEqual([unknown.end, unknown.seen], ['unknown-page', ['web page']]);
  within(unknown.ms, 8000, 9000);
  const vague = await waitOn([onWeb(Vague, async () => undefined, { when: () => false })]);
  assert.equal(vague.end, 'unknown-page');
  const known = await waitOn([onWeb(Anything, async () => undefined, { when: () => false })]);
  assert.deepEqual([known.end, known.seen], ['stuck', ['anything']]);
  within(known.ms, 30_000, 31_000);
  // A look now and then, not all the time.
  assert.ok(known.looks < 300, String(known.looks));
});

test('what may be done on a page is done so often, and then it is waited on', async () => {
  for (const times of [1, 3]) {
    let acted = 0;
    const act = async () => void acted++;
    const { end } = await waitOn([onWeb(Anything, act, times === 3 ? {} : { times })]);
    assert.deepEqual([end, acted], ['stuck', times]);
  }
});

test('a walk is over at its deadline, whatever the page is', async () => {
  const { end, ms } = await waitOn([onWeb(Anything, async () => undefined, { when: () => false })], {
    deadline: 5000,
  });
  assert.equal(end, 'out-of-time');
  within(ms, 5000, 5500);
});

test("a dialog of the browser's own is reported, and other faults in passing are not", async () => {
  const act = async () => 'reached';
  const dialog = await waitOn([onWeb(Anything, act)], {
    alerts: ['unexpected alert open: {Alert text : no}'],
  });
  assert.deepEqual([dialog.end, dialog.alerted], ['reached', 1]);
  const passing = await waitOn([onWeb(Anything, act)], { alerts: ['stale element reference'] });
  assert.deepEqual([passing.end, passing.alerted], ['reached', 0]);
});
