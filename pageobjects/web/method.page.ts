import type { WebControl, WebLook } from './look.ts';
import { plainFields, WebPage } from './page.ts';

/** A part of it is shown: `+359***56`, `iv***@example.com`. */
export const MASKED = /[*•＊]{2,}/;

/** Whether a masked address can be the contact: what is shown of it stands at its beginning and end, in a number's case at the end alone. */
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

/** Where the code may go, one choice for each contact: buttons to tick, or cards to press. Not shown for an account that has only one. */
export class MethodPage extends WebPage {
  static readonly title = 'web way to get a code';
  static isOn(look: WebLook): boolean {
    return plainFields(look).length === 0 && choices(look).length > 0;
  }

  /** The choice for the contact; undefined when there is none. */
  choice(contact: string): WebControl | undefined {
    return choices(this.look).find((one) => fitsMask(maskedIn(one), contact));
  }

  /** Pressing it may be all that is needed, so a code may be on its way then. */
  isCard({ role }: WebControl): boolean {
    return role !== 'radio';
  }

  async choose(choice: WebControl): Promise<void> {
    await this.press(choice);
  }

  async next(): Promise<void> {
    await this.submit();
  }
}

const maskedIn = ({ label, text }: WebControl) => [text, label].find((words) => MASKED.test(words)) ?? '';

function choices(look: WebLook): WebControl[] {
  const masked = look.front.filter((control) => maskedIn(control) !== '');
  const radios = masked.filter(({ role }) => role === 'radio');
  // A button that names the contact is the one that sends to it.
  return radios.length > 0
    ? radios
    : masked.filter(
        ({ role, type }) => ['card', 'option', 'link'].includes(role) || (role === 'button' && type === 'button' && masked.length > 1),
      );
}
