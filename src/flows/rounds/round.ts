import type { SubmitMark } from '../../../pageobjects/identity-check.page.ts';
import type { Clock } from '../../clock.ts';
import type { Baseline, CodeRequest, CodeSource } from '../../codes/source.ts';
import { CodeTimeoutError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import { SeenForms } from './forms.ts';

/** So many codes are asked for in one check at most: one that goes on asking ends with a person. */
export const CODES_AT_MOST = 2;

/** One code, from where it goes to its submission. */
export interface CodeRound {
  /** Where it goes. */
  contact: string;
  /** Where the source stood before it was asked for. */
  since?: Baseline | undefined;
  chosen: boolean;
  /** A card was pressed, which goes on by itself. */
  cardPressed: boolean;
  /** In the ledger, before something was pressed that may send a code by itself. */
  counted: boolean;
  requestedOn?: 'request' | 'code' | undefined;
  /** The same on the site, where one page may be both. */
  requested: boolean;
  captchaAnswered: boolean;
  code?: Secret | undefined;
  typed: boolean;
  submitMark?: SubmitMark | undefined;
  submitted: boolean;
  forms: SeenForms;
}

export function newRound(contact: string): CodeRound {
  return {
    contact,
    ...{ chosen: false, cardPressed: false, counted: false, requested: false, captchaAnswered: false },
    ...{ typed: false, submitted: false },
    forms: new SeenForms(),
  };
}

/** So often the code before may come again. */
const COPIES = 5;

/**
 * Waits for a code that was not typed yet. A gateway may deliver the message of the code before once more, and
 * a person may type that code again.
 */
export async function unusedCode(
  codes: CodeSource,
  request: CodeRequest,
  used: readonly Secret[],
  clock: Clock,
): Promise<Secret> {
  const until = clock.elapsed() + request.timeoutMs;
  for (let copies = 0; ; copies++) {
    const timeoutMs = until - clock.elapsed();
    if (timeoutMs <= 0 || copies > COPIES) {
      const seconds = Math.round(request.timeoutMs / 1000);
      throw new CodeTimeoutError(codes.name, seconds, 'only the code that was typed before came once more');
    }
    const { code } = await codes.waitForCode({ ...request, timeoutMs });
    if (!used.some((one) => one.reveal() === code.reveal())) return code;
  }
}
