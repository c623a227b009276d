import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { Parser } from 'htmlparser2';
import { settingsShown } from '../config/config.ts';
import type { Fact, RunEvent } from '../events.ts';
import type { ListFinding } from '../jobs/list/findings.ts';
import { SAYINGS, type SayingCode } from '../jobs/list/sayings.ts';
import { pageSamples } from '../live/page-samples.ts';
import type { Job } from '../jobs/job.ts';
import { renderBatch } from '../report/batch-page.ts';
import { batchOf, rowOfJob } from '../report/batch.ts';
import { renderRecord } from '../report/record-page.ts';
import type { PhoneRecord } from '../report/record.ts';
import { SHEET_WORDS } from '../report/sheet-words.ts';
import { checklist } from '../runs/owner/checklist.ts';
import { ERROR_WORDS, REASON_WORDS } from './words/reasons.ts';
import { batchIn, factName, factValue, pageInWords, sheetIn, stepInWords, taskInWords } from './run-words.ts';
import { LANGUAGES, WORDS, type Language } from './words/language.ts';
import { SETTING_HELP } from './words/setting-help.ts';

/**
 * What an operator sees in Bulgarian, Chinese or Russian is in that language. What stays in Latin letters is listed
 * here: names of things, and words of the samples.
 */

const OTHERS = LANGUAGES.filter((language) => language !== 'en');

/** Names that are the same in every language. */
const NAMES =
  `mi-unbind mi unbind Xiaomi Mi MIUI HyperOS Google Android Appium WebdriverIO adb USB Wi-Fi SIM SMS IMEI IMEISV PIN
  CSV JSON JUnit XLSX PDF PNG SVG ZIP QR Excel Text UTF XML DER PEM TLS STARTTLS HTTP http https SHA NIST UTC OAuth2 URL SQL POST POSIX
  captcha email Esc Enter Ctrl Alt kB MB mm s min h ID Redmi POCO Lab Sofia EN Mailpit MailDev Twilio Telnyx Vonage Kannel Gmail IMAP INBOX
  drift record json env`.split(/\s+/);
/** Words of the samples, and of lists: machine words. */
const SAMPLES =
  `north south Iva Mira Iskar lab list R d1 d9 M2 M9 A1 form Title Text Code sent usb tap it open page png 1-page
  serial imei imei2 account password data if_forgotten reference code_source contact keep delete recover stop given
  title a new act list.csv example.com`.split(/\s+/);

