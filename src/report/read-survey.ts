import { z } from 'zod';
import { BadSurveyError, firstIssue, openSurvey } from '../formats/survey-files.ts';
import type { LocatorFinding, Survey, Thing } from '../survey.ts';

const text = z.string();
const words = z.record(text, text);
const kinds: Thing['kind'][] = ['button', 'row', 'heading', 'field', 'choice', 'picture', 'text', 'box'];
const ways: LocatorFinding['found'][] = ['id', 'label', 'structure', 'missing', 'page not seen'];

/** What a comparison reads of a survey. */
const schema = z.looseObject({
  version: z.literal(1),
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
  await using files = await openSurvey(path);
  const given = await files.survey();
  const { data, error } = schema.safeParse(given);
  if (data) return data as unknown as Survey;
  throw new BadSurveyError(firstIssue(error.issues));
}
