import type { LabelFinding, RomCheck, RomPage, RomThing, RomVerdict } from '../rom/check.ts';
import { upperFirst } from './page.ts';

/** Verdicts that a page object has to be changed for. */
export const isFault = (verdict: RomVerdict): boolean => verdict === 'gone' || verdict === 'other-way';

export const VERDICTS: Readonly<Record<RomVerdict, readonly [mark: string, tone: string, words: string]>> = {
  there: ['✓', 'good', 'there'],
  'other-way': ['≈', 'fair', 'there in another way'],
  gone: ['✕', 'bad', 'gone'],
  'needs-phone': ['·', '', 'a phone has to show it'],
  'not-in-rom': ['·', '', 'not in this ROM, as in some releases'],
  'not-given': ['?', '', 'not checked: its app was not given'],
};

export type RomCounts = Readonly<Record<RomVerdict, number>>;

export function romCounts({ pages }: RomCheck): RomCounts {
  const counts = { there: 0, 'other-way': 0, gone: 0, 'needs-phone': 0, 'not-in-rom': 0, 'not-given': 0 };
  for (const { verdict } of pages.flatMap(({ things }) => things)) counts[verdict]++;
  return counts;
}

/** Whether nothing has to be changed: all that was looked for is there, and each file was read. */
export function isRomSound(check: RomCheck): boolean {
  const { there, gone, 'other-way': others } = romCounts(check);
  // Where nothing could be checked, nothing is sound.
  return there > 0 && gone + others + check.unread.length === 0;
}

export function romVerdict(check: RomCheck): string {
  const { there, gone, 'other-way': others, 'not-given': rest } = romCounts(check);
  const all = there + gone + others;
  const parts = [
    ...(gone > 0 ? [`${gone} of ${all} things are gone`] : []),
    ...(others > 0 ? [`${others} of ${all} things are there in another way`] : []),
    ...(gone + others === 0
      ? [there === 0 ? 'nothing could be checked' : `All ${all} things are there`]
      : []),
    ...(rest > 0 ? [`${rest} were not checked`] : []),
    ...(check.unread.length > 0 ? [`${countOf(check.unread.length, 'file')} could not be read`] : []),
  ];
  return upperFirst(parts.join(', '));
}

export const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What is wrong with a thing, in a sentence; what was found of it, where nothing is. */
export function thingWords(
  { locator, verdict, by, wanted, layouts, labels }: RomThing,
  page: string,
): string {
  const what = locator === 'landmark' ? upperFirst(`the ${page}`) : `'${locator}' of the ${page}`;
  const where = layouts.length > 0 ? `, in ${layouts.slice(0, 3).join(', ')}${more(layouts.length - 3)}` : '';
  if (verdict === 'gone') return `${what} is gone: the ROM has no ${wanted}.`;
  if (verdict === 'other-way') return `${what} is there by ${by}${where}; the ROM has no ${wanted}.`;
  if (verdict === 'there') return `${what} is there by ${by}${where}${languageWords(by, labels)}.`;
  return `${what}: ${VERDICTS[verdict][2]}.`;
}

const more = (count: number): string => (count > 0 ? ` and ${count} more` : '');

function languageWords(by: string, labels: readonly LabelFinding[]): string {
  const label = labels.find((one) => by === `label ${one.label}`);
  return label && label.missing.length > 0 ? `; ${missingWords(label)}` : '';
}

/** Languages in which a label has no words of its own. */
export function missingWords({ missing, wordings }: LabelFinding): string {
  const shown = `${missing.slice(0, 8).join(', ')}${more(missing.length - 8)}`;
  return 'default' in wordings
    ? `a phone in ${shown} shows its default words`
    : `it has no words in ${shown}, and no default`;
}

/** What a person has to know, a sentence each, the worst first. */
export function romSentences(check: RomCheck): string[] {
  const things = check.pages.flatMap(({ page, things: all }) => all.map((thing) => ({ page, thing })));
  const of = (verdict: RomVerdict) =>
    things
      .filter(({ thing }) => thing.verdict === verdict)
      .map(({ page, thing }) => `${VERDICTS[verdict][0]} ${upperFirst(thingWords(thing, page))}`);
  const pages = (verdict: RomVerdict) =>
    check.pages.filter((page) => page.verdict === verdict).map(({ page }) => page);
  const list = (mark: string, what: string, names: readonly string[]) =>
    names.length > 0 ? [`${mark} ${what}: ${names.join(', ')}.`] : [];
  return [
    ...check.unread.map(({ why }) => `✕ ${why}`),
    ...of('gone'),
    ...of('other-way'),
    ...check.pages.flatMap(apartWords),
    ...languageSentences(check),
    ...list('?', 'Not given', check.notGiven),
    ...check.apps.filter(({ nameless }) => nameless).map(namelessWords),
    ...list('·', 'Not in this ROM, as in some releases', pages('not-in-rom')),
    ...list('·', 'Only a phone shows', pages('needs-phone')),
  ];
}

const namelessWords = ({ package: name }: { package: string }): string =>
  `? The build of ${name} took the names of its resources away: nothing can be said of them.`;

function apartWords({ page, apart, layout }: RomPage): string[] {
  if (apart.length === 0) return [];
  const names = apart.map((name) => `'${name}'`).join(', ');
  return [
    `≈ ${names} of the ${page}: the id is there, and not in ${layout?.name ?? 'a layout'} with the page itself.`,
  ];
}

/** Labels that some language lacks: the phone shows others' words, and is understood. */
function languageSentences({ pages }: RomCheck): string[] {
  const labels = new Map(
    pages
      .flatMap(({ things }) => things.flatMap((thing) => thing.labels))
      .map((label) => [label.label, label]),
  );
  return [...labels.values()]
    .filter(({ state, missing }) => state === 'there' && missing.length > 0)
    .map((label) => `· ${label.label}: ${missingWords(label)}.`);
}
