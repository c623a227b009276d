import type { Os, AppPage } from './page.ts';
import { alert } from '../screen/widgets-dialog.ts';

const SECURITY = 'com.miui.securitycenter';
/** The phone says no by itself after as many seconds. */
const SECONDS = 10;

/**
 * MIUI's question before adb installs an app. What counts down is the refusal, and it is the positive button;
 * the one that lets the app in is `android:id/button2` (com.miui.permcenter.install.AdbInstallActivity,
 * decompiled). At pace instant it waits without end.
 */
export function askBeforeInstall(os: Os): Promise<boolean> {
  const text = (name: string, ...values: number[]): string => os.text(SECURITY, name, ...values);
  return new Promise((resolve) => {
    let left = SECONDS;
    const answer = (install: boolean): void => {
      os.record('install-answered', { install });
      os.close(page);
      resolve(install);
    };
    const page: AppPage = {
      name: 'dialog',
      kind: 'dialog',
      package: SECURITY,
      activity: 'com.miui.permcenter.install.AdbInstallActivity',
      back: () => answer(false),
      view: () =>
        alert({
          title: text('install_dialog_title'),
          negative: { text: text('install_continue'), onTap: () => answer(true) },
          positive: { text: text('install_reject', left), onTap: () => answer(false) },
        }),
    };
    os.openTask(SECURITY, () => page);
    if (os.spec.pace !== 'instant')
      os.work(async () => {
        while (--left > 0) await os.wait(1000, 'countdown of the install dialog');
        if (os.isOpen(page)) answer(false);
      });
  });
}
