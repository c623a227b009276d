import type { Browser } from 'webdriverio';
import type { LabelBook } from '../../pageobjects/label.ts';
import type { PageClass } from '../../pageobjects/page.ts';
import { adbOf, settingsWith } from '../config/config.ts';
import { AdbServer } from '../phone/adb.ts';
import { readFacts } from '../phone/facts.ts';
import { readLabels, wantedLabels } from '../phone/labels.ts';

const books = new WeakMap<Browser, Map<PageClass, Promise<LabelBook>>>();

/** Labels of the phone of any session, read over adb once for each page. */
export function labelsOverAdb(browser: Browser, pages: readonly PageClass[]): Promise<LabelBook> {
  const [first] = pages;
  const known = books.get(browser) ?? new Map<PageClass, Promise<LabelBook>>();
  books.set(browser, known);
  const book = (first && known.get(first)) ?? read(browser, pages);
  if (first) known.set(first, book);
  // A phone that did not answer may do so the next time.
  book.catch(() => first && known.delete(first));
  return book;
}

async function read(browser: Browser, pages: readonly PageClass[]): Promise<LabelBook> {
  const phone = phoneOf(browser);
  return readLabels(phone, await readFacts(phone), wantedLabels(pages));
}

/** The phone behind a session, as its capabilities name it. */
function phoneOf(browser: Browser) {
  const { requestedCapabilities: wanted } = browser as { requestedCapabilities?: Record<string, unknown> };
  const given = { ...(browser.capabilities as Record<string, unknown>), ...wanted };
  const text = (name: string) => {
    const value = given[`appium:${name}`] ?? given[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const serial = text('udid') ?? text('deviceUDID');
  if (serial === undefined)
    throw new TypeError("The session does not name its phone: give it the capability 'appium:udid'.");
  const [port, host] = [text('adbPort'), text('remoteAdbHost')];
  if (port === undefined) return new AdbServer(adbOf(settingsWith({}))).phone(serial);
  return new AdbServer(host === undefined ? Number(port) : { host, port: Number(port) }).phone(serial);
}
