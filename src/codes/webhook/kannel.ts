import { basicPassword, bytesIn, decoded, queryOf } from './body.ts';
import {
  malformed,
  same,
  wrongSecret,
  type Agreed,
  type Gateway,
  type GatewayRequest,
  type GatewayVerdict,
} from './gateway.ts';

/**
 * The query of the get-url that Kannel's smsbox is given in a group sms-service (Kannel user guide,
 * "Parameters (Escape Codes)"):
 * %p sender, %P recipient, %b the text's bytes, %C and %c their charset and coding, %T when it was sent in
 * seconds, %I Kannel's own id. Not %a: it squeezes spaces. The same group needs `max-messages = 0`, or Kannel
 * sends our answer back as an SMS, and the group smsbox needs `http-request-retry`, which is 0 by default: a
 * message we could not take would be lost.
 */
export const KANNEL_QUERY = 'from=%p&to=%P&text=%b&charset=%C&coding=%c&time=%T&id=%I';

/**
 * The secret comes as `secret=` in the query, or as the password in `http://kannel:SECRET@HOST:PORT/sms?…`,
 * which Kannel sends as HTTP Basic and which keeps it out of the logs of proxies. Kannel has no other way,
 * and its own access log shows the address in either case.
 */
export const kannel = { methods: ['GET'], mediaTypes: [], read, write } as const satisfies Gateway;

function read(request: GatewayRequest, { secret }: Agreed): GatewayVerdict {
  const pairs = bytesIn(queryOf(request.url));
  if (!pairs) return malformed;
  const query = new Map(pairs);
  const given = query.get('secret')?.toString() ?? basicPassword(request);
  if (!same(given, secret.reveal())) return wrongSecret;
  const [from, text] = [query.get('from'), query.get('text')];
  if (!from || !text) return malformed;
  const said = (name: string) => query.get(name)?.toString() ?? '';
  const time = said('time');
  const sms = {
    id: said('id'),
    from: from.toString(),
    to: said('to'),
    // Kannel's coding 2 is UCS-2, which travels with the high byte first.
    text: decoded(text, said('coding') === '2' ? 'utf-16be' : said('charset')),
    ...(/^\d{1,12}$/.test(time) && { sentAt: Number(time) * 1000 }),
  };
  return { sms: [sms] };
}

function write({ from, to, text }: { from: string; to: string; text: string }, { secret, now }: Agreed) {
  const bytes = Buffer.from(text, 'utf16le').swap16();
  const query = {
    from,
    to,
    charset: 'UTF-16BE',
    coding: '2',
    time: String(Math.floor(now / 1000)),
    id: crypto.randomUUID(),
  };
  const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return {
    url: `/sms?${new URLSearchParams(query).toString()}&text=${escaped}`,
    headers: { authorization: `Basic ${Buffer.from(`kannel:${secret.reveal()}`).toString('base64')}` },
  };
}
