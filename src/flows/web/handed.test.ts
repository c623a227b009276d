import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Browser } from 'webdriverio';
import { WebPage } from '../../../pageobjects/web/page.ts';
import type { WebControl, WebRead } from '../../../pageobjects/web/read.ts';
import { button, control, look } from '../../../pageobjects/web/web-look-story.ts';
import { Handed } from './handed.ts';

const account = control('text', { autocomplete: 'username' });
const submit = button();
const code = control('text', { autocomplete: 'one-time-code' });
const picture = control('picture', { bounds: [420, 900, 520, 940] });
const captcha = control('text', { name: 'icode', bounds: [100, 900, 400, 940] });
const CAPTCHA = [account, captcha, picture, submit];

const page = (more: Partial<WebRead> = {}, controls: WebControl[] = [account, submit]) =>
  new WebPage({} as Browser, look(controls, more));
const error = (text: string) => ({ text, hints: [] });

/** What was handed in, on a clock that a test moves on. */
function arrange(asksAnew = true) {
  let now = 1000;
  const clock = { now: () => now, elapsed: () => now, sleep: async () => undefined };
  const handed = new Handed(clock, () => asksAnew);
  return { handed, pass: (ms: number) => (now += ms) };
}

test('nothing was handed in at first', () => {
  const { handed } = arrange();
  assert.equal(handed.step, undefined);
  assert.equal(handed.answer(page()), undefined);
  assert.equal(handed.isUnderWay(page()), false);
  assert.equal(handed.isLost(page()), false);
  assert.equal(handed.isRefused(page({ errors: [error('no')] }), 'account'), false);
  assert.equal(handed.mayFillIn(page(), 'account'), true);
});

test('what is handed in is under way until the site has answered or a dialog lies over the page', () => {
  const { handed } = arrange();
  handed.note('code', page().look);
  assert.equal(handed.step, 'code');
  assert.equal(handed.isUnderWay(page()), true);
  assert.equal(handed.isUnderWay(page({}, [{ ...submit, dialog: true }])), false);
  assert.equal(handed.isUnderWay(page({ requests: [200] })), false);
  assert.equal(handed.isUnderWay(page({ document: 2 })), false);
});

test('the answer is the status of the last request, or of the next document, and 0 where there was none', () => {
  const { handed } = arrange();
  handed.note('code', page({ requests: [200] }).look);
  assert.equal(handed.answer(page({ requests: [200] })), undefined);
  assert.equal(handed.answer(page({ requests: [200, 204, 503] })), 503);
  assert.equal(handed.answer(page({ document: 2, httpStatus: 404 })), 404);
  assert.equal(handed.answer(page({ url: 'chrome-error://chromewebdata/' })), 0);
});

test('an answer is lost with the network or by a fault of the server, and not by a refusal', () => {
  const { handed } = arrange();
  handed.note('code', page().look);
  for (const [status, lost] of [
    [0, true],
    [502, true],
    [200, false],
    [403, false],
  ] as const)
    assert.equal(handed.isLost(page({ requests: [status] })), lost, String(status));
});

suite('a page may be filled in', () => {
  test('where another one was handed in last', () => {
    const { handed } = arrange();
    handed.note('account', page().look);
    assert.equal(handed.mayFillIn(page(), 'method'), true);
    assert.equal(handed.mayFillIn(page(), 'account'), false);
  });

  test('once more where the site has answered and asks for a captcha that was not read yet', () => {
    for (const asksAnew of [true, false]) {
      const { handed } = arrange(asksAnew);
      handed.note('account', page().look);
      assert.equal(handed.mayFillIn(page({}, CAPTCHA), 'account'), false, 'no answer yet');
      assert.equal(handed.mayFillIn(page({ requests: [200] }, CAPTCHA), 'account'), asksAnew);
      assert.equal(handed.mayFillIn(page({ requests: [503] }, CAPTCHA), 'account'), false, 'lost');
      assert.equal(handed.mayFillIn(page({ requests: [200] }), 'account'), false, 'no captcha');
    }
  });

  test('once more where it names the account and a question lay over it, and it does not go on by itself', () => {
    const { handed, pass } = arrange();
    handed.note('account', page().look);
    pass(60_000);
    assert.equal(handed.mayFillIn(page(), 'account'), false);
    handed.uncovered();
    pass(4000);
    assert.equal(handed.mayFillIn(page(), 'account'), false);
    pass(1);
    assert.equal(handed.mayFillIn(page(), 'account'), true);
    // What was handed in anew is another time.
    handed.note('account', page().look);
    pass(60_000);
    assert.equal(handed.mayFillIn(page(), 'account'), false);
  });

  test('not once more where it may send a code', () => {
    const { handed, pass } = arrange();
    handed.note('send', page().look);
    handed.uncovered();
    pass(60_000);
    assert.equal(handed.mayFillIn(page(), 'send'), false);
  });
});

