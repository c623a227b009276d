import { Secret } from '../src/secret.ts';
import { only, within, type SourceNode } from './look.ts';
import { ids, type Landmark, type Locator } from './locator.ts';
import { canBe, shownContact, type ShownContact } from './masked-contact.ts';
import { label, type Label } from './label.ts';
import { ACCOUNT, ANDROID, BUTTON, CANCEL, Page } from './page.ts';
import { inOneRow, WebStep, words } from './web-step.ts';

const KINDS = { email: label(ACCOUNT, 'account_user_email'), phone: label(ACCOUNT, 'account_user_phone') };

/**
 * Radio buttons, one for each contact of the account, and a button below them that goes on; or the field for
 * the code on the same page.
 */
export class ContactChoice extends WebStep {
  static readonly title = 'choice of phone or e-mail';
  static override readonly labels = [...WebStep.labels, ...KINDS.email, ...KINDS.phone];

  get isShown(): boolean {
    return this.radios.length > 0 && (this.sendsItself || this.#next !== undefined);
  }

  /** The code is sent from this very page, so nothing goes on. */
  get sendsItself(): boolean {
    return this.fields.length > 0;
  }

  /** The contacts on offer, as far as the page shows them. */
  get offers(): readonly ShownContact[] {
    return this.radios.flatMap((radio) => this.#contactOf(radio) ?? []);
  }

  /**
   * The one that can be this contact; where no contact is shown, the one that is called as the phone calls
   * its kind.
   */
  option(contact: string): SourceNode | undefined {
    if (this.offers.length > 0) {
      return this.radios.find((radio) => {
        const shown = this.#contactOf(radio);
        return shown !== undefined && canBe(shown, contact);
      });
    }
    const [kind, other] = contact.includes('@') ? [KINDS.email, KINDS.phone] : [KINDS.phone, KINDS.email];
    return only(this.radios.filter((radio) => this.#isCalled(radio, kind) && !this.#isCalled(radio, other)));
  }

  async choose(option: SourceNode): Promise<void> {
    if (!option.checked) await this.press(option);
    if (!this.sendsItself && this.#next) await this.press(this.#next);
  }

  get #next(): SourceNode | undefined {
    return this.onward(this.radios.toSorted((one, other) => one.bounds[3] - other.bounds[3]).at(-1));
  }

  /** The radio button's own words, or what stands in its row, or by their order those of as many lines. */
  #contactOf(radio: SourceNode): ShownContact | undefined {
    const beside = this.look.nodes.filter(
      (node) => node !== radio && node.cls !== radio.cls && inOneRow(node, radio),
    );
    const own = [radio, ...beside]
      .map((node) => shownContact(words(node)))
      .find((shown) => shown !== undefined);
    const lines = this.texts.flatMap((text) => shownContact(text) ?? []);
    return own ?? (lines.length === this.radios.length ? lines[this.radios.indexOf(radio)] : undefined);
  }

  /** Either may be a part of the other: Phone, Phone number. */
  #isCalled(radio: SourceNode, kind: readonly Label[]): boolean {
    const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    const said = plain(words(radio));
    const called = kind.map((one) => plain(this.labels.text(one) ?? '')).filter((text) => text !== '');
    return said !== '' && called.some((text) => text.includes(said) || said.includes(text));
  }
}

/** One thing to press for each contact of the account, which goes on by itself. */
export class ContactCards extends WebStep {
  static readonly title = 'cards of phone and e-mail';

  get isShown(): boolean {
    return this.radios.length + this.fields.length === 0 && this.#cards.length > 1;
  }

  option(contact: string): SourceNode | undefined {
    return this.#cards.find(({ shown }) => canBe(shown, contact))?.card;
  }

  async choose(card: SourceNode): Promise<void> {
    await this.press(card);
  }

  get #cards(): { card: SourceNode; shown: ShownContact }[] {
    return [...new Set([...this.buttons, ...this.links])].flatMap((card) => {
      const inside = this.look.nodes.filter((node) => within(node).includes(card));
      const shown = [card, ...inside]
        .map((node) => shownContact(words(node)))
        .find((one) => one !== undefined);
      return shown ? [{ card, shown }] : [];
    });
  }
}

/**
 * What the two pages about the code have in common. A captcha is a picture with a field in its row or right
 * below it. Of the buttons, the one that counts seconds sends the code, or the one in the row of the code's
 * field (a link may stand there too); where none does, the first of several. The last of the others submits.
 */
class CodeStep extends WebStep {
  /**
   * Whether the page says that this contact gets the code; undefined where it names none. Numbers shown in
   * full may be a hotline's.
   */
  speaksOf(contact: string): boolean | undefined {
    const named = this.#contacts;
    if (named.some((shown) => canBe(shown, contact))) return true;
    return named.some(({ mask }) => mask.includes('*')) ? false : undefined;
  }

