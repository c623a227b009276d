import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../clock.ts';
import type { KeptMessage } from '../store/messages.ts';
import { joinsParts } from './sms-parts.ts';

function arrange() {
  const sleeping = new Set<() => void>();
  const clock: Clock = {
    now: () => 0,
    elapsed: () => 0,
    sleep: () => new Promise((resolve) => sleeping.add(() => resolve())),
  };
  const delivered: KeptMessage[] = [];
  const end = new AbortController();
  const add = joinsParts((message) => delivered.push(message), clock, end.signal);
  const message = (
    id: number,
    text: string,
    part?: [reference: string, number: number, total: number],
    from = 'Xiaomi',
  ): KeptMessage => ({
    ...{ id, source: 's', from, to: '1', text, receivedAt: id * 1000 },
    ...(part && { part: { reference: part[0], number: part[1], total: part[2] } }),
  });
  const passTime = async () => {
    for (const wake of sleeping) wake();
    await new Promise((turn) => setImmediate(turn));
  };
  return { add, message, delivered, passTime };
}

test('case b10: a code that is split over two parts is whole in the joined message, in whatever order they come', async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const { add, message, delivered, passTime } = arrange();
    const parts = [
      message(1, 'Xiaomi: your code is 048', ['7', 1, 2]),
      message(2, '213. Never share it.', ['7', 2, 2]),
    ];
    for (const at of order) add(parts[at]!);
    assert.deepEqual(
      delivered.map(({ id, text }) => [id, text]),
      [[2, 'Xiaomi: your code is 048213. Never share it.']],
    );
    await passTime();
    assert.equal(delivered.length, 1);
  }
});

test('a message without parts is delivered at once', () => {
  const { add, message, delivered } = arrange();
  add(message(1, 'whole'));
  assert.deepEqual(
    delivered.map(({ text }) => text),
    ['whole'],
  );
});

test('parts of other senders, references and totals are not mixed', () => {
  const { add, message, delivered } = arrange();
  add(message(1, 'a', ['7', 1, 2]));
  add(message(2, 'b', ['8', 2, 2]));
  add(message(3, 'c', ['7', 2, 3]));
  add(message(4, 'd', ['7', 2, 2], 'another'));
  assert.deepEqual(delivered, []);
  add(message(5, 'e', ['7', 2, 2]));
  assert.deepEqual(
    delivered.map(({ text }) => text),
    ['ae'],
  );
});

test('what is there of an SMS is delivered when its other parts do not come, with no number made of two halves', async () => {
  const { add, message, delivered, passTime } = arrange();
  add(message(1, 'code 048', ['7', 1, 3]));
  add(message(2, '213', ['7', 3, 3]));
  await passTime();
  assert.deepEqual(
    delivered.map(({ text }) => text),
    ['code 048 … 213'],
  );
  add(message(3, 'late', ['7', 2, 3]));
  await passTime();
  assert.deepEqual(
    delivered.map(({ text }) => text),
    ['code 048 … 213', 'late'],
  );
});
