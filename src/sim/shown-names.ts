import type { AccountSpec, FullSpec } from './spec.ts';

type Name = FullSpec['shows']['list'];

/** The account under one of its names; by its Mi id where it has no such name. */
export const nameOf = (account: AccountSpec, name: Name): string => account[name] ?? account.id;

/** As `dumpsys account` hides it: three characters in the middle of the whole name, of every kind. */
export function masked(name: string): string {
  const before = Math.max(0, Math.ceil((name.length - 3) / 2));
  return `${name.slice(0, before)}***${name.slice(before + 3)}`;
}

/** The value of the account's row in Settings (acc_user_name): what the owner is called, or the number or address. */
export const rowName = (account: AccountSpec, { shows: { row } }: FullSpec): string =>
  account[row] ?? account.id;

/** `+35988****456` */
export const maskedNumber = (phone: string): string =>
  phone.replace(/\s/g, '').replace(/.{4}(?=.{3}$)/, '****');
/** `iv***v@example.com` */
export const maskedAddress = (email: string): string => email.replace(/^(..?).*?(.?)@/, '$1***$2@');

/** A contact as Account security shows it; undefined where none is bound. */
export function contactOf(
  account: AccountSpec | undefined,
  contact: 'phone' | 'email',
  { shows }: FullSpec,
): string | undefined {
  const bound = account?.[contact];
  if (bound === undefined || !shows.contactsMasked) return bound;
  return contact === 'phone' ? maskedNumber(bound) : maskedAddress(bound);
}

/** As the password dialog names it. */
export function shownName(account: AccountSpec, spec: FullSpec): string {
  const { dialog } = spec.shows;
  return (dialog === 'id' ? undefined : contactOf(account, dialog, spec)) ?? account.id;
}
