import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { IdFinding, LabelFinding, RomCheck, RomPage, RomThing } from '../rom/check.ts';
import { compareRoms } from './rom-compare.ts';
import { countOf, isRomSound, missingWords, romSentences, romVerdict, thingWords } from './rom-words.ts';

const APP = 'com.xiaomi.account';

const idOf = (name: string, change: Partial<IdFinding> = {}): IdFinding => ({
  ...{ id: `${APP}:id/${name}`, state: 'there', layouts: ['layout/page'] },
  ...change,
});
const labelOf = (change: Partial<LabelFinding> = {}): LabelFinding => ({
  ...{ label: `${APP}:string/logout`, state: 'there', layouts: [], missing: [] },
  ...{ wordings: { default: 'Sign out', bg: 'Отписване' } },
  ...change,
});
const thingOf = (change: Partial<RomThing> = {}): RomThing => ({
  ...{ locator: 'signOut', verdict: 'there', by: `id ${APP}:id/a`, wanted: `id ${APP}:id/a` },
  ...{ layouts: ['layout/page'], ids: [], labels: [] },
  ...change,
});
const pageOf = (change: Partial<RomPage> = {}): RomPage => ({
  ...{ page: 'account page', verdict: 'there', layout: undefined, apart: [], things: [thingOf()], reads: [] },
  ...change,
});
const app = (change: Partial<RomCheck['apps'][number]> = {}): RomCheck['apps'][number] => ({
  ...{ package: APP, version: '13.5', languages: ['bg', 'zh-CN'], files: ['a.apk'], nameless: false },
  ...change,
});
const romOf = (change: Partial<RomCheck> = {}): RomCheck => ({
  ...{ version: 1, apps: [app()], notGiven: [], layouts: {}, unread: [], pages: [pageOf()] },
  ...change,
});
const withThing = (change: Partial<RomThing>) => romOf({ pages: [pageOf({ things: [thingOf(change)] })] });
const withId = (...ids: IdFinding[]) => withThing({ ids });
const withLabel = (change: Partial<LabelFinding>) => withThing({ labels: [labelOf(change)] });

