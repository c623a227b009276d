import { createHash } from 'node:crypto';
import PostalMime, { addressParser, type Address, type Email } from 'postal-mime';
import type { Message } from './inbox.ts';
import { visibleText } from './visible-text.ts';

/** What the server knows of a mail beside its text. */
export interface Arrival {
  /** The message's id where the mail has no Message-ID. */
  id: string;
  stream: string;
  number: number;
  /** ms since the epoch. */
  receivedAt: number;
  /** Whom the envelope was addressed to; used where the header names nobody. */
  envelopeTo?: readonly string[];
}

/** Reads a raw mail (RFC 5322). Never throws: what cannot be decoded is left out of the text. */
export async function readMail(raw: Uint8Array, { id, stream, number, receivedAt, envelopeTo = [] }: Arrival): Promise<Message> {
  // A mail inside a mail is somebody else's words.
  const parsed = PostalMime.parse(raw, { forceRfc822Attachments: true });
  const email = await parsed.catch((): Email => ({ headers: [], headerLines: [], attachments: [] }));
  const sentAt = Date.parse(email.date ?? '');
  return {
    id: mailId(raw) ?? id,
    channel: 'mail',
    from: author(email),
    to: recipients(email, envelopeTo),
    text: `${email.subject ?? ''}\n${body(email)}`,
    receivedAt,
    ...(Number.isNaN(sentAt) ? {} : { sentAt }),
    stream,
    number,
  };
}

/** Folded or not, and only above the empty line that ends the header. */
const MESSAGE_ID = /^message-id:\s*(<[^>]+>|\S+)/im;

/**
 * What all copies of a mail have in common: a digest of its Message-ID (RFC 5322, 3.6.4). Undefined where it has none. The Message-ID
 * itself is not handed on, as some senders write the recipient into it.
 */
export function mailId(raw: Uint8Array): string | undefined {
  const [header = ''] = Buffer.from(raw)
    .toString('latin1')
    .split(/\r?\n\r?\n/, 1);
  const id = MESSAGE_ID.exec(header)?.[1];
  return id === undefined ? undefined : createHash('sha256').update(id).digest('base64url');
}

/** The one address a mail is from. Empty where it names more, in whatever way: nobody knows which of them its server has vouched for. */
function author({ from, headers }: Email): string {
  const [line = '', ...more] = headers.filter(({ key }) => key === 'from').map(({ value }) => value);
  const bare = line.replace(/"(?:[^"\\]|\\.)*"|\([^()]*\)/g, '');
  const [address = ''] = mailboxes(from ? [from] : []);
  return more.length === 0 && bare.split('@').length === 2 ? address : '';
}

/** Where a list or a blind copy hides whom the mail is to, the servers it passed have written it down. */
const written = ['delivered-to', 'x-original-to', 'envelope-to'];

function recipients(email: Email, envelopeTo: readonly string[]): string[] {
  const named = mailboxes([...(email.to ?? []), ...(email.cc ?? [])]);
  if (named.length > 0) return named;
  const passed = email.headers.filter(({ key }) => written.includes(key)).flatMap(({ value }) => addressParser(value));
  const noted = mailboxes(passed);
  return noted.length > 0 ? noted : envelopeTo.map((address) => address.toLowerCase());
}

/** Each address once, in lower case, those inside groups too. */
function mailboxes(addresses: readonly Address[]): string[] {
  const all = addresses.flatMap((one) => one.group ?? [one]).map(({ address }) => address.trim().toLowerCase());
  return [...new Set(all.filter((address) => address.includes('@')))];
}

/** Some say their HTML is plain text. */
const MARKUP = /^(?:<!doctype html|<html|<body|<table|<div|<p)[\s>]/i;

/** The plain text where it can hold a code, else what the HTML shows: some senders fill the former with `Please view in a browser`. */
function body({ text = '', html }: Email): string {
  const given = native(text).replaceAll('\r\n', '\n').trim();
  const plain = MARKUP.test(given) ? visibleText(given) : given;
  const mayHoldCode = /\p{Nd}{6}/u.test(plain.replace(/\bhttps?:\S+/gi, ''));
  return html === undefined || mayHoldCode ? plain : visibleText(native(html)) || plain;
}

/** Trap: `charset=utf-16` is read as little endian whatever its byte order mark says; a mark the wrong way round shows it. */
function native(text: string): string {
  if (!text.startsWith('\uFFFE')) return text;
  return Buffer.from(text, 'utf16le')
    .swap16()
    .toString('utf16le')
    .replace(/^\uFEFF/, '');
}
