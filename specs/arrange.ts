import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { browser, expect } from '@wdio/globals';
import { systemClock } from '../src/clock.ts';
import type { RecoveryResult, RunResult } from '../src/events.ts';
import { changePassword } from '../src/flows/change-password.ts';
import { Evidence } from '../src/flows/evidence.ts';
import { lookAt, phoneSession } from '../src/flows/start.ts';
import type { Outcome } from '../src/flows/outcome.ts';
import type { RecoveryInput, RecoveryOutcome, RecoveryTools } from '../src/flows/recovery.ts';
import type { PhoneSession } from '../src/flows/session.ts';
import { NOT_FOUND, type Via } from '../src/flows/entry.ts';
import { survey } from '../src/flows/survey.ts';
import { writeSurvey } from '../src/flows/survey-folder.ts';
import { describePhone } from '../src/flows/survey-phone.ts';
import { Secret } from '../src/secret.ts';
import { PLAYED_PROPERTY } from '../src/survey.ts';
import { assertOutcome, type ExpectedOutcome, type PhoneRig } from '../src/wdio/service.ts';
import { CANARY } from './canary.ts';
import type { PlayedSurvey, Range } from './matrix.ts';

/** Of one run, before the test's own limit: it ends what hangs, however slow the computer is, ms. */
const LIMIT = 240_000;

/** What wdio.conf.ts says to the specs of every phone. */
export interface SpecsWish {
  /** What the simulated phones are before a spec asks for more, in turn. */
  sims: readonly object[];
  /** The cells of the matrix are made of it: all, or a sample of them. */
  range: Range;
  whole: boolean;
  /** What the phones play back, in the order of the workers. */
  played: readonly PlayedSurvey[];
  /** Whether the owner of the attached phone lets them submit a wrong password. */
  refusal: boolean;
  /** Whether they have the password of its account. Simulated phones: always. */
  maySignOut: boolean;
}

/** What a spec wants the phone to be. Keys as in the simulator's spec. */
export interface Wish {
  account?: object;
  [key: string]: unknown;
}

/** The phone's own account: two phones that shared one would see each other's wrong passwords. */
export const account = (more: object = {}) => ({
  id: `62300${station().serial.split(':')[1] ?? ''}`,
  password: CANARY,
  nickname: 'Mira',
  syncedData: ['contacts', 'gallery', 'notes'],
  ...more,
});

/** The phone of this worker, and what the specs are to do with it. */
export const station = (): PhoneRig & SpecsWish & { sim: object } => {
  const { requestedCapabilities: all } = browser as unknown as {
    requestedCapabilities: { 'mi-unbind:phone': PhoneRig; 'mi-unbind:specs': SpecsWish };
  };
  const { 'mi-unbind:phone': rig, 'mi-unbind:specs': wish } = all;
  return { ...rig, ...wish, sim: wish.sims[rig.index % wish.sims.length] ?? {} };
};

export const simulated = (): boolean => station().control !== '';

/** Makes the simulated phone what the spec wants. */
export async function given(wish: Wish): Promise<PhoneSession> {
  const { serial, sim } = station();
  await ask('PUT', `/phones/${encodeURIComponent(serial)}`, { ...sim, ...wish });
  return (await atHand()).phone;
}

/** Whether the phone has an account, without a session. */
export async function isSignedIn(): Promise<boolean> {
  const { serial, adb } = station();
  return (await lookAt(adb, serial)).facts.accounts.length > 0;
}

/** Whether the phone at hand plays a survey back: it says so itself. */
export async function isPlayed(): Promise<boolean> {
  const { serial, adb } = station();
  const { phone } = await lookAt(adb, serial);
  return (await phone.shell(`getprop ${PLAYED_PROPERTY}`)).trim() !== '';
}

/** The phone as it is. */
export async function atHand(): Promise<{ phone: PhoneSession }> {
  const { serial, adb } = station();
  const { phone, facts } = await lookAt(adb, serial);
  const { release, region, language } = facts;
  seen = { release, region, language };
  return { phone: await phoneSession(phone, facts, browser) };
}

/** What the phone last said of itself. */
let seen: Pick<RunResult, 'release' | 'region' | 'language'> = { release: '', region: '', language: '' };

/** What the owner of the attached phone lends the specs, by wdio.conf.ts: capabilities are logged. */
export const owner: {
  /** Of its account, where the specs may sign it out. */
  password?: Secret;
} = {};

