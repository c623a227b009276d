import { domainToASCII } from 'node:url';

/**
 * Whether a message is to this e-mail address or telephone number; undefined where its source could not tell
 * whom it is to. `lab+1@example.com` and `lab@example.com` are two mailboxes: that is how phones share one.
 */
export function isFor(to: readonly string[], address: string): boolean | undefined {
  if (to.length === 0) return undefined;
  return to.some(
    (one) =>
      isMail(one) === isMail(address) && (isMail(one) ? sameMailbox(one, address) : sameNumber(one, address)),
  );
}

/**
 * Two ways to write one telephone number: one may have the country code, the other a trunk 0 or nothing in
 * its place.
 */
export function sameNumber(one: string, other: string): boolean {
  const [short = '', long = ''] = [significant(one), significant(other)].sort((a, b) => a.length - b.length);
  return short === long ? short !== '' : short.length >= FEWEST && long.endsWith(short);
}

/** One way to write an address or number, as far as it can be known without knowing the country. */
export function plainly(address: string): string {
  return isMail(address) ? plain(address) : significant(address);
}

/** An address for people to recognise, not to read: `i***@example.com`, `+86*********12`. */
export function masked(address: string): string {
  if (isMail(address)) {
    const at = address.lastIndexOf('@');
    return `${[...address.slice(0, at)][0] ?? ''}***${address.slice(at)}`;
  }
  const digits = address.replace(/\D/g, '').length;
  const first = address.startsWith('+') ? 2 : 0;
  let n = 0;
  return address.replace(/\d/g, (digit) =>
    digits >= FEWEST && (n++ < first || n > digits - 2) ? digit : '*',
  );
}

/** With fewer digits in common, the end of one number can be that of another subscriber's. */
const FEWEST = 7;

const isMail = (address: string) => address.includes('@');
const sameMailbox = (one: string, other: string) => plain(one) === plain(other);

/**
 * Without regard to case and quotes (`"lab+1"@…`), the domain as the DNS writes it: `xn--…` and its letters
 * are one (RFC 5890). Gmail takes no notice of dots, and calls itself googlemail.com too.
 */
function plain(mailbox: string): string {
  const written = mailbox.trim().toLowerCase();
  const at = written.lastIndexOf('@');
  const local = written
    .slice(0, at)
    .replace(/^"((?:[^"\\]|\\.)*)"$/, (_, inner: string) => inner.replace(/\\(.)/g, '$1'));
  const domain = domainToASCII(written.slice(at + 1)) || written.slice(at + 1);
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return `${local}@${domain}`;
  const [name = '', ...tag] = local.split('+');
  return `${[name.replaceAll('.', ''), ...tag].join('+')}@gmail.com`;
}

/** The digits of a number without 00 or a trunk 0 before them, in ASCII also where they were full-width. */
const significant = (number: string) => number.normalize('NFKC').replace(/\D/g, '').replace(/^0+/, '');
