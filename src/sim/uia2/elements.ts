import { randomUUID } from 'node:crypto';
import type { Ask } from './ask.ts';
import { Uia2Error } from './errors.ts';
import { byText, findOne, waitForUiObject } from './find.ts';
import type { By, Match } from './find.ts';
import { uuidOf } from './tree.ts';

interface Cached {
  match: Match;
  by?: By | undefined;
  /** Found by a search for one element: only such are searched for again when they are gone. */
  single: boolean;
  contextId?: string | undefined;
}

const MAX_ELEMENTS = 500;

/** Elements given to the client, the least recently used forgotten first: ElementsCache. */
export class ElementCache {
  readonly #cached = new Map<string, Cached>();

  add(match: Match, found: Omit<Cached, 'match'>): string {
    const id = uuidOf(match.ax) ?? randomUUID();
    this.#put(id, { match, ...found });
    return id;
  }

  /** The element as it is on the screen now. */
  async get(id: string, ask: Ask): Promise<Match> {
    const cached = this.#cached.get(id);
    if (!cached) {
      const message = `The element identified by '${id}' is not present in the cache or has expired. Try to find it again`;
      throw new Uia2Error('no such element', message);
    }
    const now = (await present(cached.match, ask)) ?? (await this.#restore(id, cached, ask));
    this.#put(id, { ...cached, match: now });
    return now;
  }

  #put(id: string, cached: Cached): void {
    this.#cached.delete(id);
    this.#cached.set(id, cached);
    if (this.#cached.size > MAX_ELEMENTS) this.#cached.delete(this.#cached.keys().next().value!);
  }

  /** Searches again the way it was found; another object found now does not count. */
  async #restore(id: string, { by, single, contextId }: Cached, ask: Ask): Promise<Match> {
    const stale = (message: string): Uia2Error => new Uia2Error('stale element reference', message);
    if (!by) throw stale(`The element '${id}' does not exist in DOM anymore`);
    if (!single) throw stale(`Cached elements '${byText(by)}' do not exist in DOM anymore`);
    const context = contextId === undefined || contextId === id ? undefined : await this.get(contextId, ask);
    const found = await findOne(ask, by, context).catch(() => undefined);
    if (!found) throw stale(`The element '${byText(by)}' does not exist in DOM anymore`);
    if ((uuidOf(found.ax) ?? id) !== id)
      throw stale(`The element '${byText(by)}' is not linked to the same object in DOM anymore`);
    return found;
  }
}

async function present({ ax, selector }: Match, ask: Ask): Promise<Match | undefined> {
  if (selector) return waitForUiObject(ask, selector, ask.settings.get('waitForSelectorTimeout'));
  await ask.idle();
  // A toast's node is made up by the server, so it is never "still there", only found again.
  const now = ax.node && (await ask.look()).find(ax.node);
  return now && { ax: now };
}
