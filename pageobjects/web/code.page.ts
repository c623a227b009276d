import { Secret } from '../../src/secret.ts';
import type { WebControl, WebLook } from './look.ts';
import { fitsMask, MethodPage } from './method.page.ts';
import { codeFields, plainFields, WebPage } from './page.ts';

/** Nothing but a button that sends a code, and a part of the address it goes to. */
export class SendPage extends WebPage {
  static readonly title = 'web send a code';
  static isOn(look: WebLook): boolean {
    return plainFields(look).length === 0 && !MethodPage.isOn(look) && look.read.masked.length > 0 && look.buttons.length > 0;
  }

  /** False when the page shows a part of another address. */
  goesTo(contact: string): boolean {
    return this.look.read.masked.some((masked) => fitsMask(masked, contact));
  }

  async send(): Promise<void> {
    await this.submit();
  }
}

/** Where the code is typed (`name=tickt` on the older pages). The button that sends one may stand on the same page. */
export class CodePage extends WebPage {
  static readonly title = 'web code';
  static isOn(look: WebLook): boolean {
    return codeFields(look) !== undefined && !plainFields(look).some(({ role }) => role === 'password');
  }

  /** On the field's own line, else the only other button of the page. Undefined while it cannot be pressed. */
  get sendButton(): WebControl | undefined {
    const field = this.#fields[0] as WebControl;
    const others = this.look.buttons.filter((button) => button !== this.submitButton(this.#lowest) && button.popup === '');
    const beside = others.find(({ bounds: [, top, , bottom] }) => top < field.bounds[3] && bottom > field.bounds[1]);
    const button = beside ?? (others.length === 1 ? others[0] : undefined);
    return button?.enabled ? button : undefined;
  }

  /** False when the page shows a part of another address alone. */
  goesTo(contact: string): boolean {
    const { masked } = this.look.read;
    return masked.length === 0 || masked.some((one) => fitsMask(one, contact));
  }

  async fillIn(code: Secret): Promise<void> {
    const fields = this.#fields;
    if (fields.length === 1) return this.typeSecret(fields[0] as WebControl, code);
    const digits = [...code.reveal()];
    for (const [place, field] of fields.entries()) await this.typeSecret(field, new Secret(digits[place] ?? ''));
  }

  async handIn(): Promise<void> {
    await this.submit(this.#lowest);
  }

  get #fields(): WebControl[] {
    return codeFields(this.look) ?? [];
  }

  /** The last field, so that a button beside the code is not taken for the one that hands it in. */
  get #lowest(): WebControl | undefined {
    return this.#fields.at(-1);
  }
}
