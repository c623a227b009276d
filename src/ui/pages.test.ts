import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact, RunEvent } from '../events.ts';
import type { Job } from '../jobs/job.ts';
import { pageSamples } from '../live/page-samples.ts';
import { renderBatch } from '../report/batch-page.ts';
import { batchOf, rowOfJob } from '../report/batch.ts';
import { viewerOf, type Viewer } from './layout.ts';
import { auditPage } from './audit-page.ts';
import { batchPage } from './batch-page.ts';
import { listsPage } from './lists-page.ts';
import { settingsPage } from './settings-page.ts';
import { phonePage, type PhoneView } from './phone-page.ts';
import { tileOf } from './tile.ts';

const at = '2026-11-26T00:55:19.000Z';
const around = { after: 1, stations: [] };
const viewer = (role: 'look' | 'operate', language: Viewer['language'] = 'en'): Viewer =>
  viewerOf({
    ...{ operator: { name: 'Iva', role }, isLoggedIn: true, language, theme: 'auto' },
    ...{ home: 'north', station: '' },
  });
const sampleJob = (pageSamples['one list']?.of as { job: Job }).job;
const facts: Fact[] = [
  { name: 'Screen lock', value: 'set', todo: 'in Settings, Passwords & security: remove it' },
  { name: 'SIM', value: 'none' },
  { name: 'Developer options', value: 'on', todo: 'turn them off' },
];
const done = {
  ...sampleJob,
  ...{ state: 'done', end: { ...sampleJob.end, outcome: 'signed-out', reason: '', message: '', facts } },
} as Job;
const batch = (jobs: readonly Job[]) =>
  batchOf(
    'lab 7',
    at,
    { seq: 0, sha256: '', key: '', signature: '' },
    jobs.map((job) => rowOfJob(job, '/none')),
  );

test('a list says what is still to do on each phone, also on one that is done, and nothing where nothing is', () => {
  const view = { batch: batch([done]), filter: { state: '', outcome: '' } };
  assert.match(batchPage(view, viewer('look'), around), /Still to do on it: Screen lock, Developer options</);
  const page = batchPage(view, viewer('look', 'bg'), around);
  assert.match(page, /Още за правене: Заключване на екрана, Опции за разработчици</);
  assert.match(renderBatch(batch([done])), /Still to do: Screen lock; Developer options</);
  const open = { ...done, state: 'parked' } as Job;
  assert.match(renderBatch(batch([open])), /Still to do: Screen lock; Developer options</);
  for (const job of [
    { ...done, end: undefined },
    { ...done, end: { ...done.end, facts: [facts[1]] } },
  ] as Job[]) {
    assert.doesNotMatch(batchPage({ ...view, batch: batch([job]) }, viewer('look'), around), /Still to do/);
    assert.doesNotMatch(renderBatch(batch([job])), /Still to do/);
  }
});

test('orders say how many there are where the newest alone are shown', () => {
  const jobs = Array.from({ length: 200 }, (_, nth) => ({ ...sampleJob, id: `${nth}` }));
  const orders = {
    ...{ list: undefined, batches: ['lab 7'], filter: { batch: 'lab 7', state: '' }, order: undefined },
    jobs,
  };
  const shown = (all: number, language: Viewer['language']) =>
    listsPage({ ...orders, all }, viewer('look', language), around);
  assert.match(shown(260, 'en'), /200 shown of 260</);
  assert.match(shown(260, 'ru'), /Показано 200 из 260</);
  assert.doesNotMatch(shown(200, 'en'), /shown of/, 'all are there');
  assert.equal(shown(200, 'en').match(/<td class="ref">/g)?.length, 200);
});

const phone = (pageSamples['the wall']?.of as { phone: PhoneView['tile']['phone'] }).phone;
const view = (more: Partial<PhoneView> = {}): PhoneView => ({
  ...{
    tile: tileOf({ ...phone, evidence: '/runs/20261126-d1' }, undefined, 0),
    job: undefined,
    hasPassword: false,
  },
  ...{
    cost: undefined,
    events: [],
    others: [],
    elsewhere: undefined,
    isFree: true,
    barred: undefined,
    ...more,
  },
});

