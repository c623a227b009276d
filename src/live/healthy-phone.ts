import type { Finding } from '../phone/doctor/finding.ts';
import type { PhoneSpec } from '../sim/spec.ts';

/** A phone in which the doctor finds nothing. */
export const HEALTHY: PhoneSpec = {
  pace: 'instant',
  helpers: 'current',
  account: {
    id: '6230001535',
    password: 'right',
    phone: '+359888001535',
    codeLimit: 0,
    passwordChangedDaysAgo: 0,
  },
};

/** What is not in order, as `check: verdict`. */
export const troubles = (findings: readonly Finding[]) =>
  findings.flatMap(({ check, verdict }) => (verdict === 'ok' ? [] : [`${check}: ${verdict}`]));
