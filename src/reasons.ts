import type { DataAnswer, RecoveryResult, RunResult } from './events.ts';
import { dayOrTime } from './words/local-time.ts';
import { isState, stateInWords } from './words/states.ts';

/** What the reasons mean at the bench, and what to do. */
const REASONS: Record<string, string> = {
  'no-password':
    'the phone asks for the password; it was left as it was → give the password, or recover the account first',
  'wrong-password':
    'the phone says the password is wrong; it was tried once → check it before another try, wrong tries lead to a captcha',
  'find-device-locked':
    'the password was changed recently, so Find device cannot be turned off yet → try again',
  network: "the phone cannot reach Xiaomi's servers → connect it to Wi-Fi and run this again",
  server: "Xiaomi's servers answer with an error → try again later",
  'access-denied': "Xiaomi's servers refuse this phone or network → try another network",
  'sign-out-failed': 'the phone says that signing out failed → look at the last screenshot',
  captcha:
    'a captcha is asked for → answer it where it is asked for and finish there; at a terminal it is shown to you where an answer still helps',
  'second-factor':
    'a code sent to the owner is asked for → enter it where it is asked for and finish there; at a terminal you are asked for it',
  'wrong-captcha':
    'the characters that were typed for the captcha were not accepted, and with another try the password would go out again → look at the phone, and finish there',
  'wrong-second-factor':
    'the code that was typed for the second factor was not accepted; it was typed once → enter the right one on the phone and finish there',
  locked:
    'the phone locked its screen in the middle, and nothing here gets around a lock → unlock it, then run this again: it looks first',
  'unknown-page':
    'the phone shows a page this tool does not know → look at the last screenshot and finish by hand',
  'not-recorded':
    'this phone plays a survey back, which ends here: it has no page behind the last tap, or masks what stands on this one; no account was touched → take a simulated phone or a real one for what comes after it',
  'no-answer':
    'the phone does not go on → look at it before anything else: the sign-out may still go through',
  keyboard:
    "the phone's keyboard changes what is typed; nothing was submitted → turn off the secure keyboard in Settings",
  'wrong-code':
    'the code was not accepted; it was typed once → see what the code source got (mi-unbind codes watch), then try again',
  'code-expired': 'the code was no longer valid when it was typed → try again, with a source that is faster',
  'code-limit': 'Xiaomi sends no more codes for this account today → try again tomorrow',
  'code-budget': 'the budget of codes for this account is spent → try again',
  'password-budget': 'passwords were submitted for this account as often as a day allows → try again',
  'no-contact':
    'the account does not offer this way to get a code → try the other one (--by), by e-mail first: numbers abroad can no longer be bound',
  'unknown-account': 'Xiaomi does not know this account → check it',
  'same-password': 'the new password is the one the account has → that one is known, so sign out with it',
  'weak-password': 'Xiaomi does not take this password → leave it to be generated, or give another',
  'risky-password':
    "Xiaomi does not take this password: it was used before, is easily guessed, or holds something of the account's own → give another",
  mismatch:
    "the page says that the two entries differ, though the same was typed → turn off the phone's secure keyboard",
  'identity-check':
    "the phone cannot begin Xiaomi's identity check → check its network, or reset the password by web (reset-password)",
  agreement: 'the page asks to agree to something → read it and agree yourself, then run this again',
  'done-before':
    'this job did it before it broke off, and nothing of that kind is done twice → look at the phone, and finish by hand',
  'second-code-budget':
    'after a right code another one is asked for, and the budget of codes for this account is spent (CODE_BUDGET); nothing was pressed for it → finish by hand, or try again tomorrow with a budget of two codes and more',
  'second-code-contact':
    'after a right code another one is asked for, to a contact that was not named or whose messages the code source does not read; nothing was pressed for it → finish by hand, or try again with --code-source person and both contacts (--contact)',
  'third-code':
    'after two right codes a third one is asked for; nothing was pressed for it → look at the page, and finish by hand',
  'other-account':
    'the account on the phone is not the one that was named; nothing was submitted, and it is signed in still → compare the phone with its row of the list, or with --account',
  'account-not-proven':
    'the account on the phone could not be compared with the one that was named, as --strict-account (STRICT_ACCOUNT) wants it → name the account in the form the phone shows, or look at the phone and run this without that option',
  'lost-mode':
    'the owner has reported the phone as lost, as Xiaomi says; nothing was done on it → give it back to who brought it, and write to no owner',
  'google-account':
    'the Mi Account is signed out, and a Google account is still on the phone: after a reset the phone locks itself until that account signs in (REQUIRE_NO_GOOGLE) → remove it in Settings, Google, then run this again',
  'password-not-set':
    'the account has no password, and the phone opens a page that sets one → set one on that page, then run this again with it',
  'lock-still-on':
    "the phone is signed out, and Xiaomi's server does not say that its lock is off (REQUIRE_LOCK_OFF) → ask again later: mi-unbind lock IMEI; a job of a list is done by itself once the server says off",
  'account-row-not-found':
    'Settings has no row for the Mi Account, and the account page does not open directly either → look at the phone, and finish by hand',
};

