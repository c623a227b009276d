import type { RunEvent } from '../events.ts';
import type { Job } from '../jobs/job.ts';
import type { PhoneOnWall } from '../jobs/phones-seen.ts';
import type { OpenQuestion } from '../store/questions.ts';
import { batchOf, rowOfJob } from '../report/batch.ts';
import type { LabNow } from '../runs/lab.ts';
import { auditPage } from '../ui/audit-page.ts';
import { batchPage } from '../ui/batch-page.ts';
import { chartsPage } from '../ui/charts-page.ts';
import { labelsPage } from '../ui/labels.ts';
import { messagePage, viewerOf, type Viewer } from '../ui/layout.ts';
import { listsPage } from '../ui/lists-page.ts';
import { loginPage } from '../ui/login-page.ts';
import { phonePage } from '../ui/phone-page.ts';
import { picturesPage, recordsPage } from '../ui/records-page.ts';
import { operatorsPage } from '../ui/operators-page.ts';
import type { RecordElsewhere } from '../ui/records-elsewhere.ts';
import { settingsPage } from '../ui/settings-page.ts';
import { tileOf } from '../ui/tile.ts';
import { wallPage } from '../ui/wall-page.ts';
import type { Language } from '../ui/words/language.ts';

/** Pages of a station with a word in each field that they show, for the test of hostile text. */

const at = '2026-11-26T00:55:19.000Z';
const viewerIn = (language: Language) =>
  viewerOf({
    ...{ operator: { name: 'Iva', role: 'administer' }, isLoggedIn: true, language, theme: 'auto' },
    ...{ home: 'north', station: '' },
  });
const stations = [
  { name: 'north', url: '', alive: true, watched: true, full: false, questions: 1 },
  { name: 'south', url: '', alive: true, watched: true, full: false, questions: 0 },
];
const phone: PhoneOnWall = {
  ...{ station: 'north', serial: 'd1', usb: 'usb:1', state: 'device', imei: '35', imei2: '36', model: 'M2' },
  ...{
    release: 'MIUI 14',
    battery: 50,
    since: at,
    plugged: at,
    job: '4',
    step: 'tap it',
    evidence: '/runs/1',
  },
  ...{ picture: '1.png', place: 'A1', seen: '' },
  work: { id: '4', batch: 'list', state: 'running', reference: 'R-4', attempts: 1, startedAt: at },
};
const question: OpenQuestion = {
  ...{
    id: 'q',
    station: 'north',
    serial: 'd1',
    job: '4',
    what: 'code',
    prompt: 'Code sent',
    picture: '/runs/1/c.png',
  },
  ...{ askedAt: at, until: at },
};
const job: Job = {
  ...{ id: '4', batch: 'list', state: 'parked', attempts: 1, round: 1, recovering: false, station: 'north' },
  ...{ serial: 'd1', createdAt: at, startedAt: at, endedAt: at },
  order: {
    ...{ phone: { serial: 'd1' }, account: '6230001535', data: 'keep', ifForgotten: 'stop' },
    ...{ reference: 'R-4', ownerConsent: 'form 4' },
  },
  end: {
    ...{
      outcome: 'error',
      reason: 'session',
      message: 'It hangs.',
      hint: 'restart it',
      model: 'M2',
      release: '14',
    },
    ...{ region: 'global', language: 'bg', imei: '35', account: 'l***', passwordSubmitted: false },
    ...{ codeRequested: false, codesRequested: 0, durationMs: 5, evidence: '/runs/1', drift: [] },
  },
};
const events: RunEvent[] = [
  { at, kind: 'step', what: 'open a page' },
  { at, kind: 'page', page: 'account page', package: 'app', source: '1.xml', screenshot: '1.png' },
  { at, kind: 'page', page: 'account page', package: 'app', source: '2.xml', screenshot: '2.png' },
];

