import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent, RunResult } from '../events.ts';
import { renderRunPage } from './run-page.ts';

const result: RunResult = {
  serial: 'd1e2',
  model: 'M2',
  account: '',
  accountCheck: { verdict: 'not-compared', words: 'account not compared: none was named' },
  release: 'MIUI 14',
  region: 'global',
  language: 'bg-BG',
  outcome: 'refused',
  reason: 'find-device-locked',
  retryFrom: '2026-11-26',
  data: 'keep',
  via: 'intent',
  passwordSubmitted: true,
  durationMs: 8250,
  evidence: '/runs/1',
  drift: [],
  warnings: [],
};
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const page = (second: number, name: string, screenshot?: string): RunEvent => ({
  at: at(second),
  kind: 'page',
  page: name,
  package: 'com.xiaomi.account',
  source: `${name}.xml`,
  ...(screenshot ? { screenshot } : {}),
});

test('each page stands with its picture, its time and what was done on it', () => {
  const shown = renderRunPage(
    [
      page(0, 'Mi Account page', '01.png'),
      { at: at(1), kind: 'step', what: 'tap Sign out' },
      page(3, 'password dialog', '02.png'),
    ],
    result,
  );
  assert.match(
    shown,
    /<img src="01.png"[^>]*>.*?<b>Mi Account page<\/b><span>0.0 s .*?<li>tap Sign out<\/li>.*?<img src="02.png".*?<span>3.0 s/s,
  );
});

test('a picture that is drawn from the page source is said to be', () => {
  const seen = { ...page(0, 'password dialog', '01.png'), drawn: true } as RunEvent;
  assert.match(
    renderRunPage([seen], result),
    /alt="Drawn from the page source: password dialog"[^]*page source<\/a>, from which the picture is drawn: the phone gives none of this page/,
  );
});

test('the verdict, its reason and the day to try again stand on top', () => {
  const shown = renderRunPage([], result);
  assert.match(
    shown,
    /<h1>Refused<\/h1><p class="because">the password was changed recently[^<]* try again from 2026-11-26<\/p>/,
  );
});

test('what was done before the first look, and a page without a picture, are said', () => {
  const shown = renderRunPage(
    [{ at: at(0), kind: 'step', what: 'open the account page' }, page(1, 'secure page')],
    result,
  );
  assert.match(
    shown,
    /before the first look.*open the account page.*the phone refused a picture.*secure page/s,
  );
});

test('text from the phone cannot become markup', () => {
  const shown = renderRunPage([page(0, '<script>alert(1)</script>', '"><img src=x>.png')], {
    ...result,
    serial: '<b>',
    message: '<i>',
    hint: '<u>',
  });
  for (const markup of ['<script>', '<img src=x>', "<b>'", '<i>', '<u>'])
    assert.ok(!shown.includes(markup), markup);
});
