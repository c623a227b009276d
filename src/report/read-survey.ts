import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BadZipError, openZip } from '../formats/zip.ts';
import type { LocatorFinding, Survey, Thing } from '../survey.ts';

/** Files of a bundle, bytes of all, and of survey.json. */
const LIMITS = { files: 2000, bytes: 256 * 1024 * 1024 } as const;
const MAX_SURVEY = 8 * 1024 * 1024;

const text = z.string();
const words = z.record(text, text);
const kinds: Thing['kind'][] = ['button', 'row', 'heading', 'field', 'choice', 'picture', 'text', 'box'];
const ways: LocatorFinding['found'][] = ['id', 'label', 'structure', 'missing', 'page not seen'];

/** What a comparison reads of a survey. */
const schema = z.looseObject({
  version: z.literal(1, { error: ({ input }) => `version ${String(input)} cannot be read, only version 1` }),
  deep: z.boolean(),
  phone: z.looseObject({
    ...{ model: text, release: text, android: text, build: text, region: text, language: text },
    ...{ adbInput: text, adbInstall: text, apps: words, signedIn: z.boolean() },
  }),
  labels: words,
  pages: z.array(
    z.looseObject({
      page: text,
      things: z.array(z.looseObject({ kind: z.enum(kinds), id: text, text, label: text })),
    }),
  ),
  locators: z.array(
    z.looseObject({ page: text, locator: text, found: z.enum(ways), by: text, expected: z.boolean() }),
  ),
});

/** Reads a survey to compare it: its folder, or its bundle. Throws in words where it is none. */
export async function surveyAt(path: string): Promise<Survey> {
  const json = statSync(path).isDirectory()
    ? readFileSync(join(path, 'survey.json'), 'utf8')
    : await surveyInZip(path);
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch (cause) {
    throw new RangeError('its survey.json is no JSON', { cause });
  }
  const { data, error } = schema.safeParse(given);
  if (data) return data as unknown as Survey;
  const [first] = error.issues;
  throw new RangeError(`its survey.json is none: ${first?.path.join('.') || 'all'}: ${first?.message}`);
}

async function surveyInZip(file: string): Promise<string> {
  await using zip = await openZip(file, LIMITS);
  const [name, ...more] = zip.names.filter((one) => /^([^/]+\/)?survey\.json$/.test(one));
  const bytes = name !== undefined && more.length === 0 ? await zip.read(name, MAX_SURVEY) : undefined;
  if (!bytes) throw new BadZipError('it is a ZIP file without one survey.json');
  return bytes.toString('utf8');
}
