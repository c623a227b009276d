import type { Landmark, Locator } from '../../pageobjects/locator.ts';
import type { Label, LabelBook } from '../../pageobjects/page.ts';
import type { Phone } from './adb.ts';
import type { PhoneFacts } from './facts.ts';
import { labelPattern, parseNumber, type LabelPattern } from './label-pattern.ts';
import { openResources } from './resource-table.ts';

/** Android 12: the first release whose shell looks a resource up by name. */
const LOOKUP_SDK = 31;

// Told apart by marks no label holds; the exit code is read by && and ||, as the shells of all releases know them.
const FOUND = '@@found';
const MISSING = '@@missing';

/** All labels that the pages want, so that the phone is asked once. */
export function wantedLabels(
  pages: readonly { landmark: Landmark; locators?: Readonly<Record<string, Locator>>; labels?: readonly Label[] }[],
): Label[] {
  return pages.flatMap(({ landmark, locators = {}, labels = [] }) => {
    const ways = [...(landmark.ways ?? []), ...Object.values(locators).flat()];
    return [...ways.flatMap(({ label = [] }) => label), ...labels];
  });
}

/**
 * The phone's own wording of the labels, in its current language. Android 12 and later: asked with `cmd overlay lookup`, all in one
 * round trip. Before: the app's package is pulled and its resource table read.
 */
export async function readLabels(phone: Phone, facts: PhoneFacts, wanted: readonly Label[], signal?: AbortSignal): Promise<LabelBook> {
  const names = [...new Map(wanted.map((label) => [key(label), label])).values()];
  const found = facts.sdk >= LOOKUP_SDK ? await lookUp(phone, names, signal) : new Map<string, string>();
  // A release that does not let the shell look up is read like an old one.
  const raw = found.size > 0 ? found : await readPackages(phone, names, facts, signal);
  return labelBook(raw);
}

/** A book of labels from their raw resource strings, by `package:name`. */
export function labelBook(raw: ReadonlyMap<string, string>): LabelBook {
  const patterns = new Map<string, { exact: LabelPattern; loose: LabelPattern }>();
  for (const [name, text] of raw)
    if (text.trim() !== '') patterns.set(name, { exact: labelPattern(text), loose: labelPattern(text, { loose: true }) });
  return {
    text: (label) => raw.get(key(label)),
    matches: (label, text, exactly = false) => patterns.get(key(label))?.[exactly ? 'exact' : 'loose'].matches(text) ?? false,
    values: (label, text) => (patterns.get(key(label))?.loose.capture(text) ?? []).map((value) => String(parseNumber(value) ?? value)),
  };
}

const key = ({ package: owner, name }: Label) => `${owner}:${name}`;

async function lookUp(phone: Phone, labels: readonly Label[], signal?: AbortSignal): Promise<Map<string, string>> {
  const script = labels.map(
    ({ package: owner, name }) => `cmd overlay lookup --user 0 ${owner} ${owner}:string/${name} 2>&1 && echo ${FOUND} || echo ${MISSING}`,
  );
  const answers = (await phone.shell(script.join('; '), signal)).split(new RegExp(`^(${FOUND}|${MISSING})\\r?\\n?`, 'm'));
  const found = new Map<string, string>();
  labels.forEach((label, index) => {
    const [text = '', verdict] = answers.slice(2 * index, 2 * index + 2);
    if (verdict === FOUND) found.set(key(label), text.replace(/\r?\n$/, ''));
  });
  return found;
}

async function readPackages(
  phone: Phone,
  labels: readonly Label[],
  { language, sdk }: PhoneFacts,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const read = async (owner: string) => {
    const file = /^package:(\S+)/m.exec(await phone.shell(`pm path ${owner}`, signal))?.[1];
    if (!file) return;
    const resources = openResources(await phone.pull(file), { file, sdk });
    for (const label of labels.filter((candidate) => candidate.package === owner)) {
      const text = resources.string(label.name, language);
      if (text !== undefined) found.set(key(label), text);
    }
  };
  await Promise.all([...new Set(labels.map((label) => label.package))].map(read));
  return found;
}
