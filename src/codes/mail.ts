import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import PostalMime, { addressParser, type Address, type Email } from 'postal-mime';
import type { Message } from './inbox.ts';
import { bodyOf, type Body } from './mail-body.ts';

/** What the server knows of a mail beside its text. */
export interface Arrival {
  /** The message's id where the mail has no Message-ID. */
  id: string;
  stream: string;
  number: number;
  /** ms since the epoch. */
  receivedAt: number;
  /** Whom the envelope was addressed to; used where the header names no recipient. */
  envelopeTo?: readonly string[];
}

/** A mail with a code is small; of a large one its beginning tells as much, bytes. */
export const ENOUGH = 256 * 1024;
/** The header of a mail that any server takes is smaller, bytes. */
const LONGEST_HEADER = 64 * 1024;
/** Characters of a header that names people, and of a subject. */
const LONGEST_LINE = 2000;
/** A mail to more counts as one without a recipient. */
const MOST_RECIPIENTS = 100;

/** Reads a raw mail (RFC 5322). Never throws: what cannot be decoded is left out of the text. */
export async function readMail(raw: Uint8Array, arrival: Arrival): Promise<Message> {
  const head = await readHead(raw, arrival);
  return { ...head, ...withBody(head.text, await bodyOf(raw.subarray(0, ENOUGH))) };
}

/** Subject and body. */
export function withBody(subject: string, body: Body): Pick<Message, 'text' | 'unread'> {
  return { text: `${subject}\n${body.text}`, ...(body.unread === undefined ? {} : { unread: body.unread }) };
}

/**
 * What the header alone says, with the subject for a text: enough to tell whether the mail is worth its
 * reading.
 */
export async function readHead(
  raw: Uint8Array,
  { id, stream, number, receivedAt, envelopeTo = [] }: Arrival,
): Promise<Message> {
  const header = headerOf(raw);
  const email = await PostalMime.parse(header ?? new Uint8Array()).catch((): Email => ({
    headers: [],
    headerLines: [],
    attachments: [],
  }));
  const sentAt = Date.parse(email.date ?? '');
  const transit = transitOf(email, sentAt);
  const original = originalOf(email);
  return {
    id: (header && mailId(header)) ?? id,
    channel: 'mail',
    from: author(email),
    ...(original === undefined ? {} : { original }),
    to: recipients(email, envelopeTo),
    text: (email.subject ?? '').slice(0, LONGEST_LINE),
    receivedAt,
    ...(Number.isNaN(sentAt) ? {} : { sentAt }),
    ...(transit === undefined ? {} : { transit }),
    stream,
    number,
  };
}

/** Up to the empty line that ends it. Undefined where it is longer than that of any mail. */
function headerOf(raw: Uint8Array): Buffer | undefined {
  const all = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, LONGEST_HEADER + 4));
  const ends = [all.indexOf('\r\n\r\n'), all.indexOf('\n\n'), all.indexOf('\n\r\n')].filter((at) => at >= 0);
  const end = ends.length === 0 ? all.byteLength : Math.min(...ends) + 1;
  return end > LONGEST_HEADER ? undefined : all.subarray(0, end);
}

/** Folded or not, and only above the empty line that ends the header. */
const MESSAGE_ID = /^message-id:\s{0,99}(<[^>\n]{1,998}>|\S{1,998})/im;

/**
 * What all copies of a mail have in common: a digest of its Message-ID (RFC 5322, 3.6.4). Undefined where it
 * has none. The Message-ID itself is not handed on, as some senders write the recipient into it.
 */
export function mailId(raw: Uint8Array): string | undefined {
  const header = headerOf(raw)?.toString('latin1') ?? '';
  const id = MESSAGE_ID.exec(header)?.[1];
  return id === undefined ? undefined : createHash('sha256').update(id).digest('base64url');
}

/**
 * The one address a mail is from. Empty where it names more, in whatever way: it is unknown which of them its
 * server has vouched for.
 */
function author({ from, headers }: Email): string {
  const [line = '', ...more] = headers.filter(({ key }) => key === 'from').map(({ value }) => value);
  if (line.length > LONGEST_LINE) return '';
  const bare = line.replace(/"(?:[^"\\]|\\.)*"|\([^()]*\)/g, '');
  const [address = ''] = mailboxes(from ? [from] : []);
  return more.length === 0 && bare.split('@').length === 2 ? address : '';
}

/** Whom a group or list says a mail is from whose From it has rewritten to itself. */
function originalOf({ headers }: Email): string | undefined {
  const line = headers.find(({ key }) => key === 'x-original-from')?.value;
  if (line === undefined) return undefined;
  const [address = '', ...more] = line.length > LONGEST_LINE ? [] : mailboxes(addressParser(line));
  return more.length > 0 ? '' : address;
}

/** Where a list or a blind copy hides whom the mail is to, the servers it passed have written it down. */
const written = ['delivered-to', 'x-original-to', 'envelope-to'];

function recipients(email: Email, envelopeTo: readonly string[]): string[] {
  const named = mailboxes([...(email.to ?? []), ...(email.cc ?? [])]);
  const passed = email.headers.filter(({ key }) => written.includes(key)).slice(0, MOST_RECIPIENTS);
  const noted = mailboxes(passed.flatMap(({ value }) => addressParser(value.slice(0, LONGEST_LINE))));
  // Some forms lose the part behind the plus, which the server has not lost. The other way round it may only
  // name the mailbox.
  if (named.length > 0)
    return [
      ...new Set([...named, ...noted.filter((address) => named.includes(address.replace(/\+[^@]*@/, '@')))]),
    ];
  return noted.length > 0 ? noted : envelopeTo.map((address) => address.toLowerCase());
}

/** Each address once, in lower case, those inside groups too. */
function mailboxes(addresses: readonly Address[]): string[] {
  const all = addresses
    .flatMap((one) => one.group ?? [one])
    .map(({ address = '' }) => address.trim().toLowerCase());
  return [...new Set(all.filter((address) => address.includes('@')))].slice(0, MOST_RECIPIENTS);
}

/**
 * How long the mail was under way, by the clocks of the servers it passed: from its Date to the last stamp
 * (`Received`, the newest is the first) that another computer than this one has set.
 */
function transitOf({ headers }: Email, sentAt: number): number | undefined {
  const own = hostname().toLowerCase();
  const stamps = headers.filter(({ key }) => key === 'received').slice(0, MOST_RECIPIENTS);
  for (const { value } of stamps) {
    const line = value.slice(0, LONGEST_LINE);
    const [, by = ''] = /\bby\s{1,9}([\w.-]{1,255})/i.exec(line) ?? [];
    const at = Date.parse(line.slice(line.lastIndexOf(';') + 1).replace(/\([^()]{0,99}\)/g, ''));
    if (!Number.isNaN(at) && ![own, 'localhost'].includes(by.toLowerCase()))
      return Number.isNaN(sentAt) ? undefined : Math.max(0, at - sentAt);
  }
  return undefined;
}
