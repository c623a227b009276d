import type { SimPhone } from './phone/phone.ts';
import type { Node } from './screen/view.ts';

/**
 * A person at a simulated phone, for tests: sees what is on the screen, taps what is seen, and waits until
 * the phone waits.
 */
export class SimPerson {
  readonly phone: SimPhone;

  constructor(phone: SimPhone) {
    this.phone = phone;
  }

  /** A view of the front window by id, by its text, or by the hint of a field. */
  find(what: string): Node | undefined {
    return nodes(this.phone.layOut()).find(({ view }) => [view.id, view.text, view.hint].includes(what));
  }

  sees(what: string): boolean {
    return this.find(what) !== undefined;
  }

  /** Text of the view with this id. */
  reads(id: string): string | undefined {
    return this.find(id)?.view.text;
  }

  /** The title or the message of the alert on the screen, whichever framework it is built of. */
  readsAlert(part: 'alertTitle' | 'message'): string | undefined {
    return nodes(this.phone.layOut()).find(({ view }) => view.id?.endsWith(`:id/${part}`))?.view.text;
  }

  async taps(what: string): Promise<void> {
    const { bounds } = this.#mustFind(what);
    await this.phone.tap(bounds.x + bounds.width / 2, bounds.y + bounds.height / 2);
    await this.phone.quiet();
  }

  writes(id: string, content: string): void {
    if (!this.phone.setText(this.#mustFind(id), content)) throw new Error(`"${id}" takes no text.`);
  }

  async presses(key: number): Promise<void> {
    await this.phone.key(key);
    await this.phone.quiet();
  }

  async opens(component: string): Promise<void> {
    const error = this.phone.startActivity({ component });
    if (error) throw new Error(error);
    await this.phone.quiet();
  }

  /** Scrolls the list of the front window until the text shows; false when it is nowhere. */
  scrollsTo(text: string): boolean {
    while (!this.sees(text)) {
      const list = nodes(this.phone.layOut()).find(({ view }) => view.scroll !== undefined);
      if (!list || !this.phone.scroll(list, list.bounds.height / 2)) return false;
    }
    return true;
  }

  #mustFind(what: string): Node {
    const found = this.find(what);
    if (found) return found;
    const seen = nodes(this.phone.layOut()).flatMap(({ view }) => view.id ?? view.text ?? []);
    throw new Error(`"${what}" is not on the screen. There is: ${seen.join(', ')}.`);
  }
}

function nodes(node: Node): Node[] {
  return [node, ...node.children.flatMap(nodes)];
}
