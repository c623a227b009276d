import type { LocatorFinding, Survey, SurveyPage, Thing } from '../survey.ts';
import { upperFirst } from './page.ts';

/**
 * What a QA engineer would say has changed from one survey to the next, a sentence each. Empty: nothing that
 * matters to a page object.
 */
export function compareSurveys(before: Survey, after: Survey): string[] {
  const sameLanguage = before.phone.language === after.phone.language;
  return [
    ...(before.deep === after.deep
      ? []
      : [`Only the ${after.deep ? 'second' : 'first'} survey went behind Change password (--deep)`]),
    ...ofPhone(before, after),
    ...ofLabels(before, after, sameLanguage),
    ...ofPages(before, after, sameLanguage),
    ...ofLocators(before, after),
  ];
}

function ofPhone({ phone: a }: Survey, { phone: b }: Survey): string[] {
  const facts: [string, string, string][] = [
    ['The model', a.model, b.model],
    ['The release', a.release, b.release],
    ['The build', a.build, b.build],
    ['Android', a.android, b.android],
    ['The region', a.region, b.region],
    ['The language', a.language, b.language],
    ['The switch USB debugging (Security settings)', a.adbInput, b.adbInput],
    ['The switch Install via USB', a.adbInstall, b.adbInstall],
    ['Mi Account', signedIn(a.signedIn), signedIn(b.signedIn)],
    ...Object.keys({ ...a.apps, ...b.apps }).map((name): [string, string, string] => [
      `The app ${name}`,
      a.apps[name] ?? '',
      b.apps[name] ?? '',
    ]),
  ];
  return facts.flatMap(([what, one, other]) =>
    one === other ? [] : [`${what}: ${one || 'none'} → ${other || 'none'}`],
  );
}

const signedIn = (yes: boolean) => (yes ? 'signed in' : 'no account is signed in');

/** Wording is compared in one language only; which strings there are, in all. */
function ofLabels({ labels: a }: Survey, { labels: b }: Survey, sameLanguage: boolean): string[] {
  return Object.keys({ ...a, ...b })
    .sort()
    .flatMap((name) => {
      const [one, other] = [a[name], b[name]];
      if (one === undefined) return [`The string ${name} is new: '${other}'`];
      if (other === undefined) return [`The string ${name} is gone: '${one}'`];
      return one === other || !sameLanguage ? [] : [`The label ${name} reads '${one}' → '${other}'`];
    });
}

function ofPages(before: Survey, after: Survey, sameLanguage: boolean): string[] {
  const pages = new Map(before.pages.map((page) => [page.page, page]));
  const seen = new Set(after.pages.map(({ page }) => page));
  return [
    ...before.pages
      .filter(({ page }) => !seen.has(page))
      .map(({ page }) => `${upperFirst(the(page))} was not seen any more`),
    ...after.pages.flatMap((page) => {
      const old = pages.get(page.page);
      return old ? ofThings(old, page, sameLanguage) : [`${upperFirst(the(page.page))} is new`];
    }),
  ];
}

/**
 * A thing is the same where it shows the same string, else where it has the same id, else where it is of the
 * same kind and words.
 */
function ofThings(
  { page, things: a }: SurveyPage,
  { things: b }: SurveyPage,
  sameLanguage: boolean,
): string[] {
  const left = new Set(b);
  const pairs = new Map<Thing, Thing>();
  const sameBy: ((one: Thing) => string | undefined)[] = [
    ({ label, kind }) => (label === '' ? undefined : `${kind} ${label}`),
    ({ id }) => id || undefined,
    ({ text, kind }) => (sameLanguage && text !== '' ? `${kind} ${text}` : undefined),
  ];
  let rest = [...a];
  for (const keyOf of sameBy) {
    // The first of those that are alike comes last, to be taken from there.
    const others = Map.groupBy([...left].toReversed(), keyOf);
    rest = rest.filter((one) => {
      const key = keyOf(one);
      const match = key === undefined ? undefined : others.get(key)?.pop();
      if (!match) return true;
      left.delete(match);
      pairs.set(one, match);
      return false;
    });
  }
  const tellable = (thing: Thing) => thing.id !== '' || thing.label !== '' || sameLanguage;
  const rows = (things: readonly Thing[]) => things.filter(({ kind }) => kind === 'row');
  // What is a row on one side only has no place among the rows of both.
  const order = rows(a).filter((thing) => pairs.get(thing)?.kind === 'row');
  const before = new Map([...pairs].map(([one, other]) => [other, one]));
  const ordered = new Set(order);
  const now = rows(b).flatMap((thing) => {
    const one = before.get(thing);
    return one && ordered.has(one) ? [one] : [];
  });
  const moved = order.filter((thing, place) => thing !== now[place]);
  return [
    ...[...pairs].flatMap(([one, other]) => ofThing(page, one, other, sameLanguage)),
    ...rest.filter(tellable).map((thing) => `The ${name(thing)} of ${the(page)} is gone`),
    ...[...left].filter(tellable).map((thing) => `The ${name(thing)} of ${the(page)} is new`),
    ...(moved.length > 0
      ? [`The order of the rows of ${the(page)} changed: ${words(order)} → ${words(now)}`]
      : []),
  ];
}

function ofThing(page: string, one: Thing, other: Thing, sameLanguage: boolean): string[] {
  const reported: string[] = [];
  if (one.id !== other.id) {
    const ids = `${one.id || 'none'} → ${other.id || 'none'}`;
    reported.push(
      `The ${name(one)} of ${the(page)} has ${other.id === '' ? 'no id any more' : 'a new id'}: ${ids}`,
    );
  }
  if (one.kind !== other.kind) reported.push(`The ${name(one)} of ${the(page)} is a ${other.kind} now`);
  // Of a known label the wording is reported once for all pages.
  const sameLabel = one.label !== '' && one.label === other.label;
  if (sameLanguage && !sameLabel && one.text !== other.text && one.text !== '' && other.text !== '')
    reported.push(`The ${name(one)} of ${the(page)} reads '${other.text}' now`);
  return reported;
}

/** What it says to a page object where that is another thing than its id or words. */
function ofLocators(before: Survey, after: Survey): string[] {
  const key = ({ page, locator }: LocatorFinding) => `${page}\n${locator}`;
  const old = new Map(before.locators.map((finding) => [key(finding), finding]));
  return after.locators.flatMap((finding) => {
    const was = old.get(key(finding));
    if (!was || was.found === 'page not seen' || finding.found === 'page not seen' || was.by === finding.by)
      return [];
    const how = (one: LocatorFinding) => one.by || 'not at all';
    return [
      `${upperFirst(finding.page)}: '${finding.locator}' was found by ${how(was)}, now ${how(finding)}`,
    ];
  });
}

const the = (page: string) => (page === 'Settings' ? page : `the ${page}`);
const name = ({ kind, text, id }: Thing) => `${kind} ${text === '' ? id : `'${text}'`}`;
const words = (things: readonly Thing[]) => things.map((thing) => thing.text || thing.id).join(', ');
