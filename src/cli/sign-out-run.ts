import { systemClock } from '../clock.ts';
import type { Settings } from '../config.ts';
import { MiUnbindError } from '../errors.ts';
import type { RunEvent, RunResult } from '../events.ts';
import { openAccountPage, type Via } from '../flows/entry.ts';
import { exitCode, type Outcome } from '../flows/outcome.ts';
import { signOut, type SignOutInput } from '../flows/sign-out.ts';
import { conclude, runOnPhone } from './phone-run.ts';
import { faultOf } from './sign-out-result.ts';

export interface SignOutRequest extends SignOutInput {
  serial: string;
  via: Via;
  /** Folder that gets a folder for this run. */
  evidence: string;
}

export interface SignOutRun {
  result: RunResult;
  exit: number;
  error?: unknown;
}

/** Signs one attached phone out, from looking for adb to the evidence on disk. Never throws: an error is part of the run. */
export async function runSignOut(
  request: SignOutRequest,
  settings: Settings,
  signal: AbortSignal,
  told: (event: RunEvent) => void,
): Promise<SignOutRun> {
  const { via, data, password } = request;
  const { outcome, error, facts, evidence, durationMs } = await runOnPhone<Outcome>({
    ...request,
    settings,
    signal,
    told,
    hide: password ? [password] : [],
    known: ({ accounts }) => (accounts.length === 0 ? { kind: 'already-signed-out' } : undefined),
    // The account page opens while the session does, and the flow finds it there.
    ...(via === 'intent' ? { opening: openAccountPage } : {}),
    flow: (inHand, journal) => signOut(inHand, request, { via, signal, clock: systemClock, journal }),
  });
  const { kind, ...why } = outcome ?? { kind: undefined };
  const result: RunResult = {
    serial: request.serial,
    release: facts?.release ?? '',
    region: facts?.region ?? '',
    language: facts?.language ?? '',
    ...(kind ? { outcome: kind, ...why } : faultOf(error)),
    data,
    via,
    passwordSubmitted: evidence?.progress.passwordSubmitted ?? false,
    durationMs,
    evidence: evidence?.folder ?? '',
    drift: evidence?.drifts ?? [],
  };
  const exit = outcome ? exitCode(outcome) : error instanceof MiUnbindError ? error.exitCode : 1;
  return conclude({ result, exit, error }, evidence);
}
