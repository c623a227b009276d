import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Parser } from 'htmlparser2';
import type { RecoveryResult, RunEvent, RunResult } from '../events.ts';
import { pageSamples } from '../live/page-samples.ts';
import { letterPage } from '../letters/letter.ts';
import { renderBatch } from '../report/batch-page.ts';
import type { Batch, BatchRow } from '../report/batch.ts';
import { renderLetter, type LetterContents } from '../report/letter.ts';
import { renderMatrixPage, type MatrixCell } from '../report/matrix-page.ts';
import { renderRecord } from '../report/record-page.ts';
import type { PhoneRecord } from '../report/record.ts';
import type { RomCheck } from '../rom/check.ts';
import { renderRomPage } from '../report/rom-page.ts';
import { renderRunPage } from '../report/run-page.ts';
import { renderSurveyPage } from '../report/survey-page.ts';
import { Secret } from '../secret.ts';
import { codeMail, otherMail } from '../sim/service/post-text.ts';
import type { CodeMessage } from '../sim/service/post.ts';
import { formPage, type FormView } from '../sim/site/form.ts';
import { parseSite } from '../sim/site/options.ts';
import { reactShell } from '../sim/site/react.ts';
import type { Survey } from '../survey.ts';

/**
 * Every page the project writes, with a word in each field it shows. Each field in turn gets hostile text: the
 * page must keep its elements and attributes, load and open nothing from elsewhere, and still show the text.
 */

const at = '2026-11-26T00:55:19.000Z';
const drift = { page: 'page', locator: 'thing', wanted: 'id a', found: 'label b', advice: 'put b first' };
const fact = { name: 'Left on the phone', value: 'USB debugging', todo: 'revoke it' };
const phone = { serial: 'd1', imei: '35', model: 'M2', release: '14', region: 'global', language: 'bg' };

const signOut: RunResult = {
  ...{ serial: 'd1', model: 'M2', release: 'MIUI 14', region: 'global', language: 'bg-BG', account: 'l***' },
  accountCheck: { verdict: 'not-compared', words: 'account not compared' },
  ...{
    outcome: 'refused',
    reason: 'find-device-locked',
    retryFrom: '2026-11-26',
    data: 'keep',
    via: 'intent',
  },
  ...{
    passwordSubmitted: true,
    durationMs: 8250,
    evidence: '/runs/1',
    drift: [drift],
    warnings: ['screen lock'],
  },
  ...{ message: 'It hangs.', hint: 'restart it', facts: [fact] },
};
const recovery: RecoveryResult = {
  ...signOut,
  ...{
    outcome: 'changed',
    proof: 'sign-in',
    by: 'phone',
    codeSource: 'modem',
    codeRequested: true,
    codesRequested: 1,
  },
  ...{ newPassword: 'confirmed', savedTo: '/tmp/new', message: '', hint: '' },
};
const events: RunEvent[] = [
  { at, kind: 'step', what: 'open the page' },
  { at, kind: 'page', page: 'account page', package: 'app', source: '1.xml', screenshot: '1.png' },
  { at, kind: 'step', what: 'tap Sign out' },
  { at, kind: 'page', page: 'secure page', package: 'app', source: '2.xml' },
  { at, kind: 'password-submitted', what: 'press OK' },
];

