/** How an outcome is said: `refused (wrong-password, not before 2026-12-03)`. */
const inWords = ({ kind, reason, retryFrom, proof }: ExpectedOutcome): string => {
  const more = [reason, retryFrom && `not before ${retryFrom}`, proof && `proved by ${proof}`].filter(
    Boolean,
  );
  return more.length > 0 ? `${kind} (${more.join(', ')})` : kind;
};

export interface ExpectedOutcome {
  kind: string;
  reason?: string;
  retryFrom?: string;
  proof?: string;
}

/** Fails a test in one sentence, with the path of what the phone showed, unless it ended so. */
export function assertOutcome(
  { outcome, evidence }: { outcome: ExpectedOutcome; evidence: string },
  wanted: ExpectedOutcome,
): void {
  const names = Object.keys(wanted) as (keyof ExpectedOutcome)[];
  if (names.every((name) => outcome[name] === wanted[name])) return;
  const error = new Error(
    `The phone ended as ${inWords(outcome)}, and ${inWords(wanted)} was expected. What it showed: ${evidence}/index.html`,
  );
  // The sentence says it all; the frames are ours.
  error.stack = error.message;
  throw error;
}
