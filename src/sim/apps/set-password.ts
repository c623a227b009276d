import { Unreachable, type Os } from './page.ts';

/** What the service says to a new password, or what was wrong with the line. */
export type ChangeAnswer = ReturnType<Os['service']['changePassword']>['kind'] | Unreachable['reason'];

/** Hands the new password to the service. Two faults lose the question or the answer on its way. */
export async function setPassword(os: Os, newPassword: string): Promise<ChangeAnswer> {
  const { faults } = os.spec;
  os.record('new-password-submitted');
  try {
    const answer = await os.ask('new password', (service) => {
      if (faults.includes('drop-request-set-password')) throw new Unreachable('network');
      const change = {
        account: os.account?.id ?? '',
        newPassword,
        serial: os.serialno,
        at: os.now(),
        by: 'phone',
      } as const;
      const { kind } = service.changePassword(change);
      if (faults.includes('drop-answer-set-password')) throw new Unreachable('network');
      return kind;
    });
    if (answer === 'changed') os.record('password-changed');
    return answer;
  } catch (error) {
    if (error instanceof Unreachable) return error.reason;
    throw error;
  }
}
