import {
  fail,
  lines,
  options,
  unknown,
  type Command,
  type CommandTable,
  type Context,
  type CommandResult,
} from './command.ts';
import { accessibility, runningProcesses, uiautomator } from './automation.ts';
import { content } from './content.ts';
import { describe, packageManager } from './packages.ts';

/** SDK whose overlay manager can look up a resource (Android 12). */
const LOOKUP_SDK = 31;
/** SDK that gives each app a language of its own (Android 13). */
const APP_LOCALES_SDK = 33;
/** SDK whose shell cannot call the user service (Android 16). */
const NO_USER_SERVICE_SDK = 36;
const HELPER = 'io.appium.settings';

const sdk = ({ phone }: Context) => Number(phone.props.get('ro.build.version.sdk'));
const stranger = (service: string, argv: readonly string[], context: Context): CommandResult =>
  unknown(context, `cmd ${service} ${argv.join(' ')}`.trim(), {
    stdout: `Unknown command: ${argv[0] ?? ''}\n`,
    exitCode: 255,
  });

/** `cmd SERVICE …` */
const SERVICES: CommandTable = {
  package: packageManager,
  activity: async (argv, context) => ({ exitCode: await context.run(['am', ...argv]) }),
  settings: async (argv, context) => ({ exitCode: await context.run(['settings', ...argv]) }),
  appops: (argv, context) => appops(argv, context),
  overlay: (argv, context) =>
    argv[0] === 'lookup' && sdk(context) >= LOOKUP_SDK
      ? lookup(argv.slice(1), context)
      : stranger('overlay', argv, context),

  notification(argv, context) {
    const [verb, component = ''] = argv;
    const key = 'secure/enabled_notification_listeners';
    const listeners = new Set(context.phone.settings.get(key)?.split(':').filter(Boolean));
    if (verb === 'allow_listener') listeners.add(component);
    else if (verb === 'disallow_listener') listeners.delete(component);
    else return stranger('notification', argv, context);
    context.phone.settings.set(key, [...listeners].join(':'));
    return '';
  },

  locale(argv, context) {
    const name = options(argv, { valued: ['--user'] }).rest[1] ?? '';
    if (argv[0] !== 'get-app-locales' || sdk(context) < APP_LOCALES_SDK)
      return stranger('locale', argv, context);
    return context.phone.packages.has(name)
      ? `Locales for ${name} for user 0 are []\n`
      : fail(`Unknown package ${name} for userId 0`, 255);
  },

  /** Fails on Android 16, whatever it is asked (seen on HyperOS 3). */
  user(argv, context) {
    if (sdk(context) >= NO_USER_SERVICE_SDK)
      return fail('cmd: Failure calling service user: Failed transaction (2147483646)', 2);
    return argv[0] === 'list' ? packageManager(['list', 'users'], context) : stranger('user', argv, context);
  },

  location(argv, context) {
    const key = 'secure/location_mode';
    if (argv[0] === 'is-location-enabled') return `${context.phone.settings.get(key) !== '0'}\n`;
    if (argv[0] !== 'set-location-enabled') return stranger('location', argv, context);
    context.phone.settings.set(key, argv[1] === 'true' ? '3' : '0');
    return '';
  },
};

/** The value of a string in the phone's language (AOSP OverlayManagerShellCommand, since Android 12). */
function lookup(argv: readonly string[], { phone }: Context): CommandResult {
  const [owner = '', resource = ''] = options(argv, { flags: ['--verbose'], valued: ['--user'] }).rest;
  const [, , type, name = ''] = /^(.*?):(.*?)\/(.*)$/.exec(resource) ?? [];
  if (type === undefined) return fail("Error: bad resource name, doesn't match package:type/name");
  if (!phone.packages.has(owner))
    return fail(`Error: failed to get resources for package ${owner} for user 0`);
  const value = type === 'string' ? phone.string(owner, name) : undefined;
  return value === undefined ? fail(`Error: failed to get the resource ${resource}`) : `${value}\n`;
}

function appops(argv: readonly string[], context: Context): CommandResult {
  const { operationModes } = context.processes;
  const [verb = '', name = '', operation = '', mode = 'default'] = options(argv, {
    flags: ['--uid'],
    valued: ['--user'],
  }).rest;
  if (verb !== 'set' && verb !== 'get') return stranger('appops', argv, context);
  if (!context.phone.packages.has(name)) return fail(`Error: No UID for ${name} in user 0`, 255);
  if (operation === AUTOSTART) return verb === 'get' ? autostart(name, context) : '';
  const short = operation.replace(/^android:/, '').toUpperCase();
  const key = `${name} ${short}`;
  if (verb === 'get')
    return operationModes.has(key) ? `${short}: ${operationModes.get(key)}\n` : 'No operations.\n';
  operationModes.set(key, mode);
  return '';
}

