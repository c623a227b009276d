/** What a style says, property by property, in lower case; the last word where it says something twice. */
export type Declarations = Map<string, string>;

/** What makes text in a mail seen or not. */
const relevant = new Set(
  (
    'display visibility font-size color -webkit-text-fill-color unicode-bidi flex-direction flex-flow order transform opacity text-indent ' +
    'position left top right overflow max-height height max-width width'
  ).split(' '),
);

export function declarationsOf(style: string): Declarations {
  const found: Declarations = new Map();
  if (style === '') return found;
  for (const one of style.toLowerCase().split(';')) {
    const colon = one.indexOf(':');
    const property = one.slice(0, Math.max(0, colon)).trim();
    if (relevant.has(property)) found.set(property, one.slice(colon + 1).trim());
  }
  return found;
}

/** Most rules of a mail's style sheets that are looked at. */
const MOST_RULES = 1000;

/**
 * The rules of a style sheet that are for one class or id, by `.class` or `#id`. Those for a certain screen
 * (`@media`) are left out, and so are those for one element inside another.
 */
export function rulesOf(sheet: string, count: (steps: number) => void): Map<string, Declarations> {
  const rules = new Map<string, Declarations>();
  count(sheet.length);
  let depth = 0;
  let start = 0;
  let selectors = '';
  for (let at = 0; at < sheet.length && rules.size < MOST_RULES; at++) {
    const character = sheet[at];
    if (character === '{') {
      if (depth++ === 0) selectors = sheet.slice(start, at);
      start = depth === 1 ? at + 1 : start;
    } else if (character === '}') {
      depth = Math.max(0, depth - 1);
      if (depth === 0 && !selectors.includes('@')) keep(rules, selectors, sheet.slice(start, at));
      if (depth === 0) start = at + 1;
    }
  }
  return rules;
}

function keep(rules: Map<string, Declarations>, selectors: string, block: string): void {
  const declarations = declarationsOf(block.replaceAll('!important', ''));
  if (declarations.size === 0) return;
  for (const selector of selectors.toLowerCase().split(',', 100)) {
    const [, name] = /^\s{0,99}(?:<!--)?\s{0,99}[a-z0-9]{0,20}([.#][\w-]{1,100})\s*$/.exec(selector) ?? [];
    if (name !== undefined) rules.set(name, new Map([...(rules.get(name) ?? []), ...declarations]));
  }
}
