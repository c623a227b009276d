import { MiUnbindError } from '../../errors.ts';
import type { Menus } from './menus.ts';
import type { PhoneFacts } from '../facts.ts';

/** What a check found. What is not in order says why it matters and the one thing to do. */
export type Finding = { check: string } & DoctorVerdict;
export type DoctorVerdict =
  { verdict: 'ok'; what: string } | { verdict: 'warn' | 'fail'; what: string; why: string; todo: string };

/** What a check may look at beside the answer to its own question. */
interface About {
  serial: string;
  facts: PhoneFacts;
  menus: Menus;
  /** Version of the chromedriver on this computer, if there is one. */
  chromedriver?: string | undefined;
}

export interface Check {
  check: string;
  /** Looked at before every flow too. `fail` of such a check: the flow would not work. */
  quick?: true;
  /** A line for the phone's shell that changes nothing of its owner's. Missing: the facts say it all. */
  ask?: string | ((facts: PhoneFacts) => string);
  /** Pure. Undefined: nothing can be said, and nothing is claimed. */
  judge: (said: string, about: About) => DoctorVerdict | undefined;
}

export const ok = (what: string): DoctorVerdict => ({ verdict: 'ok', what });
export const warn = (what: string, why: string, todo: string): DoctorVerdict => ({
  verdict: 'warn',
  what,
  why,
  todo,
});
export const fail = (what: string, why: string, todo: string): DoctorVerdict => ({
  verdict: 'fail',
  what,
  why,
  todo,
});

export const found = (check: string, verdict: DoctorVerdict): Finding => ({ check, ...verdict });

/** An error as a finding; what was not thrown on purpose goes on. */
export function thrown(check: string, error: unknown, why: string): Finding {
  if (!(error instanceof MiUnbindError)) throw error;
  return found(check, fail(error.message, why, error.hint));
}

/** For what `doctor --fix` mends. */
export const FIX = "run 'mi-unbind doctor --fix'";
