/**
 * A text as it may stand in XML, also between quotes. XML 1.0 has no way to write most control characters, half
 * a surrogate pair, U+FFFE and U+FFFF: they are dropped.
 */
export function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
