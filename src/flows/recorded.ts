import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'webdriverio';
import { isPressable, isTypedInto, PageSource, type SourceNode } from '../../pageobjects/look.ts';
import { isCommon, locate, shows } from '../../pageobjects/locator.ts';
import type { Label, LabelBook } from '../../pageobjects/label.ts';
import type { PageClass } from '../../pageobjects/page.ts';
import { EmptyWebPage } from '../../pageobjects/web-step.ts';
import { labelBook, wantedLabels } from '../phone/labels.ts';
import { ACCOUNT_MASK, MASK, type LocatorFinding, type Survey, type Thing } from '../survey.ts';
import { dumpFaults } from './survey-dumps.ts';
import { CHANGE_PASSWORD_PAGES } from './change-password.ts';
import { SIGN_OUT_PAGES } from './sign-out.ts';

/** Every page that a flow on the phone may meet and that a look alone shows. The first that fits is meant. */
export const KNOWN_PAGES: readonly PageClass[] = [
  ...new Set<PageClass>([...CHANGE_PASSWORD_PAGES, ...SIGN_OUT_PAGES]),
].filter(({ vague }) => !vague);
export const KNOWN_LABELS: readonly Label[] = wantedLabels(KNOWN_PAGES);

/** A survey with its pages as they were on the screen, to try page objects on without a phone. */
export interface Recorded {
  survey: Survey;
  book: LabelBook;
  screens: { page: string; source: string; look: PageSource }[];
}

/**
 * Reads a folder that a survey has written. Throws where a file is missing or `survey.json` is of another
 * version.
 */
export function loadSurvey(folder: string): Recorded {
  const survey = readSurvey(folder);
  const screens = survey.pages.flatMap(({ page, screens: files }) =>
    files.map(({ source }) => ({
      page,
      source,
      look: new PageSource(readFileSync(join(folder, source), 'utf8')),
    })),
  );
  return { survey, book: labelBook(new Map(Object.entries(survey.labels))), screens };
}

export function readSurvey(folder: string): Survey {
  const file = join(folder, 'survey.json');
  const survey = JSON.parse(readFileSync(file, 'utf8')) as Survey;
  if (survey.version !== 1)
    throw new Error(`${file} is of version ${String(survey.version)}, and only version 1 can be read`);
  return survey;
}

/** What a folder in `recorded/` no longer says of itself; empty where all is as it was. */
export function recordedFaults(folder: string): string[] {
  const { survey, book, screens } = loadSurvey(folder);
  const known = new Set(survey.pages.flatMap((page) => (page.known ? [page.page] : [])));
  const pages = screens.flatMap(({ page, source, look }) => {
    const { page: now } = nameOf(look, book);
    return known.has(page) && now !== page ? [`${source}: the ${page} is taken for the ${now}`] : [];
  });
  const looks = screens.map(({ look }) => look);
  const findings = findingsOn(looks, book);
  const place = ({ page, locator }: LocatorFinding) => `${page}: ${locator}`;
  const now = new Map(findings.map((finding) => [place(finding), finding]));
  const things = findings.flatMap((one) =>
    one.found === 'missing' ? [`${place(one)} is on the page in another way: add it to the page object`] : [],
  );
  const changed = survey.locators
    .filter(({ expected }) => expected)
    .flatMap((before) => {
      const by = now.get(place(before))?.by ?? '';
      return by === before.by
        ? []
        : [`${place(before)} was found by ${before.by}, now by ${by || 'nothing'}`];
    });
  return [...(screens.length === 0 ? ['it has no page'] : []), ...pages, ...things, ...changed, ...answers()];

  function answers(): string[] {
    const at = join(folder, 'answers');
    const names = existsSync(at) ? readdirSync(at) : [];
    return dumpFaults(
      new Map(names.map((name) => [`answers/${name}`, readFileSync(join(at, name), 'utf8')])),
      survey,
    );
  }
}

