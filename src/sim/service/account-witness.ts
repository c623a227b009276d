import type { Purpose } from './account-codes.ts';

/** What the account service saw, in order. Never a password, code or captcha. */
export interface WitnessEntry {
  at: number;
  kind:
    | 'password'
    | 'captcha'
    | 'code'
    | 'code-sent'
    | 'code-refused'
    | 'code-lost'
    | 'code-checked'
    | 'password-changed'
    | 'password-refused'
    | 'find-device-off'
    | 'find-device-locked'
    | 'device-unbound'
    | 'signed-out'
    | 'signed-in';
  account: string;
  /** The phone's ro.serialno; empty for the web. */
  serial: string;
  right?: boolean;
  /** With `signed-out`: what became of the data on the phone. */
  data?: 'kept' | 'removed';
  /** How a code is sent, or where a password is changed. */
  by?: 'phone' | 'email' | 'web';
  purpose?: Purpose;
  /** Why a code was not sent or not taken, or a password not changed. */
  reason?: string;
}
