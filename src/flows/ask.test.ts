import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone } from '../phone/adb.ts';
import { asking, captchaIn, secondFactorQuestion } from './ask.ts';
import type { Person, Question } from './recovery.ts';

const QUESTION: Question = { what: 'second-factor', prompt: 'Type it' };

test('the time of a flow stops while a person is asked, and the screen is woken afterwards', async () => {
  const { signal } = new AbortController();
  let time = 5000;
  const seen: unknown[] = [];
  const person: Person = {
    ask: async (question, ending) => {
      seen.push(question, ending);
      time += 60_000;
      return '123456';
    },
  };
  const phone = {
    shell: async (line: string, ending?: AbortSignal) => (seen.push(line, ending), ''),
  } as unknown as Phone;
  const clock = {
    now: () => 100 + time,
    elapsed: () => time,
    sleep: async (ms: number, why: string, ending?: AbortSignal) => void seen.push(ms, why, ending),
  };
  const { ask, clock: own } = asking(person, phone, { clock, signal });
  assert.equal(own.elapsed(), 5000);
  assert.equal(await ask(QUESTION), '123456');
  assert.equal(await ask(QUESTION), '123456');
  time += 7;
  assert.equal(own.elapsed(), 5007, 'two minutes of a person are none of the flow');
  assert.equal(own.now(), 125_107, 'the time of day goes on');
  const woken = 'input keyevent 224 >/dev/null 2>&1; wm dismiss-keyguard >/dev/null 2>&1; ';
  assert.deepEqual(seen.splice(0), Array(2).fill([QUESTION, signal, woken, signal]).flat());
  await own.sleep(3, 'a page', signal);
  assert.deepEqual(seen, [3, 'a page', signal]);
});

test('a captcha is asked with its picture where it is kept, and without where there is none', () => {
  const asked = { what: 'captcha', prompt: 'Type the characters in the picture' };
  const kept: [string, string][] = [];
  const picture = (name: string, png: Buffer) => (kept.push([name, String(png)]), '/e/captcha-1.png');
  assert.deepEqual(captchaIn('cG5n', { picture }), { ...asked, picture: '/e/captcha-1.png' });
  assert.deepEqual(kept, [['captcha', 'png']]);
  assert.deepEqual(captchaIn(undefined, { picture }), asked);
  assert.deepEqual(captchaIn('cG5n', {}), asked);
  assert.equal(kept.length, 1);
});

test('a code that the service sends by itself is asked for as the owner got it', () => {
  assert.deepEqual(secondFactorQuestion, {
    what: 'second-factor',
    prompt: "Type the code that was sent to the account's owner",
  });
});
