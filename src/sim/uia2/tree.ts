import { createHash } from 'node:crypto';
import type { Handset } from '../handset.ts';
import { shownText } from '../screen/layout.ts';
import { Uia2Error } from './errors.ts';
import type { Uia2Settings } from './settings.ts';
import type { Node, Window } from '../screen/view.ts';

/** One node of the tree the accessibility service shows. */
export interface AxNode {
  kind: 'hierarchy' | 'view' | 'toast';
  cls: string;
  package?: string;
  text?: string;
  /** Place among the parent's children. */
  index: number;
  depth: number;
  parent?: AxNode;
  children: AxNode[];
  /** Only for `view`. */
  node?: Node;
}

const ROOT_TIMEOUT_MS = 10_000;

/** One look at the screen: each window is laid out at most once. Valid until something moves. */
export class Glance {
  readonly #handset: Handset;
  readonly #settings: Uia2Settings;
  readonly #windows: Window[];
  readonly #trees = new Map<number, AxNode>();

  constructor(handset: Handset, settings: Uia2Settings) {
    this.#handset = handset;
    this.#settings = settings;
    this.#windows = handset.windows();
  }

  /** Waits for a window as long as the server does. */
  static async take(handset: Handset, settings: Uia2Settings): Promise<Glance> {
    const deadline = handset.clock.now() + ROOT_TIMEOUT_MS;
    for (;;) {
      const glance = new Glance(handset, settings);
      if (glance.#windows.length > 0) return glance;
      if (handset.clock.now() >= deadline) throw new Uia2Error('unknown error', NO_ROOT);
      await handset.clock.sleep(250, 'a window with the focus');
    }
  }

  /** The window with the focus. */
  active(): AxNode {
    return this.#tree(this.#windows[this.#windows.length - 1]!);
  }

  /** What searches start from: the focused window, or all of them, topmost first. */
  roots(): AxNode[] {
    if (!this.#settings.get('enableMultiWindows')) return [this.active()];
    return this.everyRoot();
  }

  everyRoot(): AxNode[] {
    return this.#windows.map((window) => this.#tree(window)).reverse();
  }

  /** The document behind page source and XPath: the roots, and the toast behind them. */
  hierarchy(): AxNode {
    const root: AxNode = { kind: 'hierarchy', cls: 'hierarchy', index: 0, depth: 0, children: [] };
    root.children = this.roots().map((child, index) => Object.assign(child, { index, parent: root }));
    const toast = this.#settings.get('enableNotificationListener') ? this.#handset.toast() : undefined;
    if (toast) {
      // The server makes up this node and gives it the package of the settings app, whichever app showed the toast.
      const made = { cls: 'android.widget.Toast', package: 'com.android.settings', text: toast.text };
      root.children.push({
        kind: 'toast',
        ...made,
        index: root.children.length,
        depth: 0,
        parent: root,
        children: [],
      });
    }
    return root;
  }

  /** The node that was found earlier, when it still is there. */
  find(earlier: Node): AxNode | undefined {
    const window = this.#windows.find(({ serial }) => serial === earlier.window.serial);
    if (!window) return undefined;
    for (const ax of descendants(this.#tree(window))) {
      if (ax.node?.path === earlier.path) return isSameView(ax.node, earlier) ? ax : undefined;
    }
    return undefined;
  }

  #tree(window: Window): AxNode {
    let tree = this.#trees.get(window.serial);
    if (!tree) {
      tree = build(this.#handset.layOut(window), 0, 1, this.#settings.get('ignoreUnimportantViews'));
      this.#trees.set(window.serial, tree);
    }
    return tree;
  }
}

export const NO_ROOT =
  `Timed out after ${ROOT_TIMEOUT_MS}ms waiting for the root AccessibilityNodeInfo in the active window. ` +
  'Make sure the active window is not constantly hogging the main UI thread (e.g. the application is being idle long enough), ' +
  'so the accessibility manager could do its work';

function build(node: Node, index: number, depth: number, importantOnly: boolean): AxNode {
  const { view } = node;
  const ax: AxNode = {
    kind: 'view',
    cls: view.cls,
    package: view.package ?? node.window.package,
    index,
    depth,
    children: [],
    node,
  };
  if (view.text !== undefined || view.hint !== undefined) ax.text = shownText(view);
  const shown = importantOnly ? node.children.flatMap(important) : node.children;
  ax.children = shown.map((child, at) => {
    const built = build(child, at, depth + 1, importantOnly);
    built.parent = ax;
    return built;
  });
  return ax;
}

/** A node that matters to accessibility services, else its descendants that do. */
function important(node: Node): Node[] {
  return isImportant(node) ? [node] : node.children.flatMap(important);
}

/**
 * What View.isImportantForAccessibility says of unmarked views: what acts, scrolls, or says something.
 */
export function isImportant({ view }: Node): boolean {
  return (
    Boolean(view.clickable || view.longClickable || view.focusable || view.scroll || view.desc) ||
    view.text !== undefined
  );
}

const isSameView = (a: Node, b: Node): boolean => a.view.cls === b.view.cls && a.view.id === b.view.id;

/** The node and all below it, in document order. */
export function* descendants(ax: AxNode): Generator<AxNode> {
  yield ax;
  for (const child of ax.children) yield* descendants(child);
}

/**
 * Element id as the server makes it of window and node id; the same view has the same id in every look.
 * Toasts have none.
 */
export function uuidOf({ node }: AxNode): string | undefined {
  if (!node) return undefined;
  const window = node.window.serial.toString(16).padStart(16, '0');
  const view = createHash('sha1')
    .update(`${node.path}\n${node.view.cls}\n${node.view.id ?? ''}`)
    .digest('hex')
    .slice(0, 16);
  return `${window.slice(0, 8)}-${window.slice(8, 12)}-${window.slice(12)}-${view.slice(0, 4)}-${view.slice(4)}`;
}
