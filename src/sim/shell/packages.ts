import type { InstalledPackage } from '../handset.ts';
import { take } from '../adb/stream.ts';
import { CANCELED, install, uninstall } from './package-install.ts';
import { readManifest } from './package-manifest.ts';
import {
  exception,
  fail,
  lines,
  options,
  unknown,
  type Command,
  type CommandTable,
  type Context,
  type CommandResult,
} from './command.ts';
import { readFile } from './filesystem.ts';
import { mayInstall, mayManagePackages } from '../permissions.ts';
import { userText } from '../users.ts';

/** SDK from which a second install replaces the first without being asked (Android 9). */
const REPLACES_BY_DEFAULT = 28;

/** `pm` and `cmd package` are one service. */
export const packageManager: Command = (argv, context) => {
  const [verb = '', ...rest] = argv;
  const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  return act ? act(rest, context) : strange(argv, context);
};
export const packageCommands: CommandTable = { pm: packageManager };

const VERBS: CommandTable = {
  list: ([what = '', ...rest], context) =>
    Object.hasOwn(LISTS, what) ? LISTS[what]!(rest, context) : strange(['list', what, ...rest], context),

  path(argv, context) {
    const { rest } = options(argv, { valued: ['--user'] });
    const known = context.phone.packages.get(rest[0] ?? '');
    return known ? `package:${known.path}\n` : { exitCode: 1 };
  },

  /** The launcher's activity of a package. Appium asks for that of Chrome. */
  'resolve-activity'(argv, context) {
    const { rest } = options(argv, { flags: ['--brief'] });
    const main = context.phone.packages.has(rest[0] ?? '') ? MAIN[rest[0] ?? ''] : undefined;
    if (!main || argv[0] !== '--brief')
      return strange(['resolve-activity', ...argv], context, 'No activity found');
    return lines([
      'priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true',
      `${rest[0]}/${main}`,
    ]);
  },

  dump: (argv, context) => ({ stdout: describe(argv[0] ?? '', context) }),

  install: (argv, context) => installFrom(argv, context),
  'install-create': (argv, context) => strange(['install-create', ...argv], context),

  uninstall(argv, context) {
    const { rest } = options(argv, { flags: ['-k'], valued: ['--user', '--versionCode'] });
    const name = rest[0] ?? '';
    context.processes.stop(name);
    const answer = uninstall(context.phone, name);
    if (answer === 'Success') context.processes.forget(name);
    return { stdout: `${answer}\n`, exitCode: answer === 'Success' ? 0 : 1 };
  },

  clear(argv, context) {
    const name = options(argv, { valued: ['--user'] }).rest[0] ?? '';
    if (!context.phone.packages.has(name)) return { stdout: 'Failed\n', exitCode: 1 };
    if (!mayManagePackages(context.phone)) {
      return exception(
        'clear',
        `java.lang.SecurityException: PID 731 does not have permission android.permission.CLEAR_APP_USER_DATA to clear data of package ${name}`,
      );
    }
    context.processes.stop(name);
    context.phone.forceStop(name);
    context.phone.record('package-cleared', { package: name });
    return 'Success\n';
  },

  grant: (argv, context) => changePermission('grant', argv, context),
  revoke: (argv, context) => changePermission('revoke', argv, context),
};

const MAIN: Readonly<Record<string, string>> = {
  'com.android.chrome': 'com.google.android.apps.chrome.Main',
};

const LISTS: CommandTable = {
  packages(argv, context) {
    const {
      found,
      rest,
      strange: odd,
    } = options(argv, {
      flags: ['-f', '-s', '-3', '-e', '-a', '-u', '-U', '--show-versioncode'],
      valued: ['--user'],
    });
    if (odd.length > 0)
      return unknown(
        context,
        `pm list packages ${argv.join(' ')}`,
        fail(`Error: Unknown option: ${odd[0]}`, 255),
      );
    const wanted = [...context.phone.packages.values()]
      .filter(({ system }) => (!found.has('-s') || system) && (!found.has('-3') || !system))
      .filter(({ name }) => name.includes(rest[0] ?? ''));
    return lines(
      wanted.map(({ name, path, versionCode }) => {
        const version = found.has('--show-versioncode') ? ` versionCode:${versionCode}` : '';
        const uid = found.has('-U') ? ` uid:${context.processes.uid(name)}` : '';
        return `package:${found.has('-f') ? `${path}=` : ''}${name}${version}${uid}`;
      }),
    );
  },
  instrumentation: (_argv, { phone }) =>
    lines(
      [...phone.packages.values()]
        .filter((one) => one.instrumentation)
        .map((one) => `instrumentation:${one.name}/${one.instrumentation} (target=${target(one)})`),
    ),
  users: (_argv, { phone }) =>
    lines(['Users:', ...phone.users.map((user) => `\t${userText(user)}${user.running ? ' running' : ''}`)]),
};