suite('what has changed from one ROM to the next', () => {
  test('is nothing where the same is there, gone, or was not given', () => {
    for (const state of ['there', 'gone', 'not-given'] as const) {
      assert.deepEqual(compareRoms(withId(idOf('a', { state })), withId(idOf('a', { state }))), [], state);
      assert.deepEqual(compareRoms(withLabel({ state }), withLabel({ state })), [], state);
    }
    for (const [one, other] of [
      ['there', 'not-given'],
      ['not-given', 'gone'],
    ] as const) {
      assert.deepEqual(
        compareRoms(withId(idOf('a', { state: one })), withId(idOf('a', { state: other }))),
        [],
      );
      assert.deepEqual(compareRoms(withLabel({ state: one }), withLabel({ state: other })), []);
    }
    assert.deepEqual(compareRoms(withId(idOf('a')), romOf()), [], 'an id that is known of one only');
  });

  test('is the version and the languages of each app, and an app that is on one side only', () => {
    const before = romOf({ apps: [app({ version: '' }), app({ package: 'com.miui.cloudservice' })] });
    const after = romOf({
      apps: [app({ languages: ['bg', 'ru'], version: '14.0' }), app({ package: 'com.other' })],
    });
    assert.deepEqual(compareRoms(before, after), [
      'com.miui.cloudservice was given only before: nothing of it is compared',
      'com.other was given only after: nothing of it is compared',
      `${APP}: no version → 14.0`,
      `${APP} has no words any more in zh-CN`,
      `${APP} has words also in ru`,
    ]);
    assert.deepEqual(
      compareRoms(after, romOf({ apps: [app({ languages: ['bg', 'ru'], version: '' })] }))[1],
      `${APP}: 14.0 → no version`,
    );
  });

  test('is an id that is new, with where it stands, and one that is gone, with what has come in its place', () => {
    const gone = (layouts: string[] = []) => withId(idOf('a', { state: 'gone', layouts }));
    assert.deepEqual(compareRoms(gone(), withId(idOf('a', { layouts: ['layout/b', 'layout/c'] }))), [
      `The id ${APP}:id/a is new, in layout/b, layout/c`,
    ]);
    assert.deepEqual(compareRoms(gone(), withId(idOf('a', { layouts: [] }))), [`The id ${APP}:id/a is new`]);
    assert.deepEqual(compareRoms(withId(idOf('a')), gone()), [`The id ${APP}:id/a is gone from layout/page`]);

    const field = (name: string, labels: string[] = [], cls = 'EditText') => ({
      cls,
      id: name && `${APP}:id/${name}`,
      labels,
    });
    const laidOut = (...things: ReturnType<typeof field>[]) => ({ [`${APP}:layout/page`]: things });
    const change = (old: ReturnType<typeof field>[], now: ReturnType<typeof field>[]) =>
      compareRoms(
        { ...withId(idOf('a')), layouts: laidOut(...old) },
        { ...gone(), layouts: laidOut(...now) },
      )[0];
    const inPlace = (name: string) =>
      `The id ${APP}:id/a is gone: layout/page has ${APP}:id/${name} in its place`;
    assert.equal(
      change([field('a')], [field('b'), field('', [], 'EditText'), field('c', [], 'Button')]),
      inPlace('b'),
    );
    assert.equal(
      change([field('a', ['x'])], [field('b'), field('c', ['x'])]),
      inPlace('c'),
      'its words decide',
    );
    const unknown = `The id ${APP}:id/a is gone from layout/page`;
    assert.equal(change([field('a')], [field('b'), field('c')]), unknown, 'two could be it');
    assert.equal(change([field('a'), field('b')], [field('b')]), unknown, 'what was there before is not it');
    assert.equal(change([field('a')], [field('b', [], 'Button')]), unknown, 'nor another kind of thing');
  });

  test('is an id that moved, left a layout, or stands in one more; of the framework nothing', () => {
    const moved = (from: string[], to: string[], id = `${APP}:id/a`) =>
      compareRoms(
        withId({ ...idOf('a', { layouts: from }), id }),
        withId({ ...idOf('a', { layouts: to }), id }),
      );
    assert.deepEqual(moved(['l/a', 'l/b'], ['l/b', 'l/c']), [`The id ${APP}:id/a moved: l/a → l/c`]);
    assert.deepEqual(moved(['l/a', 'l/b'], ['l/b']), [`The id ${APP}:id/a stands no more in l/a`]);
    assert.deepEqual(moved(['l/b'], ['l/b', 'l/d']), [`The id ${APP}:id/a stands also in l/d`]);
    assert.deepEqual(moved(['l/b'], ['l/b']), []);
    assert.deepEqual(moved(['l/a'], ['l/b'], 'android:id/button1'), []);
  });

  test('is a string that is new, gone, reworded, or in other languages', () => {
    const label = `${APP}:string/logout`;
    const of = (before: Partial<LabelFinding>, after: Partial<LabelFinding>) =>
      compareRoms(withLabel(before), withLabel(after));
    assert.deepEqual(of({ state: 'gone', wordings: {} }, {}), [`The string ${label} is new: 'Sign out'`]);
    assert.deepEqual(of({ wordings: { bg: 'Изход' } }, { state: 'gone', wordings: {} }), [
      `The string ${label} is gone: 'Изход'`,
    ]);
    const was = { default: 'Sign out', bg: 'Отписване', ru: 'Выйти' };
    assert.deepEqual(of({ wordings: was }, { wordings: { ...was, default: 'Log out', ru: 'Выход' } }), [
      `The string ${label} reads 'Sign out' → 'Log out' (default), and reads otherwise in ru`,
    ]);
    assert.deepEqual(of({ wordings: was }, { wordings: { ...was, bg: 'Изход' } }), [
      `The string ${label} reads 'Отписване' → 'Изход' (bg)`,
    ]);
    assert.deepEqual(of({ wordings: { default: 'a', bg: 'б' } }, { wordings: { default: 'a', ru: 'в' } }), [
      `The string ${label} has no wording any more in bg`,
      `The string ${label} has a wording also in ru`,
    ]);
    const read = (text: string) =>
      romOf({ pages: [pageOf({ reads: [labelOf({ wordings: { default: text } })] })] });
    assert.deepEqual(compareRoms(read('a'), read('b')), [`The string ${label} reads 'a' → 'b' (default)`]);
  });

  test('is the way in which a page object finds its thing, where both ROMs have its app', () => {
    const [id, text] = [`id ${APP}:id/a`, `label ${APP}:string/logout`];
    const by = (before: Partial<RomThing>, after: Partial<RomThing>) =>
      compareRoms(withThing(before), withThing(after));
    assert.deepEqual(by({ by: id }, { by: text }), [
      `Account page: 'signOut' was there by ${id}, now by ${text}`,
    ]);
    assert.deepEqual(by({ by: '', locator: 'landmark' }, { by: text, locator: 'landmark' }), [
      `The account page was there by nothing, now by ${text}`,
    ]);
    assert.deepEqual(by({ by: id }, { by: '' }), [
      `Account page: 'signOut' was there by ${id}, now by nothing`,
    ]);
    assert.deepEqual(by({ by: id }, { by: id }), []);
    assert.deepEqual(by({ by: id }, { by: text, locator: 'password' }), [], 'a thing that is asked for anew');
    for (const verdict of ['not-given'] as const) {
      assert.deepEqual(by({ by: id, verdict }, { by: text }), []);
      assert.deepEqual(by({ by: id }, { by: text, verdict }), []);
    }
  });
});

