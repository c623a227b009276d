import { MiUnbindError } from '../src/errors.ts';
import { type Secret, withoutSecrets } from '../src/secret.ts';

/**
 * Why a secret could not be typed, without the secret: the server on the phone quotes a text that it could not set,
 * and a fault of WebdriverIO holds the request. A fault of ours holds none, and says what no other does: that the phone
 * is another run's by now.
 */
export const typingFault = (error: unknown, secret: Secret): Error =>
  error instanceof MiUnbindError ? error : new Error(withoutSecrets(String(error), [secret]));
