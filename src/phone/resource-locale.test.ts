import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareLocales, localeFits, localeTag, parseLocale } from './resource-locale.ts';

/** The choice an app offers that the phone takes; `default` stands for the app's default resource. */
function chosen(asked: string, offered: string, sdk?: number): string {
  const locale = (tag: string) =>
    tag === 'default' ? { language: '', script: '', region: '' } : parseLocale(tag);
  const wanted = parseLocale(asked);
  const fitting = offered.split(' ').filter((tag) => localeFits(locale(tag), wanted, sdk));
  return fitting.sort((left, right) => compareLocales(locale(left), locale(right), wanted))[0] ?? 'none';
}

/**
 * Asked for, offered in any order, taken. Most are the cases of AOSP's
 * libs/androidfw/tests/ConfigLocale_test.cpp.
 */
const CHOICES: readonly (readonly [asked: string, offered: string, taken: string])[] = [
  // language, then default
  ['bg-BG', 'bg bg-BG default', 'bg-BG'],
  ['bg-BG', 'ru bg default', 'bg'],
  ['bg-BG', 'ru mk default', 'default'],
  ['bg-BG', 'ru mk', 'none'],
  ['fr-CA', 'fr-FR default', 'fr-FR'],
  // scripts do not mix
  ['zh-CN', 'zh zh-CN default', 'zh-CN'],
  ['zh-CN', 'zh zh-TW default', 'zh'],
  ['zh-TW', 'zh zh-CN default', 'default'],
  ['zh-TW', 'zh-HK zh-CN zh default', 'zh-HK'],
  ['zh-MO', 'zh-TW zh-HK', 'zh-HK'],
  ['zh-Hant-US', 'zh-HK zh-TW', 'zh-TW'],
  ['sr-RS', 'sr-Latn default', 'default'],
  ['sr-Latn-RS', 'sr sr-Latn default', 'sr-Latn'],
  ['sr-ME', 'sr sr-Latn default', 'sr-Latn'],
  ['uz-AF', 'uz default', 'default'],
  // pseudo-locales are for those who ask for them
  ['en-GB', 'en-XA default', 'default'],
  ['ar', 'ar-XB default', 'default'],
  ['ar-XB', 'ar-XB ar default', 'ar-XB'],
  // old codes
  ['iw-IL', 'he default', 'he'],
  ['he-IL', 'iw default', 'iw'],
  ['in-ID', 'id default', 'id'],
  ['tl-PH', 'fil default', 'fil'],
  // Spanish
  ['es-AR', 'es-419 es-AR es', 'es-AR'],
  ['es-AR', 'es es-419 es-ES', 'es-419'],
  ['es-AR', 'es-ES es', 'es'],
  ['es-AR', 'es-ES es-PE', 'es-PE'],
  ['es-AR', 'es es-US', 'es-US'],
  ['es-AR', 'es es-MX', 'es-MX'],
  ['es-MX', 'es es-US', 'es-US'],
  ['es-US', 'es-MX es-419', 'es-419'],
  ['es-AR', 'es-BO es-MX', 'es-MX'],
  ['es-AR', 'es-US es-MX', 'es-MX'],
  ['es-GQ', 'es-419 es-IC', 'es-IC'],
  ['es-IC', 'es-GQ es-ES', 'es-ES'],
  // English
  ['en-GB', 'en en-001', 'en-001'],
  ['en-PR', 'en-001 en', 'en'],
  ['en-DE', 'en-001 en-150', 'en-150'],
  ['en-IN', 'en-US en-AU', 'en-AU'],
  ['en-IN', 'en-AU en-GB', 'en-GB'],
  ['en-IN', 'en-CA en-AU', 'en-AU'],
  ['en-IN', 'default en-GB', 'en-GB'],
  ['en-PR', 'en-GB en-001', 'en-001'],
  ['en-US', 'en-GB default', 'default'],
  ['en-US', 'en-001 default', 'default'],
  ['en-US', 'default en', 'en'],
  ['en-PR', 'en-001 default', 'default'],
  ['en-PR', 'default en', 'en'],
  // Portuguese, Arabic
  ['pt-MZ', 'pt pt-PT', 'pt-PT'],
  ['pt-MZ', 'pt-BR pt-PT', 'pt-PT'],
  ['pt-BR', 'pt-PT pt', 'pt'],
  ['ar-DZ', 'ar ar-015', 'ar-015'],
  ['ar-EG', 'ar-015 ar', 'ar'],
  ['ar-QA', 'ar-BH ar-EG', 'ar-EG'],
  ['ar-QA', 'ar-015 ar-SA', 'ar-SA'],
];

for (const [asked, offered, taken] of CHOICES) {
  test(`a phone set to ${asked} takes ${taken} out of ${offered}`, () => {
    assert.equal(chosen(asked, offered), taken);
    assert.equal(chosen(asked, offered.split(' ').reverse().join(' ')), taken);
  });
}

test('a phone before Android 7 takes no other region of its language', () => {
  const old = (asked: string, offered: string) => chosen(asked, offered, 23);
  assert.equal(old('fr-CH', 'fr-FR default'), 'default');
  assert.equal(old('en-IN', 'en-GB default'), 'default');
  assert.equal(old('es-ES', 'es-419 default'), 'default');
  assert.equal(old('zh-TW', 'zh-HK zh-CN default'), 'default');
  assert.equal(old('zh-TW', 'zh-TW zh default'), 'zh-TW');
  assert.equal(old('bg-BG', 'bg default'), 'bg');
  assert.equal(old('sr-RS', 'sr-Latn sr default'), 'sr');
});

test('reads tags with underscores and drops what is no language, script or region', () => {
  assert.deepEqual(parseLocale('pt_BR'), { language: 'pt', script: '', region: 'BR' });
  assert.deepEqual(parseLocale('zh-Hant-TW-u-nu-hanidec'), { language: 'zh', script: 'Hant', region: 'TW' });
  assert.equal(localeTag(parseLocale('iw_IL')), 'he-IL');
});

test('says which tag is none', () => {
  assert.throws(() => parseLocale('български'), /"български" is no language tag; give one like "bg-BG"/);
});
