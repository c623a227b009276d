import { masked } from '../codes/addresses.ts';
import type { Settings } from '../config/config.ts';
import type { Fact } from '../events.ts';
import { GOOGLE, type OtherAccount } from '../phone/account.ts';

/** Kinds that people know by a name. */
const KNOWN: Readonly<Record<string, string>> = { [GOOGLE]: 'Google', 'com.whatsapp': 'WhatsApp' };
const REMOVE = 'in Settings, Google (or Accounts & sync): remove it before the phone is reset';
const LOCKS =
  'a Google account is still on the phone: after a reset the phone locks itself until that account signs in';

const GOOGLE_LEFT = { kind: 'needs-person', reason: 'google-account' } as const;

/** What a result says of accounts of other kinds, and how the run ends with them. */
export interface AccountsLeft<O> {
  outcome: O | typeof GOOGLE_LEFT | undefined;
  facts: Fact[];
  warnings: string[];
}

/**
 * Of accounts of other kinds on a phone whose Mi Account is gone. Names are masked. A Google account makes
 * the phone lock itself after a reset (factory reset protection): with `requireNoGoogle` such a phone is for
 * a person.
 */
export function accountsLeft<O extends { kind: string }>(
  outcome: O | undefined,
  { others = [] }: { others?: readonly OtherAccount[] } = {},
  { requireNoGoogle }: Pick<Settings, 'requireNoGoogle'>,
): AccountsLeft<O> {
  const isOut = outcome?.kind === 'signed-out' || outcome?.kind === 'already-signed-out';
  if (!isOut || others.length === 0) return { outcome, facts: [], warnings: [] };
  const value = others.map(({ type, name }) => `${KNOWN[type] ?? type} (${hidden(name)})`).join(', ');
  const fact = { name: 'Other accounts', value };
  if (!others.some(({ type }) => type === GOOGLE)) return { outcome, facts: [fact], warnings: [] };
  return {
    outcome: requireNoGoogle ? GOOGLE_LEFT : outcome,
    facts: [{ ...fact, todo: REMOVE }],
    warnings: [`${LOCKS} → ${REMOVE}`],
  };
}

/** Apps name accounts as they like, after their owner too: one letter is enough to tell two apart. */
function hidden(name: string): string {
  const plain = name.replace(/\s+/g, ' ').trim();
  return plain.includes('@') ? masked(plain) : `${[...plain][0] ?? ''}***`;
}
