import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abortable } from './abortable.ts';

const hanging = () => new Promise<never>(() => undefined);

test('work that ends gives its own result, and a failure passes', async () => {
  const { signal } = new AbortController();
  assert.equal(await abortable(Promise.resolve(7), signal), 7);
  await assert.rejects(abortable(Promise.reject(new Error('broken')), signal), new Error('broken'));
});

test('work that hangs is left when the signal is aborted', async () => {
  const controller = new AbortController();
  const left = abortable(hanging(), controller.signal);
  controller.abort(new Error('stopped on request'));
  await assert.rejects(left, new Error('stopped on request'));
  await assert.rejects(abortable(hanging(), controller.signal), new Error('stopped on request'));
});

test('work that ends within the grace is not left', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  const kept = abortable(promise, controller.signal, 3000);
  controller.abort(new Error('stopped on request'));
  t.mock.timers.tick(2999);
  resolve('in time');
  assert.equal(await kept, 'in time');
});

test('work that ends leaves nothing behind that keeps a process alive or a signal listened to', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const cleared = t.mock.method(globalThis, 'clearTimeout');
  const controller = new AbortController();
  const removed = t.mock.method(controller.signal, 'removeEventListener');
  const { promise, resolve } = Promise.withResolvers<string>();
  const kept = abortable(promise, controller.signal, 3000);
  controller.abort(new Error('stopped on request'));
  resolve('in time');
  await kept;
  assert.ok(cleared.mock.calls[0]?.arguments[0], 'the timer of the grace');
  assert.equal(removed.mock.callCount(), 1);
});
