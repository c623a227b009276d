import type { TestMessage } from './inbox.ts';
import { header, malformed, same, wrongSecret, type Agreed, type Gateway, type GatewayRequest, type Verdict } from './webhook-gateway.ts';

/**
 * Any gateway that posts JSON: where sender, recipient, text and id stand is configured. The secret comes as `Authorization: Bearer …` or
 * `X-Secret: …`. Only sender and text have to be there. Without an id the same text from the same sender counts as one message sent twice.
 */
export const json: Gateway = { method: 'POST', mediaType: 'application/json', read, write };

function read({ headers, body }: GatewayRequest, { secret, fields }: Agreed): Verdict {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(header(headers, 'authorization')) ?? [];
  if (!same(bearer ?? header(headers, 'x-secret'), secret.reveal())) return wrongSecret;
  const given = jsonOf(body);
  const [from, to = '', text, id = ''] = [0, 1, 2, 3].map((at) => fieldOf(given, fields[at]));
  return from === undefined || text === undefined ? malformed : { sms: { id, from, to, text } };
}

function write({ from, to, text }: TestMessage, { secret, fields }: Agreed) {
  const body = {};
  [from, to, text, crypto.randomUUID()].forEach((value, at) => put(body, fields[at]?.split('.') ?? [], value));
  return { url: '/sms', headers: { 'content-type': 'application/json', 'x-secret': secret.reveal() }, body: JSON.stringify(body) };
}

/** Nothing where it is no JSON. Numbers are kept as they are written: an id of 19 digits would be rounded to its neighbour's. */
export function jsonOf(body: Buffer): unknown {
  const asWritten = (_key: string, value: unknown, { source }: { source?: string } = {}) => (typeof value === 'number' ? source : value);
  try {
    return JSON.parse(body.toString(), asWritten);
  } catch {
    return undefined;
  }
}

/** The text or number at a path such as `data.sender` or `messages.0.text`. */
export function fieldOf(value: unknown, path: string | undefined): string | undefined {
  const found = path
    ?.split('.')
    .reduce<unknown>((inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value);
  return typeof found === 'string' ? found : undefined;
}

/** A number in a path becomes a key like any other, which reads back the same. */
function put(into: Record<string, unknown>, [key, ...rest]: string[], value: string): void {
  if (key === undefined) return;
  if (rest.length === 0) return void (into[key] = value);
  const inner = isObject(into[key]) ? into[key] : (into[key] = {});
  put(inner, rest, value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
