import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { ACCOUNT_MASK, MASK, type Survey } from '../survey.ts';
import { drawnFrom } from './drawn.ts';
import type { Dump } from './survey-dumps.ts';

/** What a bundle says of itself: what was hidden where, what was drawn, and what is not in it. */
export interface BundleManifest {
  version: 1;
  /** Of the mi-unbind that made it. */
  by: string;
  files: { file: string; masked: string[] }[];
  /** Pictures that are no screenshots, and what they were drawn from. */
  drawn: { file: string; from: string }[];
  leftOut: string[];
}

export interface Bundle {
  zip: Uint8Array;
  manifest: BundleManifest;
}

const STAMP = 'drawn from the masked page source';

/**
 * A picture of each page, by its file, drawn from the page as it was masked: what is in no page source (a
 * notification over it, what a web page paints) is in no picture either.
 */
export async function drawnPictures(folder: string, survey: Survey): Promise<Map<string, Buffer>> {
  const [width = 0, height = 0] = survey.phone.screen.split('x').map(Number);
  const pictures = new Map<string, Buffer>();
  for (const { source } of survey.pages.flatMap(({ screens }) => screens))
    pictures.set(
      source,
      await drawnFrom(readFileSync(join(folder, source), 'utf8'), {
        stamp: STAMP,
        ...(width > 0 && height > 0 ? { screen: { width, height } } : {}),
      }),
    );
  return pictures;
}

/**
 * A survey to hand on, as one ZIP with one folder that drops into `recorded/`: pages with the pictures drawn of
 * them, answers, and a manifest. Screenshots stay with the owner of the phone.
 */
export function bundle(
  folder: string,
  survey: Survey,
  { dumps, by, pictures }: { dumps: readonly Dump[]; by: string; pictures: ReadonlyMap<string, Buffer> },
): Bundle {
  const pages = survey.pages.flatMap(({ screens }) => screens.map(({ source }) => source));
  const pictureOf = (source: string) => source.replace(/\.xml$/, '.png');
  const kept: Survey = {
    ...survey,
    pages: survey.pages.map((page) => ({
      ...page,
      screens: page.screens.map(({ source }) => ({
        source,
        ...(pictures.has(source) ? { screenshot: pictureOf(source) } : {}),
      })),
    })),
  };
  const contents: [string, string, string[]][] = [
    ['survey.json', `${JSON.stringify(kept, null, 1)}\n`, []],
    ...pages.map((file): [string, string, string[]] => {
      const source = readFileSync(join(folder, file), 'utf8');
      return [file, source, masksIn(source)];
    }),
    ...dumps.map(({ file, text, masked }): [string, string, string[]] => [file, text, masked]),
  ];
  const drawn = [...pictures.keys()].map((source) => ({ file: pictureOf(source), from: source }));
  const manifest: BundleManifest = {
    version: 1,
    by,
    files: contents.map(([file, , masked]) => ({ file, masked })),
    drawn,
    leftOut: [
      'screenshots: notifications and what web pages paint cannot be masked in them',
      'every attribute of a page that no page object asks about',
    ],
  };
  const name = basename(folder);
  const files: Zippable = Object.fromEntries(
    [...contents, ['manifest.json', `${JSON.stringify(manifest, null, 1)}\n`] as const].map(
      ([file, text]) => [`${name}/${file}`, strToU8(text)],
    ),
  );
  for (const { file, from } of drawn) files[`${name}/${file}`] = [pictures.get(from) as Buffer, { level: 0 }];
  return { zip: zipSync(files), manifest };
}

function masksIn(source: string): string[] {
  const count = (mask: string) => source.split(mask).length - 1;
  const [accounts, words] = [count(ACCOUNT_MASK), count(`"${MASK}"`)];
  return [
    ...(words > 0 ? [`${words} texts that may be the owner's: ${MASK}`] : []),
    ...(accounts > 0 ? [`${accounts} names of the account: ${ACCOUNT_MASK}`] : []),
  ];
}