interface Run {
  outcome: Outcome;
  /** Passwords that the ledger has counted. */
  counted: number;
  steps: string[];
  pages: string[];
}

/** Signs out with the service's command, its evidence kept, and tells how it ended and what was done. */
export async function run(
  test: Mocha.Context | string,
  _phone: PhoneSession,
  {
    data = 'keep',
    password,
    via = 'intent',
  }: { data?: 'keep' | 'delete'; password?: string | Secret; via?: Via } = {},
): Promise<Run> {
  const secret = typeof password === 'string' ? new Secret(password) : password;
  const end = await browser.signOutMiAccount({
    ...{ data, via, timeoutMs: LIMIT, name: nameOfRun(test) },
    ...(secret && { password: secret }),
  });
  // A person's run goes on without it; here it is what the test is for.
  lastEvidence = end.evidence;
  const missing = end.drift.find(({ found }) => found === NOT_FOUND);
  if (missing)
    throw new Error(
      `${missing.page}: '${missing.locator}' was found by ${missing.found}. ${missing.advice}.`,
    );
  const { outcome, counted, steps, pages } = end;
  return { outcome, counted, steps, pages };
}

/** How the page objects get on with the phone's pages, in words. */
interface Surveyed {
  /** What was on none of the ways. */
  missing: string[];
  /** What was found, but not in the first of its ways. */
  otherwise: string[];
  unchanged: boolean;
  folder: string;
}

/** Looks at the account's pages as `mi-unbind survey` does, and keeps them in the folder of that name. */
export const surveyed = (name: string): Promise<Surveyed> =>
  lookedAt(`${station().serial}-${name}`.replace(/\W+/g, '-'));

/** The same, in this folder of the run. */
export async function lookedAt(name: string, { deep = false } = {}): Promise<Surveyed> {
  const { serial, adb, evidence } = station();
  const folder = join(evidence, name);
  const { phone, facts } = await lookAt(adb, serial);
  const signal = AbortSignal.timeout(LIMIT);
  const described = await describePhone(phone, facts, signal);
  const session = await phoneSession(phone, facts, browser);
  const journal = new Evidence(join(folder, 'steps'), systemClock);
  const seen = await survey(session, { deep, signal, clock: systemClock, journal });
  const about = { at: new Date().toISOString(), deep, faults: [], phone: described };
  const { locators, unchanged } = await writeSurvey(folder, seen, session.labels, about);
  const inWords = ({ page, locator, by }: (typeof locators)[number]) =>
    `${page}: ${locator}${by && `, found by ${by}`}`;
  const looked = locators.filter(({ found }) => found !== 'page not seen');
  return {
    missing: looked.filter(({ found }) => found === 'missing').map(inWords),
    otherwise: looked.filter(({ found, expected }) => found !== 'missing' && !expected).map(inWords),
    unchanged,
    folder,
  };
}

/** The folder of a test in that of the run, or the one that it names. */
function nameOfRun(test: Mocha.Context | string): string {
  if (typeof test === 'string') return test;
  const name = `${station().serial}-${test.test?.fullTitle() ?? ''}`.replace(/\W+/g, '-');
  const before = begun.get(name) ?? 0;
  begun.set(name, before + 1);
  return before === 0 ? name : `${name}-${before + 1}`;
}

/** How often each was named: a test may sign out several times. */
const begun = new Map<string, number>();

/** The folder of the last run, for what a failure says. */
let lastEvidence = '';

/** Fails in one sentence that says how it ended, with the path of what the phone showed. */
export function ends(outcome: ExpectedOutcome, wanted: ExpectedOutcome): void {
  assertOutcome({ outcome, evidence: lastEvidence }, wanted);
}

/** Leaves `result.json` with the evidence, as a run from the command line does. */
async function recorded<O extends { kind: RecoveryResult['outcome'] }>(
  journal: Evidence,
  flow: () => Promise<O>,
  about: () => Partial<RunResult & RecoveryResult>,
): Promise<O> {
  const began = performance.now();
  let end: Pick<RecoveryResult, 'outcome' | 'message'> = { outcome: 'error' };
  try {
    const { kind, ...why } = await flow();
    end = { outcome: kind, ...why };
    return { kind, ...why } as O;
  } catch (error) {
    end.message = (error as Error).message;
    throw error;
  } finally {
    const durationMs = Math.round(performance.now() - began);
    const phone = { serial: station().serial, ...seen };
    await journal.close({
      ...phone,
      ...end,
      ...about(),
      durationMs,
      evidence: journal.folder,
      drift: journal.drifts,
      warnings: journal.warnings,
    });
  }
}

