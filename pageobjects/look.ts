import { XMLSerializer, type Document, type Element } from '@xmldom/xmldom';
import type { Label, LabelBook } from './label.ts';
import { nameIn, readSource } from './read-source.ts';

/** One node of a page source, with the attributes pages ask about. */
export interface SourceNode {
  cls: string;
  package: string;
  id: string;
  text: string;
  desc: string;
  clickable: boolean;
  scrollable: boolean;
  enabled: boolean;
  checked: boolean;
  password: boolean;
  /** What it shows is not to be kept: it is typed into, or shows what may be a code. */
  secret: boolean;
  /** [left, top, right, bottom] in px. */
  bounds: readonly [number, number, number, number];
  parent?: SourceNode;
}

/** Android's own classes of what is typed into, and those that inherit from them by name. */
export const isTypedInto = (cls: string): boolean => /(EditText|AutoCompleteTextView)$/.test(cls);

/** What may be a verification code: exactly six digits, also three and three. */
const CODE = /(?<!\p{Nd})\p{Nd}{3}[\s-]?\p{Nd}{3}(?!\p{Nd})/gu;
/** The text with what may be a code covered. */
export const withoutCodes = (text: string): string => text.replace(CODE, '••••••');

const SHOWN = ['text', 'content-desc', 'hint'];

/** What was on the screen at one moment: a page source, read once and matched against every page. */
export class PageSource {
  readonly nodes: readonly SourceNode[];
  readonly toasts: readonly string[];
  /** Equal when the same things are on the screen. */
  readonly fingerprint: string;
  /** Width of the screen in the unit of the bounds, where the source says it. */
  readonly width: number | undefined;
  readonly #document: Document;

  /** Throws BadAnswerError where the source is larger or deeper than any page is. */
  constructor(source: string) {
    const document = readSource(source);
    const nodes: SourceNode[] = [];
    const toasts: string[] = [];
    const visit = (element: Element, parent: SourceNode | undefined) => {
      const attribute = (name: string) => element.getAttribute(name) ?? '';
      const cls = nameIn(attribute('class') || element.tagName);
      // With the eye open the field is no password field any more, and shows what it holds. Codes are typed
      // into plain ones.
      const password =
        attribute('password') === 'true' ||
        attribute('resource-id').endsWith(':id/input_pwd_view') ||
        (attribute('resource-id').endsWith(':id/input') && parent?.id.endsWith(':id/password') === true);
      const field = password || isTypedInto(cls);
      if (field) element.setAttribute('text', '');
      if (cls === 'android.widget.Toast') toasts.push(attribute('text'));
      const node: SourceNode = {
        cls,
        package: nameIn(attribute('package')),
        id: nameIn(attribute('resource-id')),
        text: attribute('text'),
        desc: attribute('content-desc'),
        clickable: attribute('clickable') === 'true',
        scrollable: attribute('scrollable') === 'true',
        enabled: attribute('enabled') !== 'false',
        checked: attribute('checked') === 'true',
        password,
        secret: field || SHOWN.some((name) => attribute(name).search(CODE) >= 0),
        bounds: bounds(attribute('bounds')),
        ...(parent ? { parent } : {}),
      };
      for (const name of SHOWN)
        if (attribute(name) !== '') element.setAttribute(name, withoutCodes(attribute(name)));
      if (element !== document.documentElement) nodes.push(node);
      for (const child of Array.from(element.childNodes))
        if (child.nodeType === 1)
          visit(child as Element, element === document.documentElement ? undefined : node);
    };
    if (document.documentElement) visit(document.documentElement, undefined);
    this.nodes = nodes;
    this.toasts = toasts;
    this.width = Number(document.documentElement?.getAttribute('width')) || undefined;
    this.#document = document;
    this.fingerprint = nodes
      .map((node) => `${node.cls}|${node.id}|${node.text}|${node.desc}|${node.bounds.join()}`)
      .join('\n');
  }

  /** The page source as it may be kept: what fields hold is removed, and what may be a code is covered. */
  get source(): string {
    return new XMLSerializer().serializeToString(this.#document);
  }

  /** The app whose window has the focus. */
  get package(): string {
    return this.nodes.find((node) => node.cls !== 'android.widget.Toast')?.package ?? '';
  }

  byId(id: string): SourceNode | undefined {
    return this.nodes.find((node) => node.id === id);
  }

  /**
   * The first of the labels that is on the screen, in a view or a toast, with the node that shows it: rather
   * one that shows it exactly than one in other capitals or broken into lines, and of those rather a button
   * or a list's row than a person's name with the same words.
   */
  byLabel(
    labels: readonly Label[],
    book: LabelBook,
    fits = (_node: SourceNode) => true,
  ): { label: Label; node: SourceNode } | undefined {
    for (const label of labels) {
      for (const exactly of [true, false]) {
        const shown = this.nodes.filter(
          (node) =>
            [node.text, node.desc].some((text) => text !== '' && book.matches(label, text, exactly)) &&
            fits(node),
        );
        const [node] = shown.sort((one, other) => rank(other) - rank(one));
        if (node) return { label, node };
      }
    }
    return undefined;
  }
}

/** How much a node is a control of the phone's own. */
function rank(node: SourceNode): number {
  const own = node.cls.endsWith('.Button') || node.id.startsWith('android:id/');
  return (isPressable(node) ? 2 : 0) + (own ? 1 : 0);
}

function bounds(text: string): SourceNode['bounds'] {
  const [left = 0, top = 0, right = 0, bottom = 0] = (text.match(/-?\d+/g) ?? []).map(Number);
  return [left, top, right, bottom];
}

/** It, or what it stands in, reacts to a tap. */
export function isPressable(node: SourceNode): boolean {
  return [node, ...within(node)].some((one) => one.clickable && !isFrame(one));
}

/**
 * The card of a Miuix dialog and what lies around it: both take touches, so that none goes through to the page
 * behind, and neither is a thing to press.
 */
export const isFrame = ({ id }: SourceNode): boolean => /:id\/(dialog_dim_bg|parentPanel)$/.test(id);

/** It is what scrolls in an alert, of Android's framework or of Miuix. */
export const isOfDialog = (node: SourceNode): boolean =>
  node.id === 'android:id/scrollView' || within(node).some(isFrame);

/** What is seen of the window in front: of a Miuix dialog, whose root fills the screen, the card. */
export function windowIn({ nodes }: PageSource): SourceNode | undefined {
  const isDialog = nodes.some(({ id }) => id.endsWith(':id/dialog_root_view'));
  return (isDialog ? nodes.find(({ id }) => id.endsWith(':id/parentPanel')) : undefined) ?? nodes[0];
}

/** What a node stands in, from the inside out. */
export function within(node: SourceNode): SourceNode[] {
  const boxes: SourceNode[] = [];
  for (let up = node.parent; up; up = up.parent) boxes.push(up);
  return boxes;
}

/** The one of them, if it is only one. */
export const only = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined);
