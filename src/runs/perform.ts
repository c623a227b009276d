import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppiumServer } from '../host/appium.ts';
import type { CodeSource } from '../codes/source.ts';
import type { OnInboxEvent } from '../codes/inbox.ts';
import type { SmsPhone } from '../codes/phone-sms.ts';
import { adbOf, type Settings } from '../config/config.ts';
import { formatError } from '../errors.ts';
import type { RecoveryResult, RunResult } from '../events.ts';
import { fileFault } from '../words/file-fault.ts';
import type { Person } from '../flows/recovery.ts';
import { ensureHostTools } from '../host/tools.ts';
import type { JobEnd, Perform } from '../jobs/job.ts';
import { next } from '../jobs/next.ts';
import { generatePassword } from '../account/new-password.ts';
import { AdbServer } from '../phone/adb.ts';
import { readImei } from '../phone/imei.ts';
import { printable } from '../words/printable.ts';
import { withoutSecrets, type Secret } from '../secret.ts';
import type { Store } from '../store/store.ts';
import { acceptedPassword, StoreVault } from '../store/vault.ts';
import { openCodeSource } from './code-sources.ts';
import { leaveFreePhone } from './phone-leave.ts';
import { openAppium, type Shared } from './phone-run.ts';
import { runRecover } from './recover.ts';
import { faultOf } from './result.ts';
import { runSignOut } from './sign-out.ts';

export interface Performer {
  perform: Perform;
  close(): Promise<void>;
}

interface PerformerOptions {
  store: () => Promise<Store>;
  /** Folder of Appium's log, and of faults nobody foresaw. */
  logs: string;
  /** Who is asked what only a person may answer. Missing: nobody, and the job ends for a person. */
  person?: Person;
  /** Told of what code sources have trouble with. */
  noticed?: (source: string, what: string) => void;
}

const NOBODY: Person = { ask: () => Promise.resolve(undefined) };

/**
 * Does jobs on the phones of this host: one Appium and one connection to each code source for all of them,
 * opened when first needed.
 */
