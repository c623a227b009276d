import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, countJunit, formatTally, none, skipsInWords } from './tally.ts';

const junit = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="sign-out" tests="4" failures="1" errors="1" skipped="1">
    <testcase classname="a" name="keeps the data" time="1"/>
    <testcase classname="a" name="deletes the data" time="1"><system-out><![CDATA[<testcase><failure/>]]></system-out></testcase>
    <testcase classname="a" name="refuses" time="1"><failure/><error message="no"/><system-err><![CDATA[x]]></system-err></testcase>
    <testcase classname="a" name="is left out" time="0"><skipped/></testcase>
  </testsuite>
</testsuites>`;

test('a JUnit file is counted by its cases, each once', () =>
  assert.deepEqual(countJunit(junit), { passed: 2, failed: 1, skipped: 1, faults: ['✖ refuses'] }));

test('an empty JUnit file counts nothing', () => assert.deepEqual(countJunit('<testsuites/>'), none));

test('tallies are added up and printed in one line', () => {
  const total = add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
  assert.equal(formatTally(total), '11 passed, 22 failed, 33 skipped');
});

test('what failed is kept over the parts, in their order', () => {
  const one = add(none, { ...none, failed: 1, faults: ['✖ first'] });
  assert.deepEqual(add(add(one, none), { ...none, failed: 1, faults: ['✖ second'] }).faults, [
    '✖ first',
    '✖ second',
  ]);
});

test('what was skipped is one line for each reason, the most frequent first', () => {
  const one = { ...none, skipped: 2, why: { 'no adb': 1, 'no Dovecot': 1 } };
  const total = add(add(one, none), { ...none, skipped: 2, why: { 'no Dovecot': 2 } });
  assert.deepEqual(skipsInWords(total), ['skipped 3: no Dovecot', 'skipped 1: no adb']);
  assert.deepEqual(skipsInWords(none), []);
});
