/** Bounds of JSON that others made. */
export interface JsonLimits {
  /** Values, one in another or beside each other. */
  values: number;
  /** Lists and objects one in another. */
  depth: number;
}

const [QUOTE, ESCAPE, COMMA] = [0x22, 0x5c, 0x2c];
const OPENS = new Set([0x5b, 0x7b]);
const CLOSES = new Set([0x5d, 0x7d]);

/**
 * Parses JSON once it was counted: a few MB of it may hold millions of values, each of which takes a hundred bytes.
 * Throws a RangeError where it holds more than `limits`, a SyntaxError where it is none.
 */
export function boundedJson(bytes: Buffer, limits: JsonLimits): unknown {
  let [values, depth, quoted] = [1, 0, false];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (quoted) {
      if (byte === ESCAPE) at++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === COMMA) values++;
    else if (OPENS.has(byte)) [values, depth] = [values + 1, depth + 1];
    else if (CLOSES.has(byte)) depth--;
    if (depth > limits.depth) throw new RangeError(`has more than ${limits.depth} lists one in another`);
    if (values > limits.values) throw new RangeError(`has more than ${limits.values} values`);
  }
  return JSON.parse(bytes.toString('utf8'));
}
