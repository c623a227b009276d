import { PhoneLostError, type Loss } from '../../errors.ts';
import type { AttachedPhone, Phone } from '../adb.ts';
import { obstacle } from '../adb-state.ts';
import { accessChecks } from './access.ts';
import type { Check, Finding } from './finding.ts';
import { ENGLISH, readMenus } from './menus.ts';
import { stateChecks } from './state.ts';
import { readFacts, type PhoneFacts } from '../facts.ts';
import { readLabels } from '../labels.ts';

/**
 * What a phone needs so that a flow works on it, asked without touching its account. So nothing is said about
 * what only the account service knows: captcha, second factor, limit of codes, lock after a password change.
 */

const CHECKS = [...stateChecks, ...accessChecks];
const MARK = '@@mi-unbind:';
/** Android 12: labels are looked up in one round trip. Before, an app is pulled for them. */
const LOOKUP_SDK = 31;
// The phone's own answers take below 3 s in all, a start of its helper app 5 s more, ms.
const PATIENCE = 20_000;
// The label no page can do without.
const LABEL = { package: 'com.xiaomi.account', name: 'logout_account' };

export interface DoctorOptions {
  signal?: AbortSignal;
  /** How long a phone may be silent, ms. */
  patience?: number;
  /** Version of the chromedriver on this computer. */
  chromedriver?: string | undefined;
}

/**
 * Every check on a phone that is attached. Throws only what `signal` does: a phone that does not answer is a
 * finding.
 */
export async function examinePhone(phone: Phone, options: DoctorOptions = {}): Promise<Finding[]> {
  const { signal, patience = PATIENCE, chromedriver } = options;
  const limit = AbortSignal.any([AbortSignal.timeout(patience), ...(signal ? [signal] : [])]);
  let facts: PhoneFacts | undefined;
  try {
    facts = await readFacts(phone, limit);
    const findings = await look(phone, facts, CHECKS, { signal: limit, chromedriver, translate: true });
    return [
      { check: 'answers', verdict: 'ok', what: 'it answers' },
      ...findings,
      await language(phone, facts, limit),
    ];
  } catch (cause) {
    signal?.throwIfAborted();
    const loss = await phone.loss?.();
    if (loss !== undefined && loss !== 'silent') return [lost(phone.serial, loss)];
    return [limit.aborted || cause instanceof PhoneLostError ? silent(patience) : unreadable(cause)];
  }
}

/**
 * The checks without which no flow works, in one round trip; of a phone in order, nothing more. Throws
 * PhoneLostError.
 */
export function quickDoctor(phone: Phone, facts: PhoneFacts, signal?: AbortSignal): Promise<Finding[]> {
  const checks = CHECKS.filter(({ quick }) => quick);
  return look(phone, facts, checks, { signal, translate: facts.sdk >= LOOKUP_SDK });
}

/** Whether the phone takes input from this computer: the switch may fall when its account goes. */
export async function inputCheck(
  phone: Phone,
  facts: PhoneFacts,
  signal?: AbortSignal,
): Promise<Finding | undefined> {
  const checks = CHECKS.filter(({ check }) => check === 'input');
  return (await look(phone, facts, checks, { signal, translate: facts.sdk >= LOOKUP_SDK }))[0];
}

type Listed = Pick<AttachedPhone, 'serial' | 'state' | 'usb'>;

/** What adb's list says of a phone that cannot be asked; undefined for one that can. */
export function attachment(serial: string, phones: readonly Listed[]): Finding | undefined {
  const phone = phones.find((one) => one.serial === serial);
  const { what, todo } = phone
    ? (obstacle(phone, phones) ?? { what: '', todo: '' })
    : {
        what: 'not in the list of adb',
        todo: `turn on USB debugging in Developer options and plug it in: ${listed(phones)}`,
      };
  return what === ''
    ? undefined
    : {
        check: 'attached',
        verdict: 'fail',
        what,
        why: 'nothing can be done on it, and nothing said of it',
        todo,
      };
}

const listed = (phones: readonly Listed[]) =>
  phones.length === 0
    ? 'no phone is attached'
    : `attached are ${phones.map(({ serial }) => serial).join(', ')}`;

interface Looking {
  signal: AbortSignal | undefined;
  chromedriver?: string | undefined;
  /** Way through the menus in the phone's own words. */
  translate: boolean;
}

async function look(
  phone: Phone,
  facts: PhoneFacts,
  checks: readonly Check[],
  { signal, chromedriver, translate }: Looking,
): Promise<Finding[]> {
  const said = await askAll(phone, facts, checks, signal);
  const judged = (menus: typeof ENGLISH) =>
    checks.flatMap(({ check, judge }, index): Finding[] => {
      const verdict = judge(said[index] ?? '', { serial: phone.serial, facts, menus, chromedriver });
      return verdict ? [{ check, ...verdict }] : [];
    });
  const findings = judged(ENGLISH);
  const isHealthy = findings.every(({ verdict }) => verdict === 'ok');
  return isHealthy || !translate ? findings : judged(await readMenus(phone, facts, signal));
}

/** What the phone says to each check, in one round trip. */
async function askAll(
  phone: Phone,
  facts: PhoneFacts,
  checks: readonly Check[],
  signal?: AbortSignal,
): Promise<string[]> {
  const lines = checks.map(({ ask = '' }) => (typeof ask === 'string' ? ask : ask(facts)));
  const script = lines.flatMap((line) => [`echo ${MARK}`, ...(line === '' ? [] : [line])]);
  const answer = await phone.shell(`${script.join('; ')}; echo ${MARK}end`, signal);
  // A cable pulled in the middle ends the answer without an error.
  if (!answer.trimEnd().endsWith(`${MARK}end`))
    throw new PhoneLostError(phone.serial, { passwordSubmitted: false });
  return answer
    .replace(`${MARK}end`, '')
    .split(new RegExp(`${MARK}\\r?\\n`))
    .slice(1);
}

async function language(phone: Phone, facts: PhoneFacts, signal: AbortSignal): Promise<Finding> {
  const check = 'labels';
  const text = (await readLabels(phone, facts, [LABEL], { signal }).catch(() => undefined))?.text(LABEL);
  if (text !== undefined) return { check, verdict: 'ok', what: `it tells its labels: '${text}'` };
  return {
    check,
    verdict: 'fail',
    what: `it does not tell its labels (${facts.language})`,
    why: 'what stands on the screen is reported by them, in any language',
    todo: "choose English in the phone's settings, and see whether the app com.xiaomi.account is installed",
  };
}

/** It was there when the looking began. */
function lost(serial: string, loss: Loss): Finding {
  const { message, hint } = new PhoneLostError(serial, { passwordSubmitted: false }, undefined, loss);
  return {
    check: 'answers',
    verdict: 'fail',
    what: message.replace(`The phone '${serial}' `, '').replace(/\.$/, ''),
    why: 'it was lost while it was looked at, so nothing more is known of it',
    todo: hint,
  };
}

function silent(patience: number): Finding {
  return {
    check: 'answers',
    verdict: 'fail',
    what: `no answer within ${Math.round(patience / 1000)} s, or gone in the middle`,
    why: 'it takes commands and does not answer them, or was unplugged',
    todo: 'unplug it and plug it in again; if that does not help, restart it',
  };
}

function unreadable(cause: unknown): Finding {
  const { message, hint = 'restart the phone' } = cause as Error & { hint?: string };
  return {
    check: 'answers',
    verdict: 'fail',
    what: message,
    why: 'without it nothing can be said of the phone',
    todo: hint,
  };
}
