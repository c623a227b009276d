import { globSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';

/** The pages of documentation, as tests read them: blocks of code, links, names of headings. */

export interface DocsPage {
  /** From the root, with slashes. */
  path: string;
  text: string;
}

/** A fenced block: ` ```sh run shows="signed out" `. */
export interface Block {
  page: string;
  line: number;
  /** The first word behind the fence: `sh`, `csv`, `json`, or nothing. */
  language: string;
  /** The other words: `run` alone is `''`, `exit=1` is `'1'`. */
  words: ReadonlyMap<string, string>;
  text: string;
  /** What stood in a comment `<!-- run with: {…} -->` between this block and the one before. */
  surroundings: unknown;
}

export function readPages(): DocsPage[] {
  const paths = globSync(['*.md', 'docs/**/*.md']).map((path) => path.replaceAll(sep, '/'));
  return paths.sort().map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

const FENCE = /^( *)```(.*)$/;
const SURROUNDINGS = /^ *<!-- run with: (\{.*\}) -->$/;

export function blocksOf({ path, text }: DocsPage): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  let surroundings: unknown;
  for (let at = 0; at < lines.length; at++) {
    const given = SURROUNDINGS.exec(lines[at] ?? '')?.[1];
    if (given !== undefined) surroundings = JSON.parse(given);
    const [, indent = '', info] = FENCE.exec(lines[at] ?? '') ?? [];
    if (info === undefined) continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === '```');
    if (end < 0) throw new Error(`${path}:${at + 1}: the block has no end.`);
    const [language = '', rest = ''] = info.split(/ (.*)/s);
    blocks.push({
      page: path,
      line: at + 1,
      language,
      words: new Map([...rest.matchAll(/([\w-]+)(?:="([^"]*)"|=(\S+))?/g)].map(valueOf)),
      text: lines
        .slice(at + 1, end)
        .map((line) => line.slice(indent.length))
        .join('\n'),
      surroundings,
    });
    surroundings = undefined;
    at = end;
  }
  return blocks;
}

const valueOf = ([, name = '', quoted, bare]: RegExpMatchArray): [string, string] => [
  name,
  quoted ?? bare ?? '',
];

/** The page without its blocks: what is said, not what is run. */
export const proseOf = ({ text }: DocsPage): string => text.replace(/^ *```[^]*?^ *```$/gm, '');

/** What stands between backquotes outside of blocks. */
export const codeOf = (page: DocsPage): string[] =>
  [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

export const linksOf = (page: DocsPage): string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** Names of the page's headings in addresses, as GitHub makes them. */
export function anchorsOf(page: DocsPage): Set<string> {
  const seen = new Map<string, number>();
  const names = [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
    const name = words
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
  return new Set(names);
}