/** The package a test package's instrumentation runs in. */
export function target(tests: InstalledPackage): string {
  return tests.instruments ?? tests.name.replace(/\.test$/, '');
}

/** From a file on the phone, or with -S from the stream. */
async function installFrom(argv: readonly string[], context: Context): Promise<CommandResult> {
  const {
    found,
    rest,
    strange: odd,
  } = options(argv, {
    flags: [
      '-r',
      '-R',
      '-d',
      '-t',
      '-g',
      '-f',
      '-l',
      '-s',
      '--dont-kill',
      '--full',
      '--instant',
      '--force-sdk',
      '--bypass-low-target-sdk-block',
    ],
    valued: ['-S', '-i', '--user', '--install-location', '--abi', '--originating-uri', '--referrer', '--pkg'],
  });
  if (odd.length > 0) return strange(['install', ...argv], context, `Error: Unknown option: ${odd[0]}`);
  const size = Number(found.get('-S'));
  const apk = found.has('-S')
    ? await take(context.stdin, size)
    : readFile(context.phone.files, rest[0] ?? '');
  if (!apk) {
    return found.has('-S')
      ? { stdout: 'Failure [INSTALL_FAILED_INTERNAL_ERROR: the stream ended early]\n', exitCode: 1 }
      : {
          stdout: `Error: Unable to open file: ${rest[0] ?? ''}\n`,
          stderr: 'Consider using a file under /data/local/tmp/\n',
          exitCode: 1,
        };
  }
  const replaces = Number(context.phone.props.get('ro.build.version.sdk')) >= REPLACES_BY_DEFAULT;
  if (!(await asked(context.phone, apk))) return { stdout: `${CANCELED}\n`, exitCode: 1 };
  await context.phone.takes('install').catch(() => undefined);
  const answer = install(context.phone, apk, {
    replace: found.has('-r') || (replaces && !found.has('-R')),
    downgrade: found.has('-d'),
  });
  return { stdout: `${answer}\n`, exitCode: answer === 'Success' ? 0 : 1 };
}

/**
 * MIUI asks once it knows which package it is. What it may not install at all, or cannot read, it does not
 * ask about.
 */
function asked(phone: Context['phone'], apk: Buffer): Promise<boolean> {
  try {
    return mayInstall(phone) ? phone.allowsInstall(readManifest(apk).package) : Promise.resolve(true);
  } catch {
    return Promise.resolve(true);
  }
}

function changePermission(verb: string, argv: readonly string[], context: Context): CommandResult {
  const [name = '', permission = ''] = options(argv, { valued: ['--user'] }).rest;
  const known = context.phone.packages.get(name);
  if (!known) return exception(verb, `java.lang.IllegalArgumentException: Unknown package: ${name}`);
  if (!mayManagePackages(context.phone)) {
    return exception(
      verb,
      'java.lang.SecurityException: grantRuntimePermission: Neither user 2000 nor current process has android.permission.GRANT_RUNTIME_PERMISSIONS.',
    );
  }
  if (known.permissions && !known.permissions.includes(permission)) {
    return exception(
      verb,
      `java.lang.SecurityException: Package ${name} has not requested permission ${permission}`,
    );
  }
  return '';
}

function strange(
  argv: readonly string[],
  context: Context,
  message = `Unknown command: ${argv[0] ?? ''}`,
): CommandResult {
  return unknown(context, `pm ${argv.join(' ')}`, { stdout: `${message}\n`, exitCode: 255 });
}

/** `dumpsys package NAME` */
export function describe(name: string, { phone, processes }: Context): string {
  const known = phone.packages.get(name);
  if (!known) return `Unable to find package: ${name}\n`;
  const granted = (known.permissions ?? []).map((permission) => `      ${permission}: granted=true`);
  return lines([
    'Packages:',
    `  Package [${name}] (5d2f1a7):`,
    `    userId=${processes.uid(name)}`,
    `    codePath=${known.path.replace(/\/[^/]+$/, '')}`,
    `    versionCode=${known.versionCode} minSdk=26 targetSdk=30`,
    `    versionName=${known.versionName}`,
    `    flags=[ ${known.system ? 'SYSTEM ' : ''}HAS_CODE ALLOW_CLEAR_USER_DATA ]`,
    '    requested permissions:',
    ...(known.permissions ?? []).map((permission) => `      ${permission}`),
    '    install permissions:',
    ...granted,
    '    User 0: ceDataInode=1377 installed=true hidden=false suspended=false stopped=false notLaunched=false enabled=0 instant=false virtual=false',
    '      gids=[3002, 3003, 3001]',
    '      runtime permissions:',
  ]);
}
