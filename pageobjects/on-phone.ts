import type { Browser } from 'webdriverio';
import { systemClock, type Clock } from '../src/clock.ts';
import type { LabelBook } from './label.ts';
import { shows } from './locator.ts';
import { PageSource } from './look.ts';
import type { Page, PageClass } from './page.ts';

/** A page of a session that someone else has opened: `await MiAccountPage.on(browser)`. */

/** The phone's own labels that the pages need. */
export type LabelSource = (browser: Browser, pages: readonly PageClass[]) => Promise<LabelBook>;

let labelSource: LabelSource | undefined;

/** How labels are read; page objects know no phone. `mi-unbind/pageobjects` and the service say it. */
export function readLabelsWith(source: LabelSource): void {
  labelSource = source;
}

export interface Patience {
  /** How long the page may take to come, ms. Missing: ten seconds. */
  timeoutMs?: number;
  clock?: Clock;
}

const TEN_SECONDS = 10_000;
const LOOK_EVERY = 200;

/** The page once the phone shows it, as it is then: ask for it again after each tap. */
export async function pageOn<P extends Page>(
  page: PageClass<P>,
  browser: Browser,
  { timeoutMs = TEN_SECONDS, clock = systemClock }: Patience = {},
): Promise<P> {
  if (!labelSource)
    throw new TypeError("No labels can be read: import the page from 'mi-unbind/pageobjects'.");
  const labels = await labelSource(browser, [page]);
  const until = clock.elapsed() + timeoutMs;
  for (;;) {
    const look = new PageSource(await browser.getPageSource());
    if (shows(look, page.landmark, labels)) return new page(browser, look, labels);
    // Its words are other ones once the phone's language is.
    if (clock.elapsed() > until && !(await labels.refresh?.()))
      throw new Error(
        `The phone does not show the ${page.title}: in front is ${look.package || 'no app'} (waited ${timeoutMs} ms).`,
      );
    await clock.sleep(LOOK_EVERY, `the ${page.title}`);
  }
}
