import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Browser } from 'webdriverio';
import { BusyPage, IdlePage } from '../../pageobjects/busy.page.ts';
import { shows } from '../../pageobjects/locator.ts';
import { isPressable, PageSource, windowIn } from '../../pageobjects/look.ts';
import { NewPasswordPage } from '../../pageobjects/new-password.page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import { QuickPanel, SettingsPage } from '../../pageobjects/settings.page.ts';
import { installButton } from '../phone/install-dialog.ts';
import { labelBook } from '../phone/labels.ts';
import { nameOf } from './recorded.ts';

/** Pages in the form in which real phones showed them, with words and numbers that are made up. */
const FOLDER = join(import.meta.dirname, '../../recorded/pages');
const source = (name: string) => readFileSync(join(FOLDER, `${name}.xml`), 'utf8');
const look = (name: string) => new PageSource(source(name));
const book = labelBook(
  new Map([
    ['com.android.systemui:accessibility_settings', '设置'],
    ['com.android.settings:settings_label', '设置'],
    ['com.android.settings:xiaomi_account', '小米账号'],
    ['android:ok', '确定'],
    ['android:cancel', '取消'],
  ]),
);

const UI = 'new UiSelector().packageName("com.android.systemui").';

/** Notes what a page object searches and taps, in the system's windows. */
function browser() {
  const tapped: string[] = [];
  const $ = (selector: string) => ({
    click: async () => void tapped.push(selector.replace('android=', '').replaceAll(UI, '')),
  });
  return { tapped, browser: { $ } as unknown as Browser };
}

describe('page objects on the pages of real phones', () => {
  it('let an app in by the button that does not count down, at the left', () => {
    assert.deepEqual(installButton(source('install-dialog')), { x: 311, y: 2182 });
  });

  it('take nothing in a Miuix dialog for pressable that only lies in its card', () => {
    const dialog = look('install-dialog');
    const pressable = dialog.nodes.filter(isPressable).map(({ id }) => id);
    assert.deepEqual(pressable, [
      'com.miui.securitycenter:id/do_not_ask_checkbox',
      'android:id/button2',
      'android:id/button1',
    ]);
  });

  it('see as much of a window as its card, where the root of a Miuix dialog fills the screen', () => {
    const dialog = look('install-dialog');
    assert.deepEqual(dialog.nodes[0]?.bounds, [0, 0, 1080, 2400]);
    assert.equal(windowIn(dialog)?.id, 'com.miui.securitycenter:id/parentPanel');
    const inner = look('settings-inner-page');
    assert.equal(windowIn(inner), inner.nodes[0]);
  });

  it('find the tile that opens Settings among the tiles of the control centre, and tap that one', async () => {
    const panel = look('control-centre-tiles');
    assert.ok(shows(panel, QuickPanel.landmark, book));
    const { tapped, browser: on } = browser();
    await new QuickPanel(on, panel, book).openSettings();
    assert.deepEqual(tapped, ['description("设置")']);
    assert.equal(nameOf(panel, book).page, QuickPanel.title);
  });

  it('take the tile, and not the icon over the notifications, where both are in view', async () => {
    const icon =
      '<node class="android.widget.ImageView" package="com.android.systemui" resource-id="com.android.systemui:id/notification_shade_shortcut" content-desc="设置" clickable="true" bounds="[900,100][1000,200]"/>';
    const both = new PageSource(
      source('control-centre-tiles').replace('</hierarchy>', `${icon}</hierarchy>`),
    );
    const { tapped, browser: on } = browser();
    await new QuickPanel(on, both, book).openSettings();
    assert.deepEqual(tapped, [
      'resourceId("miui.systemui.plugin:id/main_panel").childSelector(description("设置"))',
    ]);
    const header = new PageSource(`<hierarchy>${icon}</hierarchy>`);
    const alone = browser();
    await new QuickPanel(alone.browser, header, book).openSettings();
    assert.deepEqual(alone.tapped, [
      'resourceId("com.android.systemui:id/notification_shade_shortcut").description("设置")',
    ]);
  });

  it('know no page of theirs in the first rows of the control centre, in a lock screen or in the install dialog', () => {
    for (const name of ['control-centre', 'keyguard-pin', 'install-dialog'])
      assert.equal(nameOf(look(name), book).known, false, name);
  });

  it('take the PIN for no password of an account', () => {
    const keyguard = look('keyguard-pin');
    assert.ok(keyguard.nodes.some(({ password }) => password));
    for (const page of [PasswordDialog, NewPasswordPage, BusyPage, IdlePage])
      assert.equal(shows(keyguard, page.landmark, book), false, page.title);
  });

  it('know Settings by its app, and no row of the account on a page inside it', () => {
    const inner = look('settings-inner-page');
    assert.ok(shows(inner, SettingsPage.landmark, book));
    assert.equal(new SettingsPage(browser().browser, inner, book).accountRow('6230***535'), undefined);
    assert.match(inner.source, /device_name/);
    assert.doesNotMatch(inner.source, /Bench phone 7/);
  });

  it('keep nothing of what stands in a field that completes what is typed, with the eye open too', () => {
    const field = (more: string) =>
      new PageSource(
        `<hierarchy><node class="android.widget.FrameLayout" package="com.xiaomi.account" resource-id="com.xiaomi.account:id/password"><node class="android.widget.AutoCompleteTextView" package="com.xiaomi.account" resource-id="com.xiaomi.account:id/input" text="Right-pass1" ${more}/></node></hierarchy>`,
      );
    for (const more of ['password="true"', 'password="false"']) {
      const page = field(more);
      assert.doesNotMatch(page.source, /Right-pass1/);
      assert.deepEqual(
        page.nodes.map(({ secret, password }) => [secret, password]),
        [
          [false, false],
          [true, true],
        ],
      );
      assert.ok(shows(page, PasswordDialog.landmark, book));
    }
  });
});
