import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone } from './adb.ts';
import { commandOf, isTypable, readPage, touch } from './touch.ts';

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
