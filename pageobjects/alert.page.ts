import { ids, type Landmark, type Locator } from './locator.ts';
import { isTypedInto } from './look.ts';
import { label, type Label } from './label.ts';
import { ACCOUNT, ANDROID, BUTTON, CANCEL, CLOUD, FIND_DEVICE, Page } from './page.ts';

/** What is ticked or switched. */
export const BOX = /\.(CheckBox|CheckedTextView|RadioButton|Switch|ToggleButton)$/;

/** Answers in the dialogs of the passport SDK (passport_layout_dialog). */
const SDK = {
  yes: ids(ACCOUNT, 'positive'),
  no: ids(ACCOUNT, 'negative'),
  answers: ids(ACCOUNT, 'positive', 'negative', 'neutral'),
};

/** An alert dialog in the form of Android. Its landmark says which one it is. */
class Alert extends Page {
  static readonly locators: Record<string, Locator> = {
    confirm: [{ id: [`${BUTTON}1`, ...SDK.yes] }, { label: label(ANDROID, 'ok') }],
    cancel: [{ id: [`${BUTTON}2`, ...SDK.no] }, { label: label(ANDROID, 'cancel') }],
  };

  /**
   * The dialog has a yes and a no, and it is certain which is which. A third answer under the same title
   * makes it another question: MIUI 6 has one about the data. With a box, the meaning of yes depends on the
   * box. Some apps put Cancel where others put OK.
   */
  get isYesOrNo(): boolean {
    const { nodes } = this.look;
    const answers = nodes.filter(
      ({ cls, id }) =>
        cls.endsWith('.Button') || /^android:id\/button\d$/.test(id) || SDK.answers.includes(id),
    );
    const yes = this.seen('confirm');
    if (answers.length > 2 || !yes || nodes.some(({ cls }) => BOX.test(cls))) return false;
    return yes !== this.seen('cancel') && !this.says(yes, CANCEL);
  }

  async confirm(): Promise<void> {
    await this.element('confirm').click();
  }

  async cancel(): Promise<void> {
    await this.leaveBy('cancel');
  }
}

/** Mi Pay cards are on the phone; signing out deletes them from it. */
export class MiPayDialog extends Alert {
  static readonly title = 'Mi Pay dialog';
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [{ label: label(ACCOUNT, 'delete_bank_card_title') }],
  };
}

/** Some items have not reached the cloud yet. */
export class UnsyncedDialog extends Alert {
  static readonly title = 'dialog about unsynced items';
  static readonly landmark: Landmark = {
    package: [ACCOUNT, CLOUD],
    ways: [
      { label: [...label(ACCOUNT, 'wipe_data_dialog_title'), ...label(CLOUD, 'wipe_data_dialog_title')] },
    ],
  };
}

/** After Keep: some photos are on the phone in lower quality than in the cloud. */
export class PhotoQualityDialog extends Alert {
  static readonly title = 'dialog about the quality of photos';
  static readonly occasional = true;
  static readonly landmark: Landmark = {
    package: [ACCOUNT, CLOUD],
    ways: [
      {
        label: [CLOUD, ACCOUNT].flatMap((owner) =>
          label(owner, 'retain_data_high_quality_photo_waring_title'),
        ),
      },
    ],
  };
}

/** The account app offers a newer version of itself (AccountApkUpdateDialogActivity). */
export class AccountUpdateDialog extends Alert {
  static readonly title = 'dialog about a new version of the account app';
  static readonly occasional = true;
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [{ label: label(ACCOUNT, 'find_new_apk_version', 'update_apk_version_later') }],
  };
  static override readonly locators: Record<string, Locator> = {
    ...Alert.locators,
    later: [{ label: label(ACCOUNT, 'update_apk_version_later') }],
  };

  /** Where the answer "Not now" is known by its words. */
  get canWait(): boolean {
    return this.seen('later') !== undefined;
  }

  async notNow(): Promise<void> {
    await this.element('later').click();
  }
}

/**
 * "Remove account?" with a yes and a no. MIUI 6 has the title over the question about the data; no release is known
 * to ask only this, but one that asks is answered.
 */
export class RemoveAccountDialog extends Alert {
  static readonly title = 'Remove account dialog';
  static readonly occasional = true;
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [{ label: label(ACCOUNT, 'alert_title_remove_account') }],
  };

  /** The other answer is Cancel, where the phone's word for it is known: else both may be about the data. */
  override get isYesOrNo(): boolean {
    const no = this.seen('cancel');
    const known = CANCEL.some((one) => this.labels.text(one) !== undefined);
    return super.isYesOrNo && (!no || !known || this.says(no, CANCEL));
  }
}

/** A message that ends an attempt, as a dialog, a line or a toast. */
export type Trouble =
  | 'wrong-password'
  | 'find-device-locked'
  | 'wrong-captcha'
  | 'wrong-code'
  | 'network'
  | 'server'
  | 'access-denied'
  | 'sign-out-failed';

// The more specific strings come first: a dialog may show a general title and the specific message under it.
const TROUBLES: readonly (readonly [string, Trouble])[] = [
  ['find_device_error_password_recently_changed', 'find-device-locked'],
  ['passport_bad_authentication', 'wrong-password'],
  ['passport_wrong_captcha', 'wrong-captcha'],
  ['passport_wrong_vcode', 'wrong-code'],
  ['passport_error_network', 'network'],
  ['passport_error_server', 'server'],
  ['passport_access_denied', 'access-denied'],
  ['turn_off_find_device_failed_title', 'sign-out-failed'],
  ['logout_failed', 'sign-out-failed'],
];
const MESSAGES: readonly Label[] = TROUBLES.flatMap(([name]) => label(ACCOUNT, name));

/** Says that an attempt failed, and why. */
export class TroubleMessage extends Alert {
  static readonly title = 'message that the attempt failed';
  static readonly landmark: Landmark = {
    package: [ACCOUNT, CLOUD, FIND_DEVICE],
    ways: [{ label: MESSAGES }],
  };

  get trouble(): Trouble {
    const name = this.#found?.label.name;
    return TROUBLES.find(([candidate]) => candidate === name)?.[1] ?? 'sign-out-failed';
  }

  /**
   * For `find-device-locked`: the days the message names, put in by the phone (`%d`) or written out (older
   * releases); undefined when none.
   */
  get days(): number | undefined {
    const found = this.#found;
    const named =
      found && (this.labels.values(found.label, found.node.text)[0] ?? /\d+/.exec(found.node.text)?.[0]);
    return named && Number(named) > 0 ? Number(named) : undefined;
  }

  get isDialog(): boolean {
    const answers = [`${BUTTON}1`, `${BUTTON}2`, ...SDK.answers];
    if (answers.some((id) => this.look.byId(id))) return true;
    // The buttons of a form may say the same: there the message is a line of the form, or a toast.
    const isForm = this.look.nodes.some(({ cls, password }) => password || isTypedInto(cls));
    return !isForm && (this.seen('cancel') ?? this.seen('confirm')) !== undefined;
  }

  /** Closes it without agreeing to anything: the negative button where there is one, else the only one. */
  async dismiss(): Promise<void> {
    await this.leaveBy(this.seen('cancel') ? 'cancel' : 'confirm');
  }

  get #found() {
    return this.look.byLabel(MESSAGES, this.labels);
  }
}
