import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { NO_PHONE, NONE_NAMED, NONE_ON_PHONE, NOT_REACHED, type AccountCheck } from '../account/match.ts';
import { CancelledError, UsageError } from '../errors.ts';
import type { RecoveryResult, RunResult } from '../events.ts';
import { overhear } from '../live/command.ts';
import { factsOf, faultOf, notBegun } from '../runs/result.ts';
import { sayEnd } from './sign-out-result.ts';
import { SIGNED_OUT_BY } from '../runs/own-submission.ts';

const SAME: AccountCheck = { verdict: 'same', words: 'the account named: all of it (its page)' };
const HIDDEN: AccountCheck = { verdict: 'not-compared', words: 'account not compared: it is hidden' };

suite('an error as --json tells it', () => {
  const usage = new UsageError('It is wrong.', 'correct it');

  test('one that is foreseen has code, message and hint; of another one nothing is quoted', () => {
    assert.deepEqual(faultOf(usage), {
      ...{ outcome: 'error', reason: 'usage', message: 'It is wrong.', hint: 'correct it' },
    });
    assert.deepEqual(faultOf(new Error('secret')), { outcome: 'error', reason: 'unexpected' });
    const { outcome, reason, message } = faultOf(new CancelledError({ passwordSubmitted: false }));
    assert.deepEqual([outcome, reason], ['cancelled', 'interrupted']);
    assert.match(message ?? '', /stopped on request/);
  });

  test('a run that did not begin has every name, and claims nothing about the phone', () => {
    const empty = {
      ...{ model: '', release: '', region: '', language: '', account: '', accountCheck: NOT_REACHED },
      ...{ outcome: 'error', reason: 'usage', message: 'It is wrong.', hint: 'correct it' },
      ...{ passwordSubmitted: false, durationMs: 0, evidence: '', drift: [], warnings: [] },
    };
    assert.deepEqual(notBegun(usage, {}), { ...empty, serial: '', data: '', via: '' });
    assert.deepEqual(notBegun(usage, { serial: 's1', data: 'keep', via: 'intent' }), {
      ...{ ...empty, serial: 's1', data: 'keep', via: 'intent' },
    });
  });
});

suite('the facts of a result', () => {
  const compared = (value: string) => ({ name: 'Account compared', value });
  const rows: [what: string, check: AccountCheck, facts: object[] | undefined][] = [
    ['none was named', NONE_NAMED, undefined],
    ['the site was given it', NO_PHONE, undefined],
    ['the list was not read', NOT_REACHED, undefined],
    ['none was on the phone', NONE_ON_PHONE, [compared(NONE_ON_PHONE.words)]],
    ['it is the same', SAME, [compared(SAME.words)]],
    [
      'it could not be compared, which somebody is to see to',
      HIDDEN,
      [{ ...compared(HIDDEN.words), todo: 'see to it that this was the right account' }],
    ],
  ];
  for (const [what, check, facts] of rows)
    test(`of the account: ${what}`, () => assert.deepEqual(factsOf(check, false, undefined).facts, facts));

  test('who signed it out and what stays on the phone come after the account', () => {
    const left = { facts: [{ name: 'Stays on the phone', value: 'x' }], warnings: [] };
    const { facts = [] } = factsOf(SAME, true, left);
    assert.deepEqual(facts, [compared(SAME.words), SIGNED_OUT_BY, ...left.facts]);
    assert.deepEqual(factsOf(NONE_NAMED, false, { facts: [], warnings: [] }), {});
  });
});

suite('the end of a run at the terminal', () => {
  const RESULT: RunResult = {
    ...{ serial: 'd1e2', model: '', release: '', region: '', language: '', account: '' },
    ...{ accountCheck: NONE_NAMED, outcome: 'signed-out', data: 'keep', via: 'intent' },
    ...{ passwordSubmitted: true, durationMs: 12_345, evidence: '', drift: [], warnings: [] },
  };
  const linesOf = (t: TestContext, result: RunResult | RecoveryResult, error?: unknown, what?: string) => {
    const said = overhear(t);
    sayEnd(result, error, what);
    said.end();
    return stripVTControlCharacters(said.stderr).trimEnd().split('\n');
  };

  test('of one without anything odd it is one line', (t) => {
    assert.deepEqual(linesOf(t, RESULT), ['✔ d1e2 signed out (12.3 s)']);
  });

  test('it is marked by how good it is, and says why', (t) => {
    const refused = linesOf(t, { ...RESULT, outcome: 'refused', reason: 'wrong-password' });
    assert.match(refused[0] ?? '', /^✘ d1e2 /);
    assert.match(refused[1] ?? '', /^ {2}\S/);
    assert.match(linesOf(t, { ...RESULT, outcome: 'needs-person', reason: 'captcha' })[0] ?? '', /^! /);
  });

  test('an error is shown in full in place of a reason', (t) => {
    const error = new UsageError('It is wrong.', 'correct it');
    const lines = linesOf(t, { ...RESULT, outcome: 'error', reason: 'usage' }, error, 'the site');
    assert.match(lines[0] ?? '', /^✘ the site /);
    assert.match(lines.slice(1).join('\n'), /It is wrong\.\n.*correct it$/);
    assert.equal(lines.length, 3);
  });

  test('each thing that is to be known is a line of its own', (t) => {
    const drift = { page: 'password dialog', locator: 'confirm', wanted: 'id a', found: 'label b' };
    const result: RunResult = {
      ...RESULT,
      ...{ accountCheck: SAME, warnings: ['the screen is off'], evidence: '/runs/1' },
      drift: [{ ...drift, advice: 'add id a' }],
      facts: [
        { name: 'On the phone now', value: 'its home screen' },
        SIGNED_OUT_BY,
        { name: 'Stays on the phone', value: 'USB debugging' },
      ],
    };
    assert.deepEqual(linesOf(t, result).slice(1), [
      `  ${SAME.words}`,
      '  On the phone now: its home screen',
      `  Signed out by: ${SIGNED_OUT_BY.value}`,
      '  ! the screen is off',
      "  ~ password dialog: 'confirm' was found by label b → add id a",
      '  evidence: /runs/1/index.html',
    ]);
  });

  test('of a recovery it is said where the new password is', (t) => {
    const recovery: RecoveryResult = {
      ...{
        ...RESULT,
        outcome: 'changed',
        by: 'email',
        codeSource: 'imap',
        codeRequested: true,
        codesRequested: 1,
      },
      ...{ newPassword: 'confirmed', savedTo: '/f' },
    };
    assert.equal(linesOf(t, recovery)[1], '  the new password is in /f');
    assert.equal(linesOf(t, { ...recovery, newPassword: 'not submitted', savedTo: '' }).length, 1);
  });
});