const record: PhoneRecord = {
  ...{
    format: 'mi-unbind record 2',
    seq: 17,
    previous: 'ab',
    page: 'cd',
    signedBy: 'key',
    job: '4',
    batch: 'list',
  },
  ...{ attempt: 2, reference: 'R-4', phone, account: { listed: 'l***', onPhone: '**35' } },
  ...{
    data: 'keep',
    ifForgotten: 'stop',
    ownerConsent: 'form 4',
    operator: 'Iva',
    station: 'desk',
    tool: 'mi 1',
  },
  ...{ startedAt: at, endedAt: at, durationMs: 12_000, outcome: 'error', reason: 'session', retryFrom: '' },
  ...{ message: 'It hangs.', hint: 'restart it', state: 'done', verifiedAt: '', passwordSubmitted: true },
  ...{ dataAnswer: 'keep', facts: [fact], acts: [{ at, act: 'password-submitted' }], drift: [drift] },
  steps: [
    { at, page: '', screenshot: '', done: ['open the page'] },
    { at, page: 'account page', screenshot: '1.png', done: ['tap Sign out'] },
    { at, page: 'secure page', screenshot: '', done: ['press OK'] },
  ],
  evidence: [{ file: '1.png', bytes: 1, sha256: 'x' }],
  erasure: { method: '', standard: '', tool: '', verification: '', erasedBy: '', erasedAt: '' },
};

const row: BatchRow = {
  ...{ ...phone, job: '4', reference: 'R-4', state: 'parked', outcome: 'error', reason: 'session' },
  ...{ retryFrom: '', message: 'It hangs.', hint: 'restart it', attempts: 1, startedAt: at, endedAt: at },
  ...{ durationMs: 1000, record: '000017-d1', drift: [drift], checklist: '' },
};
const batch: Batch = {
  ...{ name: 'list', at, head: { seq: 17, sha256: 'ab', key: 'key', signature: 'sig' } },
  rows: [row, { ...row, state: 'done', outcome: 'signed-out' }],
  outcomes: [{ outcome: 'error', phones: 1 }],
  ...{ medianMs: 1000, slowest: row, drift: [{ ...drift, release: '14', phones: 1 }] },
};

const cell: MatrixCell = {
  ...{ flow: 'Signed out', release: '14', region: 'global', language: 'bg', page: '1/index.html' },
  ...{ result: { passed: true, ms: 1234 }, drift: [drift] },
};
const cells: MatrixCell[] = [
  cell,
  { ...cell, flow: 'Recovered', release: 'hyperos1', order: 'miui6' },
  { ...cell, language: 'ar', result: { passed: false, ms: 1, message: 'it failed' } },
];

const survey: Survey = {
  ...{ version: 1, at, deep: true, unchanged: false, labels: {}, missingLabels: ['app:name'] },
  phone: {
    ...{ model: 'M2', release: '14', android: '13', build: 'V14', region: 'global', language: 'bg' },
    ...{ screen: '1080x2400', adbInput: 'on', adbInstall: 'off', signedIn: true },
    ...{ apps: { account: '1.2' }, helpers: { server: '3' } },
  },
  faults: [{ check: 'settings', what: 'is off', todo: 'switch it on' }],
  pages: [
    { page: 'account page', known: true, screens: [{ source: '1.xml', screenshot: '1.png' }], things: [] },
    {
      ...{ page: 'page of app', known: false, screens: [{ source: '2.xml' }] },
      things: [{ kind: 'row', id: 'a', text: 'word', label: '' }],
    },
  ],
  locators: [
    { page: 'account page', locator: 'sign out', found: 'label', by: 'label b', expected: false },
    { page: 'unseen page', locator: 'landmark', found: 'page not seen', by: '', expected: false },
  ],
  notLookedAt: [{ what: 'the rest', why: 'not asked' }],
};

const rom: RomCheck = {
  ...{ version: 1, notGiven: ['other.app'], layouts: {}, unread: [{ file: 'a.apk', why: 'it is cut' }] },
  apps: [{ package: 'app', version: '1.2', languages: ['bg'], files: [], nameless: false }],
  pages: [
    {
      ...{ page: 'account page', verdict: 'gone', apart: ['button'], reads: [] },
      layout: { name: 'app:layout/a', holds: ['row'] },
      things: [
        {
          ...{ locator: 'sign out', verdict: 'other-way', by: 'label b', wanted: 'id a', layouts: ['a'] },
          ids: [{ id: 'app:id/a', state: 'gone', layouts: [] }],
          labels: [
            { label: 'b', state: 'there', layouts: [], missing: ['zh'], wordings: { default: 'Out' } },
          ],
        },
      ],
    },
  ],
};
/** Not shown, or chosen from a few. */
const ROM_CHOICES = ['verdict', 'state', 'wanted', 'files', 'languages'];

