import { join } from 'node:path';
import { formatError, MiUnbindError } from '../errors.ts';
import type { RunResult } from '../events.ts';
import { say, style } from './terminal.ts';

/** An error as `--json` tells it. */
export function faultOf(error: unknown): Pick<RunResult, 'outcome' | 'message' | 'hint'> & { reason: string } {
  if (!(error instanceof MiUnbindError)) return { outcome: 'error', reason: 'unexpected' };
  const { code, message, hint } = error;
  return code === 'cancelled' ? { outcome: code, reason: 'interrupted', message, hint } : { outcome: 'error', reason: code, message, hint };
}

/** The result of a run that did not begin: its command line or its settings are wrong. `given` is what could be read of it. */
export function notBegun(error: unknown, given: Partial<Record<'serial' | 'data' | 'via', string | undefined>>): RunResult {
  const { outcome, ...why } = faultOf(error);
  const phone = { serial: given.serial ?? '', release: '', region: '', language: '' };
  const wish = { data: given.data ?? '', via: given.via ?? '' };
  return { ...phone, outcome, ...why, ...wish, passwordSubmitted: false, durationMs: 0, evidence: '' };
}

const ENDS: Record<RunResult['outcome'], string> = {
  'signed-out': 'signed out',
  'already-signed-out': 'was signed out already; nothing was done',
  cancelled: 'cancelled',
  refused: 'refused',
  'needs-person': 'needs a person',
  error: 'ended without an outcome',
};

/** What the reasons mean at the bench, and what to do. */
const REASONS: Record<string, string> = {
  'no-password': 'the phone asks for the password; it was left as it was → give the password, or recover the account first',
  'wrong-password': 'the phone says the password is wrong; it was tried once → check it before another try, wrong tries lead to a captcha',
  'find-device-locked': 'the password was changed recently, so Find device cannot be turned off yet → try again from the day named',
  network: "the phone cannot reach Xiaomi's servers → connect it to Wi-Fi and run this again",
  server: "Xiaomi's servers answer with an error → try again later",
  'access-denied': "Xiaomi's servers refuse this phone or network → try another network",
  'sign-out-failed': 'the phone says that signing out failed → look at the last screenshot',
  captcha: 'the phone shows a captcha → answer it on the phone and finish there, or run this again later',
  'second-factor': 'the phone asks for a code sent to the owner → enter it on the phone and finish there',
  'unknown-page': 'the phone shows a page this tool does not know → look at the last screenshot and finish by hand',
  'no-answer': 'the phone does not go on → look at it before anything else: the sign-out may still go through',
  keyboard: "the phone's keyboard changes what is typed; nothing was submitted → turn off the secure keyboard in Settings",
  'account-row-not-found': 'Settings has no row for the Mi Account → use --via intent',
};

export function tellEnd(result: RunResult, error: unknown): void {
  const seconds = style('dim', `(${(result.durationMs / 1000).toFixed(1)} s)`);
  const good = result.outcome === 'signed-out' || result.outcome === 'already-signed-out';
  say(`${style(good ? 'green' : 'red', good ? '✔' : '✘')} ${result.serial} ${style('bold', ENDS[result.outcome])} ${seconds}`);
  if (error !== undefined) say(formatError(error));
  else if (result.reason) say(`  ${REASONS[result.reason] ?? result.reason}${result.retryFrom ? `: ${result.retryFrom}` : ''}`);
  if (result.evidence) say(`  evidence: ${join(result.evidence, 'index.html')}`);
}
