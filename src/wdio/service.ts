import '../library/node-version.ts';
import '../library/masked-logs.ts';
import type { Services } from '@wdio/types';
import { SevereServiceError, type Browser } from 'webdriverio';
import { say } from '../cli/terminal.ts';
import { CODES, runFolder, settingsWith, type Settings } from '../config/config.ts';
import { openRunFolder } from '../config/folders.ts';
import { formatError } from '../errors.ts';
import { wellFormed } from '../library/well-formed.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { attachToAllure } from './allure.ts';
import {
  bindPhone,
  type BoundPhone,
  type MiAccountState,
  type MiCodeWish,
  type MiSignOutEnd,
  type MiSignOutWish,
} from './commands.ts';
import { secretsOf, startPhones, type RunningPhones } from './phones.ts';
import { rigOf } from './rig.ts';
import type { Secret } from '../secret.ts';

/** Phones for a suite of WebdriverIO: `services: [[MiUnbindService, { sims: [{ release: '14' }] }]]`. */

export type { MiAccountState, MiCodeWish, MiSignOutEnd, MiSignOutWish } from './commands.ts';
export { assertOutcome, type ExpectedOutcome } from './outcome.ts';
export { rigOf, type PhoneRig } from './rig.ts';
export { Secret } from '../secret.ts';
export type { PhoneSpec } from '../sim/spec.ts';
export type { SessionEnd } from '../runs/session-sign-out.ts';

export interface MiUnbindOptions {
  /** Simulated phones, one worker for each; or what gives them, when the run begins. */
  sims?: readonly PhoneSpec[] | ((config: MiRun) => readonly PhoneSpec[]);
  /** Attached phones: all that are ready, or those with these serials. */
  phones?: 'attached' | readonly string[];
  /** Phones made of surveys, one worker for each: bundles of `survey --bundle`, or folders of surveys. */
  played?: readonly string[];
  /**
   * The source that `browser.miCode` reads: `imap`, `smtp` (with one phone), `http-inbox`, `sms-webhook`, `gammu`, or
   * `phone-sms`, which is the SIM of the test's own phone.
   */
  codes?: string;
  /**
   * Variables of the environment that hold secrets which the suite types on its own: they stand in no log and no
   * report. PHONE_PASSWORD, passwords of simulated accounts and what the commands of `browser` were given do
   * not either.
   */
  hide?: readonly string[];
  /** Settings by their names in the environment; they win over it and over `.env`. */
  settings?: Readonly<Record<string, string>>;
}

/** What the command line of WebdriverIO asked for. */
export interface MiRun {
  maxInstances?: number;
  suite?: string[];
  spec?: string[];
}

interface WorkerConfig {
  maskingPatterns?: string;
  reporters?: unknown[];
}

/** Starts adb, Appium and the phones for the run, adds commands to `browser`, and ends what it has started. */
export default class MiUnbindService implements Services.ServiceInstance {
  readonly #options: MiUnbindOptions;
  readonly #settings: Settings;
  #phones: RunningPhones | undefined;
  #bound: BoundPhone | undefined;
  #secrets: readonly Secret[] = [];

  constructor(options: MiUnbindOptions, _capabilities: unknown, config: WorkerConfig) {
    this.#options = options;
    try {
      wellFormed('MiUnbindService', options);
      this.#settings = settingsWith(options.settings ?? {});
    } catch (error) {
      // WebdriverIO prints the message alone.
      throw new Error(formatError(error), { cause: error });
    }
    // Both as the worker reads them: what is typed and what pages show stand in no report.
    config.maskingPatterns = [config.maskingPatterns, CODES].filter(Boolean).join(', ');
    if (config.reporters) config.reporters = config.reporters.map(withoutRawSteps);
  }

  async onPrepare(config: object, capabilities: object): Promise<void> {
    const list = capabilities as object[];
    const { sims = [], phones, played = [], hide = [] } = this.#options;
    const evidence = runFolder(this.#settings.specsDir);
    try {
      openRunFolder(evidence);
      this.#phones = await startPhones({
        settings: this.#settings,
        sims: typeof sims === 'function' ? sims(config) : sims,
        ...{ phones, played, hide },
        evidence,
        say,
      });
    } catch (error) {
      // Anything less severe would let the workers start without a phone.
      throw new SevereServiceError(formatError(error));
    }
    const [wish = {}] = list;
    list.splice(0, list.length, ...this.#phones.capabilities.map((one) => ({ ...wish, ...one })));
  }

  beforeSession(): void {
    const { sims = [], hide = [] } = this.#options;
    // Before the suite takes them out of the environment. Sims that are made when the run begins are the suite's own.
    this.#secrets = secretsOf(typeof sims === 'function' ? [] : sims, hide);
    // A worker whose launcher was killed must not go on with the phone.
    process.once('disconnect', () => process.exit(1));
  }

  async before(capabilities: object, _specs: unknown, browser: object): Promise<void> {
    const settings = this.#settings;
    const rig = rigOf(capabilities);
    const { codes } = this.#options;
    const secrets = this.#secrets;
    this.#bound = await bindPhone({ browser: browser as Browser, rig, settings, codes, secrets });
  }

  async beforeTest(): Promise<void> {
    await this.#bound?.begin();
  }

  async afterTest(): Promise<void> {
    for (const run of this.#bound?.takeRuns() ?? []) await attachToAllure(run.evidence);
  }

  async after(): Promise<void> {
    await this.#bound?.[Symbol.asyncDispose]();
  }

  async onComplete(): Promise<void> {
    await this.#phones?.[Symbol.asyncDispose]();
  }
}

/** Allure's own steps hold what was sent to the phone, letter for letter. The runs' own steps take their place. */
function withoutRawSteps(reporter: unknown): unknown {
  const [name, options] = (Array.isArray(reporter) ? reporter : [reporter]) as [unknown, object?];
  if (name !== 'allure') return reporter;
  const quiet = { disableWebdriverStepsReporting: true, disableWebdriverScreenshotsReporting: true };
  return [name, { ...options, ...quiet }];
}

/** What the service adds to `browser`. */
export interface MiCommands {
  /** Whether the phone is signed in to a Mi Account. */
  miAccount(): Promise<MiAccountState>;
  /** Signs the phone out in this session. Its evidence goes into the run's folder. */
  signOutMiAccount(wish: MiSignOutWish): Promise<MiSignOutEnd>;
  /** The code that came for this address since the test began, or since the last one. */
  miCode(wish: MiCodeWish): Promise<Secret>;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace WebdriverIO {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type
    interface Browser extends MiCommands {}
  }
}
// The type that the package exports is another one, which has to fit the global one.
declare module 'webdriverio' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface Browser extends MiCommands {}
}
