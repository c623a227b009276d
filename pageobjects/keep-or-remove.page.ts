import { CLOUD, label, type Locator, Page } from './page.ts';

const KEEP: Locator = { id: [`${CLOUD}:id/retain_button`], label: label(CLOUD, 'micloud_wipe_data_retain') };
const REMOVE: Locator = { id: [`${CLOUD}:id/remove_button`], label: label(CLOUD, 'micloud_wipe_data_remove') };
const CANCEL: Locator = { id: [`${CLOUD}:id/cancel_button`], label: label(CLOUD, 'button_cancel') };

/** Keep or remove what was synced: a screen of com.miui.cloudservice, identical from MIUI 8 to 10.3, shown only when there is synced data. */
export class KeepOrRemovePage extends Page {
  static readonly title = 'Keep or Remove page';
  static readonly landmark = { package: [CLOUD], ...KEEP };

  get keepButton() {
    return this.element(KEEP);
  }

  get removeButton() {
    return this.element(REMOVE);
  }

  get cancelButton() {
    return this.element(CANCEL);
  }

  async keepData(): Promise<void> {
    await this.keepButton.click();
  }

  async removeData(): Promise<void> {
    await this.removeButton.click();
  }

  async cancel(): Promise<void> {
    await this.cancelButton.click();
  }
}
