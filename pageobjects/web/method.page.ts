import type { WebControl } from './read.ts';
import type { WebLook } from './look.ts';
import { isSubmit, plainFields, WebPage } from './page.ts';

/** A part of it is shown: `+359***56`, `iv***@example.com`. */
const MASKED = /[*•＊]{2,}/;

/**
 * Whether a masked address can be the contact: what is shown of it stands at its beginning and end, in a
 * number's case at the end alone.
 */
export function fitsMask(masked: string, contact: string): boolean {
  if (masked.includes('@') !== contact.includes('@')) return false;
  const [first = '', last = ''] = [masked.split(MASKED)[0], masked.split(MASKED).at(-1)];
  if (masked.includes('@')) {
    const address = contact.toLowerCase();
    const domain = last
      .toLowerCase()
      .replace(/[^\w@.-]+$/, '')
      .replace(/\.+$/, '');
    const start = /[^\s<(«"':：]*$/.exec(first.toLowerCase())?.[0] ?? '';
    return address.startsWith(start) && address.endsWith(domain);
  }
  return contact.replace(/\D/g, '').endsWith(last.replace(/\D/g, ''));
}

/** What a choice is called by programs where no address is shown. */
const KINDS = { email: /e-?mail/i, phone: /phone|sms|mobile|(^|\W)tel(\W|$)/i };

/**
 * Where the code may go, one choice for each contact: buttons to tick, or cards to press. Not shown for an
 * account that has only one. Tabs, and buttons to tick beside the field for the code, stand on the page that
 * sends it.
 */
export class MethodPage extends WebPage {
  static readonly title = 'web way to get a code';
  static isOn(look: WebLook): boolean {
    const all = choices(look);
    return all.length > 0 && (plainFields(look).length === 0 || all.every(isPicked));
  }

  /** The choice for the contact; undefined when there is none. */
  choice(contact: string): WebControl | undefined {
    const all = choices(this.look);
    if (all.some((one) => maskedIn(one) !== '')) return all.find((one) => fitsMask(maskedIn(one), contact));
    const kind = KINDS[contact.includes('@') ? 'email' : 'phone'];
    const fitting = all.filter(({ hint, id, classes }) => kind.test(`${hint} ${id} ${classes}`));
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  /** No choice shows an address, or is called what it is. */
  get isMute(): boolean {
    return (
      this.choice('@') === undefined &&
      this.choice('') === undefined &&
      choices(this.look).every((one) => maskedIn(one) === '')
    );
  }

  /** Nothing is left to be done here: it is chosen, and the page goes on with the code. */
  isChosen(contact: string): boolean {
    const choice = this.choice(contact);
    return choice?.checked === true && this.sendsItself(choice);
  }

  /** The code is sent from this very page. */
  sendsItself({ role }: WebControl): boolean {
    return role === 'tab' || (role === 'radio' && plainFields(this.look).length > 0);
  }

  /** Pressing it may be all that is needed, so a code may be on its way then. */
  isCard({ role }: WebControl): boolean {
    return role !== 'radio' && role !== 'tab';
  }

  async choose(choice: WebControl): Promise<void> {
    await this.press(choice);
  }

  async next(): Promise<void> {
    await this.submit(choices(this.look).at(-1));
  }
}

const isPicked = ({ role }: WebControl) => role === 'radio' || role === 'tab';
const maskedIn = ({ label, text }: WebControl) => [text, label].find((words) => MASKED.test(words)) ?? '';

/** Parts of addresses that are shown as where a code goes: not those of choices that were not made. */
export function targets(look: WebLook): readonly string[] {
  const picked = choices(look).filter(isPicked);
  const chosen = picked.filter(({ checked }) => checked);
  return chosen.length === 1 && picked.every((one) => maskedIn(one) !== '')
    ? chosen.map(maskedIn)
    : look.read.masked;
}

function choices(look: WebLook): WebControl[] {
  const masked = look.front.filter((control) => maskedIn(control) !== '');
  const picked = masked.filter(isPicked);
  if (picked.length > 0) return picked;
  const radios = look.front.filter(({ role }) => role === 'radio');
  if (masked.length === 0 && radios.length > 1) return radios;
  // A button that names the contact is the one that sends to it.
  const buttons = masked.filter(({ role }) => role === 'button');
  const isChoice = (one: WebControl) =>
    one.role === 'button'
      ? masked.length > 1 && (buttons.length > 1 || !isSubmit(one))
      : CARDS.includes(one.role);
  return masked.filter(isChoice);
}

const CARDS = ['card', 'option', 'link', 'menuitem'];
