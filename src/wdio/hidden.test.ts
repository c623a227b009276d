import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { Secret } from '../secret.ts';
import { HiddenSecrets } from './hidden.ts';

const PASSWORD = 'Canary "9" +.*\\d';

test('reporters get each command with the secrets masked, however deep, and the request keeps them', () => {
  const browser = new EventEmitter();
  const heard: unknown[] = [];
  browser.on('command', (said) => heard.push(said));
  browser.on('result', (said) => heard.push(said));
  const hidden = new HiddenSecrets();
  hidden.watch(browser as unknown as Browser);
  hidden.add(new Secret(PASSWORD));
  const body = { script: 'mobile: type', args: [{ text: `${PASSWORD}!` }], strict: false, none: null };
  browser.emit('command', { method: 'POST', body });
  browser.emit('result', { body, result: { value: PASSWORD } });
  const masked = { script: 'mobile: type', args: [{ text: '[hidden]!' }], strict: false, none: null };
  assert.deepEqual(heard, [
    { method: 'POST', body: masked },
    { body: masked, result: { value: '[hidden]' } },
  ]);
  assert.equal(body.args[0]?.text, `${PASSWORD}!`);
});

test('an error in a result stays what it is', () => {
  const browser = new EventEmitter();
  const heard: { result: { error: Error } }[] = [];
  browser.on('result', (said: { result: { error: Error } }) => heard.push(said));
  new HiddenSecrets().watch(browser as unknown as Browser);
  const error = new Error('no such element');
  browser.emit('result', { result: { error } });
  assert.equal(heard[0]?.result.error, error);
});