  get captcha(): { picture: SourceNode; field: SourceNode } | undefined {
    for (const picture of this.pictures) {
      const [, top, , bottom] = picture.bounds;
      const field = this.fields.find(
        (one) =>
          inOneRow(one, picture) || (one.bounds[1] >= bottom && one.bounds[1] - bottom <= bottom - top),
      );
      if (field) return { picture, field };
    }
    return undefined;
  }

  protected get codeField(): SourceNode | undefined {
    return this.fields.find((field) => field !== this.captcha?.field && !field.password);
  }

  protected get sendButton(): SourceNode | undefined {
    const { codeField, buttons } = this;
    if (!codeField) return only(buttons) ?? this.#belowContact;
    return this.certainSend ?? (buttons.length > 1 ? buttons[0] : undefined);
  }

  /** Of several buttons the one that stands alone below the contact it sends to. */
  get #belowContact(): SourceNode | undefined {
    const contact = this.said.findLast((node) => shownContact(words(node)) !== undefined);
    const first = contact && this.onward(contact);
    return first && only(this.buttons.filter((button) => inOneRow(button, first)));
  }

  /** The same, not by its order alone. */
  protected get certainSend(): SourceNode | undefined {
    const { codeField, buttons } = this;
    const beside =
      codeField &&
      [...buttons, ...this.links].find((node) => words(node) !== '' && inOneRow(node, codeField));
    return buttons.find(counts) ?? beside;
  }

  /** Send can be pressed: it is there, and counts no seconds down. */
  get canSend(): boolean {
    return this.sendButton?.enabled === true && !this.isCounting;
  }

  /** A code is on its way: seconds are counted down until another can be asked for. */
  get isCounting(): boolean {
    return this.sendButton !== undefined && counts(this.sendButton);
  }

  async send(): Promise<void> {
    if (this.sendButton) await this.press(this.sendButton);
  }

  /** The captcha's picture as PNG, in base64. */
  async captchaPicture(): Promise<string | undefined> {
    const { captcha, browser } = this;
    return captcha && browser.takeElementScreenshot(await this.atClass(captcha.picture).elementId);
  }

  async enterCaptcha(letters: Secret): Promise<void> {
    if (this.captcha) await this.type(this.atClass(this.captcha.field), letters);
  }

  /** Goes on from a captcha that came by itself, with the button next to its field. */
  async confirmCaptcha(): Promise<void> {
    const { captcha, buttons } = this;
    const next =
      captcha &&
      buttons.find(
        (button) => inOneRow(button, captcha.field) || button.bounds[1] >= captcha.field.bounds[3],
      );
    if (next) await this.press(next);
  }

  get #contacts(): readonly ShownContact[] {
    return this.texts.flatMap((text) => shownContact(text) ?? []);
  }
}

/** Shows seconds. */
const counts = (node: SourceNode): boolean => /\p{Nd}/u.test(words(node));

/** What Submit looked like while it was certain which button that is. */
export interface SubmitMark {
  words: string;
  /** Among so many buttons. */
  place: number;
  of: number;
}

/** Names the contact a code will be sent to, and has a button for it. */
export class CodeRequestPage extends CodeStep {
  static readonly title = 'page before the code is sent';

