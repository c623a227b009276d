import { join } from 'node:path';
import type { Browser } from 'webdriverio';
import { readLabelsWith } from '../../pageobjects/on-phone.ts';
import { masked } from '../codes/addresses.ts';
import type { Baseline, CodeSource } from '../codes/source.ts';
import type { Settings } from '../config/config.ts';
import { formatError, UsageError } from '../errors.ts';
import type { AccountOrder } from '../flows/account-guard.ts';
import { lookAt } from '../flows/start.ts';
import { labelsOverAdb } from '../library/labels.ts';
import { wellFormed } from '../library/well-formed.ts';
import { signOutInSession, type SessionEnd } from '../runs/session-sign-out.ts';
import { shareHold } from '../runs/specs-phone.ts';
import { openStation } from '../runs/station.ts';
import type { Secret } from '../secret.ts';
import type { Ledger, LedgerAnswer, LedgerEntry } from '../store/ledger.ts';
import { HiddenSecrets } from './hidden.ts';
import type { PhoneRig } from './rig.ts';

/** What the service adds to `browser`, in the worker of one phone. */

export interface MiAccountState {
  signedIn: boolean;
  /** The account, masked; empty where none is signed in. */
  account: string;
}

export interface MiSignOutWish {
  /** What becomes of synced data on the phone. `delete` also permanently deletes what is not yet in the cloud. */
  data: 'keep' | 'delete';
  /** Submitted at most once. Missing: the phone's question is cancelled. */
  password?: Secret;
  /** Missing: `intent`, which opens the account page directly. */
  via?: 'intent' | 'settings';
  /** Name of the folder of this run, in the folder of the specs' run. Missing: made of the time. */
  name?: string;
  /** How long it may take, ms; the test's own time limit has to be longer. Missing: two minutes. */
  timeoutMs?: number;
}

export interface MiSignOutEnd extends SessionEnd {
  /** Passwords of this run that the ledger has counted, before they were submitted. */
  counted: number;
}

export interface MiCodeWish {
  /** How the code is sent. */
  by: 'phone' | 'email';
  /** The number or address that it is sent to. */
  address: string;
  /** Missing: two minutes. */
  timeoutMs?: number;
}

export interface BoundPhone extends AsyncDisposable {
  /** Before each test: codes that came before it are none of its own. */
  begin(): Promise<void>;
  /** How sign-outs of the test that just ended went. */
  takeRuns(): MiSignOutEnd[];
}

const TWO_MINUTES = 120_000;

/** On simulated phones passwords are submitted as often as it takes. */
const LOOSE: Ledger = { enter: async () => ({ kind: 'entered' }), count: async () => 0 };

/** Notes what the ledger behind it has taken. */
class CountingLedger implements Ledger {
  readonly #ledger: Ledger;
  submissions = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  async enter(entry: LedgerEntry): Promise<LedgerAnswer> {
    const answer = await this.#ledger.enter(entry);
    if (answer.kind === 'entered' && entry.act === 'password-submitted') this.submissions++;
    return answer;
  }

  count(...asked: Parameters<Ledger['count']>): Promise<number> {
    return this.#ledger.count(...asked);
  }
}

interface Bind {
  browser: Browser;
  rig: PhoneRig;
  settings: Settings;
  /** Name of the code source; missing: none. */
  codes: string | undefined;
  /** What must stand in no log and no report. */
  secrets: readonly Secret[];
}

/** @internal */
export async function bindPhone({ browser, rig, settings, codes: name, secrets }: Bind): Promise<BoundPhone> {
  const station = openStation(settings);
  const { serial, hold: id } = rig;
  const isSimulated = rig.control !== '';
  const shared = isSimulated ? undefined : await shareHold({ id, serial }, browser, station);
  const account: AccountOrder | undefined = isSimulated
    ? undefined
    : { named: settings.phoneAccount, strict: settings.strictAccount, by: 'PHONE_ACCOUNT is' };
  let source: CodeSource | undefined;
  let since: Promise<Baseline> | undefined;
  const runs: MiSignOutEnd[] = [];
  const hidden = new HiddenSecrets();
  hidden.watch(browser);
  for (const secret of secrets) hidden.add(secret);
  let count = 0;
  readLabelsWith(labelsOverAdb);

  async function miAccount(): Promise<MiAccountState> {
    const { facts } = await lookAt(rig.adb, serial);
    const [known = ''] = facts.accounts;
    return { signedIn: facts.accounts.length > 0, account: masked(known) };
  }

  async function signOutMiAccount(wish: MiSignOutWish): Promise<MiSignOutEnd> {
    wellFormed('signOutMiAccount', wish);
    const { data, password, via = 'intent', timeoutMs = TWO_MINUTES } = wish;
    hidden.add(password);
    const { phone, facts } = await lookAt(rig.adb, serial);
    const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const ledger = new CountingLedger(shared?.ledger ?? LOOSE);
    const folder = wish.name ?? `${stamp}-${serial.replace(/\W+/g, '-')}-${++count}`;
    const ended = await signOutInSession(
      { browser, phone, facts },
      {
        ...{ data, via, account, folder: join(rig.evidence, folder) },
        ...(password && { password }),
        signal: AbortSignal.timeout(timeoutMs),
        ...{ ledger, learn: shared?.learn },
      },
    );
    const end = { ...ended, counted: ledger.submissions };
    runs.push(end);
    return end;
  }

  async function miCode(wish: MiCodeWish): Promise<Secret> {
    wellFormed('miCode', wish);
    const { by, address, timeoutMs = TWO_MINUTES } = wish;
    if (name === undefined)
      throw new UsageError('The service has no code source.', "give it one: codes: 'imap'");
    since ??= stand(name);
    try {
      const from = await since;
      const { code } = await (
        await opened(name)
      ).waitForCode({
        ...{ since: from, timeoutMs },
        address: by === 'phone' ? address.replace(/[\s().-]/g, '') : address,
      });
      hidden.add(code);
      // Before the test has another one sent.
      since = stand(name);
      await since.catch(() => undefined);
      return code;
    } catch (error) {
      // A reporter prints the message alone.
      throw new Error(formatError(error), { cause: error });
    }
  }

  async function opened(codes: string): Promise<CodeSource> {
    const own = codes === 'phone-sms' ? (await lookAt(rig.adb, serial)).phone : undefined;
    return (source ??= await station.codes(codes, own));
  }

  /** Where the source stands now. Where it cannot be read, the test that asks for a code says so. */
  function stand(codes: string): Promise<Baseline> {
    const asked = opened(codes).then((one) => one.baseline());
    asked.catch(() => undefined);
    return asked;
  }

  browser.addCommand('miAccount', miAccount);
  browser.addCommand('signOutMiAccount', signOutMiAccount);
  browser.addCommand('miCode', miCode);

  return {
    async begin() {
      runs.length = 0;
      if (name === undefined) return;
      since = stand(name);
      await since.catch(() => undefined);
    },
    takeRuns: () => runs.splice(0),
    async [Symbol.asyncDispose]() {
      await source?.close();
      await station[Symbol.asyncDispose]();
    },
  };
}