const CHOICES = [
  ...[
    'state',
    'role',
    'logo',
    'what',
    'kind',
    'data',
    'evidence',
    'step',
    'since',
    'plugged',
    'seen',
    'outcome',
    'job',
    'row',
    'rows',
  ],
  ...[
    'folder',
    'seq',
    'sha256',
    'endedAt',
    'durationMs',
    'median',
    'low',
    'high',
    'count',
    'id',
    'ifForgotten',
    'batch',
    'code',
  ],
];

interface PageSample {
  file: string;
  of: unknown;
  render: (of: unknown, language?: Language) => string;
  choices: readonly string[];
}

function sample<T>(file: string, of: T, render: (of: T, viewer: Viewer) => string): PageSample {
  return {
    ...{ file, of, choices: CHOICES },
    render: (given, language = 'en') => render(given as T, viewerIn(language)),
  };
}

const parked: PhoneOnWall = {
  ...phone,
  work: { ...phone.work, state: 'parked', end: job.end } as PhoneOnWall['work'] & object,
};

const dropped = {
  ...{ id: 'l', name: 'list.csv', batch: 'list', at: 0, rows: 2, unit: 'row' as const, orders: [] },
  findings: [
    {
      ...{ kind: 'problem' as const, row: 3, column: 'imei', value: '86' },
      ...{ code: 'password-twice' as const, values: { column: 'imei' } },
    },
  ],
  lines: [
    {
      row: 3,
      cells: { serial: 'd1', imei: '86', account: '', data: 'keep', reference: 'R-4', password: 'given' },
    },
  ],
};
const row = {
  ...{ folder: 'r1', seq: 7, sha256: 'ab', reference: 'R-4', serial: 'd1', imei: '35', model: 'M2' },
  ...{ outcome: 'refused', reason: 'network', state: 'parked', endedAt: at, durationMs: 5, pictures: [] },
};
const elsewhere: RecordElsewhere = {
  ...{ reference: 'R-9', serial: 'd9', model: 'M9', outcome: 'refused', reason: 'network', state: 'parked' },
  ...{ endedAt: at, durationMs: 5, station: 'south', url: 'https://south.example/' },
};
const lab: LabNow = {
  ...{ name: 'Lab Sofia', address: 'Iskar 7' },
  logo: { kind: 'png', content: Buffer.alloc(0) },
};
const setting = {
  ...{
    name: 'LAB_NAME',
    value: 'Lab',
    isSecret: false,
    isSet: true,
    from: '.env' as const,
    help: 'Its name.',
  },
};
const nothing = {
  list: undefined,
  jobs: [],
  all: 7,
  batches: [],
  filter: { batch: '', state: '' },
  order: undefined,
};

const wallOf = (of: { phone: PhoneOnWall; stations: typeof stations }, viewer: Viewer) =>
  wallPage({ tiles: [tileOf(of.phone, undefined, 0)], signedOut: { day: 1, hour: 1 }, full: [] }, viewer, {
    ...{ after: 1, stations: of.stations },
  });

