import type { Label } from '../../pageobjects/label.ts';
import { wayWords, type Landmark, type Locator, type Way } from '../../pageobjects/locator.ts';
import { localeFits, parseLocale } from '../phone/resource-locale.ts';
import { wholeLayout, type LayoutThing, type RomApp } from './app.ts';

/** A page object, as far as a ROM is asked for it. */
export interface AskedPage {
  readonly title: string;
  readonly landmark: Landmark;
  readonly locators?: Readonly<Record<string, Locator>>;
  readonly labels?: readonly Label[];
  readonly occasional?: true;
}

/**
 * - `there`: in the first of its ways
 * - `other-way`: the first is gone, and another is there
 * - `gone`: none of its ids and labels is in the ROM
 * - `needs-phone`: it is known by its role and place alone, which only a phone shows
 * - `not-in-rom`: a page or a part that not every release has
 * - `not-given`: the app that has it was not given, or the build took its names away
 */
export type RomVerdict = 'there' | 'other-way' | 'gone' | 'needs-phone' | 'not-in-rom' | 'not-given';

export interface IdFinding {
  id: string;
  state: Presence;
  /** Where it stands; empty for one that is named and stands nowhere. */
  layouts: string[];
}

export interface LabelFinding {
  label: string;
  state: Presence;
  layouts: string[];
  /** Languages of its app in which it has no words of its own. */
  missing: string[];
  /** Wordings by language; `default` for a phone in any other. */
  wordings: Record<string, string>;
}

type Presence = 'there' | 'gone' | 'not-given';

export interface RomThing {
  /** The thing on the page; `landmark` for the page itself. */
  locator: string;
  verdict: RomVerdict;
  /** What finds it, e.g. `id com.xiaomi.account:id/logout_btn`; empty where nothing does. */
  by: string;
  /** The first of its ways. */
  wanted: string;
  /** Where what finds it stands. */
  layouts: string[];
  ids: IdFinding[];
  labels: LabelFinding[];
}

export interface RomPage {
  page: string;
  /** Of its landmark. */
  verdict: RomVerdict;
  /** The layout with most of its things, and what is in there. */
  layout: { name: string; holds: string[] } | undefined;
  /** Things whose id stands in other layouts only. */
  apart: string[];
  things: RomThing[];
  /** Strings it reads beside. */
  reads: LabelFinding[];
}

/** What was found in the apps of a ROM. Who reads its JSON relies on these names; `version` changes with them. */
export interface RomCheck {
  version: 1;
  apps: Pick<RomApp, 'package' | 'version' | 'languages' | 'files' | 'nameless'>[];
  /** Apps that page objects name, and that were not among the files. */
  notGiven: string[];
  /** By `PACKAGE:layout/NAME`: layouts in which an id or a label of a page object stands, each whole. */
  layouts: Record<string, LayoutThing[]>;
  /** Files that could not be read, and why. */
  unread: { file: string; why: string }[];
  pages: RomPage[];
}

/** Holds page objects against the apps of a ROM. `atTimes`: parts of pages that they have at times only. */
export function checkRom(
  pages: readonly AskedPage[],
  apps: ReadonlyMap<string, RomApp>,
  { atTimes, unread }: { atTimes: readonly string[]; unread: RomCheck['unread'] },
): RomCheck {
  const checked = pages.map((page) => new PageCheck(page, apps, atTimes).result());
  return {
    version: 1,
    apps: [...apps.values()].map(({ package: name, version, languages, files, nameless }) => ({
      ...{ package: name, version, languages, files, nameless },
    })),
    notGiven: appsNamed(pages).filter((name) => !apps.has(name)),
    layouts: Object.fromEntries([...apps.values()].flatMap((app) => layoutsOf(app, checked))),
    unread,
    pages: checked,
  };
}

/**
 * Those with ids and words of an app's own: those of the framework stand everywhere. By the words it is seen what
 * stands where an id went.
 */
function layoutsOf(app: RomApp, pages: readonly RomPage[]): [string, LayoutThing[]][] {
  const things = pages.flatMap((page) => page.things);
  const places = [
    ...things.flatMap(({ ids }) => ids.map(({ id, layouts }) => ({ full: id, layouts }))),
    ...things.flatMap(({ labels }) => labels.map(({ label, layouts }) => ({ full: label, layouts }))),
  ];
  const names = places
    .filter(({ full }) => full.startsWith(`${app.package}:`))
    .flatMap(({ layouts }) => layouts);
  return [...new Set(names)]
    .slice(0, MOST_LAYOUTS)
    .map((name) => [`${app.package}:${name}`, app.layouts.get(name)?.things.slice(0, MOST_THINGS) ?? []]);
}

