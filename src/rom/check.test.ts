import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Way } from '../../pageobjects/locator.ts';
import type { LayoutThing, RomApp } from './app.ts';
import { appsNamed, checkRom, stringsNamed, type AskedPage, type RomCheck } from './check.ts';

const APP = 'com.xiaomi.account';
const id = (name: string, owner = APP) => `${owner}:id/${name}`;
const label = (name: string, owner = APP) => ({ package: owner, name });
const string = (name: string) => `${APP}:string/${name}`;

interface Built {
  /** Layouts by name: what stands in each, an id or a string, and what it includes. */
  layouts?: Record<string, { things?: string[]; includes?: string[] }>;
  ids?: string[];
  strings?: Record<string, Record<string, string>>;
  languages?: string[];
  nameless?: boolean;
  package?: string;
}

/** An app with these layouts; ids that stand in them are known. */
function app({
  layouts = {},
  ids = [],
  strings = {},
  languages = [],
  nameless = false,
  package: name = APP,
}: Built = {}): RomApp {
  const thing = (full: string): LayoutThing =>
    full.includes(':id/')
      ? { cls: 'Button', id: full, labels: [] }
      : { cls: 'TextView', id: '', labels: [full] };
  const built = Object.entries(layouts).map(([layout, { things = [], includes = [] }]) => ({
    ...{ name: layout, things: things.map(thing), includes },
  }));
  const places = new Map<string, string[]>();
  for (const layout of built)
    for (const one of layout.things.flatMap((each) => [each.id, ...each.labels]).filter(Boolean))
      places.set(one, [...(places.get(one) ?? []), layout.name]);
  const known = [...places.keys()].flatMap((full) => full.split(':id/')[1] ?? []);
  return {
    ...{ package: name, version: '1', files: ['a.apk'], languages, nameless, places },
    ids: new Set([...ids, ...known]),
    strings: new Map(Object.entries(strings).map(([key, words]) => [key, new Map(Object.entries(words))])),
    layouts: new Map(built.map((layout) => [layout.name, layout])),
  };
}

const page = (more: Partial<AskedPage> & { ways?: Way[] } = {}): AskedPage => {
  const { ways = [{ id: [id('page')] }], ...rest } = more;
  return { title: 'account page', landmark: { ways }, ...rest };
};
function check(
  pages: readonly AskedPage[],
  apps: readonly RomApp[],
  atTimes: readonly string[] = [],
): RomCheck {
  return checkRom(pages, new Map(apps.map((one) => [one.package, one])), { atTimes, unread: [] });
}
/** Of the one page, its landmark or a thing of it. */
const thing = (rom: RomCheck, locator = 'landmark') =>
  rom.pages[0]?.things.find((one) => one.locator === locator) ?? assert.fail(`no ${locator}`);

test('a thing is there by the first of its ways, else in another way, else gone', () => {
  const ways: Way[] = [{ id: [id('a')] }, { label: [label('words')] }];
  const strings = { words: { default: 'Words' } };
  const verdicts: [app: RomApp, verdict: string, by: string][] = [
    [app({ layouts: { 'layout/x': { things: [id('a')] } }, strings }), 'there', `id ${id('a')}`],
    [
      app({ layouts: { 'layout/x': { things: [string('words')] } }, strings }),
      'other-way',
      `label ${string('words')}`,
    ],
    [app(), 'gone', ''],
    [app({ nameless: true, ids: ['a'] }), 'not-given', ''],
  ];
  for (const [built, verdict, by] of verdicts) {
    const found = thing(check([page({ ways })], [built]));
    assert.deepEqual([found.verdict, found.by, found.wanted], [verdict, by, `id ${id('a')}`], verdict);
    assert.deepEqual(found.layouts, by === '' ? [] : ['layout/x']);
  }
  assert.equal(thing(check([page({ ways })], [])).verdict, 'not-given');
});

