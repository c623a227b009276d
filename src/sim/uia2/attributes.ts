import { isImportant } from './tree.ts';
import type { AxNode } from './tree.ts';
import type { Node } from '../screen/view.ts';

/** What an attribute's value depends on besides the node. */
export interface AttributeFacts {
  /** ro.build.version.sdk: some attributes came with later releases. */
  sdk: number;
}

type Value = string | number | boolean | undefined;
type Read = (ax: AxNode, node: Node, facts: AttributeFacts) => Value;
const never: Read = () => undefined;
const since =
  (sdk: number, value: Value): Read =>
  (_ax, _node, facts) =>
    facts.sdk >= sdk ? value : undefined;

const isEditable = ({ view }: Node): boolean => view.onText !== undefined;
const isCollection = ({ view }: Node): boolean => /\b(ListView|GridView|RecyclerView)$/.test(view.cls);

/** android.text.InputType: TYPE_CLASS_TEXT, and with TYPE_TEXT_VARIATION_PASSWORD. */
const INPUT_TEXT = 0x1;
const INPUT_PASSWORD = 0x81;

/** Page source attributes in the order the server writes them (UiElementSnapshot). */
const SOURCE: readonly [name: string, read: Read][] = [
  ['index', (ax) => ax.index],
  ['package', (ax) => ax.package],
  ['class', (ax) => ax.cls],
  ['text', (ax) => ax.text ?? ''],
  ['content-desc', (_, { view }) => view.desc],
  ['resource-id', (_, { view }) => view.id],
  ['checkable', (_, { view }) => view.checkable ?? false],
  ['checked', (_, { view }) => view.checked ?? false],
  ['clickable', (_, { view }) => view.clickable ?? false],
  ['enabled', (_, { view }) => view.enabled ?? true],
  ['focusable', (_, { view }) => view.focusable ?? false],
  ['focused', (_, { view }) => view.focused ?? false],
  ['long-clickable', (_, { view }) => view.longClickable ?? false],
  ['password', (_, { view }) => view.password ?? false],
  // A list with nothing to scroll to is not scrollable (AbsListView, ScrollView).
  ['scrollable', (_, { view }) => (view.scroll?.max ?? 0) > 0],
  // No text is selected here, so the range is empty and the server leaves it out.
  ['selection-start', never],
  ['selection-end', never],
  ['selected', (_, { view }) => view.selected ?? false],
  ['bounds', (_, node) => boundsText(node)],
  ['displayed', () => true],
  ['hint', (_, { view }) => view.hint],
  ['a11y-important', (_, node) => isImportant(node)],
  ['screen-reader-focusable', since(28, false)],
  [
    'input-type',
    (_, node) => (isEditable(node) ? (node.view.password ? INPUT_PASSWORD : INPUT_TEXT) : undefined),
  ],
  ['drawing-order', (ax) => ax.index + 1],
  ['showing-hint', (_, { view }) => Boolean(view.hint) && !view.text],
  ['text-entry-key', since(29, false)],
  ['multiline', never],
  ['dismissable', () => false],
  ['a11y-focused', () => false],
  ['heading', since(28, false)],
  ['live-region', () => 0],
  ['context-clickable', () => false],
  ['max-text-length', never],
  ['content-invalid', () => false],
  ['error', never],
  ['pane-title', never],
  ['tooltip-text', never],
  ['text-has-clickable-span', never],
  ['window-id', (_, { window }) => window.serial],
  ['is-collection', (_, node) => isCollection(node) || undefined],
  ['is-collection-item', (ax) => (ax.parent?.node && isCollection(ax.parent.node)) || undefined],
];
const READERS = new Map(SOURCE);
const TOAST = ['index', 'package', 'class', 'text', 'displayed'];
const HIERARCHY = ['index', 'class'];
const NAMES = SOURCE.map(([name]) => name);

/** Names of the attributes a node can have in the page source, in order. */
export function sourceAttributes({ kind }: AxNode): readonly string[] {
  return kind === 'view' ? NAMES : kind === 'toast' ? TOAST : HIERARCHY;
}

/** Value of a page source attribute; undefined when the node has none. */
export function sourceAttribute(ax: AxNode, name: string, facts: AttributeFacts): string | undefined {
  if (ax.kind !== 'view' && !sourceAttributes(ax).includes(name)) return undefined;
  // Those of a toast and the hierarchy do not look at the view.
  const value = READERS.get(name)?.(ax, ax.node as Node, facts);
  return value === undefined ? undefined : String(value);
}

function boundsText({ bounds: { x, y, width, height } }: Node): string {
  return `[${x},${y}][${x + width},${y + height}]`;
}

/** All attributes the server knows (enum Attribute), each with its other names. */
const ALIASES: readonly (readonly string[])[] = [
  ...['checkable', 'checked'].map((name) => [name]),
  ['class', 'className'],
  ['clickable'],
  ['content-desc', 'contentDescription'],
  ...['enabled', 'focusable', 'focused'].map((name) => [name]),
  ['long-clickable', 'longClickable'],
  ...['package', 'password'].map((name) => [name]),
  ['resource-id', 'resourceId'],
  ...['scrollable', 'selection-start', 'selection-end', 'selected'].map((name) => [name]),
  ['text', 'name'],
  ...['hint', 'extras', 'bounds', 'displayed', 'contentSize'].map((name) => [name]),
  ['a11y-important', 'importantForAccessibility'],
  ['screen-reader-focusable', 'screenReaderFocusable'],
  ['input-type', 'inputType'],
  ['drawing-order', 'drawingOrder'],
  ['showing-hint', 'showingHintText'],
  ['text-entry-key', 'textEntryKey'],
  ['multiline', 'multiLine'],
  ['dismissable'],
  ['a11y-focused', 'accessibilityFocused'],
  ['heading'],
  ['live-region', 'liveRegion'],
  ['context-clickable', 'contextClickable'],
  ['max-text-length', 'maxTextLength'],
  ['content-invalid', 'contentInvalid'],
  ['error', 'errorText'],
  ['pane-title', 'paneTitle'],
  ['tooltip-text', 'tooltipText'],
  ['text-has-clickable-span', 'textHasClickableSpan'],
  ['actions'],
  ['window-id', 'windowId'],
  ['text-size', 'textSize'],
  ['text-unit', 'textUnit'],
  ['is-collection', 'isCollection'],
  ['is-collection-item', 'isCollectionItem'],
  ['collection-info', 'collectionInfo'],
  ['collection-item-info', 'collectionItemInfo'],
];

/** Those `GET element/:id/attribute/:name` answers; the others it only knows by name. */
const ANSWERED = new Set(
  (
    'text content-desc class resource-id contentSize enabled checkable checked clickable focusable focused long-clickable scrollable ' +
    'selected displayed password bounds package hint selection-start selection-end extras is-collection is-collection-item ' +
    'collection-info collection-item-info'
  ).split(' '),
);

/** The server's own name of an attribute a client may ask for, else undefined. Case does not matter. */
export function answeredAttribute(asked: string): string | undefined {
  const name = ALIASES.find((names) =>
    names.some((alias) => alias.toLowerCase() === asked.toLowerCase()),
  )?.[0];
  return name !== undefined && ANSWERED.has(name) ? name : undefined;
}

export function attributeNames(): string {
  return `[${ALIASES.map((names) => (names.length > 1 ? `{${names.join(',')}}` : names[0])).join(', ')}]`;
}
