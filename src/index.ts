/** mi-unbind for other programs: sign phones out of their Mi Account, and recover passwords that were forgotten. */
export {
  openStation,
  type StationChoices,
  type StationHandle,
  type StationQuestion,
} from './library/station.ts';
export { changePassword, recover, resetPassword, signOut } from './library/runs.ts';
export type {
  ChangePasswordOrder,
  RecoverOrder,
  RecoveryEnd,
  ResetPasswordOrder,
  SignOutEnd,
  SignOutOrder,
} from './library/orders.ts';
export type { Drift, Fact, RecoveryResult, RunEvent, RunResult } from './events.ts';
export { formatError, MiUnbindError } from './errors.ts';
export { Secret } from './secret.ts';