/** As the page on the screen is called, and whether a page object knows it. */
export function nameOf(look: PageSource, book: LabelBook): { page: string; known: boolean } {
  const known = recognised(look, book);
  return { page: known?.title ?? `page of ${look.package || 'no app'}`, known: known !== undefined };
}

/** Pages are only looked at here, not touched. */
const NO_PHONE = {} as Browser;

/** What some pages say beside their landmark of whether they are there. */
interface Certain {
  isShown?: boolean;
  isEmpty?: boolean;
}

function recognised(look: PageSource, book: LabelBook): PageClass | undefined {
  return KNOWN_PAGES.find((Class) => {
    if (!shows(look, Class.landmark, book)) return false;
    const { isShown = true, isEmpty } = new Class(NO_PHONE, look, book) as Certain;
    return Class === EmptyWebPage ? isEmpty === true : isShown;
  });
}

/** Parts of a page that it has at times only: where they are not, nothing is missing. */
export const AT_TIMES = ['captcha', 'captchaPicture', 'secondFactor', 'tile'];

/** For every thing of every page: the first way it was found on any of the screens of its page. */
export function findingsOn(looks: readonly PageSource[], book: LabelBook): LocatorFinding[] {
  const named = looks.map((look) => ({ look, Class: recognised(look, book) }));
  return KNOWN_PAGES.flatMap((Class) => {
    const own = named.filter((one) => one.Class === Class).map(({ look }) => look);
    const { title: page, landmark, locators = {} } = Class;
    const finding = (locator: string, more: Omit<LocatorFinding, 'page' | 'locator'>): LocatorFinding => ({
      page,
      locator,
      ...more,
    });
    const things = Object.entries({ ...(landmark.ways ? { landmark: landmark.ways } : {}), ...locators });
    if (!landmark.ways && own.length > 0)
      things.unshift([
        'landmark',
        [{ structure: { is: `its app in front`, find: (look) => look.nodes[0] } }],
      ]);
    if (own.length === 0) return [finding('landmark', { found: 'page not seen', by: '', expected: false })];
    return things.flatMap(([name, locator]) => {
      const [best] = own
        .flatMap((look) => locate(locator, look, book, ACCOUNT_MASK) ?? [])
        .sort((one, other) => one.way - other.way);
      if (!best && AT_TIMES.includes(name)) return [];
      if (!best) return finding(name, { found: 'missing', by: '', expected: false });
      const found = best.label
        ? 'label'
        : best.by.startsWith('id ') && locator[best.way]?.id
          ? 'id'
          : 'structure';
      return finding(name, { found, by: best.by, expected: best.way === 0 });
    });
  });
}

/** What is on the screens of one page, each thing once, in the order of the page. */
export function thingsOn(looks: readonly PageSource[], book: LabelBook): Thing[] {
  const things = looks.flatMap((look) => look.nodes).flatMap((node) => thingOf(node, book) ?? []);
  return [...new Map(things.map((thing) => [Object.values(thing).join('\n'), thing])).values()];
}

function thingOf(node: SourceNode, book: LabelBook): Thing | undefined {
  const shown = node.text || node.desc;
  const text = shown === MASK || shown === ACCOUNT_MASK ? '' : shown;
  const id = isCommon(node.id) ? '' : node.id;
  if (id === '' && text === '') return undefined;
  const named = text === '' ? undefined : KNOWN_LABELS.find((label) => book.matches(label, text, true));
  return { kind: kindOf(node), id, text, label: named ? `${named.package}:string/${named.name}` : '' };
}

function kindOf(node: SourceNode): Thing['kind'] {
  const cls = node.cls.split('.').at(-1) ?? '';
  if (/^(Image)?Button$/.test(cls)) return 'button';
  if (isTypedInto(node.cls)) return 'field';
  if (/^(RadioButton|CheckBox|Switch|ToggleButton)$/.test(cls)) return 'choice';
  if (node.id === 'android:id/title') return isPressable(node) ? 'row' : 'heading';
  if (/Image(View)?$/.test(cls)) return 'picture';
  return node.text !== '' ? 'text' : 'box';
}