export const pageSamples: Readonly<Record<string, PageSample>> = {
  'the wall': sample('ui/wall-page.ts', { phone, stations }, wallOf),
  'the wall with a failure': sample('ui/wall-page.ts', { phone: parked, stations }, wallOf),
  "a phone's page with a question": sample(
    'ui/phone-page.ts',
    { phone, question, job, events },
    (of, viewer) =>
      phonePage(
        {
          ...{
            tile: tileOf(of.phone, of.question, 0),
            job: of.job,
            hasPassword: true,
            cost: { used: 1, most: 2 },
          },
          ...{ events: of.events, others: [], elsewhere: undefined, isFree: true, barred: undefined },
        },
        viewer,
        { after: 1, stations },
      ),
  ),
  "a failed phone's page": sample(
    'ui/phone-screen.ts',
    { phone: parked, job, events, by: 'Mira' },
    (of, viewer) =>
      phonePage(
        {
          ...{
            tile: tileOf(of.phone, undefined, 0),
            job: of.job,
            hasPassword: false,
            cost: { used: 1, most: 2 },
          },
          ...{
            events: of.events,
            others: [tileOf(of.phone, question, 0)],
            elsewhere: undefined,
            isFree: true,
            barred: { say: 'control-taken' as const, by: of.by },
          },
        },
        viewer,
        { after: 1, stations },
      ),
  ),
  'a page that says one thing': sample(
    'ui/layout.ts',
    { title: 'Title', text: 'Text' },
    ({ title, text }, viewer) => messagePage(title, text, viewer),
  ),
  'a list that was dropped': sample('ui/lists-page.ts', dropped, (list, viewer) =>
    listsPage({ ...nothing, list }, viewer, { after: 1, stations }),
  ),
  orders: sample('ui/lists-page.ts', { job, order: { serial: 'd1', reference: 'R-4' } }, (of, viewer) =>
    listsPage({ ...nothing, jobs: [of.job], batches: [of.job.batch], order: of.order }, viewer, {
      after: 1,
      stations,
    }),
  ),
  'the records': sample('ui/records-page.ts', { kept: row, lab, there: elsewhere }, (of, viewer) =>
    recordsPage(
      {
        rows: [of.kept],
        all: 1,
        elsewhere: [of.there],
        chosen: of.kept,
        wish: { search: '', period: 'all', outcome: '', day: '' },
        lab: of.lab,
      },
      viewer,
      { after: 1, stations },
    ),
  ),
  'the pictures of a record': sample(
    'ui/records-page.ts',
    { ...row, pictures: ['1-page.png'] },
    (of, viewer) => picturesPage(of, viewer, { after: 1, stations }),
  ),
  labels: sample('ui/labels.ts', { kept: row, lab }, (of, viewer) =>
    labelsPage({ rows: [of.kept], size: 'a4', lab: of.lab }, viewer),
  ),
  settings: sample(
    'ui/settings-page.ts',
    {
      lab,
      operator: { name: 'Mira', role: 'look' as const },
      place: { station: 'north', phone: 'usb:1', name: 'A1' },
    },
    (of, viewer) =>
      settingsPage(
        {
          ...{ lab: of.lab, fixed: { name: '', address: '', logo: '' }, places: [of.place] },
          ...{ stations, operators: [of.operator], settings: [setting] },
        },
        viewer,
        { after: 1, stations },
      ),
  ),
  operators: sample(
    'ui/operators-page.ts',
    { operator: { name: 'Mira', role: 'look' as const } },
    (of, viewer) => operatorsPage([of.operator], viewer, { after: 1, stations }),
  ),
  'what operators did': sample(
    'ui/audit-page.ts',
    { operator: 'Mira', station: 'north', act: 'a new act', about: { reference: 'R-4' } },
    (of, viewer) =>
      auditPage(
        {
          ...{ entries: [{ id: '1', at, ...of }], operators: [of.operator], acts: [of.act], isMore: true },
          references: new Map(),
          wish: { operator: '', act: '', before: '7' },
        },
        viewer,
        { after: 1, stations },
      ),
  ),
  'one list': sample('ui/batch-page.ts', { name: 'lab 7', job }, (of, viewer) =>
    batchPage(
      {
        batch: batchOf(of.name, at, { seq: 0, sha256: '', key: '', signature: '' }, [
          rowOfJob(of.job, '/none'),
        ]),
        filter: { state: '', outcome: '' },
      },
      viewer,
      { after: 1, stations },
    ),
  ),
  charts: sample(
    'ui/charts-page.ts',
    { releases: [{ name: 'MIUI 14', median: 1, low: 1, high: 2, count: 3 }], why: 'network' },
    ({ releases, why }, viewer) =>
      chartsPage(
        {
          ...{ buckets: [], releases, codes: releases, total: 3, out: 2, lastHour: 1, median: 2 },
          outcomes: [{ outcome: 'refused', reason: why, state: 'parked' as const, count: 1 }],
        },
        'today',
        viewer,
        { after: 1, stations },
      ),
  ),
  'the login': sample('ui/login-page.ts', {}, (_, viewer) => loginPage(viewer, 'login-wrong')),
};