/** Latin words that a person reads on a page: texts, and names for screen readers. */
function latinWords(page: string, allowed: readonly string[] = []): string[] {
  const found: string[] = [];
  const known = new Set([...NAMES, ...SAMPLES, ...allowed].map((one) => one.toLowerCase()));
  const quiet: boolean[] = [];
  const look = (text: string) => {
    // Names of settings, columns, commands, options and places for values are what they are.
    const plain = text.replace(
      /\{\w+\}|\b\w+_\w+\b|\bU\+[\dA-F]{4}\b|\bmi-unbind [a-z]+( [a-z]+)?|--[a-z-]+/g,
      ' ',
    );
    for (const [word] of plain.matchAll(/[A-Za-z][A-Za-z'’]*(?:-[A-Za-z]+)*/g))
      if (word.length > 2 && !known.has(word.toLowerCase())) found.push(word);
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      const isQuiet =
        ['script', 'style', 'code', 'kbd', 'symbol'].includes(name) ||
        attributes.lang === 'en' ||
        (name === 'option' && attributes.lang !== undefined);
      quiet.push(isQuiet || quiet.at(-1) === true);
      if (quiet.at(-1)) return;
      for (const [key, value] of Object.entries(attributes))
        if (
          /^(title|alt|placeholder|aria-label|data-(lost|unknown|wrong|on|off|muted|saved|sure|over|by|look|stop|away|rate|large|started))$/.test(
            key,
          )
        )
          look(value);
    },
    ontext: (text) => void (quiet.at(-1) !== true && look(text)),
    onclosetag: () => void quiet.pop(),
  });
  parser.end(page.replace(/^<!doctype[^>]*>/i, ''));
  return found;
}

test('a text in English is found: without that these tests say nothing', () => {
  assert.deepEqual(latinWords('<p>Нещо <b>went wrong</b> тук</p>'), ['went', 'wrong']);
  assert.deepEqual(latinWords('<button aria-label="Play">▶</button>'), ['Play']);
  assert.deepEqual(latinWords('<p lang="en">It broke.</p><code>LAB_NAME</code><p>IMEI</p>'), []);
  for (const [name, { of, render }] of Object.entries(pageSamples)) {
    const page = render(of, 'en').replace('lang="en"', 'lang="bg"');
    assert.ok(latinWords(page).length > 5, `${name}: ${latinWords(page).join(' ')}`);
  }
});

/** The texts of a table of words, language by language: each entry ends with one in Bulgarian, Chinese and Russian. */
function entriesOf(table: unknown): string[][] {
  if (Array.isArray(table) && table.length >= 3 && table.slice(-3).every((one) => typeof one === 'string'))
    return [table.slice(-3) as string[]];
  return typeof table === 'object' && table !== null ? Object.values(table).flatMap(entriesOf) : [];
}

test('every text of every table of words is in the letters of its language', async () => {
  const files = globSync('words/*.ts', { cwd: import.meta.dirname });
  const tables = await Promise.all(
    files.map((file) => import(`./${file}`) as Promise<Record<string, unknown>>),
  );
  const entries = tables.flatMap((module) =>
    Object.entries(module).flatMap(([name, table]) => (name === 'LANGUAGES' ? [] : entriesOf(table))),
  );
  assert.ok(entries.length > 900, String(entries.length));
  const letters = { bg: /\p{Script=Cyrillic}/u, zh: /\p{Script=Han}/u, ru: /\p{Script=Cyrillic}/u };
  const isName = (text: string) =>
    text.trim() === '' || NAMES.includes(text) || text === 'Captcha' || text === '—';
  const strange = entries.flatMap((texts) =>
    OTHERS.filter((language, at) => {
      const own = (texts[at] ?? '').replace(/\{\w+\}|\$\d/g, '');
      return !letters[language].test(own) && !isName(own);
    }).map((language) => `${language}: ${texts.join(' | ')}`),
  );
  assert.deepEqual(strange, []);
});

suite('every page in another language', () => {
  for (const [name, { of, render }] of Object.entries(pageSamples))
    for (const language of OTHERS)
      test(`${name}, ${language}`, () => assert.deepEqual(latinWords(render(of, language)), []));
});

const sampled = (name: string): PageOf => pageSamples[name] as unknown as PageOf;
interface PageOf {
  of: Record<string, unknown>;
  render: (of: unknown, language: Language) => string;
}

test('every finding of a list is said in the language of the page, on the page', () => {
  const { of, render } = sampled('a list that was dropped');
  const values = Object.fromEntries(
    [
      ...new Set(
        Object.values(SAYINGS).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, one]) => one)),
      ),
    ].map((one) => [one ?? '', 7]),
  );
  const findings = Object.keys(SAYINGS).map((code, row): ListFinding => {
    const more = { choice: 'keep', numbers: 7, sign: 'U', place: 7, fault: 7, column: 'data' };
    return {
      ...{
        kind: row % 2 ? 'problem' : 'warning',
        row,
        column: 'serial',
        value: row % 3 ? 'empty' : '[hidden]',
      },
      ...{ code: code as SayingCode, values: { ...values, ...more } },
    };
  });
  for (const language of OTHERS) {
    const page = render({ ...of, findings }, language);
    assert.deepEqual(latinWords(page, ['phone']), [], language);
    const cells = [...page.matchAll(/<td class="to"[^>]*>([^<]*)/g)].map(([, text]) => text ?? '');
    assert.equal(cells.length, findings.length);
    assert.doesNotMatch(cells.join(), /\{\w+\}/, 'every place has its value');
  }
});