test('what only its role and place tell is for a phone to show, and a way after one that was not given counts', () => {
  const role = { structure: { is: 'the last button', ids: [] } } as unknown as Way;
  assert.equal(thing(check([page({ ways: [role] })], [app()])).verdict, 'needs-phone');
  const ways: Way[] = [{ id: [id('a', 'com.other')] }, { id: [id('b')] }];
  const built = app({ layouts: { 'layout/x': { things: [id('b')] } } });
  const found = thing(check([page({ ways })], [built]));
  assert.deepEqual([found.verdict, found.by], ['there', `id ${id('b')}`]);
  assert.equal(thing(check([page({ ways })], [app()])).verdict, 'not-given', 'the other app may have it');
});

test('a structure is there with all that it rests on, and words in a box with the box', () => {
  const structure = { structure: { is: 'the row below', ids: [id('a'), id('b')] } } as unknown as Way;
  const both = check([page({ ways: [structure] })], [app({ ids: ['a', 'b'] })]);
  assert.deepEqual([thing(both).verdict, thing(both).by], ['there', 'the row below']);
  assert.equal(thing(check([page({ ways: [structure] })], [app({ ids: ['a'] })])).verdict, 'gone');
  const boxed: Way = { label: [label('words')], inside: [id('box')] };
  const strings = { words: { default: 'Words' } };
  assert.equal(thing(check([page({ ways: [boxed] })], [app({ strings, ids: ['box'] })])).verdict, 'there');
  assert.equal(thing(check([page({ ways: [boxed] })], [app({ strings })])).verdict, 'gone');
});

test('a page that is known by its app in front is there with one of its apps', () => {
  const asked = { ...page(), landmark: { package: [APP, 'com.other'] } as unknown as AskedPage['landmark'] };
  const given = thing(check([asked], [app()]));
  assert.deepEqual([given.verdict, given.by, given.wanted], ['there', 'its app', `${APP} or com.other`]);
  const not = thing(check([asked], []));
  assert.deepEqual([not.verdict, not.by], ['not-given', '']);
  assert.equal(check([asked], []).pages[0]?.verdict, 'not-given');
});

test('of an occasional page that a release does without nothing is missing, nor a part that is there at times', () => {
  const locators = { name: [{ id: [id('name')] }], row: [{ id: [id('row')] }] };
  const built = app({ layouts: { 'layout/x': { things: [id('page')] } } });
  const usual = check([page({ locators })], [built], ['row']);
  assert.deepEqual([thing(usual, 'name').verdict, thing(usual, 'row').verdict], ['gone', 'not-in-rom']);
  const absent = check([page({ locators, occasional: true })], [app()]);
  assert.deepEqual([absent.pages[0]?.verdict, absent.pages[0]?.things.length], ['not-in-rom', 1]);
  const there = check([page({ locators, occasional: true })], [built]);
  assert.equal(thing(there, 'name').verdict, 'gone', 'where it is, its parts are asked for');
});

test('words are shown by language, with the languages of their app that have none', () => {
  const strings = { words: { default: 'Sign out', bg: 'Отписване' } };
  const rom = check(
    [page({ ways: [{ label: [label('words'), label('none')] }] })],
    [app({ strings, languages: ['bg', 'ru'] })],
  );
  const [words, none] = thing(rom).labels;
  assert.deepEqual(
    [words?.state, words?.missing, words?.wordings],
    ['there', ['ru'], { default: 'Sign out', bg: 'Отписване' }],
  );
  assert.deepEqual([none?.state, none?.missing, none?.wordings], ['gone', [], {}]);
  const [away] = check([page({ labels: [label('words')] })], []).pages[0]?.reads ?? [];
  assert.deepEqual([away?.label, away?.state], [string('words'), 'not-given']);
});

