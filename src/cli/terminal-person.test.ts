import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { instantClock, type Clock } from '../clock.ts';
import type { Asker } from '../codes/person.ts';
import type { Question } from '../flows/recovery.ts';
import { terminalPerson, type Pictures } from './terminal-person.ts';

const folder = mkdtempSync(join(tmpdir(), 'terminal-person-'));
after(() => rmSync(folder, { recursive: true }));
const picture = join(folder, 'captcha.png');
const png = Buffer.alloc(4000, 'pixels');
writeFileSync(picture, png);

const captcha: Question = { what: 'captcha', prompt: 'type the characters', picture };
const typed = (answer: string): Asker => ({ terminal: true, question: async () => answer });
/** A person who only looks. */
const silent: Asker = {
  terminal: true,
  question: (_prompt, signal) =>
    new Promise((_answer, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    ),
};
/** Its time does not pass. */
const still: Clock = {
  now: () => 0,
  elapsed: () => 0,
  sleep: (_ms, _why, signal) =>
    new Promise((_over, reject) =>
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    ),
};

async function ask(
  asker: Asker,
  { clock = still, pictures, signal = new AbortController().signal }: Partial<Options> = {},
) {
  const shown: string[] = [];
  const show = (text: string) => void shown.push(text);
  const answer = await terminalPerson({ ask: asker, clock, pictures, show, drawn: show }).ask(
    captcha,
    signal,
  );
  return { answer, shown };
}
interface Options {
  clock: Clock;
  pictures: Pictures;
  signal: AbortSignal;
}

test('shows where the picture lies, and gives what was typed', async () => {
  const { answer, shown } = await ask(typed(' x7kp '));
  assert.equal(answer, 'x7kp');
  assert.equal(shown.length, 1);
  assert.ok(shown[0]?.endsWith(` ${picture}`), shown[0]);
});

test('draws the picture too, where the terminal can', async () => {
  const iterm = (await ask(typed('x'), { pictures: 'iterm' })).shown;
  assert.equal(iterm[0], `\x1b]1337;File=inline=1;size=${png.length}:${png.toString('base64')}\x07`);
  const kitty = (await ask(typed('x'), { pictures: 'kitty' })).shown;
  const pieces = (kitty[0] ?? '')
    .split('\x1b_G')
    .slice(1)
    .map((piece) => piece.replace('\x1b\\', '').split(';'));
  assert.deepEqual(
    pieces.map(([control]) => control),
    ['a=T,f=100,m=1', 'm=0'],
  );
  assert.equal(pieces.map(([, data]) => data).join(''), png.toString('base64'));
  for (const shown of [iterm, kitty]) assert.ok(shown[1]?.endsWith(` ${picture}`));
});

test('takes an empty line, and silence up to the deadline, for no answer', async () => {
  assert.equal((await ask(typed('  '))).answer, undefined);
  assert.equal((await ask(silent, { clock: instantClock() })).answer, undefined);
});

test('asks nobody where there is no terminal', async () => {
  const nobody: Asker = { terminal: false, question: () => assert.fail('somebody is asked') };
  assert.deepEqual(await ask(nobody), { answer: undefined, shown: [] });
});

test('rejects with the reason of whoever stops the run, and passes on that the terminal was closed', async () => {
  const stop = new AbortController();
  const asked = ask(silent, { signal: stop.signal });
  stop.abort(new Error('stopped on request'));
  await assert.rejects(asked, /stopped on request/);
  const closed: Asker = {
    terminal: true,
    question: () => Promise.reject(new Error('the terminal was closed')),
  };
  await assert.rejects(ask(closed), /the terminal was closed/);
});
