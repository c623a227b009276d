import { existsSync } from 'node:fs';
import type { Settings } from '../config/config.ts';
import { type Budget, PostgresLedger, type Ledger, type LedgerOptions } from '../store/ledger.ts';
import { rememberNames } from '../store/alike.ts';
import { paths } from '../store/postmaster.ts';
import type { Store } from '../store/store.ts';

/**
 * How often a password may be submitted for one account in 24 hours, over all runs. A third wrong one brings
 * a captcha, or worse.
 */
const PASSWORD_BUDGET = 2;

export function ledgerIn(
  { pool, seal }: Store,
  settings: Settings,
  whose: Pick<LedgerOptions, 'job' | 'names' | 'another'> = {},
): Ledger {
  const budget: Budget = { 'code-requested': settings.codeBudget, 'password-submitted': PASSWORD_BUDGET };
  return new PostgresLedger(pool, seal, { budget, ...whose });
}

/** How often a password was submitted for an account in 24 hours, and how often it may be. */
export async function passwordCost(
  store: Store,
  settings: Settings,
  account: string,
): Promise<{ used: number; most: number }> {
  return {
    used: await ledgerIn(store, settings).count(account, 'password-submitted'),
    most: PASSWORD_BUDGET,
  };
}

/**
 * Remembers names of one account. What a run has done is worth more than that, so a store that does not take
 * it is passed over.
 */
export async function learn(store: () => Promise<Store>, names: readonly string[]): Promise<void> {
  if (names.length < 2) return;
  await store()
    .then(({ pool, seal }) => rememberNames(pool, seal, names))
    .catch(() => undefined);
}

/** Whether there is a store already. None is made for a phone on which there is nothing to do. */
export function hasStore({ databaseUrl, dataDir }: Settings): boolean {
  return databaseUrl !== undefined || existsSync(paths(dataDir).data);
}