const answer = {
  step: 'account',
  contacts: [{ by: 'phone', masked: '07**' }],
  captcha: 3,
  signedIn: '62**',
} as const;
const view = (page: FormView['page']): FormView => ({
  ...{ page, locale: 'bg_BG', account: 'lab', settings: parseSite({ agree: true }), agreed: false },
  answer: { ...answer, contacts: [...answer.contacts], error: 'error-empty' },
});
const message: CodeMessage = {
  by: 'email',
  to: 'a@b',
  code: '482913',
  language: 'bg',
  account: '6230001535',
};

/** A page as files write it, from something whose every string and number it may show. */
interface Sample {
  file: string;
  of: unknown;
  render(of: unknown): string;
  /** Keys that choose words of ours, and are never shown themselves. */
  choices: readonly string[];
}

function sample<T>(file: string, of: T, render: (of: T) => string, choices: readonly string[] = []): Sample {
  return { file, of, render: (given) => render(given as T), choices };
}

const formPages: FormView['page'][] = [
  'login',
  'account',
  'method',
  'send',
  'code',
  'password',
  'done',
  'home',
];
const samples: Record<string, Sample> = {
  'a sign-out': sample('report/run-page.ts', { events, run: signOut }, ({ events: seen, run }) =>
    renderRunPage(seen, run, true),
  ),
  'a recovery': sample('report/run-page.ts', { events, run: recovery }, ({ events: seen, run }) =>
    renderRunPage(seen, run),
  ),
  'a record': sample('report/record-page.ts', { record, sha256: 'ef' }, (of) =>
    renderRecord(of.record, of.sha256),
  ),
  'a verified record': sample(
    'report/record-page.ts',
    { ...record, outcome: 'signed-out', verifiedAt: at },
    (of) => renderRecord(of, 'ef'),
  ),
  'a record of what was forgotten': sample(
    'report/record-page.ts',
    { ...record, forgets: [{ seq: 3, sha256: 'ab' }] },
    (of) => renderRecord(of, 'ef'),
  ),
  'a batch': sample('report/batch-page.ts', batch, renderBatch),
  'the matrix': sample('report/matrix-page.ts', cells, renderMatrixPage),
  'a survey': sample('report/survey-page.ts', survey, renderSurveyPage),
  'the apps of a ROM': sample('report/rom-page.ts', rom, renderRomPage, ROM_CHOICES),
  'a letter': sample(
    'report/letter.ts',
    { account: '62', contact: 'a@b', password: 'Ab3', keptAt: at },
    ({ password, ...rest }) =>
      renderLetter({ ...rest, password: new Secret(password) } satisfies LetterContents),
  ),
  'a letter to an owner': sample(
    'letters/letter.ts',
    {
      subject: 'locked',
      shown: { model: 'M2', imei: '4563', reference: 'R-4', deadline: 'soon', lab: 'Lab' },
    },
    ({ subject, shown }) =>
      letterPage('ar', subject, [['{model} {reference}', '1. {imei}', '2. {deadline}'], ['{lab}']], shown),
  ),
  ...Object.fromEntries(
    formPages.map((page) => [
      `the old site's ${page} page`,
      sample('sim/site/form.ts', view(page), formPage, ['page', 'locale', 'by', 'error', 'settings']),
    ]),
  ),
  "today's site": sample('sim/site/react.ts', {}, reactShell),
  'a mail with a code': sample('sim/service/post-text.ts', message, (of) => codeMail(of).html),
  'a mail without one': sample('sim/service/post-text.ts', message, (of) => otherMail(of).html),
  ...pageSamples,
};

