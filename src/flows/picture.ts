import type { Browser } from 'webdriverio';
import { isPicture } from '../formats/png.ts';
import type { Phone } from '../phone/adb.ts';

/**
 * The screen as PNG. Undefined where the phone refuses one (a page marked secure) and where what it sends is no
 * picture of a screen.
 */
export async function pictureOf(browser: Pick<Browser, 'takeScreenshot'>): Promise<Buffer | undefined> {
  const text = await browser.takeScreenshot().catch(() => '');
  const png = Buffer.from(text, 'base64');
  return isPicture(png) ? png : undefined;
}

/**
 * The same by adb, so that the session may look meanwhile: Appium does one command of a session at a time. By the
 * session where adb gives none.
 */
export async function pictureBeside(
  phone: Pick<Phone, 'picture'>,
  browser: Pick<Browser, 'takeScreenshot'>,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const png = await phone.picture?.(signal).catch(() => undefined);
  return png && isPicture(png) ? png : pictureOf(browser);
}
