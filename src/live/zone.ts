import { nameTimeZone } from '../config/config.ts';

/**
 * For a test file of what people read: its process and all it starts are in one time zone, so that what is
 * expected stands in the test as text, on each computer the same. It is not UTC: a time that was not made local
 * is seen.
 */
export function beInSofia(): void {
  nameTimeZone('Europe/Sofia');
}
