import type { Browser } from 'webdriverio';
import type { PageSource } from '../../pageobjects/look.ts';
import type { Progress } from '../errors.ts';
import type { Drift } from '../events.ts';

/** What a flow tells while it runs. Appended to and read by others; nobody answers. */
export interface Journal {
  /** What has been done so far, for whoever reads of the flow's end. */
  readonly progress: Progress;
  /** A page came into view. Resolves when its evidence is kept. */
  page(name: string, look: PageSource, browser: Browser): Promise<void>;
  /**
   * Keeps a picture (PNG) that a person is to look at; readable by its owner alone. Its path. Missing:
   * nothing is kept.
   */
  picture?(name: string, png: Buffer): string;
  /** Something is about to be done on the page, in a person's words. */
  step(what: string): void;
  /** Something a person should see to, in the result and on its page. Told again, it is kept once. */
  warn?(what: string): void;
  /** Something was not found in the first of its ways. Told again, it is kept once. */
  drift(drift: Drift): void;
  /** The password is about to be submitted. Kept before this returns. */
  passwordSubmitted(): void;
}
