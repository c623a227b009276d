import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimPhone } from './phone.ts';
import { fill, rawString, tables } from './strings.ts';

describe('strings of the ROM', () => {
  it('are worded as the release words them', () => {
    assert.equal(new SimPhone({ release: '10' }).string('com.android.settings', 'xiaomi_account'), 'Mi Account');
    assert.equal(new SimPhone({ release: '14' }).string('com.android.settings', 'xiaomi_account'), 'Xiaomi Account');
    assert.equal(new SimPhone({ release: '14', language: 'bg' }).string('com.xiaomi.account', 'logout_account'), 'Отписване');
    assert.equal(
      new SimPhone({ release: '10', language: 'zh-CN' }).string('com.miui.cloudservice', 'micloud_wipe_data_retain'),
      '保留在手机上',
    );
  });

  it('are English in a language the ROM lacks', () => {
    assert.equal(rawString('com.xiaomi.account', 'logout_account', 'sw', 2), 'Sign out');
  });

  it('are undefined where there is no such package or name', () => {
    assert.equal(rawString('com.xiaomi.account', 'toString', 'en', 2), undefined);
    assert.equal(rawString('com.example', 'logout_account', 'en', 2), undefined);
  });

  it('keep their placeholders until they are shown', () => {
    const raw = rawString('com.xiaomi.account', 'find_device_error_password_recently_changed', 'en', 2) ?? '';
    assert.match(raw, /%d days/);
    assert.match(fill(raw, [3]), /3 days/);
    assert.equal(fill('%2$s, %1$s: %d%%', ['a', 'b', 5]), 'b, a: a%');
  });

  it('in the pseudo language say nothing any language says', () => {
    for (const [name, table] of Object.entries(tables)) {
      for (const string of Object.keys(table)) {
        const shown = rawString(name, string, 'pseudo', 2) ?? '';
        assert.ok(shown.startsWith('[') && shown.length > string.length * 1.4, shown);
        for (const language of ['en', 'bg', 'ru', 'zh-CN']) assert.notEqual(rawString(name, string, language, 2), shown);
      }
    }
  });

  it('hold the same placeholders in every language and all wordings', () => {
    // A wording may spell a number out, as MIUI 10 does with the days of the lock.
    const spelledOut = new Set([0, 1].map((era) => `find_device_error_password_recently_changed ${era}`));
    for (const [name, table] of Object.entries(tables)) {
      for (const string of Object.keys(table)) {
        for (const wording of [0, 1, 2] as const) {
          if (spelledOut.has(`${string} ${wording}`)) continue;
          const placeholders = (language: string): string[] => rawString(name, string, language, wording)?.match(/%(\d+\$)?[sd]/g) ?? [];
          for (const language of ['bg', 'ru', 'zh-CN'])
            assert.deepEqual(placeholders(language), placeholders('en'), `${name}:${string} ${language}`);
        }
      }
    }
  });
});
