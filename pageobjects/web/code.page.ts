import { Secret } from '../../src/secret.ts';
import type { WebControl } from './read.ts';
import type { WebLook } from './look.ts';
import { fitsMask, MethodPage, targets } from './method.page.ts';
import { codeFields, hands, inOneRow, isSubmit, mostColourful, plainFields, WebPage } from './page.ts';

/** What a button is called, or who it is where it has no words. */
const nameOf = ({ text, label, id, name }: WebControl): string => text || label || id || name;

/** Nothing but a button that sends a code, and a part of the address it goes to. */
export class SendPage extends WebPage {
  static readonly title = 'web send a code';
  static isOn(look: WebLook): boolean {
    const tabs = look.front.some(({ role }) => role === 'tab');
    return (
      plainFields(look).length === 0 &&
      (tabs || !MethodPage.isOn(look)) &&
      look.read.masked.length > 0 &&
      hands(look).length > 0
    );
  }

  /** False when the page shows a part of another address. */
  goesTo(contact: string): boolean {
    return targets(this.look).some((masked) => fitsMask(masked, contact));
  }

  async send(): Promise<void> {
    await this.submit();
  }
}

/** What the buttons of the page are called, as far as it is known from when Send was pressed there. */
export interface CodeButtons {
  send?: string;
  submit?: string;
  /** The code is typed, so that what hands it in can be pressed. */
  typed?: boolean;
}

/**
 * Where the code is typed (`name=tickt` on the older pages). The button that sends one may stand on the same
 * page: beside the field, or counting seconds, or called as the one that was pressed there. Where nothing but
 * its order tells, it is the first.
 */
export class CodePage extends WebPage {
  static readonly title = 'web code';
  static isOn(look: WebLook): boolean {
    return codeFields(look) !== undefined && !plainFields(look).some(({ role }) => role === 'password');
  }

  /** Undefined where there is none, or while it cannot be pressed. */
  sendButton(known: CodeButtons = {}): WebControl | undefined {
    const submit = this.codeButton(known);
    const others = this.#others(known).filter((hand) => hand !== submit);
    const button = this.#sender(known) ?? (others.length === 1 ? others[0] : undefined);
    return button?.enabled ? button : undefined;
  }

  /** The button that hands the code in. */
  codeButton(known: CodeButtons = {}): WebControl | undefined {
    return this.#certain(known) ?? this.#others(known).at(-1);
  }

  /**
   * It is not by its order alone that one button hands the code in and not another: the wrong one would send
   * a second code.
   */
  tellsSubmit(known: CodeButtons = {}): boolean {
    return this.#others(known).length === 0 || this.#certain(known) !== undefined;
  }

  /** What the two are called. */
  buttons(known: CodeButtons = {}): CodeButtons {
    const [send, submit] = [this.sendButton(known), this.codeButton(known)];
    return { ...(send ? { send: nameOf(send) } : {}), ...(submit ? { submit: nameOf(submit) } : {}) };
  }

  /** False when the page shows a part of another address alone. */
  goesTo(contact: string): boolean {
    const masked = targets(this.look);
    return masked.length === 0 || masked.some((one) => fitsMask(one, contact));
  }

  async fillIn(code: Secret): Promise<void> {
    const fields = this.#fields;
    if (fields.length === 1) return this.typeSecret(fields[0] as WebControl, code);
    const digits = [...code.reveal()];
    for (const [place, field] of fields.entries())
      await this.typeSecret(field, new Secret(digits[place] ?? ''));
  }

  /** With the key where no button is certain: outside a form it does nothing else. */
  async handIn(known: CodeButtons = {}): Promise<void> {
    const button = this.tellsSubmit(known) ? this.codeButton(known) : undefined;
    await (button ? this.press(button) : this.browser.keys('Enter'));
  }

  get isFilled(): boolean {
    return this.#fields.some(({ filled }) => filled);
  }

  get isInForm(): boolean {
    return this.#fields.some(({ form }) => form !== -1);
  }

  get #fields(): WebControl[] {
    return codeFields(this.look) ?? [];
  }

  #sender({ send }: CodeButtons): WebControl | undefined {
    const { front } = this.look;
    const pressed = this.#hands.find((hand) => send !== undefined && nameOf(hand) === send);
    const field = this.#fields.at(-1);
    const isHand = ({ role, popup, text }: WebControl) =>
      popup === '' && (role === 'button' || (['link', 'card'].includes(role) && text !== ''));
    const isBeside = (one: WebControl) => isHand(one) && field !== undefined && inOneRow(one, field);
    return (
      pressed ??
      front.find(isBeside) ??
      this.#hands.find(({ text }) => /\p{Nd}/u.test(text)) ??
      this.#hands.find(isCalled(SEND))
    );
  }

  #others(known: CodeButtons): WebControl[] {
    const sender = this.#sender(known);
    return this.#hands.filter((hand) => hand !== sender);
  }

  /**
   * By what was seen before, by what it is, by what can be pressed now that the code is typed, or by its
   * ground.
   */
  #certain(known: CodeButtons): WebControl | undefined {
    const others = this.#others(known);
    const best = mostColourful(others);
    return (
      others.find((hand) => nameOf(hand) === known.submit) ??
      only(others.filter(isSubmit)) ??
      only(others.filter(isCalled(SUBMIT))) ??
      only(others) ??
      (known.typed ? only(others.filter(({ enabled }) => enabled)) : undefined) ??
      only(others.filter(({ colour }) => colour + CLEARLY >= (best?.colour ?? 0)))
    );
  }

  /** Of the field's form; buttons, else what is drawn as one. */
  get #hands(): WebControl[] {
    const field = this.#fields.at(-1);
    const all = hands(this.look).filter(({ form }) => !field || field.form === -1 || form === field.form);
    const below = all.filter(({ bounds }) => !field || bounds[3] > field.bounds[1]);
    const buttons = below.filter(({ role }) => role === 'button');
    return buttons.length > 0 ? buttons : below;
  }
}

/** What programs call them. */
const SEND = /(^|[^a-z])(re-?)?send|get-?_?v?code/i;
const SUBMIT = /submit|verify|confirm/i;
const isCalled = (name: RegExp) => (hand: WebControl) => name.test(`${hand.id} ${hand.name}`);

/** How much more colourful the button is that one is meant to press. */
const CLEARLY = 60;

const only = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined);
