import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { UnreadableApkError } from '../errors.ts';
import { goldenTable, type Form } from './resource-table.golden.ts';
import { openResources } from './resource-table.ts';

const FORMS: readonly Form[] = ['utf8', 'utf16', 'sparse'];

const apkOf = (table: Uint8Array, deflated = true) =>
  zipSync({ 'resources.arsc': [table, { level: deflated ? 6 : 0 }] });

for (const form of FORMS) {
  test(`reads a ${form} table: strings by name and language`, async () => {
    const resources = await openResources(apkOf(goldenTable(form)));
    assert.equal(resources.packageName, 'org.example.golden');
    assert.deepEqual(resources.locales(), ['ar', 'bg', 'es-419', 'fil', 'sr-Latn', 'zh-CN', 'zh-TW']);
    assert.deepEqual(resources.names('plurals'), ['days']);
    assert.equal(resources.names('string').length, 14);
    const wanted = {
      'bg-BG': 'Отписване',
      bg: 'Отписване',
      'zh-CN': '退出登录',
      'zh-Hans-CN': '退出登录',
      'zh-TW': '登出',
      'zh-Hant-HK': '登出',
      'sr-Latn-RS': 'Odjavi se',
      'sr-RS': 'Sign out',
      'fil-PH': 'Mag-sign out',
      'tl-PH': 'Mag-sign out',
      'es-MX': 'Salir',
      'es-ES': 'Salir',
      'ar-EG': 'تسجيل الخروج',
      'en-US': 'Sign out',
    };
    for (const [locale, text] of Object.entries(wanted))
      assert.equal(resources.string('sign_out', locale), text, locale);
    assert.deepEqual(
      ['p1', 'p2', 'p3', 'p4'].map((name) => resources.string(name, 'bg-BG')),
      ['a', 'б', 'c', 'г'],
    );
  });

  test(`reads a ${form} table: text as the phone draws it`, async () => {
    const resources = await openResources(apkOf(goldenTable(form), false));
    const drawn = (name: string) => resources.string(name, 'en-US');
    assert.equal(drawn('styled'), 'Read the terms & policy');
    assert.equal(drawn('escaped'), 'Can\'t "stop"\n@ 100%%');
    assert.equal(drawn('emoji'), 'Done 😀 𝔞');
    assert.equal(drawn('long_text'), 'äbc'.repeat(60));
  });

  test(`reads a ${form} table: follows references in the phone's language, not out of the app`, async () => {
    const resources = await openResources(apkOf(goldenTable(form)));
    assert.equal(resources.string('again', 'bg-BG'), 'Отписване');
    assert.equal(resources.string('once_more', 'zh-TW'), '登出');
    assert.equal(resources.string('foreign', 'en-US'), undefined);
  });

  test(`reads a ${form} table: all forms of a plural`, async () => {
    const resources = await openResources(apkOf(goldenTable(form)));
    assert.deepEqual(Object.fromEntries(resources.plural('days', 'bg-BG') ?? []), {
      one: '%d ден',
      other: '%d дни',
    });
    assert.deepEqual(Object.fromEntries(resources.plural('days', 'ar-EG') ?? []), {
      zero: '٠',
      one: 'يوم',
      two: 'يومان',
      few: '%d أيام',
      many: '%d يومًا',
      other: '%d يوم',
    });
    assert.deepEqual(Object.fromEntries(resources.plural('days', 'ru-RU') ?? []), {
      one: '%d day',
      other: '%d days',
    });
  });

  test(`reads a ${form} table: values for the phone's Android, and none for a turned screen`, async () => {
    const table = apkOf(goldenTable(form));
    const on = async (sdk: number) => (await openResources(table, { sdk })).string('api', 'en-US');
    assert.deepEqual(await Promise.all([27, 28, 30, 31].map(on)), ['any', '28', '28', '31']);
    assert.equal((await openResources(table)).string('sideways', 'en-US'), 'upright');
  });
}

test('reads compact entries and 16-bit offsets, as packages for Android 14 have them', async () => {
  const resources = await openResources(apkOf(compacted(goldenTable('utf8'))));
  assert.equal(resources.string('sign_out', 'bg-BG'), 'Отписване');
  assert.equal(resources.string('p3', 'bg-BG'), 'c');
  assert.equal(resources.string('once_more', 'zh-CN'), '退出登录');
  assert.equal(resources.names('string').length, 14);
});

