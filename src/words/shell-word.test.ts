import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { shellWord } from './shell-word.ts';

test('a text in a shell command is one word of it, letter for letter, whatever it holds', () => {
  const texts = [
    'com.xiaomi.account',
    '',
    `https://a/?x='; reboot; $(id)&y="\`id\``,
    '~',
    '-rf *',
    'a\nb\r\nc',
    "'",
    String.raw`\'`,
    '!! {a,b} [x] #1',
    'طريق 路径',
  ];
  const shown = execFileSync('sh', ['-c', `printf '<%s>' ${texts.map(shellWord).join(' ')}`], {
    encoding: 'utf8',
  });
  assert.equal(shown, texts.map((text) => `<${text}>`).join(''));
});

test('a NUL, at which a shell would end the command, is left out', () => {
  assert.equal(shellWord('/data/\0app'), '/data/app');
});
