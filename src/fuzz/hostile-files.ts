import { unzipSync, zipSync, type Zippable } from 'fflate';
import { KNOWN_PAGES } from '../flows/recorded.ts';
import { GOLDEN_APK } from '../rom/app.golden.ts';
import { stringsNamed } from '../rom/check.ts';
import { chunk, Pool, u16, u32, u32s, u8 } from '../sim/apk/chunk.ts';
import { generator } from '../sim/time.ts';
import { recordedFiles } from './recorded.ts';

/**
 * APKs and bundles made to take the time and the memory of who reads them: each is well formed, and has more of
 * something than any real one, or says that it has.
 */

export interface HostileFile {
  what: string;
  kind: 'apk' | 'bundle';
  make: () => Uint8Array;
  /** Made and read in a moment. */
  isQuick: boolean;
}

const golden = unzipSync(GOLDEN_APK);
const MIB = 1024 * 1024;
const zeros = (mib: number): Zippable[string] => [new Uint8Array(mib * MIB), { level: 1 }];
const apk = (files: Zippable) => zipSync({ ...golden, ...files }, { level: 1 });

/** A pool of strings that lie one in another: each is another one, and together they take a few hundred KB. */
function overlapping(count: number, least: number): Buffer {
  const random = generator(7);
  const units = Uint16Array.from({ length: count + 2 * least }, () => least + Math.floor(random() * least));
  const offsets = Array.from({ length: count }, (_, place) => 2 * place);
  return chunk(0x0001, u32(count, 0, 0, 28 + 4 * count, 0), [u32s(offsets), Buffer.from(units.buffer)]);
}

/** One string, so often. */
function repeated(count: number, length: number): Buffer {
  const text = Buffer.alloc(2 * length, 'a\0');
  const size = length < 0x8000 ? u16(length) : u16(0x8000 | (length >> 16), length & 0xffff);
  return chunk(0x0001, u32(count, 0, 0, 28 + 4 * count, 0), [
    u32s(Array<number>(count).fill(0)),
    Buffer.concat([size, text, u16(0, 0)]),
  ]);
}

interface Values {
  type: number;
  /** Language and region, four bytes. */
  locale?: string;
  count: number;
  /** The entry of a place, in which offsets may be shared. */
  entries: Buffer;
  offset: (place: number) => number;
}

function valuesOf({ type, locale = '', count, entries, offset }: Values): Buffer {
  const config = Buffer.alloc(64);
  config.writeUInt32LE(64, 0);
  config.write(locale, 8, 'latin1');
  const header = Buffer.concat([u8(type, 0, 0, 0), u32(count, 84 + 4 * count), config]);
  return chunk(0x0201, header, [u32s(Array.from({ length: count }, (_, place) => offset(place))), entries]);
}

const TYPES = ['id', 'string', 'layout', 'xml'];

/** The resource table of the account's app. */
function table(texts: Buffer, keys: Buffer, chunks: readonly Buffer[]): Buffer {
  const types = new Pool();
  for (const type of TYPES) types.number(type);
  const pool = types.toChunk();
  const name = Buffer.alloc(256);
  name.write('com.xiaomi.account', 'utf16le');
  const header = Buffer.concat([u32(0x7f), name, u32(288, 4, 288 + pool.length, 0, 0)]);
  return chunk(0x0002, u32(1), [texts, chunk(0x0200, header, [pool, keys, ...chunks])]);
}

/** An entry: its name, and a value of that kind. */
const entry = (key: number, kind: number, data: number) =>
  Buffer.concat([u16(8, 0), u32(key), u16(8), u8(0, kind), u32(data)]);
const [STRING, REFERENCE] = [0x03, 0x01];
/** Names of all strings that page objects ask the account's app for. */
const KNOWN = [...stringsNamed(KNOWN_PAGES, 'com.xiaomi.account')];
const known = () => {
  const keys = new Pool();
  for (const name of KNOWN) keys.number(name);
  return keys.toChunk();
};
const tableApk = (bytes: Buffer) => apk({ 'resources.arsc': bytes });
const text = (length: number) => repeated(4, length);

