/** What a run tells while it goes; one line of `timeline.jsonl` each. Appended and read; nobody answers. */
export type RunEvent =
  /** A page came into view. `screenshot` is missing where the phone refused one (a page marked secure). */
  | { at: string; kind: 'page'; page: string; package: string; screenshot?: string; source: string }
  /** Something is about to be done on it. */
  | { at: string; kind: 'step' | 'password-submitted'; what: string };

/** What `--json` prints and `result.json` holds. Scripts rely on these names. What is not known is empty. */
export interface RunResult {
  serial: string;
  release: string;
  region: string;
  language: string;
  /** How the sign-out ended, or `error` when the run ended without an outcome; `reason` is then the error's code. */
  outcome: 'signed-out' | 'already-signed-out' | 'cancelled' | 'refused' | 'needs-person' | 'error';
  reason?: string;
  /** ISO date before which another try is useless. */
  retryFrom?: string;
  data: string;
  via: string;
  passwordSubmitted: boolean;
  durationMs: number;
  /** The evidence folder; empty when nothing was done on the phone. */
  evidence: string;
  message?: string;
  hint?: string;
}
