import type { Drift } from '../src/events.ts';
import { isPressable, within, type PageSource, type SourceNode } from './look.ts';
import type { Label, LabelBook } from './label.ts';

/**
 * Finds a thing by its role and place alone. Finds nothing where several fit: then a person decides, as a
 * guess could press the wrong thing.
 */
export interface Structure {
  /** In a few words, e.g. `the only password field of com.xiaomi.account`. */
  is: string;
  /** Ids that it rests on, the thing's own first: without one of them it finds nothing. */
  ids?: readonly string[];
  /** `known`: what the flow knows of the thing, e.g. the account's name. */
  find(look: PageSource, known?: string): SourceNode | undefined;
}

/** One way to find a thing. Its entries are equally expected, as releases differ. */
export interface Way {
  id?: readonly string[];
  label?: readonly Label[];
  /** For what has no ids and no words of the phone, such as a web page. */
  cls?: readonly string[];
  structure?: Structure;
  /**
   * The labels name rows of a list: the same words as a title or heading, which cannot be pressed, are
   * something else.
   */
  row?: true;
  /** The labels name things inside one of these ids: the same words elsewhere are something else. */
  inside?: readonly string[];
}

/**
 * Ways to find one thing, the expected one first: resource ids, then the ROM's labels, then role and
 * structure.
 */
export type Locator = readonly Way[];

/**
 * What proves that a page is displayed: one of the apps in front, and one of the ways. Data, so that one look
 * is matched against all pages.
 */
export interface Landmark {
  package?: readonly string[];
  ways?: Locator;
}

/** A thing found in a look, and how. */
export interface Found {
  node: SourceNode;
  /** Place of the way in its locator; 0 is the expected one. */
  way: number;
  /** E.g. `id com.xiaomi.account:id/logout_btn`. */
  by: string;
  label?: Label;
}

export const ids = (owner: string, ...names: string[]): string[] =>
  names.map((name) => `${owner}:id/${name}`);

/** Whether what proves a page is on the screen: the app in front, and one of the ways where any is named. */
export function shows(look: PageSource, { package: owner, ways }: Landmark, book: LabelBook): boolean {
  if (owner && !owner.includes(look.package)) return false;
  return ways === undefined || locate(ways, look, book) !== undefined;
}

/** Finds a thing by the first of its ways that fits. */
export function locate(
  locator: Locator,
  look: PageSource,
  book: LabelBook,
  known?: string,
): Found | undefined {
  for (const [way, { id = [], label = [], cls = [], structure, row, inside }] of locator.entries()) {
    const fits = (node: SourceNode) =>
      (!row || isPressable(node)) && (!inside || within(node).some((box) => inside.includes(box.id)));
    for (const one of id) {
      const node = look.byId(one);
      if (node) return { node, way, by: idWords(one) };
    }
    const labelled = look.byLabel(label, book, row || inside ? fits : undefined);
    if (labelled) return { ...labelled, way, by: labelWords(labelled.label) };
    const typed = look.nodes.find((node) => cls.includes(node.cls));
    if (typed) return { node: typed, way, by: `class ${typed.cls}` };
    const placed = structure?.find(look, known);
    if (structure && placed) return { node: placed, way, by: structure.is };
  }
  return undefined;
}

/**
 * The drift of a thing that was not found by its first way; `place` is where its locator stands,
 * e.g. `MiAccountPage.locators.signOut`.
 */
export function drift(
  { page, name, place, locator }: { page: string; name: string; place: string; locator: Locator },
  found: Found,
  look: PageSource,
): Drift {
  return {
    page,
    locator: name,
    wanted: wayWords(locator[0] ?? {}),
    found: found.by,
    advice: advice(place, found, look),
  };
}

function advice(place: string, { node: { id }, by, label }: Found, look: PageSource): string {
  const speaks = id !== '' && !isCommon(id) && look.nodes.filter((node) => node.id === id).length === 1;
  if (speaks) return `add the id ${id} first in ${place}`;
  if (label) return `put the label ${labelWords(label).slice('label '.length)} first in ${place}`;
  return `find out from the page source what distinguishes '${by}' on this release, and put it first in ${place}`;
}

/** An id that stands in every row of every list. */
export const isCommon = (id: string): boolean =>
  /^android:id\/(title|summary|text\d|icon|checkbox)$/.test(id);

const idWords = (id: string) => `id ${id}`;
const labelWords = ({ package: owner, name }: Label) => `label ${owner}:string/${name}`;

/** A way in words, e.g. `id com.xiaomi.account:id/logout_btn or label …`. */
export function wayWords({ id = [], label = [], cls = [], structure }: Way): string {
  return [
    ...id.map(idWords),
    ...label.map(labelWords),
    ...cls.map((one) => `class ${one}`),
    ...(structure ? [structure.is] : []),
  ].join(' or ');
}
