import { alertOf } from './alert.ts';
import type { Os, AppPage } from './page.ts';
import type { Surprise } from '../spec.ts';
import type { View } from '../screen/view.ts';
import { alert as framed, type AlertOptions } from '../screen/widgets-dialog.ts';
import { row } from '../screen/widgets-page.ts';

export type Dialog = Exclude<Surprise['dialog'], 'screen-off' | 'screen-locked' | 'notification'>;

/** How long a phone rings before the caller gives up, ms. */
const RINGS = 20_000;

/**
 * An unexpected window, which comes once. It goes away with either button, and most of them with back: a
 * call rings on, and a question about a permission stays.
 */
export function surprise(os: Os, dialog: Dialog): AppPage {
  const page = make(os, dialog, (choice) => {
    os.record('surprise-answered', { dialog, choice });
    os.close(page);
  });
  page.back = staying.includes(dialog) ? () => undefined : () => os.close(page);
  if (dialog === 'incoming-call')
    os.work(async () => {
      await os.wait(RINGS, 'the caller gives up');
      os.close(page);
    });
  return page;
}

const staying: readonly Dialog[] = ['incoming-call', 'permission'];

function make(os: Os, dialog: Dialog, done: (choice: string) => void): AppPage {
  const base = { name: 'dialog', kind: 'dialog' } as const;
  const alert = (owner: string, options: AlertOptions): View => alertOf(os.spec, owner, options);
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
          alert('com.android.updater', {
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
          alert('com.android.settings', {
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
          alert('com.android.systemui', {
            title: t('battery_low_title'),
            message: t('battery_low_message', 15),
            negative: { text: os.text('android', 'cancel'), ...no },
            positive: { text: t('battery_saver_on'), ...yes },
          }),
      };
    }
    case 'incoming-call': {
      const t = (name: string): string => os.text('com.android.incallui', name);
      return {
        ...base,
        kind: 'activity',
        package: 'com.android.incallui',
        activity: 'com.android.incallui.InCallActivity',
        view: () =>
          framed({
            title: '+359 88 000 1234',
            message: t('card_title_incoming_call'),
            negative: { text: t('description_target_decline'), id: 'com.android.incallui:id/decline', ...no },
            positive: { text: t('description_target_answer'), id: 'com.android.incallui:id/answer', ...yes },
          }),
      };
    }
    case 'not-responding': {
      const t = (name: string, ...values: string[]): string => os.text('android', name, ...values);
      return {
        ...base,
        package: 'android',
        view: () =>
          framed({
            title: t('anr_application_process', 'com.miui.weather2'),
            negative: { text: t('force_close'), id: 'android:id/aerr_close', ...yes },
            positive: { text: t('wait'), id: 'android:id/aerr_wait', ...no },
          }),
      };
    }
    case 'permission': {
      const pkg = 'com.android.permissioncontroller';
      const t = (name: string, ...values: string[]): string => os.text(pkg, name, ...values);
      return {
        ...base,
        package: pkg,
        activity: `${pkg}.permission.ui.GrantPermissionsActivity`,
        view: () =>
          framed({
            title: t('permission_warning_template', 'com.miui.weather2'),
            negative: {
              text: t('grant_dialog_button_deny'),
              id: `${pkg}:id/permission_deny_button`,
              ...no,
            },
            positive: {
              text: t('grant_dialog_button_allow'),
              id: `${pkg}:id/permission_allow_button`,
              ...yes,
            },
          }),
      };
    }
    case 'advert': {
      const pkg = 'com.miui.systemAdSolution';
      return {
        ...base,
        kind: 'activity',
        package: pkg,
        activity: `${pkg}.splashAd.SystemSplashAdActivity`,
        view: () =>
          framed({
            title: os.text('com.miui.systemAdSolution', 'app_name'),
            positive: { text: os.text('android', 'ok'), id: `${pkg}:id/view_container`, ...yes },
          }),
      };
    }
    case 'account-update': {
      const t = (name: string): string => os.text('com.xiaomi.account', name);
      return {
        ...base,
        package: 'com.xiaomi.account',
        activity: 'com.xiaomi.account.upgrade.AccountApkUpdateDialogActivity',
        view: () =>
          alert('com.xiaomi.account', {
            title: t('find_new_apk_version'),
            negative: { text: t('update_apk_version_later'), ...no },
            positive: { text: t('update_apk_version_now'), ...yes },
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
          alert('com.xiaomi.account', {
            title: t('recycled_phone_title'),
            message: t('recycled_phone_message'),
            negative: { text: os.text('android', 'cancel'), ...no },
            positive: { text: os.text('android', 'ok'), ...yes },
          }),
      };
    }
  }
}
