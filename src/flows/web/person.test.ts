import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { control, button, look } from '../../../pageobjects/web/web-look-story.ts';
import { AccountPage } from '../../../pageobjects/web/account.page.ts';
import type { PageSource } from '../../../pageobjects/look.ts';
import { instantClock } from '../../clock.ts';
import type { Question } from '../recovery.ts';
import { AgreementPage, CaptchaPage } from '../../../pageobjects/web/outcome.page.ts';
import { openPage, WebQuestions } from './person.ts';
import { siteStory, toolsStory } from './site-story.ts';

/** A page with a captcha beside its field, as a browser that keeps what is typed. */
function captcha(typed: string[]) {
  const field = control('text', { element: { id: 'field' } });
  const bounds: [number, number, number, number] = [420, field.bounds[1], 520, field.bounds[3]];
  const picture = control('picture', { bounds, element: { id: 'picture' } });
  const browser = {
    $: () => ({ setValue: async (text: string) => void typed.push(text) }),
    takeElementScreenshot: async () => Buffer.from('png').toString('base64'),
  } as unknown as Browser;
  return new AccountPage(
    browser,
    look([control('text', { autocomplete: 'username' }), field, picture, button()]),
  );
}

function questions(answers: (string | undefined)[]) {
  const asked: Question[] = [];
  const steps: string[] = [];
  const tools = {
    person: { ask: async (question: Question) => (asked.push(question), answers.shift()) },
    clock: instantClock(),
    signal: new AbortController().signal,
    journal: { step: (what: string) => void steps.push(what), picture: () => '/runs/1/captcha.png' },
  };
  return {
    asked,
    steps,
    of: new WebQuestions(tools as never, { site: 'https://account.example', language: 'bg-BG' }),
  };
}

test('a person is asked for a captcha three times, with its picture; then it is for a person at the page', async () => {
  const typed: string[] = [];
  const { asked, steps, of } = questions(['ab1 ', 'cd2', 'ef3', 'gh4']);
  for (let nth = 0; nth < 3; nth++) assert.equal(await of.solve(captcha(typed)), undefined);
  assert.deepEqual(await of.solve(captcha(typed)), { kind: 'needs-person', reason: 'captcha' });
  assert.deepEqual(typed, ['ab1', 'cd2', 'ef3'], 'what is typed has no blanks around it');
  assert.deepEqual(asked[0], {
    ...{ what: 'captcha', prompt: 'type the characters in the picture', picture: '/runs/1/captcha.png' },
  });
  assert.deepEqual([asked.length, steps.length], [3, 3]);
});

test('a captcha without an answer is for a person, and a page without one asks nothing', async () => {
  const { asked, of } = questions([undefined]);
  assert.deepEqual(await of.solve(captcha([])), { kind: 'needs-person', reason: 'captcha' });
  const plain = new AccountPage({} as Browser, look([control('text'), button()]));
  assert.equal(await of.solve(plain), undefined);
  assert.equal(asked.length, 1);
});

test('an address of the site asks for the language of the phone', () => {
  assert.equal(questions([]).of.address('/pass'), 'https://account.example/pass?_locale=bg_BG');
});

/** The questions of a site that a test plays, and the rules for them. */
function asking(answers: (string | undefined)[], free = true) {
  const site = siteStory();
  const story = toolsStory(site.done);
  story.answers = answers;
  const of = new WebQuestions(story.tools, { site: 'https://account.example', language: 'en' });
  let answered = 0;
  const [captchas, agreements] = of.rules(
    () => void answered++,
    () => free,
  );
  assert.ok(captchas && agreements);
  return { ...story, site, of, captchas, agreements, answered: () => answered };
}
const at = (id: string) => ({ element: { id } });
const terms = [
  button({ dialog: true, ...at('agree'), colour: 220 }),
  button({ dialog: true, ...at('leave'), colour: 50 }),
];

