import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadAnswerError, PhoneLostError } from '../errors.ts';
import type { Phone } from './adb.ts';
import { commandOf, isPhoneKey, isTypable, readPage, touch } from './touch.ts';

const phone = (shell: Phone['shell']): Phone => ({
  serial: 'd1',
  shell,
  pull: () => Promise.reject(new Error()),
});
const PAGE = '<hierarchy rotation="0"><node/></hierarchy>';

test('what is typed arrives letter by letter, and nothing of it is read by a shell', () => {
  const line = (text: string) => commandOf({ kind: 'text', text });
  assert.equal(line('Right-pass1'), 'input text Right-pass1');
  assert.equal(line('a b'), 'input text a%sb');
  assert.equal(line('$(reboot); `x` "y"'), `input text '$(reboot);%s\`x\`%s"y"'`);
  assert.equal(line("it's"), String.raw`input text 'it'\''s'`);
  assert.equal(line('100%safe'), 'input text 100%; input text safe', '%s itself would be a blank');
});

test('only what a phone looks up on its keyboard is typed', () => {
  assert.deepEqual(['abc~', '', 'ü', 'a\nb', 'a\tb', 'x'.repeat(201)].map(isTypable), [
    ...[true, false, false, false, false, false],
  ]);
});

test('a phone that takes no text is not quoted with it', async () => {
  const broken = phone(async (line) => Promise.reject(new Error(`'${line}' failed`)));
  await assert.rejects(touch(broken, { kind: 'text', text: 'Right-pass1' }), (fault: Error) => {
    assert.doesNotMatch(fault.message, /Right-pass1/);
    return true;
  });
});

test('a page is read whole or not at all, never one that was left by an earlier reading', async () => {
  const read = (said: string) => readPage(phone(async () => said));
  const keyboard = '@@mi-unbind:keyboard\n  mShowRequested=true mInputShown=';
  assert.deepEqual(await read(`${PAGE}${keyboard}true\n`), { source: PAGE, hasKeyboard: true });
  assert.deepEqual(await read(`${PAGE}\n${keyboard}false\n`), { source: PAGE, hasKeyboard: false });
  assert.equal(await read(keyboard), undefined);
  assert.equal(await read(`<hierarchy rotation="0"><node${keyboard}`), undefined);
  let asked = '';
  await readPage(phone(async (line) => ((asked = line), PAGE)));
  assert.match(asked, /^rm -f (\S+); uiautomator dump \1 .*cat \1 .*rm -f \1;/);
});

test('each gesture is one command of the phone', () => {
  assert.equal(commandOf({ kind: 'tap', x: 10, y: 20 }), 'input tap 10 20');
  assert.equal(commandOf({ kind: 'swipe', x: 1, y: 2, toX: 3, toY: 4, ms: 500 }), 'input swipe 1 2 3 4 500');
  const keys = { back: 4, home: 3, recent: 187, enter: 66, delete: 67 } as const;
  for (const [key, code] of Object.entries(keys)) {
    assert.ok(isPhoneKey(key));
    assert.equal(commandOf({ kind: 'key', key }), `input keyevent ${code}`);
  }
  for (const other of ['power', 'toString', '']) assert.equal(isPhoneKey(other), false);
});

test('a fault of a gesture that types nothing is thrown as it is, and one of a stopped gesture as the stop', async () => {
  const fault = new Error('it failed');
  const broken = phone(async () => Promise.reject(fault));
  await assert.rejects(touch(broken, { kind: 'tap', x: 1, y: 2 }), fault);
  await assert.rejects(touch(broken, { kind: 'text', text: 'a' }), { message: 'The phone took no text.' });
  const stop = new Error('stopped');
  const stopped = AbortSignal.abort(stop);
  await assert.rejects(touch(broken, { kind: 'text', text: 'a' }, stopped), stop);
});

test('an answer that is no page is none, and a phone that is lost is lost', async () => {
  const bad = new BadAnswerError({ asked: 'a page', came: 'too much' });
  assert.equal(await readPage(phone(async () => Promise.reject(bad))), undefined);
  const lost = new PhoneLostError('d1', { passwordSubmitted: false });
  await assert.rejects(readPage(phone(async () => Promise.reject(lost))), lost);
});
