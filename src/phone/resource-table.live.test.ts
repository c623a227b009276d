import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { zipSync } from 'fflate';
import { makeApk, type App } from '../sim/apk/apk.ts';
import { installed } from '../sim/apps/packages.ts';
import { parseSpec } from '../sim/spec.ts';
import { compileGolden, goldenTable, type Form } from './resource-table.golden.ts';
import { openResources, type ResourceTable } from './resource-table.ts';

/**
 * The referee is Google's own aapt2, as Debian packs it: what our reader and our writer say must be what it
 * says.
 */

const missing = ['aapt', 'aapt2'].filter((tool) => spawnSync(tool, ['version']).error);
const skip = missing.length > 0 && `${missing.join(' and ')} not installed (apt-get install aapt)`;
if (skip) console.log(`resource table against aapt2: skipped, ${skip}`);

const directory = mkdtempSync(join(tmpdir(), 'resource-table-'));
after(() => rmSync(directory, { recursive: true }));

interface Dumped {
  type: string;
  name: string;
  /** As in the name of a res/ folder: `bg`, `pt-rBR`, `b+sr+Latn`, empty for the default. */
  config: string;
  /** The text, or the forms of a plural. */
  content: string | Record<string, string>;
}

/** Texts and plurals out of `aapt2 dump resources`; references and other values are left out. */
function dump(apk: string): Dumped[] {
  const output = execFileSync('aapt2', ['dump', 'resources', apk], { encoding: 'utf8', maxBuffer: 1 << 30 });
  const values: Dumped[] = [];
  let [type, name] = ['', ''];
  for (const entry of output.split(NEW_ENTRY)) {
    const [, newType, newName] = /^ {4}resource 0x\w+ (\w+)\/(\S+)/.exec(entry) ?? [];
    if (newType && newName) [type, name] = [newType, newName];
    if (type !== 'string' && type !== 'plurals') continue;
    const [, config, text] =
      /^ {6}\(([^()]*)\) (?:\(plurals\)|"([\s\S]*)"$|\(styled string\) "([\s\S]*)"[^"]*$)/
        .exec(entry)
        ?.filter((part) => part !== undefined) ?? [];
    if (config !== undefined)
      values.push({ type, name, config, content: text === undefined ? {} : lines(text) });
    const [, form, wording] = /^ {8}(zero|one|two|few|many|other)="([\s\S]*)"$/.exec(entry) ?? [];
    const plural = values.at(-1)?.content;
    if (form && wording !== undefined && typeof plural === 'object') plural[form] = lines(wording);
  }
  return values;
}

/** What begins a line of its own; anything else goes on with a text of several lines. */
const NEW_ENTRY =
  /\n(?=$|Package | {2}type | {4}resource | {6}\([^()]*\) | {8}(?:zero|one|two|few|many|other)=")/;

/** aapt2 indents the second and later lines of a text. */
const lines = (text: string) => text.replace(/\n {6}/g, '\n');

/**
 * The language tag of a configuration that asks for a language only; undefined for others. Klingon stands for
 * "none of these".
 */
function tagOf(config: string): string | undefined {
  if (config === '') return 'tlh';
  const [, plus, language, region] = /^(?:b\+([\w+]+)|([a-z]{2,3})(?:-r(\w{2,3}))?)$/.exec(config) ?? [];
  if (plus) return plus.replaceAll('+', '-');
  return language && [language, region].filter(Boolean).join('-');
}

function agree(resources: ResourceTable, values: readonly Dumped[]): number {
  let compared = 0;
  for (const { type, name, config, content } of values) {
    const tag = tagOf(config);
    if (tag === undefined) continue;
    const ours =
      type === 'string' ? resources.string(name, tag) : Object.fromEntries(resources.plural(name, tag) ?? []);
    assert.deepEqual(ours, content, `${type}/${name} (${config})`);
    compared++;
  }
  return compared;
}

function save(name: string, apk: Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, apk);
  return path;
}

/**
 * Text that differs by language and number: plain, long, right to left, Han, beyond U+FFFF, formats, quotes,
 * lines, markup.
 */
const MADE: Record<string, (number: number) => string> = {
  default: (number) => `Label ${number} "%1$s" ${'long '.repeat(number % 60)}`,
  bg: (number) => `Надпис ${number}\nна два реда %d%%`,
  'zh-Hant-TW': (number) => `標籤 ${number} 𠮷😀`,
  ar: (number) => `\u200Fتسمية ${number} «%1$d»`,
  'en-XA': (number) => `[Ļåƀéļ ${number} <b>one two</b>]`,
  fil: (number) => `Tatak ${number} & 'iba'`,
  'es-419': (number) => `Etiqueta ${number}`,
};

const made = (
  languages: readonly string[],
  count: number,
  write: (language: string, number: number) => string,
): App => ({
  packageName: 'com.xiaomi.account',
  versionCode: 130_500_021,
  versionName: '13.5 β',
  strings: Object.fromEntries(
    languages.map((language) => [
      language,
      Object.fromEntries(
        Array.from({ length: count }, (_, number) => [`label_${number}`, write(language, number)]),
      ),
    ]),
  ),
  plurals: {
    default: { days: { one: '%d day', other: '%d days' } },
    bg: { days: { one: '%d ден', other: '%d дни' } },
    ar: {
      days: { zero: 'لا أيام', one: 'يوم', two: 'يومان', few: '%d أيام', many: '%d يومًا', other: '%d يوم' },
    },
  },
});

test('writer, aapt2 and reader agree on every string of a made app', { skip }, async () => {
  const languages = Object.keys(MADE);
  const app = made(languages, 300, (language, number) => MADE[language]?.(number) ?? '');
  const apk = makeApk(app);
  const dumped = dump(save('made.apk', apk));
  assert.equal(dumped.length, languages.length * 300 + 3);

  const written = new Map(
    dumped.flatMap(({ name, config, content }): [string, Dumped['content']][] => {
      const tag = config === '' ? 'default' : (tagOf(config) ?? config);
      return [[`${tag} ${name}`, content]];
    }),
  );
  for (const [language, strings] of Object.entries(app.strings)) {
    for (const [name, text] of Object.entries(strings))
      assert.equal(written.get(`${language} ${name}`), text);
  }
  for (const [language, plurals] of Object.entries(app.plurals ?? {}))
    assert.deepEqual(written.get(`${language} days`), plurals['days']);
  assert.equal(agree(await openResources(apk), dumped), dumped.length);
});

test(
  'aapt2 and reader agree on every label of the simulated account app, in each of its languages',
  { skip },
  async () => {
    const apk =
      installed(parseSpec({})).files.get('/system/app/XiaomiAccount/XiaomiAccount.apk')?.data ??
      assert.fail();
    const dumped = dump(save('account.apk', apk));
    const resources = await openResources(apk);
    assert.deepEqual(resources.locales(), ['ar', 'bg', 'es', 'ru', 'tr', 'zh-CN']);
    assert.equal(agree(resources, dumped), dumped.length);
    assert.equal(resources.string('logout_account', 'ar-EG'), 'تسجيل الخروج');
  },
);

test('aapt and aapt2 read package, version and languages of a made app', { skip }, () => {
  const apk = save('badge.apk', makeApk(made(['default', 'bg', 'zh-Hant-TW'], 1, () => 'x')));
  for (const tool of ['aapt', 'aapt2']) {
    const badging = execFileSync(tool, ['dump', 'badging', apk], { encoding: 'utf8' });
    assert.match(
      badging,
      /^package: name='com\.xiaomi\.account' versionCode='130500021' versionName='13\.5 β'/m,
    );
    assert.match(badging, /^locales: '--_--' 'ar' 'bg' 'zh-Hant-TW'$/m);
  }
});

test(
  "the reader reads what today's tools make of the golden sources, as it reads the golden files",
  { skip },
  async () => {
    const paths = compileGolden(directory);
    for (const form of Object.keys(paths) as Form[]) {
      const resources = await openResources(readFileSync(paths[form]));
      const golden = await openResources(zipSync({ 'resources.arsc': goldenTable(form) }));
      const all = (table: ResourceTable) =>
        ['tlh', ...table.locales()].flatMap((tag) => [
          ...table.names('string').map((name) => [tag, name, table.string(name, tag)]),
          [tag, 'days', table.plural('days', tag)],
        ]);
      assert.deepEqual(all(resources), all(golden), form);
      assert.ok(
        agree(
          resources,
          dump(paths[form]).filter(({ name }) => name !== 'api'),
        ) > 20,
      );
    }
  },
);

/**
 * Apps made by others: the helper apps Appium installs, and Android 10 itself (apt-get install
 * android-framework-res).
 */
const strangers = [
  { pattern: 'node_modules/**/settings_apk-debug.apk', atLeast: 1500 },
  { pattern: '/usr/share/android-framework-res/framework-res.apk', atLeast: 100_000 },
];
for (const { pattern, atLeast } of strangers) {
  const [path] = pattern.startsWith('/') ? [pattern].filter((file) => existsSync(file)) : globSync(pattern);
  const reason = skip || (!path && `${basename(pattern)} not installed`);
  if (!skip && reason) console.log(`resource table of ${basename(pattern)}: skipped, ${reason}`);
  test(
    `aapt2 and reader agree on every string of ${basename(pattern)}`,
    { skip: reason },
    async (context) => {
      const values = dump(path ?? '');
      const compared = agree(await openResources(readFileSync(path ?? '')), values);
      context.diagnostic(
        `${compared} of ${values.length} strings and plurals compared, the others ask for more than a language`,
      );
      assert.ok(compared >= atLeast, `only ${compared} compared`);
    },
  );
}

test('reads the labels of an app of 60 languages and 3000 strings at once', async (context) => {
  const languages = ['default', ...'af am ar az be bg bn bs ca cs da de el es et eu fa fi fr gl gu he hi hr hu hy id is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl pa pl pt ro ru si sk sl sq sr sv'.split(' ')]; // prettier-ignore
  assert.equal(languages.length, 60);
  const apk = makeApk(
    made(
      languages,
      3000,
      (language, number) => `${language} label ${number} of many, about as long as labels are`,
    ),
  );
  const wanted = Array.from({ length: 60 }, (_, index) => `label_${index * 50}`);
  // Of the processor, which is not longer beside other programs.
  const started = process.cpuUsage();
  const resources = await openResources(apk);
  const read = wanted.map((name) => resources.string(name, 'bg-BG'));
  const took = process.cpuUsage(started).user / 1000;
  context.diagnostic(
    `${(apk.length / 1e6).toFixed(1)} MB, opened and ${read.length} labels read in ${took.toFixed(0)} ms`,
  );
  assert.deepEqual(read, wanted.map((_, index) => `bg label ${index * 50} of many, about as long as labels are`)); // prettier-ignore
  assert.ok(took < 3000, `took ${took} ms`);
});
