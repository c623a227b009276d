import { isMailAddress } from '../account/mail-address.ts';
import { UsageError } from '../errors.ts';

/** One address, and nothing that could be a second one or a header. Throws a UsageError. */
export function addressOf(text: string): string {
  if (isMailAddress(text)) return text;
  throw new UsageError(
    "The owner's e-mail address is no address.",
    'correct owner_email in the list, one address, and run bulk with it again',
  );
}
