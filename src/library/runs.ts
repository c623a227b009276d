import { MiUnbindError, UsageError } from '../errors.ts';
import { secretFault } from '../config/secret-text.ts';
import { runChangePassword } from '../runs/change-password.ts';
import { orderedAccount, orderedContact, orderedPassword } from '../runs/ordered.ts';
import { runRecover } from '../runs/recover.ts';
import type { RecoveryRequest } from '../runs/recovery.ts';
import { runResetPassword } from '../runs/reset-password.ts';
import { runSignOut } from '../runs/sign-out.ts';
import type { RunContext, Station } from '../runs/station.ts';
import type { Secret } from '../secret.ts';
import type {
  ChangePasswordOrder,
  RecoverOrder,
  RecoveryEnd,
  ResetPasswordOrder,
  SignOutEnd,
  SignOutOrder,
} from './orders.ts';
import { stationOf, type StationHandle } from './station.ts';
import { wellFormed } from './well-formed.ts';

/** Signs one attached phone out. Throws a MiUnbindError where there is no outcome: see its `hint`. */
export async function signOut(handle: StationHandle, order: SignOutOrder): Promise<SignOutEnd> {
  wellFormed('signOut', order);
  const { station, account } = ordered(handle, order);
  const { serial, data, via = 'intent', password, anotherAccount: another } = order;
  const request = { serial, account, another, data, via, evidence: evidenceOf(station, order) };
  return endOf(
    await runSignOut(
      station,
      { ...request, ...(password && { password: whole(password) }) },
      contextOf(order),
    ),
  );
}

/** Changes a forgotten password on the phone itself. */
export async function changePassword(
  handle: StationHandle,
  order: ChangePasswordOrder,
): Promise<RecoveryEnd> {
  wellFormed('changePassword', order);
  const { station, account } = ordered(handle, order);
  const { serial, prove = true } = order;
  const common = { ...recoveryOf(station, order, account ? [account] : []), unproved: !prove };
  return endOf(await runChangePassword(station, { ...common, serial, account, prove }, contextOf(order)));
}

/** Resets a forgotten password on account.xiaomi.com, in a browser. */
export async function resetPassword(handle: StationHandle, order: ResetPasswordOrder): Promise<RecoveryEnd> {
  wellFormed('resetPassword', order);
  const station = stationOf(handle);
  const { account, browser = 'host', language = 'en_US', headed = false } = order;
  if (account.trim() === '')
    throw new UsageError('The account is empty.', 'give its e-mail address, telephone number or Mi id');
  const common = recoveryOf(station, order, [account]);
  return endOf(
    await runResetPassword(station, { ...common, account, browser, language, headed }, contextOf(order)),
  );
}

/** Changes a forgotten password, on the phone or else by web, and signs the phone out with the new one. */
export async function recover(handle: StationHandle, order: RecoverOrder): Promise<RecoveryEnd> {
  wellFormed('recover', order);
  const { station, account } = ordered(handle, order);
  const { serial, data, web = true, headed = false } = order;
  const common = recoveryOf(station, order, account ? [account] : []);
  return endOf(
    await runRecover(station, { ...common, serial, data, account, web, headed }, contextOf(order)),
  );
}

interface Wishes {
  serial: string;
  account?: string;
  strictAccount?: boolean;
  keepHelpers?: boolean;
}

/** The station with what the order changes of its settings. It shares what it has opened. */
function ordered(
  handle: StationHandle,
  { serial, keepHelpers, ...wish }: Wishes,
): { station: Station; account: string | undefined } {
  if (serial.trim() === '') throw new UsageError('The serial is empty.', "see 'mi-unbind phones'");
  const station = stationOf(handle);
  const { settings, account } = orderedAccount(wish, station.settings);
  return {
    station: { ...station, settings: keepHelpers ? { ...settings, keepHelpers } : settings },
    account,
  };
}

function recoveryOf(
  station: Station,
  order: ChangePasswordOrder | ResetPasswordOrder | RecoverOrder,
  names: readonly string[],
): RecoveryRequest {
  const { codeSource, by, newPassword, saveTo, anotherAccount: another } = order;
  const contact = orderedContact(by, order.contact);
  return {
    ...{ codeSource, by, contact, another, unproved: false, evidence: evidenceOf(station, order) },
    newPassword: orderedPassword(newPassword && whole(newPassword), [...names, contact]),
    ...(saveTo === undefined ? {} : { saveTo }),
  };
}

const evidenceOf = ({ settings }: Station, { evidence = settings.evidenceDir }: { evidence?: string }) =>
  evidence;

/** Refused where it was spoilt on its way: a wrong one costs a try. */
function whole(secret: Secret): Secret {
  const fault = secretFault(secret.reveal());
  if (fault !== undefined) throw new UsageError(`The password ${fault}.`, 'nothing was tried with it');
  return secret;
}

const contextOf = ({
  signal = new AbortController().signal,
  onEvent = () => undefined,
}: Partial<RunContext>): RunContext => ({ signal, onEvent });

function endOf<R extends { outcome: string; evidence: string }>(run: {
  result: R;
  error?: unknown;
}): R & { outcome: Exclude<R['outcome'], 'error'> } {
  const { result, error } = run;
  if (result.outcome !== 'error') return result as R & { outcome: Exclude<R['outcome'], 'error'> };
  // Where the run has left what it saw, for the reader of the error.
  if (error instanceof MiUnbindError && result.evidence)
    throw Object.assign(error, { evidence: [...error.evidence, result.evidence] });
  throw error;
}
