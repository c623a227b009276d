import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RomCheck } from './check.ts';
import { keptCheck } from './kept.ts';

const APP = 'com.xiaomi.account';
const check = {
  version: 1,
  apps: [{ package: APP, version: '13.5', languages: ['bg'], files: ['a.apk'], nameless: false }],
  notGiven: ['android'],
  layouts: { [`${APP}:layout/a`]: [{ cls: 'Button', id: `${APP}:id/b`, labels: [] }] },
  unread: [{ file: 'b.apk', why: 'it is no ZIP file' }],
  pages: [
    {
      page: 'account page',
      verdict: 'there',
      layout: { name: 'layout/a', holds: ['landmark'] },
      apart: [],
      things: [
        {
          locator: 'landmark',
          verdict: 'other-way',
          by: `id ${APP}:id/b`,
          wanted: `id ${APP}:id/b`,
          layouts: ['layout/a'],
          ids: [{ id: `${APP}:id/b`, state: 'there', layouts: ['layout/a'] }],
          labels: [
            {
              label: `${APP}:string/b`,
              state: 'gone',
              layouts: [],
              missing: ['bg'],
              wordings: { default: 'B' },
            },
          ],
        },
      ],
      reads: [],
    },
    { page: 'other page', verdict: 'gone', layout: undefined, apart: [], things: [], reads: [] },
  ],
} satisfies RomCheck;
const kept = (value: unknown) => keptCheck(Buffer.from(JSON.stringify(value)));
type Change = (copy: Record<string, unknown> & { pages: Record<string, unknown>[] }) => void;
function changed(change: Change): unknown {
  const copy = JSON.parse(JSON.stringify(check)) as Parameters<Change>[0];
  change(copy);
  return copy;
}

test('a check that was kept is read as it was written, also one of a page without a layout', () => {
  assert.deepEqual(kept(check), check);
});

test('what a newer check has beside is passed over', () => {
  assert.deepEqual(kept(changed((copy) => (copy['more'] = 1))), check);
});

test('JSON that is no check of a ROM is refused with the first place that differs', () => {
  const refused: [value: unknown, says: RegExp][] = [
    [7, /^RangeError: its first value: .*expected object/],
    [changed((copy) => (copy['version'] = 2)), /^RangeError: version: .*expected 1/],
    [changed((copy) => delete copy['notGiven']), /^RangeError: notGiven: .*expected array/],
    [changed((copy) => (copy.pages[1]!['verdict'] = 'lost')), /^RangeError: pages\.1\.verdict: /],
    [changed((copy) => (copy.pages[0]!['reads'] = [{}])), /^RangeError: pages\.0\.reads\.0\.label: /],
  ];
  for (const [value, says] of refused) assert.throws(() => kept(value), says);
  assert.throws(() => keptCheck(Buffer.from('{')), SyntaxError);
  assert.throws(
    () => keptCheck(Buffer.from('['.repeat(21))),
    /^RangeError: has more than 20 lists one in another$/,
  );
});
