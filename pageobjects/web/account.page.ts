import type { WebLook } from './look.ts';
import { accountField, codeFields, plainFields, WebPage } from './page.ts';

/**
 * The first page of a reset, where the account is named (`/fe/service/forgetPassword`,
 * `/pass/forgetPassword`; `name=account` or `#user[name=id]`).
 */
export class AccountPage extends WebPage {
  static readonly title = 'web account to reset';
  static isOn(look: WebLook): boolean {
    const secret = plainFields(look).some(({ role }) => role === 'password');
    return !secret && !codeFields(look) && accountField(look) !== undefined;
  }

  async fillIn(account: string): Promise<void> {
    const field = accountField(this.look);
    if (field) await this.type(field, account);
  }

  async next(): Promise<void> {
    await this.submit(accountField(this.look));
  }
}
