import type { Node } from '../screen/view.ts';

/** The deepest node at a point; what is drawn later lies on top. */
export function nodeAt(node: Node, x: number, y: number): Node | undefined {
  const { bounds } = node;
  if (x < bounds.x || y < bounds.y || x >= bounds.x + bounds.width || y >= bounds.y + bounds.height)
    return undefined;
  for (const child of node.children.toReversed()) {
    const found = nodeAt(child, x, y);
    if (found) return found;
  }
  return node;
}

/** The nearest node, from here up, that the test names. */
export function upwards(node: Node | undefined, test: (node: Node) => boolean): Node | undefined {
  for (let at = node; at; at = at.parent) if (test(at)) return at;
  return undefined;
}

/** Moves a scrolling node; false when it is at its end already. */
export function scrollBy(node: Node, dy: number): boolean {
  const { scroll } = node.view;
  if (!scroll) return false;
  const before = scroll.offset;
  scroll.offset = Math.round(Math.min(Math.max(0, before + dy), scroll.max));
  return scroll.offset !== before;
}
