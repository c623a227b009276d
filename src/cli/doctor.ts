import { styleText } from 'node:util';
import { Command } from 'commander';
import { loadSettings } from '../config.ts';
import { AdbServer } from '../phone/adb.ts';
import { attachment, examinePhone } from '../phone/doctor.ts';
import type { Finding } from '../phone/doctor-finding.ts';
import { fix } from './doctor-fix.ts';
import { examineHost, type HostReport } from './doctor-host.ts';
import { interruption, say, style } from './terminal.ts';

interface Flags {
  fix?: boolean;
  json?: boolean;
}

interface PhoneReport {
  serial: string;
  findings: Finding[];
  /** What --fix did. */
  fixed: string[];
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say what this computer and its phones lack for a sign-out, why it matters, and the one thing to do')
    .argument('[serial...]', 'only these phones; else all that are attached')
    .option('--fix', "mend what is safe: wake the screen, keep it on while charging, install Appium's helper apps")
    .option('--json', 'one JSON object on stdout')
    .action(async (serials: string[], { fix: mend = false, json }: Flags) => {
      const settings = loadSettings();
      const { signal, dispose } = interruption();
      const host = await examineHost(settings, signal);
      const phones = host.adb
        ? await examineAll(new AdbServer(settings.adbServerPort), serials, host, mend, settings.adbServerPort, signal)
        : [];
      dispose();
      const all = [...host.findings, ...phones.flatMap(({ findings }) => findings)];
      const count = (wanted: Finding['verdict']) => all.filter(({ verdict }) => verdict === wanted).length;
      const counts = { ok: count('ok'), warn: count('warn'), fail: count('fail') };
      if (json) process.stdout.write(`${JSON.stringify({ ok: counts.fail === 0, host: host.findings, phones, counts })}\n`);
      else show(host, phones, counts);
      if (counts.fail > 0) process.exitCode = 1;
    });
}

/** All at once: a phone that is silent holds up no other. */
async function examineAll(
  server: AdbServer,
  serials: readonly string[],
  { adb, chromedriver }: HostReport,
  mend: boolean,
  port: number,
  signal: AbortSignal,
): Promise<PhoneReport[]> {
  const attached = await server.phones();
  const wanted = serials.length > 0 ? [...new Set(serials)] : attached.map(({ serial }) => serial);
  return Promise.all(
    wanted.map(async (serial): Promise<PhoneReport> => {
      const lost = attachment(serial, attached);
      if (lost) return { serial, findings: [lost], fixed: [] };
      const phone = server.phone(serial);
      const options = { signal, chromedriver };
      const findings = await examinePhone(phone, options);
      const fixed = mend && adb ? await fix(phone, { path: adb.path, port }, findings) : [];
      return { serial, findings: fixed.length > 0 ? await examinePhone(phone, options) : findings, fixed };
    }),
  );
}

const MARKS = { ok: ['green', '✔'], warn: ['yellow', '!'], fail: ['red', '✖'] } as const;

function show({ findings }: HostReport, phones: readonly PhoneReport[], { ok, warn, fail }: Record<Finding['verdict'], number>): void {
  const groups = [
    { title: 'This computer', findings, fixed: [] as string[] },
    ...phones.map((phone) => ({ title: phone.serial, ...phone })),
  ];
  const width = Math.max(...groups.flatMap((group) => group.findings.map(({ check }) => check.length)));
  const lines = groups.flatMap((group) => [
    '',
    colour('bold', group.title),
    ...group.fixed.map((what) => `  + ${what}`),
    ...group.findings.flatMap((one) => linesOf(one, width)),
  ]);
  process.stdout.write(`${lines.slice(1).join('\n')}\n\n`);
  if (phones.length === 0) say('No phone is attached: plug one in with USB debugging on.');
  say(
    style('dim', 'Not looked at, as only the account service knows: captcha, second factor, limit of codes, lock after a password change.'),
  );
  process.stdout.write(`${ok} in order, ${warn} ${warn === 1 ? 'warning' : 'warnings'}, ${fail} ${fail === 1 ? 'fault' : 'faults'}\n`);
}

/** One line; what is not in order says why and what to do. */
function linesOf(finding: Finding, width: number): string[] {
  const [format, mark] = MARKS[finding.verdict];
  const line = `  ${colour(format, mark)} ${finding.check.padEnd(width)}  ${finding.what}`;
  if (finding.verdict === 'ok') return [line];
  const indent = ' '.repeat(width + 6);
  return [line, `${indent}${colour('dim', finding.why)}`, `${indent}→ ${finding.todo}`];
}

const colour = (format: Parameters<typeof styleText>[0], text: string) => styleText(format, text, { stream: process.stdout });
