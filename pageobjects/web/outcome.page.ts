import type { WebControl } from './read.ts';
import type { WebLook } from './look.ts';
import { captchaField, hands, mostColourful, plainFields, puzzle, WebPage } from './page.ts';

/**
 * No field to fill in, no part of an address, no error, one thing to press: the end of something. After a
 * password was handed in it says that it was taken.
 */
export class SuccessPage extends WebPage {
  static readonly title = 'web success';
  static readonly vague = true;
  static isOn(look: WebLook): boolean {
    const { masked, errors, httpStatus, ready } = look.read;
    const plain =
      look.fields.length === 0 &&
      masked.length === 0 &&
      errors.length === 0 &&
      !puzzle(look) &&
      !look.hasDialog;
    return plain && ready && httpStatus < 400 && !look.isBrowsersOwn && wayBack(look) !== undefined;
  }

  async back(): Promise<void> {
    const way = wayBack(this.look);
    if (way) await this.press(way);
  }
}

/** The button or link that stands out; what has no ground of its own belongs to the frame of the page. */
function wayBack(look: WebLook): WebControl | undefined {
  const all = look.front.filter(
    ({ role, popup, language }) => ['button', 'link'].includes(role) && popup === '' && language === '',
  );
  const ways = all.filter(({ fixed }) => !fixed);
  const best = mostColourful(ways);
  return best && best.colour > 0 ? best : ways.find(({ role }) => role === 'button');
}

/** A question in front of the page that is answered with a button alone: the user agreement. */
export class AgreementPage extends WebPage {
  static readonly title = 'web agreement';
  static isOn(look: WebLook): boolean {
    return look.hasDialog && look.fields.length === 0 && !puzzle(look) && hands(look).length > 0;
  }

  /** It can be answered in more than one way; else it only tells something. */
  get asks(): boolean {
    return hands(this.look).length > 1;
  }

  /** The button that stands out. */
  async agree(): Promise<void> {
    const button = mostColourful(hands(this.look));
    if (button) await this.press(button);
  }
}

/** Only a captcha is asked for: in a dialog of its own, in a frame, or as a puzzle. */
export class CaptchaPage extends WebPage {
  static readonly title = 'web captcha';
  static isOn(look: WebLook): boolean {
    return plainFields(look).length === 0 && (captchaField(look) ?? puzzle(look)) !== undefined;
  }
}

/** The browser says that it got no page. */
export class NoPage extends WebPage {
  static readonly title = 'web page that did not come';
  static isOn(look: WebLook): boolean {
    return look.isBrowsersOwn;
  }
}

/** The site answered with an HTTP error, and with nothing to fill in. */
export class ErrorPage extends WebPage {
  static readonly title = 'web error';
  static isOn(look: WebLook): boolean {
    return look.read.httpStatus >= 400 && look.fields.length === 0;
  }
}
