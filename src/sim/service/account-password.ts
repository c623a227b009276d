import type { AccountSpec } from '../spec.ts';

export type NewPasswordFault = 'same' | 'weak' | 'personal' | 'reused';

/** Why the service does not take a password as the new one; undefined when it does. */
export function passwordFault(
  password: string,
  current: string,
  spec: AccountSpec,
): NewPasswordFault | undefined {
  if (password === current) return 'same';
  if (isWeak(password)) return 'weak';
  if (isPersonal(password, spec)) return 'personal';
  return spec.formerPasswords?.includes(password) ? 'reused' : undefined;
}

/** 8 to 16 characters, two of letters, digits and symbols. */
function isWeak(password: string): boolean {
  const classes = [/[A-Za-z]/, /\d/, /[^A-Za-z\d]/].filter((one) => one.test(password)).length;
  return password.length < 8 || password.length > 16 || classes < 2;
}

/**
 * Holds the account's id, its number or its mail address. The national part of a number counts, and what
 * stands before the @.
 */
function isPersonal(password: string, { id, phone = '', email = '' }: AccountSpec): boolean {
  const digits = phone.replace(/\D/g, '');
  const [name = ''] = email.split('@');
  const reported = [id, digits, digits.slice(-9), name].filter((one) => one.length >= 5);
  return reported.some((one) => password.toLowerCase().includes(one.toLowerCase()));
}