export function openPerformer(
  settings: Settings,
  { store, logs, person = NOBODY, noticed = () => undefined }: PerformerOptions,
): Performer {
  const hidden = new Set<Secret>();
  const sources = new Map<string, Promise<CodeSource>>();
  const ours = new AdbServer(adbOf(settings));
  let running: Promise<AppiumServer> | undefined;

  /**
   * Who comes second waits for what the first one finds or starts, so that there is never another beside it.
   */
  const appium = () => (running = alive(running));

  /** One that has ended is replaced for the next phone. */
  async function alive(before: Promise<AppiumServer> | undefined): Promise<AppiumServer> {
    const server = await before?.catch(() => undefined);
    if (server && !server.hasEnded()) return server;
    const { adb } = await ensureHostTools(['adb'], settings);
    return openAppium(settings, adb.androidHome, join(logs, 'appium.log'), hidden);
  }

  /** One for all phones; of a phone's own SMS, one each. */
  async function codes(name: string, phone?: SmsPhone): Promise<CodeSource> {
    const told: OnInboxEvent = ({ kind, what }) => void (kind !== 'connected' && noticed(name, what));
    if (phone) return openCodeSource(name, { settings, store, onEvent: told, phone });
    let source = sources.get(name);
    if (!source) {
      source = openCodeSource(name, { settings, store, onEvent: told });
      sources.set(name, source);
      // What could not be opened is tried anew by the next.
      source.catch(() => sources.delete(name));
    }
    return { ...bound(await source), close: () => Promise.resolve() };
  }

  const perform: Perform = async (job, serial, signal, told, stillOurs) => {
    const { order } = job;
    const began = performance.now();
    const imei = await readImei(ours.phone(serial), signal).catch(() => undefined);
    const secrets: Secret[] = [];
    let result: Partial<RunResult | RecoveryResult>;
    let error: unknown;
    try {
      const names = [order.account, ...(order.contact ? [order.contact] : [])];
      const shared: Shared = {
        appium: await appium(),
        hidden,
        store,
        codes,
        person,
        job: { id: job.id, round: job.round },
        stillOurs,
        names,
      };
      const { pool, seal } = await store();
      // What an earlier recovery has given the account: one contact is bound to one account.
      const kept =
        job.password || order.ifForgotten === 'stop' ? undefined : await acceptedPassword(pool, seal, names);
      const password = job.password ?? kept?.password;
      if (password) secrets.push(password);
      const evidence = settings.evidenceDir;
      if (password || order.ifForgotten === 'stop') {
        const request = {
          serial,
          account: order.account,
          another: order.anotherAccount,
          data: order.data,
          via: 'intent' as const,
          evidence,
          ...(password ? { password } : {}),
        };
        ({ result, error } = await runSignOut(request, settings, signal, told, shared));
        // Somebody has changed it since: the next attempt recovers the account anew.
        if (kept && result.reason === 'wrong-password')
          await new StoreVault(pool, seal, kept).mark(kept.id, 'rejected');
      } else {
        const { codeSource = '', by = 'email', contact = '' } = order;
        const newPassword = generatePassword(names);
        secrets.push(newPassword);
        const wish = { data: order.data, account: order.account, web: true, headed: false };
        const request = {
          codeSource,
          by,
          contact,
          newPassword,
          unproved: false,
          evidence,
          another: order.anotherAccount,
        };
        ({ result, error } = await runRecover(serial, wish, request, settings, signal, told, shared));
      }
    } catch (thrown) {
      error = thrown;
      result = { ...faultOf(error), durationMs: Math.round(performance.now() - began) };
    }
    if (result.reason === 'unexpected') result = { ...result, ...unforeseen(error, secrets) };
    const end = endOf(result, imei);
    // Kept for another attempt. One that was stopped is made again.
    if (end.model === '' || signal.aborted || next(end, job, new Date()).then === 'again') return end;
    const { facts } = await leaveFreePhone(ours.phone(serial), settings, store);
    return { ...end, facts: [...(end.facts ?? []), ...facts] };
  };

  /**
   * Kept in full for whoever mends it: what is thrown by nobody on purpose may quote anything, so no record
   * gets its words.
   */
  function unforeseen(error: unknown, secrets: readonly Secret[]): Pick<RunResult, 'message' | 'hint'> {
    const file = join(logs, 'faults.log');
    const text = withoutSecrets(formatError(error), secrets);
    try {
      appendFileSync(file, `${new Date().toISOString()} ${printable(text)}\n`, { mode: 0o600 });
    } catch (fault) {
      return {
        message: 'A fault nobody foresaw ended it.',
        hint: `${file} cannot be written: ${fileFault(fault)}`,
      };
    }
    return { message: 'A fault nobody foresaw ended it.', hint: `report what ${file} says` };
  }

  return {
    perform,
    async close() {
      for (const source of sources.values())
        await source.then((opened) => opened.close()).catch(() => undefined);
      await running?.then((server) => server.stop()).catch(() => undefined);
    },
  };
}

/** Methods of a source as functions of their own. */
const bound = (source: CodeSource): CodeSource => ({
  name: source.name,
  baseline: (signal) => source.baseline(signal),
  waitForCode: (request) => source.waitForCode(request),
  close: () => source.close(),
});

export function endOf(result: Partial<RunResult | RecoveryResult>, imei = ''): JobEnd {
  const { outcome = 'error', reason, retryFrom, message, hint } = result;
  const why = Object.entries({ reason, retryFrom, message, hint }).filter(([, value]) => value !== undefined);
  const isOut = outcome === 'signed-out' || outcome === 'already-signed-out';
  return {
    outcome,
    ...Object.fromEntries(why),
    ...(isOut ? { verifiedAt: new Date().toISOString() } : {}),
    model: result.model ?? '',
    release: result.release ?? '',
    region: result.region ?? '',
    language: result.language ?? '',
    imei,
    account: result.account ?? '',
    ...(result.accountCheck ? { accountCheck: result.accountCheck } : {}),
    passwordSubmitted: result.passwordSubmitted ?? false,
    codeRequested: 'codeRequested' in result && result.codeRequested === true,
    durationMs: result.durationMs ?? 0,
    evidence: result.evidence ?? '',
    drift: result.drift ?? [],
    ...(result.dataAnswer && { dataAnswer: result.dataAnswer }),
    ...(result.facts && { facts: result.facts }),
  };
}
