import type { Browser } from 'webdriverio';
import type { Phone } from '../phone/adb.ts';
import { joinHold } from '../store/hold.ts';
import type { Ledger } from '../store/ledger.ts';
import { hold } from './phone-hold.ts';
import { keepAsFound, leaveAsFound } from './phone-leave.ts';
import type { Station } from './station.ts';
import { watchedLedger, watchedSession } from './still-ours.ts';
import { ledgerIn, learn } from './store.ts';

/** The attached phone the specs run on, treated as in any other run: held, counted, and left as it was found. */

/** What the specs' first process has of it, from before its session to after it. */
export interface HeldPhone {
  /** Of the hold, for the process that works on the phone. */
  hold: string;
  /** In words what could not be undone on the phone, each with what to do. */
  end(): Promise<string[]>;
}

/** Throws a BusyError where another run works on it. */
export async function holdForSpecs(phone: Phone, station: Station): Promise<HeldPhone> {
  const held = await hold(phone, station);
  await keepAsFound(phone, held.phone, station);
  return {
    hold: held.id,
    async end() {
      const { warnings } = await leaveAsFound(phone, held, station);
      await held.release();
      return warnings;
    },
  };
}

/** What the specs use of it in the process that works on it. */
export interface SharedPhone {
  /** Passwords count with those of all other runs. */
  ledger: Ledger;
  /** Remembers names that were found to be one account's. */
  learn: (names: readonly string[]) => Promise<void>;
}

/** Watches the session: nothing more is done to the phone once another run has it. */
export async function shareHold(
  { id, serial }: { id: string; serial: string },
  browser: Browser,
  { settings, store }: Station,
): Promise<SharedPhone> {
  const { phoneAccount: account } = settings;
  const open = await store();
  const held = joinHold(open, { id, serial });
  const stillOurs = () => held.check();
  watchedSession(browser, stillOurs);
  const ledger = ledgerIn(open, settings, { names: account ? [account] : [] });
  return { ledger: watchedLedger(ledger, stillOurs), learn: (names) => learn(store, names) };
}
