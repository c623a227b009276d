import { NO_PHONE } from '../account/match.ts';
import {
  openHostBrowser,
  openPhoneBrowser,
  type HostBrowserOptions,
  type WebSession,
} from '../host/browser.ts';
import { abortable } from '../abortable.ts';
import { helpersAreCurrent } from '../host/appium.ts';
import { childEnvironment, type Settings } from '../config/config.ts';
import { CancelledError, HostToolError, UsageError } from '../errors.ts';
import type { Evidence } from '../flows/evidence.ts';
import { flowFault } from '../flows/fault.ts';
import type { RecoveryOutcome } from '../flows/recovery.ts';
import { resetPassword } from '../flows/reset-password.ts';
import { programOn } from '../host/tools.ts';
import { assertOpenFiles } from '../host/open-files.ts';
import type { Phone } from '../phone/adb.ts';
import { readFacts, type PhoneFacts } from '../phone/facts.ts';
import { shellWord } from '../words/shell-word.ts';
import type { Hold } from '../store/hold.ts';
import { findPhone } from './attached.ts';
import { hold } from './phone-hold.ts';
import { keepAsFound, leaveAsFound, type Left } from './phone-leave.ts';
import { openEvidence } from './phone-run.ts';
import {
  openRecovery,
  report,
  toolsOf,
  type Recovery,
  type RecoveryRequest,
  type RecoveryRun,
} from './recovery.ts';
import type { RunContext, Station } from './station.ts';
import { watchedPhone, watchedSession } from './still-ours.ts';

// A page that does not come must not delay the end of a run that is stopped, ms.
const GRACE = 3000;

export interface ResetRequest extends RecoveryRequest {
  account: string;
  /** `host` or `phone:SERIAL`. */
  browser: string;
  language: string;
  /** The browser of this computer is shown. */
  headed: boolean;
}

/** Resets the password on the account's site, in a browser of this computer or in a phone's own. */
export async function runResetPassword(
  station: Station,
  request: ResetRequest,
  context: RunContext,
): Promise<RecoveryRun> {
  const { account, language, headed } = request;
  const { signal, onEvent } = context;
  const { settings } = station;
  const serial = serialIn(request);
  assertOpenFiles(1);
  const phone = serial === '' ? undefined : await findPhone(serial, station);
  await using recovery = await openRecovery(station, request, { ...context, serial, account, phone });
  const started = performance.now();
  const evidence = openEvidence(request.evidence, serial || 'web', onEvent);
  let outcome: RecoveryOutcome | undefined;
  let error: unknown;
  let held: Hold | undefined;
  let left: Left | undefined;
  let facts: PhoneFacts | undefined;
  try {
    facts = phone && (await readFacts(phone, signal));
    held = phone && (await hold(phone, station, signal));
    if (phone && held) await keepAsFound(phone, held.phone, station, signal);
    const web =
      phone && facts && held
        ? await onPhone(phone, facts, recovery, { evidence, held })
        : await openHostBrowser({ ...hostBrowserOptions(settings, evidence.folder), headed });
    try {
      const options = { site: settings.accountSite, language, serial };
      const stillOurs = held && (() => held!.check());
      const flow = resetPassword(web.browser, request, toolsOf(recovery, evidence, stillOurs), options);
      outcome = await abortable(flow, signal, GRACE);
    } finally {
      await web.close();
    }
  } catch (cause) {
    if (signal.aborted) error = new CancelledError(evidence.progress);
    else error = phone ? await flowFault(cause, phone, evidence.progress, signal) : cause;
  } finally {
    if (phone && held) left = await leaveAsFound(phone, held, station, signal.aborted);
    await held?.release();
  }
  const durationMs = Math.round(performance.now() - started);
  const known = { accountCheck: NO_PHONE, outcome, error, facts, evidence, left, serial, durationMs };
  return await report(recovery, known);
}

/** The phone whose browser it is; empty: it is this computer's. Throws UsageError. */
function serialIn({ browser, codeSource }: ResetRequest): string {
  const serial = /^phone:(.+)$/.exec(browser)?.[1] ?? '';
  if (serial === '' && browser !== 'host')
    throw new UsageError(`'${browser}' names no browser.`, 'give --browser host or --browser phone:SERIAL');
  if (codeSource === 'phone-sms' && serial === '') {
    throw new UsageError(
      "'phone-sms' reads the SMS of the phone the browser is on.",
      'give --browser phone:SERIAL, or another --code-source',
    );
  }
  return serial;
}

/** Whether this computer has what drives a browser. */
export function hasBrowser({ path, chromedriver }: Settings): boolean {
  return (chromedriver ?? programOn(path, ['chromedriver'])) !== undefined;
}

export function hostBrowserOptions(
  { path, chromedriver, logLevel }: Settings,
  folder?: string,
): HostBrowserOptions {
  return {
    path,
    env: childEnvironment(),
    chromedriver,
    ...(folder === undefined ? {} : { log: { level: logLevel, folder } }),
  };
}

/** Chrome on the phone, opened on the site. */
async function onPhone(
  phone: Phone,
  { helpers }: PhoneFacts,
  { station, request }: Recovery,
  { evidence, held }: { evidence: Evidence; held: Hold },
): Promise<WebSession> {
  const { settings } = station;
  const { serial } = phone;
  const chromedriver = settings.chromedriver ?? programOn(settings.path, ['chromedriver']);
  if (!chromedriver) {
    throw new HostToolError(
      'The phone’s Chrome is driven by chromedriver, and none is on the PATH.',
      'install the one that fits it, or set CHROMEDRIVER',
    );
  }
  await watchedPhone(phone, held).shell(
    `am start --user 0 -a android.intent.action.VIEW -d ${shellWord(settings.accountSite)} com.android.chrome`,
  );
  const hidden = station.hide([request.newPassword]);
  const driven = Promise.withResolvers<void>();
  const appium = await station.appium(evidence.folder, driven.promise);
  const log = { level: settings.logLevel, folder: evidence.folder };
  const prepared = helpersAreCurrent(helpers);
  appium.open?.(serial, held);
  const done = () => (driven.resolve(), hidden[Symbol.dispose]());
  const web = await openPhoneBrowser({ appium, serial, prepared, chromedriver, log }).catch(
    (fault: unknown) => {
      done();
      throw fault;
    },
  );
  const browser = watchedSession(web.browser, () => held.check());
  return { browser, close: () => web.close().finally(done) };
}
