/** What a placeholder takes: any text, a whole number in any script, hexadecimal digits, one character. */
export type Conversion = 'any' | 'number' | 'hex' | 'character';

/** A label in pieces: words as they stand, and placeholders between them. */
export type LabelPart = { literal: string } | { conversion: Conversion };

/** Start and end of what a placeholder took. */
export type LabelSpan = [start: number, end: number];

/** No number on a page has more characters. */
const MAX_NUMBER = 40;
const NO_NUMBER = /[^\p{Nd}.,٫٬'’\u00A0\u202F]/u;
const DIGIT = /\p{Nd}/u;

/**
 * The spans of the placeholders where the whole text is the parts; each placeholder of any text takes as
 * little as it can, each number as much. No place is tried twice for the same part, so the steps are at most
 * parts × characters × 40, whatever the phone says. `step` counts them.
 */
export function matchParts(
  parts: readonly LabelPart[],
  text: string,
  step: (count: number) => void = () => undefined,
): LabelSpan[] | undefined {
  step(1);
  if (!mayFit(parts, text)) return undefined;
  const tried = parts.map(() => new Uint8Array(text.length + 1));
  const spans: LabelSpan[] = [];
  return from(0, 0) ? spans : undefined;

  /** Whether the rest of the text, from `at`, is the rest of the parts. */
  function from(index: number, at: number): boolean {
    const part = parts[index];
    if (!part) return at === text.length;
    const seen = tried[index];
    if (seen?.[at] !== 0) return false;
    if ('literal' in part) {
      seen[at] = 1;
      step(1 + (part.literal.length >> 6));
      return text.startsWith(part.literal, at) && from(index + 1, at + part.literal.length);
    }
    for (const end of ends(part.conversion, text, at)) {
      step(1);
      if (part.conversion === 'any') {
        // From here on all was tried for an earlier start.
        if (seen[end] === 1) break;
        seen[end] = 1;
      }
      spans.push([at, end]);
      if (from(index + 1, end)) return true;
      spans.pop();
    }
    seen[at] = 1;
    return false;
  }
}

/** A quick look at both ends, which tells nearly all texts apart. */
function mayFit(parts: readonly LabelPart[], text: string): boolean {
  const [first, last] = [parts[0], parts.at(-1)];
  if (first && 'literal' in first && !text.startsWith(first.literal)) return false;
  return !last || !('literal' in last) || text.endsWith(last.literal);
}

/** Where a placeholder that begins here may end, what is tried first first. */
function* ends(conversion: Conversion, text: string, at: number): Generator<number> {
  if (conversion === 'any') for (let end = at; end <= text.length; end++) yield end;
  else if (conversion === 'character') {
    const code = text.codePointAt(at);
    if (code !== undefined && code !== 10 && code !== 13) yield at + (code > 0xffff ? 2 : 1);
  } else if (conversion === 'hex') yield* hexEnds(text, at);
  else yield* numberEnds(text, at);
}

/** The longest first. */
function hexEnds(text: string, at: number): number[] {
  const digits = /^[\da-f]*/i.exec(text.slice(at, at + MAX_NUMBER))?.[0].length ?? 0;
  return Array.from({ length: digits }, (_, place) => at + digits - place);
}

function numberEnds(text: string, at: number): number[] {
  const found: number[] = [];
  const start = /[-−]/.test(text.charAt(at)) ? at + 1 : at;
  let end = start;
  for (const character of text.slice(start, start + MAX_NUMBER)) {
    if (NO_NUMBER.test(character) || (end === start && !DIGIT.test(character))) break;
    end += character.length;
    if (DIGIT.test(character)) found.push(end);
  }
  return found.reverse();
}
