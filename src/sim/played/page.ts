import { ACCOUNT_MASK, NOT_RECORDED } from '../../survey.ts';
import type { AppPage } from '../apps/page.ts';
import { isField } from '../screen/layout.ts';
import type { Node, Rect, ScrollState, View, Window } from '../screen/view.ts';
import type { RecordedPage, RecordedScreen } from './recording.ts';
import type { RecordedNode } from './tree.ts';

/** What a touch on a recorded node does. */
export type Touch = (screen: RecordedScreen, node: RecordedNode) => void;

/** How far a list is moved to come from one recorded screen to the next, px as a finger has it. */
const STEP = 1000;

/** A recorded page: its screens are the places to which its lists are scrolled. */
export class PlayedPage implements AppPage {
  readonly name = 'app';
  readonly package: string;
  readonly activity: string;
  readonly kind: Window['kind'];
  readonly recorded: RecordedPage;
  #place: number;
  readonly #account: string;
  readonly #touch: Touch;
  readonly #views = new Map<RecordedScreen, View>();
  readonly #scroll: ScrollState;

  /** `account`: what stands for its name, which is masked. */
  constructor(recorded: RecordedPage, place: number, account: string, touch: Touch) {
    this.recorded = recorded;
    this.package = recorded.package;
    this.activity = `${recorded.package}.RecordedActivity`;
    this.kind = recorded.package === 'com.android.systemui' ? 'panel' : 'activity';
    this.#place = place;
    this.#account = account;
    this.#touch = touch;
    this.#scroll = this.#steps();
  }

  get screen(): RecordedScreen {
    return this.recorded.screens[this.#place]!;
  }

  view(): View {
    const { screen } = this;
    const view = this.#views.get(screen) ?? this.#viewOf(screen.tree.root, screen);
    this.#views.set(screen, view);
    return view;
  }

  /** Each movement leads to the screen that was recorded next, whatever its length. */
  #steps(): ScrollState {
    const last = this.recorded.screens.length - 1;
    const place = () => this.#place;
    const go = (to: number) => void (this.#place = to);
    return {
      // A list that was recorded once may still be one that scrolls.
      max: Math.max(1, last) * STEP,
      get offset() {
        return place() * STEP;
      },
      set offset(to) {
        const way = Math.sign(to - place() * STEP);
        go(Math.min(last, Math.max(0, place() + way)));
      },
    };
  }

  #viewOf(node: RecordedNode, screen: RecordedScreen): View {
    const { attributes } = node;
    const is = (name: string) => attributes.get(name) === 'true';
    const shown = (name: string) => attributes.get(name)?.replaceAll(ACCOUNT_MASK, this.#account);
    const text = shown('text');
    const [desc, hint, id] = [shown('content-desc'), shown('hint'), attributes.get('resource-id')];
    const view: View = {
      cls: node.cls,
      package: node.package,
      ...(id ? { id } : {}),
      ...(text ? { text } : {}),
      ...(desc ? { desc } : {}),
      ...(hint ? { hint } : {}),
      clickable: is('clickable'),
      longClickable: is('long-clickable'),
      checkable: is('checkable'),
      checked: is('checked'),
      enabled: attributes.get('enabled') !== 'false',
      focusable: is('focusable'),
      focused: is('focused'),
      selected: is('selected'),
      password: is('password'),
      ...(is('scrollable') ? { scroll: this.#scroll } : {}),
      // A touch on what takes none is one on what it stands in.
      ...(is('clickable') ? { onTap: () => this.#touch(screen, node) } : {}),
      key: screen.file,
      placed: rectOf(node),
      children: node.children.map((child) => this.#viewOf(child, screen)),
    };
    if (isField(view)) view.onText = (content) => void (view.text = content);
    return view;
  }
}

function rectOf({ bounds: [left, top, right, bottom] }: RecordedNode): Rect {
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** The window as it was recorded; undefined for one of the simulation's own. */
export function recordedNodes(window: Window): Node | undefined {
  const { placed, key } = window.root;
  return placed && nodeOf(window.root, placed, window, `${window.serial}/${key}`);
}

function nodeOf(view: View, bounds: Rect, window: Window, path: string, parent?: Node): Node {
  const node: Node = { view, window, path, bounds, children: [], ...(parent ? { parent } : {}) };
  node.children = (view.children ?? []).flatMap((child, place) =>
    child.placed ? [nodeOf(child, child.placed, window, `${path}/${place}`, node)] : [],
  );
  return node;
}

/** What a touch leads to that no recording knows, with a way back. It is of no app, so that flows know it. */
export function notRecorded(what: string, close: (page: AppPage) => void): AppPage {
  const text = (words: string): View => ({
    cls: 'android.widget.TextView',
    text: words,
    box: { margin: [8, 24] },
    look: { size: 16 },
  });
  const page: AppPage = {
    name: 'app',
    package: NOT_RECORDED,
    activity: `${NOT_RECORDED}.NotRecordedActivity`,
    kind: 'activity',
    view: () => ({
      cls: 'android.widget.LinearLayout',
      look: { background: '#FFFFFF' },
      children: [
        text('not recorded'),
        text(what),
        {
          cls: 'android.widget.Button',
          text: 'back to what was recorded',
          clickable: true,
          box: { margin: 24, padding: 16 },
          onTap: () => close(page),
        },
      ],
    }),
  };
  return page;
}
