import { UsageError } from '../errors.ts';
import type { StringPool } from '../phone/resource-chunk.ts';
import { localeTag } from '../phone/resource-locale.ts';
import type { Package, Type } from '../phone/resource-package.ts';
import { VALUE, type TypeChunk, type Value } from '../phone/resource-type.ts';
import type { Apk, RawLayout } from './apk.ts';

/** What stands in a layout: an element with its id and its words, as a page source would name them. */
export interface LayoutThing {
  /** Class, as the layout has it. */
  cls: string;
  /** E.g. `com.xiaomi.account:id/logout_btn`; empty for none. */
  id: string;
  /** E.g. `com.xiaomi.account:string/logout_account`. */
  labels: string[];
}

interface Layout {
  /** E.g. `layout/settings`. */
  name: string;
  things: LayoutThing[];
  /** Layouts that stand in places of it. */
  includes: string[];
}

/** One app of a ROM, its splits put together. */
export interface RomApp {
  package: string;
  version: string;
  files: string[];
  /** Tags; the default language is not among them. */
  languages: string[];
  /** Names of its ids. */
  ids: ReadonlySet<string>;
  /** Wordings by name and language of the strings that were asked for; `default` for what has no language. */
  strings: ReadonlyMap<string, ReadonlyMap<string, string>>;
  layouts: ReadonlyMap<string, Layout>;
  /** Names of the layouts in which an id or a string stands. */
  places: ReadonlyMap<string, readonly string[]>;
  /** The build took the names of its resources away: nothing can be said of them. */
  nameless: boolean;
}

/** Names of resources by their numbers: `com.xiaomi.account:id/logout_btn`. */
export type ResourceNames = ReadonlyMap<number, string>;

const MAX_TEXT = 65_536;
/** Characters of all wordings of an app that are asked for; 100 languages have some hundred thousand. */
const MAX_WORDINGS = 16 * 1024 * 1024;
/** Languages of an app; the framework has some hundred. */
const MAX_LANGUAGES = 500;
const MAX_HOPS = 20;
const DEFAULT = 'default';
const NAMED = ['id', 'string', 'layout', 'xml'];

/**
 * Puts an app together from its APKs. `wanted`: names of the strings that are read. `framework`: names of the
 * framework's resources, where it was given too.
 */
export function appOf(apks: readonly Apk[], wanted: ReadonlySet<string>, framework: ResourceNames): RomApp {
  const base = baseOf(apks);
  const parts = apks.flatMap(({ resources }) =>
    (resources?.packages ?? []).map((one) => ({ one, values: resources!.values })),
  );
  const names = namesOf(base.package, apks);
  const known = new Map([...framework, ...names]);
  const languages = languagesOf(parts.map(({ one }) => one));
  const ids = parts.flatMap(({ one }) => [...(one.types.get('id')?.names.keys() ?? [])]);
  const layouts = layoutsOf(apks, known);
  return {
    package: base.package,
    version: base.version,
    files: apks.map(({ file }) => file),
    languages,
    ids: new Set(ids),
    strings: stringsOf(parts, wanted, names),
    layouts,
    places: placesIn(layouts),
    nameless: isNameless(parts.map(({ one }) => one)),
  };
}

function baseOf(apks: readonly Apk[]): Apk {
  const [base, second] = apks.filter(({ split }) => split === '');
  const [first] = apks;
  if (base && second)
    throw new UsageError(
      `'${base.file}' (${base.version}) and '${second.file}' (${second.version}) are both ${base.package}.`,
      'give the apps of one ROM at a time',
    );
  if (base) return base;
  throw new UsageError(
    `Of ${first?.package} only a split is there: '${first?.file}'.`,
    "give its base.apk too: 'adb shell pm path PACKAGE' names all files of an app",
  );
}

/** The numbers of an app's resources, over all of its APKs. */
export function namesOf(owner: string, apks: readonly Apk[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const { id: packageId, types } of apks.flatMap(({ resources }) => resources?.packages ?? []))
    for (const typeName of NAMED) {
      const type = types.get(typeName);
      for (const [name, index] of type?.names ?? [])
        names.set(numberOf(packageId, type?.id ?? 0, index), `${owner}:${typeName}/${name}`);
    }
  return names;
}

const numberOf = (packageId: number, typeId: number, index: number): number =>
  ((packageId << 24) | (typeId << 16) | index) >>> 0;

function languagesOf(packages: readonly Package[]): string[] {
  const chunks = packages.flatMap(({ types }) => types.get('string')?.chunks ?? []);
  const tags = chunks.filter(({ plain }) => plain).map(tagOf);
  const languages = [...new Set(tags)].filter((tag) => tag !== DEFAULT).sort();
  if (languages.length > MAX_LANGUAGES)
    throw new RangeError(`it says it has ${languages.length} languages, more than ${MAX_LANGUAGES}`);
  return languages;
}

/** A region without a language is no language. */
const tagOf = ({ locale }: TypeChunk): string => (locale.language === '' ? DEFAULT : localeTag(locale));

interface Part {
  one: Package;
  values: StringPool;
}

