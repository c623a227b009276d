import type { Os, AppPage } from './page.ts';
import type { Surprise } from '../spec.ts';
import { alert } from '../screen/widgets-dialog.ts';
import { row } from '../screen/widgets-page.ts';

export type Dialog = Exclude<Surprise['dialog'], 'screen-off' | 'screen-locked'>;

/** A dialog nobody asked for. It goes away with either button or with back, and comes once. */
export function surprise(os: Os, dialog: Dialog): AppPage {
  const page = make(os, dialog, (choice) => {
    os.record('surprise-answered', { dialog, choice });
    os.close(page);
  });
  page.back = () => os.close(page);
  return page;
}

function make(os: Os, dialog: Dialog, done: (choice: string) => void): AppPage {
  const base = { name: 'dialog', kind: 'dialog' } as const;
  const yes = { onTap: () => done('yes') };
  const no = { onTap: () => done('no') };
  switch (dialog) {
    case 'system-update': {
      const t = (name: string): string => os.text('com.android.updater', name);
      return {
        ...base,
        package: 'com.android.updater',
        activity: 'com.android.updater.UpdateDialogActivity',
        view: () =>
          alert({
            title: t('update_title'),
            message: t('update_message'),
            negative: { text: t('update_later'), ...no },
            positive: { text: t('update_now'), ...yes },
          }),
      };
    }
    case 'usb-mode': {
      const t = (name: string): string => os.text('com.android.settings', name);
      const modes = ['usb_use_charging_only', 'usb_use_file_transfers', 'usb_use_photo_transfers'];
      return {
        ...base,
        package: 'com.android.settings',
        activity: 'com.android.settings.connecteddevice.usb.UsbModeChooserActivity',
        view: () =>
          alert({
            title: t('usb_use'),
            body: modes.map((mode) => row({ title: t(mode), chevron: false, onTap: () => done(mode) })),
            negative: { text: os.text('android', 'cancel'), ...no },
          }),
      };
    }
    case 'low-battery': {
      const t = (name: string, ...values: number[]): string =>
        os.text('com.android.systemui', name, ...values);
      return {
        ...base,
        package: 'com.android.systemui',
        view: () =>
          alert({
            title: t('battery_low_title'),
            message: t('battery_low_message', 15),
            negative: { text: os.text('android', 'cancel'), ...no },
            positive: { text: t('battery_saver_on'), ...yes },
          }),
      };
    }
    case 'phone-number-recycled': {
      const t = (name: string): string => os.text('com.xiaomi.account', name);
      return {
        ...base,
        package: 'com.xiaomi.account',
        activity: 'com.xiaomi.account.ui.PhoneRecycledActivity',
        view: () =>
          alert({
            title: t('recycled_phone_title'),
            message: t('recycled_phone_message'),
            negative: { text: os.text('android', 'cancel'), ...no },
            positive: { text: os.text('android', 'ok'), ...yes },
          }),
      };
    }
  }
}
