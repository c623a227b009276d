import type { Browser } from 'webdriverio';
import type { LabelBook } from '../../pageobjects/label.ts';
import type { Phone } from '../phone/adb.ts';

/** A phone with an open WebDriver session, and the labels of its release. */
export interface PhoneSession {
  phone: Phone;
  browser: Browser;
  labels: LabelBook;
}
