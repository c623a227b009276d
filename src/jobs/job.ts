import type { AccountCheck } from '../account/match.ts';
import type { DataAnswer, Drift, Fact, LockSeen, OnRunEvent } from '../events.ts';
import type { Secret } from '../secret.ts';

/** What a list asks for one phone. */
export interface Order {
  /**
   * The phone: its serial, or its IMEIs (15 digits), which are looked up when a phone is plugged in; either
   * finds it.
   */
  phone: { serial: string } | { imei: string; imei2?: string };
  /** The account as the list names it: its id, e-mail address or telephone number. */
  account: string;
  /** What becomes of synced data on the phone. */
  data: 'keep' | 'delete';
  ifForgotten: 'stop' | 'recover';
  /** With `recover`: where the code is read from, how it is sent and to whom. */
  codeSource?: string;
  by?: 'phone' | 'email';
  contact?: string;
  /**
   * It is another account than those that phones show in the same way: what was done for them does not count
   * for it.
   */
  anotherAccount?: true;
  /** The lab's own number of the order; empty where it has none. */
  reference: string;
  /** Whom letters about a locked phone go to. */
  ownerEmail?: string;
  /** The language of those letters, e.g. `bg`. Missing: English. */
  ownerLanguage?: string;
  /** What the list says of the owner's consent, in the lab's words; empty where it says nothing. */
  ownerConsent: string;
  /** ISO time at which account, contact and consent were removed from it. It cannot begin again. */
  forgotten?: string;
}

/** An order with the password, as a list brings it. Missing: none is known. */
export interface ListedOrder {
  order: Order;
  password?: Secret;
  /** Row of the list, counted as a spreadsheet does: the heading is row 1. */
  row: number;
}

/**
 * `waiting`: for its phone, for a station, or for `notBefore`. `parked`: nothing more happens by itself;
 * a person decides. `needs-person`: a person is to finish it. `held`: waits until a person lets it go on, its owner
 * clears the phone, or its code source works again. `unrecorded`: it has ended, and its record is not written
 * yet; what follows then is in the store.
 */
export type JobState =
  'waiting' | 'running' | 'unrecorded' | 'done' | 'parked' | 'needs-person' | 'held' | 'cancelled';

/**
 * Why a job is held. `lost`: its owner has reported the phone as lost; it is returned, and nothing else. `lock-on`: the
 * server has it locked. `owner-asked`: its owner was written to. `by-hand`: a person has said so.
 */
export type HoldReason = 'lost' | 'lock-on' | 'owner-asked' | 'by-hand';

export interface JobHold {
  reason: HoldReason;
  /** ISO time. */
  since: string;
  /** ISO time after which the phone goes back. Missing: it has no end. */
  until?: string;
}

export interface Job {
  /** Of the database; shown to people. */
  id: string;
  /** The list it came with. */
  batch: string;
  order: Order;
  state: JobState;
  /** How often a station has begun it. */
  attempts: number;
  /**
   * From 1. In one round a password is submitted once, a code asked for once, a new password set once,
   * whatever breaks off. Another begins when a person says so, or when an end tells that there is something
   * new to try: the lock is over, the password is to be recovered.
   */
  round: number;
  /** ISO time before which it is not begun. */
  notBefore?: string;
  /** Missing: it is not held, or waits for its code source or for what BEFORE_URL said. */
  hold?: JobHold;
  /** Letters to its owner, oldest first. Missing: there is none. */
  letters?: { day: string; kind: 'first' | 'reminder'; state: 'sent' | 'sending'; at: string }[];
  /** What Xiaomi's server has said of the lock since the sign-out. `isOver`: it is asked no more. */
  lockAfter?: LockSeen & { isOver: boolean };
  /** The list's password was refused, and the account's is to be changed. */
  recovering: boolean;
  /** The station that works on it or did last; empty before. */
  station: string;
  /** The serial of the phone it ran on, once it has. */
  serial: string;
  /** How its last attempt ended. */
  end?: JobEnd;
  createdAt: string;
  startedAt?: string;
  endedAt?: string;
}

/** Who sends a letter has so long, ms. After it a person decides whether it went out. */
const SENDING = 5 * 60_000;

/** Of a letter that was begun and is not known to have gone out. */
export const isInDoubt = ({ letters = [] }: Pick<Job, 'letters'>, now: number): boolean =>
  letters.some(({ state, at }) => state === 'sending' && now - Date.parse(at) > SENDING);

/** How one attempt ended: what is kept of it, without secrets. */
export interface JobEnd {
  /**
   * As of a sign-out or a recovery (`events.ts`), or `error` with the error's code as `reason`; `skipped`
   * when the lab's hook said so.
   */
  outcome: string;
  reason?: string;
  /** ISO date or time before which another try is useless. */
  retryFrom?: string;
  message?: string;
  hint?: string;
  /** ISO time from which on the phone's own account list says that it is signed out. */
  verifiedAt?: string;
  /** Who says that it is finished, where it was no station. */
  finishedBy?: string;
  model: string;
  release: string;
  region: string;
  language: string;
  /** Empty where the phone does not tell. */
  imei: string;
  /** Of a phone with two. */
  imei2?: string;
  /** What the phone calls the account, masked. */
  account: string;
  /** Whether that is the one of the list. Missing where the phone was not asked. */
  accountCheck?: AccountCheck;
  passwordSubmitted: boolean;
  codeRequested: boolean;
  durationMs: number;
  /** Folder of the attempt's evidence; empty when nothing was done on the phone. */
  evidence: string;
  drift: Drift[];
  /** See RunResult. */
  dataAnswer?: DataAnswer;
  facts?: Fact[];
  /** See RunResult. */
  lock?: LockSeen;
  /** It is held from now on, whatever else would follow. */
  hold?: Omit<JobHold, 'since'>;
}

/** A job in a station's hands. */
export interface ClaimedJob extends Job {
  password?: Secret;
}

/**
 * Does one attempt on the phone it is claimed for. Never throws but for the signal: an error is an end too.
 * What must not happen twice is in the ledger under the job's id before it happens, so an attempt after a
 * crash looks at the phone first and repeats none of it.
 */
export type Perform = (
  job: ClaimedJob,
  serial: string,
  during: {
    signal: AbortSignal;
    onEvent: OnRunEvent;
    /**
     * To be asked before each thing done to phone or account. Rejects where the job is no longer this
     * station's.
     */
    stillOurs: () => Promise<void>;
  },
) => Promise<JobEnd>;

/** What follows an end. One pure table (`next.ts`) decides it. */
export type Next =
  | { then: 'done' }
  /**
   * `at`: ISO time of the next attempt. `round`: it begins another one, with the list's password or without.
   */
  | { then: 'again'; at: string; round?: 'same-password' | 'without-password' }
  | { then: 'parked' }
  | { then: 'needs-person' }
  /** All jobs of this code source wait until it works again. */
  | { then: 'hold-source'; source: string }
  | ({ then: 'held' } & Omit<JobHold, 'since'>)
  | { then: 'cancelled' };
