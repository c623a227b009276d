import type { Browser } from 'webdriverio';
import type { Secret } from '../../src/secret.ts';
import { typingFault } from '../typing-fault.ts';
import type { WebControl } from './read.ts';
import type { WebLook } from './look.ts';

export interface WebPageClass<P extends WebPage = WebPage> {
  new (browser: Browser, look: WebLook): P;
  /** As a person calls it. */
  readonly title: string;
  /** It looks like others, and is this one only after what was done before. */
  readonly vague?: true;
  /** What proves that the page is displayed. */
  isOn(look: WebLook): boolean;
}

/** Controls that only a person may answer: a puzzle to slide, a frame of another site. */
const isPuzzle = ({ role, address, name, label, bounds: [, top, , bottom] }: WebControl) =>
  role === 'slider' ||
  role === 'puzzle' ||
  (role === 'frame' && bottom - top >= 60 && /captcha|geetest|verif/i.test(`${address} ${name} ${label}`));

/**
 * A picture of the size letters are shown in: on the same line as the field, or by itself between two fields
 * or below the last of several.
 */
function pictureFor(field: WebControl, look: WebLook): WebControl | undefined {
  const pictures = look.front.filter(({ role, bounds: [left, top, right, bottom] }) => {
    const [width, height] = [right - left, bottom - top];
    return role === 'picture' && width >= 40 && width <= 400 && height >= 20 && height <= 200;
  });
  return (
    pictures.find((one) => inOneRow(one, field)) ??
    pictures.find((one) => standsFor(one, field, look, pictures))
  );
}

function standsFor(
  picture: WebControl,
  field: WebControl,
  { fields }: WebLook,
  pictures: readonly WebControl[],
): boolean {
  const [left, top, right, bottom] = picture.bounds;
  const isAlone = [...fields, ...pictures].every((one) => one === picture || !inOneRow(one, picture));
  const above = fields.filter(({ bounds }) => bounds[3] <= top);
  const below = fields.find(({ bounds }) => bounds[1] >= bottom);
  const owner = above.length > 0 && below ? below : above.length > 1 ? above.at(-1) : undefined;
  const gap = Math.max(field.bounds[1] - bottom, top - field.bounds[3]);
  return owner === field && isAlone && right - left > 1.5 * (bottom - top) && gap <= bottom - top;
}

/** Names of what the older pages had (icode) and of what such fields are called everywhere. */
const isCaptchaField = (look: WebLook) => (field: WebControl) =>
  field.role === 'text' &&
  (/^(icode|capt.*)$/i.test(field.name) ||
    (!/^(username|email|tel|one-time-code)/.test(field.autocomplete) &&
      pictureFor(field, look) !== undefined));

/** The field for what a picture says, if there is one in front. */
export const captchaField = (look: WebLook) => look.front.find(isCaptchaField(look));

export const puzzle = (look: WebLook) => look.front.find(isPuzzle);

/** The fields a page is known by: those that do not belong to a captcha. */
export const plainFields = (look: WebLook) =>
  look.fields.filter((field) => field.role === 'password' || !isCaptchaField(look)(field));

/**
 * The account: by what the browser may fill in, by the names of today's page and of the older ones, else
 * the only field there is.
 */
export function accountField(look: WebLook): WebControl | undefined {
  const fields = plainFields(look).filter(({ role }) => role === 'text');
  return (
    fields.find(({ autocomplete }) => /username|email|tel/.test(autocomplete)) ??
    fields.find(
      ({ name, id }) =>
        /^(account|user(name)?|id|email|phone)$/i.test(name) || /^(user(name)?|account)$/i.test(id),
    ) ??
    (fields.length === 1 && !codeFields(look) ? fields[0] : undefined)
  );
}

/**
 * Where the code goes: by what the browser may fill in, by the names of the older pages, by a keyboard
 * of digits for at most 8, or as a row of fields for one digit each; last the only field of a page that shows
 * a part of the address.
 */
export function codeFields(look: WebLook): WebControl[] | undefined {
  const fields = plainFields(look).filter(({ role }) => role === 'text');
  const single = fields.filter(({ longest }) => longest === 1);
  if (single.length >= 4) return single;
  const field =
    fields.find(({ autocomplete }) => autocomplete === 'one-time-code') ??
    fields.find(({ name }) => /^(tic?ke?t|v?code|verify_?code|sms_?code|otp)$/i.test(name)) ??
    fields.find(({ mode, longest }) => mode === 'numeric' && longest >= 4 && longest <= 8) ??
    (fields.length === 1 && plainFields(look).length === 1 && look.read.masked.length > 0
      ? fields[0]
      : undefined);
  return field && [field];
}

/**
 * One page of the account's web site: what it shows and what can be done on it. The flows decide what
 * comes next.
 */
export class WebPage {
  readonly browser: Browser;
  readonly look: WebLook;

  constructor(browser: Browser, look: WebLook) {
    this.browser = browser;
    this.look = look;
  }

  get isDisplayed(): boolean {
    return (this.constructor as unknown as WebPageClass).isOn(this.look);
  }

