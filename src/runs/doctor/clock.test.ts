import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeClock, judgePhoneClock, sampleOf, type ClockSample } from './clock.ts';

const samples = (...seconds: number[]): ClockSample[] =>
  seconds.map((ahead, index) => ({ of: `phone ${index + 1}`, ahead: ahead * 1000 }));

test('a clock is compared with the middle of the question', () => {
  assert.deepEqual(sampleOf('a', 9_000, 10_000, 10_400), { of: 'a', ahead: 1200 });
});

const computers: readonly [ahead: number[], verdict: string, what: RegExp][] = [
  [[], 'ok', /not compared/],
  [[1], 'ok', /within 1 s of phone 1/],
  [[-45, 30, 2], 'ok', /within 2 s of most of 3/],
  [[120], 'warn', /^2 min ahead of phone 1$/],
  [[-7260], 'warn', /^2 hours behind phone 1$/],
  [[300, 301, 299], 'warn', /^5 min ahead of most of 3 other clocks$/],
  [[300, 0], 'ok', /within 0 s/],
  [[5, 86_400 * 400, -2], 'ok', /within 5 s of most of 3/],
  [[61, 62], 'warn', /^61 s ahead of most of 2/],
];
for (const [ahead, verdict, what] of computers) {
  test(`case a11: a computer that is ${ahead.join(', ') || 'nothing'} s ahead of phones is ${verdict}`, () => {
    const finding = judgeClock(samples(...ahead));
    assert.equal(finding.verdict, verdict);
    assert.match(finding.what, what);
  });
}

test('a phone that has another date than the others is named', () => {
  const [one, two, off] = samples(1, 2, 86_400 * 400) as [ClockSample, ClockSample, ClockSample];
  assert.equal(judgePhoneClock(one, [one, two, off])?.verdict, 'ok');
  assert.match(
    JSON.stringify(judgePhoneClock(off, [one, two, off])),
    /"warn","what":"its clock is 399 days behind the others".*Settings → Additional settings → Date & time → set it by the network"/,
  );
});

test('where there is one other clock, nobody knows which is wrong', () => {
  const [only] = samples(1000) as [ClockSample];
  assert.equal(judgePhoneClock(only, [only]), undefined);
});

test('the limits are a minute for this computer, and two for a phone among others', () => {
  const of = (...ahead: number[]) => ahead.map((ms, at): ClockSample => ({ of: `p${at}`, ahead: ms }));
  assert.equal(judgeClock(of(60_000)).verdict, 'ok');
  assert.equal(judgeClock(of(60_001)).verdict, 'warn');
  const [phone] = of(120_000) as [ClockSample];
  assert.equal(judgePhoneClock(phone, of(0, 0, 120_000))?.verdict, 'ok');
  const [late] = of(120_001) as [ClockSample];
  assert.equal(judgePhoneClock(late, of(0, 0, 120_001))?.verdict, 'warn');
  assert.equal(judgePhoneClock(late, of(0, 120_001))?.verdict, 'warn', 'two are enough to compare');
});

test('how far apart clocks are is said in the largest unit of which there are two', () => {
  for (const [seconds, words] of [
    [119, '119 s'],
    [120, '2 min'],
    [7199, '119 min'],
    [7200, '2 hours'],
    [172_799, '47 hours'],
    [172_800, '2 days'],
  ] as const)
    assert.equal(judgeClock(samples(seconds)).what, `${words} ahead of phone 1`);
});

test('what a wrong clock spoils is said, and what to do by how many others there are', () => {
  const one = judgeClock(samples(300));
  const more = judgeClock(samples(300, 301));
  assert.ok(one.verdict === 'warn' && more.verdict === 'warn');
  assert.match(one.why, /^records and signatures would carry wrong times/);
  assert.match(one.todo, /^see which of the two is wrong and set it/);
  assert.match(more.todo, /^set this computer's clock by the network/);
});