test('a phone without an order leads who may add one to its form, and nobody else', () => {
  const { work, ...idle } = { ...phone, serial: 'a b&c' };
  assert.ok(work);
  const free = view({ tile: tileOf(idle, undefined, 0) });
  const [link] = /href="\/lists\?add[^"]*/.exec(phonePage(free, viewer('operate'), around)) ?? [];
  assert.equal(link, 'href="/lists?add=1&#38;serial=a%20b%26c');
  assert.doesNotMatch(phonePage(free, viewer('look'), around), /add=1/);
});

test('a run plays back with each picture at its time, from the evidence of that run alone', () => {
  const later = (ms: number) => new Date(Date.parse(at) + ms).toISOString();
  const shot = (ms: number, screenshot: string): RunEvent => {
    return {
      ...{ at: later(ms), kind: 'page', page: 'Settings', package: 'a', source: '1.xml', screenshot },
    };
  };
  const events: RunEvent[] = [
    { at, kind: 'step', what: 'open Settings' },
    shot(1500, '01-settings.png'),
    // The phone gave none of this one.
    { ...shot(2500, ''), screenshot: undefined } as unknown as RunEvent,
    shot(61_040, '03-a b.png'),
  ];
  const page = phonePage(view({ events }), viewer('look'), around);
  const shots = [...page.matchAll(/data-at="(\d+)" data-ms="(\d+)" data-src="([^"]+)"[^]*?<span>([^<]+)</g)];
  assert.deepEqual(
    shots.map(([, nth, ms, src, text]) => [nth, ms, src, text]),
    [
      ['0', '1500', '/pictures/north/d1/01-settings.png?of=20261126-d1', '1.5 s'],
      ['1', '61040', '/pictures/north/d1/03-a%20b.png?of=20261126-d1', '61.0 s'],
    ],
  );
  assert.match(page, /type="range" id="scrub" min="0" max="1" value="1"/);
  const [one] = events.slice(1);
  assert.ok(one);
  assert.doesNotMatch(
    phonePage(view({ events: [one] }), viewer('look'), around),
    /id="scrub"/,
    'one is no film',
  );
  const away = phonePage(view({ events, elsewhere: '' }), viewer('look'), around);
  assert.doesNotMatch(away, /id="scrub"/, 'pictures of another station are there');
  assert.match(away, /Open Settings/, 'and its steps are here');
});

test('an act of an operator says what it is about in words: a role as it is called, an order by its reference', () => {
  const entry = (act: string, about: Record<string, string | number>) => ({
    ...{ id: act, at, operator: 'Mira', act, station: 'one', about },
  });
  const page = auditPage(
    {
      entries: [
        entry('operator-added', { role: 'administer', name: 'Ivan' }),
        entry('retry', { job: '7', question: 'q1', batch: '' }),
        entry('cancel', { job: '8' }),
      ],
      ...{ operators: ['Mira'], acts: ['retry'], references: new Map([['7', 'RMA-4']]), isMore: false },
      wish: { operator: '', act: '', before: '' },
    },
    viewer('operate'),
    around,
  );
  const about = [...page.matchAll(/<td class="ab"[^>]*>([^<]*)</g)].map(([, text]) => text);
  assert.deepEqual(about, ['Ivan · role administers', 'order RMA-4', 'order 8']);
});

test('of a secret it is said whether it is set and nothing else, of another setting its value and where it is from', () => {
  const rows = [
    ['A', { isSecret: true, isSet: true, from: 'environment' }],
    ['B', { isSecret: true, isSet: false, from: 'default' }],
    ['C', { value: 'abc', isSet: true, from: '.env' }],
    ['D', { from: 'default' }],
  ] as const;
  const settings = rows.map(([name, more]) => ({
    ...{ name, value: '', isSecret: false, isSet: false, help: 'what it is', ...more },
  }));
  const admin = viewerOf({ ...viewer('operate'), operator: { name: 'Iva', role: 'administer' } });
  const view = {
    lab: { name: '', logo: '' },
    fixed: { name: '', logo: '' },
    places: [],
    stations: [],
    operators: [],
    settings,
  };
  const page = settingsPage(view as never, admin, around);
  const values = [...page.matchAll(/<td class="val"[^>]*>(.*?)<\/td><td>(.*?)<\/td>/g)].map(
    ([, value, from]) => [value, from],
  );
  assert.deepEqual(values, [
    ['<i>set</i>', 'environment'],
    ['<i>not set</i>', 'default'],
    ['abc', '.env file'],
    ['–', 'default'],
  ]);
  assert.doesNotMatch(settingsPage(view as never, viewer('operate'), around), /<td class="val"/);
});
