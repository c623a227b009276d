import { statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { pruneRuns } from '../report/prune.ts';
import { print, printJson } from './terminal.ts';

export function runsCommand(): Command {
  return new Command('runs').description('the folders of runs').addCommand(pruneCommand());
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
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is no number from 1 on.');
  return Number(text);
}