function stringsOf(
  parts: readonly Part[],
  wanted: ReadonlySet<string>,
  names: ResourceNames,
): Map<string, Map<string, string>> {
  const types = parts.flatMap(({ one, values }) => {
    const type = one.types.get('string');
    return type ? [{ type, values }] : [];
  });
  const known = new Map<string, ReadonlyMap<string, Found>>();
  const valuesOf = (name: string) => {
    const values =
      known.get(name) ?? new Map(types.flatMap(({ type, values }) => inLanguages(type, values, name)));
    known.set(name, values);
    return values;
  };
  /** Strings may name other strings, also in a circle. */
  const textOf = (name: string, tag: string, hops = 0): string | undefined => {
    const { value, values } =
      valuesOf(name).get(tag) ?? (hops > 0 ? valuesOf(name).get(DEFAULT) : undefined) ?? {};
    if (value?.dataType === VALUE.string) return values?.at(value.data, MAX_TEXT);
    if (value?.dataType !== VALUE.reference) return undefined;
    const other = names.get(value.data)?.split('/').at(-1);
    // A string of the framework's: it is there, and its words are elsewhere.
    return other === undefined || hops >= MAX_HOPS ? '' : textOf(other, tag, hops + 1);
  };
  const found = new Map<string, Map<string, string>>();
  let left = MAX_WORDINGS;
  for (const name of wanted) {
    const texts = [...valuesOf(name).keys()].flatMap((tag): [string, string][] => {
      const text = textOf(name, tag);
      left -= text?.length ?? 0;
      if (left < 0) throw new RangeError(`its wordings have more than ${MAX_WORDINGS} characters`);
      return text === undefined ? [] : [[tag, text]];
    });
    if (texts.length > 0) found.set(name, new Map(texts.sort(([a], [b]) => (a < b ? -1 : 1))));
  }
  return found;
}

interface Found {
  value: Value;
  values: StringPool;
}

/** The values that differ by language alone. */
function inLanguages(type: Type, values: StringPool, name: string): [string, Found][] {
  const index = type.names.get(name);
  if (index === undefined) return [];
  return type.chunks.flatMap((chunk): [string, Found][] => {
    const value = chunk.plain ? chunk.value(index) : undefined;
    return value ? [[tagOf(chunk), { value, values }]] : [];
  });
}

function layoutsOf(apks: readonly Apk[], known: ResourceNames): Map<string, Layout> {
  const byName = Map.groupBy(
    apks.flatMap(({ layouts }) => layouts),
    ({ name }) => name,
  );
  return new Map([...byName].map(([name, same]) => [name, layoutOf(name, same, known)]));
}

function placesIn(layouts: ReadonlyMap<string, Layout>): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const { name, things } of layouts.values())
    for (const full of new Set(things.flatMap(({ id, labels }) => [id, ...labels])))
      if (full !== '') {
        const known = places.get(full);
        if (known) known.push(name);
        else places.set(full, [name]);
      }
  return places;
}

function layoutOf(name: string, same: readonly RawLayout[], known: ResourceNames): Layout {
  const things = same.flatMap((one) => one.things);
  const ofType = (numbers: readonly number[], types: RegExp) =>
    numbers.flatMap((number) => {
      const full = known.get(number);
      return full !== undefined && types.test(full) ? [full] : [];
    });
  return {
    name,
    things: things.map(({ cls, id, named }) => ({
      cls,
      id: known.get(id) ?? '',
      labels: [...new Set(ofType(named, /:string\//))],
    })),
    includes: [
      ...new Set(
        things.flatMap(({ named }) => ofType(named, /:layout\//).map((full) => full.replace(/^.*:/, ''))),
      ),
    ],
  };
}

/** Many ids, and hardly a name among them. */
function isNameless(packages: readonly Package[]): boolean {
  const counts = packages.map(({ types }) => {
    const type = types.get('id');
    const numbers = new Set<number>();
    for (const chunk of type?.chunks ?? []) for (const index of chunk.indices()) numbers.add(index);
    return { numbers: numbers.size, names: type?.names.size ?? 0 };
  });
  const sum = (of: (one: (typeof counts)[number]) => number) => counts.reduce((all, one) => all + of(one), 0);
  return sum(({ numbers }) => numbers) > 20 && sum(({ names }) => names) * 10 < sum(({ numbers }) => numbers);
}

/** Things of a layout with all that it takes in, at most: the largest have some hundreds. */
const MOST_WHOLE = 5000;

/** The layout and all that stand in places of it, each once: layouts may name each other in a circle. */
export function wholeLayout(app: RomApp, name: string): LayoutThing[] {
  const done = new Set<string>();
  const open = [name];
  const things: LayoutThing[] = [];
  for (let next = open.pop(); next !== undefined && things.length < MOST_WHOLE; next = open.pop()) {
    const layout = app.layouts.get(next);
    if (!layout || done.has(next)) continue;
    done.add(next);
    things.push(...layout.things.slice(0, MOST_WHOLE - things.length));
    open.push(...layout.includes.slice(0, MOST_WHOLE));
  }
  return things;
}
