import type { Browser } from 'webdriverio';
import type { PageSource } from '../../pageobjects/look.ts';
import type { Progress } from '../errors.ts';
import type { Drift } from '../events.ts';

/** What a flow reports while it runs. The flow writes, others read; there are no answers. */
export interface Journal {
  /** What has been done so far, for the report of how the flow ended. */
  readonly progress: Progress;
  /**
   * A page came into view. Resolves when its evidence is kept. `taken`: a picture that was begun after an earlier
   * look which showed the same. Missing: it is taken now.
   */
  page(name: string, look: PageSource, browser: Browser, taken?: Promise<Buffer | undefined>): Promise<void>;
  /**
   * As `page`, where nothing more is done on the phone: its picture, which was begun, is waited for by whatever else
   * is kept. Missing: `page` is called.
   */
  lastPage?(name: string, look: PageSource, browser: Browser, begun: Promise<Buffer | undefined>): void;
  /**
   * Keeps a picture (PNG) that a person is to look at; readable by its owner alone. Its path. Missing:
   * nothing is kept.
   */
  picture?(name: string, png: Buffer): string;
  /** Something is about to be done on the page, in a person's words. */
  step(what: string): void;
  /** Something a person should check, for the result and its page. Reported twice, it is kept once. */
  warn?(what: string): void;
  /** Something was not found by its first way. Reported twice, it is kept once. */
  drift(drift: Drift): void;
  /** The password is about to be submitted. Kept before this returns. */
  passwordSubmitted(): void;
}
