import { sourceAttribute, sourceAttributes } from './attributes.ts';
import type { AttributeFacts } from './attributes.ts';
import type { AxNode } from './tree.ts';

export interface SourceOptions extends AttributeFacts {
  /** Size of the screen without the navigation bar, px, as Display.getSize says. */
  width: number;
  height: number;
  maxDepth: number;
  normalizeTagNames: boolean;
}

/**
 * Page source as Android's KXmlSerializer writes it: CRLF, two spaces, ` />`, no line end after the last tag.
 */
export function pageSource(hierarchy: AxNode, options: SourceOptions): string {
  const out = ["<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"];
  write(hierarchy, 0, options, out);
  return out.join('');
}

function write(ax: AxNode, level: number, options: SourceOptions, out: string[]): void {
  const tag = tagName(ax.cls, options.normalizeTagNames);
  const indent = `\r\n${'  '.repeat(level)}`;
  out.push(indent, '<', tag);
  for (const name of sourceAttributes(ax)) {
    const value = sourceAttribute(ax, name, options);
    if (value !== undefined) out.push(' ', name, '=', quoted(value));
  }
  if (ax.kind === 'hierarchy') out.push(` rotation="0" width="${options.width}" height="${options.height}"`);
  const children = childrenWithin(ax, options.maxDepth);
  if (children.length === 0) {
    out.push(' />');
    return;
  }
  out.push('>');
  for (const child of children) write(child, level + 1, options, out);
  out.push(indent, '</', tag, '>');
}

/** Setting `snapshotMaxDepth`: deeper nodes are cut off. */
export function childrenWithin(ax: AxNode, maxDepth: number): AxNode[] {
  return ax.depth >= maxDepth ? [] : ax.children;
}

/** A value with a double quote in it is put between single ones. Characters XML does not allow become `?`. */
function quoted(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  const quote = value.includes('"') ? "'" : '"';
  const escaped = value.replace(SPECIAL, (char) => {
    if (char === '&') return '&amp;';
    if (char === '<') return '&lt;';
    if (char === '>') return '&gt;';
    if (char === '"' || char === "'") return char !== quote ? char : char === '"' ? '&quot;' : '&apos;';
    const code = char.codePointAt(0)!;
    return code === 9 || code === 10 || code === 13 || code > 0xffff ? `&#${code};` : '?';
  });
  return quote + escaped + quote;
}
const PLAIN = /^[ !#-%'-;=?-\ud7ff\ue000-\ufffd]*$/u;
const SPECIAL = /[^ !#-%(-;=?-\ud7ff\ue000-\ufffd]/gu;

const names = new Map<string, string>();

/** A class name as XML element name; `$` and the like become dots. */
export function tagName(cls: string, normalize: boolean): string {
  const key = `${normalize}${cls}`;
  let name = names.get(key);
  if (name === undefined) {
    name = cls
      .replace(/[$@#&]/g, '.')
      .replace(/\.+/g, '.')
      .replace(/^\.|\.$/g, '');
    if (normalize) name = name.replace(/[^A-Za-z0-9\-._]/g, '_');
    name =
      name.replace(/^[^_A-Za-z\u00c0-\uffff]+/, '').replace(/[^\-._0-9A-Za-z\u00b7-\uffff]/g, '_') ||
      'android.view.View';
    names.set(key, name);
  }
  return name;
}
