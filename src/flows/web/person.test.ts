import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { control, button, look } from '../../../pageobjects/web/web-look-story.ts';
import { AccountPage } from '../../../pageobjects/web/account.page.ts';
import { instantClock } from '../../clock.ts';
import type { Question } from '../recovery.ts';
import { WebQuestions } from './person.ts';

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
