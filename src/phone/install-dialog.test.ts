import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone } from './adb.ts';
import { confirmInstall, installButton } from './install-dialog.ts';

const node = (id: string, text: string, bounds: string, more = '') =>
  `<node index="0" text="${text}" resource-id="${id}" class="android.widget.Button" package="com.miui.securitycenter" enabled="true" ${more}bounds="${bounds}"></node>`;
const reject = node('android:id/button1', '禁止安装（9）', '[560,2100][1040,2230]');
const install = node('android:id/button2', '继续安装', '[40,2100][520,2230]');

test('the button that lets the app in is the one that does not count', () => {
  assert.deepEqual(installButton(`<hierarchy>${install}${reject}</hierarchy>`), { x: 280, y: 2165 });
  assert.deepEqual(installButton(`<hierarchy>${reject}${install}</hierarchy>`), { x: 280, y: 2165 });
});

test('what is not that clear is left to a person', () => {
  const countsToo = node('android:id/button2', '继续安装（3）', '[40,2100][520,2230]');
  const another = install.replace('securitycenter', 'packageinstaller');
  const third = node('android:id/button1', 'Help', '[40,2300][520,2430]');
  for (const buttons of [
    install,
    reject,
    countsToo + reject,
    another + reject,
    install + third,
    install + reject + third,
    '',
  ])
    assert.equal(installButton(buttons), undefined, buttons);
});

test('nothing is tapped while another window is in front', async () => {
  const asked: string[] = [];
  const shell = async (line: string) => (
    asked.push(line),
    '  mCurrentFocus=Window{1 u0 com.miui.home/.Launcher}\n'
  );
  assert.equal(await confirmInstall({ serial: 'X1', shell } as unknown as Phone), false);
  assert.equal(asked.length, 1);
});

test('a dialog that asks is answered with one tap, and its dump does not stay on the phone', async () => {
  const shown =
    '  mCurrentFocus=Window{2 u0 com.miui.securitycenter/com.miui.permcenter.install.AdbInstallActivity}\n';
  for (const [dump, tap, isThere] of [
    [install + reject, 'input tap 280 2165', true],
    // It is gone, or another window lies over it, by the time of the tap.
    [install + reject, 'input tap 280 2165', false],
    [reject, undefined, true],
  ] as const) {
    const asked: string[] = [];
    const shell = async (line: string) => {
      asked.push(line);
      if (line.includes('input tap')) return isThere ? `${line.split(' ').at(-1)}\n` : '';
      if (line.startsWith('dumpsys')) return shown;
      return line.startsWith('uiautomator') ? `<hierarchy>${dump}</hierarchy>` : '';
    };
    const phone = { serial: 'X1', shell } as unknown as Phone;
    assert.equal(await confirmInstall(phone), tap !== undefined && isThere);
    assert.match(asked[1] ?? '', /^uiautomator dump (\S+) .*cat \1; rm -f \1$/);
    assert.equal(asked.length, tap ? 3 : 2);
    if (tap)
      assert.equal(
        asked[2],
        `dumpsys window | grep mCurrentFocus= | grep AdbInstallActivity >/dev/null && ${tap} && echo @@mi-unbind:tapped`,
      );
  }
});

test('a button that cannot be pressed yet is not', () => {
  const closed = install.replace('enabled="true"', 'enabled="false"');
  assert.equal(installButton(closed + reject), undefined);
});