/** Things of one layout that are kept, at most. */
const MOST_THINGS = 400;
/** Layouts of an app that are looked into for one page, at most. */
const MOST_LAYOUTS = 200;

class PageCheck {
  readonly #page: AskedPage;
  readonly #apps: ReadonlyMap<string, RomApp>;
  readonly #atTimes: readonly string[];

  constructor(page: AskedPage, apps: ReadonlyMap<string, RomApp>, atTimes: readonly string[]) {
    this.#page = page;
    this.#apps = apps;
    this.#atTimes = atTimes;
  }

  result(): RomPage {
    const { title, landmark, locators = {}, labels = [], occasional } = this.#page;
    const mark = landmark.ways ? this.#thing('landmark', landmark.ways) : this.#inFront();
    const isAbsent = occasional === true && mark.verdict === 'gone';
    const asked = isAbsent ? [] : Object.entries(locators).map(([name, ways]) => this.#thing(name, ways));
    const things = [mark, ...asked].map((thing) => this.#softened(thing, isAbsent));
    const { layout, apart } = this.#together(things);
    return {
      page: title,
      verdict: things[0]?.verdict ?? 'gone',
      ...{ layout, apart, things },
      reads: labels.map((label) => this.#label(label)),
    };
  }

  /** What a release may do without is not missing. */
  #softened(thing: RomThing, isAbsent: boolean): RomThing {
    const optional = isAbsent || this.#atTimes.includes(thing.locator);
    return optional && thing.verdict === 'gone' ? { ...thing, verdict: 'not-in-rom' } : thing;
  }

  /** A page that is known by its app in front. */
  #inFront(): RomThing {
    const owners = this.#page.landmark.package ?? [];
    const given = owners.some((name) => this.#apps.has(name));
    return {
      locator: 'landmark',
      verdict: given ? 'there' : 'not-given',
      by: given ? 'its app' : '',
      wanted: owners.join(' or '),
      ...{ layouts: [], ids: [], labels: [] },
    };
  }

  #thing(locator: string, ways: Locator): RomThing {
    const tried = ways.map((way) => this.#way(way));
    const place = tried.findIndex(({ state }) => state === 'there');
    const found = tried[place];
    const before = tried.slice(0, Math.max(0, place));
    const states = tried.map(({ state }) => state);
    const verdict: RomVerdict = found
      ? before.some(({ state }) => state === 'gone')
        ? 'other-way'
        : 'there'
      : states.includes('not-given')
        ? 'not-given'
        : states.includes('gone')
          ? 'gone'
          : 'needs-phone';
    return {
      locator,
      verdict,
      by: found?.by ?? '',
      wanted: wayWords(ways[0] ?? {}),
      layouts: found?.layouts ?? [],
      ids: tried.flatMap(({ ids }) => ids),
      labels: tried.flatMap(({ labels }) => labels),
    };
  }

  /** One way: any of its ids and labels is enough; of what a structure rests on, all have to be there. */
  #way({ id = [], label = [], structure, inside }: Way) {
    const boxes = (inside ?? []).map((one) => this.#id(one));
    const ids = id.map((one) => this.#id(one));
    const labels = label.map((one) => this.#label(one));
    const rests = (structure?.ids ?? []).map((one) => this.#id(one));
    const box: Presence = boxes.length === 0 ? 'there' : anyOf(boxes);
    const words = labels.find(({ state }) => state === 'there');
    const named = ids.find(({ state }) => state === 'there');
    const role = rests.length > 0 && rests.every(({ state }) => state === 'there') ? rests[0] : undefined;
    const found = named ?? (box === 'there' ? words : undefined) ?? role;
    const all = [...ids, ...labels, ...rests, ...boxes];
    return {
      ids: [...ids, ...rests, ...boxes],
      labels,
      by: named
        ? `id ${named.id}`
        : found && found === words
          ? `label ${words.label}`
          : (structure?.is ?? ''),
      layouts: found?.layouts ?? [],
      state: found
        ? ('there' as const)
        : all.length === 0
          ? ('needs-phone' as const)
          : all.some(({ state }) => state === 'not-given')
            ? ('not-given' as const)
            : ('gone' as const),
    };
  }

  #id(id: string): IdFinding {
    const [owner = '', name = ''] = id.split(':id/');
    const app = this.#known(owner);
    if (!app) return { id, state: 'not-given', layouts: [] };
    return { id, state: app.ids.has(name) ? 'there' : 'gone', layouts: this.#layoutsWith(app, id) };
  }

  #label({ package: owner, name }: Label): LabelFinding {
    const label = `${owner}:string/${name}`;
    const app = this.#known(owner);
    if (!app) return { label, state: 'not-given', layouts: [], missing: [], wordings: {} };
    const wordings = app.strings.get(name);
    return {
      label,
      state: wordings ? 'there' : 'gone',
      layouts: wordings ? this.#layoutsWith(app, label) : [],
      missing: wordings ? languagesWithout(wordings, app.languages) : [],
      wordings: Object.fromEntries(wordings ?? []),
    };
  }

  /** Undefined where it was not given, or has no names. */
  #known(owner: string): RomApp | undefined {
    const app = this.#apps.get(owner);
    return app?.nameless ? undefined : app;
  }

  #layoutsWith(app: RomApp, full: string): string[] {
    return (app.places.get(full) ?? []).slice(0, MOST_LAYOUTS);
  }

  /** The layout that holds most of what finds the things of the page, and what stands in none with the landmark. */
  #together(things: readonly RomThing[]): Pick<RomPage, 'layout' | 'apart'> {
    const [mark, ...others] = things;
    const wanted = things.flatMap((thing) => {
      const full = thing.by.replace(/^(id|label) /, '');
      return thing.verdict === 'there' || thing.verdict === 'other-way' ? [{ thing, full }] : [];
    });
    const app = this.#apps.get(/^(?:id|label) ([^:]+):/.exec(mark?.by ?? '')?.[1] ?? '');
    const homes = app
      ? this.#homesIn(app, mark?.layouts ?? []).map((name) => {
          const all = wholeLayout(app, name);
          return { name, size: all.length, names: new Set(all.flatMap(({ id, labels }) => [id, ...labels])) };
        })
      : [];
    const ranked = homes
      .map(({ name, size, names }) => ({
        ...{ name, size },
        holds: wanted.filter(({ full }) => names.has(full)).map(({ thing }) => thing.locator),
      }))
      .sort((one, other) => other.holds.length - one.holds.length || one.size - other.size);
    const [best] = ranked;
    const held = new Set(ranked.flatMap(({ holds }) => holds));
    const apart = others.filter(
      ({ locator, by, layouts }) =>
        homes.length > 0 && by.startsWith('id ') && layouts.length > 0 && !held.has(locator),
    );
    return {
      layout: best && best.holds.length > 0 ? { name: best.name, holds: best.holds } : undefined,
      apart: apart.map(({ locator }) => locator),
    };
  }

  /** Those with the landmark itself, and those that take them in. */
  #homesIn(app: RomApp, names: readonly string[]): string[] {
    const own = new Set(names.filter((name) => app.layouts.has(name)));
    const around = [...app.layouts.values()].filter(({ includes }) => includes.some((name) => own.has(name)));
    return [...new Set([...own, ...around.map(({ name }) => name)])].slice(0, MOST_LAYOUTS);
  }
}

