import { Command, InvalidArgumentError, Option } from 'commander';
import { loadSettings } from '../config/config.ts';
import type { BenchEvent } from '../jobs/runner.ts';
import { BulkProgress } from './bulk-progress.ts';
import { PARALLEL } from '../runs/bench.ts';
import { lazyStore } from '../runs/store.ts';
import { KEEP_HELPERS, keeping } from './keep-helpers.ts';
import { bottom, interruption, printJson, say } from './terminal.ts';

const MOST = 64;

export function parallelOption(): Option {
  return new Option('--parallel <n>', 'phones worked on at once').default(PARALLEL).argParser((text) => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < 1 || n > MOST)
      throw new InvalidArgumentError(`It takes a number from 1 to ${MOST}.`);
    return n;
  });
}

/** Events as JSON for a script, or in words for people. */
export function teller(
  json: boolean | undefined,
  left?: number,
): { told: (event: BenchEvent) => void; close: () => void } {
  if (json) return { told: (event) => printJson(event), close: () => undefined };
  const progress = new BulkProgress(bottom, left);
  return { told: (event) => progress.told(event), close: () => progress.close() };
}

export function benchCommand(): Command {
  return new Command('bench')
    .description(
      'work on the jobs of the phones attached to this computer, as they are plugged in, until Ctrl-C',
    )
    .addOption(parallelOption())
    .option(...KEEP_HELPERS)
    .option('--json', 'one JSON object per event on stdout')
    .action(
      async ({ parallel, json, ...kept }: { parallel: number; json?: boolean; keepHelpers?: boolean }) => {
        const settings = keeping(kept, loadSettings());
        const { store, close } = lazyStore(settings);
        const { signal, dispose } = interruption();
        const { told, close: hush } = teller(json);
        try {
          const { benchName, runBench } = await import('../runs/bench.ts');
          const opened = await store();
          say(`${benchName(settings)} waits for phones that have jobs. Ctrl-C ends it.`);
          await runBench(settings, opened, { parallel, signal, told });
        } finally {
          hush();
          dispose();
          await close();
        }
      },
    );
}
