import { statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { compareMatrices } from '../report/matrix-compare.ts';
import { readMatrix } from '../report/matrix-file.ts';
import { pruneRuns } from '../report/prune.ts';
import { print, printJson, say } from './terminal.ts';

export function runsCommand(): Command {
  return new Command('runs').description('the folders of runs').addCommand(pruneCommand());
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

function pruneCommand(): Command {
  return new Command('prune')
    .description(
      'delete the folders of all runs but the newest: their pictures, page sources and results. Records keep their own copies',
    )
    .argument('[dir]', 'folder of runs (default: EVIDENCE_DIR)')
    .requiredOption('--keep <number>', 'how many of the newest stay', count)
    .option('--json', 'one JSON object on stdout')
    .action(async (dir: string | undefined, { keep, json }: { keep: number; json?: boolean }) => {
      const folder = dir ?? loadSettings().evidenceDir;
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
        throw new UsageError(
          `There is no folder '${folder}'.`,
          'name the folder of runs, or set EVIDENCE_DIR',
        );
      const removed = await pruneRuns(folder, keep, systemClock.now());
      if (json) printJson({ folder, removed });
      else print(`${removed.length} ${removed.length === 1 ? 'run' : 'runs'} deleted in ${folder}`);
    });
}

function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is not a whole number of at least 1.');
  return Number(text);
}
