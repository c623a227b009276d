/**
 * What is known of the lock that Xiaomi's server keeps for one phone: a phone with the lock on asks for its owner's
 * account after a reset. `unknown` is never taken for `off`.
 */
export interface LockStatus {
  /** 15 digits. */
  imei: string;
  state: 'on' | 'off' | 'unknown';
  /** The owner has reported the phone as lost. Missing: the source does not say. */
  lost?: boolean;
  /** ISO time of the answer. */
  at: string;
  /** Which provider answered: `xiaomi`, or the host of a bought service. */
  source: string;
  /** For people: why the state is unknown. Missing: it is known. */
  why?: string;
}

/** What one request brought. */
export interface LockAnswer {
  state: LockStatus['state'];
  lost?: boolean;
  why?: string;
  /** The source asks for less or for a person: `refused` slows the requests down, `captcha` ends them for a day. */
  refusal?: 'refused' | 'captcha';
}

/** Answers that tell no state, each in one sentence. */
export const unknown = (why: string, refusal?: LockAnswer['refusal']): LockAnswer => ({
  state: 'unknown',
  why,
  ...(refusal && { refusal }),
});
