import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabelFinding, RomCheck, RomPage, RomThing } from '../rom/check.ts';
import { renderRomPage } from './rom-page.ts';

const thing = (more: Partial<RomThing> = {}): RomThing => ({
  ...{ locator: 'signOut', verdict: 'there', by: 'id a:id/a', wanted: 'id a:id/w' },
  ...{ layouts: [], ids: [], labels: [], ...more },
});
const page = (more: Partial<RomPage> = {}): RomPage => ({
  ...{ page: 'account page', verdict: 'there', layout: undefined, apart: [], things: [thing()], reads: [] },
  ...more,
});
const rom = (more: Partial<RomCheck> = {}): RomCheck => ({
  ...{ version: 1, apps: [], notGiven: [], layouts: {}, unread: [], pages: [page()], ...more },
});
const label = (more: Partial<LabelFinding> = {}): LabelFinding => ({
  ...{ label: 'a:string/out', state: 'there', layouts: [], missing: [], wordings: { bg: 'Изход' }, ...more },
});
const words = (text: string) =>
  text
    .replace(/<style>[^]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
const section = (check: RomCheck) => words(/<main>[^]*<\/main>/.exec(renderRomPage(check))?.[0] ?? '');

test('the page of a ROM has the tone of its worst finding', () => {
  const toneOf = (check: RomCheck) => /<header class="(\w+)"/.exec(renderRomPage(check))?.[1];
  assert.equal(toneOf(rom()), 'good');
  assert.equal(
    toneOf(rom({ pages: [page({ things: [thing(), thing({ verdict: 'other-way' })] })] })),
    'fair',
  );
  assert.equal(toneOf(rom({ pages: [] })), 'fair', 'nothing could be checked');
  assert.equal(toneOf(rom({ pages: [page({ things: [thing({ verdict: 'gone' })] })] })), 'bad');
  assert.equal(toneOf(rom({ unread: [{ file: 'a.apk', why: 'It is no APK.' }] })), 'bad');
});

test('it says of each app its version and how many languages it has, with its default one', () => {
  const app = { package: 'com.a', version: '13.5', languages: ['bg', 'ru'], files: [], nameless: false };
  const text = words(
    renderRomPage(rom({ apps: [app, { ...app, package: 'com.b', version: '', languages: [] }] })),
  );
  assert.match(text, /com\.a 13\.5 · 3 languages com\.b no version · 1 language /);
});

test('pages stand by what is wrong with them, the worst first, and those with nothing to check at the end', () => {
  const named = (name: string, verdict: RomPage['verdict'], ...things: RomThing['verdict'][]) =>
    page({ page: name, verdict, things: things.map((one) => thing({ verdict: one })) });
  const text = section(
    rom({
      pages: [
        named('sound', 'there', 'there'),
        named('other', 'other-way', 'other-way', 'other-way'),
        named('phone alone', 'needs-phone', 'gone'),
        named('lost', 'gone', 'gone'),
        named('half', 'there', 'gone', 'other-way'),
        named('absent', 'not-in-rom'),
      ],
    }),
  );
  const order = ['Half', 'Lost', 'Other', 'Sound', 'Pages with nothing to check', 'Phone alone', 'Absent'];
  const places = order.map((name) => text.indexOf(name));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
    text,
  );
  assert.ok(places.every((place) => place >= 0));
  assert.match(text, /Phone alone a phone has to show it Absent not in this ROM, as in some releases/);
});

test('a thing is shown with what finds it and where, what of it is gone, and how its label reads', () => {
  const layouts = ['1', '2', '3', '4', '5', '6', '7'].map((n) => `layout/${n}`);
  const ids = [
    { id: 'a:id/old', state: 'gone' as const, layouts: [] },
    { id: 'a:id/new', state: 'there' as const, layouts: [] },
  ];
  const text = section(
    rom({
      pages: [
        page({
          layout: { name: 'layout/page', holds: ['signOut', 'back'] },
          apart: ['note'],
          things: [thing({ layouts, ids, labels: [label({ label: 'a:string/lost', state: 'gone' })] })],
        }),
      ],
    }),
  );
  assert.match(text, /layout\/page holds signOut, back Not in a layout with the page itself: note/);
  assert.match(
    text,
    /✓ signOut there id a:id\/a layout\/1, .*layout\/6 not in this ROM: a:id\/old, a:string\/lost/,
  );
  assert.doesNotMatch(text, /layout\/7|: a:string\/lost:/);
  const gone = section(rom({ pages: [page({ things: [thing({ verdict: 'gone', by: '', ids })] })] }));
  assert.match(gone, /✕ signOut gone wanted: id a:id\/w/);
  assert.doesNotMatch(gone, /not in this ROM|Not in a layout/, 'it is gone as a whole');
});

test('a label is shown with its wordings: the default one, else the first, and the languages that it lacks', () => {
  const shown = (more: Partial<LabelFinding>) =>
    section(rom({ pages: [page({ things: [thing({ labels: [label(more)] })] })] }));
  assert.match(shown({}), /a:string\/out: 1 wording, “Изход”/);
  const both = shown({ wordings: { bg: 'Изход', default: 'Sign out' }, missing: ['ru'] });
  assert.match(both, /a:string\/out: 2 wordings, “Sign out”; a phone in ru shows its default words/);
  assert.match(shown({ wordings: {} }), /a:string\/out: 0 wordings, “”/);
});

test('what was not read and what was not given is listed, and nothing where there is none', () => {
  const text = section(
    rom({ unread: [{ file: 'a.apk', why: 'It is no APK.' }], notGiven: ['com.xiaomi.account'] }),
  );
  assert.match(text, /Files that could not be read a\.apk It is no APK\./);
  assert.match(text, /Apps that were not given com\.xiaomi\.account its pages were not checked/);
  assert.doesNotMatch(section(rom()), /could not be read|not given|nothing to check/);
});