/** How a password change ended, and what was written of it. */
export interface Change {
  outcome: RecoveryOutcome;
  steps: string[];
  pages: string[];
  /** The acts in the ledger. */
  acts: string[];
  /** States the kept password went through. */
  states: string[];
  /** Files of the evidence that hold the code. */
  leaks: string[];
}

/**
 * Changes the password on the phone. Its owner reads the codes at the account service's door, and `answer` is
 * what a person says when asked.
 */
export async function change(
  test: Mocha.Context | string,
  phone: PhoneSession,
  input: Omit<RecoveryInput, 'account' | 'newPassword'> & {
    newPassword: string;
    code?: string;
    noCode?: boolean;
    slip?: boolean;
  },
  answer: (owner: Witness['owner']) => string | undefined = () => undefined,
): Promise<Change> {
  const journal = new Evidence(join(station().evidence, nameOfRun(test)), systemClock);
  lastEvidence = journal.folder;
  const acts: string[] = [];
  const states: string[] = [];
  const codes: string[] = [];
  const tools: RecoveryTools = {
    codes: {
      name: 'owner',
      baseline: async () => ({ source: 'owner', takenAt: '', position: {} }),
      waitForCode: async () => {
        const { code = '' } = (await witness()).owner;
        if (input.noCode) throw new Error('no code came');
        codes.push(code);
        return {
          code: new Secret(input.code ?? code),
          receivedAt: Date.now(),
          from: 'noreply@notice.xiaomi.com',
          source: 'owner',
        };
      },
      close: async () => undefined,
    },
    ledger: { enter: async ({ act }) => (acts.push(act), { kind: 'entered' }), count: async () => 0 },
    vault: {
      keep: async () => {
        states.push('unconfirmed');
        // A person leans on the phone, right before it is submitted.
        if (input.slip)
          await (await browser.$$('android.widget.EditText').getElements()).at(-1)?.setValue('another-Word2');
        return '1';
      },
      mark: async (_id, state) => void states.push(state),
    },
    person: { ask: async () => answer((await witness()).owner) },
    clock: systemClock,
    signal: AbortSignal.timeout(LIMIT),
    journal,
  };
  const wanted = { ...input, account: account().id, newPassword: new Secret(input.newPassword) };
  const outcome = await recorded(
    journal,
    () => changePassword(phone, wanted, tools),
    () => ({
      by: input.by,
      codeSource: tools.codes.name,
      codeRequested: acts.includes('code-requested'),
      newPassword: (states.at(-1) ?? 'not submitted') as RecoveryResult['newPassword'],
      savedTo: '',
    }),
  );
  const steps = journal.events.flatMap((event) => (event.kind === 'page' ? [] : [event.what]));
  const pages = journal.events.flatMap((event) => (event.kind === 'page' ? [event.page] : []));
  const files = globSync(join(journal.folder, '**/*')).filter((file) => statSync(file).isFile());
  const leaks = files.filter((file) => codes.some((code) => readFileSync(file, 'latin1').includes(code)));
  return { outcome, steps, pages, acts, states, leaks };
}

/** What the simulated phone and its account service saw: the witness beside our own log. */
export interface Witness {
  account: { signedIn: boolean; findDevice: boolean } | null;
  events: { kind: string; detail?: Record<string, string | number | boolean> }[];
  unknown: { where: string; asked: string }[];
  service: { kind: string; account: string; by?: string }[];
  /** What only the account's owner can read. */
  owner: { captcha?: string; code?: string };
}

export async function witness(): Promise<Witness> {
  return (await ask('GET', `/phones/${encodeURIComponent(station().serial)}`)) as Witness;
}

/**
 * Each test fails on what it made the phone be asked that the simulation does not know. To be called once in
 * a spec file.
 */
export function failOnUnknown(): void {
  let known = 0;
  afterEach(async () => {
    if (!simulated()) return;
    const { unknown } = await witness();
    const fresh = unknown.slice(known);
    known = unknown.length;
    expect(fresh).toEqual([]);
  });
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(new URL(path, station().control), {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`The simulator says ${response.status}: ${answer}`);
  return answer === '' ? undefined : JSON.parse(answer);
}
