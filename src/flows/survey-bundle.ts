import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { ACCOUNT_MASK, MASK, type Survey } from '../survey.ts';
import type { Dump } from './survey-dumps.ts';

/** What a bundle says of itself: what was hidden where, and what is not in it. */
export interface BundleManifest {
  version: 1;
  /** Of the mi-unbind that made it. */
  by: string;
  files: { file: string; masked: string[] }[];
  leftOut: string[];
}

export interface Bundle {
  zip: Uint8Array;
  manifest: BundleManifest;
}

/**
 * A survey to hand on, as one ZIP with one folder that drops into `recorded/`: pages, answers, and a manifest.
 * Pictures stay with the owner of the phone.
 */
export function bundle(folder: string, survey: Survey, dumps: readonly Dump[], by: string): Bundle {
  const pages = survey.pages.flatMap(({ screens }) => screens.map(({ source }) => source));
  const kept: Survey = {
    ...survey,
    pages: survey.pages.map((page) => ({ ...page, screens: page.screens.map(({ source }) => ({ source })) })),
  };
  const contents: [string, string, string[]][] = [
    ['survey.json', `${JSON.stringify(kept, null, 1)}\n`, []],
    ...pages.map((file): [string, string, string[]] => {
      const source = readFileSync(join(folder, file), 'utf8');
      return [file, source, masksIn(source)];
    }),
    ...dumps.map(({ file, text, masked }): [string, string, string[]] => [file, text, masked]),
  ];
  const manifest: BundleManifest = {
    version: 1,
    by,
    files: contents.map(([file, , masked]) => ({ file, masked })),
    leftOut: ['pictures of the pages', 'every attribute of a page that no page object asks about'],
  };
  const name = basename(folder);
  const files: Zippable = Object.fromEntries(
    [...contents, ['manifest.json', `${JSON.stringify(manifest, null, 1)}\n`] as const].map(
      ([file, text]) => [`${name}/${file}`, strToU8(text)],
    ),
  );
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
