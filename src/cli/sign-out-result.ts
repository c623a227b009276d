import { join } from 'node:path';
import { formatError } from '../errors.ts';
import type { RecoveryResult, RunResult } from '../events.ts';
import { endInWords, passwordInWords, whyInWords, type Tone } from '../reasons.ts';
import { says } from '../runs/result.ts';
import { say, style } from './terminal.ts';

const MARKS: Record<Tone, readonly ['green' | 'yellow' | 'red', string]> = {
  good: ['green', '✔'],
  fair: ['yellow', '!'],
  bad: ['red', '✘'],
};

/** `what`: the phone's serial, or what the run was about. */
export function sayEnd(result: RunResult | RecoveryResult, error: unknown, what = result.serial): void {
  const seconds = style('dim', `(${(result.durationMs / 1000).toFixed(1)} s)`);
  const [words, tone] = endInWords(result);
  say(`${style(...MARKS[tone])} ${what} ${style('bold', words)} ${seconds}`);
  if (error !== undefined) say(formatError(error));
  else if (result.reason) say(`  ${whyInWords(result)}`);
  const password = 'newPassword' in result ? passwordInWords(result) : undefined;
  if (password !== undefined) say(`  ${password}`);
  if (says(result.accountCheck)) say(`  ${result.accountCheck.words}`);
  for (const { name, value } of result.facts ?? [])
    if (/^(On the phone|Signed out by)/.test(name)) say(`  ${name}: ${value}`);
  for (const warning of result.warnings) say(`  ${style('yellow', '!')} ${warning}`);
  for (const { advice, found, locator, page } of result.drift)
    say(`  ${style('yellow', '~')} ${page}: '${locator}' was found by ${found} → ${advice}`);
  if (result.evidence) say(`  evidence: ${join(result.evidence, 'index.html')}`);
}