  /** A person has to read a picture or solve a puzzle before the page goes on. */
  get captcha(): { field?: WebControl; picture: WebControl } | undefined {
    const field = captchaField(this.look);
    const picture = field ? (pictureFor(field, this.look) ?? field) : puzzle(this.look);
    return picture && { picture, ...(field ? { field } : {}) };
  }

  /**
   * What the page marks as an error; undefined when there is none. `hints`: what it says to programs, never
   * to be mistaken for words.
   */
  get complaint(): { text: string; hints: string[] } | undefined {
    const { errors, url } = this.look.read;
    const invalid = this.look.front.filter((control) => control.invalid);
    const [first] = errors;
    if (!first && invalid.length === 0) return undefined;
    const hints = [...errors.flatMap((error) => error.hints), ...new URL(url).searchParams.values()];
    return { text: first?.text ?? '', hints };
  }

  /**
   * The button that hands the page in: the form's own, below the field, and of several the one that stands
   * out most.
   */
  submitButton(near?: WebControl): WebControl | undefined {
    const form = hands(this.look).filter((hand) => !near || near.form === -1 || hand.form === near.form);
    const below = form.filter(({ bounds }) => !near || bounds[1] >= near.bounds[3] - 1);
    const buttons = below.filter(({ role }) => role === 'button');
    return (
      mostColourful(buttons.filter(isSubmit)) ??
      mostColourful(form.filter(isSubmit)) ??
      form.find(({ id, name }) => /submit/i.test(`${id} ${name}`)) ??
      mostColourful(buttons) ??
      mostColourful(below) ??
      mostColourful(form)
    );
  }

  async submit(near?: WebControl): Promise<void> {
    const button = this.submitButton(near);
    if (button) await this.press(button);
    else if (near) await this.browser.keys('Enter');
  }

  async press(control: WebControl): Promise<void> {
    await this.#at(control).click();
  }

  async type(control: WebControl, text: string): Promise<void> {
    await this.#at(control).setValue(text);
  }

  /**
   * Types a secret: the page draws its fields as dots from now on, and neither WebdriverIO nor Appium logs
   * it.
   */
  async typeSecret(control: WebControl, secret: Secret): Promise<void> {
    await this.browser.execute(drawDots);
    await this.#at(control)
      .setValue(secret.reveal(), { mask: true })
      .catch((error: unknown) => {
        throw typingFault(error, secret);
      });
  }

  /** PNG of one control alone. */
  async picture(control: WebControl): Promise<Buffer> {
    const id = Object.values(control.element as Record<string, string>)[0] ?? '';
    return Buffer.from(await this.browser.takeElementScreenshot(id), 'base64');
  }

  /** What offers other languages, and each language that is offered. */
  get languages(): WebControl[] {
    return this.look.front.filter(({ role, language }) => role !== 'text' && language !== '');
  }

  /** Opens the menu of languages: what pops up a list, else what is called so by its class. */
  async openLanguages(): Promise<void> {
    const menu = this.look.first(
      ({ popup, classes }) => popup !== '' && /lang/i.test(classes),
      ({ classes, role }) => /lang/i.test(classes) && role !== 'option',
      ({ popup }) => popup === 'listbox',
    );
    if (menu) await this.press(menu);
  }

  /** Takes another language, by its tag as in `zh_CN`. False when none of the open menu is this one. */
  async chooseLanguage(tag: string): Promise<boolean> {
    const plain = (text: string) => text.replace('_', '-').toLowerCase();
    const choice = this.languages.find(({ language }) => plain(language) === plain(tag));
    if (choice) await this.press(choice);
    return choice !== undefined;
  }

  #at({ element }: WebControl) {
    return this.browser.$(element as WebdriverIO.Element);
  }
}

export const isSubmit = ({ type }: WebControl) => type === 'submit';

/** A ground of at least this colour makes a button of a link, 0…255. */
const DRAWN = 40;

/**
 * What can be pressed to go on: buttons, and what is drawn as one. A menu, or a language, is none; a bar of
 * its own only where nothing else is.
 */
export function hands(look: WebLook): WebControl[] {
  const all = look.front.filter(
    ({ role, colour, popup, language }) =>
      popup === '' &&
      language === '' &&
      (role === 'button' || (['link', 'card'].includes(role) && colour >= DRAWN)),
  );
  const free = all.filter(({ fixed }) => !fixed);
  return free.length > 0 ? free : all;
}

/** The one that stands out. Of several side by side the last: there the others lead back. */
export function mostColourful(controls: readonly WebControl[]): WebControl | undefined {
  const most = Math.max(...controls.map(({ colour }) => colour));
  const best = controls.filter(({ colour }) => colour === most);
  return best.findLast((one) => inOneRow(one, best[0] as WebControl));
}

/** They stand side by side. */
export function inOneRow({ bounds: [, top, , bottom] }: WebControl, { bounds }: WebControl): boolean {
  return top < bounds[3] && bottom > bounds[1];
}

/** Runs in the page. A sheet of the document itself: a policy of the site may forbid others. */
function drawDots(): void {
  const marked = document as Document & { dots?: true };
  if (marked.dots) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('input { -webkit-text-security: disc !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  marked.dots = true;
}
