import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { helpersAreCurrent } from '../src/host/appium.ts';
import { openHostBrowser } from '../src/host/browser.ts';
import { systemClock } from '../src/clock.ts';
import { CodeMatcher } from '../src/codes/matcher.ts';
import { smtpInbox } from '../src/codes/smtp.ts';
import { adbOf, childEnvironment, loadSettings, type Settings } from '../src/config/config.ts';
import { openAccountPage } from '../src/flows/entry.ts';
import { changePassword } from '../src/flows/change-password.ts';
import { Evidence } from '../src/flows/evidence.ts';
import { phoneSession } from '../src/flows/start.ts';
import type { RecoveryTools } from '../src/flows/recovery.ts';
import { resetPassword } from '../src/flows/reset-password.ts';
import { signOut } from '../src/flows/sign-out.ts';
import { AdbServer } from '../src/phone/adb.ts';
import { readFacts } from '../src/phone/facts.ts';
import { freePort } from '../src/port.ts';
import { Secret } from '../src/secret.ts';
import { looseLedger } from '../src/store/ledger.ts';
import { openSession } from '../src/host/session.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';
import { startLab, type Lab } from './lab.ts';

/**
 * A whole recovery at real pace: on the phone against the phone's own time, by web against the time in which the
 * site itself lets one wait.
 * Mail comes by SMTP straight into the source, so the mail server's own part is nothing.
 */

const NEW = new Secret('Bench-pass-2');
const CONTACT = 'mira@example.com';
const ACCOUNT = {
  id: '6230001535',
  password: 'Bench-pass-1',
  nickname: 'Mira',
  email: CONTACT,
  syncedData: ['contacts' as const],
  lockDays: 0,
  codeLimit: 99,
};
const PHONE: PhoneSpec = { release: '14', pace: 'real', helpers: 'current', account: ACCOUNT };

interface Part {
  name: string;
  ms: number;
  /** What no program can save: the phone's own time, or how long the site let one wait, ms. */
  own: number;
}

await new Command('bench:recover')
  .description('Recovers accounts at real pace: on the phone with a sign-out, and by web.')
  .option('--rounds <n>', 'how often', '3')
  .option('--json', 'one JSON object on stdout')
  .action(async ({ rounds, json }: { rounds: string; json?: boolean }) => {
    const settings = loadSettings();
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-bench-'));
    const port = await freePort();
    const inbox = smtpInbox({ listen: { host: '127.0.0.1', port } });
    const codes = new CodeMatcher(inbox, {
      clock: systemClock,
      allowed: { mail: ['xiaomi.com'], sms: [] },
      claim: () => Promise.resolve(true),
    });
    const lab = await startLab(PHONE, folder, settings, ['--site', '--mail', `smtp://127.0.0.1:${port}`]);
    const parts: Part[] = [];
    try {
      for (let round = 0; round < Number(rounds); round++) {
        await lab.reset();
        parts.push(await onPhone(lab, settings, tools(codes, join(folder, `phone-${round}`))));
        process.stderr.write('.');
        await lab.reset();
        parts.push(await byWeb(lab, settings, tools(codes, join(folder, `web-${round}`))));
        process.stderr.write('.');
      }
    } finally {
      process.stderr.write('\n');
      await lab.close();
      await codes.close();
      rmSync(folder, { recursive: true });
    }
    if (json) return void process.stdout.write(`${JSON.stringify({ load: loadavg()[0], parts })}\n`);
    process.stdout.write('                             ms          own     ratio\n');
    for (const { name, ms, own } of parts)
      process.stdout.write(
        `${name.padEnd(24)} ${String(Math.round(ms)).padStart(6)} ${String(Math.round(own)).padStart(12)} ${(ms / own).toFixed(2).padStart(9)}\n`,
      );
  })
  .parseAsync();

function tools(codes: CodeMatcher, folder: string): RecoveryTools & { journal: Evidence } {
  return {
    codes,
    ledger: { enter: async () => ({ kind: 'entered' }), count: async () => 0 },
    vault: { keep: async () => '1', mark: async () => undefined },
    person: { ask: async () => undefined },
    clock: systemClock,
    signal: AbortSignal.timeout(180_000),
    journal: new Evidence(folder, systemClock),
  };
}

/** From the first question to the phone to the outcome of the sign-out, on a running Appium. */
async function onPhone(
  { serial, appium, witness }: Lab,
  settings: Settings,
  { journal, ...rest }: RecoveryTools & { journal: Evidence },
): Promise<Part> {
  const began = performance.now();
  const phone = new AdbServer(adbOf(settings)).phone(serial);
  const facts = await readFacts(phone);
  void openAccountPage(phone, journal).catch(() => undefined);
  const opening = openSession({ appium, serial, prepared: helpersAreCurrent(facts.helpers) });
  const session = await phoneSession(phone, facts, opening);
  try {
    const input = { account: ACCOUNT.id, by: 'email' as const, contact: CONTACT, newPassword: NEW };
    const changed = await changePassword(session, input, { ...rest, journal });
    const out = await signOut(
      session,
      { data: 'keep', password: NEW },
      { via: 'intent', journal, clock: systemClock, signal: rest.signal, ledger: looseLedger },
    );
    const ms = performance.now() - began;
    if (changed.kind !== 'changed' || out.kind !== 'signed-out')
      throw new Error(`The recovery ended as ${changed.kind} and ${out.kind}.`);
    return { name: 'on the phone, signed out', ms, own: (await witness()).ownTime };
  } finally {
    await session.browser.deleteSession();
  }
}

/** From the first address to the sign-in that proves the new password, in a running browser. */
async function byWeb({ site, siteWaited }: Lab, settings: Settings, all: RecoveryTools): Promise<Part> {
  const web = await openHostBrowser({
    path: settings.path,
    env: childEnvironment(),
    chromedriver: settings.chromedriver,
  });
  try {
    const before = await siteWaited();
    const began = performance.now();
    const input = { account: CONTACT, by: 'email' as const, contact: CONTACT, newPassword: NEW };
    const outcome = await resetPassword(web.browser, input, all, { site, language: 'en_US' });
    const ms = performance.now() - began;
    if (outcome.kind !== 'changed') throw new Error(`The reset ended as ${outcome.kind}.`);
    return { name: 'by web, signed in', ms, own: (await siteWaited()) - before };
  } finally {
    await web.close();
  }
}