test('every setting says what it is for in every language', () => {
  const names = settingsShown().map(({ name }) => name);
  assert.deepEqual(Object.keys(SETTING_HELP).sort(), names.sort());
  for (const [name, line] of Object.entries(SETTING_HELP))
    for (const [at, script] of [/\p{Script=Cyrillic}/u, /\p{Script=Han}/u, /\p{Script=Cyrillic}/u].entries())
      assert.match(line[at] ?? '', script, name);
});

/** Steps as the flows write them down; what is put together is filled with a word. */
function stepsInSources(): string[] {
  const sources = globSync('src/{flows,runs}/**/*.ts').filter((file) => !file.endsWith('.test.ts'));
  return sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/journal\.step\(\s*(?:'([^']+)'|`([^`]+)`)/g)].map(
      ([, plain, built]) => plain ?? (built ?? '').replace(/\$\{[^}]*\}+/g, 'x'),
    ),
  );
}

test('every step that a flow can take, and every page it can see, has words in every language', () => {
  const steps = stepsInSources();
  assert.ok(steps.length > 40 && steps.includes('tap Sign out'), 'steps are read');
  const titles = globSync('pageobjects/**/*.ts')
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/static (?:override )?readonly title = '([^']+)'/g),
    ])
    .map(([, title]) => title ?? '');
  assert.ok(titles.length > 30 && titles.includes('password dialog'), 'pages are read');
  for (const language of OTHERS) {
    // A direction and a way stand in the sources as a place for a word.
    const known = ['scroll x', 'scroll x for the row of the Mi Account', 'choose the x'];
    const open = steps.filter((step) => !known.includes(step) && stepInWords(step, language) === step);
    assert.deepEqual(open, [], language);
    for (const step of [
      'scroll up',
      'scroll down for the row of the Mi Account',
      'choose the e-mail address',
    ])
      assert.notEqual(stepInWords(step, language), step);
    assert.deepEqual(
      titles.filter((title) => title !== 'sample page' && pageInWords(title, language) === title),
      [],
      language,
    );
  }
});

test('what stays on a phone, and what is to do about it, has words in every language', () => {
  const locks = [
    undefined,
    ...(['on', 'off', 'unknown'] as const).map((state) => ({ state, at: '2026-11-26' })),
  ];
  const stays = [0, 1].map((n) => ({ screenLock: n > 0, sims: n, developerOptions: n > 0 }));
  const facts: Fact[] = ['signed-out', 'already-signed-out'].flatMap((kind) =>
    locks.flatMap((lock) => stays.flatMap((one) => checklist(kind, { stays: one }, lock))),
  );
  assert.ok(facts.length > 40);
  for (const language of OTHERS)
    for (const { name, value, todo } of facts) {
      const said = [
        factName(name, language),
        factValue(value, language),
        todo ? taskInWords(todo, language) : '',
      ];
      assert.deepEqual(latinWords(`<p>${said.join(' ')}</p>`), [], `${language}: ${said.join(' | ')}`);
    }
});

const at = '2026-11-26T00:55:19.000Z';
const record = {
  ...{
    format: 'mi-unbind record 2',
    seq: 7,
    previous: '',
    page: '',
    signedBy: 'ab12',
    job: '4',
    batch: '7',
    attempt: 2,
  },
  phone: { serial: 'd1', imei: '35', model: 'M2', release: '14', region: '', language: 'bg-BG' },
  account: { listed: '***5', onPhone: '' },
  ...{
    reference: '',
    data: 'keep',
    ifForgotten: 'stop',
    ownerConsent: '',
    operator: 'Mira',
    station: 'north',
  },
  ...{
    tool: 'mi-unbind',
    startedAt: at,
    endedAt: at,
    durationMs: 5000,
    retryFrom: '',
    message: '',
    hint: '',
  },
  ...{
    outcome: 'signed-out',
    reason: '',
    state: 'done',
    verifiedAt: at,
    passwordSubmitted: true,
    dataAnswer: 'keep',
  },
  facts: checklist('signed-out', { stays: { screenLock: true, sims: 1, developerOptions: true } }),
  acts: Object.keys(SHEET_WORDS).flatMap((word) =>
    word.startsWith('act.') ? { at, act: word.slice(4) } : [],
  ),
  byOperators: [{ at, operator: 'Mira', act: 'retry' }],
  steps: [
    { at, page: '', screenshot: '', done: ['open the account page'] },
    { at, page: 'Mi Account page', screenshot: '1.png', done: ['tap Sign out', 'press Back', 'x', 'x'] },
  ],
  ...{ drift: [{}], evidence: [], erasure: {} },
} as unknown as PhoneRecord;

