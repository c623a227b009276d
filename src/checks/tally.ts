/** One part of the tests. It prints what went wrong, and tells how much passed. */
export type Step = (say: (line: string) => unknown) => Promise<Tally>;

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Why tests were skipped, and how many for each reason. Missing: none was, or no reason was given. */
  why?: Readonly<Record<string, number>>;
  /** What failed, each with its place and its error. */
  faults?: readonly string[];
}

export const none: Tally = { passed: 0, failed: 0, skipped: 0 };

export const isEmpty = ({ passed, failed, skipped }: Tally): boolean => passed + failed + skipped === 0;

export function add(a: Tally, b: Tally): Tally {
  const why: Record<string, number> = { ...a.why };
  for (const [reason, count] of Object.entries(b.why ?? {})) why[reason] = (why[reason] ?? 0) + count;
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    ...(Object.keys(why).length > 0 && { why }),
    ...((a.faults ?? b.faults) && { faults: [...(a.faults ?? []), ...(b.faults ?? [])] }),
  };
}

/** One line for each reason, the most frequent first. */
export function skipsInWords({ why = {} }: Tally): string[] {
  return Object.entries(why)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `skipped ${count}: ${reason}`);
}

export function formatTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * Counts the test cases of one JUnit file. A case counts once, though it may carry both a failure and an
 * error.
 */
export function countJunit(xml: string): Tally {
  const withoutText = xml.replace(/<!\[CDATA\[[^]*?\]\]>/g, '');
  const cases = withoutText.split(/<testcase\b/).slice(1);
  const failed = cases.filter((body) => /<(failure|error)\b/.test(body));
  const skipped = cases.filter((body) => /<skipped\b/.test(body)).length;
  return {
    passed: cases.length - failed.length - skipped,
    failed: failed.length,
    skipped,
    ...(failed.length > 0 && { faults: failed.map((body) => `✖ ${attribute(body, 'name')}`) }),
  };
}

function attribute(element: string, name: string): string {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(element)?.[1] ?? 'a test without a name';
}
