import { createHmac } from 'node:crypto';
import type { TestMessage } from '../inbox.ts';
import { header, malformed, same, wrongSignature } from './gateway.ts';
import type { Agreed, Gateway, GatewayRequest, GatewayVerdict } from './gateway.ts';

/**
 * Twilio's webhook "A message comes in". The secret is the account's auth token, with which Twilio signs the
 * address it calls and all fields (twilio.com/docs/usage/security, "Validating Requests"). The answer is
 * TwiML that does nothing: plain text would be sent back as an SMS.
 */
export const twilio = {
  methods: ['POST'],
  mediaTypes: ['application/x-www-form-urlencoded'],
  reply: { mediaType: 'text/xml', body: '<Response/>' },
  read,
  write,
} as const satisfies Gateway;

/** What we sign for ourselves, where no address is known that Twilio would call. */
const OWN = 'http://localhost/sms';

/**
 * Fields of a message, by Twilio's "Request parameters". The signature has no mark between a name and its
 * value, so `BodyX=y` is signed like `Body=Xy`: with names of Twilio's own alone, a recorded request cannot
 * be cut anew.
 */
const FIELDS = new RegExp(
  `^(?:${[
    'MessageSid|SmsSid|SmsMessageSid|AccountSid|MessagingServiceSid|From|To|Body|NumMedia|NumSegments|ReferralNumMedia|SmsStatus|ApiVersion',
    '(?:Referral)?Media(?:ContentType|Url|Sid)\\d{0,2}|(?:From|To)(?:City|State|Zip|Country)|OptOutType|AddOns|ErrorCode|ErrorMessage',
    'ProfileName|WaId|Forwarded|FrequentlyForwarded|ButtonText|ButtonPayload|ButtonType|ListId|ListTitle|ListDescription|InteractiveData',
    'FlowData|Latitude|Longitude|Address|Label|MessageType|ChannelPrefix|ChannelInstallSid|ChannelMetadata|ChannelToAddress|StructuredMessage',
    'OriginalRepliedMessage(?:Sid|Sender)|Referral(?:Body|Headline|SourceId|SourceType|SourceUrl|CtwaClid)|ExternalUserId|RawDlrDoneDate',
  ].join('|')})$`,
);

function read({ headers, body }: GatewayRequest, { secret, publicUrl }: Agreed): GatewayVerdict {
  const form = new URLSearchParams(body.toString());
  const given = header(headers, 'x-twilio-signature');
  // Whether the port stands in what was signed differs by scheme and product, so both are tried, as Twilio's
  // own packages do.
  const called = withAndWithoutPort(publicUrl || OWN);
  if (!called.some((address) => same(given, signature(address, form, secret.reveal()))))
    return wrongSignature;
  const names = [...form.keys()];
  if (new Set(names).size < names.length || !names.every((name) => FIELDS.test(name))) return foreignField;
  const [from, text] = [form.get('From'), form.get('Body')];
  if (from === null || text === null) return malformed;
  // A request that is sent again has the same signature.
  return { sms: [{ id: given, from, to: form.get('To') ?? '', text }] };
}

const foreignField: GatewayVerdict = { refused: { status: 401, why: "a field that is none of Twilio's" } };

function write({ from, to, text }: TestMessage, { secret, publicUrl }: Agreed) {
  const form = new URLSearchParams({
    MessageSid: `SM${crypto.randomUUID().replaceAll('-', '')}`,
    From: from,
    To: to,
    Body: text,
  });
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

/**
 * Each field's name and value without a separator, sorted by name; a field that came more than once counts
 * each value once, sorted.
 */
function signature(address: string, form: URLSearchParams, token: string): string {
  const fields = [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value));
  return createHmac('sha1', token)
    .update(address + fields.join(''))
    .digest('base64');
}

function withAndWithoutPort(address: string): string[] {
  const [, scheme = '', host = '', port = '', rest = ''] =
    /^(https?:\/\/)(\[[^\]]*\]|[^/:?#]*)(:\d+)?(.*)$/s.exec(address) ?? [];
  return [
    `${scheme}${host}${rest}`,
    `${scheme}${host}${port || (scheme === 'https://' ? ':443' : ':80')}${rest}`,
  ];
}
