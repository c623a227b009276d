import type { Browser } from 'webdriverio';

/**
 * How long a live test waits for what must come in a browser: it ends what hangs, and a slow computer takes far
 * less, ms.
 */
export const PATIENCE = 180_000;

/** For live tests: waits in a browser until it is so. `what` names it where the wait is in vain. */
export async function waitUntil(browser: Browser, what: string, isSo: () => Promise<boolean>): Promise<void> {
  await browser.waitUntil(isSo, { timeout: PATIENCE, interval: 100, timeoutMsg: `waited for ${what}` });
}
