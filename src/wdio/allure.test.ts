import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import allure from '@wdio/allure-reporter';
import { attachToAllure } from './allure.ts';

function folder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const made = mkdtempSync(join(tmpdir(), 'mi-unbind-allure-'));
  t.after(() => rmSync(made, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}

/** What Allure is given, in order. */
function given(t: TestContext): string[] {
  const heard: string[] = [];
  t.mock.method(allure, 'addStep', (title: string) => void heard.push(title));
  t.mock.method(allure, 'addAttachment', (name: string, content: Buffer, type: string) =>
    heard.push(`${name} (${type}): ${content.toString()}`),
  );
  return heard;
}

test('a run is in the report with its pages and steps in order, what each page showed, and its result', async (t) => {
  const heard = given(t);
  const at = '2026-11-26T00:55:19.000Z';
  const events = [
    { at, kind: 'page', page: 'Mi Account', package: 'p', source: '01.xml', screenshot: '01.png' },
    { at, kind: 'step', what: 'tapped Sign out' },
    { at, kind: 'page', page: 'password dialog', package: 'p', source: 'gone.xml' },
  ];
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  await attachToAllure(
    folder(t, { 'timeline.jsonl': lines, '01.png': 'PNG', '01.xml': '<a/>', 'result.json': '{}' }),
  );
  assert.deepEqual(heard, [
    'Mi Account',
    '01.png (image/png): PNG',
    '01.xml (application/xml): <a/>',
    'tapped Sign out',
    'password dialog',
    'result.json (application/json): {}',
  ]);
});

test('a run that broke off before it wrote anything adds nothing', async (t) => {
  const heard = given(t);
  await attachToAllure(folder(t, {}));
  assert.deepEqual(heard, []);
});