/** MIUI's own operation for starting by itself; AOSP knows no such number. */
const AUTOSTART = '10008';
function autostart(name: string, { phone }: Context): CommandResult {
  if (!phone.props.has('ro.miui.ui.version.name'))
    return fail(`Error: Unknown operation string: ${AUTOSTART}`, 255);
  return `MIUIOP(${AUTOSTART}): ${name === HELPER && phone.faults.has('autostart-denied') ? 'ignore' : 'allow'}\n`;
}

/** `dumpsys SERVICE …` where the phone itself has no answer. */
const DUMPS: Record<string, (argv: readonly string[], context: Context) => CommandResult | undefined> = {
  package: (argv, context) => (argv[0] ? describe(argv[0], context) : undefined),
  activity: (argv, context) =>
    argv[0] === 'services' && argv[1]
      ? runningServices(argv[1], context)
      : argv[0] === 'processes'
        ? runningProcesses(context)
        : undefined,
  accessibility: (_argv, context) => accessibility(context),
  deviceidle: (argv, context) =>
    argv[0] === 'whitelist' ? dozeWhitelist(argv.slice(1), context) : undefined,
  battery: () => `Current Battery Service state:\n${lines(BATTERY.map((line) => `  ${line}`))}`,
  input: () =>
    'INPUT MANAGER (dumpsys input)\n\n  Viewport INTERNAL: displayId=0, orientation=0\n      SurfaceOrientation: 0\n',
  input_method: () => 'Current Input Method Manager state:\n  mShowRequested=false mInputShown=false\n',
};
const BATTERY = [
  'AC powered: false',
  'USB powered: true',
  'Wireless powered: false',
  'status: 2',
  'health: 2',
  'present: true',
  'level: 87',
  'scale: 100',
  'voltage: 4210',
  'temperature: 289',
  'technology: Li-poly',
];

const dumpsys: Command = (argv, context) => {
  const { rest } = options(argv.slice(0, 2), { valued: ['-t', '-T'] });
  const [service = '', ...args] = [...rest, ...argv.slice(2)];
  // Which helper runs is known here only, so this question is not the phone's.
  const isOwn = service === 'activity' && args[0] === 'services';
  const reported = isOwn ? undefined : context.phone.dumpsys(service, args);
  if (reported !== undefined) return reported.endsWith('\n') ? reported : `${reported}\n`;
  const answer = Object.hasOwn(DUMPS, service) ? DUMPS[service]?.(args, context) : undefined;
  return answer ?? unknown(context, `dumpsys ${argv.join(' ')}`, fail(`Can't find service: ${service}`, 0));
};

function runningServices(name: string, { phone, processes }: Context): string {
  const head = 'ACTIVITY MANAGER SERVICES (dumpsys activity services)\n';
  const process = processes.list().find((one) => one.name === name && one.foreground);
  const isStopped =
    name === HELPER && (phone.faults.has('helper-stopped') || phone.faults.has('autostart-denied'));
  if (!process || isStopped) return `${head}  (nothing)\n`;
  return (
    head +
    lines([
      '  User 0 active services:',
      `  * ServiceRecord{8d4c2e1 u0 ${name}/.ForegroundService}`,
      `    intent={cmp=${name}/.ForegroundService}`,
      `    packageName=${name}`,
      `    processName=${name}`,
      `    app=ProcessRecord{b7a9d03 ${process.pid}:${name}/${process.user.replace('_', '')}}`,
      '    isForeground=true foregroundId=1 foregroundNoti=Notification(channel=main_channel pri=0 vis=PRIVATE)',
      '    startRequested=true delayedStop=false stopIfKilled=false callStart=true lastStartId=1',
    ])
  );
}

function dozeWhitelist(argv: readonly string[], { phone, processes }: Context): string {
  const names = processes.dozeWhitelist;
  if (argv.length === 0) return lines([...names].map((name) => `user,${name},${processes.uid(name)}`));
  return lines(
    argv.map((word) => {
      const name = word.slice(1);
      if (!phone.packages.has(name)) return `Unknown package: ${name}`;
      if (word.startsWith('-')) names.delete(name);
      else names.add(name);
      return `${word.startsWith('-') ? 'Removed' : 'Added'}: ${name}`;
    }),
  );
}

export const serviceCommands: CommandTable = {
  cmd(argv, context) {
    const [service = '', ...rest] = argv;
    if (Object.hasOwn(SERVICES, service)) return SERVICES[service]!(rest, context);
    return unknown(context, `cmd ${argv.join(' ')}`, fail(`cmd: Can't find service: ${service}`, 20));
  },
  appops: (argv, context) => appops(argv, context),
  dumpsys,
  uiautomator,
  content,
};
