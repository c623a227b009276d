import { type Secret } from '../src/secret.ts';
import { isTypedInto, only, within, type SourceNode } from './look.ts';
import { ids, type Landmark, type Locator, type Structure } from './locator.ts';
import { label } from './label.ts';
import { ACCOUNT, Page } from './page.ts';
import { isInWeb } from './web-step.ts';

/** The field has no id that is known. A captcha may stand on the same page, in a box of its own. */
const CODE_FIELD: Structure = {
  is: `the only field of ${ACCOUNT} that is no password's and no captcha's`,
  find: ({ nodes }) => only(nodes.filter((node) => isField(node) && !node.password && !isOfCaptcha(node))),
};

const isField = (node: SourceNode): boolean => isTypedInto(node.cls) && !isInWeb(node);
const CAPTCHA = /:id\/(et_)?captcha_(code|image)/;
const isOfCaptcha = (node: SourceNode): boolean =>
  [node, ...within(node)].some(({ id }) => id.includes(':id/captcha_layout') || CAPTCHA.test(id));

/**
 * A page of the account app's own, not of its web view, that wants a code sent by SMS (layouts of MIUI 8 to
 * 10.3, where sign-in and binding have it; a sign-out may have it, as tutorials of newer releases show).
 */
export class SmsCodePage extends Page {
  static readonly title = 'page for an SMS code';
  static readonly occasional = true;
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [{ id: ids(ACCOUNT, 'btn_verify', 'sms_send_notice') }],
  };
  static readonly locators: Record<string, Locator> = {
    code: [{ structure: CODE_FIELD }],
    verify: [{ id: ids(ACCOUNT, 'btn_verify') }, { label: label(ACCOUNT, 'passport_verify') }],
  };

  /** A code can be given, and nothing else is wanted; the button may be out of sight below. */
  get asksCode(): boolean {
    return !this.asksCaptcha && this.seen('code') !== undefined && (this.canConfirm || this.isList);
  }

  get canConfirm(): boolean {
    return this.seen('verify') !== undefined;
  }

  get asksCaptcha(): boolean {
    return this.look.nodes.some(({ id }) => CAPTCHA.test(id));
  }

  async enterCode(code: Secret): Promise<void> {
    const field = this.seen('code');
    if (field) await this.type(this.at(field), code);
  }

  async confirm(): Promise<void> {
    await this.element('verify').click();
  }
}
