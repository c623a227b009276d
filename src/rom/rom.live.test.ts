import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AT_TIMES, KNOWN_PAGES } from '../flows/recorded.ts';
import { buildApp, element, FRAMEWORK, layoutOf, noAapt, type AppSource } from '../live/aapt.ts';
import { run } from '../live/command.ts';
import { idsAreFound } from '../live/rom-apps.ts';
import { compareRoms } from '../report/rom-compare.ts';
import { isRomSound, romSentences } from '../report/rom-words.ts';
import type { RomCheck } from './check.ts';
import { readRom } from './rom.ts';

const skip = noAapt;
if (skip) console.log(`APKs built by aapt2: skipped, ${skip}`);
const folder = mkdtempSync(join(tmpdir(), 'rom-'));
after(() => rmSync(folder, { recursive: true }));

const check = (...files: string[]) => readRom(files, { pages: KNOWN_PAGES, atTimes: AT_TIMES });
const thing = ({ pages }: RomCheck, page: string, locator: string) =>
  pages.find((one) => one.page === page)?.things.find((one) => one.locator === locator);

const ACCOUNT = 'com.xiaomi.account';
const DIALOG = {
  title: element('TextView', '', '@string/passport_quick_login_title'),
  field: element('EditText', 'input_pwd_view'),
  confirm: element('Button', 'passport_confirm', '@android:string/ok'),
  cancel: element('Button', 'cancel', '@android:string/cancel'),
};

/** The account app in small: its page, with the button in a part of its own, and its password dialog. */
const account = (change: Partial<AppSource> = {}): AppSource => ({
  package: ACCOUNT,
  version: '13.5',
  strings: {
    values: {
      logout_account: 'Sign out',
      account_security: 'Account security',
      passport_quick_login_title: 'Password',
    },
    'values-bg': {
      logout_account: 'Отписване',
      account_security: 'Защита',
      passport_quick_login_title: 'Парола',
    },
    'values-zh-rCN': {
      logout_account: '退出登录',
      account_security: '帐号安全',
      passport_quick_login_title: '密码',
    },
  },
  files: {
    'layout/account.xml': layoutOf(
      `${element('ImageView', 'user_avatar')}<include layout="@layout/footer"/>`,
    ),
    'layout/footer.xml': layoutOf(element('Button', 'logout_btn', '@string/logout_account')),
    'layout/quick_login.xml': layoutOf(Object.values(DIALOG).join('')),
    'layout-land/quick_login.xml': layoutOf(Object.values(DIALOG).join('')),
    'xml/account_settings.xml': `<PreferenceScreen xmlns:android="http://schemas.android.com/apk/res/android"><Preference android:title="@string/account_security"/></PreferenceScreen>`,
  },
  ...change,
});

test(
  'an app built by aapt2 has its ids, its labels in their languages, and the layouts that hold them together',
  { skip },
  async () => {
    const rom = await check(...(await buildApp(folder, 'plain', account())));
    assert.deepEqual(
      rom.apps.map(({ package: name, version, languages }) => ({ name, version, languages })),
      [{ name: ACCOUNT, version: '13.5', languages: ['bg', 'zh-CN'] }],
    );
    const button = thing(rom, 'Mi Account page', 'signOut');
    assert.deepEqual(
      { verdict: button?.verdict, by: button?.by, layouts: button?.layouts },
      { verdict: 'there', by: `id ${ACCOUNT}:id/logout_btn`, layouts: ['layout/footer'] },
    );
    assert.deepEqual(button?.labels[0]?.wordings, {
      bg: 'Отписване',
      default: 'Sign out',
      'zh-CN': '退出登录',
    });
    const row = thing(rom, 'Mi Account page', 'securityRow');
    assert.deepEqual(
      [row?.by, row?.layouts],
      [`label ${ACCOUNT}:string/account_security`, ['xml/account_settings']],
    );
    const pages = new Map(rom.pages.map((page) => [page.page, page]));
    assert.deepEqual(pages.get('password dialog')?.layout, {
      name: 'layout/quick_login',
      holds: ['landmark', 'passwordField', 'confirm', 'cancel'],
    });
    assert.deepEqual(pages.get('Mi Account page')?.layout?.name, 'layout/footer');
    assert.equal(pages.get('Remove account dialog')?.verdict, 'not-in-rom');
    assert.equal(pages.get('Settings')?.verdict, 'not-given');
    assert.ok(rom.notGiven.includes('com.android.settings'));
  },
);

