import type { Secret } from '../../src/secret.ts';
import type { WebControl } from './read.ts';
import type { WebLook } from './look.ts';
import { accountField, plainFields, WebPage } from './page.ts';

/**
 * Account and password side by side: the sign-in page of today (/fe/service/login/password) and the older
 * one.
 */
export class SignInPage extends WebPage {
  static readonly title = 'web sign-in';
  static isOn(look: WebLook): boolean {
    return (
      plainFields(look).filter(({ role }) => role === 'password').length === 1 &&
      accountField(look) !== undefined
    );
  }

  /** The way to a new password: by its address, which is the same in both shapes. */
  get forgotLink(): WebControl | undefined {
    return this.look.front.find(({ role, address }) => role === 'link' && /forget-?password/i.test(address));
  }

  async forgot(): Promise<void> {
    if (this.forgotLink) await this.press(this.forgotLink);
  }

  /** Without handing it in. */
  async fillIn(account: string, password: Secret): Promise<void> {
    const field = accountField(this.look);
    if (field) await this.type(field, account);
    await this.typeSecret(this.#password, password);
  }

  async signIn(): Promise<void> {
    await this.submit(this.#password);
  }

  get #password(): WebControl {
    return plainFields(this.look).find(({ role }) => role === 'password') as WebControl;
  }
}