const HOSTILE = [
  '"><script>alert(1)</script>',
  '\'"` onmouseover=alert(1) x="',
  '</title></style></pre><img src=x onerror=alert(1)>',
  '--><svg/onload=alert(1)>&lt;b&gt;',
  'javascript:alert(1)',
  ' java\nscript\t:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '//evil.example/x.png',
  '\\\\evil.example\\x.png',
  'https://evil.example/x.png',
];

/** What a browser makes of a page: its elements with the names of their attributes, addresses, and the text. */
function readAsBrowser(page: string): { made: string[]; addresses: string[]; text: string } {
  const made: string[] = [];
  const addresses: string[] = [];
  let words = '';
  const parser = new Parser({
    onopentag: (name, attributes) => {
      made.push([name, ...Object.keys(attributes)].join(' '));
      for (const at of ['href', 'src', 'action', 'formaction'])
        if (attributes[at]) addresses.push(attributes[at]);
      words += ` ${Object.values(attributes).join(' ')} `;
    },
    ontext: (said) => void (words += said),
  });
  parser.end(page);
  return { made, addresses, text: words };
}

const isElsewhere = (address: string) => {
  const base = 'https://page.example/a/b.html';
  return !URL.canParse(address, base) || new URL(address, base).origin !== new URL(base).origin;
};

type Path = readonly (string | number)[];

function leavesOf(of: unknown, choices: readonly string[], path: Path = []): Path[] {
  if (typeof of === 'string' || typeof of === 'number') return [path];
  if (typeof of !== 'object' || of === null) return [];
  return Object.entries(of).flatMap(([key, value]) =>
    choices.includes(key) ? [] : leavesOf(value, choices, [...path, key]),
  );
}

function changed(of: unknown, [key, ...rest]: Path, value: string): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(of) ? of.slice() : { ...(of as object) }) as Record<string, unknown>;
  copy[key] = changed(copy[key], rest, value);
  return copy;
}

/** As far as pages put words into sentences and cut off what is no time. */
const start = (words: string) => words.toLowerCase().replaceAll('-', ' ').slice(0, 10);
const isShown = (words: string, { text, addresses }: ReturnType<typeof readAsBrowser>) =>
  text.toLowerCase().replaceAll('-', ' ').includes(start(words)) ||
  addresses.some((address) => address === 'about:invalid' || address.includes(encodeURIComponent(words)));

suite('text from a phone, a list or a person cannot become markup, script or an address', () => {
  for (const [name, { of, render, choices }] of Object.entries(samples))
    test(name, () => {
      const own = readAsBrowser(render(of)).addresses.filter(isElsewhere);
      const allowed = ['about:invalid', ...own];
      for (const path of leavesOf(of, choices)) {
        const plain = readAsBrowser(render(changed(of, path, 'harmless')));
        for (const hostile of HOSTILE) {
          const page = readAsBrowser(render(changed(of, path, hostile)));
          const where = `${path.join('.')} = ${hostile}`;
          assert.deepEqual(page.made, plain.made, where);
          const elsewhere = page.addresses.filter(isElsewhere);
          assert.deepEqual(
            elsewhere.filter((address) => !allowed.includes(address)),
            [],
            where,
          );
          if (isShown('harmless', plain)) assert.ok(isShown(hostile, page), `not shown: ${where}`);
        }
      }
    });
});

test('every file that writes HTML is among these pages', () => {
  const source = join(import.meta.dirname, '..');
  const files = globSync('**/*.ts', { cwd: source }).map((file) => file.replaceAll('\\', '/'));
  const makers = files.filter(
    (file) =>
      !file.endsWith('.test.ts') &&
      /from '[./]*\/formats\/html\.ts'/.test(readFileSync(join(source, file), 'utf8')),
  );
  const covered = [
    ...new Set(Object.values(samples).map(({ file }) => file)),
    'report/page.ts',
    'ui/icons.ts',
    'ui/routes.ts',
  ];
  assert.deepEqual(makers.sort(), covered.sort());
});
