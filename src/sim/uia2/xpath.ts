import fontoxpath from 'fontoxpath';
import type { IDomFacade } from 'fontoxpath';
import { sourceAttribute, sourceAttributes } from './attributes.ts';
import { Uia2Error } from './errors.ts';
import { childrenWithin, tagName } from './source.ts';
import type { SourceOptions } from './source.ts';
import type { AxNode } from './tree.ts';

/**
 * What fontoxpath asks of a node; the accessibility nodes are searched as they are, without a DOM in between.
 */
interface XNode {
  nodeType: 1 | 2 | 9;
  nodeName: string;
  localName: string;
  namespaceURI: null;
  prefix: string;
  parent: XNode | null;
  place: number;
  ax?: AxNode;
  value?: string;
  children?: XNode[];
}

/**
 * Nodes an XPath 2 expression selects in the page source of `top`, in document order. `context` is where it
 * starts: the whole document when missing. As on the server, only attributes the expression names after an
 * `@` are there to be compared. `enforceXPath1` makes no difference: XPath 2 understands the same
 * expressions.
 */
export function selectByXPath(
  expression: string,
  top: AxNode,
  options: SourceOptions,
  context?: AxNode,
): AxNode[] {
  const everything = expression.includes('@*');
  const isRead = (name: string): boolean => name === 'class' || everything || expression.includes(`@${name}`);
  const document = node(9, '#document', null);
  document.children = [element(top, document, 0, options)];
  const start = context ? (elementOf(document.children[0]!, context, options) ?? document) : document;
  try {
    // Numbers and strings are results too, but not of interest: the server passes over them.
    const found = fontoxpath.evaluateXPath(
      expression,
      start,
      facade(isRead, options),
      null,
      fontoxpath.evaluateXPath.ALL_RESULTS_TYPE,
    );
    return (found as (XNode | null)[]).flatMap((item) =>
      item?.ax && item.ax.kind !== 'hierarchy' ? [item.ax] : [],
    );
  } catch (fault) {
    throw xpathError(fault);
  }
}

function node(nodeType: 1 | 2 | 9, name: string, parent: XNode | null): XNode {
  return { nodeType, nodeName: name, localName: name, namespaceURI: null, prefix: '', parent, place: 0 };
}

function element(ax: AxNode, parent: XNode, place: number, options: SourceOptions): XNode {
  return Object.assign(node(1, tagName(ax.cls, options.normalizeTagNames), parent), { ax, place });
}

/** Children are made when a step of the expression first asks for them. */
function childrenOf(parent: XNode, options: SourceOptions): XNode[] {
  parent.children ??= parent.ax
    ? childrenWithin(parent.ax, options.maxDepth).map((ax, place) => element(ax, parent, place, options))
    : [];
  return parent.children;
}

function elementOf(from: XNode, ax: AxNode, options: SourceOptions): XNode | undefined {
  if (from.ax === ax) return from;
  for (const child of childrenOf(from, options)) {
    const found = elementOf(child, ax, options);
    if (found) return found;
  }
  return undefined;
}

function facade(isRead: (name: string) => boolean, options: SourceOptions): IDomFacade {
  const children = (of: XNode): XNode[] => childrenOf(of, options);
  const attribute = ({ ax }: XNode, name: string): string | null => {
    if (!ax) return null;
    if (ax.kind === 'hierarchy' && (name === 'width' || name === 'height')) return String(options[name]);
    if (ax.kind === 'hierarchy' && name === 'rotation') return '0';
    return (ax.kind === 'view' && !isRead(name) ? undefined : sourceAttribute(ax, name, options)) ?? null;
  };
  const all = (of: XNode): XNode[] =>
    (of.ax ? sourceAttributes(of.ax) : []).flatMap((name) => {
      const value = attribute(of, name);
      return value === null ? [] : [Object.assign(node(2, name, of), { value })];
    });
  const domFacade = {
    getAllAttributes: all,
    getAttribute: attribute,
    getChildNodes: children,
    getData: ({ value }: XNode) => value ?? '',
    getFirstChild: (of: XNode) => children(of)[0] ?? null,
    getLastChild: (of: XNode) => children(of).at(-1) ?? null,
    getNextSibling: ({ parent, place }: XNode) => (parent && children(parent)[place + 1]) ?? null,
    getPreviousSibling: ({ parent, place }: XNode) =>
      parent && place > 0 ? (children(parent)[place - 1] ?? null) : null,
    getParentNode: ({ parent }: XNode) => parent,
  };
  return domFacade as unknown as IDomFacade;
}

/** XPST: the expression is wrong. Any other code: it failed on this document. */
function xpathError(fault: unknown): Uia2Error {
  const message = fault instanceof Error ? fault.message : String(fault);
  if (/XPST|XPTY0004.*static/.test(message)) {
    return new Uia2Error(
      'invalid selector',
      `org.eclipse.wst.xml.xpath2.processor.XPathParserException: ${message}`,
    );
  }
  const hint =
    "Try changing the 'enforceXPath1' driver setting to 'true' in order to workaround the problem.";
  return new Uia2Error('unknown error', `${message}. ${hint}`);
}
