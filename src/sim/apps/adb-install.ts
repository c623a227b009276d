import { alertOf } from './alert.ts';
import type { Os, AppPage } from './page.ts';
import type { View } from '../screen/view.ts';
import { checkBox, label, view } from '../screen/widgets.ts';

const SECURITY = 'com.miui.securitycenter';
/** The phone says no by itself after as many seconds. */
const SECONDS = 10;

/** What a person answers, and whether the phone is to refuse from now on without a question. */
interface Answer {
  install: boolean;
  remember: boolean;
}

/**
 * MIUI's question before adb installs an app. What counts down is the refusal, and it is the positive button;
 * the one that lets the app in is `android:id/button2` (com.miui.permcenter.install.AdbInstallActivity,
 * decompiled, and a dump of HyperOS 3). The box makes a refusal count for all later installs. At pace instant
 * it waits without end.
 */
export function askBeforeInstall(os: Os, name: string): Promise<Answer> {
  const text = (string: string, ...values: number[]): string => os.text(SECURITY, string, ...values);
  return new Promise((resolve) => {
    let left = SECONDS;
    let ticked = false;
    const answer = (install: boolean): void => {
      const remember = ticked && !install;
      os.record('install-answered', { install, ...(remember ? { remember } : {}) });
      os.close(page);
      resolve({ install, remember });
    };
    const body = (): View =>
      view('android.widget.FrameLayout', 'dialogPanel', {
        id: 'android:id/custom',
        children: [
          view('android.widget.LinearLayout', 'dialogPanel', {
            children: [
              view('android.widget.ImageView', 'iconPlate', {
                id: `${SECURITY}:id/icon`,
                look: { icon: 'apps', background: '#2F9BFF' },
              }),
              label('iconText', name, `${SECURITY}:id/name`),
              label('dialogMessage', text('install_desc'), `${SECURITY}:id/desc`),
              checkBox({
                id: `${SECURITY}:id/do_not_ask_checkbox`,
                text: text('pm_remember_choice'),
                checked: ticked,
                onTap: () => (ticked = !ticked),
              }),
            ],
          }),
        ],
      });
    const page: AppPage = {
      name: 'dialog',
      kind: 'dialog',
      package: SECURITY,
      activity: 'com.miui.permcenter.install.AdbInstallActivity',
      back: () => answer(false),
      view: () =>
        alertOf(os.spec, SECURITY, {
          title: text('install_title'),
          body: [body()],
          negative: { text: text('continue_install'), onTap: () => answer(true) },
          positive: { text: text('reject_countdown', left), onTap: () => answer(false) },
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
