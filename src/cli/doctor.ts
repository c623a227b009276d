import { styleText } from 'node:util';
import { Command } from 'commander';
import { loadSettings } from '../config/config.ts';
import type { Finding } from '../phone/doctor/finding.ts';
import type { DoctorReport } from '../runs/doctor/doctor.ts';
import { KEEP_HELPERS, keeping } from './keep-helpers.ts';
import { interruption, say, style } from './terminal.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'say what this computer and its phones lack for a sign-out, why it matters, and the one thing to do',
    )
    .argument('[serial...]', 'only these phones; else all that are attached')
    .option(
      '--fix',
      "mend what is safe: wake the screen, keep it on while charging, install Appium's helper apps",
    )
    .option(...KEEP_HELPERS)
    .option('--json', 'one JSON object on stdout')
    .action(
      async (
        serials: string[],
        { fix: mend = false, json, ...kept }: { fix?: boolean; json?: boolean; keepHelpers?: boolean },
      ) => {
        const settings = keeping(kept, loadSettings());
        const { signal, dispose } = interruption();
        const { runDoctor } = await import('../runs/doctor/doctor.ts');
        const report = await runDoctor({ settings, serials, mend, signal }).finally(dispose);
        if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
        else show(report);
        if (!report.ok) process.exitCode = 1;
      },
    );
}

function show({ host, phones, counts: { ok, warn, fail } }: DoctorReport): void {
  const groups = [{ serial: 'This computer', findings: host, fixed: [] }, ...phones];
  const width = Math.max(...groups.flatMap(({ findings }) => findings.map(({ check }) => check.length)));
  const lines = groups.flatMap(({ serial, findings, fixed }) => [
    colour('bold', serial),
    ...fixed.map((what) => `  + ${what}`),
    ...findings.flatMap((finding) => linesOf(finding, width)),
    '',
  ]);
  for (const line of lines) process.stdout.write(`${line}\n`);
  if (phones.length === 0) say('No phone was looked at: plug one in with USB debugging on.');
  say(
    style(
      'dim',
      'Not looked at, as only the account service knows: captcha, second factor, limit of codes, lock after a password change.',
    ),
  );
  const counted = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`;
  process.stdout.write(`${ok} in order, ${counted(warn, 'warning')}, ${counted(fail, 'fault')}\n`);
}

const MARKS = { ok: ['green', '✔'], warn: ['yellow', '!'], fail: ['red', '✖'] } as const;

/** One line; what is not in order says why it matters and what to do. */
function linesOf(finding: Finding, width: number): string[] {
  const [format, mark] = MARKS[finding.verdict];
  const line = `  ${colour(format, mark)} ${finding.check.padEnd(width)}  ${finding.what}`;
  if (finding.verdict === 'ok') return [line];
  const indent = ' '.repeat(width + 6);
  return [line, `${indent}${colour('dim', finding.why)}`, `${indent}→ ${finding.todo}`];
}

const colour = (format: Parameters<typeof styleText>[0], text: string) =>
  styleText(format, text, { stream: process.stdout });
