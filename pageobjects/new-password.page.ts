import type { Secret } from '../src/secret.ts';
import { isTypedInto, within, type PageSource, type SourceNode } from './look.ts';
import { ids, type Landmark, type Locator, type Structure } from './locator.ts';
import { label, type Label } from './label.ts';
import { ACCOUNT, ANDROID, BUTTON, Page } from './page.ts';
import { isInWeb, WebStep } from './web-step.ts';

/** Why the phone refuses a new password, in its own words. */
export type PasswordFault = 'mismatch' | 'same-password' | 'risky-password' | 'weak-password';

const RULES = 'passport_password_req_notice';
const FAULTS: readonly (readonly [string, PasswordFault])[] = [
  ['inconsistent_pwd', 'mismatch'],
  ['same_new_and_old_pwd', 'same-password'],
  ['pwd_width_phone_number_or_mail_num', 'risky-password'],
  ['risky_pwd_not_allow', 'risky-password'],
  [RULES, 'weak-password'],
];
const MESSAGES: readonly Label[] = FAULTS.flatMap(([name]) => label(ACCOUNT, name));
const ERROR = [...ids(ACCOUNT, 'error_status', 'message'), 'android:id/message'];

const FIELD = `${ACCOUNT}:id/input_pwd_view`;
const SUBMIT = ids(ACCOUNT, 'change_pwd_btn');
const FIELDS = ['newPassword', 'repeat'] as const;

/** Both fields carry the same id, each in a container of its own. */
const inside = (container: string): Structure => ({
  is: `id ${FIELD} in id ${ACCOUNT}:id/${container}`,
  ids: [FIELD, ...ids(ACCOUNT, container)],
  find: (look) =>
    look.nodes.find(
      (node) => node.id === FIELD && within(node).some(({ id }) => id === `${ACCOUNT}:id/${container}`),
    ),
});
const oneOfTwo = (place: 0 | 1): Structure => ({
  is: `the ${place === 0 ? 'first' : 'second'} of the two fields of ${ACCOUNT}, both a password's`,
  find: (look) => twoFields(look)?.[place],
});

const fields = (look: PageSource) => look.nodes.filter(({ cls, password }) => password || isTypedInto(cls));

function twoFields(look: PageSource): readonly SourceNode[] | undefined {
  const all = fields(look);
  return all.length === 2 && all.every((field) => field.password && !isInWeb(field)) ? all : undefined;
}

/** The native form (ChangePasswordActivity, MIUI 10.3). */
export class NewPasswordPage extends Page {
  static readonly title = 'new password page';
  static readonly occasional = true;
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [
      { id: [...ids(ACCOUNT, 'input_new_pwd_view', 'confirm_pwd_view'), ...SUBMIT] },
      { structure: oneOfTwo(0) },
    ],
  };
  static readonly locators: Record<string, Locator> = {
    newPassword: [{ structure: inside('input_new_pwd_view') }, { structure: oneOfTwo(0) }],
    repeat: [{ structure: inside('confirm_pwd_view') }, { structure: oneOfTwo(1) }],
    submit: [{ id: SUBMIT }, { id: [`${BUTTON}1`] }, { label: label(ANDROID, 'ok') }],
  };
  static readonly labels = MESSAGES;

  /** With a third field it asks for more than the new password, such as the old one. */
  get isShown(): boolean {
    return fields(this.look).length <= 2;
  }

  /** Undefined where the button is out of sight. */
  get canSubmit(): boolean | undefined {
    return this.seen('submit')?.enabled;
  }

  /**
   * The page shows the rules of passwords all the time, so they are an error only where errors are shown.
   */
  get fault(): PasswordFault | undefined {
    const complaints = this.look.nodes.filter(
      (node) => ERROR.includes(node.id) || node.cls === 'android.widget.Toast',
    );
    const said = (name: string, { text }: SourceNode) =>
      text !== '' && this.labels.matches({ package: ACCOUNT, name }, text);
    return FAULTS.find(([name]) => complaints.some((node) => said(name, node)))?.[1];
  }

  /** All that the page says about what was typed. A new text is an answer. */
  get texts(): readonly string[] {
    return [
      ...this.look.nodes.filter((node) => ERROR.includes(node.id)).map(({ text }) => text),
      ...this.look.toasts,
    ];
  }

  /**
   * Types it into both fields. False when one of them then holds another number of characters, which a
   * keyboard may do.
   */
  async enterPassword(password: Secret): Promise<boolean> {
    let right = true;
    for (const name of FIELDS) {
      const field = this.element(name);
      await this.type(field, password);
      const dots = this.seen(name)?.password ? await this.dotsIn(field) : undefined;
      right &&= dots === undefined || dots === [...password.reveal()].length;
    }
    return right;
  }

  async submit(): Promise<void> {
    await this.element('submit').click();
  }
}

/**
 * The same form as a web page: two password fields, and the button below them submits. It refuses a
 * password in the server's words.
 */
export class WebNewPasswordPage extends WebStep {
  static readonly title = 'new password web page';

  get isShown(): boolean {
    return this.#entries.length === 2 && this.fields.length === 2;
  }

  get canSubmit(): boolean | undefined {
    return this.#submit?.enabled;
  }

  get fault(): undefined {
    return undefined;
  }

  async enterPassword(password: Secret): Promise<boolean> {
    let right = true;
    for (const entry of this.#entries) {
      const field = this.atClass(entry);
      await this.type(field, password);
      const dots = await this.dotsIn(field);
      right &&= dots === undefined || dots === [...password.reveal()].length;
    }
    return right;
  }

  async submit(): Promise<void> {
    if (this.#submit) await this.press(this.#submit);
  }

  get #submit(): SourceNode | undefined {
    return this.onward(this.#entries.at(-1));
  }

  get #entries(): readonly SourceNode[] {
    return this.fields.filter(({ password }) => password);
  }
}

/**
 * A web page that asks for nothing more. It may be the end of a change; its words are the server's.
 */
export class WebFarewell extends WebStep {
  static readonly title = 'web page after the new password';
  static readonly vague = true;

  get isShown(): boolean {
    return this.fields.length + this.radios.length === 0 && this.texts.length > 0;
  }
}

/** A toast, or a line: the password is changed. */
export class PasswordChangedMessage extends Page {
  static readonly title = 'message that the password is changed';
  static readonly landmark: Landmark = { ways: [{ label: label(ACCOUNT, 'set_success') }] };
}
