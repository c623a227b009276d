/** What stands for a hidden part: so many characters at least, each of a kind. */
export interface HiddenPart {
  least: 0 | 1;
  kind: RegExp;
}

/** No id, number or address is longer. */
const LONGEST = 400;

/**
 * Whether a text can be what a mask shows in part (`mi***a@example.com`). How many characters an asterisk
 * hides it does not say. Takes steps by the length of both, however many asterisks there are.
 */
export function fitsMask(mask: string, text: string, { least, kind }: HiddenPart): boolean {
  if (mask.length > LONGEST || text.length > LONGEST) return false;
  const [first = '', ...others] = mask.split(/\*+/);
  // Where what was seen so far may end.
  let ends = text.startsWith(first) ? [first.length] : [];
  for (const part of others) {
    const reached = afterHidden(ends, text, least, kind);
    ends = reached.filter((at) => text.startsWith(part, at)).map((at) => at + part.length);
  }
  return ends.includes(text.length);
}

/** Where a hidden part may end that begins at one of these places, in order. */
function afterHidden(starts: readonly number[], text: string, least: 0 | 1, kind: RegExp): number[] {
  const begins = new Set(starts);
  const found: number[] = [];
  let isInside = false;
  for (let at = starts[0] ?? Infinity; at <= text.length; at++) {
    const hasCome = isInside;
    if (hasCome || (least === 0 && begins.has(at))) found.push(at);
    isInside = (isInside || begins.has(at)) && kind.test(text.charAt(at));
  }
  return found;
}