suite('a page is refused', () => {
  test('by a status that says so, at once', () => {
    const { handed } = arrange();
    handed.note('code', page().look);
    for (const status of [0, 401, 403, 429, 500])
      assert.equal(handed.isRefused(page({ requests: [status] }), 'code'), true, String(status));
    assert.equal(handed.isRefused(page({ requests: [200] }), 'code'), false);
    assert.equal(handed.isRefused(page({ requests: [500] }), 'send'), false, 'it was not handed in');
  });

  test('by an error that the site has answered with, or that was not there before', () => {
    const { handed } = arrange();
    const before = page({ errors: [error('old')] });
    handed.note('code', before.look);
    assert.equal(handed.isRefused(before, 'code'), false);
    assert.equal(handed.isRefused(page({ errors: [error('old')], requests: [200] }), 'code'), true);
    assert.equal(handed.isRefused(page({ errors: [error('new')] }), 'code'), true);
    assert.equal(handed.isRefused(page({ errors: [error('old'), error('new')] }), 'code'), true);
  });

  test('by a text that was not there before and stays for 3 s after the answer', () => {
    const { handed, pass } = arrange();
    handed.note('code', page({ texts: ['type it'] }).look);
    const says = (requests: number[]) => page({ texts: ['type it', 'no'], requests });
    assert.equal(handed.isRefused(says([]), 'code'), false);
    pass(60_000);
    assert.equal(handed.isRefused(says([200]), 'code'), false, 'it is seen now');
    pass(3000);
    assert.equal(handed.isRefused(says([200]), 'code'), false);
    pass(1);
    assert.equal(handed.isRefused(says([200]), 'code'), true);
    // It may have gone meanwhile.
    assert.equal(handed.isRefused(page({ texts: ['type it'], requests: [200] }), 'code'), true);
  });

  test('not by numbers that count, nor where a code can be typed by the text that one was sent', () => {
    const { handed, pass } = arrange();
    handed.note('send', page({ texts: ['in 60 s'] }).look);
    const refused = (texts: string[], controls?: WebControl[]) => {
      const now = () => handed.isRefused(page({ texts, requests: [200] }, controls), 'send');
      now();
      pass(3001);
      return now();
    };
    assert.equal(refused(['in 12 s']), false);
    assert.equal(refused(['in 12 s', 'it was sent'], [code, submit]), false);
    assert.equal(refused(['another page']), false, 'what it said before is gone');
    assert.equal(refused(['in 12 s', 'no more today']), true);
  });

  test('by a dialog of the browser, which stays 3 s at least', () => {
    const { handed, pass } = arrange();
    handed.note('code', page().look);
    handed.alerted();
    pass(2000);
    handed.alerted();
    pass(1000);
    assert.equal(handed.isRefused(page(), 'code'), false);
    pass(1);
    assert.equal(handed.isRefused(page(), 'code'), true);
    handed.note('code', page().look);
    assert.equal(handed.isRefused(page(), 'code'), false, 'it was handed in anew');
  });
});

test('a code is sent where the site has answered, has shown another page, or says nothing for 5 s', () => {
  const { handed, pass } = arrange();
  assert.equal(handed.isSent(page()), true, 'by the page before');
  handed.note('send', page().look);
  assert.equal(handed.isSent(page()), false);
  assert.equal(handed.isSent(page({ requests: [200] })), true);
  assert.equal(handed.isSent(page({ url: 'https://account.example/code' })), true);
  pass(5000);
  assert.equal(handed.isSent(page()), false);
  pass(1);
  assert.equal(handed.isSent(page()), true);
});
