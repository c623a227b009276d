import type { Browser } from 'webdriverio';
import type { Guard } from '../host/adb-gate.ts';
import type { Phone } from '../phone/adb.ts';
import type { Ledger } from '../store/ledger.ts';

/** Rejects where this run has lost its phone or its job, and must not do anything more. */
export type StillOurs = () => Promise<void>;

type Command = (...args: unknown[]) => Promise<unknown>;
type Overwrite = (
  name: string,
  run: (origin: Command, ...args: unknown[]) => Promise<unknown>,
  onElements?: boolean,
) => void;

/** What touches a phone: by an element, and by the session. */
const TOUCHES = ['click', 'setValue', 'addValue', 'clearValue'];
const GESTURES = ['back', 'execute', 'performActions'];

/**
 * A session that asks before each touch. Pages and flows need not know of it: a process that stood still
 * while another one took its phone over goes on in the middle of any of them.
 */
export function watchedSession(browser: Browser, stillOurs: StillOurs): Browser {
  const overwrite = browser.overwriteCommand.bind(browser) as unknown as Overwrite;
  const asking = async (origin: Command, ...args: unknown[]): Promise<unknown> => {
    await stillOurs();
    return origin(...args);
  };
  for (const name of TOUCHES) overwrite(name, asking, true);
  for (const name of GESTURES) overwrite(name, asking);
  return browser;
}

/**
 * A ledger that asks before each entry, which would keep the run that has the phone now from doing what it says.
 */
export function watchedLedger(ledger: Ledger, stillOurs: StillOurs): Ledger {
  return {
    async enter(entry) {
      await stillOurs();
      return ledger.enter(entry);
    },
    count: (account, act) => ledger.count(account, act),
  };
}

/** A phone of which nothing is asked where another run may have it by now: a page is opened by its shell too. */
export function watchedPhone(phone: Phone, { isSure, check }: Guard): Phone {
  const asked = async () => (isSure() ? undefined : check());
  return {
    serial: phone.serial,
    shell: async (command, signal) => {
      await asked();
      return phone.shell(command, signal);
    },
    pull: (path) => phone.pull(path),
    ...(phone.loss && { loss: () => phone.loss!() }),
    ...(phone.picture && { picture: (signal) => phone.picture!(signal) }),
  };
}