  get isShown(): boolean {
    const { radios, codeField, captcha } = this;
    const fields = this.fields.filter((field) => field !== captcha?.field);
    return radios.length + fields.length === 0 && codeField === undefined && this.sendButton !== undefined;
  }
}

/** The field for the code. */
export class CodePage extends CodeStep {
  static readonly title = 'verification code page';

  get isShown(): boolean {
    return this.codeField !== undefined && !this.fields.some(({ password }) => password);
  }

  /** It is certain which button submits: Send counts seconds, stands beside the field, or is missing. */
  get tellsSubmit(): boolean {
    return this.buttons.length <= 1 || this.certainSend !== undefined;
  }

  get submitMark(): SubmitMark | undefined {
    const { buttons } = this;
    const submit = buttons.filter((button) => button !== this.sendButton).at(-1);
    return submit && { words: words(submit), place: buttons.indexOf(submit), of: buttons.length };
  }

  canSubmit(mark = this.submitMark): boolean {
    return this.#marked(mark)?.enabled === true;
  }

  /** Into one field, or into one for each digit. */
  async enterCode(code: Secret): Promise<void> {
    const { codeField } = this;
    if (!codeField) return;
    const row = this.fields.filter((field) => inOneRow(field, codeField) && field !== this.captcha?.field);
    const digits = [...code.reveal()];
    if (row.length !== digits.length) return this.type(this.atClass(codeField), code);
    for (const [place, field] of row.entries())
      await this.type(this.atClass(field), new Secret(digits[place] ?? ''));
  }

  async submit(mark = this.submitMark): Promise<void> {
    const submit = this.#marked(mark);
    if (submit) await this.press(submit);
  }

  /**
   * By its words, else by its place while there are as many buttons: one may have come since, to send another
   * code.
   */
  #marked(mark?: SubmitMark): SourceNode | undefined {
    const { buttons } = this;
    const same = buttons.filter((button) => words(button) !== '' && words(button) === mark?.words);
    return only(same) ?? (mark?.of === buttons.length ? buttons[mark.place] : undefined);
  }
}

/** What the phone says about the identity check in its own words. */
export type IdentityTrouble = 'identity-check' | 'code-limit' | 'wrong-code';

const TROUBLES: readonly (readonly [string, IdentityTrouble])[] = [
  ['get_identity_auth_url_failed', 'identity-check'],
  ['passport_send_too_many_code', 'code-limit'],
  ['get_phone_verifycode_exceed_limit', 'code-limit'],
  ['passport_wrong_vcode', 'wrong-code'],
];
const MESSAGES: readonly Label[] = TROUBLES.flatMap(([name]) => label(ACCOUNT, name));

export class IdentityMessage extends Page {
  static readonly title = 'message about the identity check';
  static readonly landmark: Landmark = { package: [ACCOUNT], ways: [{ label: MESSAGES }] };

  get trouble(): IdentityTrouble {
    const name = this.look.byLabel(MESSAGES, this.labels)?.label.name;
    return TROUBLES.find(([candidate]) => candidate === name)?.[1] ?? 'identity-check';
  }
}

const CODE: Locator = [{ id: ids(ACCOUNT, 'passport_vcode') }];

/** The second step of the account app's password prompt: a code that was sent to the owner. */
export class SecondFactorDialog extends Page {
  static readonly title = 'second factor dialog';
  static readonly occasional = true;
  static readonly landmark: Landmark = { package: [ACCOUNT], ways: CODE };
  static readonly locators: Record<string, Locator> = {
    code: CODE,
    confirm: [
      { id: ids(ACCOUNT, 'passport_confirm') },
      { id: [`${BUTTON}1`] },
      { label: label(ANDROID, 'ok') },
    ],
  };

  /** The button is in view and is not Cancel. */
  get canConfirm(): boolean {
    const confirm = this.seen('confirm');
    return confirm !== undefined && !this.says(confirm, CANCEL);
  }

  async enterCode(code: Secret): Promise<void> {
    await this.type(this.element('code'), code);
  }

  async confirm(): Promise<void> {
    await this.element('confirm').click();
  }
}
