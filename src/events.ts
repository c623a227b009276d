import type { AccountCheck } from './account/match.ts';

/** What a run tells while it goes; one line of `timeline.jsonl` each. Appended and read, never answered. */
export type RunEvent =
  /**
   * A page came into view. `drawn`: the phone gave no picture of it (a page marked secure), and the screenshot is
   * drawn from the page source. Without a screenshot not even that was possible.
   */
  | {
      at: string;
      kind: 'page';
      page: string;
      package: string;
      screenshot?: string;
      drawn?: true;
      source: string;
    }
  /** Something is about to be done on it. */
  | { at: string; kind: 'step' | 'password-submitted'; what: string }
  /** Something was not found in the first of its ways. */
  | { at: string; kind: 'drift'; what: string; drift: Drift };

/** Gets the events of a run as they are written, each with the folder of the run's evidence where it has one. */
export type OnRunEvent = (event: RunEvent, evidence?: string) => void;

/** What a page has that differs from what its page object expects, though the run went on. */
export interface Drift {
  /** As the page object is called, e.g. `password dialog`. */
  page: string;
  /** The thing on it, e.g. `confirm`; `landmark` for the page itself. */
  locator: string;
  /** The first way to find it, e.g. `id com.xiaomi.account:id/logout_btn`. */
  wanted: string;
  /** The way that led to it, e.g. `label com.xiaomi.account:string/logout_account`. */
  found: string;
  /** What to change, in a sentence. */
  advice: string;
}

/**
 * Something a run has found out or leaves behind, for its page and its record: e.g. which account was
 * compared with the list's.
 */
export interface Fact {
  /** A few words, e.g. `Account compared`. */
  name: string;
  /** No secrets, and no account in clear. */
  value: string;
  /** What a person still has to do about it. On the record it is a box to tick. */
  todo?: string;
}

/** What Xiaomi's server said of a phone's lock, all its IMEIs together. */
export interface LockSeen {
  state: 'on' | 'off' | 'unknown';
  /** The owner has reported it as lost. Missing: the source does not say. */
  lost?: boolean;
  /** ISO time. */
  at: string;
  /** For people: why it is unknown. */
  why?: string;
}

/**
 * What the phone was answered about the synced data, in the words of the step. A phone that has nothing synced does
 * not ask.
 */
export const DATA_STEPS = {
  keep: 'keep the synced data',
  delete: 'remove the synced data',
  unsynced: 'go on with unsynced items',
} as const;
export type DataAnswer = keyof typeof DATA_STEPS;

/** The last such answer of a run; `unsynced`: it was asked only whether what is not in the cloud may go. */
export function dataAnswerIn(events: readonly RunEvent[]): DataAnswer | undefined {
  const said = events.flatMap((event) => (event.kind === 'step' ? event.what : []));
  const last = said.findLast((what) => what === DATA_STEPS.keep || what === DATA_STEPS.delete);
  if (last !== undefined) return last === DATA_STEPS.keep ? 'keep' : 'delete';
  return said.includes(DATA_STEPS.unsynced) ? 'unsynced' : undefined;
}

/**
 * How any run ended, as `--json` prints it and `result.json` holds it. Scripts rely on these names. What is
 * not known is empty.
 */
interface RunEnd {
  /** The phone; empty for a browser on the host. */
  serial: string;
  /** As its maker sells it, e.g. `2201117TG`. */
  model: string;
  release: string;
  region: string;
  language: string;
  /** The account on the phone, masked. */
  account: string;
  /** Whether that is the account that was named. */
  accountCheck: AccountCheck;
  reason?: string;
  /** ISO date before which another try is useless. */
  retryFrom?: string;
  /** The password the account had, or a new one, was submitted on the phone to sign it out. */
  passwordSubmitted: boolean;
  durationMs: number;
  /** The evidence folder; empty when nothing was done on the phone. */
  evidence: string;
  /** Where the phone's pages differ from what is expected; each once. */
  drift: Drift[];
  /** What a person should see to on the phone before it is used again. */
  warnings: string[];
  message?: string;
  hint?: string;
  /** What the phone was answered about the synced data; missing: it did not ask. */
  dataAnswer?: DataAnswer;
  facts?: Fact[];
  /** Of the lock at Xiaomi before the run; missing where it was not asked. */
  lock?: LockSeen;
}

/** A sign-out. */
export interface RunResult extends RunEnd {
  /** How it ended, or `error` when the run ended without an outcome; `reason` is then the error's code. */
  outcome: 'signed-out' | 'already-signed-out' | 'cancelled' | 'refused' | 'needs-person' | 'error';
  data: string;
  via: string;
}

/** A change or reset of the password, or a recovery: that and a sign-out. */
export interface RecoveryResult extends RunEnd {
  /** `unclear`: the account has the new password or the one before. */
  outcome: RunResult['outcome'] | 'changed' | 'unclear';
  /**
   * What said that the password is the new one: a message of the page, a sign-in on the account's site, a
   * sign-out.
   */
  proof?: string;
  by: string;
  codeSource: string;
  codeRequested: boolean;
  /** How many. The service may want a second code after the first. */
  codesRequested: number;
  newPassword: 'not submitted' | 'unconfirmed' | 'confirmed' | 'rejected';
  /** The file it was written to, or `store`; empty while there is none. */
  savedTo: string;
}
