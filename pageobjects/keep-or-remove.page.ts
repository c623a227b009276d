import { BOX } from './alert.page.ts';
import { ids, type Landmark, type Locator } from './locator.ts';
import { label } from './label.ts';
import { ACCOUNT, ANDROID, BUTTON, CLOUD, Page } from './page.ts';

const KEEP: Locator = [
  { id: [...ids(CLOUD, 'retain_button'), ...ids(ACCOUNT, 'btn_keep_data')] },
  {
    label: [
      ...label(CLOUD, 'micloud_wipe_data_retain', 'micloud_wipe_data_retain_pad'),
      ...label(ACCOUNT, 'remove_account_keep_data'),
    ],
  },
];

/**
 * Keep or remove what was synced, shown only when there is synced data: a screen of com.miui.cloudservice,
 * identical from MIUI 8 to 10.3; in MIUI 6 an alert of com.xiaomi.account with the three buttons in a view of
 * its own (its LogoutModel). Of an alert with Android's own three buttons, whose order means nothing, only
 * the words show which is which.
 */
export class KeepOrRemovePage extends Page {
  static readonly title = 'Keep or Remove page';
  static readonly landmark: Landmark = { package: [CLOUD, ACCOUNT], ways: KEEP };
  static readonly locators: Record<string, Locator> = {
    keep: KEEP,
    remove: [
      { id: [...ids(CLOUD, 'remove_button'), ...ids(ACCOUNT, 'btn_wipe_data')] },
      {
        label: [
          ...label(CLOUD, 'micloud_wipe_data_remove', 'micloud_wipe_data_remove_pad'),
          ...label(ACCOUNT, 'remove_account_wipe_data'),
        ],
      },
    ],
    cancel: [
      { id: [...ids(CLOUD, 'cancel_button'), ...ids(ACCOUNT, 'btn_cancel')] },
      { label: [...label(CLOUD, 'button_cancel'), ...label(ANDROID, 'cancel')] },
    ],
  };

  /** Both answers are known and are two nodes. Otherwise it is not certain which is which. */
  get isShown(): boolean {
    const [keep, remove] = [this.seen('keep'), this.seen('remove')];
    return keep !== undefined && remove !== undefined && keep !== remove;
  }

  async keepData(): Promise<void> {
    await this.#answer('keep', 'remove');
  }

  async removeData(): Promise<void> {
    await this.#answer('remove', 'keep');
  }

  /**
   * Presses it. Where the answers are boxes, OK is pressed only once the box is ticked, which the next look
   * shows.
   */
  async #answer(name: string, other: string): Promise<void> {
    const [wanted, unwanted] = [this.seen(name), this.seen(other)];
    const isTicked =
      wanted !== undefined && BOX.test(wanted.cls) && wanted.checked && unwanted?.checked === false;
    const ok = this.look.byId(`${BUTTON}1`) ?? this.look.byLabel(label(ANDROID, 'ok'), this.labels)?.node;
    await (isTicked && ok ? this.at(ok) : this.element(name)).click();
  }

  async cancel(): Promise<void> {
    await this.leaveBy('cancel');
  }
}