/** As many locales as two letters and two letters can name. */
function* locales(): Generator<string> {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (const a of letters)
    for (const b of letters) for (const c of letters) yield `${a}${b}${c.toUpperCase()}A`;
}
const first = (count: number) => [...locales()].slice(0, count);

const words = (locale: string) => {
  const entries = KNOWN.map((_, key) => entry(key, STRING, 0));
  return valuesOf({
    ...{ type: 2, locale, count: KNOWN.length, offset: (n: number) => 16 * n },
    entries: Buffer.concat(entries),
  });
};

/** A resource with so many values, which is every resource of its type. */
const bags = (locale: string) => {
  const items = 60_000;
  const bag = Buffer.concat([u16(16, 1), u32(0, 0, items), Buffer.alloc(12 * items)]);
  return valuesOf({ type: 2, locale, count: KNOWN.length, entries: bag, offset: () => 0 });
};

/** A layout of so many elements, each with a class of its own and these attributes. */
function layout(
  count: number,
  names: Buffer,
  kinds: number,
  attributes: readonly [name: number, kind: number, data: number][],
): Buffer {
  const none = 0xffffffff;
  const parts = Buffer.concat(
    attributes.map(([name, kind, data]) =>
      Buffer.concat([u32(none, name, none), u16(8), u8(0, kind), u32(data)]),
    ),
  );
  const body = (place: number) =>
    chunk(0x0102, u32(1, none), [u32(none, place % kinds), u16(20, 20, attributes.length, 0, 0, 0), parts]);
  const end = chunk(0x0103, u32(1, none), [u32(none, 0)]);
  const all = Array.from({ length: count }, (_, place) => [body(place), end]).flat();
  return chunk(0x0003, Buffer.alloc(0), [names, chunk(0x0180, Buffer.alloc(0), [u32(0x010100d0)]), ...all]);
}

/** So many layouts, all of them these files, by turns. */
function layouts(count: number, paths: readonly string[], files: Zippable): Uint8Array {
  const texts = new Pool();
  for (const path of paths) texts.number(path);
  const names = Array.from({ length: count }, (_, place) => entry(place, STRING, place % paths.length));
  const ids = Array.from({ length: count }, (_, place) => entry(place, 0x12, 0));
  const chunks = [
    valuesOf({ type: 1, count, entries: Buffer.concat(ids), offset: (n) => 16 * n }),
    valuesOf({ type: 3, count, entries: Buffer.concat(names), offset: (n) => 16 * n }),
  ];
  const keys = new Pool();
  keys.number('logout_btn');
  for (let place = 1; place < count; place++) keys.number(`name_${place}`);
  return apk({ ...files, 'resources.arsc': table(texts.toChunk(), keys.toChunk(), chunks) });
}

const LOGOUT = 0x7f010000;
const layoutNumber = (place: number) => 0x7f030000 + place;

