import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UsageError } from '../errors.ts';
import { AT_TIMES, KNOWN_PAGES } from '../flows/recorded.ts';
import { makeApk } from '../sim/apk/apk.ts';
import { GOLDEN_APK } from '../rom/app.golden.ts';
import { readRom } from '../rom/rom.ts';

const folder = mkdtempSync(join(tmpdir(), 'rom-folder-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
/** A folder of a ROM with the account's app in it. */
function rom(): string {
  const at = join(folder, String(++count));
  mkdirSync(join(at, 'app', 'Account'), { recursive: true });
  writeFileSync(join(at, 'app', 'Account', 'a.apk'), GOLDEN_APK);
  return at;
}
const read = (...files: string[]) => readRom(files, { pages: KNOWN_PAGES, atTimes: AT_TIMES });
const other = (packageName: string) =>
  makeApk({
    packageName,
    versionCode: 2,
    versionName: '2.0',
    strings: { default: { logout_account: 'Out' } },
  });

async function refusal(...files: string[]): Promise<string> {
  try {
    await read(...files);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message.replaceAll(folder, '');
  }
  return 'nothing';
}

test('of a folder each app is read once, whatever folders and links are called and lead to', async () => {
  const at = rom();
  mkdirSync(join(at, 'Folder.apk'));
  writeFileSync(join(at, 'Folder.apk', 'other.apk'), other('com.example.other'));
  writeFileSync(join(at, 'readme.txt'), 'no app');
  symlinkSync('..', join(at, 'app', 'circle'));
  symlinkSync('../Folder.apk', join(at, 'app', 'link.apk'));
  symlinkSync('Account/a.apk', join(at, 'app', '0.apk'));
  const { apps, unread } = await read(at);
  assert.deepEqual(
    apps.map(({ files }) => files),
    [[join(at, 'app', 'Account', 'a.apk')]],
  );
  assert.deepEqual(unread, []);
});

test('of a folder a link that leads nowhere and a file that is no app are noted', async () => {
  const at = rom();
  symlinkSync('nowhere', join(at, 'broken.apk'));
  writeFileSync(join(at, 'text.apk'), 'no app');
  const { apps, unread } = await read(at);
  assert.equal(apps.length, 1);
  assert.deepEqual(
    unread.map(({ why }) => why.replaceAll(at, '')),
    [
      "'/broken.apk' cannot be read as an app: it does not exist.",
      "'/text.apk' cannot be read as an app: it is no ZIP file, or it is cut short.",
    ],
  );
});

test('where no app can be checked, it is said of each file why', async () => {
  const at = rom();
  writeFileSync(join(at, 'b.apk'), other('com.xiaomi.account'));
  assert.match(
    await refusal(at),
    /^None of the 2 files is an app that can be checked: [\w., ]+\n'\/\d+\/app\/Account\/a\.apk' \([\w.]*\) and '\/\d+\/b\.apk' \(2\.0\) are both com\.xiaomi\.account\.$/,
  );
  const one = join(folder, 'one.apk');
  writeFileSync(one, other('com.example.other'));
  assert.match(
    await refusal(one),
    /^'\/one\.apk' is no app that can be checked: android, com\.android\.settings, /,
  );
  const copy = join(folder, 'copy.apk');
  copyFileSync(join(at, 'app', 'Account', 'a.apk'), copy);
  assert.match(await refusal(copy, join(at, 'b.apk')), /are both com\.xiaomi\.account\.$/);
});

test('a layout with words of a page object is kept, so that it can be said what stands where an id went', async () => {
  const { layouts } = await read(rom());
  assert.ok(Object.keys(layouts).includes('com.xiaomi.account:layout/account'), Object.keys(layouts).join());
});