suite('what is said of a ROM', () => {
  const things = (...verdicts: RomThing['verdict'][]) =>
    romOf({ pages: [pageOf({ things: verdicts.map((verdict) => thingOf({ verdict })) })] });

  test('in one line is how many things are gone, found otherwise, or were not checked', () => {
    const lines: [RomCheck, string, sound: boolean][] = [
      [things('there', 'there', 'needs-phone', 'not-in-rom'), 'All 2 things are there', true],
      [things('gone', 'there'), '1 of 2 things are gone', false],
      [things('other-way', 'there', 'there'), '1 of 3 things are there in another way', false],
      [
        things('gone', 'other-way', 'other-way', 'not-given'),
        '1 of 3 things are gone, 2 of 3 things are there in another way, 1 were not checked',
        false,
      ],
      [things('not-given', 'not-given'), 'Nothing could be checked, 2 were not checked', false],
      [things('needs-phone'), 'Nothing could be checked', false],
      [
        { ...things('there'), unread: [{ file: 'a.apk', why: 'a.apk is cut off' }] },
        'All 1 things are there, 1 file could not be read',
        false,
      ],
    ];
    for (const [check, line, sound] of lines) {
      assert.equal(romVerdict(check), line);
      assert.equal(isRomSound(check), sound, line);
    }
    assert.deepEqual(
      [countOf(0, 'file'), countOf(1, 'file'), countOf(2, 'file')],
      ['0 files', '1 file', '2 files'],
    );
  });

  test('of a thing is how it is found and where, and what the ROM lacks', () => {
    const of = (change: Partial<RomThing>) => thingWords(thingOf(change), 'account page');
    const id = `id ${APP}:id/a`;
    assert.equal(of({}), `'signOut' of the account page is there by ${id}, in layout/page.`);
    assert.equal(of({ layouts: [], locator: 'landmark' }), `The account page is there by ${id}.`);
    assert.equal(
      of({ layouts: ['a', 'b', 'c'] }),
      `'signOut' of the account page is there by ${id}, in a, b, c.`,
    );
    assert.equal(
      of({ layouts: ['a', 'b', 'c', 'd', 'e'] }),
      `'signOut' of the account page is there by ${id}, in a, b, c and 2 more.`,
    );
    assert.equal(of({ verdict: 'gone' }), `'signOut' of the account page is gone: the ROM has no ${id}.`);
    assert.equal(
      of({ verdict: 'other-way', by: 'label x' }),
      `'signOut' of the account page is there by label x, in layout/page; the ROM has no ${id}.`,
    );
    assert.equal(of({ verdict: 'needs-phone' }), "'signOut' of the account page: a phone has to show it.");
    assert.equal(
      of({ verdict: 'not-given' }),
      "'signOut' of the account page: not checked: its app was not given.",
    );
    assert.equal(
      of({ verdict: 'not-in-rom' }),
      "'signOut' of the account page: not in this ROM, as in some releases.",
    );
    const label = labelOf({ missing: ['ru'] });
    const found = `'signOut' of the account page is there by label ${label.label}, in layout/page`;
    assert.equal(
      of({ by: `label ${label.label}`, labels: [label] }),
      `${found}; a phone in ru shows its default words.`,
    );
    assert.equal(of({ by: `label ${label.label}`, labels: [labelOf()] }), `${found}.`);
  });

  test('of a label are the languages without words of their own, the first eight by name', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    assert.equal(
      missingWords(labelOf({ missing: all.slice(0, 8) })),
      'a phone in a, b, c, d, e, f, g, h shows its default words',
    );
    assert.equal(
      missingWords(labelOf({ missing: all, wordings: { bg: 'x' } })),
      'it has no words in a, b, c, d, e, f, g, h and 1 more, and no default',
    );
  });

  test('to a person is all that is wrong, the worst first, and nothing where nothing is', () => {
    assert.deepEqual(romSentences(romOf()), []);
    const check = romOf({
      unread: [{ file: 'a.apk', why: 'a.apk is cut off' }],
      notGiven: ['com.miui.cloudservice', 'com.android.settings'],
      apps: [app(), app({ package: 'com.shrunk', nameless: true })],
      pages: [
        pageOf({
          things: [
            thingOf({ verdict: 'other-way', by: 'label x', layouts: [] }),
            thingOf({ verdict: 'gone', locator: 'landmark' }),
            thingOf({ labels: [labelOf({ missing: ['ru'] })] }),
            thingOf({
              labels: [
                labelOf({ state: 'gone', label: 'other', missing: ['ru'] }),
                labelOf({ label: 'whole' }),
              ],
            }),
          ],
          apart: ['signOut', 'name'],
          layout: { name: 'layout/page', holds: [] },
        }),
        pageOf({ page: 'question', verdict: 'not-in-rom', things: [] }),
        pageOf({ page: 'window', verdict: 'needs-phone', things: [], apart: ['close'] }),
      ],
    });
    assert.deepEqual(romSentences(check), [
      '✕ a.apk is cut off',
      `✕ The account page is gone: the ROM has no id ${APP}:id/a.`,
      `≈ 'signOut' of the account page is there by label x; the ROM has no id ${APP}:id/a.`,
      "≈ 'signOut', 'name' of the account page: the id is there, and not in layout/page with the page itself.",
      "≈ 'close' of the window: the id is there, and not in a layout with the page itself.",
      `· ${APP}:string/logout: a phone in ru shows its default words.`,
      '? Not given: com.miui.cloudservice, com.android.settings.',
      '? The build of com.shrunk took the names of its resources away: nothing can be said of them.',
      '· Not in this ROM, as in some releases: question.',
      '· Only a phone shows: window.',
    ]);
  });
});
