import { Resvg } from '@resvg/resvg-js';
import { signOut } from '../flows/sign-out.ts';
import type { Browser } from 'webdriverio';
import type { Via } from '../flows/entry.ts';
import type { Clock } from '../clock.ts';
import type { PhoneSession } from '../flows/session.ts';
import type { Journal } from '../flows/journal.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { Person } from '../flows/recovery.ts';
import { phoneSession } from '../flows/start.ts';
import { SessionError, type Progress } from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import { assertEligible, readFacts, type PhoneFacts } from '../phone/facts.ts';
import { Secret } from '../secret.ts';
import { AccountService } from '../sim/service/account-service.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { looseLedger } from '../store/ledger.ts';
import { browserOf, phoneOf, type Requested } from './in-process.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What is asked of the phone. */
interface Order {
  data: 'keep' | 'delete';
  password: 'right' | 'wrong' | 'none';
  via: Via;
}

/** A phone and what is asked of it: all that a trial depends on. */
export interface Case {
  phone: PhoneSpec;
  order: Order;
}

/** How a flow on a simulated phone ended, and the phone itself, which is the witness. */
export interface Trial {
  sim: SimPhone;
  /** Missing: it threw, or did not end. */
  outcome?: Outcome;
  error?: unknown;
  /** Virtual time that the flow took, ms. */
  ms: number;
  pages: string[];
  steps: string[];
  asked: Readonly<Requested>;
}

export const PASSWORD = 'Right-1-password';
export const WRONG = 'Wrong-1-password';
export const ACCOUNT = { id: '6230001535', password: PASSWORD, nickname: 'Mira' };
/** No flow may take longer, virtual ms. */
export const LONGEST = 30 * 60_000;
const START = Date.UTC(2026, 0, 5, 9);

/** White pictures by their size, each made once. */
const whites = new Map<string, Buffer>();

/** What is drawn, read and painted over takes real time: a picture of this phone is white, small, and there at once. */
export class Undrawn extends SimPhone {
  override screenshot(): Promise<Buffer> {
    const { width, height } = this.screen;
    const size = `width="${width / 4}" height="${height / 4}"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="100%" height="100%" fill="#fff"/></svg>`;
    const white = whites.get(size) ?? new Resvg(svg).render().asPng();
    whites.set(size, white);
    // What is painted over is the caller's own.
    return Promise.resolve(Buffer.from(white));
  }
}

/** What a flow works with, to be tampered with by who wants to see the flow go wrong. */
export interface Hands {
  sim: SimPhone;
  clock: VirtualClock;
  browser: Browser;
  phone: Phone;
}

/**
 * Signs a simulated phone out, in this process and in virtual time. `person`: who reads captchas and codes;
 * missing: no person does. Never rejects.
 */
export async function trial(
  { phone: spec, order }: Case,
  tamper: (hands: Hands) => void = () => undefined,
  person?: (sim: SimPhone) => Person,
): Promise<Trial> {
  const clock = new VirtualClock(START);
  const sim = new Undrawn({ pace: 'real', ...spec }, { clock, service: new AccountService() });
  const ending = new AbortController();
  const { signal } = ending;
  const { browser, asked } = await browserOf(sim, clock, signal);
  const phone = phoneOf(sim, sim.serialno);
  const facts = await readFacts(phone);
  const session = await phoneSession(phone, facts, browser);
  tamper({ sim, clock, browser, phone });
  const journal = new PlainJournal();
  const began = clock.elapsed();
  const over = clock.sleep(LONGEST, 'the end of a flow', signal).then(
    () => {
      const error = new Error('it did not end');
      ending.abort(error);
      return { error };
    },
    () => ({}),
  );
  const tools = { signal, clock, journal, ...(person ? { person: person(sim) } : {}) };
  const flow = begun(sim, facts).then(
    () => ordered(session, order, tools),
    (error: unknown) => ({ error }),
  );
  const end = await Promise.race([flow, over]);
  const ms = clock.elapsed() - began;
  ending.abort(new Error('it has ended'));
  await over;
  const { pages, steps } = journal;
  return { sim, ...end, ms, pages, steps, asked };
}

/** What comes before a flow: a phone that none may touch is refused, and so is one that takes no helper app. */
async function begun(sim: SimPhone, facts: PhoneFacts): Promise<void> {
  const { serialno, spec } = sim;
  assertEligible(serialno, facts);
  const isBare = Object.keys(facts.helpers).length === 0;
  if (spec.installDialog && isBare && !(await sim.allowsInstall('io.appium.settings')))
    throw new SessionError(serialno, "the phone refused to install Appium's helper app");
}

/** Does with a phone what was ordered. Never rejects. */
export function ordered(
  session: PhoneSession,
  { data, password, via }: Case['order'],
  tools: { signal: AbortSignal; clock: Clock; journal: Journal; person?: Person },
): Promise<{ outcome: Outcome } | { error: unknown }> {
  const secret = password === 'right' ? PASSWORD : WRONG;
  const input = { data, ...(password === 'none' ? {} : { password: new Secret(secret) }) };
  return signOut(session, input, { via, ledger: looseLedger, ...tools }).then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ error }),
  );
}

export class PlainJournal implements Journal {
  readonly progress: Progress = { passwordSubmitted: false };
  readonly steps: string[] = [];
  readonly pages: string[] = [];

  async page(name: string): Promise<void> {
    this.progress.page = name;
    this.pages.push(name);
    this.steps.push(`[${name}]`);
  }

  step(what: string): void {
    this.steps.push(what);
  }

  drift(): void {}

  passwordSubmitted(): void {
    this.progress.passwordSubmitted = true;
  }
}
