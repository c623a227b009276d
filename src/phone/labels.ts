import type { Landmark, Locator } from '../../pageobjects/locator.ts';
import type { Label, LabelBook } from '../../pageobjects/label.ts';
import { PhoneLostError, UnreadableApkError } from '../errors.ts';
import type { Phone } from './adb.ts';
import { readLanguage, type PhoneFacts } from './facts.ts';
import { keep, recall, type Edition } from './label-cache.ts';
import { labelPattern, parseNumber, type LabelPattern } from './label-pattern.ts';
import { openResources } from './resource-table.ts';
import { Steps } from './steps.ts';
import { shellWord } from '../words/shell-word.ts';

const FRAMEWORK = 'android';

/** Android 12: the first release whose shell looks a resource up by name. */
const LOOKUP_SDK = 31;

// Told apart by marks no label holds; the exit code is read by && and ||, as the shells of all releases know
// them.
const FOUND = '@@found';
const MISSING = '@@missing';

/** What no label says: a character of Unicode's private use. */
const NO_WORDS = '\uE000';

/** Of comparing labels with what one look shows: below a second. A page of the ROM takes a hundredth. */
const STEPS = 30_000_000;

/** All labels that the pages want, so that the phone is asked once. */
export function wantedLabels(
  pages: readonly {
    landmark: Landmark;
    locators?: Readonly<Record<string, Locator>>;
    labels?: readonly Label[];
  }[],
): Label[] {
  return pages.flatMap(({ landmark, locators = {}, labels = [] }) => {
    const ways = [...(landmark.ways ?? []), ...Object.values(locators).flat()];
    return [...ways.flatMap(({ label = [] }) => label), ...labels];
  });
}

export interface ReadingOptions {
  signal?: AbortSignal | undefined;
  /**
   * Folder on this computer where what was read is kept: the phone is asked only for what is not there.
   * Missing: nothing is kept.
   */
  cache?: string | undefined;
}

/**
 * The phone's own wording of the labels, in its current language. Android 12 and later: asked with `cmd
 * overlay lookup`, all in one round trip. Before: the app's package is pulled and its resource table read.
 */
export async function readLabels(
  phone: Phone,
  facts: PhoneFacts,
  wanted: readonly Label[],
  { signal, cache }: ReadingOptions = {},
): Promise<LabelBook> {
  const labels = [...new Map(wanted.map((label) => [key(label), label])).values()];
  let current = facts;
  let book = labelBook(await readRaw(phone, current, labels, { signal, cache }));
  return {
    matches: (...question) => book.matches(...question),
    values: (...question) => book.values(...question),
    text: (label) => book.text(label),
    async refresh(ending) {
      const language = await readLanguage(phone, ending);
      if (language === undefined || language === current.language) return false;
      current = { ...current, language };
      book = labelBook(await readRaw(phone, current, labels, { signal: ending, cache }));
      return true;
    },
  };
}

/**
 * A book of labels from their raw resource strings, by `package:name`. Throws BadAnswerError where what is on
 * the phone would take too long to compare.
 */
export function labelBook(raw: ReadonlyMap<string, string>): LabelBook {
  const steps = new Steps(STEPS, {
    asked: 'the words on its screen',
    came: 'labels and texts that take too long to compare',
  });
  const step = (count: number) => steps.take(count);
  const patterns = new Map<string, { exact: LabelPattern; readonly loose: LabelPattern }>();
  for (const [name, text] of raw) {
    const exact = labelPattern(text, { step });
    let loose: LabelPattern | undefined;
    // One that is nothing but a placeholder would be on every page.
    if (text.trim() !== '' && !exact.matches(NO_WORDS))
      patterns.set(name, {
        exact,
        get loose() {
          return (loose ??= labelPattern(text, { loose: true, step }));
        },
      });
  }
  return {
    text: (label) => raw.get(key(label)),
    matches: (label, text, exactly = false) =>
      patterns.get(key(label))?.[exactly ? 'exact' : 'loose'].matches(text) ?? false,
    values: (label, text) =>
      (patterns.get(key(label))?.loose.capture(text) ?? []).map((value) =>
        String(parseNumber(value) ?? value),
      ),
  };
}

const key = ({ package: owner, name }: Label) => `${owner}:${name}`;

