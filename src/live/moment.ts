import assert from 'node:assert/strict';

/**
 * For tests: asserts that a time lies between the moment `from` and now, both moved by `later` ms. To the
 * second, as many servers say no more.
 */
export function assertSince(from: number, at: number | undefined, later = 0): void {
  const [first, last] = [Math.floor(from / 1000) * 1000 + later, Date.now() + later];
  const isWithin = at !== undefined && first <= at && at <= last;
  assert.ok(isWithin, `${iso(at)} is not between ${iso(first)} and ${iso(last)}`);
}

const iso = (ms = NaN): string => (Number.isNaN(ms) ? 'no time' : new Date(ms).toISOString());
