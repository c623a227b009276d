import type { Fact } from '../events.ts';
import { endSubmissions, hasSubmitted, type OfJob } from '../store/submissions.ts';
import type { Station } from './station.ts';
import { hasStore } from './store.ts';

interface Ending {
  serial: string;
  /** It has submitted a password. */
  submitted: boolean;
  job?: OfJob | undefined;
}

/** For the result of a run that found the phone signed out, by what an earlier attempt of its own did. */
export const SIGNED_OUT_BY: Fact = {
  name: 'Signed out by',
  value: 'the password that an earlier attempt submitted before it broke off',
};

/**
 * How a run ended, as far as the ledger knows more than the phone: one that is signed out already was signed
 * out by the password that the same job, or a command that broke off, has submitted on it. Of an outcome, the
 * submissions on the phone are over. A phone that is signed out is signed out, whatever the store says.
 */
export async function byLedger<O extends { kind: string }>(
  { settings, store }: Pick<Station, 'settings' | 'store'>,
  outcome: O | undefined,
  { serial, submitted, job }: Ending,
): Promise<{ outcome: O | undefined; isOwn: boolean }> {
  const isOut = outcome?.kind === 'already-signed-out';
  // A store is not made for a phone on which there is nothing to do.
  if (!outcome || !(isOut || submitted) || !(job !== undefined || hasStore(settings)))
    return { outcome, isOwn: false };
  try {
    const { pool } = await store();
    const isOwn = isOut && (await hasSubmitted(pool, serial, job));
    if (isOwn || submitted) await endSubmissions(pool, serial);
    return { outcome: isOwn ? ({ kind: 'signed-out' } as O) : outcome, isOwn };
  } catch {
    return { outcome, isOwn: false };
  }
}
