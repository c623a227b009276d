import { DOMParser, type Document } from '@xmldom/xmldom';
import { BadAnswerError } from '../src/errors.ts';

/**
 * What a page may have at most; `bare`: characters of a view beside its values. The server on the phone stops
 * at 70 views inside one another; the longest pages of MIUI have some hundred views with 25 attributes each.
 */
const MOST = {
  characters: 4_000_000,
  elements: 10_000,
  depth: 200,
  attributes: 100,
  bare: 10_000,
  value: 100_000,
};

/** Names of things, in characters. */
const LONGEST_NAME = 500;

/**
 * The page source of a phone as a document. Throws BadAnswerError where it is larger or deeper than any page
 * is, before a parser sees it: a phone that is broken or means harm sends what would keep a parser busy.
 */
export function readSource(source: string): Document {
  assertBounded(source);
  return new DOMParser({ onError: () => undefined }).parseFromString(source, 'text/xml');
}

/** An id, class or package. */
export function nameIn(value: string): string {
  if (value.length > LONGEST_NAME) throw bad(`a name of ${value.length} characters`);
  return value;
}

/** Reads each character once. What is no XML is left to the parser, unless it does not end. */
function assertBounded(source: string): void {
  if (source.length > MOST.characters) throw bad(`a page of ${source.length} characters`);
  let elements = 0;
  let depth = 0;
  for (let at = source.indexOf('<'); at >= 0; at = source.indexOf('<', at)) {
    if (++elements > 2 * MOST.elements) throw bad(`more than ${MOST.elements} views`);
    const aside = ASIDES.find(([begin]) => source.startsWith(begin, at));
    if (aside) {
      const end = source.indexOf(aside[1], at);
      if (end < 0) throw bad('a page that breaks off');
      at = end + 1;
      continue;
    }
    // A page defines nothing: what it would define may grow without end.
    if (source.startsWith('<!', at)) throw bad('a page that defines words of its own');
    const end = endOfTag(source, at);
    if (source[at + 1] === '/') depth--;
    else if (source[end - 1] !== '/' && ++depth > MOST.depth)
      throw bad(`more than ${MOST.depth} views inside one another`);
    at = end;
  }
}

/** Comments, texts without markup, instructions. */
const ASIDES = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** Where the tag that begins here ends. */
function endOfTag(source: string, begin: number): number {
  let attributes = 0;
  let bare = 0;
  for (let at = begin + 1; at < source.length; at++) {
    const character = source[at];
    if (character === '>') return at;
    if (++bare > MOST.bare || (character === '=' && ++attributes > MOST.attributes))
      throw bad(`a view with more than ${MOST.attributes} attributes`);
    if (character !== '"' && character !== "'") continue;
    const end = source.indexOf(character, at + 1);
    if (end < 0) break;
    if (end - at > MOST.value) throw bad(`a text of ${end - at} characters`);
    at = end;
  }
  throw bad('a page that breaks off');
}

const bad = (came: string) => new BadAnswerError({ asked: 'the page it shows', came });
