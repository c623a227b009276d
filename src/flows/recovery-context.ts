import type { WebStep } from '../../pageobjects/web-step.ts';
import type { Clock } from '../clock.ts';
import type { LedgerAnswer } from '../store/ledger.ts';
import { spent } from './outcome.ts';
import type { Person, Question, RecoveryInput, RecoveryOutcome, RecoveryTools } from './recovery.ts';
import type { PhoneSession } from './session.ts';

/** What the parts of a password change share. */
export interface RecoveryContext {
  session: PhoneSession;
  input: RecoveryInput;
  tools: RecoveryTools;
  /** Asks the person; the time of the flow stops meanwhile. */
  ask(question: Question): ReturnType<Person['ask']>;
}

type NeedsPerson = Extract<RecoveryOutcome, { kind: 'needs-person' }>;

export const needsPerson = (reason: NeedsPerson['reason']): NeedsPerson => ({ kind: 'needs-person', reason });

/** Why the ledger forbids the act; undefined where the act was entered. `nth`: see LedgerEntry. */
export function barred(entry: LedgerAnswer, nth = 1): RecoveryOutcome | undefined {
  // Another try would begin with the first code once more.
  if (entry.kind === 'spent' && nth > 1) return needsPerson('second-code-budget');
  if (entry.kind === 'spent') return { kind: 'refused', reason: 'code-budget', ...spent(entry) };
  return entry.kind === 'done-before' ? needsPerson('done-before') : undefined;
}

/**
 * Notices a text that a page did not show before something was pressed on it. A text that differs in its
 * numbers alone is the same.
 */
export class NewText {
  readonly #clock: Clock;
  #before: readonly string[] = [];
  #since: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The page shows this before the press. */
  from(page: Pick<WebStep, 'texts'>): void {
    this.#before = page.texts.map(withoutNumbers);
    this.#since = undefined;
  }

  /** Whether a new text has stayed this long, ms. Call it at every look. */
  stands(page: Pick<WebStep, 'texts'>, ms: number): boolean {
    // A rule for passwords that the page shows may be shown a second time as the error.
    const before = [...this.#before];
    const shown = page.texts.map(withoutNumbers).some((text) => {
      const at = before.indexOf(text);
      if (at >= 0) before.splice(at, 1);
      return at < 0;
    });
    this.#since = shown ? (this.#since ?? this.#clock.elapsed()) : undefined;
    return this.#since !== undefined && this.#clock.elapsed() - this.#since >= ms;
  }
}

const withoutNumbers = (text: string) => text.replace(/\p{Nd}+/gu, '0');