const APKS: Record<string, () => Uint8Array> = {
  'a bomb for a table': () => apk({ 'resources.arsc': zeros(65) }),
  'a table of zeros': () => apk({ 'resources.arsc': zeros(63) }),
  'a bomb for a layout': () => apk({ 'res/layout/footer.xml': zeros(5) }),
  'names of a thousand characters, of 65,536 resources of each type': () =>
    tableApk(
      table(
        text(4),
        overlapping(0x10000, 500),
        TYPES.map((_, place) => {
          const entries = Array.from({ length: 0x10000 }, (_one, key) => entry(key, STRING, 0));
          return valuesOf({
            ...{ type: place + 1, count: 0x10000, offset: (n: number) => 16 * n },
            entries: Buffer.concat(entries),
          });
        }),
      ),
    ),
  'wordings of 64 KB in 400 languages': () => tableApk(table(text(65_000), known(), first(400).map(words))),
  'wordings in 9,000 languages': () => tableApk(table(text(1), known(), first(9_000).map(words))),
  'wordings in one language, as often as a table has room': () =>
    tableApk(
      table(text(1), known(), Array<Buffer>(Math.floor((60 * MIB) / words('bg').length)).fill(words('bg'))),
    ),
  'a string of 60,000 values in 80 languages': () => tableApk(table(text(1), known(), first(80).map(bags))),
  'strings that name each other in a circle, in 400 languages': () =>
    tableApk(
      table(
        text(1),
        known(),
        first(400).map((locale) => {
          const entries = KNOWN.map((_, key) =>
            entry(key, REFERENCE, 0x7f020000 + ((key + 1) % KNOWN.length)),
          );
          return valuesOf({
            ...{ type: 2, locale, count: KNOWN.length, offset: (n: number) => 16 * n },
            entries: Buffer.concat(entries),
          });
        }),
      ),
    ),
  'a type of 65,536 values 230 times': () => {
    const entries = entry(0, STRING, 0);
    const one = valuesOf({ type: 4, count: 0x10000, entries, offset: () => 0 });
    return tableApk(table(text(1), known(), Array<Buffer>(230).fill(one)));
  },
  'layouts with classes of 4,000 characters': () => {
    const names = overlapping(20_000, 2000);
    return layouts(8, ['res/a.xml'], { 'res/a.xml': layout(19_000, names, 20_000, []) });
  },
  '60,000 names for one layout of 4 MB': () => {
    const names = new Pool();
    names.number('View');
    return layouts(60_000, ['res/a.xml'], { 'res/a.xml': layout(19_000, names.toChunk(), 1, []) });
  },
  'paths of 60,000 characters for 60,000 layouts': () => {
    const count = 60_000;
    const texts = overlapping(count, 16_000);
    const entries = Array.from({ length: count }, (_, place) => entry(0, STRING, place));
    const one = valuesOf({ type: 3, count, entries: Buffer.concat(entries), offset: (n) => 16 * n });
    return tableApk(table(texts, known(), [one]));
  },
  '200 layouts with Sign out that take in one of 19,000 elements, and each other': () => {
    const count = 201;
    const names = new Pool();
    names.number('include');
    const big = layout(19_000, names.toChunk(), 1, [[0, REFERENCE, LOGOUT]]);
    const attributes: [number, number, number][] = [
      [0, REFERENCE, LOGOUT],
      ...Array.from({ length: 15 }, (_, place): [number, number, number] => [
        1,
        REFERENCE,
        layoutNumber(200 - place),
      ]),
    ];
    const small = layout(400, names.toChunk(), 1, attributes);
    const paths = Array.from({ length: count }, (_, place) => `res/${place}.xml`);
    return layouts(
      count,
      paths,
      Object.fromEntries(paths.map((path, place) => [path, place === 200 ? big : small])),
    );
  },
  'ten layouts of 20,000 elements in one': () => {
    const names = new Pool();
    names.number('include');
    const paths = Array.from({ length: 10 }, (_, place) => `res/${place}.xml`);
    const one = (place: number) =>
      layout(19_900, names.toChunk(), 1, [
        [0, REFERENCE, LOGOUT],
        [1, REFERENCE, layoutNumber((place + 1) % 10)],
      ]);
    return layouts(10, paths, Object.fromEntries(paths.map((path, place) => [path, one(place)])));
  },
  '60,000 files': () =>
    apk(Object.fromEntries(Array.from({ length: 60_000 }, (_, place) => [`f/${place}`, new Uint8Array()]))),
};

type Json = Record<string, unknown>;
/** The bundle with other pages, and something else in its survey. */
function bundle(files: Zippable, change: (survey: Json) => Json): Uint8Array {
  const survey = JSON.parse(
    Buffer.from(recordedFiles['phone/survey.json'] as Uint8Array).toString('utf8'),
  ) as Json;
  const json = Buffer.from(JSON.stringify(change(survey)));
  return zipSync({ ...recordedFiles, ...files, 'phone/survey.json': json }, { level: 1 });
}
const pagesOf = (files: readonly string[], more: object = {}) => [
  { page: 'x', known: false, things: [], screens: files.map((source) => ({ source, ...more })) },
];
const screens = (count: number, page: string) => {
  const names = Array.from({ length: count }, (_, place) => `p${place}.xml`);
  const bytes = Buffer.from(page);
  return bundle(Object.fromEntries(names.map((name) => [`phone/${name}`, bytes])), (survey) => ({
    ...survey,
    pages: pagesOf(names),
  }));
};
const source = (nodes: string) => `<hierarchy width="1080" height="2270">${nodes}</hierarchy>`;
const things = (count: number, letter: string) =>
  Array.from({ length: count }, (_, n) => ({
    kind: 'row',
    id: `${letter}${n}`,
    text: `${letter}${n}`,
    label: '',
  }));

