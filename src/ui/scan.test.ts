import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scans } from './client/scan.js';

type Key = Parameters<Scans['key']>[0];
const enter = { code: 'Enter', key: 'Enter' };

/** Types keys, `ms` apart, and gives what came out as a scan. */
function typed(
  scans: Scans,
  keys: readonly Partial<Key>[],
  field: { value: string } | undefined,
  ms: number,
  from = 1000,
) {
  return keys
    .map((key, at) =>
      scans.key(
        { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...key } as Key,
        field,
        from + at * ms,
      ),
    )
    .at(-1);
}
// As a scanner presses them; the keyboard is set to Bulgarian, so what they mean there is another thing.
const RMA = [
  ...[
    { code: 'KeyR', key: 'И', shiftKey: true },
    { code: 'KeyM', key: 'П', shiftKey: true },
    { code: 'KeyA', key: 'Ь', shiftKey: true },
  ],
  ...[
    { code: 'Minus', key: '-' },
    { code: 'Digit2', key: '2' },
    { code: 'Numpad0', key: '0' },
    { code: 'Digit4', key: '4' },
  ],
];

test('a burst of keys is a scan, read by the places of the keys', () => {
  assert.equal(typed(new Scans(), [...RMA, enter], undefined, 8), 'RMA-204');
});

test('what a person types is no scan', () => {
  assert.equal(typed(new Scans(), [...RMA, enter], undefined, 90), undefined);
  assert.equal(typed(new Scans(), [...RMA.slice(0, 5), enter], undefined, 8), undefined, 'too short');
});

test('a scan that lands in an answer field is taken out of it again', () => {
  const field = { value: 'w7K' };
  const scans = new Scans();
  const keys = [...RMA, enter];
  for (const [at, key] of keys.entries()) {
    const scan = scans.key({ shiftKey: false, ...key } as Key, field, 1000 + at * 8);
    field.value += key === enter ? '' : 'x';
    if (scan !== undefined) assert.deepEqual([scan, field.value], ['RMA-204', 'w7K']);
    else assert.notEqual(key, enter);
  }
});

test('two scans in a row do not run together', () => {
  const scans = new Scans();
  assert.equal(typed(scans, [...RMA, enter], undefined, 8), 'RMA-204');
  assert.equal(typed(scans, [...RMA, enter], undefined, 8, 3000), 'RMA-204');
});