/** All that have such a sentence. */
export const knownReasons = (): string[] => Object.keys(REASONS);

/** A reason as a sentence with what to do; `retryFrom` is the day or the time from which another try makes sense. */
export function reasonInWords(reason: string, retryFrom?: string): string {
  return `${REASONS[reason] ?? reason.replaceAll('-', ' ')}${retryFrom ? ` from ${dayOrTime(retryFrom)}` : ''}`;
}

/**
 * How something ended, for the person who is to do something about it. Of an error, its own two sentences say most.
 */
export interface Why {
  reason?: string;
  retryFrom?: string;
  message?: string;
  hint?: string;
}

/** What happened and what to do, in a sentence; empty where the outcome says it all. */
export function whyInWords({ reason, retryFrom, message, hint }: Why): string {
  if (message) return hint ? `${message} → ${hint}` : message;
  if (!reason) return '';
  const words = reasonInWords(reason, retryFrom || undefined);
  return hint ? `${words}; ${hint}` : words;
}

const DATA = {
  'signed-out-before': 'was not asked: the phone was signed out already',
  'to-be-kept': 'to be kept',
  'to-be-removed': 'to be removed',
  kept: 'kept',
  removed: 'removed',
  unsynced: 'was not asked; what was not in the cloud is gone',
  'nothing-synced': 'was not asked: nothing was synced',
} as const;
export type DataWord = keyof typeof DATA;

/**
 * What became of the synced data. Only what the phone was answered counts: one with nothing synced does not ask.
 */
export function dataWord(outcome: string, data: string, answer: DataAnswer | '' | undefined): DataWord {
  if (outcome === 'already-signed-out') return 'signed-out-before';
  if (outcome !== 'signed-out') return data === 'keep' ? 'to-be-kept' : 'to-be-removed';
  if (answer === 'keep') return 'kept';
  if (answer === 'delete') return 'removed';
  return answer === 'unsynced' ? 'unsynced' : 'nothing-synced';
}

/** The same in English. */
export const dataInWords = (...of: Parameters<typeof dataWord>): string => DATA[dataWord(...of)];

export type Tone = 'good' | 'fair' | 'bad';

const ENDS: Record<RecoveryResult['outcome'], readonly [words: string, tone: Tone]> = {
  'signed-out': ['signed out', 'good'],
  'already-signed-out': ['was signed out already', 'good'],
  changed: ['password changed', 'good'],
  unclear: ['old password or new one: unclear', 'fair'],
  cancelled: ['cancelled', 'fair'],
  refused: ['refused', 'bad'],
  'needs-person': ['needs a person', 'fair'],
  error: ['failed', 'bad'],
};

/** What jobs can end with besides. */
const OF_JOBS: Readonly<Record<string, readonly [words: string, tone: Tone]>> = {
  skipped: ['skipped, as BEFORE_URL says', 'fair'],
  'finished-by-hand': ['finished by hand', 'good'],
  'cleared-by-owner': ['cleared by its owner', 'fair'],
  'return-to-sender': ['to be returned to its sender', 'fair'],
};

/** Every outcome that has words. */
export const outcomeNames: readonly string[] = [...Object.keys(ENDS), ...Object.keys(OF_JOBS)];

/** The outcome alone in a few words, also one that is none of a run's. */
export function outcomeInWords(outcome: string): readonly [words: string, tone: Tone] {
  return (
    ({ ...OF_JOBS, ...ENDS } as typeof OF_JOBS)[outcome] ?? [
      isState(outcome) ? stateInWords(outcome) : outcome.replaceAll('-', ' '),
      'fair',
    ]
  );
}

/** How a run ended, in a few words. */
export function endInWords(run: RunResult | RecoveryResult): readonly [words: string, tone: Tone] {
  const newPassword = 'newPassword' in run ? run.newPassword : undefined;
  if (run.outcome === 'changed' && newPassword === 'unconfirmed')
    return ['password changed, as the page says; not proved', 'fair'];
  if (run.outcome !== 'changed' && run.outcome !== 'signed-out' && newPassword === 'confirmed')
    return ['password changed, not signed out', 'fair'];
  return outcomeInWords(run.outcome);
}

/** What became of a new password, and what to do now; undefined where there is none. */
export function passwordInWords({ outcome, newPassword, savedTo }: RecoveryResult): string | undefined {
  if (savedTo === '' || newPassword === 'rejected' || newPassword === 'not submitted') return undefined;
  const where =
    savedTo === 'store'
      ? "in the store → 'mi-unbind passwords --save-to FILE' writes it to a file"
      : `in ${savedTo}`;
  if (newPassword === 'unconfirmed')
    return `the new password is unconfirmed: sign in with it once; if it is not taken, the old one still holds. It is ${where}`;
  return `the new password is ${where}${outcome === 'signed-out' || outcome === 'changed' ? '' : '\n  → the same command once more signs the phone out with it, without another code'}`;
}
