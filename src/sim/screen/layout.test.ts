import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keyboardTop, layOut } from './layout.ts';
import type { Node, Display, ScrollState, Style, View, Window } from './view.ts';
import { button, edit, editBox, eye, grid, iconCell, twoButtons } from './widgets.ts';
import { alert } from './widgets-dialog.ts';
import { heading, page, row, searchBar, switchRow } from './widgets-page.ts';

const screen: Display = { width: 1080, height: 2340, density: 440, statusBar: 83, navigationBar: 44 };
const noop = (): void => {};

const windowOf = (root: View, kind: Window['kind'] = 'activity'): Window => ({
  package: 'com.example',
  kind,
  serial: 7,
  root,
});
const lay = (root: View, style?: Style): Node => layOut(windowOf(root), screen, style);

function* all(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* all(child);
}
const withText = (root: Node, text: string): Node => {
  for (const node of all(root)) if (node.view.text === text) return node;
  throw new Error(`No "${text}" in the tree.`);
};
const right = ({ bounds }: Node): number => bounds.x + bounds.width;
const bottom = ({ bounds }: Node): number => bounds.y + bounds.height;

const rows = (count: number, scroll: ScrollState): View =>
  page({
    title: 'Settings',
    scroll,
    children: Array.from({ length: count }, (_, i) => row({ title: `Row ${i}`, onTap: noop })),
  });

