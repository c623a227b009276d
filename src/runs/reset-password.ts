import { join } from 'node:path';
import { NO_PHONE } from '../account/match.ts';
import { openHostBrowser, openPhoneBrowser, type HostBrowserOptions, type WebSession } from '../host/browser.ts';
import { abortable } from '../abortable.ts';
import { helpersAreCurrent } from '../host/appium.ts';
import { childEnvironment, type Settings } from '../config/config.ts';
import { CancelledError, HostToolError, UsageError } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { Evidence } from '../flows/evidence.ts';
import { flowFault } from '../flows/fault.ts';
import type { RecoveryOutcome } from '../flows/recovery.ts';
import { resetPassword } from '../flows/reset-password.ts';
import { ensureHostTools, programOn } from '../host/tools.ts';
import { assertOpenFiles } from '../host/open-files.ts';
import type { Phone } from '../phone/adb.ts';
import { readFacts, type PhoneFacts } from '../phone/facts.ts';
import { shellWord } from '../shell-word.ts';
import type { Hold } from '../store/hold.ts';
import { hold } from './phone-hold.ts';
import { keepAsFound, leaveAsFound, type Left } from './phone-leave.ts';
import { findPhone, openAppium, openEvidence } from './phone-run.ts';
import {
  report,
  toolsOf,
  withBench,
  type Bench,
  type RecoveryRequest,
  type RecoveryRun,
} from './recovery.ts';

// A page that does not come must not hold up whoever stops the run, ms.
const GRACE = 3000;

interface Where {
  /** `host` or `phone:SERIAL`. */
  browser: string;
  language: string;
  /** The browser of this computer is shown. */
  headed: boolean;
}

/** Resets the password on the account's site, in a browser of this computer or in a phone's own. */
export async function runResetPassword(
  account: string,
  { browser, language, headed }: Where,
  request: RecoveryRequest,
  settings: Settings,
  signal: AbortSignal,
  told: (event: RunEvent) => void,
): Promise<RecoveryRun> {
  const serial = /^phone:(.+)$/.exec(browser)?.[1] ?? '';
  if (serial === '' && browser !== 'host')
    throw new UsageError(
      `'${browser}' is no place for a browser.`,
      'give --browser host or --browser phone:SERIAL',
    );
  if (request.codeSource === 'phone-sms' && serial === '') {
    throw new UsageError(
      "'phone-sms' reads the SMS of the phone the browser is on.",
      'give --browser phone:SERIAL, or another --code-source',
    );
  }
  assertOpenFiles(1);
  const phone = serial === '' ? undefined : await findPhone(serial, settings);
  return withBench(
    request,
    { settings, signal, told, serial, account, ...(phone ? { phone } : {}) },
    async (bench) => {
      const started = performance.now();
      const evidence = openEvidence(request.evidence, serial || 'web', told);
      let outcome: RecoveryOutcome | undefined;
      let error: unknown;
      let held: Hold | undefined;
      let left: Left | undefined;
      let facts: PhoneFacts | undefined;
      try {
        facts = phone && (await readFacts(phone, signal));
        held = phone && (await hold(phone, settings, bench.store, signal));
        if (phone && held) await keepAsFound(phone, held.phone, bench, signal);
        const web =
          phone && facts
            ? await onPhone(phone, facts, bench, evidence)
            : await openHostBrowser({ ...hostBrowserOptions(settings, evidence.folder), headed });
        try {
          const options = { site: settings.accountSite, language, serial };
          const flow = resetPassword(
            web.browser,
            { ...request, account },
            toolsOf(bench, evidence, held && (() => held!.check())),
            options,
          );
          outcome = await abortable(flow, signal, GRACE);
        } finally {
          await web.close();
        }
      } catch (cause) {
        if (signal.aborted) error = new CancelledError(evidence.progress);
        else error = phone ? await flowFault(cause, phone, evidence.progress, signal) : cause;
      } finally {
        if (phone && held) left = await leaveAsFound(phone, held.phone, bench, signal.aborted);
        await held?.release();
      }
      return report(bench, {
        accountCheck: NO_PHONE,
        outcome,
        error,
        facts,
        evidence,
        left,
        serial,
        durationMs: Math.round(performance.now() - started),
      });
    },
  );
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

/** Chrome on the phone, opened on the site, with an Appium of its own. */
async function onPhone(
  phone: Phone,
  { helpers }: PhoneFacts,
  { settings, request }: Bench,
  evidence: Evidence,
): Promise<WebSession> {
  const { serial } = phone;
  const chromedriver = settings.chromedriver ?? programOn(settings.path, ['chromedriver']);
  if (!chromedriver) {
    throw new HostToolError(
      'The phone’s Chrome is driven by chromedriver, and none is on the PATH.',
      'install the one that fits it, or set CHROMEDRIVER',
    );
  }
  const { adb } = await ensureHostTools(['adb'], settings);
  await phone.shell(
    `am start --user 0 -a android.intent.action.VIEW -d ${shellWord(settings.accountSite)} com.android.chrome`,
  );
  const appium = await openAppium(settings, adb.androidHome, join(evidence.folder, 'appium.log'), [
    request.newPassword,
  ]);
  try {
    const log = { level: settings.logLevel, folder: evidence.folder };
    const web = await openPhoneBrowser({
      appium,
      serial,
      prepared: helpersAreCurrent(helpers),
      chromedriver,
      log,
    });
    return { browser: web.browser, close: () => web.close().finally(() => appium.stop()) };
  } catch (cause) {
    await appium.stop();
    throw cause;
  }
}
