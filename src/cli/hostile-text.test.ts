import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite, test, type TestContext } from 'node:test';
import { NO_PHONE } from '../account/match.ts';
import { terminalAsker } from '../codes/person.ts';
import { PhoneLostError, UnknownPhoneError, UsageError } from '../errors.ts';
import { formatError } from '../errors.ts';
import type { RunResult } from '../events.ts';
import type { Job } from '../jobs/job.ts';
import type { StationEvent } from '../jobs/runner.ts';
import { openLog } from '../host/log-file.ts';
import { oneLine, printable, printableJson } from '../words/printable.ts';
import { BottomLines } from './bottom-lines.ts';
import { leftInWords } from './bulk-left.ts';
import { BulkProgress } from './bulk-progress.ts';
import { lineOf } from './codes.ts';
import { doctorLines } from './doctor-lines.ts';
import { linesOf as linesOfJobs } from './jobs.ts';
import { style } from './lines.ts';
import { linesOf as linesOfPhones } from './phones.ts';
import { sayEnd } from './sign-out-result.ts';
import { terminalPerson } from './terminal-person.ts';
import { narrator, print, printJson, say } from './terminal.ts';

/** Clears the screen, sets the title, moves up, colours by C1, turns the writing round, and ends its line. */
const HOSTILE = 'Redmi\x1b[2J\x1b]0;owned\x07\x1b[1A\x9b31m\x90\u202e\u2066\r\x08\x7f\u2028\x1b(0\x85Note';
const FORGED = `${HOSTILE}\n✔ all are signed out`;

// eslint-disable-next-line no-control-regex -- they are what it is about
const ACTING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const assertHarmless = (text: string) => {
  assert.doesNotMatch(text, ACTING, JSON.stringify(text));
  assert.match(text, /Redmi[^]*Note/);
};

/** What is written to either stream while `work` runs. The test runner itself writes Buffers. */
async function written(t: TestContext, work: () => unknown): Promise<string> {
  let said = '';
  const caught = (['stdout', 'stderr'] as const).map((name) => {
    const write = process[name].write.bind(process[name]) as (chunk: unknown) => boolean;
    return t.mock.method(process[name], 'write', (chunk: unknown) => {
      if (Buffer.isBuffer(chunk)) return write(chunk);
      said += String(chunk);
      return true;
    });
  });
  try {
    await work();
  } finally {
    for (const one of caught) one.mock.restore();
  }
  return said;
}

const at = '2026-11-26T10:00:00.000Z';
const job: Job = {
  ...{ id: '1', batch: FORGED, state: 'parked', attempts: 1, round: 1, recovering: false, station: FORGED },
  ...{ serial: FORGED, createdAt: at },
  order: {
    ...{ phone: { serial: FORGED }, account: FORGED, data: 'keep', ifForgotten: 'stop' },
    ...{ reference: FORGED, ownerConsent: FORGED },
  },
  end: {
    ...{ outcome: 'error', reason: 'session', message: FORGED, hint: FORGED, model: FORGED, release: FORGED },
    ...{ region: '', language: '', imei: '', account: '', passwordSubmitted: false, codeRequested: false },
    ...{ durationMs: 1, evidence: '', drift: [] },
  },
};
const finding = { check: FORGED, verdict: 'fail' as const, what: FORGED, why: FORGED, todo: FORGED };
const result: RunResult = {
  ...{ serial: FORGED, model: FORGED, release: FORGED, region: '', language: '', account: FORGED },
  ...{ accountCheck: { ...NO_PHONE, words: FORGED }, outcome: 'refused', reason: FORGED, data: 'keep' },
  ...{ via: 'intent', passwordSubmitted: false, durationMs: 1, evidence: FORGED, warnings: [FORGED] },
  facts: [{ name: 'On the phone now', value: FORGED }],
  drift: [{ page: FORGED, locator: FORGED, wanted: FORGED, found: FORGED, advice: FORGED }],
};
const events: StationEvent[] = [
  { at, kind: 'attached', phone: FORGED },
  { at, kind: 'begun', job: '1', phone: FORGED, reference: FORGED, attempt: 2 },
  { at, kind: 'step', job: '1', phone: FORGED, what: FORGED },
  { at, kind: 'problem', what: FORGED },
  {
    ...{ at, kind: 'ended', job: '1', phone: FORGED, reference: FORGED, state: 'parked', outcome: 'error' },
    ...{ reason: FORGED, message: FORGED, hint: FORGED, durationMs: 1, evidence: '' },
  },
  { at, kind: 'gone', phone: FORGED },
];
const report = (phones: number) => ({
  ...{ ok: false, host: [finding], counts: { ok: 0, warn: 0, fail: 1 } },
  phones: Array.from({ length: phones }, () => ({ serial: FORGED, findings: [finding], fixed: [FORGED] })),
});

