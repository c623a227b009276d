import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthOf, SERIES, soakPage, type Sample, type Series } from './soak-report.ts';

/** An hour, a sample each half minute. */
const samples = (value: (at: number, name: Series) => number): Sample[] =>
  Array.from({ length: 121 }, (_, nth) => {
    const at = nth * 30;
    const names = Object.keys(SERIES) as Series[];
    const values = Object.fromEntries(names.map((name) => [name, value(at, name)])) as Sample['values'];
    return { at, values };
  });
const growing = (all: Sample[]) => growthOf(all).flatMap(({ name, grows }) => (grows ? [name] : []));
const noise = (at: number) => (Math.sin(at) + Math.sin(at / 97)) * 5;

test('what is opened once and then stays does not grow, whatever noise there is', () => {
  assert.deepEqual(growing(samples((at) => 100 + noise(at))), []);
  // All of it comes in the first five minutes.
  assert.deepEqual(growing(samples((at) => Math.min(400, 100 + at) + noise(at))), []);
});

test('a moment in which nothing was done, early or late, says nothing of growth', () => {
  const calm = (from: number) =>
    samples((at, name) =>
      name === 'station, sockets' && at > from && at < from + 300 ? 35 : 150 + noise(at),
    );
  assert.deepEqual(growing(calm(400)), []);
  assert.deepEqual(growing(calm(3000)), []);
});

test('a heap that finds its size in some minutes does not grow, in a short run either; other things do', () => {
  const short = (name: Series) => {
    const all = samples((at, other) => (other === name ? Math.min(500, 260 + at / 2) : 10));
    return growing(all.filter(({ at }) => at <= 1200));
  };
  assert.deepEqual([short('station, MB'), short('Appium, MB')], [[], []]);
  assert.deepEqual(short('station, sockets'), ['station, sockets']);
});

test('a series that grows after the first tenth is named, also a slow one', () => {
  const leak = (at: number, name: Series) =>
    name === 'station, MB' ? 150 + at / 40 + noise(at) : name === 'Appium, open files' ? 30 + at / 300 : 100;
  assert.deepEqual(growing(samples(leak)), ['station, MB', 'Appium, open files']);
  assert.deepEqual(growing(samples((at, name) => (name === 'database, MB' ? at : 10))), []);
});

test('what is collected now and then does not grow, and what stays after each time does', () => {
  const saw = (at: number) => ((at % 700) / 700) * 200;
  assert.deepEqual(growing(samples((at, name) => (name === 'Appium, MB' ? 200 + saw(at) : 10))), []);
  assert.deepEqual(growing(samples((at, name) => (name === 'Appium, MB' ? 200 + at / 20 + saw(at) : 10))), [
    'Appium, MB',
  ]);
});

test('of a run that is too short nothing is said', () => {
  const short = samples((at) => at).filter(({ at }) => at < 500);
  assert.deepEqual(growing(short), []);
  const report = { seed: 1, phones: 1, signedOut: 1, problems: [], samples: short };
  assert.match(soakPage(report), /Too short to say what grows/);
});

test('what falls does not grow', () => {
  assert.deepEqual(growing(samples((at) => 5000 - at)), []);
});

test('the page has a plot of each series, and says what grows', () => {
  const all = samples((at, name) => (name === 'processes' ? at / 100 : 10));
  const page = soakPage({ seed: 7, phones: 8, signedOut: 99, problems: ['processes grow'], samples: all });
  assert.equal(page.match(/<polyline /g)?.length, Object.keys(SERIES).length);
  assert.match(page, /99 sign-outs of 8 simulated phones in 60\.0 minutes · seed 7/);
  assert.match(page, /<li>processes grow<\/li>/);
  assert.match(page, /<h2 class="bad">processes: 0–36; .*, it grows<\/h2>/);
  assert.doesNotMatch(page, /NaN|Infinity/);
});

test('the page says what the database keeps of each sign-out, which counts as no growth', () => {
  const all = samples((at, name) => (name === 'database, MB' ? 9 + at / 3600 : 10));
  const page = soakPage({ seed: 7, phones: 8, signedOut: 128, problems: [], samples: all });
  assert.match(page, /The database keeps each job and is not judged: 8\.0 kB a sign-out\./);
  assert.doesNotMatch(page, /it grows/);
});
