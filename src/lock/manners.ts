/** One request that was made, and what came of it. */
export interface PastRequest {
  /** Milliseconds since the epoch. */
  at: number;
  refusal?: 'refused' | 'captcha' | undefined;
}

export interface Manners {
  /** Least time between two requests, ms. */
  intervalMs: number;
  /** Requests in 24 hours. */
  budget: number;
}

export const DAY = 24 * 60 * 60_000;
const LONGEST_PAUSE = 15 * 60_000;
/** Refusals one after the other, after which nothing is asked for an hour. */
const BREAKER = 5;
const BROKEN = 60 * 60_000;

/** `until`: ms since the epoch; nothing is asked before. `why`: for people. */
export interface NotNow {
  until: number;
  why: string;
}

/**
 * When the source may be asked next, ms since the epoch, by the requests of the last 24 hours, the newest first; or
 * why not today. `jitter`: 0 to 1; adds up to half an interval, so that requests have no beat.
 */
export function nextRequest(
  past: readonly PastRequest[],
  { intervalMs, budget }: Manners,
  now: number,
  jitter: number,
): number | NotNow {
  const recent = past.filter(({ at }) => at > now - DAY);
  const captcha = recent.find(({ refusal }) => refusal === 'captcha');
  if (captcha)
    return { until: captcha.at + DAY, why: 'it asked for a captcha, so it is left alone for a day' };
  if (recent.length >= budget) {
    const oldest = recent[budget - 1]?.at ?? now;
    return { until: oldest + DAY, why: `the ${budget} requests of 24 hours are used up (LOCK_CHECK_BUDGET)` };
  }
  const [newest] = recent;
  if (!newest) return now;
  const answered = recent.findIndex(({ refusal }) => refusal === undefined);
  const refused = answered < 0 ? recent.length : answered;
  if (refused >= BREAKER && newest.at + BROKEN > now)
    return { until: newest.at + BROKEN, why: `it refused ${refused} requests one after the other` };
  const pause = Math.min(intervalMs * 2 ** refused, Math.max(LONGEST_PAUSE, intervalMs));
  return Math.max(now, newest.at + pause * (1 + jitter / 2));
}
