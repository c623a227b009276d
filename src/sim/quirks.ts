import { z } from 'zod';
import type { View, Window } from './screen/view.ts';

/** Pages by the names that specs call them by. */
export const pageNames = [
  'launcher',
  'panel',
  'settings',
  'account',
  'security',
  'identity',
  'new-password',
  'keep-or-remove',
  'password',
  'login',
  'dialog',
] as const;

/** How this one phone differs from what its release is known to show. */
export const quirks = z.strictObject({
  /** Resource ids that its ROM calls otherwise; empty: such views have none. */
  ids: z.record(z.string(), z.string()).default({}),
  /** Pages that open empty and are filled so many ms later. */
  late: z.partialRecord(z.enum(pageNames), z.int().nonnegative()).default({}),
  /** Questions that open twice, one over the other. */
  doubled: z.array(z.enum(pageNames)).default([]),
  /** How the account app says that something failed. */
  messages: z.enum(['dialog', 'toast']).default('dialog'),
  /** The so manyth Back puts the app away instead of closing its page: `backsTo` shows. */
  backs: z.array(z.int().positive()).default([]),
  backsTo: z.enum(['home', 'settings']).default('home'),
  /** A keyboard that loses each so manyth character of a password, the first so many times. */
  swallows: z.strictObject({ each: z.int().min(2), times: z.int().positive() }).optional(),
});
export type Quirks = z.output<typeof quirks>;

/** The quirks of one phone at work: what was opened when, and how often each of them showed already. */
export class Quirky {
  readonly #quirks: Quirks;
  readonly #openedAt = new WeakMap<object, number>();
  #backs = 0;
  #swallows = 0;

  constructor(quirks: Quirks) {
    this.#quirks = quirks;
  }

  opened(page: object, at: number): void {
    this.#openedAt.set(page, at);
  }

  /** The window of a page as this phone shows it. */
  shown(window: Window, page: { name: string }, now: number): Window {
    const { ids, late } = this.#quirks;
    const renamed = Object.keys(ids).length > 0 ? withIds(window.root, ids) : window.root;
    const since = now - (this.#openedAt.get(page) ?? -Infinity);
    const isEmpty = since < ((late as Record<string, number>)[page.name] ?? 0);
    return { ...window, root: isEmpty ? { ...renamed, children: [] } : renamed };
  }

  /** Where this Back leads instead of closing its page. */
  strays(): Quirks['backsTo'] | undefined {
    return this.#quirks.backs.includes(++this.#backs) ? this.#quirks.backsTo : undefined;
  }

  /** What its keyboard makes of a password. */
  typed(content: string): string {
    const { swallows } = this.#quirks;
    if (!swallows || content === '' || this.#swallows++ >= swallows.times) return content;
    return [...content].filter((_, place) => place % swallows.each !== swallows.each - 1).join('');
  }
}

function withIds(view: View, ids: Quirks['ids']): View {
  const { id, children, ...rest } = view;
  const shown = id === undefined || !Object.hasOwn(ids, id) ? id : ids[id];
  return {
    ...rest,
    ...(shown ? { id: shown } : {}),
    ...(children ? { children: children.map((child) => withIds(child, ids)) } : {}),
  };
}
