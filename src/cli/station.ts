import { Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../clock.ts';
import { inTurn, terminalAsker, type Asker } from '../codes/person.ts';
import { adbOf, loadSettings, terminalPictures } from '../config/config.ts';
import { listen } from '../config/kinds.ts';
import type { StationEvent } from '../jobs/runner.ts';
import { AdbServer } from '../phone/adb.ts';
import { pageAsker, pagePerson } from '../runs/page-person.ts';
import type { PersonForPhone, PersonOf } from '../runs/perform.ts';
import { PARALLEL } from '../runs/parallel.ts';
import { stationName } from '../runs/shelf.ts';
import { StationLog } from '../runs/station-log.ts';
import { openStation, type JobStation } from '../runs/station.ts';
import { seenStations } from '../store/station-events.ts';
import type { Store } from '../store/store.ts';
import { BulkProgress } from './bulk-progress.ts';
import { KEEP_HELPERS, keeping, LOCK_OFF, NO_GOOGLE } from './run-options.ts';
import { operatorCommand } from './operators.ts';
import { terminalPerson } from './terminal-person.ts';
import type { Listen, OpenPage } from '../ui/open-page.ts';
import { bottom, interruption, log, logAsJson, printJson, say } from './terminal.ts';

// Of one computer: what 100 phones take was measured (docs/benchmarks.md), and a little more is let in.
const MOST = 128;

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

/** Events as lines of a log, and where they are wanted as JSON for a script too. */
function loggerOf(json: boolean | undefined): Reporter {
  const onEvent = (event: StationEvent) => {
    if (json) printJson(event);
    log({ level: event.kind === 'problem' ? 'warn' : 'info', ...event });
  };
  return { onEvent, expect: () => undefined, [Symbol.dispose]: () => undefined };
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
  requireLockOff?: boolean;
  /** False with --no-page. */
  page: boolean;
  listen?: Listen;
  insecureHttp?: boolean;
  log?: 'text' | 'json';
}

export function stationCommand(): Command {
  return configured(new Command('station')).action(work).addCommand(operatorCommand());
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
      'work on the jobs of the phones attached to this computer, as they are plugged in, until Ctrl-C, and serve a page that shows them',
    )
    .addOption(parallelOption())
    .option(...NO_GOOGLE)
    .option(...LOCK_OFF)
    .option(...KEEP_HELPERS)
    .addOption(listenOption())
    .option('--no-page', 'serve no page in the browser')
    .option(
      '--insecure-http',
      'serve the page to other computers without TLS: passwords of operators and pictures of phones then cross the network in clear',
    )
    .option('--json', 'one JSON object per event on stdout')
    .addOption(
      new Option(
        '--log <form>',
        'what is said on stderr: words for people (text), or a JSON object in each line with its time, for a service (or LOG_FORMAT)',
      ).choices(['text', 'json']),
    );

function listenOption(): Option {
  return new Option(
    '--listen <address>',
    'where the page is served: PORT of loopback, or HOST:PORT (or STATION_LISTEN)',
  ).argParser((text): Listen => {
    const read = listen.safeParse(text);
    if (!read.success || !read.data) throw new InvalidArgumentError('It takes a port, or HOST:PORT.');
    return read.data;
  });
}

async function work({ parallel, json, page, log: form, ...kept }: Flags): Promise<void> {
  const settings = keeping(kept, loadSettings());
  const isLog = (form ?? settings.logFormat) === 'json';
  if (isLog) logAsJson();
  using interrupted = interruption();
  const { logsFolder, noticesAs, runJobs } = await import('../runs/run-jobs.ts');
  using reporter = isLog ? loggerOf(json) : reporterOf(json);
  const { onEvent } = reporter;
  const sources = new Map<string, boolean>();
  const notice = noticesAs(onEvent);
  const name = stationName(settings);
  const doors = { station: name, store: () => station.store() };
  const terminal = inTurn(stillWhileAsked(terminalAsker()));
  await using station: JobStation = openStation(settings, {
    onNotice: (source, what, kind) => {
      if (kind !== undefined && kind !== 'fault') sources.set(source, kind === 'connected');
      notice(source, what, kind);
    },
    logs: logsFolder(settings),
  });
  const store = await station.store();
  const { openPage, addressFor } = await import('../ui/open-page.ts');
  const onFault = (what: string) => onEvent({ at: new Date().toISOString(), kind: 'problem', what });
  const adb = new AdbServer(adbOf(settings));
  let served: OpenPage | undefined;
  const seen = new StationLog(store, {
    station: name,
    url: () => (served ? addressFor(served.url) : ''),
    phone: (serial) => adb.phone(serial),
    isWatched: () => served?.isWatched() ?? false,
  });
  await seen.take();
  if (page)
    served = await openPage(station, store, {
      ...{ ...kept, sources, onFault, onWatched: () => void seen.say() },
      ...(isLog && {
        onAnswer: (answer) => log({ level: answer.status < 400 ? 'info' : 'warn', ...answer }),
      }),
    });
  await seen.open();
  try {
    say(`${name} waits for phones that have jobs. Ctrl-C ends it.`);
    if (served) say(`Its page: ${served.url}`);
    await runJobs(station, {
      ...{ parallel, signal: interrupted.signal, watcher: seen },
      personOf: (job, serial) =>
        personFor({ ...doors, isServed: () => isWatched(store) }, { job, serial, terminal, page }),
      onEvent: (event) => {
        seen.onEvent(event);
        onEvent(event);
      },
    });
  } finally {
    await served?.close();
    await seen.close();
  }
}

/** Nothing that was written changes while something is typed. */
const stillWhileAsked = ({ terminal, question }: Asker): Asker => ({
  terminal,
  async question(prompt, signal, how) {
    const move = bottom.still();
    try {
      return await question(prompt, signal, how);
    } finally {
      move();
    }
  },
});

/** Asks about one phone on pages and at this terminal, which says which phone it is about. */
function personFor(
  doors: Parameters<typeof pagePerson>[0],
  { job, serial, terminal, page }: ForPhone,
): PersonForPhone {
  const about = { job: job.id, serial };
  const name = job.order.reference || serial;
  const named: Asker = {
    terminal: terminal.terminal,
    question: (prompt, signal, how) => terminal.question(`${name}: ${prompt}`, signal, how),
  };
  const here = named.terminal
    ? terminalPerson({ ask: named, clock: systemClock, pictures: terminalPictures() })
    : undefined;
  const asker = page || named.terminal ? { asker: pageAsker(doors, about, named) } : {};
  return { person: pagePerson(doors, about, here), ...asker };
}

interface ForPhone {
  job: Parameters<PersonOf>[0];
  serial: string;
  terminal: Asker;
  /** This station serves one. */
  page: boolean;
}

/** Whether a page of any station of the database is open, on which a person may answer. */
async function isWatched({ pool }: Store): Promise<boolean> {
  return (await seenStations(pool)).some(({ alive, watched }) => alive && watched);
}