test('gives nothing for a name the app does not have', async () => {
  const resources = await openResources(apkOf(goldenTable('utf8')));
  assert.equal(resources.string('nonesuch', 'bg-BG'), undefined);
  assert.equal(resources.string('days', 'bg-BG'), undefined);
  assert.equal(resources.plural('sign_out', 'bg-BG'), undefined);
});

test('refuses a language tag that is none', async () => {
  const resources = await openResources(apkOf(goldenTable('utf8')));
  assert.throws(() => resources.string('sign_out', 'Bulgarian!'), /"Bulgarian!" is no language tag/);
});

test('says what is wrong with a file it cannot read', async () => {
  const apk = apkOf(goldenTable('utf8'), false);
  const refused = (bytes: Uint8Array, message: RegExp) =>
    assert.rejects(
      openResources(bytes, { file: 'account.apk' }),
      (error) =>
        error instanceof UnreadableApkError && message.test(error.message) && /pm path/.test(error.hint),
    );
  await refused(apk.subarray(0, 1000), /from account\.apk: it is no ZIP file, or it is cut short\.$/);
  await refused(new Uint8Array(0), /it is no ZIP file, or it is cut short/);
  await refused(zipSync({ 'classes.dex': new Uint8Array(9) }), /a ZIP file without a resources\.arsc/);
  await refused(apkOf(new Uint8Array(0)), /from account\.apk: .*out of range|outside buffer bounds/);
  await refused(
    apkOf(goldenTable('utf8').subarray(0, 2000)),
    /the chunk at byte 0 says it has 3876 bytes, 2000 are there/,
  );
  await refused(
    apkOf(Buffer.from([3, 0, 8, 0, 8, 0, 0, 0])),
    /begins with chunk type 0x3, not a resource table/,
  );
});

test('turns every damage to the bytes into an error that names the file, or reads on', async () => {
  const table = goldenTable('utf8');
  let damaged = 0;
  for (let at = 0; at < table.length; at += 3) {
    const broken = Buffer.from(table);
    broken.fill(0xff, at, Math.min(at + 4, table.length));
    try {
      const resources = await openResources(apkOf(broken, false));
      for (const name of resources.names('string')) resources.string(name, 'bg-BG');
      resources.plural('days', 'ar');
    } catch (error) {
      assert.ok(error instanceof UnreadableApkError, `byte ${at}: ${String(error)}`);
      damaged++;
    }
  }
  assert.ok(damaged > 100, `only ${damaged} damages were noticed`);
});

/**
 * Rewrites the entries of the plain types in place, after the description of FLAG_OFFSET16 and FLAG_COMPACT
 * in ResourceTypes.h.
 */
function compacted(table: Buffer): Buffer {
  for (let at = 12; at < table.length;) {
    const type = table.readUInt16LE(at);
    const headerSize = table.readUInt16LE(at + 2);
    const stringType = type === 0x0201 && table.readUInt8(at + 8) === 2;
    if (stringType) {
      table.writeUInt8(0x02, at + 9);
      const offsets = at + headerSize;
      const entries = at + table.readUInt32LE(at + 16);
      for (let index = 0; index < table.readUInt32LE(at + 12); index++) {
        const offset = table.readUInt32LE(offsets + 4 * index);
        table.writeUInt16LE(offset === 0xffffffff ? 0xffff : offset / 4, offsets + 2 * index);
        if (offset === 0xffffffff) continue;
        const entry = entries + offset;
        const [key, dataType, data] = [
          table.readUInt32LE(entry + 4),
          table.readUInt8(entry + 11),
          table.readUInt32LE(entry + 12),
        ];
        table.writeUInt16LE(key, entry);
        table.writeUInt16LE(0x0008 | (dataType << 8), entry + 2);
        table.writeUInt32LE(data, entry + 4);
        table.fill(0xee, entry + 8, entry + 16);
      }
    }
    at += type === 0x0200 ? headerSize : table.readUInt32LE(at + 4);
  }
  return table;
}
