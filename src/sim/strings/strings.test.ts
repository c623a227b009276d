import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimPhone } from '../phone/phone.ts';
import { fill, inLanguage, languages, rawString, tables, translations, unicodeWrap } from './strings.ts';
import { webText, webWords, type WebWord } from './web.ts';

const everything = { ...tables, web: webWords };
const spoken = languages.filter((language) => language !== 'pseudo');

describe('strings of the ROM', () => {
  it('are worded as the release words them', () => {
    assert.equal(
      new SimPhone({ release: '10' }).string('com.android.settings', 'xiaomi_account'),
      'Mi Account',
    );
    assert.equal(
      new SimPhone({ release: '14' }).string('com.android.settings', 'xiaomi_account'),
      'Xiaomi Account',
    );
    assert.equal(
      new SimPhone({ release: '14', language: 'bg' }).string('com.xiaomi.account', 'logout_account'),
      'Отписване',
    );
    assert.equal(
      new SimPhone({ release: '10', language: 'zh-CN' }).string(
        'com.miui.cloudservice',
        'micloud_wipe_data_retain',
      ),
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
        for (const language of spoken) assert.notEqual(rawString(name, string, language, 2), shown);
      }
    }
  });

  it('hold the same placeholders in every language and all wordings', () => {
    // But a wording may spell a number out, as MIUI 10 does with the days of the lock.
    for (const [name, table] of Object.entries(everything)) {
      for (const [string, label] of Object.entries(table)) {
        const wordings = (language: string): string[] => [inLanguage(label, language)].flat();
        const wanted = placeholdersOf(wordings('en').at(-1) ?? '');
        for (const language of spoken) {
          wordings(language).forEach((text, era) => {
            const spelledOut =
              string === 'find_device_error_password_recently_changed' && era < wordings(language).length - 1;
            if (!spelledOut) assert.deepEqual(placeholdersOf(text), wanted, `${name}:${string} ${language}`);
          });
        }
      }
    }
  });

  it('are all there in the languages with a file of their own, but for one that Spanish leaves out', () => {
    for (const [language, own] of Object.entries(translations)) {
      const names = (of: Readonly<Record<string, object>>): string[] =>
        Object.entries(of).flatMap(([key, table]) => Object.keys(table).map((name) => `${key}:${name}`));
      const [has, wanted] = [names(own), names(everything)];
      const missing = wanted.filter((name) => !has.includes(name));
      assert.deepEqual(
        missing,
        language === 'es' ? ['com.android.settings:user_feedback'] : [],
        `strings-${language}.ts lacks these`,
      );
      assert.deepEqual(
        has.filter((name) => !wanted.includes(name)),
        [],
        `strings-${language}.ts has what no package has`,
      );
    }
    assert.equal(rawString('com.android.settings', 'user_feedback', 'es', 2), 'Services & feedback');
  });

  it('are those of the language where the region has none of its own', () => {
    assert.equal(rawString('android', 'cancel', 'es-MX', 2), 'Cancelar');
    assert.equal(rawString('android', 'cancel', 'zh-TW', 2), 'Cancel');
  });

  it('show numbers in the digits of the language', () => {
    assert.equal(fill('%d — %s', [2016, '3'], 'ar'), '٢٠١٦ — 3');
    for (const language of ['ar-AE', 'pseudo', ...spoken.filter((one) => one !== 'ar')])
      assert.equal(fill('%d', [2016], language), '2016');
    assert.match(
      new SimPhone({ language: 'ar' }).text('com.android.systemui', 'battery_low_message', 15),
      /١٥%/,
    );
  });

  it('wrap what reads left to right, in a language that does not', () => {
    assert.equal(unicodeWrap('6230001535', 'ar'), '\u200f\u202a6230001535\u202c\u200f');
    assert.equal(unicodeWrap('6230001535', 'tr'), '6230001535');
  });
});

describe('words of the web pages', () => {
  it('are in the language of the phone, in digits of the web', () => {
    assert.equal(webText('next', 'tr'), 'İleri');
    assert.equal(webText('resend', 'ar', 60), 'إعادة الإرسال (60)');
    for (const name of Object.keys(webWords) as WebWord[])
      assert.notEqual(webText(name, 'ar'), webText(name, 'en'));
  });
});

/** In the order of their numbers or, without such, of their places. */
function placeholdersOf(text: string): string[] {
  return text.match(/%(?:\d+\$)?[sd]/g) ?? [];
}
