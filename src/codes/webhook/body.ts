import { header, mediaTypeOf, type GatewayRequest } from './gateway.ts';

/**
 * What a request says, whatever form it comes in. A field of a query or a form that comes more than once is
 * an array of its values. Nothing where it cannot be read.
 */
export async function saidIn(request: GatewayRequest): Promise<unknown> {
  if (request.method === 'GET') return fieldsOf(queryOf(request.url));
  const type = mediaTypeOf(request.headers);
  if (type === 'multipart/form-data') return multipartOf(request);
  if (type === 'application/x-www-form-urlencoded') return fieldsOf(request.body.toString('latin1'));
  return jsonOf(request.body);
}

/** The query of an address, byte for byte; empty where there is none. */
export function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}

/**
 * Numbers are kept as they are written: an id of 19 digits would be rounded to its neighbour's. A template
 * into which a gateway puts a text with line breaks is no JSON; it is read with blanks in their place.
 */
export function jsonOf(body: Buffer): unknown {
  const asWritten = (_key: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' ? source : value;
  const text = body.toString();
  for (const candidate of [text, text.replace(/\p{Cc}+/gu, ' ')]) {
    try {
      return JSON.parse(candidate, asWritten);
    } catch {
      // The next one, or nothing.
    }
  }
  return undefined;
}

/**
 * Values as bytes, which a parser that takes them for UTF-8 would destroy. Nothing where an escape is none.
 * `text` holds the request's bytes as Latin-1.
 */
export function bytesIn(text: string): [name: string, value: Buffer][] | undefined {
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  if (text === '') return [];
  return text.split('&').map((pair) => {
    const at = pair.indexOf('=');
    const name = unescaped(pair.slice(0, at < 0 ? undefined : at)).toString();
    return [name, at < 0 ? Buffer.alloc(0) : unescaped(pair.slice(at + 1))];
  });
}

function unescaped(value: string): Buffer {
  const latin1 = value
    .replaceAll('+', ' ')
    .replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}

/** Text in the named charset; in UTF-8, else Latin-1, where no decoder has that name. */
export function decoded(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // `8-BIT`, and names only one gateway knows.
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** The password of HTTP Basic, as `http://x:SECRET@HOST` gives it. */
export function basicPassword(request: Pick<GatewayRequest, 'headers'>): string {
  const [, encoded = ''] = /^Basic +(\S+)$/i.exec(header(request.headers, 'authorization')) ?? [];
  const pair = Buffer.from(encoded, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

/**
 * A gateway that hands over the network's own bytes says so in `coding`: 8 is UCS-2, high byte first (3GPP TS
 * 23.038; Jasmin sends its `content` so), and 2 is Kannel's number for it. Other gateways say 8 and send
 * UTF-8: a digit in UCS-2 has a zero byte, one in UTF-8 none.
 */
function fieldsOf(text: string): Record<string, string | string[]> | undefined {
  const pairs = bytesIn(text);
  if (!pairs) return undefined;
  const coding = pairs.find(([name]) => name === 'coding')?.[1].toString() ?? '';
  const isWide = (bytes: Buffer) =>
    ['2', '8'].includes(coding) && bytes.length % 2 === 0 && bytes.includes(0);
  return gathered(pairs.map(([name, value]) => [name, decoded(value, isWide(value) ? 'utf-16be' : '8-BIT')]));
}

async function multipartOf({
  headers,
  body,
}: GatewayRequest): Promise<Record<string, string | string[]> | undefined> {
  try {
    const type = header(headers, 'content-type');
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    return gathered([...form].filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
  } catch {
    return undefined;
  }
}

function gathered(pairs: readonly (readonly [string, string])[]): Record<string, string | string[]> {
  const fields = new Map<string, string[]>();
  for (const [name, value] of pairs) fields.set(name, [...(fields.get(name) ?? []), value]);
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  );
}

/** The text or number at a path such as `data.sender`. The name of a form's field may hold dots. */
export function fieldOf(value: unknown, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const found = isObject(value) && Object.hasOwn(value, path) ? value[path] : valueAt(value, keysOf(path));
  return typeof found === 'string' ? found : undefined;
}

export const keysOf = (path: string) => path.split('.');

export function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
