import type { Os, AppPage } from './page.ts';
import type { ScrollState } from '../screen/view.ts';
import { button, text } from '../screen/widgets.ts';
import { page } from '../screen/widgets-page.ts';

const SECURITY = 'com.miui.securitycenter';
/** What the way to it is called by Developer options. */
export const ADB_INPUT_APPLY = `${SECURITY}.action.ADB_INPUT_APPLY`;
const STEPS = 3;
/** How long a step is to be read before it can be left, s. */
const SECONDS = 5;

/**
 * "USB debugging (Security settings)" is switched on: three warnings, each with a button that counts down, and
 * Accept on the last. It needs an account and the network; without either it is a toast. At pace instant nothing
 * counts down.
 */
export function applyForInput(os: Os): void {
  const t = (name: string, ...values: number[]): string => os.text(SECURITY, name, ...values);
  if (!os.account) return os.toast(t('adb_login_xiaomi_account'), SECURITY);
  if (os.spec.faults.includes('network-down')) return os.toast(t('adb_install_no_network'), SECURITY);
  const scroll: ScrollState = { offset: 0, max: 0 };
  let step = 1;
  let left = 0;

  const count = (): void => {
    left = os.spec.pace === 'instant' ? 0 : SECONDS;
    if (left > 0)
      os.work(async () => {
        for (; left > 0; left--) await os.wait(1000, 'a warning is to be read');
      });
  };
  const goOn = (): void => {
    if (step++ < STEPS) return count();
    os.record('input-allowed');
    os.setProperty('persist.security.adbinput', '1');
    os.close(me);
  };
  const me: AppPage = {
    name: 'app',
    kind: 'activity',
    package: SECURITY,
    activity: 'com.miui.permcenter.install.AdbInputApplyActivity',
    view: () => {
      const words = step < STEPS ? t('adb_next_step') : t('adb_accept');
      return page({
        title: t('adb_input_title'),
        scroll,
        listClass: 'android.widget.ScrollView',
        children: [text({ id: `${SECURITY}:id/intro`, text: t(`adb_input_warning_${step}`) })],
        footer: [
          button({ id: `${SECURITY}:id/reject`, text: t('adb_reject'), onTap: () => os.close(me) }),
          button({
            id: `${SECURITY}:id/accept`,
            text: left > 0 ? `${words} (${left})` : words,
            enabled: left === 0,
            kind: 'primary',
            onTap: goOn,
          }),
        ],
      });
    },
  };
  os.openTask(SECURITY, () => me);
  count();
}
