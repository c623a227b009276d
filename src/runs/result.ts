import { NO_PHONE, NONE_NAMED, NONE_ON_PHONE, NOT_REACHED, type AccountCheck } from '../account/match.ts';
import { MiUnbindError } from '../errors.ts';
import type { Fact, RunResult } from '../events.ts';
import { SIGNED_OUT_BY } from './own-submission.ts';
import type { Left } from './phone-leave.ts';

/** An error as `--json` tells it. */
export function faultOf(
  error: unknown,
): Pick<RunResult, 'outcome' | 'message' | 'hint'> & { reason: string } {
  if (!(error instanceof MiUnbindError)) return { outcome: 'error', reason: 'unexpected' };
  const { code, message, hint } = error;
  return code === 'cancelled'
    ? { outcome: code, reason: 'interrupted', message, hint }
    : { outcome: 'error', reason: code, message, hint };
}

/**
 * The result of a run that did not begin: its command line or its settings are wrong. `given` is what could
 * be read of it.
 */
export function notBegun(
  error: unknown,
  given: Partial<Record<'serial' | 'data' | 'via', string | undefined>>,
): RunResult {
  const { outcome, ...why } = faultOf(error);
  const phone = {
    serial: given.serial ?? '',
    model: '',
    release: '',
    region: '',
    language: '',
    account: '',
    accountCheck: NOT_REACHED,
  };
  const wish = { data: given.data ?? '', via: given.via ?? '' };
  return {
    ...phone,
    outcome,
    ...why,
    ...wish,
    passwordSubmitted: false,
    durationMs: 0,
    evidence: '',
    drift: [],
    warnings: [],
  };
}

/** Whether there is anything in it that is not plain from the command. */
export const says = ({ words }: AccountCheck) =>
  ![NO_PHONE, NONE_NAMED, NONE_ON_PHONE, NOT_REACHED].some((plain) => plain.words === words);

function accountFacts(check: AccountCheck): Fact[] {
  if ([NONE_NAMED, NO_PHONE, NOT_REACHED].some(({ words }) => words === check.words)) return [];
  const todo =
    check.verdict === 'not-compared' && says(check)
      ? { todo: 'see to it that this was the right account' }
      : {};
  return [{ name: 'Account compared', value: check.words, ...todo }];
}

/**
 * What a result tells beside how it ended: which account it was, who signed it out, which other accounts and what else
 * stay on the phone.
 */
export function factsOf(
  check: AccountCheck,
  isOwn: boolean,
  left: Left | undefined,
  others: readonly Fact[] = [],
): Pick<RunResult, 'facts'> {
  const facts = [
    ...accountFacts(check),
    ...(isOwn ? [SIGNED_OUT_BY] : []),
    ...others,
    ...(left?.facts ?? []),
  ];
  return facts.length > 0 ? { facts } : {};
}