const anyOf = (found: readonly { state: Presence }[]): Presence =>
  found.some(({ state }) => state === 'there')
    ? 'there'
    : found.some(({ state }) => state === 'not-given')
      ? 'not-given'
      : 'gone';

/** What a way names: ids, labels, and ids that its structure and its boxes rest on. */
const waysOf = ({ landmark, locators = {} }: AskedPage): Way[] => [
  ...(landmark.ways ?? []),
  ...Object.values(locators).flat(),
];

/** Packages of the apps that page objects name. */
export function appsNamed(pages: readonly AskedPage[]): string[] {
  const names = pages.flatMap((page) => [
    ...(page.landmark.package ?? []),
    ...waysOf(page).flatMap(({ id = [], structure, inside = [] }) =>
      [...id, ...inside, ...(structure?.ids ?? [])].map((one) => one.split(':id/')[0] ?? ''),
    ),
    ...labelsOf(page).map((one) => one.package),
  ]);
  return [...new Set(names)].sort();
}

/** Names of the strings that page objects want of an app. */
export function stringsNamed(pages: readonly AskedPage[], owner: string): Set<string> {
  const labels = pages.flatMap(labelsOf).filter((one) => one.package === owner);
  return new Set(labels.map(({ name }) => name));
}

const labelsOf = (page: AskedPage): Label[] => [
  ...waysOf(page).flatMap(({ label = [] }) => label),
  ...(page.labels ?? []),
];

/** Languages that show the default words. Those are English by tradition, so that English is none of them. */
function languagesWithout(wordings: ReadonlyMap<string, string>, languages: readonly string[]): string[] {
  const made = [...wordings.keys()].filter((tag) => tag !== 'default').map(parseLocale);
  return languages.filter((tag) => {
    if (wordings.has(tag)) return false;
    const asked = parseLocale(tag);
    if (asked.language === 'en' && wordings.has('default')) return false;
    return !made.some((one) => one.language === asked.language && localeFits(one, asked));
  });
}
