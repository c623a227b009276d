import { compile, type DomNode, type FormatCallback } from 'html-to-text';

/**
 * The text a person sees of an HTML mail: a line for each block, a tab between the cells of a row. What is not displayed is left out,
 * as are addresses of links, images and all markup: 6-digit colours and ids in them look like codes.
 */
export function visibleText(html: string): string {
  return convert(html)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** `bdo` shows its digits in another order than they are written. Of a head only the title is text; a head that is never closed holds the body. */
const dropped = 'title img svg template object iframe select textarea bdo'.split(' ');
const blocks = (
  'address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form ' +
  'h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'
).split(' ');

const inline: FormatCallback = (element, walk, builder) => {
  if (!isHidden(element)) walk(shownChildren(element), builder);
};

const block: FormatCallback = (element, walk, builder) => {
  if (isHidden(element)) return;
  // A box for each digit.
  if (/^inline/.test(style(element, 'display') ?? '')) return cell(element, walk, builder, {});
  builder.openBlock({ leadingLineBreaks: 1, isPre: element.name === 'pre' });
  walk(shownChildren(element), builder);
  builder.closeBlock({ trailingLineBreaks: 1 });
};

const cell: FormatCallback = (element, walk, builder) => {
  if (isHidden(element)) return;
  walk(shownChildren(element), builder);
  builder.addLiteral('\t');
};

const convert = compile({
  wordwrap: false,
  // Not U+200B, which is one by default: it has no width, and stands between the digits of a code.
  whitespaceCharacters: ' \t\r\n\f',
  // The whole document: some mails write beside their <body>.
  baseElements: { selectors: [] },
  // Deeper than any mail is, and not as deep as the stack.
  limits: { maxDepth: 500, ellipsis: '' },
  formatters: { shownInline: inline, shownBlock: block, shownCell: cell },
  selectors: [
    ...['*', 'a', 'wbr'].map((selector) => ({ selector, format: 'shownInline' })),
    ...blocks.map((selector) => ({ selector, format: 'shownBlock' })),
    ...['td', 'th'].map((selector) => ({ selector, format: 'shownCell' })),
    ...dropped.map((selector) => ({ selector, format: 'skip' })),
  ],
});

/** Hidden with all that is in it, or shown in another order than it is written. */
function isHidden(element: DomNode): boolean {
  const hidden = attribute(element, 'hidden') !== undefined || /^none\b/.test(style(element, 'display') ?? '');
  return hidden || /override/.test(style(element, 'unicode-bidi') ?? '');
}

/** Trap: mail layouts set `font-size:0` on a cell to close gaps and give its contents their size back. Only bare text is hidden by it. */
function shownChildren(element: DomNode): DomNode[] {
  const invisible =
    /^(hidden|collapse)\b/.test(inherited(element, 'visibility') ?? '') || parseFloat(inherited(element, 'font-size') ?? '') === 0;
  return invisible ? element.children.filter(({ type }) => type !== 'text') : element.children;
}

function inherited(element: DomNode, property: string): string | undefined {
  for (let one: DomNode | undefined = element; one; one = one.parent) {
    const value = style(one, property);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What the element's own style says, the last word where it says it twice. */
function style(element: DomNode, property: string): string | undefined {
  const declarations = (attribute(element, 'style') ?? '').toLowerCase().split(';');
  const found = declarations.findLast((one) => one.slice(0, Math.max(0, one.indexOf(':'))).trim() === property);
  return found?.slice(found.indexOf(':') + 1).trim();
}

function attribute(element: DomNode, name: string): string | undefined {
  return (element.attribs as Record<string, string> | undefined)?.[name];
}
