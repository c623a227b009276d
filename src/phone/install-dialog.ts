import type { Phone } from './adb.ts';

// com.miui.permcenter.install.AdbInstallActivity, seen in decompiled MIUI 10 to HyperOS.
const ACTIVITY = 'AdbInstallActivity';
const DIALOG = new RegExp(`mCurrentFocus=.{0,200}com\\.miui\\.securitycenter\\/\\S{0,200}${ACTIVITY}`);
const FOCUS = 'dumpsys window | grep mCurrentFocus=';
const DONE = '@@mi-unbind:tapped';
const FILE = '/sdcard/mi-unbind-window.xml';

/**
 * Lets an app in where MIUI asks before adb installs it. True when it asked and was answered. Nothing else is
 * ever tapped.
 */
export async function confirmInstall(phone: Phone, signal?: AbortSignal): Promise<boolean> {
  if (!DIALOG.test(await phone.shell(FOCUS, signal))) return false;
  const at = installButton(
    await phone.shell(`uiautomator dump ${FILE} >/dev/null; cat ${FILE}; rm -f ${FILE}`, signal),
  );
  if (!at) return false;
  // Another window may have opened meanwhile, with a button at the same place: asked once more in the same call.
  const answer = await phone.shell(
    `${FOCUS} | grep ${ACTIVITY} >/dev/null && input tap ${at.x} ${at.y} && echo ${DONE}`,
    signal,
  );
  return answer.includes(DONE);
}

/**
 * Its button that lets the app in, px: of its two buttons the one without a number, as the refusal counts its
 * seconds down. Undefined where it is not that clear.
 */
export function installButton(dump: string): { x: number; y: number } | undefined {
  const buttons = [...dump.matchAll(/<node ([^<>]*)>/g)]
    .map(
      ([, attributes = '']) =>
        new Map(
          [...attributes.matchAll(/(?<![\w-])([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
            name,
            value,
          ]),
        ),
    )
    .filter(
      (node) =>
        node.get('package') === 'com.miui.securitycenter' &&
        /android:id\/button[12]$/.test(node.get('resource-id') ?? ''),
    );
  const [lets, ...more] = buttons.filter((node) => !/\p{Nd}/u.test(node.get('text') ?? ''));
  if (buttons.length !== 2 || !lets || more.length > 0 || lets.get('enabled') !== 'true') return undefined;
  const [left = 0, top = 0, right = 0, bottom = 0] =
    (lets.get('bounds') ?? '').match(/\d+/g)?.map(Number) ?? [];
  return { x: Math.round((left + right) / 2), y: Math.round((top + bottom) / 2) };
}
