import { header, malformed, same, wrongSecret, type Agreed, type Gateway, type GatewayRequest, type Verdict } from './webhook-gateway.ts';

/**
 * The query of the get-url that Kannel's smsbox is given in a group sms-service (Kannel user guide, "Parameters (Escape Codes)"):
 * %p sender, %P recipient, %b the text's bytes, %C and %c their charset and coding, %T when it was sent in seconds, %I Kannel's own id.
 * Not %a: it squeezes spaces. The same group needs `max-messages = 0`, or Kannel sends our answer back as an SMS, and the group smsbox
 * needs `http-request-retry`, which is 0 by default: a message we could not take would be lost.
 */
export const KANNEL_QUERY = 'from=%p&to=%P&text=%b&charset=%C&coding=%c&time=%T&id=%I';

/**
 * The secret comes as `secret=` in the query, or as the password in `http://kannel:SECRET@HOST:PORT/sms?…`, which Kannel sends as HTTP Basic
 * and which keeps it out of the logs of proxies. Kannel has no other way, and its own access log shows the address in either case.
 */
export const kannel: Gateway = { method: 'GET', mediaType: '', read, write };

function read({ url, headers }: GatewayRequest, { secret }: Agreed): Verdict {
  const query = bytesOf(url);
  if (!query) return malformed;
  const given = query.get('secret')?.toString() ?? basicPassword(header(headers, 'authorization'));
  if (!same(given, secret.reveal())) return wrongSecret;
  const [from, text] = [query.get('from'), query.get('text')];
  if (!from || !text) return malformed;
  const said = (name: string) => query.get(name)?.toString() ?? '';
  const time = said('time');
  return {
    sms: {
      id: said('id'),
      from: from.toString(),
      to: said('to'),
      // Kannel's coding 2 is UCS-2, which travels with the high byte first.
      text: decoded(text, said('coding') === '2' ? 'utf-16be' : said('charset')),
      ...(/^\d{1,12}$/.test(time) && { sentAt: Number(time) * 1000 }),
    },
  };
}

function write({ from, to, text }: { from: string; to: string; text: string }, { secret, now }: Agreed) {
  const bytes = Buffer.from(text, 'utf16le').swap16();
  const query = { from, to, charset: 'UTF-16BE', coding: '2', time: String(Math.floor(now / 1000)), id: crypto.randomUUID() };
  const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return {
    url: `/sms?${new URLSearchParams(query).toString()}&text=${escaped}`,
    headers: { authorization: `Basic ${Buffer.from(`kannel:${secret.reveal()}`).toString('base64')}` },
  };
}

/** The query's values as bytes, which a parser that takes them for UTF-8 would destroy. Nothing where an escape is none. */
function bytesOf(url: string): Map<string, Buffer> | undefined {
  const query = url.slice(url.indexOf('?') + 1);
  if (!url.includes('?') || /%(?![0-9a-f]{2})/i.test(query)) return undefined;
  return new Map(
    query.split('&').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at < 0 ? undefined : at), at < 0 ? Buffer.alloc(0) : unescaped(pair.slice(at + 1))];
    }),
  );
}

function unescaped(value: string): Buffer {
  const latin1 = value.replaceAll('+', ' ').replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}

function decoded(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // `8-BIT`, and names only Kannel knows.
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

function basicPassword(authorization: string): string {
  const [, encoded = ''] = /^Basic +(\S+)$/i.exec(authorization) ?? [];
  const pair = Buffer.from(encoded, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}