/** Every way in which text of others reaches people. */
const WAYS: [name: string, tell: () => unknown][] = [
  ['what is said', () => say(FORGED)],
  ['an answer', () => print(FORGED)],
  ['an answer for programs', () => printJson({ [FORGED]: FORGED })],
  ['an indented answer for programs', () => printJson({ [FORGED]: [FORGED] }, 2)],
  ['phones', () => print(linesOfPhones([{ serial: FORGED, state: FORGED, model: FORGED }]).join('\n'))],
  ['jobs list', () => print(linesOfJobs([job]).join('\n'))],
  ['what a list leaves', () => leftInWords([job], [job], []).forEach(say)],
  ['doctor', () => print(doctorLines(report(1)).join('\n'))],
  ['doctor for many', () => print(doctorLines(report(12)).join('\n'))],
  ['codes watch', () => print(lineOf({ at, source: 'imap', from: FORGED, to: [FORGED], why: FORGED }))],
  ['codes watch --reveal', () => print(lineOf({ at, source: 'imap', from: FORGED, to: [], code: FORGED }))],
  ['the end of a sign-out', () => sayEnd(result, undefined)],
  [
    'the end of one that failed',
    () => sayEnd(result, new PhoneLostError(FORGED, { passwordSubmitted: false })),
  ],
  ['a fault', () => say(formatError(new UnknownPhoneError(FORGED, [FORGED])))],
  ['an unforeseen fault', () => say(formatError(new Error(FORGED, { cause: new Error(FORGED) })))],
  ['a refusal of a file', () => say(formatError(new UsageError(`'${FORGED}' cannot be read.`, FORGED)))],
  [
    'the steps of a run',
    () => {
      const tell = narrator();
      tell({ at, kind: 'page', page: FORGED, package: FORGED, source: FORGED });
      tell({ at, kind: 'step', what: FORGED });
    },
  ],
  [
    'the progress of a list',
    async () => {
      const progress = new BulkProgress(new BottomLines(process.stderr, { isStyled: false }));
      for (const event of events) progress.onEvent(event);
      await Promise.resolve();
      progress.close();
    },
  ],
];

suite('text of a phone, a list, a message or another program does not act on the terminal', () => {
  for (const [name, tell] of WAYS) {
    test(`${name}: as it is printed`, async (t) => assertHarmless(await written(t, tell)));
  }

  test('a question: to a person at the terminal', async () => {
    const output = new PassThrough({ encoding: 'utf8' });
    const ask = terminalAsker(new PassThrough() as never, output as never);
    const stop = new AbortController();
    const asked = ask.question(`${FORGED}: `, stop.signal);
    stop.abort(new Error('seen'));
    await assert.rejects(asked, /seen/);
    // Ends of lines are readline's own.
    assertHarmless(String(output.read()).replaceAll('\r\n', '\n'));
  });

  test('the path of a picture: as it is printed', async (t) => {
    const ask = { terminal: true, question: () => Promise.resolve('x') };
    const clock = { now: () => 0, elapsed: () => 0, sleep: () => Promise.resolve() };
    const person = terminalPerson({ ask, clock, pictures: undefined });
    const question = { what: 'captcha' as const, prompt: FORGED, picture: FORGED };
    assertHarmless(await written(t, () => person.ask(question, new AbortController().signal)));
  });

  test('a log: also when it is read later', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-hostile-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const log = openLog(join(folder, 'log'));
    log.line(FORGED);
    await log.close();
    assertHarmless(readFileSync(join(folder, 'log'), 'utf8'));
  });
});

test('lines that change at a terminal hold our own escape codes and no others', () => {
  let said = '';
  const write = (text: string) => {
    said += text;
    return true;
  };
  const bottom = new BottomLines({ write, isTTY: true, columns: 40, rows: 24 }, { isStyled: true });
  const progress = new BulkProgress(bottom);
  for (const event of events) progress.onEvent(event);
  bottom.say(style('red', HOSTILE));
  progress.close();
  // eslint-disable-next-line no-control-regex -- ours
  assertHarmless(said.replace(/\x1b\[(?:\d*[AKJ]|(?:1|2|22|31|32|33|39)m)|\r(?=\x1b)/g, ''));
  assert.ok(said.includes('\x1b[31mRedmi'));
});

test('a value of others makes no line of its own', () => {
  const lines = [...linesOfJobs([job]), ...linesOfPhones([{ serial: FORGED, state: 'device' }])];
  assert.equal(lines.length, 4);
  for (const line of lines) assert.doesNotMatch(line, /^✔/m);
  assert.doesNotMatch(oneLine(FORGED), /\n/);
});

test('a style is left out where no colour is wanted, and nobody else can make one', async (t) => {
  assert.equal(await written(t, () => print(style('bold', 'x'))), 'x\n');
  assert.equal(await written(t, () => print('<1>x<22>')), '<1>x<22>\n');
});

test('JSON that is shown is the same value', () => {
  const value = { [FORGED]: [FORGED, '\u{e0041}', '𝒳 한국어 עברית'] };
  assert.deepEqual(JSON.parse(printableJson(value)), value);
  assert.deepEqual(JSON.parse(printableJson(value, 2)), value);
  assert.match(printableJson('한국어'), /한국어/);
});

test('letters of every language, marks that join them, and pictures stay as they are', () => {
  for (const text of ['Ивана', '小米账户', 'می‌خواهم', '한국어', '👩‍🔧 ok', 'e\u0301', 'a\tb\nc'])
    assert.equal(printable(text), text);
});