describe('layOut', () => {
  it('puts an activity between the status bar and the navigation bar', () => {
    const { bounds } = lay(rows(2, { offset: 0, max: 0 }));
    assert.deepEqual(bounds, { x: 0, y: 83, width: 1080, height: 2340 - 83 - 44 });
  });

  it('keeps every node inside its parent, in whole pixels', () => {
    for (const style of [{ era: '10' }, { era: '14', rtl: true }] as const) {
      for (const node of all(lay(rows(60, { offset: 777, max: 0 }), style))) {
        const { x, y, width, height } = node.bounds;
        assert.ok(
          [x, y, width, height].every((value) => Number.isInteger(value) && value >= 0),
          node.path,
        );
        assert.ok(width > 0 && height > 0, node.path);
        const around = node.parent;
        if (!around) continue;
        assert.ok(
          x >= around.bounds.x &&
            y >= around.bounds.y &&
            right(node) <= right(around) &&
            bottom(node) <= bottom(around),
          node.path,
        );
      }
    }
  });

  it('wraps a long text into a taller view', () => {
    const text = (words: number): View => ({
      cls: 'android.widget.TextView',
      text: 'word '.repeat(words),
      look: { size: 16 },
    });
    const root = lay({ cls: 'android.widget.LinearLayout', children: [text(2), text(40)] });
    assert.ok(root.children[1]!.bounds.height > 2 * root.children[0]!.bounds.height);
  });

  it('limits a text to its lines', () => {
    const text = (maxLines: number): View => ({
      cls: 'android.widget.TextView',
      text: 'word '.repeat(80),
      look: { size: 16, maxLines },
    });
    const [one, two] = lay({ cls: 'android.widget.LinearLayout', children: [text(1), text(2)] }).children;
    assert.equal(two!.bounds.height, 2 * one!.bounds.height);
  });

  it('gives a list what is left above the footer', () => {
    const root = lay(
      page({
        title: 'Mi Account',
        scroll: { offset: 0, max: 0 },
        children: Array.from({ length: 40 }, (_, i) => row({ title: `Row ${i}` })),
        footer: [button({ text: 'Sign out' })],
      }),
    );
    const out = withText(root, 'Sign out');
    assert.ok(bottom(out) <= 2340 - 44);
    assert.ok(out.bounds.height > 100);
  });

  it('tells how far a list scrolls, and clamps its offset', () => {
    const scroll = { offset: 99999, max: 0 };
    const root = lay(rows(60, scroll));
    assert.ok(scroll.max > 3000);
    assert.equal(scroll.offset, scroll.max);
    assert.ok(withText(root, 'Row 59'));
    const short = { offset: 50, max: 9 };
    lay(rows(3, short));
    assert.deepEqual(short, { offset: 0, max: 0 });
  });

  it('drops rows that are scrolled away, and keeps the path of the others', () => {
    const scroll = { offset: 0, max: 0 };
    const before = withText(lay(rows(60, scroll)), 'Row 5');
    scroll.offset = 500;
    const root = lay(rows(60, scroll));
    const after = withText(root, 'Row 5');
    assert.equal(after.path, before.path);
    assert.equal(after.bounds.y, before.bounds.y - 500);
    assert.throws(() => withText(root, 'Row 0'));
    assert.throws(() => withText(root, 'Row 59'));
  });

  it('clips a row that sticks out of its list to the visible part', () => {
    const scroll = { offset: 60, max: 0 };
    const root = lay(rows(60, scroll));
    const list = [...all(root)].find((node) => node.view.scroll)!;
    const [first] = list.children;
    assert.equal(first!.bounds.y, list.bounds.y);
    assert.ok(first!.frame!.y < first!.bounds.y);
    assert.ok(first!.bounds.height < first!.frame!.height);
    assert.equal(bottom(list.children.at(-1)!), bottom(list));
  });

  it('names a node by the serial of its window and the keys or places among the declared children', () => {
    const root = lay({
      cls: 'a',
      children: [
        {
          cls: 'b',
          key: 'list',
          children: [
            { cls: 'c', text: 'x' },
            { cls: 'c', text: 'y' },
          ],
        },
      ],
    });
    assert.equal(withText(root, 'y').path, '7/0/list/1');
  });

  it('mirrors everything for languages written from right to left', () => {
    const field = edit({ id: 'com.example:id/field', content: '', hint: 'Password', onText: noop });
    const whole = page({
      title: 'Settings',
      back: noop,
      actions: [button({ text: 'Edit' })],
      scroll: { offset: 0, max: 0 },
      header: [searchBar({ hint: 'Search settings' })],
      children: [
        heading('Networks'),
        row({ title: 'Wi-Fi', summary: 'A network', value: 'Off', icon: 'wifi', onTap: noop }),
        switchRow({ title: 'Bluetooth', checked: true }),
        grid(['One', 'Two', 'Three', 'Four', 'Five'].map((text) => iconCell({ icon: 'notes', text }))),
      ],
      footer: [button({ text: 'Sign out' })],
    });
    const dialog = alert({
      title: 'Sure?',
      body: [editBox(field, { end: [eye({ open: false, onTap: noop })] })],
      negative: { text: 'No' },
      positive: { text: 'Yes' },
    });
    for (const era of ['10', '14'] as const) {
      for (const window of [windowOf(whole), windowOf(dialog, 'dialog')]) {
        const nodes = [...all(layOut(window, screen, { era }))];
        const mirrored = [...all(layOut(window, screen, { era, rtl: true }))];
        assert.ok(nodes.length > 7);
        nodes.forEach((node, i) => {
          const other = mirrored[i]!;
          assert.equal(other.path, node.path);
          // Each edge is rounded to a whole pixel from its own side, in a grid those of cell and text.
          assert.ok(
            Math.abs(screen.width - right(other) - node.bounds.x) <= 2,
            `${node.path} ${node.view.part}: ${screen.width - right(other)}, not ${node.bounds.x}`,
          );
          assert.deepEqual(
            [other.bounds.y, other.bounds.height],
            [node.bounds.y, node.bounds.height],
            node.path,
          );
        });
      }
    }
  });

  it('lays a dialog at the bottom, only as tall as it needs', () => {
    const dialog = windowOf(
      alert({ title: 'Sign out?', negative: { text: 'Cancel' }, positive: { text: 'OK' } }),
      'dialog',
    );
    const now = layOut(dialog, screen, { era: '14' });
    assert.equal(bottom(now), 2340 - 44 - 33);
    assert.equal(now.bounds.x, 33);
    assert.ok(now.bounds.height < 700);
    const then = layOut(dialog, screen, { era: '10' });
    assert.equal(bottom(then), 2340 - 44);
    assert.equal(then.bounds.width, 1080);
  });

  it('keeps a dialog with a very long message on the screen', () => {
    const dialog = windowOf(
      alert({ title: 'Terms', message: 'word '.repeat(3000), positive: { text: 'OK' } }),
      'dialog',
    );
    assert.ok(layOut(dialog, screen).bounds.y >= 83);
  });

  it('makes room for the keyboard while a field has the focus', () => {
    const field = (focused: boolean): Window =>
      windowOf(
        alert({
          body: [edit({ id: 'com.example:id/field', content: '', hint: 'Password', focused, onText: noop })],
          positive: { text: 'OK' },
        }),
        'dialog',
      );
    assert.ok(bottom(layOut(field(true), screen)) <= keyboardTop(screen));
    assert.ok(bottom(layOut(field(false), screen)) > keyboardTop(screen));
    assert.ok(bottom(layOut(field(true), screen, { keyboard: false })) > keyboardTop(screen));
  });

  it('covers the whole screen with the quick panel', () => {
    assert.deepEqual(layOut(windowOf({ cls: 'x', part: 'panel' }, 'panel'), screen).bounds, {
      x: 0,
      y: 0,
      width: 1080,
      height: 2340,
    });
  });

  it('gives two buttons side by side the same width', () => {
    const root = lay({ cls: 'x', children: [twoButtons({ text: 'No' }, { text: 'A much longer label' })] });
    const [left, rightOne] = root.children[0]!.children;
    assert.ok(Math.abs(left!.bounds.width - rightOne!.bounds.width) <= 1);
  });

  it('places the cells of a grid in equal columns, also in a row that is not full', () => {
    const cells = Array.from({ length: 6 }, (_, i) => iconCell({ icon: 'notes', text: `Cell ${i}` }));
    const { children } = lay({ cls: 'x', children: [grid(cells, { columns: 4 })] }).children[0]!;
    assert.equal(children.length, 6);
    assert.equal(children[4]!.bounds.x, children[0]!.bounds.x);
    assert.equal(children[5]!.bounds.x, children[1]!.bounds.x);
    assert.equal(children[5]!.bounds.width, children[1]!.bounds.width);
    assert.ok(children[4]!.bounds.y >= bottom(children[0]!));
  });

  it('lays the children of a stack over each other', () => {
    const root = lay({
      cls: 'x',
      children: [
        {
          cls: 'stack',
          box: { flow: 'stack' },
          children: [
            { cls: 'a', box: { height: 100 } },
            { cls: 'b', box: { width: 20, height: 20 } },
          ],
        },
      ],
    });
    const [under, over] = root.children[0]!.children;
    assert.equal(under!.bounds.y, over!.bounds.y);
    assert.equal(root.children[0]!.bounds.height, under!.bounds.height);
  });

  it('has no node for a view without any size', () => {
    assert.equal(lay({ cls: 'x', children: [{ cls: 'empty', text: '' }] }).children.length, 0);
  });

  it('gives the memory of a layout back', (t) => {
    const wide: View = { cls: 'x', children: Array.from({ length: 200 }, () => ({ cls: 'y' })) };
    // Yoga's nodes live in WebAssembly memory, which grows after some 30,000 that are not freed.
    const grow = t.mock.method(WebAssembly.Memory.prototype, 'grow');
    for (let i = 0; i < 300; i++) lay(wide);
    assert.equal(grow.mock.callCount(), 0);
  });
});