const crowded = (count: number) =>
  bundle({}, (survey) => ({
    ...survey,
    pages: [{ ...pagesOf(['06-mi-account-page.xml'])[0], things: things(count, 'a') }],
  }));

const BUNDLES: Record<string, () => Uint8Array> = {
  '10,000 nodes one in another': () =>
    screens(1, source('<node class="a" bounds="[0,0][1,1]">'.repeat(10_000) + '</node>'.repeat(10_000))),
  '400 screens of 19,000 nodes': () => screens(400, source('<a/>'.repeat(19_000))),
  '60 screens of 4 MB': () => screens(60, source(`<a text="${'x'.repeat(60_000)}"/>`.repeat(69))),
  '20 screens with as many attributes as 4 MB have': () =>
    screens(
      20,
      source(`<a ${Array.from({ length: 20 }, (_, n) => `a${n}="v"`).join(' ')}/>`.repeat(19_000)).slice(
        0,
        4 * MIB - 1,
      ),
    ),
  'one screen 400 times': () =>
    bundle({ 'phone/p.xml': Buffer.from(source('<a/>'.repeat(19_000))) }, (survey) => ({
      ...survey,
      pages: pagesOf(Array<string>(400).fill('p.xml')),
    })),
  'a picture 400 times': () =>
    bundle({ 'phone/p.xml': Buffer.from(source('<a/>')), 'phone/p.png': zeros(15) }, (survey) => ({
      ...survey,
      pages: pagesOf(Array<string>(400).fill('p.xml'), { screenshot: 'p.png' }),
    })),
  'a survey of two million wrong pages': () =>
    bundle({}, (survey) => ({ ...survey, pages: Array<number>(1_900_000).fill(1) })),
  'a survey with 100,000 things on a page': () => crowded(100_000),
  'a survey with 19,000 things on a page': () => crowded(19_000),
  'lists one in another': () => {
    const survey = Buffer.from(`{"version":1,"pages":${'['.repeat(1_900_000)}${']'.repeat(1_900_000)}}`);
    return zipSync({ 'phone/survey.json': survey });
  },
  'ways without end': () =>
    bundle({}, (survey) => ({
      ...survey,
      ways: Array.from({ length: 90_000 }, () => ({
        did: 'tap',
        at: [{ screen: 'x', bounds: [0, 0, 1, 1] }],
        to: 'y',
      })),
    })),
  'a bomb for a page': () => bundle({ 'phone/06-mi-account-page.xml': zeros(200) }, (survey) => survey),
  'a bomb for its survey': () => zipSync({ 'phone/survey.json': zeros(200) }),
};

const QUICK = [
  'wordings of 64 KB in 400 languages',
  'strings that name each other in a circle, in 400 languages',
  'layouts with classes of 4,000 characters',
  'paths of 60,000 characters for 60,000 layouts',
  '10,000 nodes one in another',
  'one screen 400 times',
  'a picture 400 times',
  'a survey of two million wrong pages',
  'a survey with 19,000 things on a page',
  'lists one in another',
];

const listed = (kind: HostileFile['kind'], files: Record<string, () => Uint8Array>): HostileFile[] =>
  Object.entries(files).map(([what, make]) => ({ what, kind, make, isQuick: QUICK.includes(what) }));

export const HOSTILE: readonly HostileFile[] = [...listed('apk', APKS), ...listed('bundle', BUNDLES)];
