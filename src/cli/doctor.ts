import { Command } from 'commander';
import { loadSettings } from '../config/config.ts';
import type { DoctorReport } from '../runs/doctor/doctor.ts';
import { doctorLines } from './doctor-lines.ts';
import { KEEP_HELPERS, keeping } from './run-options.ts';
import { stationHere } from './station-here.ts';
import { interruption, print, printJson, say, style } from './terminal.ts';

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
        using interrupted = interruption();
        const { runDoctor } = await import('../runs/doctor/doctor.ts');
        await using station = stationHere(settings);
        const report = await runDoctor(station, { serials, mend, signal: interrupted.signal });
        if (json) printJson(report);
        else show(report);
        if (!report.ok) process.exitCode = 1;
      },
    );
}

function show(report: DoctorReport): void {
  print(doctorLines(report).join('\n'));
  if (report.phones.length === 0) say('No phone was looked at: plug one in with USB debugging on.');
  say(
    style(
      'dim',
      'Not looked at, as only the account service knows: captcha, second factor, limit of codes, lock after a password change.',
    ),
  );
}
