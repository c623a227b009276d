import type { Browser } from 'webdriverio';
import { isPicture } from '../formats/png.ts';

/**
 * The screen as PNG. Undefined where the phone refuses one (a page marked secure) and where what it sends is no
 * picture of a screen.
 */
export async function pictureOf(browser: Pick<Browser, 'takeScreenshot'>): Promise<Buffer | undefined> {
  const text = await browser.takeScreenshot().catch(() => '');
  const png = Buffer.from(text, 'base64');
  return isPicture(png) ? png : undefined;
}