test('consent to terms is given by a person who types yes, and by none other', async () => {
  for (const [answer, isGiven] of [
    ['yes', true],
    [' Y ', true],
    ['no', false],
    ['yesterday', false],
    [undefined, false],
  ] as const) {
    const { site, agreements, answered } = asking([answer]);
    const page = new AgreementPage(site.browser, look(terms));
    assert.equal(agreements.when(page as never), true);
    const outcome = await agreements.act(page as never);
    assert.deepEqual(outcome, isGiven ? undefined : { kind: 'needs-person', reason: 'agreement' });
    assert.equal(answered(), isGiven ? 1 : 0);
    assert.deepEqual(site.done, [
      '– ask a person: agreement',
      "ask agreement: the site asks for consent to its terms: read the picture, type 'yes' to agree",
      ...(isGiven ? ['press agree'] : []),
    ]);
  }
});

test('a question that is answered is not asked again for 3 s, while another one is; and none while it may not be', async () => {
  const { site, agreements, pass } = asking(['yes', 'yes']);
  const page = (more = {}) => new AgreementPage(site.browser, look(terms, more));
  await agreements.act(page() as never);
  assert.equal(agreements.when(page() as never), false);
  assert.equal(agreements.when(page({ errors: [{ text: 'no', hints: [] }] }) as never), true);
  assert.equal(agreements.when(page({ document: 2 }) as never), true);
  pass(3000);
  assert.equal(agreements.when(page() as never), false);
  pass(1);
  assert.equal(agreements.when(page() as never), true);
  const tells = new AgreementPage(site.browser, look(terms.slice(0, 1)));
  assert.equal(agreements.when(tells as never), false, 'it only tells something');
  assert.equal(asking([], false).agreements.when(page() as never), false);
});

test('a captcha over a page is typed and handed in; a puzzle is for a person at the window', async () => {
  const field = control('text', { name: 'icode', dialog: true, ...at('letters') });
  const ok = button({ dialog: true, ...at('ok') });
  const typed = asking(['ab1']);
  assert.equal(
    await typed.captchas.act(new CaptchaPage(typed.site.browser, look([field, ok])) as never),
    undefined,
  );
  assert.deepEqual(typed.site.done.slice(-2), ['type letters: ab1', 'press ok']);
  assert.equal(typed.answered(), 1);
  // One more than a person is asked, so that the last refusal is seen.
  assert.equal(typed.captchas.times, 4);

  const puzzle = asking(['done', undefined]);
  const page = new CaptchaPage(puzzle.site.browser, look([control('slider', at('slider'))]));
  assert.equal(await puzzle.captchas.act(page as never), undefined);
  assert.deepEqual(puzzle.site.done, [
    '– ask a person: captcha',
    "ask captcha: the page wants a puzzle solved: do it in the browser's window (of this computer's with --headed), then type 'done' here",
  ]);
  assert.deepEqual(await puzzle.captchas.act(page as never), { kind: 'needs-person', reason: 'captcha' });
  assert.equal(puzzle.answered(), 1);
});

test('a page that does not come is seen on the page, and another fault of a browser is one', async () => {
  const opening = (fault: string) =>
    openPage({ url: () => Promise.reject(new Error(fault)) } as unknown as Browser, 'https://x/');
  await opening('unknown error: net::ERR_NAME_NOT_RESOLVED');
  await opening('timeout: Timed out receiving message from renderer');
  await assert.rejects(opening('invalid session id'), /invalid session id/);
});

test('a page that is kept as evidence hides passwords and codes, and nothing else', async () => {
  const kept: [string, string][] = [];
  const site = siteStory();
  const { tools } = toolsStory(site.done);
  const page = async (name: string, source: PageSource) => void kept.push([name, hidden(source)]);
  const hidden = ({ nodes }: PageSource) =>
    nodes.flatMap(({ id, password }) => (password ? [id] : [])).join();
  const of = new WebQuestions(
    { ...tools, journal: { ...tools.journal, page } },
    { site: 'https://account.example', language: 'en' },
  );
  const fields = [
    control('text', { id: 'account', autocomplete: 'username' }),
    control('text', { id: 'code', autocomplete: 'one-time-code' }),
    control('password', { id: 'password' }),
    button({ id: 'ok' }),
  ];
  await of.seen('web code', look(fields), site.browser);
  assert.deepEqual(kept, [['web code', 'code,password']]);
});