test(
  'a renamed id, a moved one and a language that is missing are each named, and said of two ROMs in sentences',
  { skip },
  async () => {
    const before = await check(...(await buildApp(folder, 'before', account())));
    const strings = account().strings;
    delete strings['values-bg']?.['logout_account'];
    const { confirm, field, ...rest } = DIALOG;
    const after = await check(
      ...(await buildApp(
        folder,
        'after',
        account({
          version: '14.0',
          strings: { ...strings, values: { ...strings['values'], logout_account: 'Log out' } },
          files: {
            ...account().files,
            'layout/quick_login.xml': layoutOf(
              `${Object.values(rest).join('')}${confirm.replace('passport_confirm', 'passport_go')}`,
            ),
            'layout-land/quick_login.xml': layoutOf(Object.values(rest).join('')),
            'layout/password_part.xml': layoutOf(field),
          },
        }),
      )),
    );
    assert.equal(isRomSound(before), false, 'the small app lacks much');
    assert.deepEqual(
      ['landmark', 'passwordField', 'confirm', 'cancel'].map(
        (name) => thing(after, 'password dialog', name)?.verdict,
      ),
      ['other-way', 'there', 'not-given', 'there'],
    );
    const dialog = after.pages.find(({ page }) => page === 'password dialog');
    assert.deepEqual(dialog?.apart, ['passwordField']);
    const said = romSentences(after).join('\n');
    assert.match(
      said,
      /≈ The password dialog is there by label .*passport_quick_login_title, in layout\/quick_login; the ROM has no id com\.xiaomi\.account:id\/passport_confirm\b/,
    );
    assert.match(said, /logout_account: a phone in bg shows its default words/);
    assert.deepEqual(compareRoms(before, after), [
      `${ACCOUNT}: 13.5 → 14.0`,
      `The password dialog was there by id ${ACCOUNT}:id/passport_confirm, now by label ${ACCOUNT}:string/passport_quick_login_title`,
      `The id ${ACCOUNT}:id/passport_confirm is gone: layout/quick_login has ${ACCOUNT}:id/passport_go in its place`,
      `The id ${ACCOUNT}:id/input_pwd_view moved: layout/quick_login → layout/password_part`,
      `The string ${ACCOUNT}:string/logout_account has no wording any more in bg`,
      `The string ${ACCOUNT}:string/logout_account reads 'Sign out' → 'Log out' (default)`,
    ]);
    assert.deepEqual(compareRoms(before, before), []);
  },
);

test('a split APK brings its language, and is no app by itself', { skip }, async () => {
  const [base = '', split = ''] = await buildApp(folder, 'split', account({ splits: ['bg'] }));
  const languages = async (...files: string[]) => (await check(...files)).apps[0]?.languages;
  assert.deepEqual(await languages(base), ['zh-CN']);
  assert.deepEqual(await languages(split, base), ['bg', 'zh-CN']);
  assert.equal(
    thing(await check(base, split), 'Mi Account page', 'signOut')?.labels[0]?.wordings['bg'],
    'Отписване',
  );
  await assert.rejects(check(split), /Of com\.xiaomi\.account only a split is there/);
  await assert.rejects(check(base, base), /are both com\.xiaomi\.account/);
});

test("Debian's framework has the ids and labels of Android's own dialogs", { skip }, async () => {
  const rom = await check(FRAMEWORK);
  assert.ok((rom.apps[0]?.languages.length ?? 0) > 80);
  const cancel = thing(rom, 'Mi Pay dialog', 'cancel');
  assert.equal(cancel?.by, 'id android:id/button2');
  assert.ok(cancel?.layouts.includes('layout/alert_dialog'));
  assert.equal(cancel?.labels[0]?.wordings['bg'], 'Отказ');
});

// The others each night, in src/checks/releases.night.ts.
for (const release of ['10', 'hyperos3'] as const) {
  test(
    `ids of the pages of ${release} are found in APKs built from them, and are gone where a build drops them`,
    {
      skip,
    },
    () => idsAreFound(release, folder),
  );
}

test(
  'rom check and rom compare say it on the command line, with a page, a JUnit file and exit codes',
  { skip },
  async (t) => {
    const [base = ''] = await buildApp(folder, 'cli', account());
    const rom = join(folder, 'rom');
    mkdirSync(join(rom, 'app'), { recursive: true });
    copyFileSync(base, join(rom, 'app', 'XiaomiAccount.apk'));
    const [junit, html, json] = ['junit.xml', 'rom.html', 'rom.json'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const checked = await run(t, 'rom', 'check', rom, '--json', '--junit', junit, '--html', html);
    assert.equal(checked.code, 1);
    assert.match(
      readFileSync(junit, 'utf8'),
      /<testcase classname="rom\.password dialog" name="confirm"><\/testcase>/,
    );
    assert.match(
      readFileSync(junit, 'utf8'),
      /name="landmark"><failure message="[^"]*is gone: the ROM has no /,
    );
    assert.match(
      readFileSync(html, 'utf8'),
      /layout\/quick_login holds landmark, passwordField, confirm, cancel/,
    );
    writeFileSync(json, checked.stdout);
    const same = await run(t, 'rom', 'compare', json, rom);
    assert.deepEqual([same.code, same.stdout], [0, '']);
    writeFileSync(json, checked.stdout.replaceAll('"ids"', '"it"'));
    const damaged = await run(t, 'rom', 'compare', json, rom);
    assert.match(damaged.error?.message ?? '', /is no check of a ROM: pages\.0\.things\.0\.ids: /);
    const other = await run(t, 'rom', 'compare', rom, FRAMEWORK, '--json');
    assert.equal(other.code, 1);
    assert.equal((JSON.parse(other.stdout) as { same: boolean }).same, false);
  },
);
