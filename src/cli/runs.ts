import { Command } from 'commander';
import { compareMatrices } from '../report/matrix-compare.ts';
import { readMatrix } from '../report/matrix-file.ts';
import { pruneRunsCommand } from './prune.ts';
import { print, printJson, say } from './terminal.ts';

export function runsCommand(): Command {
  return new Command('runs').description('the folders of runs').addCommand(pruneRunsCommand());
}

export function matrixCommand(): Command {
  return new Command('matrix')
    .description('the matrices that the specs have written')
    .addCommand(compareCommand());
}

function compareCommand(): Command {
  return new Command('compare')
    .description(
      'say what changed from one matrix to another, a sentence for each cell; exit code 0 when nothing is worse, 1 when something is',
    )
    .argument('<before>', 'folder of a run of the specs, or of its matrix')
    .argument('<after>', 'folder of another')
    .option('--json', 'one JSON object on stdout')
    .action((before: string, after: string, { json }: { json?: boolean }) => {
      const differences = compareMatrices(readMatrix(before), readMatrix(after));
      const worse = differences.filter((one) => one.worse).length;
      if (json) printJson({ same: differences.length === 0, worse, differences });
      else if (differences.length === 0) say('Nothing changed.');
      else print(differences.map((one) => `${one.worse ? '✕' : ' '} ${one.sentence}`).join('\n'));
      process.exitCode = worse === 0 ? 0 : 1;
    });
}