/** What is kept, and what the phone is asked beside it: raw resource strings by `package:name`. */
async function readRaw(
  phone: Phone,
  facts: PhoneFacts,
  labels: readonly Label[],
  { signal, cache }: ReadingOptions,
): Promise<Map<string, string>> {
  const owners = [...new Set(labels.map((label) => label.package))];
  const kept = new Map<string, string | null>();
  const shelves = owners.flatMap((owner) => {
    const edition = cache === undefined ? undefined : editionOf(owner, facts, phone.serial);
    return cache === undefined || !edition ? [] : [{ owner, edition, folder: cache }];
  });
  await Promise.all(
    shelves.map(async ({ owner, edition, folder }) => {
      for (const [name, text] of await recall(folder, edition)) kept.set(key({ package: owner, name }), text);
    }),
  );
  const missing = labels.filter((label) => !kept.has(key(label)));
  const { found, asked } =
    missing.length === 0
      ? { found: new Map<string, string>(), asked: [] }
      : await ask(phone, facts, missing, signal);
  await Promise.all(
    shelves.map(async ({ owner, edition, folder }) => {
      const fresh = asked.filter((label) => label.package === owner);
      if (fresh.length > 0)
        await keep(
          folder,
          edition,
          new Map(fresh.map((label) => [label.name, found.get(key(label)) ?? null])),
        );
    }),
  );
  return new Map(
    [...kept, ...found].flatMap(([name, text]) => (text === null ? [] : [[name, text] as const])),
  );
}

/** Undefined where it is not known which version of the package is on the phone. */
function editionOf(
  owner: string,
  { apps, build, model, language }: PhoneFacts,
  serial: string,
): Edition | undefined {
  const version = owner === FRAMEWORK ? build : apps[owner];
  // By phone: versions are what a phone says of itself.
  return version && build ? [owner, version, build, model, language, serial] : undefined;
}

/** `asked`: for which the phone gave a whole answer, also that there is no such string. */
async function ask(
  phone: Phone,
  facts: PhoneFacts,
  labels: readonly Label[],
  signal?: AbortSignal,
): Promise<{ found: Map<string, string>; asked: readonly Label[] }> {
  const found = facts.sdk >= LOOKUP_SDK ? await lookUp(phone, labels, signal) : new Map<string, string>();
  // A release that does not let the shell look up is read like an old one.
  return found.size > 0 ? { found, asked: labels } : readPackages(phone, labels, facts, signal);
}

async function lookUp(
  phone: Phone,
  labels: readonly Label[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const script = labels.map(
    ({ package: owner, name }) =>
      `cmd overlay lookup --user 0 ${shellWord(owner)} ${shellWord(`${owner}:string/${name}`)} 2>/dev/null && echo ${FOUND} || echo ${MISSING}`,
  );
  const answers = (await phone.shell(script.join('; '), signal)).split(
    new RegExp(`^(${FOUND}|${MISSING})\\r?\\n?`, 'm'),
  );
  const found = new Map<string, string>();
  labels.forEach((label, index) => {
    const [text = '', verdict] = answers.slice(2 * index, 2 * index + 2);
    // A cable pulled in the middle ends the answer without an error.
    if (verdict === undefined) throw new PhoneLostError(phone.serial, { passwordSubmitted: false });
    if (verdict === FOUND) found.set(key(label), text.replace(/\r?\n$/, ''));
  });
  return withoutWarning(found);
}

/** Some phones have a warning to give at each command: then all answers begin with the same line. */
function withoutWarning(found: Map<string, string>): Map<string, string> {
  const [warning, ...others] = new Set([...found.values()].map((text) => /^.*\n/.exec(text)?.[0]));
  if (found.size < 2 || warning === undefined || others.length > 0) return found;
  return new Map([...found].map(([name, text]) => [name, text.slice(warning.length)]));
}

async function readPackages(
  phone: Phone,
  labels: readonly Label[],
  { language, sdk }: PhoneFacts,
  signal?: AbortSignal,
): Promise<{ found: Map<string, string>; asked: readonly Label[] }> {
  const found = new Map<string, string>();
  const asked: Label[] = [];
  const read = async (owner: string) => {
    const file = /^package:(\S+)/m.exec(await phone.shell(`pm path ${shellWord(owner)}`, signal))?.[1];
    if (!file) return;
    const resources = await openResources(await phone.pull(file), { file, sdk });
    for (const label of labels.filter((candidate) => candidate.package === owner)) {
      const text = resources.string(label.name, language);
      if (text !== undefined) found.set(key(label), text);
      asked.push(label);
    }
  };
  const owners = [...new Set(labels.map((label) => label.package))];
  // The framework's own words are a fallback, and its package is the largest: without them the rest is as
  // good.
  const ignore = (error: unknown) => {
    if (!(error instanceof UnreadableApkError)) throw error;
  };
  await Promise.all(owners.map((owner) => (owner === FRAMEWORK ? read(owner).catch(ignore) : read(owner))));
  return { found, asked };
}
