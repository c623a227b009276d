import { createHmac } from 'node:crypto';
import type { TestMessage } from './inbox.ts';
import {
  header,
  malformed,
  same,
  wrongSignature,
  type Agreed,
  type Gateway,
  type GatewayRequest,
  type Verdict,
} from './webhook-gateway.ts';

/**
 * Twilio's webhook "A message comes in". The secret is the account's auth token, with which Twilio signs the address it calls and all fields
 * (twilio.com/docs/usage/security, "Validating Requests"). The answer is TwiML that does nothing: plain text would be sent back as an SMS.
 */
export const twilio: Gateway = {
  method: 'POST',
  mediaType: 'application/x-www-form-urlencoded',
  reply: { mediaType: 'text/xml', body: '<Response/>' },
  read,
  write,
};

/** What we sign for ourselves, where no address is known that Twilio would call. */
const OWN = 'http://localhost/sms';

function read({ url, headers, body }: GatewayRequest, { secret, publicUrl }: Agreed): Verdict {
  const form = new URLSearchParams(body.toString());
  const called = publicUrl ? [publicUrl] : [`http://${header(headers, 'host')}${url}`, OWN];
  const given = header(headers, 'x-twilio-signature');
  // Whether the port stands in what was signed differs by scheme and product, so both are tried, as Twilio's own packages do.
  const genuine = called.flatMap(withAndWithoutPort).some((address) => same(given, signature(address, form, secret.reveal())));
  if (!genuine) return wrongSignature;
  const [from, text] = [form.get('From'), form.get('Body')];
  if (from === null || text === null) return malformed;
  return { sms: { id: form.get('MessageSid') ?? '', from, to: form.get('To') ?? '', text } };
}

function write({ from, to, text }: TestMessage, { secret, publicUrl }: Agreed) {
  const form = new URLSearchParams({ MessageSid: `SM${crypto.randomUUID().replaceAll('-', '')}`, From: from, To: to, Body: text });
  const called = publicUrl || OWN;
  return {
    url: '/sms',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature(called, form, secret.reveal()),
    },
    body: form.toString(),
  };
}

/** Each field's name and value without a separator, sorted by name; a field that came more than once counts each value once, sorted. */
function signature(address: string, form: URLSearchParams, token: string): string {
  const fields = [...new Set(form.keys())].sort().flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value));
  return createHmac('sha1', token)
    .update(address + fields.join(''))
    .digest('base64');
}

function withAndWithoutPort(address: string): string[] {
  const [, scheme = '', host = '', port = '', rest = ''] = /^(https?:\/\/)(\[[^\]]*\]|[^/:?#]*)(:\d+)?(.*)$/s.exec(address) ?? [];
  return [`${scheme}${host}${rest}`, `${scheme}${host}${port || (scheme === 'https://' ? ':443' : ':80')}${rest}`];
}
