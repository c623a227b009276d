import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../errors.ts';
import type { StringPool } from '../phone/resource-chunk.ts';
import { parseLocale, type Locale } from '../phone/resource-locale.ts';
import { readTable, type Package, type Type } from '../phone/resource-package.ts';
import { goldenTable } from '../phone/resource-table.golden.ts';
import type { TypeChunk, Value } from '../phone/resource-type.ts';
import type { Apk } from './apk.ts';
import { appOf, namesOf, wholeLayout, type ResourceNames, type RomApp } from './app.ts';

const NONE: ResourceNames = new Map();
const DEFAULT: Locale = { language: '', script: '', region: '' };
const [REFERENCE, STRING] = [1, 3];

interface Variant {
  values: Readonly<Record<number, Value>>;
  locale?: Locale;
  plain?: boolean;
}
/** A type whose resources have these names; without one a resource has none. */
const type = (id: number, names: readonly string[], variants: readonly Variant[]) =>
  ({
    id,
    names: new Map(names.map((name, index) => [name, index])),
    chunks: variants.map(
      ({ values, locale = DEFAULT, plain = true }) =>
        ({
          ...{ locale, plain },
          indices: () => Object.keys(values).map(Number),
          value: (index: number) => values[index],
        }) as unknown as TypeChunk,
    ),
  }) as unknown as Type;
const pool = (...texts: string[]) => ({ at: (index: number) => texts[index] }) as unknown as StringPool;
function apk(types: Record<string, Type>, values = pool(), more: Partial<Apk> = {}): Apk {
  const packages: Package[] = [{ id: 0x7f, name: 'a.b', types: new Map(Object.entries(types)) }];
  return {
    ...{ package: 'a.b', version: '1', split: '', file: 'a.apk', layouts: [] },
    resources: { values, packages },
    ...more,
  };
}
const text = (data: number): Value => ({ dataType: STRING, data });
const reference = (data: number): Value => ({ dataType: REFERENCE, data });
const wordings = (app: RomApp) =>
  Object.fromEntries([...app.strings].map(([name, words]) => [name, Object.fromEntries(words)]));

test('of a table the wanted strings are read in each language that has them, also by reference', () => {
  const golden: Apk = {
    ...{ package: 'org.example.golden', version: '1', split: '', file: 'g.apk', layouts: [] },
    resources: readTable(goldenTable('utf8')),
  };
  const app = appOf([golden], new Set(['p2', 'once_more', 'foreign', 'nonesuch']), NONE);
  assert.deepEqual(wordings(app), {
    p2: { bg: 'б', default: 'b' },
    once_more: { default: 'Sign out' },
    foreign: { default: '' },
  });
  assert.deepEqual(app.languages, ['ar', 'bg', 'es-419', 'fil', 'sr-Latn', 'zh-CN', 'zh-TW']);
  assert.deepEqual([...(app.strings.get('p2')?.keys() ?? [])], ['bg', 'default'], 'in the order of letters');
});

test('a string that names another has its words in the same language, else the default ones', () => {
  const strings = type(
    2,
    ['far', 'near'],
    [
      { values: { 0: text(0), 1: reference(0x7f020000) } },
      { values: { 0: text(1), 1: reference(0x7f020000) }, locale: parseLocale('bg') },
      { values: { 1: reference(0x7f020000) }, locale: parseLocale('ru') },
    ],
  );
  const app = appOf([apk({ string: strings }, pool('far', 'далече'))], new Set(['near']), NONE);
  assert.deepEqual(wordings(app), { near: { bg: 'далече', default: 'far', ru: 'far' } });
});

test('what is no text has no wording, and a variant for another screen is passed over', () => {
  const strings = type(
    2,
    ['number', 'sideways'],
    [
      { values: { 0: { dataType: 16, data: 5 }, 1: text(0) } },
      { values: { 1: text(1) }, plain: false, locale: parseLocale('fr') },
    ],
  );
  const app = appOf([apk({ string: strings }, pool('up', 'côté'))], new Set(['number', 'sideways']), NONE);
  assert.deepEqual(wordings(app), { sideways: { default: 'up' } });
  assert.deepEqual(app.languages, []);
});

test('an app with more languages than any, and one with longer wordings, are refused', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const tags = Array.from({ length: 501 }, (_, n) => `${letters[Math.floor(n / 26)]}${letters[n % 26]}x`);
  const speaking = (count: number) =>
    apk({
      string: type(
        2,
        ['a'],
        tags.slice(0, count).map((language) => ({ values: {}, locale: { ...DEFAULT, language } })),
      ),
    });
  assert.equal(appOf([speaking(500)], new Set(), NONE).languages.length, 500);
  assert.throws(
    () => appOf([speaking(501)], new Set(), NONE),
    /^RangeError: it says it has 501 languages, more than 500$/,
  );
  const long = type(2, ['a', 'b'], [{ values: { 0: text(0), 1: text(1) } }]);
  const app = apk({ string: long }, pool('x'.repeat(16 * 1024 * 1024), 'y'));
  assert.equal(appOf([app], new Set(['a']), NONE).strings.size, 1);
  assert.throws(
    () => appOf([app], new Set(['a', 'b']), NONE),
    /^RangeError: its wordings have more than 16777216 characters$/,
  );
});

