import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantClock } from '../../clock.ts';
import type { CodeRequest, CodeSource } from '../../codes/source.ts';
import { CodeTimeoutError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { CODES_AT_MOST, newRound, unusedCode } from './round.ts';

/** A clock that stands, but where a code takes its time, and a source that gives these codes. */
function source(codes: string[], takes = 0) {
  let time = 1_000_000;
  const asked: CodeRequest[] = [];
  const given: Pick<CodeSource, 'name' | 'waitForCode'> = {
    name: 'imap',
    waitForCode: async (request) => {
      asked.push(request);
      time += takes;
      return { code: new Secret(codes.shift() ?? codes.at(-1) ?? '111111') } as never;
    },
  };
  return { codes: given as CodeSource, asked, clock: { ...instantClock(), elapsed: () => time } };
}
const request = {
  since: { source: 'imap', takenAt: '2026-01-01T00:00:00Z', position: 1 },
  address: 'mira@example.org',
  timeoutMs: 60_000,
} as unknown as CodeRequest;
const used = [new Secret('111111')];
const coded = async (of: ReturnType<typeof source>) =>
  (await unusedCode(of.codes, request, used, of.clock)).reveal();

test('a code that was not typed yet is taken, and one that comes once more is passed over within the time that is left', async () => {
  const first = source(['222222']);
  assert.equal(await coded(first), '222222');
  assert.deepEqual(first.asked, [request]);
  const copies = source(['111111', '111111', '222222'], 10_000);
  assert.equal(await coded(copies), '222222');
  assert.deepEqual(
    copies.asked.map(({ timeoutMs, address }) => [timeoutMs, address]),
    [60_000, 50_000, 40_000].map((left) => [left, 'mira@example.org']),
  );
});

const ONLY = /within 60 s: only the code that was typed before came once more\.$/;

test('where only the code before comes, again and again or too late, none has come', async () => {
  const many = source([]);
  await assert.rejects(coded(many), (error) => error instanceof CodeTimeoutError && ONLY.test(error.message));
  assert.equal(many.asked.length, 6, 'five copies');
  const late = source([], 60_000);
  await assert.rejects(coded(late), ONLY);
  assert.equal(late.asked.length, 1);
});

test('a round begins with nothing pressed, nothing typed and nothing in the ledger', () => {
  const { forms, ...round } = newRound('mira@example.org');
  assert.ok(forms);
  assert.deepEqual(round, {
    contact: 'mira@example.org',
    ...{ chosen: false, cardPressed: false, counted: false, requested: false, captchaAnswered: false },
    ...{ typed: false, submitted: false },
  });
  assert.equal(CODES_AT_MOST, 2);
});
