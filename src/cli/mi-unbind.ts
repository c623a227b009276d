// First, so that no other import has loaded WebdriverIO before it.
import '../library/masked-logs.ts';
import { hideSecrets, underNpm } from '../config/config.ts';
import { endWithNpm } from '../host/end-with-npm.ts';
import { formatError } from '../errors.ts';
import { openProgram } from './program.ts';
import { faultOf, notBegun } from '../runs/result.ts';
import { outliveFullLogs } from './full-logs.ts';
import { printJson, say, style } from './terminal.ts';

if (underNpm()) endWithNpm();
hideSecrets();
const words = process.argv.slice(2);
const program = await openProgram((what) => say(`${style('yellow', '!')} ${what}`), words);

outliveFullLogs();
try {
  const answered = await program.run(words);
  if (answered !== undefined) process.exitCode = answered;
} catch (thrown) {
  fail(thrown);
}

// A connection to a phone that hangs must not keep the process alive.
process.stdout.write('', () => process.exit());

/** With `--json` stdout carries one object in every case, for sign-out with all its names. */
function fail(error: unknown): void {
  say(formatError(error));
  if (words.includes('--json')) {
    const signOut = program.command.commands.find(
      (one) => one.name() === 'sign-out' && words[0] === one.name(),
    );
    const { data, via } = signOut?.opts<{ data?: string; via?: string }>() ?? {};
    printJson(signOut ? notBegun(error, { serial: signOut.args[0], data, via }) : faultOf(error));
  }
  process.exitCode = (error as { exitCode?: number }).exitCode ?? 1;
}
