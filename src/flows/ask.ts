import type { Clock } from '../clock.ts';
import type { Phone } from '../phone/adb.ts';
import { WAKE } from './entry.ts';
import type { Journal } from './journal.ts';
import type { Person, Question } from './recovery.ts';

export interface Asking {
  /** Stops while a person is asked. */
  clock: Clock;
  ask(question: Question): ReturnType<Person['ask']>;
}

/**
 * Asks a person for a flow on the phone. The time of the flow stops meanwhile, and afterwards the screen is
 * woken.
 */
export function asking(
  person: Person,
  phone: Phone,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Asking {
  let stopped = 0;
  return {
    clock: {
      now: () => clock.now(),
      elapsed: () => clock.elapsed() - stopped,
      sleep: (ms, why, ending) => clock.sleep(ms, why, ending),
    },
    async ask(question) {
      const began = clock.elapsed();
      const answer = await person.ask(question, signal);
      stopped += clock.elapsed() - began;
      await phone.shell(WAKE, signal);
      return answer;
    },
  };
}

/** Asks a person to read a captcha; `png` is its picture in base64, where there is one. */
export function captchaIn(png: string | undefined, journal: Pick<Journal, 'picture'>): Question {
  const picture = png && journal.picture?.('captcha', Buffer.from(png, 'base64'));
  return { what: 'captcha', prompt: 'Type the characters in the picture', ...(picture ? { picture } : {}) };
}

/** A code that the service has sent by itself. */
export const secondFactorQuestion: Question = {
  what: 'second-factor',
  prompt: "Type the code that was sent to the account's owner",
};
