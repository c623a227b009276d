import { NoAccountError } from '../errors.ts';
import { changePassword } from '../flows/change-password.ts';
import { LOST } from '../flows/outcome.ts';
import type { RecoveryOutcome } from '../flows/recovery.ts';
import { smsPhone } from './attached.ts';
import { runOnPhone } from './phone-run.ts';
import { proven } from './proof.ts';
import { openRecovery, report, toolsOf, type RecoveryRequest, type RecoveryRun } from './recovery.ts';
import type { RunContext, Station } from './station.ts';

export interface ChangeRequest extends RecoveryRequest {
  serial: string;
  /** As the account's site knows it, where it is known. */
  account?: string | undefined;
  /** The new password is proved by a sign-in on the account's site, where that can be done. */
  prove: boolean;
}

/** Changes the password on the phone. */
export async function runChangePassword(
  station: Station,
  request: ChangeRequest,
  context: RunContext,
): Promise<RecoveryRun> {
  const { serial, account, prove } = request;
  const phone = await smsPhone(station, request);
  await using recovery = await openRecovery(station, request, { ...context, serial, account, phone });
  const run = await runOnPhone<RecoveryOutcome>(station, {
    ...context,
    serial,
    evidence: request.evidence,
    hide: [request.newPassword],
    lost: LOST,
    known: ({ accounts }) => {
      const stop = recovery.guard.inList(accounts);
      if (accounts.length === 0) throw new NoAccountError(serial);
      return stop;
    },
    flow: async (session, journal, { accounts: [onPhone = ''] }, stillOurs) => {
      const tools = toolsOf(recovery, journal, stillOurs);
      const outcome = await changePassword(session, { ...request, account: onPhone }, tools);
      return prove ? proven(outcome, recovery, tools) : outcome;
    },
  });
  return await report(recovery, { ...run, serial });
}