test('names of resources are known by their numbers, and those of other types are not', () => {
  const app = apk({
    id: type(1, ['a', 'b'], []),
    string: type(2, ['words'], []),
    layout: type(3, ['page'], []),
    xml: type(4, ['rows'], []),
    color: type(5, ['red'], []),
  });
  assert.deepEqual(
    [...namesOf('c.d', [app])],
    [
      [0x7f010000, 'c.d:id/a'],
      [0x7f010001, 'c.d:id/b'],
      [0x7f020000, 'c.d:string/words'],
      [0x7f030000, 'c.d:layout/page'],
      [0x7f040000, 'c.d:xml/rows'],
    ],
  );
  const high = apk({ id: type(1, ['a'], []) });
  const packages = high.resources!.packages.map((one) => ({ ...one, id: 0xff }));
  assert.deepEqual(
    [...namesOf('c.d', [{ ...high, resources: { values: pool(), packages } }]).keys()],
    [0xff010000],
  );
});

test('a layout has the things of all its variants, with the ids and words of the app and the framework', () => {
  const layouts: Apk['layouts'] = [
    {
      name: 'layout/page',
      things: [
        {
          cls: 'Button',
          id: 0x7f010000,
          named: [0x7f020000, 0x7f020000, 0x01020000, 0x7f030000, 0x7f050000],
        },
        { cls: 'View', id: 0, named: [] },
      ],
    },
    { name: 'layout/other', things: [{ cls: 'Button', id: 0x7f010000, named: [] }] },
  ];
  const types = {
    id: type(1, ['a'], []),
    string: type(2, ['words'], []),
    layout: type(3, ['page'], []),
  };
  const split = apk({}, pool(), {
    ...{ file: 'b.apk', split: 'bg' },
    layouts: [{ name: 'layout/page', things: [{ cls: 'Text', id: 0x01010000, named: [] }] }],
  });
  const framework = new Map([
    [0x01010000, 'android:id/ok'],
    [0x01020000, 'android:string/ok'],
  ]);
  const app = appOf([split, apk(types, pool(), { layouts })], new Set(), framework);
  assert.deepEqual(app.files, ['b.apk', 'a.apk']);
  assert.deepEqual(app.layouts.get('layout/page'), {
    name: 'layout/page',
    things: [
      { cls: 'Text', id: 'android:id/ok', labels: [] },
      { cls: 'Button', id: 'a.b:id/a', labels: ['a.b:string/words', 'android:string/ok'] },
      { cls: 'View', id: '', labels: [] },
    ],
    includes: ['layout/page'],
  });
  assert.deepEqual(Object.fromEntries(app.places), {
    'android:id/ok': ['layout/page'],
    'a.b:id/a': ['layout/page', 'layout/other'],
    'a.b:string/words': ['layout/page'],
    'android:string/ok': ['layout/page'],
  });
});

test('a build with many ids and hardly a name among them is nameless', () => {
  const withIds = (count: number, named: number) => {
    const values = Object.fromEntries(Array.from({ length: count }, (_, n) => [n, text(0)]));
    const names = Array.from({ length: named }, (_, n) => `n${n}`);
    return appOf([apk({ id: type(1, names, [{ values }]) })], new Set(), NONE).nameless;
  };
  assert.deepEqual(
    [withIds(21, 1), withIds(20, 1), withIds(30, 3), withIds(31, 3)],
    [true, false, false, true],
  );
});

test('two apps of one package, and a split alone, are refused with what to give', () => {
  const one = apk({});
  const refused = (apks: Apk[], message: string, hint: string) =>
    assert.throws(
      () => appOf(apks, new Set(), NONE),
      (error) => error instanceof UsageError && error.message === message && error.hint === hint,
    );
  refused(
    [one, { ...one, file: 'b.apk', version: '2' }],
    "'a.apk' (1) and 'b.apk' (2) are both a.b.",
    'give the apps of one ROM at a time',
  );
  refused(
    [{ ...one, split: 'bg' }],
    "Of a.b only a split is there: 'a.apk'.",
    "give its base.apk too: 'adb shell pm path PACKAGE' names all files of an app",
  );
});

test('a layout with all that it takes in has each once, and no more than any layout has', () => {
  const thing = { cls: 'View', id: '', labels: [] };
  const layout = (name: string, count: number, ...includes: string[]) =>
    [name, { name, things: Array.from({ length: count }, () => thing), includes }] as const;
  const size = (
    ...layouts: (readonly [string, RomApp['layouts'] extends ReadonlyMap<string, infer L> ? L : never])[]
  ) => wholeLayout({ layouts: new Map(layouts) } as unknown as RomApp, 'a').length;
  assert.equal(size(layout('a', 1, 'b', 'c'), layout('b', 10, 'a', 'c'), layout('c', 100, 'none')), 111);
  assert.equal(size(layout('b', 1)), 0);
  assert.equal(size(layout('a', 4999, 'b'), layout('b', 10)), 5000);
});
