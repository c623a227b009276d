import fc from 'fast-check';
import { judge, type PropertyName } from './judge.ts';
import { cases } from './phones.ts';
import { trial, type Case } from './trial.ts';

/** A counterexample, as small as it became. */
export interface Counterexample {
  broken: PropertyName[];
  case: Case;
}

export interface ChunkResult {
  /** Phones that were tried before the first counterexample. */
  tried: number;
  /** How often each end came. */
  ends: Record<string, number>;
  found: Counterexample | undefined;
}

/**
 * Tries random phones. What is found is shrunk: keys are taken away as long as the same promise stays broken.
 * The same seed makes the same phones.
 */
export async function tryPhones(seed: number, phones: number): Promise<ChunkResult> {
  const ends: Record<string, number> = {};
  let first: PropertyName | undefined;
  const property = fc.asyncProperty(cases, async (one) => {
    const ended = await trial(one);
    const broken = judge(one, ended);
    if (first === undefined) {
      const { outcome } = ended;
      const end = outcome
        ? [outcome.kind, 'reason' in outcome ? outcome.reason : ''].filter(Boolean).join(': ')
        : 'error';
      ends[end] = (ends[end] ?? 0) + 1;
      first = broken[0];
    }
    return first === undefined || !broken.includes(first);
  });
  const { counterexample, numRuns } = await fc.check(property, { seed, numRuns: phones });
  const [one] = counterexample ?? [];
  if (one === undefined) return { tried: numRuns, ends, found: undefined };
  return { tried: numRuns, ends, found: { broken: judge(one, await trial(one)), case: one } };
}
