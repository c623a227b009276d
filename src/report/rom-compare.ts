import type { IdFinding, LabelFinding, RomCheck, RomThing } from '../rom/check.ts';
import { upperFirst } from './page.ts';

/**
 * What a QA engineer would say has changed from one ROM to the next, a sentence each. Empty: nothing that
 * matters to a page object.
 */
export function compareRoms(before: RomCheck, after: RomCheck): string[] {
  return [
    ...ofApps(before, after),
    ...ofThings(before, after),
    ...pairsOf(idsOf(before), idsOf(after)).flatMap(([one, other]) => ofId(one, other, before, after)),
    ...pairsOf(labelsOf(before), labelsOf(after)).flatMap(([one, other]) => ofLabel(one, other)),
  ];
}

function ofApps(before: RomCheck, after: RomCheck): string[] {
  const versions = ({ apps }: RomCheck) => new Map(apps.map((app) => [app.package, app]));
  const [a, b] = [versions(before), versions(after)];
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((name) => {
    const [one, other] = [a.get(name), b.get(name)];
    if (!one || !other)
      return [`${name} was given only ${one ? 'before' : 'after'}: nothing of it is compared`];
    const [gone, fresh] = [without(one.languages, other.languages), without(other.languages, one.languages)];
    return [
      ...(one.version === other.version
        ? []
        : [`${name}: ${one.version || 'no version'} → ${other.version || 'no version'}`]),
      ...(gone.length > 0 ? [`${name} has no words any more in ${gone.join(', ')}`] : []),
      ...(fresh.length > 0 ? [`${name} has words also in ${fresh.join(', ')}`] : []),
    ];
  });
}

/** How page objects find their things: what they would say on a phone. */
function ofThings(before: RomCheck, after: RomCheck): string[] {
  const all = ({ pages }: RomCheck) =>
    new Map(
      pages.flatMap(({ page, things }) =>
        things.map((thing) => [`${page}\n${thing.locator}`, { page, thing }]),
      ),
    );
  const old = all(before);
  return [...all(after)].flatMap(([key, { page, thing }]) => {
    const was = old.get(key)?.thing;
    if (!was || unknown(was) || unknown(thing) || was.by === thing.by) return [];
    const what =
      thing.locator === 'landmark' ? upperFirst(`the ${page}`) : `${upperFirst(page)}: '${thing.locator}'`;
    return [`${what} was there by ${was.by || 'nothing'}, now by ${thing.by || 'nothing'}`];
  });
}

const unknown = ({ verdict }: RomThing): boolean => verdict === 'not-given';

const idsOf = ({ pages }: RomCheck) =>
  new Map(
    pages.flatMap(({ things }) => things.flatMap(({ ids }) => ids.map((one) => [one.id, one] as const))),
  );
const labelsOf = ({ pages }: RomCheck) =>
  new Map(
    pages
      .flatMap(({ things, reads }) => [...things.flatMap(({ labels }) => labels), ...reads])
      .map((one) => [one.label, one] as const),
  );

/** What is known of both sides. */
function pairsOf<T extends { state: string }>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
): [T, T][] {
  return [...a].flatMap(([key, one]): [T, T][] => {
    const other = b.get(key);
    return other && one.state !== 'not-given' && other.state !== 'not-given' ? [[one, other]] : [];
  });
}

function ofId(one: IdFinding, other: IdFinding, before: RomCheck, after: RomCheck): string[] {
  const { id } = one;
  if (one.state === 'there' && other.state === 'gone')
    return [`The id ${id} is gone${renamed(one, before, after)}`];
  if (one.state === 'gone' && other.state === 'there') return [`The id ${id} is new${inside(other.layouts)}`];
  // Ids of the framework stand everywhere.
  if (one.state === 'gone' || id.startsWith('android:')) return [];
  const [gone, fresh] = [without(one.layouts, other.layouts), without(other.layouts, one.layouts)];
  if (gone.length > 0 && fresh.length > 0)
    return [`The id ${id} moved: ${gone.join(', ')} → ${fresh.join(', ')}`];
  if (gone.length > 0) return [`The id ${id} stands no more in ${gone.join(', ')}`];
  return fresh.length > 0 ? [`The id ${id} stands also in ${fresh.join(', ')}`] : [];
}

const inside = (layouts: readonly string[]): string =>
  layouts.length > 0 ? `, in ${layouts.join(', ')}` : '';
const without = (all: readonly string[], others: readonly string[]): string[] =>
  all.filter((one) => !others.includes(one));

/** The id that came where another went: in the same layout, of the same kind, with the same words. */
function renamed({ id, layouts }: IdFinding, before: RomCheck, after: RomCheck): string {
  const owner = id.split(':')[0] ?? '';
  for (const name of layouts) {
    const [old, now] = [before.layouts[`${owner}:${name}`] ?? [], after.layouts[`${owner}:${name}`] ?? []];
    const was = old.find((thing) => thing.id === id);
    const fresh = now.filter((thing) => thing.id !== '' && !old.some((one) => one.id === thing.id));
    const alike = fresh.filter(({ cls }) => cls === was?.cls);
    const same = alike.filter(({ labels }) => labels.length > 0 && labels.join() === was?.labels.join());
    const [found, ...more] = same.length > 0 ? same : alike;
    if (found && more.length === 0) return `: ${name} has ${found.id} in its place`;
  }
  return inside(layouts).replace(', in', ' from');
}

function ofLabel(one: LabelFinding, other: LabelFinding): string[] {
  const { label } = one;
  if (one.state !== other.state)
    return [
      one.state === 'gone'
        ? `The string ${label} is new: ${quoted(other)}`
        : `The string ${label} is gone: ${quoted(one)}`,
    ];
  const tags = Object.keys({ ...one.wordings, ...other.wordings });
  const lost = tags.filter((tag) => !(tag in other.wordings));
  const gained = tags.filter((tag) => !(tag in one.wordings));
  const changed = tags.filter(
    (tag) => tag in one.wordings && tag in other.wordings && one.wordings[tag] !== other.wordings[tag],
  );
  const [first] = changed.includes('default') ? ['default'] : changed;
  const rest = changed.filter((tag) => tag !== first);
  return [
    ...(lost.length > 0 ? [`The string ${label} has no wording any more in ${lost.join(', ')}`] : []),
    ...(gained.length > 0 ? [`The string ${label} has a wording also in ${gained.join(', ')}`] : []),
    ...(first === undefined
      ? []
      : [
          `The string ${label} reads '${one.wordings[first]}' → '${other.wordings[first]}' (${first})${rest.length > 0 ? `, and reads otherwise in ${rest.join(', ')}` : ''}`,
        ]),
  ];
}

const quoted = ({ wordings }: LabelFinding): string =>
  `'${wordings['default'] ?? Object.values(wordings)[0] ?? ''}'`;
