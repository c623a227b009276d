import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AT_TIMES, KNOWN_PAGES } from '../src/flows/recorded.ts';
import { readRom } from '../src/rom/rom.ts';
import { makeApk } from '../src/sim/apk/apk.ts';

/** How long a check of a ROM takes, and how much memory: six apps of 3,000 strings in 100 languages. */

const APPS = [
  'com.android.settings',
  'com.android.systemui',
  'com.miui.cloudservice',
  'com.xiaomi.account',
  'com.xiaomi.finddevice',
  'miui.systemui.plugin',
];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const languages = Array.from(
  { length: 100 },
  (_, place) => `q${LETTERS[place % 26]}${LETTERS[Math.floor(place / 26)]}`,
);

/** In a process of its own, so that its memory does not count. */
function make(folder: string): void {
  for (const packageName of APPS) {
    const strings = Object.fromEntries(
      ['default', ...languages].map((language) => [language, wordsOf(language)]),
    );
    const apk = makeApk({ packageName, versionCode: 1, versionName: '1', strings });
    writeFileSync(join(folder, `${packageName}.apk`), apk);
  }
}

function wordsOf(language: string): Record<string, string> {
  const name = (place: number) => (place === 0 ? 'logout_account' : `label_${place}`);
  return Object.fromEntries(
    Array.from({ length: 3000 }, (_, place) => [name(place), `${language}: the words of label ${place}`]),
  );
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-bench-'));
  try {
    execFileSync(process.execPath, [import.meta.filename, folder]);
    const began = performance.now();
    const { apps } = await readRom([folder], { pages: KNOWN_PAGES, atTimes: AT_TIMES });
    const seconds = (performance.now() - began) / 1000;
    const mib = process.resourceUsage().maxRSS / 1024;
    console.log(
      `${apps.length} apps in ${languages.length} languages: ${seconds.toFixed(1)} s, ${mib.toFixed(0)} MB at most`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [, , folder] = process.argv;
if (folder === undefined) await measure();
else make(folder);
