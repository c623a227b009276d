import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEGIN, END, losses, withFigures, type Kept } from './kept.ts';
import type { ContestantRow } from './report.ts';

const same = (median: number) => ({ median, min: median, max: median });
const row = (name: string, changes: Partial<ContestantRow> = {}): ContestantRow => ({
  ...{ name, ms: same(1000), streams: 20, requests: 22, looksAPage: 2, sources: 10, pictures: 0, cpu: 0.5 },
  ratios: { 'plain script ÷ this': same(1.5), 'its CPU ÷ this': same(2), 'flow ÷ phone': same(1) },
  ...changes,
});
const kept = (real: ContestantRow[], instant: ContestantRow[] = []): Kept => ({
  ...{ date: '2026-11-30', machine: 'a machine', rounds: 7, load: 0 },
  paces: { real, instant },
});
const after = (changes: Partial<ContestantRow>) => losses(kept([row('ours')]), kept([row('ours', changes)]));
const ratios = (changes: object) => ({ ratios: { ...row('ours').ratios, ...changes } });

test('a loss of more than a fifth is named, of counts and of ratios, and what takes longer on a slow machine is none', () => {
  assert.deepEqual(after({}), []);
  assert.deepEqual(after({ ms: same(9000), cpu: 4 }), []);
  assert.deepEqual(after({ streams: 24, requests: 15 }), []);
  assert.deepEqual(after({ streams: 25 }), ['ours, real pace: streams 20 → 25']);
  assert.deepEqual(after({ pictures: 1 }), ['ours, real pace: pictures 0 → 1']);
  assert.deepEqual(after(ratios({ 'plain script ÷ this': same(1.26), 'flow ÷ phone': same(1.19) })), []);
  assert.deepEqual(after(ratios({ 'plain script ÷ this': same(1.2), 'flow ÷ phone': same(1.21) })), [
    'ours, real pace: plain script ÷ this 1.50 → 1.20',
    'ours, real pace: flow ÷ phone 1.00 → 1.21',
  ]);
  assert.deepEqual(after(ratios({ 'plain script ÷ this': same(NaN) })), [
    'ours, real pace: plain script ÷ this 1.50 → NaN',
  ]);
  assert.deepEqual(after(ratios({ 'its CPU ÷ this': same(1) })), []);
});

test('what is no longer measured is a loss, and the rival is not held to anything', () => {
  const before = kept([row('ours'), row('plain script')], [row('ours')]);
  assert.deepEqual(losses(before, kept([row('ours'), row('plain script', { streams: 99 })])), [
    'ours, instant pace: not measured',
  ]);
});

test('at instant pace the time of the rival says nothing, and counts are held', () => {
  const slower = row('ours', { ...ratios({ 'plain script ÷ this': same(1) }), requests: 40 });
  assert.deepEqual(losses(kept([], [row('ours')]), kept([], [slower])), [
    'ours, instant pace: requests 22 → 40',
  ]);
});

test('a whole command that takes longer beside its phone by more than a fifth is a loss, as is one not measured', () => {
  const whole = (ratio: number) => ({
    ...kept([]),
    whole: [{ name: 'the next one', ms: same(17_000), ratio: same(ratio) }],
  });
  assert.deepEqual(losses(whole(1.3), whole(1.5)), []);
  assert.deepEqual(losses(kept([]), whole(9)), []);
  const says = (is: string) => [`the whole command, the next one: all ÷ phone 1.30 → ${is}`];
  assert.deepEqual(losses(whole(1.3), whole(1.57)), says('1.57'));
  assert.deepEqual(losses(whole(1.3), kept([])), says('NaN'));
  const written = withFigures(`${BEGIN}${END}`, whole(1.3));
  assert.match(written, /\| the next one \| 17,000 \| 17,000–17,000 \| 1\.30 \| 1\.30–1\.30 \|/);
});

test('the figures are written between their marks, with day, machine and load, and nothing else is changed', () => {
  const page = `before\n\n${BEGIN}\n\nold\n\n${END}\n\nafter\n`;
  const written = withFigures(page, kept([row('ours')]));
  assert.match(written, /^before\n\n<!--[^]*-->\n\nafter\n$/);
  assert.match(written, /Measured on 2026-11-30: a machine; load 0\.0 .* 7 rounds/);
  assert.match(
    written,
    /\| ours \| 1,000 \| 1,000–1,000 \| 20 \| 22 \| 10 \| 0 \| 0\.50 \| 1\.50 \| 2\.00 \| 1\.00 \|/,
  );
  assert.doesNotMatch(written, /old/);
  assert.throws(() => withFigures('no marks', kept([])), /lacks/);
});
