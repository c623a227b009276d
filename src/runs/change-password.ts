import type { Settings } from '../config/config.ts';
import { NoAccountError } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import { changePassword } from '../flows/change-password.ts';
import type { RecoveryOutcome } from '../flows/recovery.ts';
import { findPhone, runOnPhone } from './phone-run.ts';
import { proven } from './proof.ts';
import { report, toolsOf, withBench, type RecoveryRequest, type RecoveryRun } from './recovery.ts';

/**
 * Changes the password on the phone, and proves it by a sign-in on the account's site where that is wanted
 * and can be done.
 */
export async function runChangePassword(
  serial: string,
  { prove, account }: { prove: boolean; account?: string | undefined },
  request: RecoveryRequest,
  settings: Settings,
  signal: AbortSignal,
  told: (event: RunEvent) => void,
): Promise<RecoveryRun> {
  const phone = request.codeSource === 'phone-sms' ? { phone: await findPhone(serial, settings) } : {};
  return withBench(request, { settings, signal, told, serial, account, ...phone }, async (bench) => {
    const run = await runOnPhone<RecoveryOutcome>({
      ...bench,
      serial,
      evidence: request.evidence,
      hide: [request.newPassword],
      known: ({ accounts }) => {
        const stop = bench.guard.inList(accounts);
        if (accounts.length === 0) throw new NoAccountError(serial);
        return stop;
      },
      flow: async (session, journal, { accounts: [onPhone = ''] }, stillOurs) => {
        const tools = toolsOf(bench, journal, stillOurs);
        const outcome = await changePassword(session, { ...request, account: onPhone }, tools);
        return prove ? proven(outcome, bench, tools) : outcome;
      },
    });
    return report(bench, { ...run, serial });
  });
}
