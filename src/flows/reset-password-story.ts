import assert from 'node:assert/strict';
import type { Browser } from 'webdriverio';
import type { WebControl, WebRead } from '../../pageobjects/web/read.ts';
import { BLANK } from '../../pageobjects/web/web-look-story.ts';
import { instantClock } from '../clock.ts';
import type { CodeRequest } from '../codes/source.ts';
import { Secret } from '../secret.ts';
import type { Act, LedgerAnswer } from '../store/ledger.ts';
import type { Question, RecoveryOutcome } from './recovery.ts';
import { resetPassword } from './reset-password.ts';

/** A control, and what a press on it does. */
export type WebPart = Partial<WebControl> & { role: string; press?: () => void };

const SPENT: LedgerAnswer = { kind: 'spent', freeFrom: '2030-01-01T00:00:00.000Z' };
const CONTACT = 'ivan@example.com';
export const SHOWN = { masked: ['i***n@example.com'] };

/**
 * A site that exists only as far as a look and a press can see. Another one than the simulated site: it has
 * no names and no forms.
 */
export class StorySite {
  readonly log: string[] = [];
  /** The steps of the journal, and what a person was asked. */
  readonly journalSteps: string[] = [];
  readonly questions: Question[] = [];
  /** What the ledger answers, by what is to be done; entered where nothing is said. */
  readonly answers: Partial<Record<Act, LedgerAnswer>> = {};
  /** What the code source says, one for each wait; after that always the same. */
  readonly codes: string[] = [];
  /** Further contacts of the order. */
  others: string[] | undefined;
  /** How many codes the budget has left. */
  budget = Infinity;
  parts: WebPart[] = [];
  read: Partial<WebRead> = {};
  #document = 1;

  /** Shows another page. */
  show(parts: WebPart[], read: Partial<WebRead> = {}): void {
    this.#document++;
    this.parts = parts;
    this.read = read;
  }

  complain(text: string, hints: string[] = []): void {
    this.read = { ...this.read, requests: [200], errors: [{ text, hints }] };
  }

  browser = {
    execute: (script: { name: string }) =>
      Promise.resolve(script.name === 'readPage' ? this.#look() : undefined),
    url: (address: string) => Promise.resolve(void this.log.push(`open ${new URL(address).pathname}`)),
    setTimeout: () => Promise.resolve(),
    takeElementScreenshot: () => Promise.resolve(''),
    takeScreenshot: () => Promise.resolve(''),
    deleteAllCookies: () => Promise.resolve(void this.log.push('forget the cookies')),
    $: (part: WebPart) => ({
      click: async () => {
        this.log.push(`press ${part.id}`);
        assert.ok(this.parts.includes(part), `${part.id} is pressed after its page is gone`);
        part.press?.();
      },
      setValue: async (value: string, options?: { mask: boolean }) => {
        this.log.push(`type ${options?.mask ? 'a secret' : value}`);
        part.filled = true;
      },
    }),
  } as unknown as Browser;

  #look(): WebRead {
    const controls = this.parts.map((part, place): WebControl => {
      const more = { ...part };
      delete more.press;
      return {
        ...BLANK,
        form: -1,
        colour: 9,
        bounds: [0, place * 50, 200, place * 50 + 40],
        ...more,
        element: part,
      };
    });
    const page = {
      url: `https://site.example/${this.#document}`,
      title: '',
      language: 'qq',
      document: this.#document,
      ready: true,
    };
    return {
      ...page,
      httpStatus: 200,
      requests: [],
      masked: [],
      errors: [],
      texts: [],
      view: { width: 300, height: 600, scale: 1 },
      ...this.read,
      controls,
    };
  }

  /** From the code on, every page as it should be. */
  code(press = () => this.password()): WebPart[] {
    return [
      { role: 'text', longest: 6, mode: 'numeric' },
      { role: 'button', id: 'hand-in', press },
    ];
  }
  password(press = () => this.success()): void {
    this.show([{ role: 'password' }, { role: 'password' }, { role: 'button', id: 'set', press }]);
  }
  success(): void {
    this.show([{ role: 'button', id: 'back', press: () => this.signIn() }]);
  }
  signIn(press: () => unknown = () => this.show([{ role: 'link', id: 'home' }])): void {
    this.show([
      { role: 'text', autocomplete: 'username' },
      { role: 'password' },
      { role: 'button', id: 'sign-in', press },
    ]);
  }
  account(press: () => void): void {
    this.show([
      { role: 'text', autocomplete: 'username' },
      { role: 'button', id: 'next', press },
    ]);
  }

  presses = (id: string): number => this.log.filter((entry) => entry === `press ${id}`).length;

  /** Letters in a picture, and the field for them. */
  captcha: WebPart[] = [
    { role: 'picture', id: 'letters', bounds: [210, 300, 300, 340] },
    { role: 'text', name: 'icode', bounds: [0, 300, 200, 340] },
  ];

  async reset(
    signal: AbortSignal = new AbortController().signal,
    letters?: string,
  ): Promise<{
    outcome: RecoveryOutcome;
    request?: CodeRequest;
    waits: CodeRequest[];
    marks: string[];
    acts: string[];
  }> {
    let baselines = 0;
    let request: CodeRequest | undefined;
    const waits: CodeRequest[] = [];
    const marks: string[] = [];
    const acts: string[] = [];
    const outcome = await resetPassword(
      this.browser,
      {
        account: '6230001535',
        by: 'email',
        contact: CONTACT,
        others: this.others,
        newPassword: new Secret('Neu-7Qx!vogel'),
      },
      {
        codes: {
          name: 'story',
          baseline: async () => ({ source: 'story', takenAt: String(++baselines), position: {} }),
          waitForCode: async (asked) => (
            (request = asked),
            waits.push(asked),
            { code: new Secret(this.codes.shift() ?? '482913'), receivedAt: 0, from: '', source: 'story' }
          ),
          close: async () => undefined,
        },
        ledger: {
          enter: async ({ act, nth = 1 }) => (
            acts.push(nth > 1 ? `${act} ${nth}` : act),
            this.log.push(act),
            (act === 'code-requested' && --this.budget < 0 ? SPENT : undefined) ??
              this.answers[act] ?? { kind: 'entered' }
          ),
          count: async () => 0,
        },
        vault: {
          keep: async () => (this.log.push('keep'), '1'),
          mark: async (_id, state) => void marks.push(state),
        },
        person: {
          ask: async (question) => (
            this.questions.push(question),
            this.log.push(`ask ${question.what}`),
            letters
          ),
        },
        clock: instantClock(),
        signal,
        journal: {
          progress: { passwordSubmitted: false },
          page: async () => undefined,
          step: (what) => void this.journalSteps.push(what),
          drift: () => undefined,
          passwordSubmitted: () => undefined,
        },
      },
      { site: 'https://site.example', language: 'qq' },
    );
    return { outcome, waits, marks, acts, ...(request ? { request } : {}) };
  }
}
