import type { JobEnd } from './job.ts';

/** The end of a job of which nothing was begun on the phone. */
export function nothingDone(outcome: string, reason?: string, message?: string): JobEnd {
  return {
    outcome,
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
    ...{ model: '', release: '', region: '', language: '', imei: '', account: '' },
    ...{ passwordSubmitted: false, codeRequested: false, durationMs: 0, evidence: '', drift: [] },
  };
}
