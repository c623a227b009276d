import { createHmac } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { TestMessage } from '../inbox.ts';
import { basicPassword, bytesIn, fieldOf, isObject, keysOf, queryOf, saidIn, valueAt } from './body.ts';
import {
  header,
  isRecent,
  malformed,
  same,
  wrongSecret,
  type Agreed,
  type Gateway,
  type GatewayRequest,
  type SmsPart,
  type Sms,
  type GatewayVerdict,
} from './gateway.ts';

/**
 * Any other gateway. It may send a query (GET), a form, multipart or JSON, with one message or an array of
 * them: where sender, recipient, text and id stand is configured. Only sender and text have to be there. The
 * secret comes as one of
 * - `Authorization: Bearer SECRET` or `X-Secret: SECRET`;
 * - `?secret=SECRET` or `http://x:SECRET@HOST`, for a gateway that can only be given an address;
 * - a JSON Web Token that is signed with it (httpSMS; HS256);
 * - the fields `timestamp` and `sign` of SmsForwarder: Base64 of the HMAC-SHA-256, with the secret as its
 *   key, over timestamp, line feed and
 *   secret (github.com/pppscn/SmsForwarder, "webhook"). They do not sign the text, so what stands between has to be TLS.
 */
export const generic = {
  methods: ['POST', 'GET'],
  mediaTypes: [
    'application/json',
    'application/cloudevents+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'text/json',
    'text/plain',
  ],
  read,
  write,
} as const satisfies Gateway;

async function read(request: GatewayRequest, agreed: Agreed): Promise<GatewayVerdict> {
  const said = await saidIn(request);
  if (!(await isProven(request, said, agreed))) return wrongSecret;
  if (said === undefined) return malformed;
  const all = messagesIn(said, agreed);
  const sms = all.filter((message) => message !== undefined);
  const [from, , text] = agreed.fields;
  const why = `nothing at '${from}' or '${text}' (SMS_WEBHOOK_FIELDS)`;
  if (sms.length === 0) return { refused: { status: 400, why } };
  return sms.length === all.length ? { sms } : { sms, unread: { count: all.length - sms.length, why } };
}

function write({ from, to, text }: TestMessage, { secret, fields }: Agreed) {
  const body = {};
  [from, to, text, crypto.randomUUID()].forEach((value, at) =>
    put(body, fields[at]?.split('.') ?? [], value),
  );
  return {
    url: '/sms',
    headers: { 'content-type': 'application/json', 'x-secret': secret.reveal() },
    body: JSON.stringify(body),
  };
}

async function isProven(request: GatewayRequest, said: unknown, { secret, now }: Agreed): Promise<boolean> {
  const expected = secret.reveal();
  const [, bearer = ''] = /^Bearer +(\S+)$/i.exec(header(request.headers, 'authorization')) ?? [];
  const inQuery = (bytesIn(queryOf(request.url)) ?? [])
    .filter(([name]) => name === 'secret')
    .map(([, value]) => value.toString());
  const given = [bearer, header(request.headers, 'x-secret'), basicPassword(request), ...inQuery];
  if (given.some((one) => same(one, expected))) return true;
  return (await isTokenOf(bearer, expected, now)) || isSignedByForwarder(said, expected, now);
}

async function isTokenOf(token: string, secret: string, now: number): Promise<boolean> {
  if (token.split('.').length !== 3) return false;
  const options = {
    algorithms: ['HS256'],
    currentDate: new Date(now),
    clockTolerance: '5 minutes',
    requiredClaims: ['exp'],
  };
  return jwtVerify(token, new TextEncoder().encode(secret), options).then(
    () => true,
    () => false,
  );
}

/** SmsForwarder escapes its signature once more than the form does, which JSON does not undo. */
function isSignedByForwarder(said: unknown, secret: string, now: number): boolean {
  const [timestamp, sign] = [fieldOf(said, 'timestamp'), fieldOf(said, 'sign')];
  if (timestamp === undefined || sign === undefined || !isRecent(Number(timestamp) / 1000, now)) return false;
  const expected = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  return [expected, encodeURIComponent(expected)].some((one) => same(sign, one));
}

/** Gives the text or number at a path of one message. */
type Find = (path: string | undefined) => string | undefined;

/**
 * The messages at the configured paths, undefined for each that lacks sender or text. Where the path of the
 * text leads into an array, each element is a message, whatever number or `*` the path has there; fields
 * outside the array are the same for all of them.
 */
function messagesIn(said: unknown, { fields, parts }: Agreed): (Sms | undefined)[] {
  const keysOfText = keysOf(fields[2] ?? '');
  const outside = keysOfText.findIndex((_, at) => Array.isArray(valueAt(said, keysOfText.slice(0, at))));
  const depth = outside < 0 && Array.isArray(valueAt(said, keysOfText)) ? keysOfText.length : outside;
  if (depth < 0) return [messageFrom((path) => fieldOf(said, path), fields, parts)];
  const isInside = (path: string) => keysOfText.slice(0, depth).every((key, at) => keysOf(path)[at] === key);
  return (valueAt(said, keysOfText.slice(0, depth)) as unknown[]).map((element, at) => {
    const find: Find = (path) => {
      if (path === undefined || !isInside(path)) return fieldOf(said, path);
      const keys = keysOf(path).slice(depth);
      const found = valueAt(element, /^(?:\d+|\*)$/.test(keys[0] ?? '') ? keys.slice(1) : keys);
      return typeof found === 'string' ? found : undefined;
    };
    const message = messageFrom(find, fields, parts);
    const isShared = fields[3] !== undefined && !isInside(fields[3]);
    return message?.id && isShared ? { ...message, id: `${message.id}.${at}` } : message;
  });
}

function messageFrom(find: Find, fields: readonly string[], parts: readonly string[]): Sms | undefined {
  const [from, to = '', text, id = ''] = [0, 1, 2, 3].map((at) => find(fields[at]));
  if (from === undefined || text === undefined) return undefined;
  const part = partFrom(parts.map(find));
  return { id, from, to, text, ...(part && { part }) };
}

function partFrom([reference, number = '', total = '']: readonly (string | undefined)[]):
  SmsPart | undefined {
  if (reference === undefined || !/^\d{1,3}$/.test(number) || !/^\d{1,3}$/.test(total)) return undefined;
  const part = { reference, number: Number(number), total: Number(total) };
  return part.number >= 1 && part.number <= part.total && part.total > 1 ? part : undefined;
}

/** A number in a path becomes a key like any other, which reads back the same. */
function put(into: Record<string, unknown>, [key, ...rest]: string[], value: string): void {
  if (key === undefined) return;
  if (rest.length === 0) return void (into[key] = value);
  const inner = isObject(into[key]) ? into[key] : (into[key] = {});
  put(inner, rest, value);
}
