import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunk, end, file, numbers, pool, start } from './binary-xml.golden.ts';
import { readXml } from './binary-xml.ts';

const read = (bytes: Buffer) => [...readXml(bytes)];

test('elements come in their order, with texts, values and the numbers of their attributes', () => {
  const elements = read(
    file(
      pool('text', 'LinearLayout', 'hello', 'Button'),
      numbers(0x0101014f),
      start(1, [{ name: 0, type: 3, data: 2 }]),
      start(3, [
        { name: 0, type: 1, data: 0x7f010001 },
        { name: 2, type: 16, data: 7, raw: 1 },
      ]),
      end,
      end,
    ),
  );
  assert.deepEqual(
    elements.map(({ name, attributes }) => [
      name,
      attributes.map(({ name: of, number, text, data }) => [of, number, text, data]),
    ]),
    [
      ['LinearLayout', [['text', 0x0101014f, 'hello', 2]]],
      [
        'Button',
        [
          ['text', 0x0101014f, undefined, 0x7f010001],
          ['hello', 0, 'LinearLayout', 7],
        ],
      ],
    ],
  );
});

test('a file that is none, or damaged, is said to be what it is', () => {
  const damages: [bytes: Buffer, says: RegExp][] = [
    [chunk(2, 8), /^it begins with chunk type 0x2, not with binary XML$/],
    [file(start(0)), /^its first element comes before its strings$/],
    [
      file(pool('a'), start(0, [], { count: 1 })),
      /^an element says it has 1 attributes, more than there is room for$/,
    ],
    [
      file(pool('a'), start(0, [{ name: 0, type: 1, data: 1 }], { size: 19 })),
      /^an element says it has 1 attributes, more than there is room for$/,
    ],
  ];
  for (const [bytes, says] of damages)
    assert.throws(() => read(bytes), { name: 'RangeError', message: says });
});

test('as many elements one in another as a layout may have are read, and one more is a damage', () => {
  const nested = (depth: number) => file(pool('a'), ...Array.from({ length: depth }, () => start(0)));
  assert.equal(read(nested(200)).length, 200);
  assert.throws(() => read(nested(201)), /^RangeError: more than 200 elements stand one in another$/);
  const flat = (count: number) =>
    file(pool('a'), ...Array.from({ length: count }, () => [start(0), end]).flat());
  assert.equal(read(flat(20_000)).length, 20_000, 'what has ended stands in nothing');
  assert.throws(() => read(flat(20_001)), /^RangeError: it has more than 20000 elements$/);
});
