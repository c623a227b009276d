import type { Intent } from '../handset.ts';
import {
  exception,
  fail,
  lines,
  options,
  unknown,
  type CommandTable,
  type Context,
  type CommandResult,
} from './command.ts';
import { Instrumentations, type StartUia2 } from './instrument.ts';

// prettier-ignore
/**
 * Options of an intent that take that many values; what the simulation does not use of them is accepted and
 * ignored.
 */
const VALUES: Record<string, number> = {
  '-a': 1, '-d': 1, '-t': 1, '-c': 1, '-n': 1, '-p': 1, '-f': 1, '-e': 2, '--es': 2, '--ei': 2, '--ez': 2, '--el': 2, '--ef': 2, '--eu': 2, '--esn': 1, '--user': 1,
  '-W': 0, '-S': 0, '-D': 0, '-N': 0, '-R': 1, '--activity-clear-task': 0, '--activity-clear-top': 0, '--activity-single-top': 0, '--activity-no-history': 0,
  '--activity-reorder-to-front': 0, '--activity-brought-to-front': 0, '--activity-exclude-from-recents': 0, '--display': 1, '--windowingMode': 1,
  '--include-stopped-packages': 0, '--receiver-foreground': 0, '--async': 0,
};

interface StartRequest {
  intent: Intent;
  flags: Set<string>;
  extras: Map<string, string>;
  strange?: string;
}

/** `am`, and what it starts. */
export function activityCommands(startUia2?: StartUia2): CommandTable {
  const instrumentations = new Instrumentations(startUia2);
  const verbs: CommandTable = {
    start,
    'start-activity': start,
    startservice: startService,
    'start-service': startService,
    'start-foreground-service': startService,
    broadcast,
    instrument: (argv, context) => instrumentations.run(argv, context),
    'force-stop': stop,
    kill: stop,
    'get-current-user': (_argv, { phone }) => `${phone.user}\n`,
    'kill-all': () => '',
    'set-debug-app': () => '',
    'clear-debug-app': () => '',
    'wait-for-broadcast-idle': () => 'All broadcast queues are idle!\n',
  };
  return {
    am(argv, context) {
      const [verb = '', ...rest] = argv;
      const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
      return act
        ? act(rest, context)
        : unknown(context, `am ${argv.join(' ')}`, { stdout: `Unknown command: ${verb}\n`, exitCode: 255 });
    },
  };
}

function start(argv: readonly string[], context: Context): CommandResult {
  const { intent, flags, strange } = readIntent(argv);
  if (strange)
    return unknown(context, `am start ${argv.join(' ')}`, fail(`Error: Unknown option: ${strange}`, 255));
  const { phone, processes } = context;
  const name = packageOf(intent);
  if (flags.has('-S') && name) stop([name], context);
  const starting = `Starting: Intent { ${describe(intent)} }\n`;
  const error = phone.startActivity(intent);
  if (error?.startsWith('java.')) {
    const thrown = exception('start', error);
    return typeof thrown === 'string' ? thrown : { ...thrown, stdout: starting };
  }
  // Not a failure for `am`: it exits with 0.
  if (error) return { stdout: starting, stderr: `${error}\n` };
  processes.log.write('ActivityTaskManager', `START u0 {${describe(intent)}} from uid 2000`);
  const isFaceless = name !== undefined && phone.packages.get(name)?.system === false;
  if (name) processes.start(name, isFaceless);
  if (!flags.has('-W')) return starting;
  const top = phone.windows().findLast((window) => window.activity);
  const shown = top && `${top.package}/${short(top.package, top.activity ?? '')}`;
  const report = [
    'Status: ok',
    'LaunchState: COLD',
    `Activity: ${(isFaceless ? intent.component : shown) ?? ''}`,
    'TotalTime: 312',
    'WaitTime: 331',
    'Complete',
  ];
  return starting + lines(report);
}

function startService(argv: readonly string[], context: Context): CommandResult {
  const { intent } = readIntent(argv);
  const name = packageOf(intent) ?? '';
  const starting = `Starting service: Intent { ${describe(intent)} }\n`;
  if (!context.phone.packages.has(name))
    return { stdout: starting, stderr: 'Error: Not found; no service started.\n', exitCode: 255 };
  context.processes.start(name, true);
  return starting;
}

function stop(argv: readonly string[], { phone, processes }: Context): CommandResult {
  const name = options(argv, { valued: ['--user'] }).rest[0] ?? '';
  processes.stop(name);
  phone.forceStop(name);
  return '';
}

/** Settings the helper app writes when Appium asks it to switch animations off or on. */
const ANIMATIONS = ['animator_duration_scale', 'transition_animation_scale', 'window_animation_scale'];

/** The only receiver known is the helper app's; it answers -1 while its service runs. */
function broadcast(argv: readonly string[], context: Context): CommandResult {
  const { intent, extras } = readIntent(argv);
  const { phone, processes } = context;
  const sent = `Broadcasting: Intent { ${describe(intent)} flg=0x400000 }\n`;
  const isRunning = processes.get('io.appium.settings') !== undefined;
  if (isRunning && intent.action === 'io.appium.settings.animation') {
    for (const name of ANIMATIONS)
      phone.settings.set(`global/${name}`, extras.get('setstatus') === 'disable' ? '0' : '1');
    return `${sent}Broadcast completed: result=-1\n`;
  }
  return unknown(context, `am broadcast ${argv.join(' ')}`, `${sent}Broadcast completed: result=0\n`);
}

function readIntent(argv: readonly string[]): StartRequest {
  const request: StartRequest = { intent: {}, flags: new Set(), extras: new Map() };
  const { intent } = request;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) {
      // The last word may be a URI, a component or a package.
      if (word.includes(':')) intent.data = word;
      else if (word.includes('/')) intent.component = word;
      else intent.package = word;
      continue;
    }
    const takes = VALUES[word];
    if (takes === undefined) {
      request.strange ??= word;
      continue;
    }
    const [first = '', second = ''] = argv.slice(at + 1, at + 1 + takes);
    at += takes;
    if (word === '-a') intent.action = first;
    else if (word === '-n') intent.component = first;
    else if (word === '-p') intent.package = first;
    else if (word === '-d') intent.data = first;
    else if (takes === 2) request.extras.set(first, second);
    else if (takes === 0) request.flags.add(word);
  }
  return request;
}

function packageOf({ component, package: name }: Intent): string | undefined {
  return component?.split('/')[0] ?? name;
}

function short(packageName: string, activity: string): string {
  return activity.startsWith(`${packageName}.`) ? activity.slice(packageName.length) : activity;
}

/** As android.content.Intent prints itself; the data without its path. */
function describe({ action, component, package: name, data }: Intent): string {
  const [name1, cls = ''] = component?.split('/') ?? [];
  const parts = [
    action && `act=${action}`,
    data && `dat=${data.replace(/^(https?:\/\/[^/]+\/).+$/, '$1...')}`,
    name && `pkg=${name}`,
    name1 && `cmp=${name1}/${short(name1, cls)}`,
  ];
  return parts.filter(Boolean).join(' ');
}
