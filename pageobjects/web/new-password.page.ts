import type { Secret } from '../../src/secret.ts';
import type { WebLook } from './look.ts';
import { plainFields, WebPage } from './page.ts';

const passwords = (look: WebLook) => plainFields(look).filter(({ role }) => role === 'password');

/** Two fields for the same new password (`password` and `re-password` on the older pages). */
export class NewPasswordPage extends WebPage {
  static readonly title = 'web new password';
  static isOn(look: WebLook): boolean {
    return passwords(look).length === 2;
  }

  /** The page finds fault with the second entry alone. */
  get blamesRepetition(): boolean {
    return (
      passwords(this.look)
        .map(({ invalid }) => invalid)
        .join() === 'false,true'
    );
  }

  async fillIn(password: Secret): Promise<void> {
    for (const field of passwords(this.look)) await this.typeSecret(field, password);
  }

  async handIn(): Promise<void> {
    await this.submit(passwords(this.look).at(-1));
  }
}
