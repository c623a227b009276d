import { Command, InvalidArgumentError, Option } from 'commander';
import { terminalAsker } from '../codes/person.ts';
import { loadSettings } from '../config/config.ts';
import type { StationEvent } from '../jobs/runner.ts';
import { PARALLEL } from '../runs/parallel.ts';
import { openStation } from '../runs/station.ts';
import { BulkProgress } from './bulk-progress.ts';
import { KEEP_HELPERS, keeping, NO_GOOGLE } from './run-options.ts';
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

/** Shows the events of jobs, until it is closed. */
export interface Reporter extends Disposable {
  onEvent: (event: StationEvent) => void;
  /** So many jobs are still to be ended. */
  expect(jobs: number): void;
}

/** Events as JSON for a script, or in words for people. */
export function reporterOf(json: boolean | undefined): Reporter {
  if (json) {
    const onEvent = (event: StationEvent) => printJson(event);
    return { onEvent, expect: () => undefined, [Symbol.dispose]: () => undefined };
  }
  const progress = new BulkProgress(bottom);
  return {
    onEvent: (event) => progress.onEvent(event),
    expect: (jobs) => progress.expect(jobs),
    [Symbol.dispose]: () => progress.close(),
  };
}

interface Flags {
  parallel: number;
  json?: boolean;
  keepHelpers?: boolean;
  requireNoGoogle?: boolean;
}

export function stationCommand(): Command {
  return configured(new Command('station')).action(work);
}

/** What it was called. Scripts that know it by that name go on. */
export function formerStationCommand(): Command {
  return configured(new Command('bench')).action(async (flags: Flags) => {
    say("'mi-unbind bench' is called 'mi-unbind station' now.");
    await work(flags);
  });
}

const configured = (command: Command): Command =>
  command
    .description(
      'work on the jobs of the phones attached to this computer, as they are plugged in, until Ctrl-C',
    )
    .addOption(parallelOption())
    .option(...NO_GOOGLE)
    .option(...KEEP_HELPERS)
    .option('--json', 'one JSON object per event on stdout');

async function work({ parallel, json, ...kept }: Flags): Promise<void> {
  const settings = keeping(kept, loadSettings());
  using interrupted = interruption();
  const { logsFolder, noticesAs, runJobs, stationName } = await import('../runs/run-jobs.ts');
  using reporter = reporterOf(json);
  const { onEvent } = reporter;
  await using station = openStation(settings, {
    asker: terminalAsker(),
    onNotice: noticesAs(onEvent),
    logs: logsFolder(settings),
  });
  await station.store();
  say(`${stationName(settings)} waits for phones that have jobs. Ctrl-C ends it.`);
  await runJobs(station, { parallel, signal: interrupted.signal, onEvent });
}
