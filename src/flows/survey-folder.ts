import { join } from 'node:path';
import { PageSource } from '../../pageobjects/look.ts';
import type { LabelBook } from '../../pageobjects/label.ts';
import { privateFolder, writePrivate } from '../private-files.ts';
import type { Survey } from '../survey.ts';
import { paintOver } from './paint-over.ts';
import { findingsOn, KNOWN_LABELS, nameOf, thingsOn } from './recorded.ts';
import type { Observed } from './survey.ts';
import { coversOn, maskScreens } from './survey-mask.ts';

/**
 * Writes page sources, pictures and `survey.json` to the folder, which is made. What it says of the pages is
 * read from the masked ones: who reads the folder finds the same.
 */
export async function writeSurvey(
  folder: string,
  { seen, accounts, ways, notLookedAt, unchanged }: Observed,
  book: LabelBook,
  about: Pick<Survey, 'at' | 'deep' | 'phone' | 'faults'>,
): Promise<Survey> {
  privateFolder(folder);
  const known = KNOWN_LABELS.filter((label) => book.text(label) !== undefined);
  const masked = maskScreens(
    seen.map(({ look }) => look),
    { accounts, book, labels: known },
  );
  const screens = await Promise.all(
    masked.map(async ({ source, covers }, place) => {
      const look = new PageSource(source);
      const name = nameOf(look, book);
      const stem = `${String(place + 1).padStart(2, '0')}-${name.page.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
      writePrivate(join(folder, `${stem}.xml`), source);
      const { picture } = seen[place] ?? {};
      if (picture)
        writePrivate(join(folder, `${stem}.png`), await paintOver(picture, coversOn(picture, look, covers)));
      return {
        ...name,
        look,
        files: { source: `${stem}.xml`, ...(picture ? { screenshot: `${stem}.png` } : {}) },
      };
    }),
  );
  const pages = Map.groupBy(screens, ({ page }) => page);
  const key = ({ package: owner, name }: { package: string; name: string }) => `${owner}:${name}`;
  const survey: Survey = {
    version: 1,
    ...about,
    labels: Object.fromEntries(
      known.map((label): [string, string] => [key(label), book.text(label) ?? '']).sort(),
    ),
    missingLabels: [...new Set(KNOWN_LABELS.map(key))]
      .filter((name) => !known.some((label) => key(label) === name))
      .sort(),
    pages: [...pages].map(([page, own]) => ({
      page,
      known: own[0]?.known ?? false,
      screens: own.map(({ files }) => files),
      things: thingsOn(
        own.map(({ look }) => look),
        book,
      ),
    })),
    locators: findingsOn(
      screens.map(({ look }) => look),
      book,
    ),
    ways: ways.kept(
      seen.map(({ look }) => look),
      (screen) => screens[seen.findIndex(({ look }) => look === screen)]?.files.source ?? '',
      { book, account: accounts[0] },
    ),
    notLookedAt,
    unchanged,
  };
  writePrivate(join(folder, 'survey.json'), `${JSON.stringify(survey, null, 1)}\n`);
  return survey;
}
