/**
 * Password of every account in the specs. After the run it must stand in nothing that was written or printed.
 */
export const CANARY = 'Kanarie-7Qx!fink';
