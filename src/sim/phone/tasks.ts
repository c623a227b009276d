import type { Keyguard } from '../apps/keyguard.ts';
import type { AppPage } from '../apps/page.ts';
import type { ScrollState, View, Window } from '../screen/view.ts';

/** A page that is open, with its instance number. */
export interface Opened {
  page: AppPage;
  serial: number;
  /** Where what scrolls in it was left. */
  scroll: ScrollState;
}

export interface Task {
  id: number;
  affinity: string;
  pages: Opened[];
}

/**
 * The phone's windows: tasks bottom to top, and what lies over all of them (quick panel, dialogs that were not asked
 * for).
 */
export class Tasks {
  readonly tasks: Task[] = [];
  readonly overlays: Opened[] = [];
  /** What lies over everything and hides it: the lock screen. */
  cover: (Opened & { page: Keyguard }) | undefined;
  #serial: number;

  /** `serial`: where the numbers go on, so that no window ever has the number of an earlier one. */
  constructor(serial = 0) {
    this.#serial = serial;
  }

  get lastSerial(): number {
    return this.#serial;
  }

  /** Puts the page on top of the front task, or of the task that holds `over`. False when `over` is gone. */
  push(page: AppPage, over?: AppPage): boolean {
    const task = over
      ? this.tasks.find(({ pages }) => pages.some((one) => one.page === over))
      : this.tasks.at(-1);
    task?.pages.push(this.#opened(page));
    return task !== undefined;
  }

  /** `make` gets what takes the lock away again. */
  lock(make: (unlock: () => void) => Keyguard): void {
    const page = make(() => (this.cover = undefined));
    this.cover = { ...this.#opened(page), page };
  }

  pushOverlay(page: AppPage): void {
    this.overlays.push(this.#opened(page));
  }

  /** Brings the task to the front. Gives its first page when that had to be made. */
  toFront(affinity: string, first: () => AppPage): AppPage | undefined {
    const at = this.tasks.findIndex((task) => task.affinity === affinity);
    if (at >= 0) {
      this.tasks.push(...this.tasks.splice(at, 1));
      return undefined;
    }
    const opened = this.#opened(first());
    this.tasks.push({ id: opened.serial, affinity, pages: [opened] });
    return opened.page;
  }

  /** Removes the pages the test names; a task without pages goes too. */
  remove(test: (page: AppPage) => boolean): void {
    for (const pages of [this.overlays, ...this.tasks.map((task) => task.pages)]) {
      for (let i = pages.length - 1; i >= 0; i--) if (test(pages[i]!.page)) pages.splice(i, 1);
    }
    for (let i = this.tasks.length - 1; i >= 0; i--)
      if (this.tasks[i]!.pages.length === 0) this.tasks.splice(i, 1);
  }

  isOpen(page: AppPage): boolean {
    return [this.overlays, ...this.tasks.map((task) => task.pages)].some((pages) =>
      pages.some((one) => one.page === page),
    );
  }

  /**
   * What the screen shows, bottom to top: the front task from its last full-screen page on, then the
   * overlays.
   */
  visible(): Opened[] {
    if (this.cover) return [this.cover];
    const pages = this.tasks.at(-1)?.pages ?? [];
    const full = pages.findLastIndex(({ page }) => page.kind === 'activity');
    return [...pages.slice(Math.max(0, full)), ...this.overlays];
  }

  top(): Opened | undefined {
    return this.cover ?? this.overlays.at(-1) ?? this.tasks.at(-1)?.pages.at(-1);
  }

  #opened(page: AppPage): Opened {
    return { page, serial: ++this.#serial, scroll: { offset: 0, max: 0 } };
  }
}

export function windowOf({ page, serial, scroll }: Opened): Window {
  return {
    package: page.package,
    kind: page.kind,
    serial,
    root: scrolling(page.view(), scroll),
    ...(page.activity ? { activity: page.activity } : {}),
    ...(page.secure ? { secure: true } : {}),
  };
}

/** With the place of what scrolls. A window has one such view at most. */
function scrolling(view: View, scroll: ScrollState): View {
  const { children } = view;
  if (view.scrolls) return { ...view, scroll };
  return children ? { ...view, children: children.map((child) => scrolling(child, scroll)) } : view;
}
