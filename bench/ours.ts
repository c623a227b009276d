import { helpersAreCurrent, type AppiumServer } from '../src/host/appium.ts';
import { systemClock } from '../src/clock.ts';
import type { Progress } from '../src/errors.ts';
import { openAccountPage, type Via } from '../src/flows/entry.ts';
import { Evidence } from '../src/flows/evidence.ts';
import { phoneSession } from '../src/flows/start.ts';
import type { Journal } from '../src/flows/journal.ts';
import { signOut } from '../src/flows/sign-out.ts';
import { AdbServer } from '../src/phone/adb.ts';
import { assertEligible, readFacts } from '../src/phone/facts.ts';
import { Secret } from '../src/secret.ts';
import { looseLedger } from '../src/store/ledger.ts';
import { openSession } from '../src/host/session.ts';

/** ms of the parts of one sign-out, in their order. */
export interface Parts {
  /** What the phone says of itself. */
  facts: number;
  /** Appium's session, and the phone's labels beside it. */
  session: number;
  /** From the first question of the flow to its outcome. */
  flow: number;
  /** The end of the session; the outcome is known by then. */
  close: number;
}

interface Target {
  appium: AppiumServer;
  /** Of the adb server. */
  adbPort: number;
  serial: string;
  password: string;
  via: Via;
  /** Folder for the evidence; without it none is kept. */
  evidence?: string;
}

/**
 * What `mi-unbind sign-out` does between looking for adb and its report, on a running Appium. `decided`: once
 * there is an outcome, untimed.
 */
export async function signOutOurs(target: Target, decided: () => Promise<void>): Promise<Parts> {
  const { appium, adbPort, serial, via } = target;
  const watch = stopwatch();
  const phone = new AdbServer(adbPort).phone(serial);
  const facts = await readFacts(phone);
  assertEligible(serial, facts);
  const parts = { facts: watch(), session: 0, flow: 0, close: 0 };

  const journal =
    target.evidence === undefined ? new Unwritten() : new Evidence(target.evidence, systemClock);
  if (via === 'intent') void openAccountPage(phone, journal).catch(() => undefined);
  const opening = openSession({ appium, serial, prepared: helpersAreCurrent(facts.helpers) });
  const session = await phoneSession(phone, facts, opening);
  parts.session = watch();
  try {
    const input = { data: 'keep' as const, password: new Secret(target.password) };
    const outcome = await signOut(session, input, {
      via,
      journal,
      clock: systemClock,
      signal: AbortSignal.timeout(120_000),
      ledger: looseLedger,
    });
    if (journal instanceof Evidence) await journal.close(outcome);
    parts.flow = watch();
    await decided();
  } finally {
    watch();
    await session.browser.deleteSession();
    parts.close = watch();
  }
  return parts;
}

/** Gives the ms since it was last asked. */
function stopwatch(): () => number {
  let since = performance.now();
  return () => {
    const before = since;
    since = performance.now();
    return since - before;
  };
}

/** A journal that keeps nothing, as the plain script keeps nothing. */
class Unwritten implements Journal {
  readonly progress: Progress = { passwordSubmitted: false };

  async page(name: string): Promise<void> {
    this.progress.page = name;
  }

  step(): void {}

  drift(): void {}

  passwordSubmitted(): void {
    this.progress.passwordSubmitted = true;
  }
}
