import { Command, CommanderError } from 'commander';
import { formatError } from '../errors.ts';
import { demoCommand } from './demo.ts';
import { phonesCommand } from './phones.ts';
import { signOutCommand } from './sign-out.ts';
import { simCommand } from './sim.ts';

const program = new Command('mi-unbind')
  .description('Signs Xiaomi phones out of their Mi Account by driving MIUI Settings over ADB.')
  .addHelpText('after', '\nExit codes: 0 signed out · 1 refused or cancelled · 2 usage, config or host · 3 needs a person')
  .showSuggestionAfterError()
  .exitOverride();
for (const command of [demoCommand(), simCommand(), phonesCommand(), signOutCommand()]) {
  command.exitOverride().showSuggestionAfterError();
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong; help asked for is no error.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`${formatError(error)}\n`);
    process.exitCode = (error as { exitCode?: number }).exitCode ?? 1;
  }
}
