import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Browser } from 'webdriverio';
import { PageSource } from '../../pageobjects/look.ts';
import type { Drift, RunEvent } from '../events.ts';
import { Evidence } from './evidence.ts';

const AT = '2026-11-30T12:00:00.000Z';
const clock = { now: () => Date.parse(AT), elapsed: () => 0, sleep: () => Promise.resolve() };
const camera = { takeScreenshot: () => Promise.reject(new Error('no picture')) } as unknown as Browser;
const look = (text: string) =>
  new PageSource(
    `<hierarchy><node class="a.View" package="com.example" text="${text}" bounds="[0,0][9,9]"/></hierarchy>`,
  );
const drift = (change: Partial<Drift> = {}): Drift => ({
  ...{ page: 'Settings', locator: 'accountRow', wanted: 'id a', found: 'label b', advice: 'c' },
  ...change,
});

/** Evidence of a run, what was called with each event, and what stands in its timeline. */
function evidence(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const called: [RunEvent, string | undefined][] = [];
  const run = new Evidence(folder, clock, (event, where) => void called.push([event, where]));
  const timeline = () =>
    readFileSync(join(folder, 'timeline.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
  return { run, called, timeline };
}

test('each event is in the timeline with its time, in order, before it is called with its folder', (t) => {
  const { run, called, timeline } = evidence(t);
  run.step('tap Sign out');
  run.drift(drift());
  run.passwordSubmitted();
  const events = [
    { at: AT, kind: 'step', what: 'tap Sign out' },
    { at: AT, kind: 'drift', what: "'accountRow' was found by label b", drift: drift() },
    { at: AT, kind: 'password-submitted', what: 'submit the password' },
  ];
  assert.deepEqual(timeline(), events);
  assert.deepEqual(run.events, events);
  assert.deepEqual(
    called,
    events.map((event) => [event, run.folder]),
  );
});

test('what a person should check is kept once, and is a step', (t) => {
  const { run, timeline } = evidence(t);
  for (const what of ['look at it', 'look at it', 'look there']) run.warn(what);
  assert.deepEqual(run.warnings, ['look at it', 'look there']);
  assert.deepEqual(
    timeline().map((event) => event.kind === 'step' && event.what),
    ['look at it', 'look there'],
  );
});

test('a thing that was found in another way is kept once for each page, thing and way', (t) => {
  const { run } = evidence(t);
  const others = [{ page: 'Other' }, { locator: 'other' }, { found: 'id c' }].map(drift);
  for (const one of [drift(), drift({ wanted: 'id d' }), ...others, drift()]) run.drift(one);
  assert.deepEqual(run.drifts, [drift(), ...others]);
});

test('pages are numbered, their files are named after them, and the last one is known by its name and its look', async (t) => {
  const { run } = evidence(t);
  assert.equal(run.shown, undefined);
  await run.page('Mi Account page', look('a'), camera);
  run.step('tap');
  await run.page('page of com.miui.securityCenter!', look('b'), camera);
  assert.equal(run.shown, look('b').fingerprint);
  assert.equal(run.progress.page, 'page of com.miui.securityCenter!');
  const pages = run.events.filter((event) => event.kind === 'page');
  assert.deepEqual(
    pages.map(({ page, package: app, source, screenshot, drawn }) => ({
      page,
      app,
      source,
      screenshot,
      drawn,
    })),
    [
      ['Mi Account page', '01-mi-account-page'],
      ['page of com.miui.securityCenter!', '02-page-of-com-miui-security-center'],
    ].map(([page, stem]) => ({
      ...{ page, app: 'com.example', source: `${stem}.xml`, screenshot: `${stem}.png`, drawn: true },
    })),
  );
});

test('at its end a run has its result beside the timeline', async (t) => {
  const { run } = evidence(t);
  assert.equal(await run.close({ outcome: 'signed-out' }), undefined);
  assert.equal(readFileSync(join(run.folder, 'result.json'), 'utf8'), '{\n  "outcome": "signed-out"\n}\n');
});

test('the picture of the last page is the one that was begun', async (t) => {
  const { run } = evidence(t);
  assert.equal(run.lastPicture, undefined);
  const begun = Promise.resolve(undefined);
  run.lastPage('Mi Account page', look('a'), camera, begun);
  assert.equal(run.lastPicture, begun);
  await run.close({});
  assert.deepEqual(
    run.events.map(({ kind }) => kind),
    ['page'],
  );
});

test('words that quote what the phone shows are kept without the account', (t) => {
  const { run } = evidence(t);
  run.know({ accounts: ['mira.lab'] });
  assert.equal(run.masked('the row of mira.lab'), 'the row of •account•');
});