test('the sheet of a record is in the language of the page, however it ended', () => {
  const ends: Partial<PhoneRecord>[] = [
    {},
    ...Object.keys(REASON_WORDS).map((reason) => ({
      outcome: 'refused',
      reason,
      verifiedAt: '',
      state: 'parked' as const,
    })),
    ...[...Object.keys(ERROR_WORDS), 'new'].map((reason) => ({
      ...{ outcome: 'error', reason, verifiedAt: '', message: 'It hangs.', hint: 'restart it' },
    })),
    ...['changed', 'cleared-by-owner', 'return-to-sender', 'finished-by-hand', 'skipped'].map((outcome) => ({
      ...{ outcome, verifiedAt: '', steps: [], acts: [] },
    })),
    { outcome: 'signed-out', dataAnswer: 'unsynced' },
    { outcome: 'already-signed-out', drift: [] },
  ];
  const allowed = ['ab12', 'bg-BG', 'signed', 'reset-password', 'person'];
  for (const language of OTHERS)
    for (const end of ends) {
      const sheet = renderRecord({ ...record, ...end }, 'ab12', sheetIn(language));
      assert.match(sheet, new RegExp(`<html lang="${language}">`));
      assert.deepEqual(latinWords(sheet, allowed), [], `${language} ${JSON.stringify(end)}`);
    }
});

test('a list on paper is in the language of the page', () => {
  const { of } = sampled('one list') as unknown as { of: { job: Job } };
  const done = {
    ...of.job,
    state: 'done',
    end: { ...of.job.end, outcome: 'signed-out', reason: '', message: '' },
  };
  const waiting = { ...of.job, state: 'waiting', end: undefined };
  const rows = [of.job, done as Job, waiting as unknown as Job].map((job) => rowOfJob(job, '/none'));
  const [open] = rows;
  assert.ok(open);
  const drift = [
    { page: 'password dialog', locator: 'x', wanted: '<b>$&', found: '"y$&', advice: 'Put it first.' },
  ];
  const all = [{ ...open, checklist: 'SIM; Screen lock', drift }, ...rows];
  const head = { seq: 7, sha256: 'ab', key: 'ab', signature: 'ab' };
  for (const language of OTHERS) {
    const page = renderBatch(batchOf('7', at, head, all), batchIn(language));
    assert.deepEqual(latinWords(page, ['global']), [], language);
    assert.doesNotMatch(page.replace(/<style>[^]*<\/style>/, ''), /\{\w+\}/, 'every place has its value');
  }
});

test("a phone's page says its steps, its checklist and its error in the language of the page", () => {
  const { of, render } = sampled("a failed phone's page");
  const steps = stepsInSources()
    .filter((what) => !/ x\b/.test(what))
    .map((what): RunEvent => ({ at, kind: 'step', what }));
  const page = render({ ...of, events: steps }, 'ru');
  assert.match(page, /Словами программы[^]*lang="en"[^>]*>It hangs\. → restart it/);
  assert.match(page, /Нажимает «Выйти»/);
  assert.deepEqual(latinWords(page), []);
});

test('every act that is written down has words in every language', () => {
  const sources = globSync('src/ui/*.ts').filter((file) => !file.endsWith('.test.ts'));
  const acts = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:note\([\w. ()]+, |act: )'([a-z-]+)'/g)].map(
      ([, act]) => act ?? '',
    ),
  );
  assert.ok(acts.length > 12 && acts.includes('take-control'), 'acts are read');
  assert.deepEqual(
    acts.filter((act) => !(`act.${act}` in WORDS) && !(`act.operator-${act}` in WORDS)),
    [],
  );
});
