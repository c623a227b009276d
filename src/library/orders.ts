import type { RecoveryResult, RunEvent, RunResult } from '../events.ts';
import type { Secret } from '../secret.ts';

/** What runs are ordered to do, and how they ended. */

interface Common {
  /** Folder that gets a folder for this run. Missing: the station's. */
  evidence?: string;
  /** Stops the run; it ends with the outcome `cancelled`. */
  signal?: AbortSignal;
  /** Gets each page and each step, as it comes. */
  onEvent?: (event: RunEvent) => void;
}

interface OnPhone extends Common {
  /** As `adb devices` lists it. */
  serial: string;
  /** Its Mi id, e-mail address or telephone number: a phone with another account is left as it is. */
  account?: string;
  /** A phone whose account cannot be compared with that one is left to a person. */
  strictAccount?: boolean;
  /** It is another account than those that phones show in the same way and whose budget is spent. */
  anotherAccount?: boolean;
  /** What the run installs on the phone stays there. */
  keepHelpers?: boolean;
}

interface WithCode {
  /** `imap`, `smtp`, `http-inbox`, `sms-webhook`, `gammu`, `phone-sms` or `person`. */
  codeSource: string;
  /** How the code is sent. */
  by: 'phone' | 'email';
  /** Missing: one is made up, and kept encrypted in the database (`mi-unbind passwords`). */
  newPassword?: Secret;
  /** File for the new password, in place of the database. */
  saveTo?: string;
}

export interface SignOutOrder extends OnPhone {
  /** What becomes of synced data on the phone. `delete` also permanently deletes what is not yet in the cloud. */
  data: 'keep' | 'delete';
  /** Submitted at most once. Missing: the phone's question is cancelled. */
  password?: Secret;
  /** The way to the account page. Missing: `intent`, which opens it directly. */
  via?: 'intent' | 'settings';
}

export interface ChangePasswordOrder extends OnPhone, WithCode {
  /** The number or address the code is sent to. */
  contact: string;
  /** Whether a sign-in on the account's site proves the new password. Missing: yes. */
  prove?: boolean;
}

export interface ResetPasswordOrder extends Common, WithCode {
  /** Its e-mail address, telephone number or Mi id. */
  account: string;
  /** The number or address the code is sent to. */
  contact: string;
  anotherAccount?: boolean;
  /** `host`, or `phone:SERIAL` for the phone's own Chrome. Missing: `host`. */
  browser?: 'host' | `phone:${string}`;
  /** Of the pages. Missing: `en_US`. */
  language?: string;
  /** The browser of this computer is shown. */
  headed?: boolean;
}

export interface RecoverOrder extends OnPhone, WithCode {
  data: 'keep' | 'delete';
  /** The number or address the code is sent to. */
  contact: string;
  /** Whether the site is tried where the phone offers no way. Missing: yes. */
  web?: boolean;
  headed?: boolean;
}

type Ended<R extends { outcome: string }> = R & { outcome: Exclude<R['outcome'], 'error'> };

/** How a sign-out ended. What broke it is thrown. */
export type SignOutEnd = Ended<RunResult>;
/** How a change, a reset or a recovery ended. What broke it is thrown. */
export type RecoveryEnd = Ended<RecoveryResult>;