test('the layout of a page is the one with most of its things, the smaller of two, and what stands elsewhere is named', () => {
  const locators = {
    ok: [{ id: [id('ok')] }],
    no: [{ id: [id('no')] }],
    far: [{ id: [id('far')] }],
    words: [{ label: [label('words')] }],
  };
  const rom = check(
    [page({ locators })],
    [
      app({
        layouts: {
          'layout/small': { things: [id('page'), id('ok')] },
          'layout/large': { things: [id('page'), id('ok'), string('x'), string('y')] },
          'layout/around': { things: [id('no')], includes: ['layout/small'] },
          'layout/else': { things: [id('far'), string('words')] },
        },
        strings: { words: { default: 'w' } },
      }),
    ],
  );
  assert.deepEqual(rom.pages[0]?.layout, { name: 'layout/around', holds: ['landmark', 'ok', 'no'] });
  assert.deepEqual(rom.pages[0]?.apart, ['far'], 'words stand wherever');
  const two = check(
    [page({ locators: { ok: locators.ok } })],
    [
      app({
        layouts: {
          'layout/large': { things: [id('page'), id('ok'), string('x')] },
          'layout/small': { things: [id('page'), id('ok')] },
        },
      }),
    ],
  );
  assert.equal(two.pages[0]?.layout?.name, 'layout/small');
  const none = check([page({ locators })], [app({ ids: ['page', 'far'] })]);
  assert.deepEqual([none.pages[0]?.layout, none.pages[0]?.apart], [undefined, []]);
});

test('layouts in which something of a page stands are kept whole, each by its app, and apps that are named and lack are said', () => {
  const ways: Way[] = [{ id: [id('page')], label: [label('words'), label('else', 'com.second')] }];
  const asked = page({ ways, locators: { sys: [{ id: ['android:id/button1'] }] } });
  const rom = check(
    [asked],
    [
      app({
        layouts: { 'layout/a': { things: [id('page'), id('other')] }, 'layout/b': { things: [id('other')] } },
        strings: { words: { default: 'w' } },
      }),
    ],
  );
  assert.deepEqual(Object.keys(rom.layouts), [`${APP}:layout/a`]);
  assert.deepEqual(
    rom.layouts[`${APP}:layout/a`]?.map((one) => one.id),
    [id('page'), id('other')],
  );
  assert.deepEqual(rom.notGiven, ['android', 'com.second']);
  assert.deepEqual(appsNamed([asked]), ['android', 'com.second', APP]);
  assert.deepEqual([...stringsNamed([asked], APP)], ['words']);
  assert.deepEqual(rom.apps, [
    { package: APP, version: '1', languages: [], files: ['a.apk'], nameless: false },
  ]);
});

test('a language has words of its own where a wording fits it as a phone chooses, and English where there are default ones', () => {
  const missing = (words: Record<string, string>) =>
    check(
      [page({ labels: [label('words')] })],
      [app({ strings: { words }, languages: ['en-GB', 'pt-BR', 'ru', 'zh-TW'] })],
    ).pages[0]?.reads[0]?.missing;
  assert.deepEqual(missing({ default: 'w', pt: 'p', 'zh-CN': 'z' }), ['ru', 'zh-TW']);
  assert.deepEqual(missing({ pt: 'p', 'zh-TW': 'z', ru: 'r' }), ['en-GB']);
  assert.deepEqual(missing({ en: 'e', 'pt-BR': 'p', 'zh-HK': 'z' }), ['ru']);
});

test('of an app that builds many layouts with one id, and of a large layout, a part is kept', () => {
  const many = Object.fromEntries(
    Array.from({ length: 201 }, (_, n) => [`layout/${n}`, { things: [id('page')] }]),
  );
  const rom = check([page()], [app({ layouts: many })]);
  assert.equal(Object.keys(rom.layouts).length, 200);
  assert.equal(thing(rom).ids[0]?.layouts.length, 200);
  const large = { 'layout/x': { things: Array.from({ length: 401 }, () => id('page')) } };
  assert.equal(check([page()], [app({ layouts: large })]).layouts[`${APP}:layout/x`]?.length, 400);
});
