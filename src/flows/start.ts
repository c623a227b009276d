import type { AdbAddress } from '../adb-address.ts';
import type { Browser } from 'webdriverio';
import { AdbServer, type Phone } from '../phone/adb.ts';
import { assertEligible, readFacts, type PhoneFacts } from '../phone/facts.ts';
import { readLabels, wantedLabels, type ReadingOptions } from '../phone/labels.ts';
import { CHANGE_PASSWORD_PAGES } from './change-password.ts';
import type { PhoneSession } from './session.ts';
import { SIGN_OUT_PAGES } from './sign-out.ts';

/** What any flow may meet. */
const PAGES = [...SIGN_OUT_PAGES, ...CHANGE_PASSWORD_PAGES];

/**
 * A phone with its session and its labels. The session may still be opening: the labels are read meanwhile.
 */
export async function phoneSession(
  phone: Phone,
  facts: PhoneFacts,
  session: Browser | Promise<Browser>,
  options: ReadingOptions = {},
): Promise<PhoneSession> {
  const [browser, labels] = await Promise.all([
    session,
    readLabels(phone, facts, wantedLabels(PAGES), options),
  ]);
  return { phone, browser, labels };
}

/** An attached phone that flows may touch, with what it says of itself. */
export async function lookAt(adb: AdbAddress, serial: string): Promise<{ phone: Phone; facts: PhoneFacts }> {
  const phone = new AdbServer(adb).phone(serial);
  const facts = await readFacts(phone);
  assertEligible(serial, facts);
  return { phone, facts };
}
