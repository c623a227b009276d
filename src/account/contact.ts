export type CodeWay = 'email' | 'phone';

/** Of several contacts, as people write them in one cell or one after the other. */
export const contactsIn = (text: string): string[] =>
  text
    .split(/[,;\n]|\s\/\s/)
    .map((one) => one.trim())
    .filter(Boolean);

/**
 * How a code is sent where the order does not say: by e-mail, where there is an address. Numbers abroad can
 * no longer be bound to an account, and codes by SMS bring captchas or come by another app.
 */
export function firstWay(contacts: readonly string[]): CodeWay | undefined {
  if (contacts.length === 0) return undefined;
  return contacts.some((one) => one.includes('@')) ? 'email' : 'phone';
}

/** The contact for this way; the first one where none is for it, so that what is wrong with it is said. */
export const contactFor = (way: CodeWay, contacts: readonly string[]): string | undefined =>
  contacts.find((one) => one.includes('@') === (way === 'email')) ?? contacts[0];
