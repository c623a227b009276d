import { join } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { openProgram } from './program.ts';

/** What `--help` prints, with what stands behind it, at a width that no terminal changes. */
function helpOf(command: Command): string {
  const said: string[] = [];
  command.configureOutput({ writeOut: (text) => said.push(text), getOutHelpWidth: () => 110 });
  command.outputHelp();
  return said.join('');
}

const withSubcommands = (command: Command): Command[] => [
  command,
  ...command.commands.flatMap((subcommand) => withSubcommands(subcommand)),
];

// After a change of words: node --test --test-update-snapshots src/cli/help.test.ts
test('the help of each command is what help.golden.txt shows', async (t) => {
  const { command } = await openProgram(() => undefined);
  const pages = withSubcommands(command).map(helpOf);
  t.assert.fileSnapshot(pages.join('\n'), join(import.meta.dirname, 'help.golden.txt'), {
    serializers: [(text: string) => text],
  });
});
