import { shownContact } from '../../../pageobjects/masked-contact.ts';
import type { Clock } from '../../clock.ts';

/** A form as it asks for a code, or for where to send it. */
interface Form {
  kind: unknown;
  lines: readonly string[];
  /** Those of its lines that name a contact. */
  naming: readonly string[];
}

/**
 * The forms of one round that were acted on. A page that shows one of them again has refused what was typed:
 * that is no second round. A form is known by the lines that name the contact, else by all it says, as an error
 * may stand beside them.
 */
export class SeenForms {
  readonly #seen: Form[] = [];

  note(kind: unknown, lines: readonly string[]): void {
    this.#seen.push(formOf(kind, lines));
  }

  isAnother(kind: unknown, lines: readonly string[]): boolean {
    const now = formOf(kind, lines);
    return this.#seen.every((before) => before.kind !== kind || differs(before, now));
  }

  /** It says what it did not say when it was acted on. */
  saysMore(kind: unknown, lines: readonly string[]): boolean {
    const now = formOf(kind, lines);
    const before = this.#seen.filter((form) => form.kind === kind);
    return before.length > 0 && before.every((form) => hasNew(form.lines, now.lines));
  }
}

/** Something has to last before it counts: a page is drawn piece by piece. Each thing by its own name. */
export class Standing {
  readonly #clock: Clock;
  readonly #since = new Map<unknown, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it has been so for this long, ms. Call it at every look. */
  stands(name: unknown, isSo: boolean, ms: number): boolean {
    if (!isSo) {
      this.#since.delete(name);
      return false;
    }
    const since = this.#since.get(name) ?? this.#clock.elapsed();
    this.#since.set(name, since);
    return this.#clock.elapsed() - since >= ms;
  }
}

function formOf(kind: unknown, lines: readonly string[]): Form {
  return {
    kind,
    lines: lines.map((line) => line.replace(/\p{Nd}+/gu, '0')),
    naming: lines.filter((line) => shownContact(line) !== undefined),
  };
}

function differs(before: Form, now: Form): boolean {
  if (before.naming.length > 0 && now.naming.length > 0) return hasNew(before.naming, now.naming);
  return hasNew(before.lines, now.lines) && hasNew(now.lines, before.lines);
}

const hasNew = (was: readonly string[], is: readonly string[]) => is.some((line) => !was.includes(line));
