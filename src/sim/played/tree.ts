import { Parser } from 'htmlparser2';

/** One node of a recorded page source. */
export interface RecordedNode {
  cls: string;
  package: string;
  attributes: ReadonlyMap<string, string>;
  /** [left, top, right, bottom] in px. */
  bounds: readonly [number, number, number, number];
  children: RecordedNode[];
}

export interface RecordedTree {
  root: RecordedNode;
  /** Of the screen without its navigation bar, px; 0 where the source does not say. */
  width: number;
  height: number;
}

/** Nodes of a page, nodes one in another, and characters of one attribute: no page has as many. */
const MOST = { nodes: 20_000, depth: 250, text: 65_536 } as const;

/** What all pages of one recording may have: the longest have some ten thousand nodes. */
const MOST_IN_ALL = { nodes: 60_000, attributes: 1_500_000 } as const;

/** How much of that is left. */
export type TreeRoom = Record<keyof typeof MOST_IN_ALL, number>;
export const roomForTrees = (): TreeRoom => ({ ...MOST_IN_ALL });

/** Reads a page source as the UiAutomator2 server writes it. Throws a RangeError where it is none. */
export function readTree(xml: string, file: string, room: TreeRoom): RecordedTree {
  const refuse = (why: string): never => {
    throw new RangeError(`its page '${file}' ${why}`);
  };
  const top: RecordedNode[] = [];
  const open: RecordedNode[] = [];
  let [count, width, height, hierarchies] = [0, 0, 0, 0];
  const parser = new Parser(
    {
      onopentag(name, given) {
        if (++count > MOST.nodes) refuse(`has more than ${MOST.nodes} nodes`);
        room.nodes--;
        room.attributes -= Object.keys(given).length;
        if (room.nodes < 0 || room.attributes < 0)
          refuse('is one too many: no phone has as much on its pages');
        if (open.length >= MOST.depth) refuse(`has more than ${MOST.depth} nodes one in another`);
        if (Object.values(given).some((text) => text.length > MOST.text)) refuse('has a text of no phone');
        const node = nodeOf(name, given);
        if (name === 'hierarchy') {
          hierarchies++;
          [width, height] = [given['width'], given['height']].map((text) => sizeIn(text)) as [number, number];
        } else (open.findLast(({ cls }) => cls !== 'hierarchy')?.children ?? top).push(node);
        open.push(node);
      },
      onclosetag: () => void open.pop(),
    },
    { xmlMode: true },
  );
  parser.end(xml);
  // A toast is gone by the time a person looks.
  const root = top.find(({ cls }) => cls !== 'android.widget.Toast');
  if (!root || hierarchies !== 1) return refuse('is not a page source');
  return { root, width, height };
}

function nodeOf(name: string, given: Record<string, string>): RecordedNode {
  return {
    cls: name === 'hierarchy' ? name : (given['class'] ?? name),
    package: given['package'] ?? '',
    attributes: new Map(Object.entries(given)),
    bounds: boundsIn(given['bounds'] ?? ''),
    children: [],
  };
}

const sizeIn = (text = ''): number => (/^\d{1,5}$/.test(text) ? Number(text) : 0);

function boundsIn(text: string): RecordedNode['bounds'] {
  const found = /^\[(-?\d{1,6}),(-?\d{1,6})\]\[(-?\d{1,6}),(-?\d{1,6})\]$/.exec(text)?.slice(1).map(Number);
  const [left = 0, top = 0, right = 0, bottom = 0] = found ?? [];
  return [left, top, right, bottom];
}
